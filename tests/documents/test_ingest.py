"""Documents into the knowledge base: what is added, what is left, what is named and skipped."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kitt_rtc.documents.articles import Article, read_documents
from kitt_rtc.documents.ingest import SAMPLES, Progress, Report, ingest, ingest_pages, ingest_samples
from kitt_rtc.documents.labels import Label
from kitt_rtc.documents.outline import Block
from kitt_rtc.documents.passages import passages_of
from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.engines.qdrant import Qdrant, QdrantOptions
from kitt_rtc.model.errors import EngineUnavailable
from tests.fakes.shelf import OnePage
from tests.support.search import search

ARTICLE = (
    "---\ntitle: Camera Offline\nversion: '2'\n---\nThe camera is offline.\n\n1. Restart it.\n2. Wait for the light.\n"
)
LEXICON = Lexicon()


@pytest.fixture
async def knowledge(tmp_path: Path) -> AsyncIterator[Qdrant]:
    base = Qdrant(LEXICON, QdrantOptions(folder=str(tmp_path / "base")))
    yield base
    await base.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "docs"
    place.mkdir()
    return place


async def test_a_folder_goes_in_with_its_bad_files_named(knowledge: Qdrant, folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "a.md").write_text(ARTICLE, "utf-8")
    (folder / "deep" / "b.txt").write_text("The recorder beeps all day.", "utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    (folder / "empty.md").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)))
    (folder / "huge.txt").write_bytes(b"word " * 1_000)
    (folder / ".hidden.md").write_text("secret", "utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    steps: list[Progress] = []
    report = await ingest([folder], knowledge, root=folder, progress=steps.append, max_file_bytes=4_000)
    assert report.added == ("a.md", "deep/b.txt")
    assert [skipped.source for skipped in report.skipped] == ["binary.txt", "broken.pdf", "empty.md", "huge.txt"]
    assert all(skipped.reason for skipped in report.skipped)
    assert report.passages == await knowledge.count() == 2
    finished = [step for step in steps if step.outcome]
    assert [(step.done, step.total) for step in finished] == [(number, 6) for number in range(1, 7)]
    assert {step.source: step.outcome for step in finished}["broken.pdf"] == "skipped"
    assert (finished[-1].passages_done, finished[-1].passages_total) == (2, 2)


async def test_what_has_not_changed_is_left(knowledge: Qdrant, folder: Path) -> None:
    (folder / "a.md").write_text(ARTICLE, "utf-8")
    (folder / "b.md").write_text("# Beeping\n\nThe recorder beeps.\n", "utf-8")
    await ingest([folder], knowledge, root=folder)
    (folder / "b.md").write_text("# Beeping\n\nThe recorder whistles.\n", "utf-8")
    report = await ingest([folder], knowledge, root=folder)
    assert (report.added, report.unchanged, report.passages) == (("b.md",), ("a.md",), 1)
    assert await knowledge.count() == 2
    (found,) = await search(knowledge, "whistling recorder beeping", limit=1)
    assert "whistles" in found.text


async def test_a_passage_says_where_it_stands(knowledge: Qdrant, folder: Path) -> None:
    (folder / "a.md").write_text(ARTICLE, "utf-8")
    for _ in range(2):
        await ingest([folder / "a.md", folder], knowledge, root=folder)
    (passage,) = await knowledge.passages("a.md")
    assert (passage.id, passage.title, passage.version, passage.language) == ("a.md#1", "Camera Offline", "2", "en")
    assert passage.text == "The camera is offline.\n1. Restart it.\n2. Wait for the light."


async def test_a_single_file_of_an_unknown_kind_is_named(knowledge: Qdrant, folder: Path) -> None:
    report = await ingest([folder / "gone.md", folder / "a.xls"], knowledge, root=folder)
    assert [skipped.source for skipped in report.skipped] == ["gone.md", "a.xls"]


async def test_an_engine_that_fails_stops_the_run(folder: Path, tmp_path: Path) -> None:
    (folder / "a.md").write_text(ARTICLE, "utf-8")
    base = Qdrant(LEXICON, QdrantOptions(folder=str(tmp_path / "base")))
    await base.close()
    with pytest.raises(EngineUnavailable):
        await ingest([folder], base)


async def test_the_samples_fill_an_empty_base_once(knowledge: Qdrant) -> None:
    report = await ingest_samples(knowledge)
    assert report.skipped == ()
    assert len(report.added) >= 42
    assert all(source.startswith("samples/knowledge/") for source in report.added)
    assert await ingest_samples(knowledge) == Report()


async def test_a_run_that_was_stopped_can_be_taken_up(knowledge: Qdrant) -> None:
    seen = asyncio.Event()

    def tell(step: Progress) -> None:
        if step.outcome:
            seen.set()

    run = asyncio.create_task(ingest([SAMPLES], knowledge, root=SAMPLES, progress=tell))
    await seen.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    report = await ingest([SAMPLES], knowledge, root=SAMPLES)
    assert report.unchanged
    assert await knowledge.count() == len(report.added) + len(report.unchanged)


def sentence(words: int) -> str:
    return " ".join(["word"] * (words - 1)) + " end."


def test_passages_hold_100_to_300_words_and_whole_lists() -> None:
    steps = tuple(f"{number}. {sentence(12)}" for number in range(1, 9))
    blocks = [Block((sentence(90),), "A"), Block(steps, "B"), Block((sentence(120),), "C"), Block((sentence(80),), "D")]
    passages = passages_of([Article(tuple(blocks), Label("T"))], "a.md")
    assert all(100 <= len(passage.text.split()) <= 310 for passage in passages)
    assert sum("\n".join(steps) in passage.text for passage in passages) == 1
    assert passages[0].section == "A · B"


def test_a_short_article_stays_whole() -> None:
    blocks = (Block(("One.",), "Symptoms"), Block(("1. Do.",), "Steps"))
    (passage,) = passages_of([Article(blocks, Label("T"))], "a.md")
    assert (passage.text, passage.section) == ("Symptoms\nOne.\nSteps\n1. Do.", "")


@pytest.mark.parametrize("line", [sentence(2_000), " ".join([sentence(40)] * 40)])
def test_an_endless_paragraph_is_cut_and_nothing_is_lost(line: str) -> None:
    passages = passages_of([Article((Block((line,)),))], "a.md")
    assert all(len(passage.text.split()) <= 300 for passage in passages)
    assert " ".join(passage.text for passage in passages).split() == line.split()


def test_another_text_is_another_version() -> None:
    versions = {passages_of([Article((Block((text,)),))], "a.md")[0].version for text in ("a", "a", "b")}
    assert len(versions) == 2


def test_the_sample_articles_are_whole() -> None:
    articles = [(path, read_documents(path)[0]) for path in sorted(SAMPLES.glob("*.md"))]
    languages = [article.label.language for _, article in articles]
    assert len(articles) >= 42
    assert languages.count("fr") >= 8
    assert languages.count("en") >= 34
    assert len({article.label.title for _, article in articles}) == len(articles)
    assert "Camera Recordings Not Visible - Subscription Active" in {article.label.title for _, article in articles}
    for path, article in articles:
        lines = [line for block in article.blocks for line in block.lines]
        assert article.label.product, path.name
        assert article.label.version, path.name
        assert 150 <= len(" ".join(lines).split()) <= 400, path.name
        assert sum(bool(re.match(r"\d\. ", line)) for line in lines) >= 4, path.name


async def test_what_is_said_of_a_whole_run_counts_least(knowledge: Qdrant, folder: Path) -> None:
    given = Label(product="Argus", version="9", language="fr", valid_from="2020-01-01", valid_until="2090-01-01")
    (folder / "_defaults.yaml").write_text("product: Dome\n", "utf-8")
    (folder / "a.md").write_text(ARTICLE, "utf-8")
    await ingest([folder], knowledge, root=folder, label=given)
    (passage,) = await knowledge.passages("a.md")
    assert (passage.version, passage.product, passage.language) == ("2", "Dome", "fr")
    assert (passage.valid_from, passage.valid_until) == ("2020-01-01", "2090-01-01")


async def test_pages_take_what_is_said_of_a_whole_run(knowledge: Qdrant) -> None:
    report = await ingest_pages(["https://example.com/pump"], knowledge, OnePage(), label=Label(product="Argus"))
    assert [passage.product for passage in await knowledge.passages(report.added[0])] == ["Argus"]
