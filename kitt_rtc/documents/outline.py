"""Markdown and web pages, read into blocks of plain text under their headings."""

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token


class UnreadableDocument(Exception):
    """A file that gives no document; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: a paragraph, or a list with all its steps."""

    lines: tuple[str, ...]
    section: str = ""
    """The headings it stands under, with ">" between them."""


class Outline:
    """Blocks under their headings, as they come; the first top heading is the title when no title is known."""

    def __init__(self, title: str = "") -> None:
        self.title = title
        self.language = ""
        """Two letters where the page says it."""
        self.meta: dict[str, str] = {}
        """What a page says of itself in `<meta name="…" content="…">`."""
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


def read_markdown(text: str, title: str = "") -> Outline:
    """`title`: what the front matter says; else the first top heading is the title."""
    outline = Outline(title)
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
    return outline


def read_page(markup: str) -> Outline:
    """A web page, without its scripts, styles and navigation."""
    page = _Page()
    page.feed(markup)
    page.finish()
    return page.outline


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
        self.outline = Outline()
        self._silent: list[str] = []
        self._words = ""
        self._lines: list[str] = []
        self._counts: list[int | None] = []
        self._cells = 0
        """How many cells are open: a paragraph in a cell does not end the row."""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.outline.language = (dict(attrs).get("lang") or "")[:2].lower()
        if tag == "meta":
            said = dict(attrs)
            self.outline.meta[said.get("name") or ""] = said.get("content") or ""
        if tag in {"tr", "table"}:
            self._cells = 0  # many pages close no cell
        if tag == "title":
            self._in_title = True
        elif tag in self._SILENT:
            self._silent.append(tag)
        elif _heading(tag) or (tag in self._BREAKS and self._is_free):
            self._close_block()
        elif tag in self._LINES:
            self._close_line()
        elif tag in {"td", "th"}:
            self._cells += 1
            self._words += " "
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
            self._cells = max(0, self._cells - 1)
        if tag == "table":
            self._cells = 0
        if tag in self._BREAKS and self._is_free:
            self._close_block()

    @property
    def _is_free(self) -> bool:
        """Neither in a list nor in a row of a table."""
        return not self._counts and not self._cells

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.outline.title = " ".join(data.split()) or self.outline.title
        elif not self._silent:
            self._words += data

    def finish(self) -> None:
        self.close()
        self._close_block()

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
