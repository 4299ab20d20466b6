"""The neural detector: what it hears that loudness cannot, and the pool that hands it out."""

from collections.abc import AsyncIterator

import pytest

from kitt_rtc.engines.silero import SileroOptions, SileroPool
from kitt_rtc.ports import SpeechDetector
from tests.sounds.made import frames, noise, silence, square, tone
from tests.sounds.spoken import spoken

pytestmark = pytest.mark.engines


@pytest.fixture
async def pool() -> AsyncIterator[SileroPool]:
    pool = SileroPool(SileroOptions(spare=0, most=2))
    await pool.warm(1)
    yield pool
    await pool.close()


def speech_frames(detector: SpeechDetector, pcm: bytes) -> int:
    return sum(detector.hears(frame) for frame in frames(pcm))


@pytest.mark.parametrize("sound", [noise(3.0, level=0.05), tone(3.0), square(3.0, 0.2)], ids=["noise", "tone", "buzz"])
def test_loud_sounds_that_nobody_speaks_are_not_speech(pool: SileroPool, sound: bytes) -> None:
    assert speech_frames(pool.detector(), sound) <= 10


def test_speech_begins_soon_and_ends_soon(pool: SileroPool) -> None:
    speech = spoken("the camera does not record any more")
    detector = pool.detector()
    signs = [detector.hears(frame) for frame in frames(silence(1.0) + speech + silence(1.0))]
    first, last = signs.index(True) * 0.02, (len(signs) - signs[::-1].index(True)) * 0.02
    assert 1.0 <= first <= 1.4
    assert len(speech) / 32_000 + 0.6 <= last <= len(speech) / 32_000 + 1.2


async def test_an_instance_comes_back_and_serves_the_next_voice_as_new(pool: SileroPool) -> None:
    speech = spoken("thank you, goodbye")
    first = pool.detector()
    fresh = [first.hears(frame) for frame in frames(speech)]
    first.close()
    assert pool.idle == 1
    second = pool.detector()
    assert [second.hears(frame) for frame in frames(speech)] == fresh
    assert pool.made == 1


async def test_the_pool_grows_on_demand_and_not_beyond_its_bound(pool: SileroPool) -> None:
    detectors = [pool.detector() for _ in range(3)]
    assert pool.made == 2
    assert detectors[2].hears(frames(square(0.02, 0.1))[0])  # by loudness
    for detector in detectors:
        detector.close()
    await pool.warm(2)
    assert pool.idle == 2


async def test_a_voice_without_its_instance_yet_is_judged_by_loudness() -> None:
    pool = SileroPool(SileroOptions(spare=0))
    detector = pool.detector()
    assert detector.hears(frames(square(0.02, 0.1))[0])
    assert not detector.hears(frames(silence(0.02))[0])
    detector.close()
    await pool.close()


async def test_spare_instances_are_made_ahead() -> None:
    pool = SileroPool(SileroOptions(spare=2))
    await pool.warm(1)
    pool.detector()
    assert pool.idle == 2
    await pool.close()


async def test_a_detector_that_closes_after_its_pool_is_harmless() -> None:
    pool = SileroPool(SileroOptions(spare=0))
    await pool.warm(1)
    detector = pool.detector()
    await pool.close()
    detector.close()
    assert pool.idle == 0
