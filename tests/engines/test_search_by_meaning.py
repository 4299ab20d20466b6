"""The knowledge base with the sentence encoder of this machine, as the product has it, beside the words alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kitt_rtc.documents.ingest import ingest_samples
from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.engines.meaning import SENTENCES
from kitt_rtc.engines.qdrant import Qdrant, QdrantOptions
from kitt_rtc.engines.sentences import MODEL, SentenceEncoder, SentenceOptions
from kitt_rtc.playbooks.support import SupportOptions
from tests.support.search import search

pytestmark = pytest.mark.engines

LEXICON = Lexicon()
LEAST = SupportOptions().min_score


@pytest.fixture
async def words(tmp_path: Path) -> AsyncIterator[Qdrant]:
    base = Qdrant(LEXICON, QdrantOptions(folder=str(tmp_path / "words")))
    await ingest_samples(base)
    yield base
    await base.close()


@pytest.fixture
async def meaning(tmp_path: Path) -> AsyncIterator[Qdrant]:
    encoder = SentenceEncoder(SentenceOptions(inline=True))
    options = QdrantOptions(folder=str(tmp_path / "meaning"), embed_model=MODEL, meaning=SENTENCES)
    base = Qdrant(LEXICON, options, embedder=encoder)
    await ingest_samples(base)
    yield base
    await base.close()
    await encoder.close()


@pytest.mark.parametrize(
    ("question", "title"),
    [
        (
            "les caméras s'éteignent et se rallument chaque soir dès qu'il fait noir",
            "Cameras Restart Every Evening - PoE Budget Exceeded",
        ),
        (
            "le gérant se souvient plus du mot de passe pour entrer dans l'enregistreur",
            "Recorder Administrator Password Lost",
        ),
        (
            "old footage never gets wiped so nothing new goes onto the drive",
            "Storage Full - Old Videos Are Not Overwritten",
        ),
    ],
)
async def test_a_question_in_words_that_no_glossary_holds_finds_its_english_article(
    words: Qdrant, meaning: Qdrant, question: str, title: str
) -> None:
    best, *_ = await search(meaning, question)
    assert (best.title, best.score >= LEAST) == (title, True)
    assert best.score == pytest.approx(sum(part.value for part in best.parts), abs=1e-3)
    assert [part.value > 0 for part in best.parts if part.name == "meaning"] == [True]
    plain, *_ = await search(words, question)
    assert plain.score < LEAST


@pytest.mark.parametrize(
    "question",
    ["comment on programme les badges des locataires sur la platine ostia", "How many legs does a spider have"],
)
async def test_words_in_common_with_an_article_about_something_else_are_no_answer(
    words: Qdrant, meaning: Qdrant, question: str
) -> None:
    assert (await search(words, question))[0].score >= LEAST
    best, *_ = await search(meaning, question)
    assert best.score < LEAST
    assert [part.value < 0 for part in best.parts if part.name == "meaning"] == [True]
