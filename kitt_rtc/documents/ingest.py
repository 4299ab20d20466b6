"""Documents into the knowledge base, as passages that can be found, shown and quoted.

The law: a document that cannot be read is named and skipped; it never stops the run.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from kitt_rtc.documents.articles import MAX_FILE_BYTES, SUFFIXES, read_data, read_documents, read_yaml_label
from kitt_rtc.documents.labels import NOTHING, Label
from kitt_rtc.documents.outline import UnreadableDocument
from kitt_rtc.documents.passages import passages_of
from kitt_rtc.model.document import Twin
from kitt_rtc.model.errors import EngineError, SettingsError
from kitt_rtc.model.insight import Passage
from kitt_rtc.ports import Fetched, KnowledgeShelf, PageFetcher

SAMPLES = Path(__file__).parents[1] / "samples" / "knowledge"
"""The articles a new base begins with."""
DEFAULTS = "_defaults.yaml"
"""In a folder: what its documents do not say of themselves, as front matter says it."""
_KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}


@dataclass(frozen=True, slots=True)
class Given:
    """A document that somebody wants in."""

    source: str
    read: Callable[[], Awaitable[list[Passage]]]
    """Its passages. Raises UnreadableDocument, or the EngineError of whoever fetches it."""


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
    twins: tuple[Twin, ...] = ()
    """Passages of the sources added that stand almost word for word in other documents."""

    def __add__(self, other: "Report") -> "Report":
        """What two runs did."""
        return Report(
            (*self.added, *other.added),
            (*self.unchanged, *other.unchanged),
            (*self.skipped, *other.skipped),
            self.passages + other.passages,
            (*self.twins, *other.twins),
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    source: str
    """The document it is at."""
    outcome: str
    """"added", "unchanged" or "skipped"; empty while its passages go in."""
    done: int
    """Documents."""
    total: int
    passages_done: int = 0
    passages_total: int = 0
    """Of the documents read so far."""


async def ingest(
    paths: Sequence[Path],
    knowledge: KnowledgeShelf,
    *,
    progress: Callable[[Progress], None] | None = None,
    root: Path | None = None,
    max_file_bytes: int = MAX_FILE_BYTES,
    label: Label = NOTHING,
) -> Report:
    """Read files, and folders with all that is in them. A source is named by its path below `root` (default: here).

    `label` says what neither a document nor its folder's `_defaults.yaml` says.
    Raises EngineError when the knowledge base fails; what was added until then stays.
    """
    base = root or Path.cwd()
    files = await asyncio.to_thread(lambda: list(dict.fromkeys(file for path in paths for file in _files(path))))
    given = [Given(_source(file, base), partial(_from_file, file, base, max_file_bytes, label)) for file in files]
    return await take_in(given, knowledge, progress=progress)


async def ingest_pages(
    addresses: Sequence[str],
    knowledge: KnowledgeShelf,
    pages: PageFetcher,
    *,
    progress: Callable[[Progress], None] | None = None,
    label: Label = NOTHING,
) -> Report:
    """Fetch these and put them in; a page that cannot be had is named and skipped. `label`: what they do not say."""
    given = [given_page(address, pages, label) for address in dict.fromkeys(addresses)]
    return await take_in(given, knowledge, progress=progress)


def read_addresses(path: Path) -> list[str]:
    """An address a line; what begins with # is a remark. Raises SettingsError when the file cannot be read."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read ({type(error).__name__})") from error
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


async def take_in(
    given: Sequence[Given], knowledge: KnowledgeShelf, *, progress: Callable[[Progress], None] | None = None
) -> Report:
    """Put these documents in the place of what came from the same sources. Raises the knowledge base's EngineError."""
    report = Report()
    step = Progress("", "", 0, len(given))
    for number, document in enumerate(given, start=1):
        step = replace(step, source=document.source, outcome="")
        try:
            passages = await document.read()
        except (UnreadableDocument, EngineError) as error:
            skipped = Skipped(document.source, str(error))
            report, outcome = replace(report, skipped=(*report.skipped, skipped)), "skipped"
        else:
            before = step.passages_done
            step = replace(step, passages_total=before + len(passages))
            outcome, report = await _put(document.source, passages, knowledge, report, _teller(step, progress))
            step = replace(step, passages_done=before + len(passages))
        step = replace(step, outcome=outcome, done=number)
        if progress:
            progress(step)
    return report


