"""Media-stream messages as values, and back: no socket here.

Law: whatever cannot be read is a `BadMessage`, and nothing else ever comes out of `parse`. Numbers travel as strings
and are read as either (twilio.com/docs/voice/media-streams/websocket-messages).
"""

import binascii
from typing import Annotated

from msgspec import DecodeError, Meta, Struct
from msgspec.json import Decoder, Encoder

from kitt_rtc.model.errors import BadMessage

MAX_CHARACTERS = 65_536
"""A frame is some 400; six seconds of sound in one message is beyond reason."""
INBOUND = "inbound"
"""What the person on the telephone says; the only track of a two-way stream."""

Name = Annotated[str, Meta(max_length=256)]
Count = Annotated[int, Meta(ge=0, le=2**53)]


class Connected(Struct, tag_field="event", tag="connected", frozen=True):
    """The socket is open; nothing is known yet."""

    protocol: Name = ""
    version: Name = ""


class StartDetails(Struct, rename="camel", frozen=True):
    stream_sid: Annotated[str, Meta(min_length=1, max_length=64)]
    call_sid: Name
    account_sid: Name = ""
    custom_parameters: dict[Name, Name] = {}  # msgspec gives each message its own
    """The `<Parameter>`s of the TwiML."""


class Start(Struct, tag_field="event", tag="start", rename="camel", frozen=True):
    """A stream begins: whose, and with which `<Parameter>`s."""

    start: StartDetails
    sequence_number: Count = 0
    """Counts all messages of a stream, from 1; 0 where there is none."""


class MediaDetails(Struct, frozen=True, gc=False):
    payload: str
    """Mu-law at 8 kHz, base64."""
    chunk: Count
    """Counts from 1 in a stream."""
    timestamp: Count
    """Milliseconds since the stream began."""
    track: str = INBOUND


class Media(Struct, tag_field="event", tag="media", rename="camel", frozen=True, gc=False):
    """A piece of sound, mostly 20 ms."""

    stream_sid: str
    media: MediaDetails
    sequence_number: Count = 0

    def ulaw(self) -> bytes:
        """The sound itself. Raises BadMessage when it is not base64."""
        try:
            return binascii.a2b_base64(self.media.payload, strict_mode=True)
        except ValueError as error:
            raise BadMessage("the payload is not base64") from error


class DtmfDetails(Struct, frozen=True):
    digit: Annotated[str, Meta(pattern="^[0-9A-D*#]$")]


class Dtmf(Struct, tag_field="event", tag="dtmf", rename="camel", frozen=True):
    """A key was pressed."""

    stream_sid: str
    dtmf: DtmfDetails
    sequence_number: Count = 0


class MarkDetails(Struct, frozen=True):
    name: Name


class Mark(Struct, tag_field="event", tag="mark", rename="camel", omit_defaults=True, frozen=True):
    """Everything sent before the mark of this name has been heard, or was cleared."""

    stream_sid: str
    mark: MarkDetails
    sequence_number: Count = 0


class Stop(Struct, tag_field="event", tag="stop", rename="camel", frozen=True):
    """The stream has ended, as it should."""

    stream_sid: str = ""
    sequence_number: Count = 0


Message = Connected | Start | Media | Dtmf | Mark | Stop

_decoder: Decoder[Message] = Decoder(Message, strict=False)


def parse(text: str) -> Message:
    """One message of the network. Raises BadMessage."""
    if len(text) > MAX_CHARACTERS:
        raise BadMessage(f"a message of {len(text)} characters; at most {MAX_CHARACTERS} are read")
    try:
        return _decoder.decode(text)
    except (DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise BadMessage("not a media-stream message") from error


# What the network may be told.


class _Payload(Struct, frozen=True, gc=False):
    payload: str


class _SendMedia(Struct, tag_field="event", tag="media", rename="camel", frozen=True, gc=False):
    stream_sid: str
    media: _Payload


class _SendClear(Struct, tag_field="event", tag="clear", rename="camel", frozen=True):
    stream_sid: str


_encoder = Encoder()


def media(stream_sid: str, ulaw: bytes) -> str:
    """Sound for the person on the telephone: mu-law at 8 kHz."""
    payload = binascii.b2a_base64(ulaw, newline=False).decode("ascii")
    return _encoder.encode(_SendMedia(stream_sid, _Payload(payload))).decode()


def mark(stream_sid: str, name: str) -> str:
    """A name that comes back once the sound before it has been heard."""
    return _encoder.encode(Mark(stream_sid, MarkDetails(name))).decode()


def clear(stream_sid: str) -> str:
    """Forget what has not been heard yet."""
    return _encoder.encode(_SendClear(stream_sid)).decode()
