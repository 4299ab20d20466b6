"""What any knowledge base must do: over a folder, by a server's way of searching, and over a server where there is one.

A server is named by QDRANT_TEST_URL; a collection of its own is made there, and deleted.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from qdrant_client import QdrantClient

from kitt_rtc.engines.finders import ServerFinder
from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.engines.qdrant import Qdrant, QdrantOptions
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.query import Query, Subjects
from kitt_rtc.ports import KnowledgeShelf
from tests.support.search import search

LEXICON = Lexicon()
TODAY = date(2026, 11, 29)
SERVER = os.environ.get("QDRANT_TEST_URL", "")


def passage(title: str, text: str, number: int = 1, **fields: str) -> Passage:
    return Passage(id=f"#{number}", title=title, text=text, source="", **fields)


OFFLINE = passage("Camera Offline", "The camera is offline after a power cut.")
BEEPING = passage("Recorder Keeps Beeping", "The recorder beeps all day.", 2)
INVOICE = passage("Comprendre la facture", "Deux prélèvements sur la facture de l'abonnement.", 3)


@pytest.fixture(params=["folder", "server's way", *(["server"] if SERVER else [])])
async def knowledge(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[KnowledgeShelf]:
    options = QdrantOptions(folder=str(tmp_path))
    if request.param == "server":
        options = QdrantOptions(url=SERVER, collection=f"kitt_test_{uuid4().hex}")
    finder = ServerFinder if request.param == "server's way" else None
    base = Qdrant(LEXICON, options, finder=finder, today=lambda: TODAY, now=lambda: 1_000.0)
    yield base
    await base.close()
    if options.url:
        client = QdrantClient(url=options.url)
        for name in (options.collection, f"{options.collection}_documents"):
            client.delete_collection(name)
        client.close()


async def titles(knowledge: KnowledgeShelf, query: str, limit: int = 3) -> list[str]:
    return [found.title for found in await search(knowledge, query, limit=limit)]


async def test_an_empty_base_finds_nothing(knowledge: KnowledgeShelf) -> None:
    assert await knowledge.count() == 0
    assert await search(knowledge, "camera", limit=3) == []


async def test_the_best_passage_is_first_in_either_language(knowledge: KnowledgeShelf) -> None:
    await knowledge.replace("a.md", [OFFLINE, BEEPING, INVOICE])
    for query, title in (
        ("the camera is offline", OFFLINE.title),
        ("la caméra est hors ligne", OFFLINE.title),
        ("l'enregistreur n'arrête pas de biper", BEEPING.title),
        ("I was charged twice on my invoice", INVOICE.title),
    ):
        assert (await titles(knowledge, query))[0] == title


async def test_scores_fall_and_stay_between_nothing_and_one(knowledge: KnowledgeShelf) -> None:
    await knowledge.replace("a.md", [OFFLINE, BEEPING, INVOICE])
    scores = [found.score for found in await search(knowledge, "camera offline recorder", limit=3)]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)


async def test_no_more_than_the_limit(knowledge: KnowledgeShelf) -> None:
    await knowledge.replace("a.md", [OFFLINE, BEEPING, INVOICE])
    assert len(await search(knowledge, "camera recorder facture", limit=2)) == 2
    assert await search(knowledge, "camera", limit=0) == []


async def test_replacing_takes_the_place_of_that_source_alone(knowledge: KnowledgeShelf) -> None:
    await knowledge.replace("a.md", [OFFLINE, BEEPING])
    await knowledge.replace("b.md", [INVOICE])
    await knowledge.replace("a.md", [passage("Door Does Not Open", "The strike of the door has no power.")])
    assert await knowledge.count() == 2
    assert sorted(await titles(knowledge, "camera offline door facture")) == [INVOICE.title, "Door Does Not Open"]


async def test_replacing_by_nothing_forgets_the_source(knowledge: KnowledgeShelf) -> None:
    await knowledge.replace("a.md", [OFFLINE])
    await knowledge.replace("a.md", [])
    assert await knowledge.count() == 0
    assert await search(knowledge, "camera offline", limit=3) == []


async def test_the_same_twice_is_there_once(knowledge: KnowledgeShelf) -> None:
    for _ in range(2):
        await knowledge.replace("a.md", [OFFLINE, OFFLINE, BEEPING])
    assert await knowledge.count() == 2


async def test_a_found_passage_carries_the_source_it_was_given_for(knowledge: KnowledgeShelf) -> None:
    await knowledge.replace("guides/a.md", [OFFLINE])
    (found,) = await search(knowledge, "camera", limit=1)
    assert (found.source, found.text) == ("guides/a.md", OFFLINE.text)


@pytest.mark.parametrize("query", ["", "   ", "?!", "le la les", "\x00", "日本語", "camera " * 3_000])
async def test_any_query_is_answered(knowledge: KnowledgeShelf, query: str) -> None:
    await knowledge.replace("a.md", [OFFLINE])
    await search(knowledge, query, limit=3)


# what is valid, and for whom


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "rule"),
    [
        ("", "2026-11-28", "expired"),
        ("2026-11-30", "", "not_yet_valid"),
        ("", "2026-11-29", ""),
        ("2026-11-29", "", ""),
        ("2026-01-01", "2026-12-31", ""),
    ],
)
async def test_N6_what_is_not_valid_today_is_not_found_and_told(
    knowledge: KnowledgeShelf, valid_from: str, valid_until: str, rule: str
) -> None:
    await knowledge.replace("a.md", [replace(OFFLINE, valid_from=valid_from, valid_until=valid_until)])
    await knowledge.replace("b.md", [BEEPING])
    found = await knowledge.search(Query("the camera is offline"), limit=3)
    assert (OFFLINE.title in {one.title for one in found.passages}) == (not rule)
    assert [one.rule for one in found.dropped if one.passage.title == OFFLINE.title] == ([rule] if rule else [])


async def test_validity_is_looked_at_when_somebody_asks(knowledge: KnowledgeShelf) -> None:
    await knowledge.replace("a.md", [replace(OFFLINE, valid_until="2026-12-31")])
    assert (await knowledge.search(Query("camera offline"), limit=1)).passages
    assert not (await knowledge.search(Query("camera offline", on="2027-01-01"), limit=1)).passages


async def test_what_is_hidden_does_not_crowd_out_what_is_not(knowledge: KnowledgeShelf) -> None:
    old = [
        replace(OFFLINE, text=f"The camera is offline, case {number}.", valid_until="2020-01-01")
        for number in range(60)
    ]
    await knowledge.replace("old.md", old)
    await knowledge.replace("new.md", [passage("The camera", "Somebody said offline once, and a power cut too.")])
    found = await knowledge.search(Query("the camera is offline"), limit=3)
    assert [one.source for one in found.passages] == ["new.md"]
    assert {one.rule for one in found.dropped} == {"expired"}


async def test_a_product_leaves_out_others_and_keeps_what_is_of_none(knowledge: KnowledgeShelf) -> None:
    await knowledge.replace("a.md", [replace(OFFLINE, product="Argus Dome, Argus Bullet")])
    await knowledge.replace("b.md", [replace(OFFLINE, text="The camera is offline in the rain.", product="Rivello")])
    await knowledge.replace("c.md", [replace(OFFLINE, text="The camera is offline in the snow.")])
    found = await knowledge.search(Query("camera offline", product="argus bullet"), limit=5)
    assert {one.source for one in found.passages} == {"a.md", "c.md"}
    assert [(one.passage.source, one.rule, one.detail) for one in found.dropped] == [("b.md", "product", "Rivello")]


async def test_a_language_is_preferred_and_never_demanded(knowledge: KnowledgeShelf) -> None:
    await knowledge.replace("en.md", [replace(OFFLINE, language="en")])
    await knowledge.replace("fr.md", [replace(OFFLINE, language="fr")])
    for language in ("fr", "en"):
        found = await knowledge.search(Query("camera offline", language=language), limit=2)
        assert (found.passages[0].language, len(found.passages)) == (language, 2)


async def test_an_error_code_lifts_its_article_and_lowers_that_of_another(knowledge: KnowledgeShelf) -> None:
    first = passage("Camera Offline", "Error E-4012: the camera is offline. Change the cable.")
    other = passage("Camera Offline", "Error E-7000: the camera is offline. Change the lens.")
    await knowledge.replace("a.md", [first])
    await knowledge.replace("b.md", [other])
    plain = {one.source: one.score for one in (await knowledge.search(Query("camera offline"), limit=2)).passages}
    about = Subjects(error_codes=("error e4012",))
    right, wrong = (await knowledge.search(Query("camera offline", about=about), limit=2)).passages
    assert (right.source, wrong.source) == ("a.md", "b.md")
    assert right.score > plain["a.md"]
    assert wrong.score < plain["b.md"]
    assert [(part.name, part.value > 0) for part in (right.parts[-1], wrong.parts[-1])] == [
        ("error_code", True),
        ("error_code", False),
    ]


async def test_the_parts_add_up_to_the_score(knowledge: KnowledgeShelf) -> None:
    await knowledge.replace("a.md", [replace(OFFLINE, product="Argus", language="en")])
    about = Subjects(products=("Argus",), components=("camera",))
    (found,) = (await knowledge.search(Query("camera without power", language="en", about=about), limit=1)).passages
    assert {part.name for part in found.parts} >= {"words", "product", "component", "language"}
    assert found.score == pytest.approx(min(1.0, sum(part.value for part in found.parts)), abs=1e-3)


async def test_another_wording_finds_what_the_first_does_not(knowledge: KnowledgeShelf) -> None:
    await knowledge.replace("a.md", [OFFLINE, BEEPING])
    alone = await knowledge.search(Query("it whistles"), limit=1)
    both = await knowledge.search(Query("it whistles", also=("the recorder beeps",)), limit=1)
    assert [one.title for one in both.passages] == [BEEPING.title]
    assert both.passages[0].score > max((one.score for one in alone.passages), default=0.0)


async def test_what_others_fit_better_than_is_told(knowledge: KnowledgeShelf) -> None:
    await knowledge.replace("a.md", [OFFLINE, BEEPING])
    found = await knowledge.search(Query("camera offline recorder beeps"), limit=1)
    (other,) = found.dropped
    assert {found.passages[0].title, other.passage.title} == {OFFLINE.title, BEEPING.title}
    assert (other.rule, other.passage.score <= found.passages[0].score) == ("limit", True)


# documents


async def test_a_document_keeps_the_line_of_its_editions(knowledge: KnowledgeShelf) -> None:
    await knowledge.replace(
        "a.md", [replace(OFFLINE, version="1", digest="d1", product="Argus", valid_until="2030-01-01")]
    )
    await knowledge.replace("a.md", [replace(OFFLINE, version="2", digest="d2", text="The camera is off.")])
    (document,) = await knowledge.documents()
    assert (document.source, document.title, document.product) == ("a.md", OFFLINE.title, "")
    assert [(one.version, one.digest, one.added_at, one.passages) for one in document.editions] == [
        ("2", "d2", 1_000.0, 1),
        ("1", "d1", 1_000.0, 1),
    ]
    (found,) = await search(knowledge, "camera", limit=1)
    assert (found.version, found.digest) == ("2", "d2")


async def test_another_label_of_the_same_words_is_there_at_once(knowledge: KnowledgeShelf) -> None:
    await knowledge.replace("a.md", [replace(OFFLINE, version="1", digest="d1")])
    again = [replace(OFFLINE, version="2", digest="d2", valid_until="2020-01-01")]
    assert not await knowledge.holds("a.md", again)
    await knowledge.replace("a.md", again)
    assert await knowledge.holds("a.md", again)
    assert await knowledge.count() == 1
    assert await search(knowledge, "camera", limit=1) == []
    assert [one.version for one in await knowledge.passages("a.md")] == ["2"]


async def test_a_forgotten_document_is_listed_no_more(knowledge: KnowledgeShelf) -> None:
    await knowledge.replace("a.md", [OFFLINE])
    await knowledge.replace("a.md", [])
    assert await knowledge.documents() == []
    assert await knowledge.passages("a.md") == []
    assert not await knowledge.holds("a.md", [OFFLINE])


async def test_passages_come_in_the_order_of_the_text(knowledge: KnowledgeShelf) -> None:
    parts = [passage("Long", f"Part {number} of the story.", number) for number in range(1, 13)]
    told: list[int] = []
    await knowledge.replace("a.md", parts, told=told.append)
    assert [one.id for one in await knowledge.passages("a.md")] == [f"#{number}" for number in range(1, 13)]
    assert told[-1] == 12


async def test_a_passage_that_stands_in_another_document_is_named(knowledge: KnowledgeShelf) -> None:
    text = (
        "Open the menu of the recorder, choose alarms, and find out which of the four alarms is sounding before you go."
    )
    await knowledge.replace("a.md", [passage("Beeping", text), passage("Other", "A wholly different text.", 2)])
    near = passage("Beeping again", text.replace("before you go", "before leaving"), 7)
    await knowledge.replace("b.md", [near])
    (twin,) = await knowledge.twins("b.md", [near, INVOICE])
    assert (twin.source, twin.passage_id, twin.other_source, twin.other_passage_id) == ("b.md", "#7", "a.md", "#1")
    assert 0.8 <= twin.likeness < 1.0
