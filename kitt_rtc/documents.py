"""Documents of any kind, read into titled blocks of plain text: Markdown, text, HTML, CSV, PDF.

The law: whatever is in a file, reading it gives documents or raises `UnreadableDocument` with the reason in words.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kitt_rtc.engines.lexicon import language_of

MAX_FILE_BYTES = 10_000_000
_MAX_PAGES = 1_000
_MAX_CHARACTERS = 2_000_000
"""A small PDF can hold very much text."""
_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_PARAGRAPHS = re.compile(r"\n\s*\n")
_TITLE_COLUMNS = ("title", "titre", "question", "subject", "sujet", "name", "nom")
_TEXT_COLUMNS = ("text", "texte", "answer", "réponse", "reponse", "content", "contenu", "body", "description")


class UnreadableDocument(Exception):
    """A file that gives no document; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: a paragraph, or a list with all its steps."""

    lines: tuple[str, ...]
    section: str = ""
    """The headings it stands under, with ">" between them."""


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    blocks: tuple[Block, ...]
    product: str = ""
    version: str = ""
    language: str = ""
    """Two letters; empty when neither the file nor its words tell."""


def read_documents(path: Path, *, max_bytes: int = MAX_FILE_BYTES) -> list[Document]:
    """One document a file, or one a row of a table. Blocking: call it in a thread."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableDocument(f"{path.suffix or 'no suffix'}: not one of {', '.join(sorted(_READERS))}")
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise UnreadableDocument(f"{size} bytes; at most {max_bytes} are read")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(f"cannot be opened ({error.strerror or type(error).__name__})") from error
    named = path.stem.replace("-", " ").replace("_", " ").strip().capitalize()
    documents = [_finished(document, named) for document in reader(data) if document.blocks]
    if not documents:
        raise UnreadableDocument("no text in it")
    return documents


def _finished(document: Document, named: str) -> Document:
    words = " ".join(line for block in document.blocks for line in block.lines)
    language = document.language or language_of(f"{document.title} {words}")
    return replace(document, title=document.title or named, language=language)


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


def _front_matter(text: str) -> tuple[Document, str]:
    """An empty document that carries what the front matter says, and the text behind it."""
    found = _FRONT.match(text)
    if not found:
        return Document("", ()), text
    try:
        said = yaml.safe_load(found[1])
    except (yaml.YAMLError, ValueError) as error:
        raise UnreadableDocument("its front matter is not YAML") from error
    if not isinstance(said, Mapping):
        raise UnreadableDocument("its front matter is not lines like `title: …`")
    title, product, version, language = (
        str(said.get(name) or "").strip() for name in ("title", "product", "version", "language")
    )
    return Document(title, (), product, version, language[:2].lower()), text[found.end() :]


def _read_text(data: bytes) -> list[Document]:
    document, text = _front_matter(_decode(data))
    return [replace(document, blocks=tuple(_paragraphs(text)))]


def _paragraphs(text: str, section: str = "") -> Iterator[Block]:
    for paragraph in _PARAGRAPHS.split(text):
        lines = tuple(" ".join(line.split()) for line in paragraph.splitlines() if line.strip())
        if lines:
            yield Block(lines, section)


def _read_markdown(data: bytes) -> list[Document]:
    document, text = _front_matter(_decode(data))
    outline = _Outline(document.title)
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(text)
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.type == "heading_open":
            outline.head(int(token.tag[1]), _inline(tokens[place + 1]))
            place += 3
        elif token.nesting == 1:
            inside = _inside(tokens, place)
            outline.add(_lines(inside))
            place += len(inside)
        else:
            outline.add(token.content.splitlines())
            place += 1
    return [replace(document, title=outline.title, blocks=tuple(outline.blocks))]


class _Outline:
    """Blocks under their headings, as they come; the first top heading is the title when no title is known."""

    def __init__(self, title: str = "") -> None:
        self.title = title
        self.blocks: list[Block] = []
        self._path: list[tuple[int, str]] = []

    def head(self, level: int, words: str) -> None:
        if level == 1 and (not self.title or words == self.title):
            self.title = words
            return
        self._path = [(depth, heading) for depth, heading in self._path if depth < level]
        if words:
            self._path.append((level, words))

    def add(self, lines: Sequence[str]) -> None:
        kept = tuple(line.rstrip() for line in lines if line.strip())
        if kept:
            self.blocks.append(Block(kept, " > ".join(heading for _, heading in self._path)))


def _inside(tokens: Sequence[Token], start: int) -> Sequence[Token]:
    """From an opening token to the one that closes it."""
    depth = 0
    for place in range(start, len(tokens)):
        depth += tokens[place].nesting
        if depth == 0:
            return tokens[start : place + 1]
    return tokens[start:]


