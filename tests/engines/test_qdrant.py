"""The knowledge base over Qdrant's local mode: what it keeps, what it refuses, and what it says then."""

import asyncio
import math
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from qdrant_client import QdrantClient, models

from kitt_rtc.documents.ingest import ingest_samples
from kitt_rtc.engines.lexicon import Lexicon, LexiconOptions
from kitt_rtc.engines.qdrant import Qdrant, QdrantOptions
from kitt_rtc.model.errors import EngineRefused, EngineUnavailable
from kitt_rtc.model.insight import Passage
from kitt_rtc.ports import Vector
from tests.support.search import search
from tests.support.until import until

LEXICON = Lexicon()
SEED = "Les enregistrements de la caméra ne sont pas visibles alors que l'abonnement est actif"


def passage(title: str, text: str, source: str = "a.md", **fields: str) -> Passage:
    return Passage(id=f"{source}#1", title=title, text=text, source=source, **fields)


OFFLINE = passage("Camera Offline", "The camera is offline after a power cut.", language="en", version="2")
BEEPING = passage("Recorder Keeps Beeping", "The recorder beeps all day.", "b.md")


@pytest.fixture
async def knowledge(tmp_path: Path) -> AsyncIterator[Qdrant]:
    base = Qdrant(LEXICON, QdrantOptions(folder=str(tmp_path / "base")))
    yield base
    await base.close()


class Meanings:
    """An embedder with a vector for each of a few themes, and one for everything else."""

    themes = ("camera", "bread")

    def __init__(self) -> None:
        self.away = False

    @property
    def size(self) -> int:
        return len(self.themes) + 1

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        if self.away:
            raise EngineUnavailable("openai", "away", retryable=True)
        return [self._vector(text.lower()) for text in texts]

    def _vector(self, text: str) -> Vector:
        spread = [float(theme in text) for theme in self.themes]
        vector = [*spread, 0.0 if any(spread) else 1.0]
        return [number / math.hypot(*vector) for number in vector]


async def test_T24_french_question_finds_the_english_article_with_its_score(knowledge: Qdrant) -> None:
    await ingest_samples(knowledge)
    best, *_ = found = await search(knowledge, SEED, limit=3)
    assert best.title == "Camera Recordings Not Visible - Subscription Active"
    assert best.language == "en"
    assert "Assign" in best.text
    assert 0.6 < best.score <= 1.0
    assert f"{100 * best.score:.1f} %" in {f"{tenth / 10:.1f} %" for tenth in range(600, 1001)}
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


async def test_a_question_that_nothing_answers_scores_low(knowledge: Qdrant) -> None:
    await ingest_samples(knowledge)
    for question in ("Comment brancher un lave-vaisselle", "How do I bake sourdough bread"):
        assert all(found.score < 0.35 for found in await search(knowledge, question, limit=3))


async def test_every_field_comes_back(knowledge: Qdrant) -> None:
    whole = passage("T1 camera", "camera text", section="S", language="en", product="P", version="V")
    await knowledge.replace("a.md", [whole])
    (found,) = await search(knowledge, "camera", limit=1)
    assert found == Passage(**{**_fields(whole), "score": found.score, "parts": found.parts})
    assert found.score == pytest.approx(sum(part.value for part in found.parts), abs=1e-4)


def _fields(one: Passage) -> dict[str, object]:
    return {name: getattr(one, name) for name in Passage.__slots__}


async def test_it_is_there_after_a_restart(tmp_path: Path) -> None:
    options = QdrantOptions(folder=str(tmp_path))
    first = Qdrant(LEXICON, options)
    await first.replace("a.md", [OFFLINE])
    before = await search(first, "caméra hors ligne", limit=1)
    await first.close()
    again = Qdrant(LEXICON, options)
    assert await search(again, "caméra hors ligne", limit=1) == before
    await again.close()


async def test_other_glossary_words_index_everything_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    options = QdrantOptions(folder=str(tmp_path / "base"))
    first = Qdrant(LEXICON, options)
    await first.replace("a.md", [passage("Gizmo Does Not Start", "The gizmo stays dark."), BEEPING])
    assert all("Gizmo" not in one.title for one in await search(first, "bidulotron", limit=1) if one.score > 0.35)
    await first.close()
    (tmp_path / "desk.yaml").write_text("bidulotron: gizmo", "utf-8")
    again = Qdrant(Lexicon(LexiconOptions(glossary=str(tmp_path / "desk.yaml"))), options)
    (found,) = await search(again, "bidulotron", limit=1)
    assert (found.title, found.score > 0.35) == ("Gizmo Does Not Start", True)
    assert await again.count() == 2
    assert "indexed again" in caplog.text
    await again.close()


async def test_a_failing_embedder_loses_nothing_while_indexing_again(tmp_path: Path) -> None:
    options, meanings = QdrantOptions(folder=str(tmp_path)), Meanings()
    first = Qdrant(LEXICON, options)
    await first.replace("a.md", [OFFLINE])
    await first.close()
    meanings.away = True
    again = Qdrant(LEXICON, options, embedder=meanings)
    with pytest.raises(EngineUnavailable):
        await again.open()
    meanings.away = False
    assert await again.count() == 1
    await again.close()


MANY = [
    passage(f"Camera {number}", f"The camera of room {number} is offline.", f"{number}.md") for number in range(160)
]


async def _by_words(folder: Path) -> None:
    """A base of many documents that was filled without an embedder."""
    base = Qdrant(LEXICON, QdrantOptions(folder=str(folder)))
    for one in MANY:
        await base.replace(one.source, [one])
    await base.close()


