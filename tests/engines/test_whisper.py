"""Local Whisper: what is missing is told before anything is loaded, and nothing is ever downloaded."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kitt_rtc.engines.whisper import WhisperOptions, WhisperTranscriber
from kitt_rtc.model.errors import EngineRefused, EngineUnavailable
from tests.fakes import whisper_library
from tests.sounds.made import tone

FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.json")


def fill(folder: Path) -> None:
    """What looks like weights and is none."""
    for name in FILES:
        (folder / name).write_text('{"model": {}}')


@pytest.mark.parametrize("name", ["", "large-v3"])
def test_a_folder_that_is_not_there_is_not_taken_for_a_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="WHISPER_FOLDER is not a folder"):
        WhisperTranscriber(WhisperOptions(folder=name and str(tmp_path / name)))


@pytest.mark.parametrize("missing", FILES)
def test_a_folder_without_all_its_files_is_told_and_nothing_is_fetched(missing: str, tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(EngineUnavailable, match=f"holds no {missing}"):
        WhisperTranscriber(WhisperOptions(folder=str(tmp_path)))


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("model.safetensors", "no model.bin but those of Transformers weights; convert with"),
        ("base.pt", "no model.bin but OpenAI's own weights; convert with"),
        ("ggml-base.bin", "no model.bin but those of whisper.cpp weights; convert with"),
    ],
)
def test_weights_of_another_make_are_told_with_what_converts_them(file: str, told: str, tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "model.bin").rename(tmp_path / file)
    with pytest.raises(EngineUnavailable, match=told):
        WhisperTranscriber(WhisperOptions(folder=str(tmp_path)))


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("model.bin", "version https://example.org/spec/v1\noid sha256:0\n", "pointer of Git LFS"),
        ("tokenizer.json", "{}", "tokenizer.json without a vocabulary"),
        ("tokenizer.json", "<html>", "tokenizer.json that is not JSON"),
        ("config.json", "[]", "config.json that is not an object"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_told(file: str, content: str, told: str, tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / file).write_text(content)
    with pytest.raises(EngineUnavailable, match=told):
        WhisperTranscriber(WhisperOptions(folder=str(tmp_path)))


def test_a_missing_library_is_told_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    fill(tmp_path)
    with pytest.raises(EngineUnavailable, match="pip install"):
        WhisperTranscriber(WhisperOptions(folder=str(tmp_path)))


async def test_weights_that_are_not_weights_are_told(tmp_path: Path) -> None:
    fill(tmp_path)
    engine = WhisperTranscriber(WhisperOptions(folder=str(tmp_path)))
    assert engine.languages is None
    with pytest.raises(EngineUnavailable, match="cannot read the weights"):
        await engine.warm()
    await engine.close()


# With a stand-in for the library, whose weights hear what they are told to.


@pytest.fixture
def likely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., WhisperTranscriber]:
    """An engine whose weights find these languages so likely in every sound."""
    monkeypatch.setitem(sys.modules, "faster_whisper", whisper_library)

    def with_weights(**shares: float) -> WhisperTranscriber:
        fill(tmp_path)
        (tmp_path / "model.bin").write_text("\n".join(f"{name} {share}" for name, share in shares.items()))
        return WhisperTranscriber(WhisperOptions(folder=str(tmp_path)))

    return with_weights


@pytest.mark.parametrize(
    ("shares", "heard"),
    [
        ({"fr": 0.9, "en": 0.05, "it": 0.05}, "fr"),
        ({"it": 0.7, "fr": 0.2, "en": 0.05}, "fr"),  # accented French: the likeliest of the set, not of the world
        ({"fr": 0.5, "en": 0.4, "it": 0.1}, "en"),  # not likelier by far than what is expected
        ({"en": 0.9, "fr": 0.1}, "en"),
    ],
)
async def test_R02_whisper_hears_the_likeliest_language_of_the_set(
    shares: dict[str, float], heard: str, likely: Callable[..., WhisperTranscriber]
) -> None:
    engine = likely(**shares)
    told = await engine.transcribe(tone(1.0), language="en", hint="So.", among=("en", "fr"), terms=("NVR", "PoE"))
    await engine.close()
    assert (told.language, told.text) == (heard, f"in {heard}, after NVR, PoE So., 8 s")


@pytest.mark.parametrize("among", [(), ("fr",)])
async def test_R02_whisper_is_asked_in_the_one_language_that_is_certain(
    among: tuple[str, ...], likely: Callable[..., WhisperTranscriber]
) -> None:
    engine = likely(en=0.9, fr=0.1)
    told = await engine.transcribe(tone(1.0), language="fr", hint="", among=among)
    await engine.close()
    assert (told.language, told.text) == ("fr", "in fr, after nothing, 8 s")


async def test_R02_english_weights_are_never_asked_in_another_language(
    likely: Callable[..., WhisperTranscriber],
) -> None:
    engine = likely(en=1.0)
    await engine.warm()
    assert engine.languages == {"en"}
    assert (await engine.transcribe(tone(1.0), language="en", hint="", among=("en", "fr"))).language == "en"
    with pytest.raises(EngineRefused, match="English only"):
        await engine.transcribe(tone(1.0), language="fr", hint="", among=("fr", "en"))
    await engine.close()


@pytest.mark.parametrize(("seconds", "window"), [(1.0, "8 s"), (7.0, "10.01 s"), (27.0, "30 s")])
async def test_the_network_is_given_what_was_said_and_three_seconds_more(
    seconds: float, window: str, likely: Callable[..., WhisperTranscriber]
) -> None:
    engine = likely(en=0.9, fr=0.1)
    told = await engine.transcribe(tone(seconds), language="fr", hint="")
    await engine.close()
    assert told.text == f"in fr, after nothing, {window}"


async def test_what_no_window_holds_is_written_down_in_pieces_of_one_language(
    likely: Callable[..., WhisperTranscriber],
) -> None:
    engine = likely(en=0.9, fr=0.1)
    told = await engine.transcribe(tone(30.0), language="fr", hint="", among=("fr", "en"))
    await engine.close()
    assert [piece.text for piece in told.pieces] == ["in en, after nothing, 30 s", "in en, after nothing, 8 s"]
    assert [piece.seconds for piece in told.pieces] == [28.0, 2.0]
