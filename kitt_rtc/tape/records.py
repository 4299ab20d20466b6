"""What stands on a tape, one value a record. Every `clock` is in seconds since the call began, to the microsecond."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kitt_rtc.model.audio import AudioFrame
from kitt_rtc.model.facts import Entry
from kitt_rtc.model.speech import Speaker

FORMAT = 1
"""A reader takes tapes of its own format and of no other."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first record of a tape; a process that goes on with a call writes another."""

    call_id: str
    product: str
    """The version of KITT RTC that taped."""
    settings: Mapping[str, Any]
    """Those that decide what comes of a call; no secret, no address, no path."""
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class VoiceBegan:
    """Somebody is listened to from here: a voice is one leg, from where it joined or a hold ended."""

    voice: str
    leg_id: str
    speaker: Speaker | None
    voices: int
    """How many people share the microphone at most."""
    clock: float


@dataclass(frozen=True, slots=True)
class VoiceHeard:
    """A frame as it came to the segmenter: freed of echo, and what the detector said of it."""

    voice: str
    frame: AudioFrame
    speech: bool
    clock: float
    """When it was heard; the frame's own time tells when it was said."""


@dataclass(frozen=True, slots=True)
class VoiceEnded:
    voice: str
    clock: float


@dataclass(frozen=True, slots=True)
class Answered:
    """What an engine answered, to what, and how long it took."""

    port: str
    """ "transcriber", "model", "knowledge" or "echo"."""
    question: str
    """A digest of all that was asked."""
    about: str
    """A digest of the sound alone, where there was any; else empty."""
    asked: float
    """Clock."""
    took: float
    """Seconds."""
    answer: Mapping[str, Any]
    """Plain JSON; `error` and `message` where it failed."""


@dataclass(frozen=True, slots=True)
class Told:
    """A fact of the call's story."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Lost:
    """So many records found no room before this one."""

    records: int


Record = Header | VoiceBegan | VoiceHeard | VoiceEnded | Answered | Told | Lost