async def test_who_searches_while_all_is_indexed_again_is_told_how_far_it_is(tmp_path: Path) -> None:
    await _by_words(tmp_path)
    base = Qdrant(LEXICON, QdrantOptions(folder=str(tmp_path)), embedder=Meanings())
    opening = asyncio.create_task(base.open())
    await until(lambda: "%" in base.indexing)
    with pytest.raises(EngineUnavailable, match=r"indexed again.* %") as refused:
        await search(base, "camera offline")
    assert refused.value.retryable
    await opening
    assert base.indexing == ""
    assert (await search(base, "camera offline"))[0].score > 0.5
    await base.close()


async def test_whoever_is_stopped_while_indexing_again_loses_nothing(tmp_path: Path) -> None:
    await _by_words(tmp_path)
    stopped = Qdrant(LEXICON, QdrantOptions(folder=str(tmp_path)), embedder=Meanings())
    opening = asyncio.create_task(stopped.open())
    await until(lambda: "55 %" in stopped.indexing)  # what there was is deleted, a tenth of it is there again
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await stopped.close()
    again = Qdrant(LEXICON, QdrantOptions(folder=str(tmp_path)), embedder=Meanings())
    assert await again.count() == len(MANY)
    assert len(await again.documents()) == len(MANY)
    await again.close()
    away = Meanings()
    away.away = True
    once_more = Qdrant(LEXICON, QdrantOptions(folder=str(tmp_path)), embedder=away)  # nothing is indexed a third time
    assert await once_more.count() == len(MANY)
    await once_more.close()


async def test_a_hosted_embedder_finds_by_meaning(tmp_path: Path) -> None:
    meanings = Meanings()
    base = Qdrant(LEXICON, QdrantOptions(folder=str(tmp_path)), embedder=meanings)
    await base.replace("a.md", [OFFLINE, passage("Sourdough", "Bread rises overnight.", "b.md")])
    (found,) = await search(base, "camera gone dead", limit=1)
    assert (found.title, found.score) == ("Camera Offline", 1.0)
    meanings.away = True
    (found,) = await search(base, "camera offline", limit=1)
    assert (found.title, found.score < 1.0) == ("Camera Offline", True)
    await base.close()


async def test_a_foreign_collection_is_left_alone(tmp_path: Path) -> None:
    client = QdrantClient(path=str(tmp_path))
    client.create_collection(
        "kitt_articles", vectors_config=models.VectorParams(size=2, distance=models.Distance.COSINE)
    )
    client.close()
    base = Qdrant(LEXICON, QdrantOptions(folder=str(tmp_path)))
    with pytest.raises(EngineRefused, match="QDRANT_COLLECTION"):
        await base.count()
    await base.close()


async def test_a_second_process_is_told_what_to_do(knowledge: Qdrant, tmp_path: Path) -> None:
    await knowledge.replace("a.md", [OFFLINE])
    program = f"""
import asyncio
from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.engines.qdrant import Qdrant, QdrantOptions
from kitt_rtc.model.errors import EngineUnavailable

async def main():
    try:
        await Qdrant(Lexicon(), QdrantOptions(folder={str(tmp_path / "base")!r})).count()
    except EngineUnavailable as error:
        print(error.message)

asyncio.run(main())
"""
    told = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "Another process uses" in told.stdout
    assert "QDRANT_URL" in told.stdout
    assert await knowledge.count() == 1


async def test_a_damaged_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("{", "utf-8")
    base = Qdrant(LEXICON, QdrantOptions(folder=str(tmp_path)))
    with pytest.raises(EngineUnavailable, match="damaged: delete"):
        await base.count()
    await base.close()


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    base = Qdrant(LEXICON, QdrantOptions(folder=str(tmp_path / "file" / "base")))
    with pytest.raises(EngineUnavailable, match="cannot be read or written"):
        await base.count()
    await base.close()


async def test_a_server_that_is_away_may_come_back() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    base = Qdrant(LEXICON, QdrantOptions(url=address))
    with pytest.raises(EngineUnavailable, match="does not answer") as raised:
        await search(base, "camera", limit=3)
    assert raised.value.retryable
    await base.close()


async def test_too_many_searches_at_once_are_refused_not_kept(knowledge: Qdrant) -> None:
    await knowledge.replace("a.md", [OFFLINE])
    results = await asyncio.gather(*(search(knowledge, "camera", limit=1) for _ in range(200)), return_exceptions=True)
    refused = [one for one in results if isinstance(one, EngineUnavailable)]
    assert refused
    assert all(one.retryable for one in refused)
    assert len(refused) + sum(isinstance(one, list) and len(one) == 1 for one in results) == 200
    assert len(await search(knowledge, "camera", limit=1)) == 1


async def test_after_closing_nothing_is_answered(knowledge: Qdrant) -> None:
    await knowledge.open()
    await knowledge.close()
    await knowledge.close()
    with pytest.raises(EngineUnavailable, match="closed"):
        await search(knowledge, "camera", limit=1)


async def test_the_loop_goes_on_while_it_works(knowledge: Qdrant) -> None:
    """Everything together takes most of a second; no beat may wait for more than a part of it."""
    loop = asyncio.get_running_loop()
    await knowledge.open()
    gaps: list[float] = []
    busy = True

    async def beat() -> None:
        last = loop.time()
        while busy:
            await asyncio.sleep(0)
            gaps.append(loop.time() - last)
            last = loop.time()

    begun = loop.time()
    beating = asyncio.create_task(beat())
    await ingest_samples(knowledge)
    for _ in range(20):
        await search(knowledge, SEED, limit=3)
    busy = False
    await beating
    assert max(gaps) < max(0.1, 0.25 * (loop.time() - begun))
