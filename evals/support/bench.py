"""The knowledge base that questions are put to: the shipped articles and those beside this file, in a passing folder.

Those beside this file are written so that it is not easy: products of a kind with like troubles and the same codes,
editions that are over, near twins, some in English alone.
"""

import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from kitt_rtc.documents.ingest import SAMPLES, ingest
from kitt_rtc.engines.lexicon import Lexicon, LexiconOptions
from kitt_rtc.engines.meaning import SENTENCES
from kitt_rtc.engines.qdrant import Qdrant, QdrantOptions
from kitt_rtc.engines.sentences import MODEL, SentenceEncoder
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.query import Query
from kitt_rtc.ports import KnowledgeBase

ARTICLES = Path(__file__).with_name("articles")
LIMIT = 3


@dataclass(frozen=True, slots=True)
class Bench:
    knowledge: KnowledgeBase
    nearness: SentenceEncoder | None
    """As in the house: sentences by their meaning; None: by words alone."""
    languages: Mapping[str, str]
    """By article."""


@asynccontextmanager
async def opened(*folders: Path, glossary: str = "", by_meaning: bool = True) -> AsyncIterator[Bench]:
    """With the articles of these folders, all by default. `glossary`: a YAML file of word pairs to add.

    `by_meaning`: with the sentence encoder, as the product does; else by words alone.
    """
    with tempfile.TemporaryDirectory() as folder:
        lexicon = Lexicon(LexiconOptions(glossary=glossary))
        encoder = SentenceEncoder() if by_meaning else None
        options = QdrantOptions(folder=folder, embed_model=MODEL if encoder else "", meaning=SENTENCES)
        knowledge = Qdrant(lexicon, options, embedder=encoder)
        for articles in folders or (SAMPLES, ARTICLES):
            await ingest([articles], knowledge, root=articles.parent)
        try:
            yield Bench(knowledge, encoder, languages())
        finally:
            await knowledge.close()
            if encoder:
                await encoder.close()


async def found(bench: Bench, ask: str) -> Sequence[Passage]:
    """What the base finds for these words, best first."""
    return (await bench.knowledge.search(Query(ask), limit=LIMIT)).passages


def article_of(passage: Passage) -> str:
    return Path(passage.source).stem


def text_of(article: str) -> str:
    """The file, word for word."""
    return _files()[article].read_text("utf-8")


def languages() -> dict[str, str]:
    heads = {name: file.read_text("utf-8").split("---")[1] for name, file in _files().items()}
    return {name: str(yaml.safe_load(head)["language"]) for name, head in heads.items()}


def _files() -> dict[str, Path]:
    return {file.stem: file for folder in (SAMPLES, ARTICLES) for file in sorted(folder.glob("*.md"))}
