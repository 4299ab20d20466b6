"""A document of the knowledge base: one file, one web page or one text, and the editions it has had."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edition:
    """A document as it stood for a while."""

    version: str
    """What the document calls it; else the beginning of its digest."""
    digest: str
    """Of everything it says: two editions with the same digest are the same."""
    added_at: float
    """Seconds since 1970."""
    passages: int


@dataclass(frozen=True, slots=True)
class Document:
    """What the base knows of a source as a whole."""

    source: str
    """Where it came from: a path, an address or a given name. A document is replaced by another of the same source."""
    title: str
    editions: tuple[Edition, ...]
    """Newest first; the first one is what is found. Of the others only this line is kept."""
    language: str = ""
    """Two letters; empty where it is mixed or unknown."""
    product: str = ""
    valid_from: str = ""
    """The first day it is valid, as "2026-11-29"; empty: since ever."""
    valid_until: str = ""
    """The last day it is valid; empty: for ever."""

    @property
    def id(self) -> str:
        return document_id(self.source)

    @property
    def newest(self) -> Edition:
        return self.editions[0]


def document_id(source: str) -> str:
    """A name for this source that may stand in an address."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Twin:
    """A passage that says almost word for word what one of another document says."""

    source: str
    passage_id: str
    other_source: str
    other_passage_id: str
    likeness: float
    """0 to 1: of all runs of three words, the part that both have."""
