"""Records as lines, and back: the same to the last bit, and a torn one is not there."""

import zlib

import pytest

from kitt_rtc.model.audio import AudioFrame
from kitt_rtc.model.errors import BadMessage
from kitt_rtc.model.facts import Entry, RecordingChanged
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.tape.lines import lines_of, records_of
from kitt_rtc.tape.records import Answered, Header, Lost, Record, Told, VoiceBegan, VoiceEnded, VoiceHeard
from tests.sounds.made import frames, noise

REP = Speaker("REP", Role.REP, "Anna")
SOUND = noise(0.2)


def heard(voice: str, *, start: float = 1.3, clock: float = 1.41, speech: bool = True) -> list[Record]:
    return [
        VoiceHeard(voice, frame, speech, round(clock + 0.02 * number + 0.000_001, 6))
        for number, frame in enumerate(frames(SOUND, start=start))
    ]


RECORDS: list[Record] = [
    Header("call", "0.3.0", {"pause_seconds": 0.4, "hint_terms": ["Hikvision"]}),
    Told(Entry(1, 0.1, RecordingChanged("started"))),
    VoiceBegan("a", "leg_1", REP, 1, 1.4),
    VoiceBegan("b", "leg_2", None, 3, 1.4),
    Answered("model", "q", "", 1.5, 0.25, {"form": {"title": "Prix élevé"}, "seen": [[0.1, {"title": "Prix"}]]}),
    VoiceEnded("a", 3.25),
    Lost(12),
]


def read(lines: list[str], **sound: bytes) -> list[Record]:
    waiting = {voice: [frame.pcm for frame in frames(pcm)] for voice, pcm in sound.items()}

    def next_frame(voice: str) -> bytes | None:
        return waiting[voice].pop(0) if waiting[voice] else None

    return [record for line in lines for record in records_of(line, next_frame)]


def test_every_record_comes_back_as_it_was():
    assert read(list(lines_of("call", RECORDS))) == RECORDS


def test_frames_of_two_voices_share_a_line_and_come_back_in_their_order_with_their_own_times():
    mixed = [record for pair in zip(heard("a"), heard("b", start=7.77, speech=False), strict=True) for record in pair]
    jumped = VoiceHeard("a", AudioFrame(SOUND[:640], 9.125), False, 9.5)
    lines = list(lines_of("call", [*mixed, jumped]))
    assert len(lines) == 1
    assert read(lines, a=SOUND + SOUND[:640], b=SOUND) == [*mixed, jumped]


def test_where_the_sound_ends_its_frames_end():
    lines = list(lines_of("call", heard("a")))
    assert read(lines, a=SOUND[:1_280]) == heard("a")[:2]


@pytest.mark.parametrize("torn", [lambda line: line[:-1], lambda line: line[:20] + "\n", lambda line: "x" + line])
def test_a_torn_line_is_no_record(torn):
    (line,) = lines_of("call", [Lost(1)])
    with pytest.raises(BadMessage):
        records_of(torn(line), lambda _: None)


def test_what_a_later_product_writes_besides_is_passed_over():
    (line,) = lines_of("call", [Lost(1)])
    text = '{"smell":{"of":"coffee"}}'
    assert records_of(f"{zlib.crc32(text.encode()):08x} {text}\n", lambda _: None) == []
    assert records_of(line, lambda _: None) == [Lost(1)]
