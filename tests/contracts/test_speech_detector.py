"""What any speech detector must do."""

from collections.abc import Iterator

import pytest

from kitt_rtc.engines.energy import GatedDetector, LoudnessDetector
from kitt_rtc.engines.silero import Silero
from kitt_rtc.model.audio import FRAME_SECONDS
from kitt_rtc.ports import SpeechDetector
from tests.sounds.made import frames, silence
from tests.sounds.spoken import spoken

pytestmark = pytest.mark.engines


@pytest.fixture(params=["loudness", "silero", "gated silero"])
def detector(request: pytest.FixtureRequest) -> Iterator[SpeechDetector]:
    if request.param == "loudness":
        yield LoudnessDetector()
        return
    inner = Silero().detector()
    detector = GatedDetector(inner) if request.param == "gated silero" else inner
    yield detector
    detector.close()


def heard(detector: SpeechDetector, pcm: bytes) -> list[bool]:
    return [detector.hears(frame) for frame in frames(pcm)]


def test_silence_is_not_speech(detector: SpeechDetector) -> None:
    assert not any(heard(detector, silence(3.0)))


@pytest.mark.parametrize(
    ("voice", "text"),
    [("slt", "the camera does not record any more"), ("fr", "la caméra n'enregistre plus rien depuis hier")],
)
def test_a_sentence_is_speech_and_what_surrounds_it_is_not(detector: SpeechDetector, voice: str, text: str) -> None:
    speech = spoken(text, voice=voice)
    signs = heard(detector, silence(1.0) + speech + silence(1.5))
    assert not any(signs[:40])
    assert not any(signs[-25:])
    assert sum(signs) * FRAME_SECONDS > 1.0


def test_a_second_sentence_is_heard_as_well_as_the_first(detector: SpeechDetector) -> None:
    speech = spoken("thank you, goodbye")
    heard(detector, speech + silence(3.0))
    assert sum(heard(detector, speech)) * FRAME_SECONDS > 0.4


def test_closing_twice_is_closing_once(detector: SpeechDetector) -> None:
    detector.close()
    detector.close()
