"""What any knowledge base must do."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.engines.qdrant import Qdrant, QdrantOptions
from kitt_rtc.model.insight import Passage
from kitt_rtc.ports import KnowledgeBase
from tests.support.search import search

LEXICON = Lexicon()


def passage(title: str, text: str, number: int = 1) -> Passage:
    return Passage(id=f"#{number}", title=title, text=text, source="")


OFFLINE = passage("Camera Offline", "The camera is offline after a power cut.")
BEEPING = passage("Recorder Keeps Beeping", "The recorder beeps all day.", 2)
INVOICE = passage("Comprendre la facture", "Deux prélèvements sur la facture de l'abonnement.", 3)


@pytest.fixture
async def knowledge(tmp_path: Path) -> AsyncIterator[KnowledgeBase]:
    base = Qdrant(LEXICON, QdrantOptions(folder=str(tmp_path)))
    yield base
    await base.close()


async def titles(knowledge: KnowledgeBase, query: str, limit: int = 3) -> list[str]:
    return [found.title for found in await search(knowledge, query, limit=limit)]


async def test_an_empty_base_finds_nothing(knowledge: KnowledgeBase) -> None:
    assert await knowledge.count() == 0
    assert await search(knowledge, "camera", limit=3) == []


async def test_the_best_passage_is_first_in_either_language(knowledge: KnowledgeBase) -> None:
    await knowledge.replace("a.md", [OFFLINE, BEEPING, INVOICE])
    for query, title in (
        ("the camera is offline", OFFLINE.title),
        ("la caméra est hors ligne", OFFLINE.title),
        ("l'enregistreur n'arrête pas de biper", BEEPING.title),
        ("I was charged twice on my invoice", INVOICE.title),
    ):
        assert (await titles(knowledge, query))[0] == title


async def test_scores_fall_and_stay_between_nothing_and_one(knowledge: KnowledgeBase) -> None:
    await knowledge.replace("a.md", [OFFLINE, BEEPING, INVOICE])
    scores = [found.score for found in await search(knowledge, "camera offline recorder", limit=3)]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)


async def test_no_more_than_the_limit(knowledge: KnowledgeBase) -> None:
    await knowledge.replace("a.md", [OFFLINE, BEEPING, INVOICE])
    assert len(await search(knowledge, "camera recorder facture", limit=2)) == 2
    assert await search(knowledge, "camera", limit=0) == []


async def test_replacing_takes_the_place_of_that_source_alone(knowledge: KnowledgeBase) -> None:
    await knowledge.replace("a.md", [OFFLINE, BEEPING])
    await knowledge.replace("b.md", [INVOICE])
    await knowledge.replace("a.md", [passage("Door Does Not Open", "The strike of the door has no power.")])
    assert await knowledge.count() == 2
    assert sorted(await titles(knowledge, "camera offline door facture")) == [INVOICE.title, "Door Does Not Open"]


async def test_replacing_by_nothing_forgets_the_source(knowledge: KnowledgeBase) -> None:
    await knowledge.replace("a.md", [OFFLINE])
    await knowledge.replace("a.md", [])
    assert await knowledge.count() == 0
    assert await search(knowledge, "camera offline", limit=3) == []


async def test_the_same_twice_is_there_once(knowledge: KnowledgeBase) -> None:
    for _ in range(2):
        await knowledge.replace("a.md", [OFFLINE, OFFLINE, BEEPING])
    assert await knowledge.count() == 2


async def test_a_found_passage_carries_the_source_it_was_given_for(knowledge: KnowledgeBase) -> None:
    await knowledge.replace("guides/a.md", [OFFLINE])
    (found,) = await search(knowledge, "camera", limit=1)
    assert (found.source, found.text) == ("guides/a.md", OFFLINE.text)


@pytest.mark.parametrize("query", ["", "   ", "?!", "le la les", "\x00", "日本語", "camera " * 3_000])
async def test_any_query_is_answered(knowledge: KnowledgeBase, query: str) -> None:
    await knowledge.replace("a.md", [OFFLINE])
    await search(knowledge, query, limit=3)
