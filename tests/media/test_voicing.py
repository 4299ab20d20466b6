"""What a stretch of sound is like: voices, a telephone's tones, noise, clicks and machines are told apart."""

import numpy as np
import pytest

from kitt_rtc.media import tones
from kitt_rtc.media.voicing import SILENT, Voicing, voicing
from kitt_rtc.model.audio import RATE
from tests.sounds.made import noise, silence, square, tone
from tests.sounds.spoken import spoken
from tests.sounds.voice import voice


def over(speech: bytes, sound: bytes) -> bytes:
    both = np.frombuffer(speech, "<i2").astype(np.int32) + np.resize(np.frombuffer(sound, "<i2"), len(speech) // 2)
    return np.clip(both, -32_768, 32_767).astype("<i2").tobytes()


def signs(heard: Voicing) -> tuple[bool, bool, bool]:
    """The hard ones."""
    return heard.is_tone, heard.is_steady_noise, heard.is_click


def buzz(seconds: float) -> bytes:
    """A mobile phone beside a loudspeaker: short pulses, 217 a second."""
    time = np.arange(round(seconds * RATE)) / RATE
    return ((((time * 216.8) % 1.0 < 0.125) - 0.125) * 5_000).astype("<i2").tobytes()


@pytest.mark.parametrize(
    "sound",
    [tones.ring_back("fr"), tones.ring_back("en"), tones.busy("fr"), tones.busy("en"), tones.beep(), tone(1.0)],
)
def test_N4_a_telephones_tones_are_hard_evidence(sound: bytes) -> None:
    heard = voicing(sound)
    assert heard.is_tone
    assert not heard.has_voice


def test_N4_long_pressed_keys_are_tones() -> None:
    low, high = tones.KEYS["5"]
    pressed = over(tone(0.5, hertz=low, level=0.1), tone(0.5, hertz=high, level=0.1))
    assert voicing(pressed + silence(0.2)).is_tone


@pytest.mark.parametrize("level", [0.02, 0.1])
def test_N4_steady_noise_is_hard_evidence(level: float) -> None:
    heard = voicing(noise(2.0, level=level))
    assert heard.is_steady_noise
    assert heard.voiced == 0.0


def test_N4_a_click_is_hard_evidence() -> None:
    assert voicing(silence(0.2) + noise(0.03, level=0.2) + silence(0.3)).is_click


def test_a_buzz_is_a_machine_and_no_hard_evidence() -> None:
    heard = voicing(buzz(1.0))
    assert heard.is_machine
    assert not any(signs(heard))


def test_a_voice_is_a_voice() -> None:
    heard = voicing(silence(0.2) + voice(0.4) + silence(0.2))
    assert heard.has_voice
    assert heard.voiced > 0.25
    assert not any(signs(heard))
    assert not heard.is_machine


@pytest.mark.parametrize("level", [0.01, 0.02])
def test_a_voice_in_noise_is_no_steady_noise(level: float) -> None:
    speech = voice(1.0, level=0.06)
    heard = voicing(over(silence(0.3) + speech + silence(0.3), noise(2.0, level=level)))
    assert heard.has_voice
    assert not heard.is_steady_noise


def test_keys_pressed_in_the_middle_of_a_word_leave_the_voice() -> None:
    heard = voicing(tones.keys("123456") + voice(0.3) + tones.keys("78"))
    assert heard.has_voice
    assert not heard.is_tone


@pytest.mark.parametrize("sound", [b"", silence(1.0), square(0.01, 0.2), noise(1.0, level=0.005), b"\x01\x02\x03"])
def test_what_is_too_quiet_or_too_short_is_silent(sound: bytes) -> None:
    assert voicing(sound) == SILENT


@pytest.mark.engines
@pytest.mark.parametrize(
    ("word", "by"),
    [
        ("yes", "slt"),
        ("no", "rms"),
        ("thank you", "awb"),
        ("you", "slt"),
        ("oui", "fr"),
        ("non", "fr"),
        ("merci", "fr"),
    ],
)
def test_N4_a_real_short_answer_has_a_voice(word: str, by: str) -> None:
    heard = voicing(silence(0.2) + spoken(word, voice=by) + silence(0.2))
    assert heard.has_voice
    assert not any(signs(heard))
    assert not heard.is_machine
