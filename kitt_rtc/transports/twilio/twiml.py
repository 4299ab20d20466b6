"""What the telephone network is told to do: greet, connect the stream, or decline politely.

Law: whatever is put in stays text. A name or a sentence never becomes a verb, and nothing of a call travels in the
stream's address: query strings are not carried (error 31920), `<Parameter>`s are.
"""

import re
from collections.abc import Mapping

_VOICES = {"fr": "fr-FR", "en": "en-GB"}
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold, escaped or not: one of them would make the whole answer unreadable."""
BACK_SECONDS = 5
"""A stream that ends by accident is asked for again after this long: for a server that is being started again."""
MAX_SENTENCE = 3_000
"""The network reads 4000 characters of TwiML."""


def connect(*, greeting: str, language: str, stream_url: str, parameters: Mapping[str, str], back_url: str = "") -> str:
    """Say the greeting, then carry sound both ways until the stream ends; then ask `back_url` how to go on.

    An empty greeting is not said; `language` is two letters.
    """
    from twilio.twiml.voice_response import Connect, VoiceResponse  # noqa: PLC0415 - a vendor, imported when used

    answer = VoiceResponse()
    if greeting:
        answer.say(_text(greeting), language=_VOICES.get(language, _VOICES["en"]))
    connection = Connect()
    stream = connection.stream(url=stream_url)
    for name, value in parameters.items():
        stream.parameter(name=_text(name), value=_text(value))
    answer.append(connection)
    if back_url:
        answer.pause(length=BACK_SECONDS)
        answer.redirect(back_url, method="POST")
    return str(answer)


def decline(*, sentence: str = "", language: str = "en") -> str:
    """Say why, when there is something to say, and hang up."""
    from twilio.twiml.voice_response import VoiceResponse  # noqa: PLC0415 - a vendor, imported when used

    answer = VoiceResponse()
    if sentence:
        answer.say(_text(sentence), language=_VOICES.get(language, _VOICES["en"]))
    answer.hangup()
    return str(answer)


def _text(value: str) -> str:
    return _NOT_XML.sub("", value)[:MAX_SENTENCE]