def _lines(tokens: Sequence[Token]) -> list[str]:
    """A paragraph, a list with its numbers, or a table with its rows, as plain lines."""
    lines: list[str] = []
    lists: list[int | None] = []
    lead, row = "", list[str]()
    for token in tokens:
        match token.type:
            case "ordered_list_open":
                lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_close" | "bullet_list_close":
                lists.pop()
            case "list_item_open":
                number = lists[-1]
                lead = "  " * (len(lists) - 1) + ("- " if number is None else f"{number}. ")
                lists[-1] = None if number is None else number + 1
            case "td_open" | "th_open":
                row.append("")
            case "tr_close":
                lines.append(" | ".join(row))
                row = []
            case "inline" if row:
                row[-1] = _inline(token)
            case "inline" | "fence" | "code_block":
                lines.append(lead + (_inline(token) if token.children else token.content))
                lead = "  " * len(lists)
    return [part for line in lines for part in line.splitlines()]


def _inline(token: Token) -> str:
    """The words without their marks."""
    breaks = {"softbreak": " ", "hardbreak": "\n"}
    return "".join(breaks.get(child.type, child.content) for child in token.children or ()).strip()


class _Page(HTMLParser):
    """The words of a web page under its headings. (The library's parser is made to be inherited from.)"""

    _SILENT = frozenset({"script", "style", "nav", "template", "noscript", "svg", "head"})
    _BREAKS = frozenset({"p", "div", "ul", "ol", "section", "article", "table", "pre", "blockquote", "main", "body"})
    _LINES = frozenset({"li", "tr", "br", "dt", "dd"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.outline = _Outline()
        self.language = ""
        self._silent: list[str] = []
        self._words = ""
        self._lines: list[str] = []
        self._counts: list[int | None] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.language = (dict(attrs).get("lang") or "")[:2].lower()
        if tag == "title":
            self._in_title = True
        elif tag in self._SILENT:
            self._silent.append(tag)
        elif _heading(tag) or (tag in self._BREAKS and not self._counts):
            self._close_block()
        elif tag in self._LINES:
            self._close_line()
        if tag in {"ul", "ol"}:
            self._close_line()
            self._counts.append(1 if tag == "ol" else None)
        if tag == "li" and self._counts:
            number = self._counts[-1]
            self._words = "- " if number is None else f"{number}. "
            self._counts[-1] = None if number is None else number + 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif self._silent and tag == self._silent[-1]:
            self._silent.pop()
        elif _heading(tag):
            words, self._words = " ".join(self._words.split()), ""
            self.outline.head(_heading(tag), words)
        elif tag in {"ul", "ol"} and self._counts:
            self._close_line()
            self._counts.pop()
        elif tag in {"td", "th"}:
            self._words += " "
        if tag in self._BREAKS and not self._counts:
            self._close_block()

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.outline.title = " ".join(data.split()) or self.outline.title
        elif not self._silent:
            self._words += data

    def finish(self) -> Document:
        self.close()
        self._close_block()
        return Document(self.outline.title, tuple(self.outline.blocks), language=self.language)

    def _close_line(self) -> None:
        words = " ".join(self._words.split())
        if words.strip("-. 0123456789"):
            self._lines.append(words)
        self._words = ""

    def _close_block(self) -> None:
        self._close_line()
        self.outline.add(self._lines)
        self._lines = []


def _heading(tag: str) -> int:
    """The level of a heading's tag, else 0."""
    return int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456" else 0


def _read_html(data: bytes) -> list[Document]:
    page = _Page()
    page.feed(_decode(data))
    return [page.finish()]


def _read_csv(data: bytes) -> list[Document]:
    """A row is a document: a title or question column, text or answer columns, and the others as "name: value"."""
    text = _decode(data)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restkey="", restval=""))
    except csv.Error as error:
        raise UnreadableDocument("not a table with commas, semicolons or tabs") from error
    return [_row_document(row) for row in rows]


def _row_document(row: Mapping[str | None, object]) -> Document:
    cells = {str(name or "").strip().lower(): " ".join(str(value).split()) for name, value in row.items() if name}
    known = {name: cells.pop(name, "") for name in ("product", "version", "language")}
    title = next((cells.pop(name) for name in _TITLE_COLUMNS if cells.get(name)), "")
    lines = [value if name in _TEXT_COLUMNS else f"{name}: {value}" for name, value in cells.items() if value]
    blocks = (Block(tuple(lines)),) if lines else ()
    return Document(title, blocks, known["product"], known["version"], known["language"][:2].lower())


def _read_pdf(data: bytes) -> list[Document]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    blocks: list[Block] = []
    characters = 0
    try:
        pdf = PdfReader(io.BytesIO(data))
        title = str((pdf.metadata and pdf.metadata.title) or "").strip()
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
    return [Document(title, tuple(blocks))]


_READERS: Mapping[str, Callable[[bytes], list[Document]]] = {
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".txt": _read_text,
    ".html": _read_html,
    ".htm": _read_html,
    ".csv": _read_csv,
    ".pdf": _read_pdf,
}
SUFFIXES = frozenset(_READERS)
"""Of the files that can be read."""
