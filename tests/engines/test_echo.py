"""The canceller of one leg: an echo is found and goes, a voice stays, and nothing is touched without need."""

from collections.abc import AsyncIterator

import numpy as np
import pytest

from kitt_rtc.engines.echo import Canceller, EchoCancellation
from kitt_rtc.model.audio import FRAME_BYTES, RATE, AudioFrame
from kitt_rtc.model.speech import Segment
from kitt_rtc.ports import EchoCanceller
from tests.sounds.made import chatter, echo_of, frames, rms, silence, together


@pytest.fixture
async def cancellation() -> AsyncIterator[EchoCancellation]:
    cancellation = EchoCancellation()
    yield cancellation
    await cancellation.close()


@pytest.fixture
def canceller(cancellation: EchoCancellation) -> Canceller:
    return cancellation.canceller()


def cleaned(canceller: EchoCanceller, far: bytes, microphone: bytes, *, start: float = 0.0) -> bytes:
    """The microphone as it is heard while the far end is played."""
    left = []
    for played, heard in zip(frames(far, start=start), frames(microphone, start=start), strict=True):
        canceller.played(played)
        clean = canceller.clean(heard)
        assert (len(clean.pcm), clean.at) == (FRAME_BYTES, heard.at)
        left.append(clean.pcm)
    return b"".join(left)


def part(pcm: bytes, start: float, end: float) -> bytes:
    return pcm[round(start * RATE) * 2 : round(end * RATE) * 2]


def decibels(one: bytes, other: bytes) -> float:
    return 20 * float(np.log10((rms(one) + 1e-6) / (rms(other) + 1e-6)))


@pytest.mark.parametrize("late", [0.02, 0.06, 0.15, 0.25, 0.4])
@pytest.mark.parametrize("level", [-3.0, -20.0])
def test_N5_an_echo_is_found_and_gone_within_two_seconds(canceller: Canceller, late: float, level: float):
    far = chatter(5.0)
    echo = echo_of(far, decibels=level, late=late)
    left = cleaned(canceller, far, echo)
    assert decibels(part(echo, 3.0, 5.0), part(left, 3.0, 5.0)) > 30


def test_N5_both_at_once_is_heard_as_one(canceller: Canceller):
    far, person = chatter(10.0), silence(4.0) + chatter(4.0, seed=2) + silence(2.0)
    left = cleaned(canceller, far, together(person, echo_of(far, decibels=-6.0, late=0.15)))
    assert abs(decibels(part(left, 4.5, 8.0), part(person, 4.5, 8.0))) < 1.0
    assert rms(part(left, 8.5, 10.0)) < 0.003


def test_without_an_echo_no_sample_is_touched(canceller: Canceller):
    person = chatter(6.0, seed=2)
    assert cleaned(canceller, chatter(6.0, seed=1), person) == person


def test_the_same_words_of_another_mouth_are_no_echo(canceller: Canceller):
    far = chatter(4.0)
    slower = np.interp(np.arange(0, 2 * RATE, 0.9), np.arange(2 * RATE), np.frombuffer(far, "<i2")[: 2 * RATE])
    person = (slower.astype("<i2").tobytes() + silence(4.0))[: len(far)]
    assert cleaned(canceller, far, person) == person


def test_nothing_is_done_before_anything_is_played(canceller: Canceller):
    heard = frames(chatter(1.0))
    assert [canceller.clean(frame) for frame in heard] == heard


def test_while_the_far_end_is_silent_no_sample_is_touched(canceller: Canceller):
    far, person = chatter(4.0) + silence(3.0), silence(4.8) + chatter(2.2, seed=2)
    left = cleaned(canceller, far, together(person, echo_of(far, decibels=-6.0, late=0.15)))
    assert part(left, 4.8, 7.0) == part(person, 4.8, 7.0)


def test_an_echo_that_moves_is_found_again(canceller: Canceller):
    far = chatter(16.0)
    before, behind = (echo_of(far, decibels=-6.0, late=late) for late in (0.1, 0.35))
    echo = part(before, 0.0, 5.0) + part(behind, 5.0, 16.0)
    left = cleaned(canceller, far, echo)
    assert decibels(part(echo, 3.0, 5.0), part(left, 3.0, 5.0)) > 30
    assert decibels(part(echo, 12.0, 16.0), part(left, 12.0, 16.0)) > 25