async def ingest_samples(knowledge: KnowledgeShelf, *, progress: Callable[[Progress], None] | None = None) -> Report:
    """Fill an empty base with the sample articles; a base that holds anything is left as it is."""
    if await knowledge.count():
        return Report()
    return await ingest([SAMPLES], knowledge, progress=progress, root=SAMPLES.parent.parent)


def read_passages(path: Path, source: str, *, max_bytes: int = MAX_FILE_BYTES, label: Label = NOTHING) -> list[Passage]:
    """The passages of one file. Blocking. Raises UnreadableDocument with the reason."""
    return passages_of(read_documents(path, max_bytes=max_bytes, label=label), source)


def given_data(source: str, data: bytes, name: str, label: Label) -> Given:
    """A file that was sent, or a text; `name` says by its suffix what it is."""
    return Given(source, lambda: asyncio.to_thread(lambda: passages_of(read_data(data, name, label=label), source)))


def given_nothing(source: str) -> Given:
    """A source that is to be found no more, in its turn behind what waits to go in."""

    async def read() -> list[Passage]:
        return []

    return Given(source, read)


def given_page(address: str, fetcher: PageFetcher, label: Label) -> Given:
    """What stands at an address of the web."""

    async def read() -> list[Passage]:
        page = await fetcher.fetch(address)
        name = f"{Path(page.path).stem or 'page'}{_suffix(page)}"
        return await given_data(address, page.data, name, label).read()

    return Given(address, read)


async def _put(
    source: str,
    passages: Sequence[Passage],
    knowledge: KnowledgeShelf,
    report: Report,
    told: Callable[[int], None] | None,
) -> tuple[str, Report]:
    if await knowledge.holds(source, passages):
        return "unchanged", replace(report, unchanged=(*report.unchanged, source))
    await knowledge.replace(source, passages, told=told)
    twins = await knowledge.twins(source, passages)
    return "added", replace(
        report,
        added=(*report.added, source),
        passages=report.passages + len(passages),
        twins=(*report.twins, *twins),
    )


def _teller(step: Progress, progress: Callable[[Progress], None] | None) -> Callable[[int], None] | None:
    if progress is None:
        return None
    return lambda done: progress(replace(step, passages_done=step.passages_done + done))


def _suffix(page: Fetched) -> str:
    """What a page is: by its type, else by its name."""
    suffix = _KINDS.get(page.content_type) or (
        Path(page.path).suffix if page.content_type == "application/octet-stream" else ""
    )
    if not suffix:
        raise UnreadableDocument(
            f"{page.content_type or 'of no type'}: not a page, a text, a table, a PDF or a Word document"
        )
    return suffix


async def _from_file(path: Path, root: Path, max_bytes: int, label: Label) -> list[Passage]:
    def read() -> list[Passage]:
        said = _defaults(path.parent, root).over(label)
        return read_passages(path, _source(path, root), max_bytes=max_bytes, label=said)

    return await asyncio.to_thread(read)


def _defaults(folder: Path, root: Path) -> Label:
    """What the folders down to this one say for all that is in them; the nearest counts most."""
    label, here = Label(), folder.resolve()
    for place in (here, *here.parents):
        file = place / DEFAULTS
        if file.is_file():
            try:
                label = label.over(read_yaml_label(file.read_text("utf-8")))
            except (OSError, UnicodeDecodeError, UnreadableDocument) as error:
                raise UnreadableDocument(f"{_source(file, root)}: {error}") from error
        if place == root.resolve():
            break
    return label


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
