from pathlib import Path

import pytest

from kitt_rtc.media.files import read_sound, write_sound
from kitt_rtc.media.wav import write_wav
from kitt_rtc.model.errors import BadSound
from tests.sounds.made import loudest_hertz, tone


def test_a_small_file_gives_back_length_and_frequency(tmp_path: Path):
    write_sound(tmp_path / "tone.ogg", tone(1.0))
    sound = read_sound(tmp_path / "tone.ogg")
    assert abs(len(sound) / 32_000 - 1.0) < 0.01
    assert abs(loudest_hertz(sound) - 440) < 3
    assert (tmp_path / "tone.ogg").stat().st_size < 10_000


def test_a_wav_file_is_read_to_the_sample(tmp_path: Path):
    (tmp_path / "tone.wav").write_bytes(write_wav(tone(0.5)))
    assert read_sound(tmp_path / "tone.wav") == tone(0.5)


@pytest.mark.parametrize("content", [b"", b"not a sound at all", None])
def test_what_is_no_sound_file_is_named(tmp_path: Path, content: bytes | None):
    path = tmp_path / "letter.ogg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadSound, match=r"letter\.ogg"):
        read_sound(path)


def test_a_file_longer_than_allowed_is_refused(tmp_path: Path):
    write_sound(tmp_path / "long.ogg", tone(3.0))
    with pytest.raises(BadSound, match="longer"):
        read_sound(tmp_path / "long.ogg", max_seconds=1.0)