def test_clocks_that_drift_apart_are_followed(canceller: Canceller):
    far = chatter(20.0)
    echo = np.frombuffer(echo_of(far, decibels=-6.0, late=0.15), "<i2")
    drifted = np.interp(np.arange(len(echo)) * (1 + 50e-6), np.arange(len(echo)), echo).astype("<i2").tobytes()
    left = cleaned(canceller, far, drifted)
    assert decibels(part(drifted, 10.0, 20.0), part(left, 10.0, 20.0)) > 18


def test_a_louder_loudspeaker_is_followed(canceller: Canceller):
    far = chatter(10.0)
    echo = part(echo_of(far, decibels=-16.0, late=0.15), 0.0, 5.0) + part(
        echo_of(far, decibels=-6.0, late=0.15), 5.0, 10.0
    )
    left = cleaned(canceller, far, echo)
    assert decibels(part(echo, 7.0, 10.0), part(left, 7.0, 10.0)) > 25


def test_an_earpiece_that_rests_does_not_lose_the_echo(canceller: Canceller):
    far = chatter(4.0) + silence(2.0) + chatter(2.0, seed=3)
    echo = echo_of(far, decibels=-6.0, late=0.15)
    left = []
    for number, (played, heard) in enumerate(zip(frames(far), frames(echo), strict=True)):
        if not 4.0 <= number * 0.02 < 6.0:  # a telephone is sent nothing while there is nothing
            canceller.played(played)
        left.append(canceller.clean(heard).pcm)
    assert decibels(part(echo, 6.2, 8.0), part(b"".join(left), 6.2, 8.0)) > 30


async def test_N5_a_sentence_heard_before_its_echo_was_known_is_nothing_afterwards(canceller: Canceller):
    far = chatter(1.5) + silence(1.0)
    echo = echo_of(far, decibels=-6.0, late=0.25)
    left = cleaned(canceller, far, echo)
    assert rms(part(left, 0.25, 0.5)) > 0.01
    assert await canceller.review(Segment("seg_1", part(left, 0.2, 1.9), 0.2)) is None


async def test_N5_of_such_a_sentence_the_voice_remains(canceller: Canceller):
    far, person = chatter(2.0) + silence(2.0), silence(1.5) + chatter(2.0, seed=2) + silence(0.5)
    left = cleaned(canceller, far, together(person, echo_of(far, decibels=-6.0, late=0.25)))
    said = await canceller.review(Segment("seg_1", part(left, 0.2, 3.6), 0.2, speech_seconds=3.2))
    assert said is not None
    assert (said.id, said.speech_seconds) == ("seg_1", said.seconds)
    assert 1.2 < said.start < 1.6
    assert abs(decibels(said.pcm[: RATE * 2], part(person, said.start, said.start + 1.0))) < 1.5


async def test_a_sentence_without_an_echo_is_not_touched(canceller: Canceller):
    person = chatter(3.0, seed=2)
    cleaned(canceller, chatter(3.0), person)
    said = Segment("seg_1", part(person, 0.2, 2.8), 0.2, speech_seconds=2.0)
    assert await canceller.review(said) == said


async def test_of_a_path_that_is_well_known_no_sentence_is_cleaned_again(canceller: Canceller):
    far, person = chatter(9.0), silence(7.0) + chatter(2.0, seed=2)
    left = cleaned(canceller, far, together(person, echo_of(far, decibels=-6.0, late=0.15)))
    said = Segment("seg_1", part(left, 7.0, 9.0), 7.0)
    assert await canceller.review(said) is said


async def test_once_closed_a_sentence_stays_as_it_was_heard(cancellation: EchoCancellation):
    canceller = cancellation.canceller()
    far = chatter(1.5)
    echo = cleaned(canceller, far, echo_of(far, decibels=-6.0, late=0.25))
    await cancellation.close()
    said = Segment("seg_1", part(echo, 0.2, 1.4), 0.2)
    assert await canceller.review(said) == said


def test_a_short_last_frame_is_passed_on(canceller: Canceller):
    rest = AudioFrame(bytes(100), 0.0)
    assert canceller.clean(rest) is rest
