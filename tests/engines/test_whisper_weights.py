"""Whisper with real weights: French is heard, in its language, by telephone too, and nothing is said of silence."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from evals.hearing.corpora import telephone
from kitt_rtc.engines.whisper import WhisperOptions, WhisperTranscriber
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.words import fold
from tests.sounds.made import silence
from tests.sounds.spoken import spoken
from tests.support.french import WEIGHTS, french_ear, heard_here

pytestmark = [pytest.mark.engines, heard_here]

COMPLAINT = "Bonjour, ma caméra a un problème."
OFFER = "Nous avons reçu une offre d'un concurrent."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ear() -> AsyncIterator[WhisperTranscriber]:
    async with french_ear(threads=2) as engine:
        yield engine


def french(text: str) -> bytes:
    return spoken(text, voice="fr-FR")


@pytest.mark.asyncio(loop_scope="module")
async def test_french_is_written_down_two_sentences_at_once(ear: WhisperTranscriber) -> None:
    heard = await asyncio.gather(
        ear.transcribe(french(COMPLAINT), language="fr", hint=""),
        ear.transcribe(telephone(french(OFFER)), language="fr", hint=""),
    )
    assert [fold(one.text) for one in heard] == [fold(COMPLAINT), fold(OFFER)]
    assert all(one.confidence is not None and one.confidence > 0.5 for one in heard)


@pytest.mark.asyncio(loop_scope="module")
async def test_R02_each_language_of_a_set_is_found_out(ear: WhisperTranscriber) -> None:
    both = ("fr", "en")
    heard = [
        await ear.transcribe(pcm, language=expected, hint="", among=both)
        for pcm in (french(COMPLAINT), spoken("the camera does not record any more"))
        for expected in both
    ]
    assert [one.language for one in heard] == ["fr", "fr", "en", "en"]
    assert "camera" in heard[-1].text.lower()


@pytest.mark.asyncio(loop_scope="module")
async def test_what_was_said_before_stands_in_no_answer(ear: WhisperTranscriber) -> None:
    hint = "Est-ce que la caméra est allumée ?"
    heard = await ear.transcribe(french("Oui, la caméra est en ligne."), language="fr", hint=hint, terms=("NVR", "PoE"))
    assert fold(heard.text) == "oui la camera est en ligne"


@pytest.mark.asyncio(loop_scope="module")
async def test_N4_silence_has_no_words(ear: WhisperTranscriber) -> None:
    assert (await ear.transcribe(silence(2.0), language="fr", hint="")).text == ""


async def test_half_of_the_weights_are_told(tmp_path: Path) -> None:
    cut = shutil.copytree(WEIGHTS, tmp_path / "cut")
    whole = (cut / "model.bin").read_bytes()
    (cut / "model.bin").write_bytes(whole[: len(whole) // 2])
    engine = WhisperTranscriber(WhisperOptions(str(cut)))
    with pytest.raises(EngineUnavailable, match=r"cannot read the weights in WHISPER_FOLDER: Variable"):
        await engine.warm()
    await engine.close()
