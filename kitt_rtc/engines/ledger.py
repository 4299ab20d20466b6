"""Documents as they are written down beside their passages: who they are, and which editions they have had."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid5

from kitt_rtc.model.document import Document, Edition
from kitt_rtc.model.insight import Passage

_NAMESPACE = UUID("0f7f3f4e-4a0b-5d59-9d3c-2f6f0f7d1b42")
_MOST_EDITIONS = 50
"""Of one document; the oldest are forgotten."""


def ledger_id(source: str) -> str:
    return str(uuid5(_NAMESPACE, source))


def entry_of(document: Document) -> dict[str, Any]:
    return asdict(document)


def document_of(entry: Mapping[str, Any] | None) -> Document:
    said = dict(entry or {})
    editions = tuple(Edition(**edition) for edition in said.pop("editions", ()))
    return Document(editions=editions, **said)


def digest_of(passages: Sequence[Passage]) -> str:
    """The document's: its own where the passages carry it, else one of their words."""
    if passages and passages[0].digest:
        return passages[0].digest
    said = [(passage.title, passage.section, passage.text) for passage in passages]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def with_edition(known: Document | None, source: str, passages: Sequence[Passage], now: float) -> Document:
    """The document once these passages stand for it. `now` in seconds since 1970."""
    digest = digest_of(passages)
    versions = {passage.version for passage in passages}
    version = versions.pop() if len(versions) == 1 else ""
    edition = Edition(version or digest[:12], digest, now, len(passages))
    earlier = known.editions if known else ()
    if earlier and earlier[0].digest == digest:
        edition, earlier = Edition(edition.version, digest, earlier[0].added_at, len(passages)), earlier[1:]
    return Document(
        source=source,
        title=passages[0].title,
        editions=(edition, *earlier)[:_MOST_EDITIONS],
        language=_common({passage.language for passage in passages}),
        product=_joined(passages),
        valid_from=_common({passage.valid_from for passage in passages}),
        valid_until=_common({passage.valid_until for passage in passages}),
    )


def _common(values: set[str]) -> str:
    """What they all say; empty when they differ."""
    return values.pop() if len(values) == 1 else ""


def _joined(passages: Sequence[Passage]) -> str:
    names = (name.strip() for passage in passages for name in passage.product.split(","))
    return ", ".join(dict.fromkeys(name for name in names if name))
