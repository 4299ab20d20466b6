"""Documents of any kind, read into titled blocks of plain text: Markdown, text, HTML, CSV, PDF, Word.

The law: whatever is in a file, reading it gives documents or raises `UnreadableDocument` with the reason in words.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import yaml

from kitt_rtc.documents.labels import FIELDS, NOTHING, Label, name_of, read_label
from kitt_rtc.documents.outline import Block, UnreadableDocument, read_markdown, read_page
from kitt_rtc.documents.word import read_word
from kitt_rtc.model.words import language_of

MAX_FILE_BYTES = 10_000_000
_MAX_PAGES = 1_000
_MAX_CHARACTERS = 2_000_000
"""A small PDF can hold very much text."""
_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_PARAGRAPHS = re.compile(r"\n\s*\n")
_TITLE_COLUMNS = ("title", "titre", "question", "subject", "sujet", "name", "nom")
_TEXT_COLUMNS = ("text", "texte", "answer", "réponse", "reponse", "content", "contenu", "body", "description")


@dataclass(frozen=True, slots=True)
class Article:
    """One subject with its text. A file is one, or a table of them."""

    blocks: tuple[Block, ...]
    label: Label = NOTHING


def read_documents(path: Path, *, max_bytes: int = MAX_FILE_BYTES, label: Label = NOTHING) -> list[Article]:
    """The articles of a file. Blocking: call it in a thread."""
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise UnreadableDocument(f"{size} bytes; at most {max_bytes} are read")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(f"cannot be opened ({error.strerror or type(error).__name__})") from error
    return read_data(data, path.name, label=label)


def read_data(data: bytes, name: str, *, label: Label = NOTHING) -> list[Article]:
    """One article, or one a row of a table. `name` says by its suffix what it is; `label` what it does not say itself.

    Blocking. Raises UnreadableDocument.
    """
    path = PurePath(name)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableDocument(f"{path.suffix or 'no suffix'}: not one of {', '.join(sorted(_READERS))}")
    named = path.stem.replace("-", " ").replace("_", " ").strip().capitalize()
    articles = [_finished(article, label, named) for article in reader(data) if article.blocks]
    if not articles:
        raise UnreadableDocument("no text in it")
    return articles


def _finished(article: Article, given: Label, named: str) -> Article:
    label = article.label.over(given)
    words = " ".join(line for block in article.blocks for line in block.lines)
    language = label.language or language_of(f"{label.title} {words}", "")
    return replace(article, label=replace(label, title=label.title or named, language=language))


def read_front_matter(text: str) -> tuple[Label, str]:
    """What the lines between `---` at the head of a text say, and the text behind them. Raises UnreadableDocument."""
    found = _FRONT.match(text)
    if not found:
        return Label(), text
    return read_yaml_label(found[1]), text[found.end() :]


def read_yaml_label(text: str) -> Label:
    """From lines like `title: …`. Raises UnreadableDocument."""
    try:
        # the base loader makes strings of everything: version 1.10 is not 1.1
        said = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  it makes no objects
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableDocument("its front matter is not YAML") from error
    if not isinstance(said, Mapping):
        raise UnreadableDocument("its front matter is not lines like `title: …`")
    return read_label(said)


def _decode(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or the old Windows letters; anything else is no text."""
    for encoding in ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(letter < " " and letter not in "\t\n\r\f\v" for letter in text):
            raise UnreadableDocument("binary, not text")
        return text
    raise UnreadableDocument("not text in UTF-8, UTF-16 or Windows-1252")


def _read_text(data: bytes) -> list[Article]:
    label, text = read_front_matter(_decode(data))
    return [Article(tuple(_paragraphs(text)), label)]


def _paragraphs(text: str, section: str = "") -> Iterator[Block]:
    for paragraph in _PARAGRAPHS.split(text):
        lines = tuple(" ".join(line.split()) for line in paragraph.splitlines() if line.strip())
        if lines:
            yield Block(lines, section)


def _read_markdown(data: bytes) -> list[Article]:
    label, text = read_front_matter(_decode(data))
    outline = read_markdown(text, label.title)
    return [Article(tuple(outline.blocks), replace(label, title=outline.title))]


def _read_html(data: bytes) -> list[Article]:
    outline = read_page(_decode(data))
    label = read_label(outline.meta).over(Label(title=outline.title, language=outline.language))
    return [Article(tuple(outline.blocks), label)]


def _read_csv(data: bytes) -> list[Article]:
    """A row is a document: a title or question column, text or answer columns, and the others as "name: value"."""
    text = _decode(data)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restkey="", restval=""))
    except csv.Error as error:
        raise UnreadableDocument("not a table with commas, semicolons or tabs") from error
    return [_row_document(row) for row in rows]


def _row_document(row: Mapping[str | None, object]) -> Article:
    cells = {str(name or "").strip().lower(): " ".join(str(value).split()) for name, value in row.items() if name}
    title = next((cells.pop(name) for name in _TITLE_COLUMNS if cells.get(name)), "")
    label = read_label({name: cells[name] for name in cells if name_of(name) in FIELDS})
    lines = [
        value if name in _TEXT_COLUMNS else f"{name}: {value}"
        for name, value in cells.items()
        if value and name_of(name) not in FIELDS
    ]
    return Article((Block(tuple(lines)),) if lines else (), replace(label, title=title))


def _read_pdf(data: bytes) -> list[Article]:
    from pypdf import PdfReader  # noqa: PLC0415  imported when used: it is slow to start and rarely needed
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    blocks: list[Block] = []
    characters = 0
    try:
        pdf = PdfReader(io.BytesIO(data))
        said = {name.lstrip("/"): str(value) for name, value in (pdf.metadata or {}).items()}
        label = read_label(said).over(Label(language=str(pdf.root_object.get("/Lang", ""))[:2].lower()))
        for number, page in enumerate(pdf.pages[:_MAX_PAGES], start=1):
            text = page.extract_text()
            characters += len(text)
            if characters > _MAX_CHARACTERS:
                raise UnreadableDocument(f"more than {_MAX_CHARACTERS} characters of text")
            blocks += _paragraphs(text, f"p. {number}")
    # a broken PDF breaks its reader in any of these ways
    except (
        PyPdfError,
        ArithmeticError,
        AttributeError,
        LookupError,
        OSError,
        RuntimeError,
        TypeError,
        ValueError,
    ) as error:
        raise UnreadableDocument(f"a PDF that cannot be read ({type(error).__name__})") from error
    if not blocks:
        raise UnreadableDocument("a PDF without text: scanned pages must be made readable first")
    return [Article(tuple(blocks), label)]


def _read_docx(data: bytes) -> list[Article]:
    outline, said = read_word(data)
    return [Article(tuple(outline.blocks), Label(title=outline.title).over(read_label(said)))]


_READERS: Mapping[str, Callable[[bytes], list[Article]]] = {
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".txt": _read_text,
    ".html": _read_html,
    ".htm": _read_html,
    ".csv": _read_csv,
    ".pdf": _read_pdf,
    ".docx": _read_docx,
}
SUFFIXES = frozenset(_READERS)
"""Of the files that can be read."""
