import asyncio

import numpy as np

from kitt_rtc.media.earpiece import SPEECH_FRAMES, Earpiece
from kitt_rtc.media.jitter import LIVE_FRAMES
from kitt_rtc.model.audio import SILENCE, AudioFrame


def _frame(sample: int) -> AudioFrame:
    return AudioFrame(np.full(320, sample, "<i2").tobytes(), 0.0)


def _last(frame: AudioFrame | None) -> int | None:
    """The last sample: the first ones of a voice that begins swell."""
    return None if frame is None else int(np.frombuffer(frame.pcm, "<i2")[-1])


def test_nothing_to_hear_is_none():
    assert Earpiece().next() is None


def test_sources_are_mixed():
    ear = Earpiece()
    for _ in range(3):
        ear.play(_frame(100), source="a")
        ear.play(_frame(20), source="b")
    assert [_last(ear.next()) for _ in range(3)] == [120] * 3


async def test_prepared_speech_is_heard_at_once_beside_a_voice_that_is_held_back():
    now = 0.0
    ear = Earpiece(lambda: now)
    ear.play(_frame(100), source="a")
    await ear.say(_frame(20), source="voice")
    await ear.say(_frame(30), source="voice")
    assert _last(ear.next()) == 20
    now = 0.02
    assert _last(ear.next()) == 130


def test_a_live_source_that_comes_too_fast_loses_its_oldest():
    ear = Earpiece()
    for number in range(LIVE_FRAMES + 3):
        ear.play(_frame(number), source="a")
    assert _last(ear.next()) == 3
    assert (ear.dropped, ear.concealed) == (3, 0)
    ear.hush("a")
    assert ear.dropped == 3


def test_a_live_source_that_comes_late_is_made_good_and_counted():
    ear = Earpiece()
    for _ in range(2):
        ear.play(_frame(100), source="a")
    assert [_last(ear.next()) for _ in range(4)] == [100, 100, 0, 0]
    ear.play(_frame(100), source="a")
    assert _last(ear.next()) == 100
    assert ear.concealed == 2


def test_hush_forgets_one_source_or_all():
    ear = Earpiece()
    ear.play(_frame(1), source="a")
    ear.play(_frame(2), source="b")
    ear.hush("a")
    assert (ear.pending("a"), ear.pending("b")) == (0, 1)
    ear.hush()
    assert ear.next() is None


async def test_a_repeated_sound_goes_round_beneath_the_voices_until_it_is_hushed():
    ear = Earpiece()
    ear.loop(_frame(1).pcm + _frame(2).pcm, source="hold")
    await asyncio.wait_for(ear.wait_for_sound(), 1)
    for _ in range(2):
        ear.play(_frame(100), source="a")
    assert [_last(ear.next()) for _ in range(4)] == [101, 102, 1, 2]
    ear.hush("hold")
    ear.hush("a")
    assert ear.next() is None


async def test_prepared_speech_waits_for_room_and_loses_nothing():
    ear = Earpiece()

    async def narrate() -> None:
        for number in range(SPEECH_FRAMES + 10):
            await ear.say(_frame(number % 1_000), source="voice")

    narrator = asyncio.create_task(narrate())
    await asyncio.sleep(0)
    assert ear.pending("voice") == SPEECH_FRAMES
    heard = []
    while not narrator.done() or ear.pending("voice"):
        heard.append(_last(ear.next()))
        await asyncio.sleep(0)
    assert [sample for sample in heard if sample is not None] == [n % 1_000 for n in range(SPEECH_FRAMES + 10)]


async def test_whoever_keeps_time_is_woken_by_sound_and_by_the_end():
    ear = Earpiece()
    waiting = asyncio.create_task(ear.wait_for_sound())
    await asyncio.sleep(0)
    assert not waiting.done()
    ear.play(_frame(1), source="a")
    await waiting
    while ear.next() is not None:
        continue
    waiting = asyncio.create_task(ear.wait_for_sound())
    await asyncio.sleep(0)
    assert not waiting.done()
    ear.close()
    await waiting
    assert ear.closed


async def test_a_reserved_ear_takes_what_it_is_reserved_for_and_forgets_the_rest():
    ear = Earpiece()
    ear.play(AudioFrame(SILENCE, 0.0), source="rep")
    ear.reserve("hold")
    for source in ("rep", "hold"):
        ear.play(AudioFrame(SILENCE, 0.0), source=source)
        await ear.say(AudioFrame(SILENCE, 0.0), source=source)
    ear.loop(SILENCE, source="other")
    assert (ear.pending("rep"), ear.pending("hold")) == (0, 2)
    ear.reserve()
    assert ear.next() is None
    ear.play(AudioFrame(SILENCE, 0.0), source="rep")
    assert ear.pending("rep") == 1


async def test_who_waits_for_room_in_an_ear_that_is_reserved_for_others_waits_no_more():
    ear = Earpiece()
    for _ in range(SPEECH_FRAMES):
        await ear.say(AudioFrame(SILENCE, 0.0), source="narrator")
    waiting = asyncio.create_task(ear.say(AudioFrame(SILENCE, 0.0), source="narrator"))
    await asyncio.sleep(0)
    ear.reserve("hold")
    await waiting
    assert ear.pending("narrator") == 0


class _Loudspeaker:
    """Notes what it is given."""

    def __init__(self) -> None:
        self.played: list[AudioFrame] = []
        self.over = False

    def offer(self, frame: AudioFrame) -> None:
        self.played.append(frame)

    def end(self) -> None:
        self.over = True


async def test_what_is_heard_is_told_to_who_asked_and_when():
    now = 0.0
    ear = Earpiece(lambda: now)
    loudspeaker = _Loudspeaker()
    ear.attach(loudspeaker)
    await ear.say(_frame(20), source="voice")
    heard = ear.next()
    now = 0.02
    assert ear.next() is None
    assert [(frame.pcm, frame.at) for frame in loudspeaker.played] == [(heard and heard.pcm, 0.0), (SILENCE, 0.02)]
    ear.detach(loudspeaker)
    ear.next()
    assert len(loudspeaker.played) == 2


def test_who_asked_is_told_of_the_end():
    ear, loudspeaker = Earpiece(), _Loudspeaker()
    ear.attach(loudspeaker)
    ear.close()
    assert loudspeaker.over
