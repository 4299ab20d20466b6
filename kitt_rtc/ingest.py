"""Documents into the knowledge base, as passages that can be found, shown and quoted.

The law: a file that cannot be read is named and skipped; it never stops the run.
"""

import asyncio
import hashlib
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from kitt_rtc.documents import MAX_FILE_BYTES, SUFFIXES, Article, read_documents
from kitt_rtc.model.insight import Passage
from kitt_rtc.outline import Block, UnreadableDocument
from kitt_rtc.ports import KnowledgeBase

SAMPLES = Path(__file__).parent / "samples" / "knowledge"
"""The articles a new base begins with."""
_MOST_WORDS = 300
_LEAST_WORDS = 100
"""A passage is between these where its article allows."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class Skipped:
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did."""

    added: tuple[str, ...] = ()
    """Sources that are new or have changed."""
    unchanged: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    passages: int = 0
    """Passages of the sources added."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One file is done."""

    source: str
    outcome: str
    """"added", "unchanged" or "skipped"."""
    done: int
    total: int


@runtime_checkable
class _Recalling(Protocol):
    """A knowledge base that can tell whether it has all this already."""

    async def holds(self, source: str, passages: Sequence[Passage]) -> bool: ...


async def ingest(
    paths: Sequence[Path],
    knowledge: KnowledgeBase,
    *,
    progress: Callable[[Progress], None] | None = None,
    root: Path | None = None,
    max_file_bytes: int = MAX_FILE_BYTES,
) -> Report:
    """Read files, and folders with all that is in them. A source is named by its path below `root` (default: here).

    Raises EngineError when the knowledge base fails; what was added until then stays.
    """
    files = await asyncio.to_thread(lambda: list(dict.fromkeys(file for path in paths for file in _files(path))))
    report = Report()
    for number, path in enumerate(files, start=1):
        source = _source(path, root or Path.cwd())
        try:
            passages = await asyncio.to_thread(read_passages, path, source, max_bytes=max_file_bytes)
        except UnreadableDocument as error:
            report, outcome = replace(report, skipped=(*report.skipped, Skipped(source, str(error)))), "skipped"
        else:
            if isinstance(knowledge, _Recalling) and await knowledge.holds(source, passages):
                report, outcome = replace(report, unchanged=(*report.unchanged, source)), "unchanged"
            else:
                await knowledge.replace(source, passages)
                total = report.passages + len(passages)
                report, outcome = replace(report, added=(*report.added, source), passages=total), "added"
        if progress:
            progress(Progress(source, outcome, number, len(files)))
    return report


async def ingest_samples(knowledge: KnowledgeBase, *, progress: Callable[[Progress], None] | None = None) -> Report:
    """Fill an empty base with the sample articles; a base that holds anything is left as it is."""
    if await knowledge.count():
        return Report()
    return await ingest([SAMPLES], knowledge, progress=progress, root=SAMPLES.parent.parent)


def read_passages(path: Path, source: str, *, max_bytes: int = MAX_FILE_BYTES) -> list[Passage]:
    """The passages of one file. Blocking. Raises UnreadableDocument with the reason."""
    passages: list[Passage] = []
    for document in read_documents(path, max_bytes=max_bytes):
        for passage in split(document, source):
            passages.append(replace(passage, id=f"{source}#{len(passages) + 1}"))
    return passages


def split(document: Article, source: str) -> Iterator[Passage]:
    """Passages of some 100 to 300 words that keep paragraphs and lists of steps together."""
    blocks = [piece for block in document.blocks for piece in _cut(block)]
    version = document.version or hashlib.sha256(repr(document).encode()).hexdigest()[:12]
    groups = list(_groups(blocks))
    for group in groups:
        sections = dict.fromkeys(block.section for block in group if block.section) if len(groups) > 1 else ()
        yield Passage(
            id="",
            title=document.title,
            text=_text(group),
            source=source,
            section=" · ".join(sections),
            language=document.language,
            product=document.product,
            version=version,
        )


def _groups(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Blocks side by side, in groups of about the same length."""
    total = sum(map(_words, blocks))
    goal = total / max(1, math.ceil(total / _MOST_WORDS))
    group: list[Block] = []
    held = 0
    for block in blocks:
        more = _words(block)
        past_goal = held >= _LEAST_WORDS and abs(held + more - goal) > abs(held - goal)
        if group and (past_goal or held + more > _MOST_WORDS):
            yield group
            group, held = [], 0
        group.append(block)
        held += more
    if group:
        yield group


def _cut(block: Block) -> Iterator[Block]:
    """A block longer than a passage, cut between its lines, else between sentences, else between words."""
    if _words(block) <= _MOST_WORDS:
        yield block
        return
    lines = [part for line in block.lines for part in _parts(line)]
    for group in _groups([Block((line,), block.section) for line in lines]):
        yield Block(tuple(line for part in group for line in part.lines), block.section)


def _parts(line: str) -> Iterator[str]:
    if len(line.split()) <= _LEAST_WORDS:
        yield line
        return
    for sentence in _SENTENCE.split(line):
        words = sentence.split()
        for start in range(0, len(words), _LEAST_WORDS):
            yield " ".join(words[start : start + _LEAST_WORDS])


def _text(group: Sequence[Block]) -> str:
    """The blocks, each section under its heading."""
    parts: list[str] = []
    section = ""
    for block in group:
        if block.section != section:
            section = block.section
            parts.append(section.rsplit(" > ", 1)[-1])
        parts.extend(block.lines)
    return "\n".join(parts)


def _words(block: Block) -> int:
    return sum(len(line.split()) for line in block.lines)


def _files(path: Path) -> Iterator[Path]:
    """The file itself, whatever it is; of a folder, what can be read, hidden things left out."""
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if file.is_file() and file.suffix.lower() in SUFFIXES and not hidden:
            yield file


def _source(path: Path, root: Path) -> str:
    full, base = path.resolve(), root.resolve()
    return full.relative_to(base).as_posix() if full.is_relative_to(base) else full.as_posix()
