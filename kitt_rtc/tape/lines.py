"""Records as lines of text with a checksum, and back: a line is whole or it is not there.

Sound stands beside the lines, one WAV file a voice; a line of frames says what was heard when, and takes its sound from
there in order. docs/tape.md has the form.
"""

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

from pydantic import TypeAdapter

from kitt_rtc import wire
from kitt_rtc.model.audio import FRAME_SECONDS, AudioFrame
from kitt_rtc.model.errors import BadMessage
from kitt_rtc.tape.records import Answered, Header, Lost, Record, Told, VoiceBegan, VoiceEnded, VoiceHeard

_MICROSECONDS = 1_000_000
_PLAIN: dict[str, type] = {
    "header": Header, "began": VoiceBegan, "ended": VoiceEnded, "answered": Answered, "lost": Lost,
}  # fmt: skip
"""Records that are written field by field, by their name on the tape."""
_NAMES = {kind: name for name, kind in _PLAIN.items()}
_ADAPTERS: dict[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in _NAMES}

Sound = Callable[[str], bytes | None]
"""The next frame of a voice; None when there is no more."""


def lines_of(call_id: str, records: Sequence[Record]) -> Iterator[str]:
    """One line each, but for frames that follow one another, which share one."""
    for heard, group in groupby(records, key=lambda record: isinstance(record, VoiceHeard)):
        if heard:
            yield _signed({"heard": _frames([record for record in group if isinstance(record, VoiceHeard)])})
        else:
            for record in group:
                yield _signed(_plain(call_id, record))


def records_of(line: str, sound: Sound) -> Sequence[Record]:
    """What stands in a line; fewer frames than it names where the sound ends. Raises BadMessage for a torn line."""
    checksum, _, text = line.rstrip("\n").partition(" ")
    if not line.endswith("\n") or checksum != _checksum(text):
        raise BadMessage("a torn line")
    try:
        ((kind, values),) = json.loads(text).items()
        if kind == "heard":
            return list(_heard(values, sound))
        if kind == "told":
            told = wire.decode(json.dumps(values))
            return [] if told is None else [Told(told.entry)]
        known = _PLAIN.get(kind)
        return [] if known is None else [_ADAPTERS[known].validate_python(values)]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadMessage("not a record of a tape") from error


def _plain(call_id: str, record: Record) -> dict[str, Any]:
    if isinstance(record, Told):
        return {"told": wire.as_dict(call_id, record.entry)}
    kind = type(record)
    return {_NAMES[kind]: _ADAPTERS[kind].dump_python(record, mode="json")}


def _frames(frames: Sequence[VoiceHeard]) -> dict[str, Any]:
    """Voices by number, clocks in microseconds from one to the next, and a frame's own time where it does not simply
    follow the one before it.
    """
    voices = list(dict.fromkeys(frame.voice for frame in frames))
    clocks = [round(frame.clock * _MICROSECONDS) for frame in frames]
    expected: dict[str, float] = {}
    times: list[tuple[int, float]] = []
    for place, frame in enumerate(frames):
        if expected.get(frame.voice) != frame.frame.at:
            times.append((place, frame.frame.at))
        expected[frame.voice] = frame.frame.at + FRAME_SECONDS
    return {
        "voices": voices,
        "of": [voices.index(frame.voice) for frame in frames],
        "clocks": [clocks[0], *(clock - before for before, clock in pairwise(clocks))],
        "speech": "".join("01"[frame.speech] for frame in frames),
        "times": times,
    }


def _heard(values: dict[str, Any], sound: Sound) -> Iterator[VoiceHeard]:
    times, expected, clock = dict(values["times"]), dict[str, float](), 0
    rows = zip(values["of"], values["clocks"], values["speech"], strict=True)
    for place, (number, passed, speech) in enumerate(rows):
        voice = values["voices"][number]
        clock += passed
        at = float(times[place]) if place in times else expected[voice]
        expected[voice] = at + FRAME_SECONDS
        pcm = sound(voice)
        if pcm is None:
            return
        yield VoiceHeard(voice, AudioFrame(pcm, at), speech == "1", clock / _MICROSECONDS)


def _signed(values: dict[str, Any]) -> str:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return f"{_checksum(text)} {text}\n"


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"
