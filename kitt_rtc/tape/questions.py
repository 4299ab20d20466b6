"""Digests of what engines are asked: the same question has the same digest, in the call and in every replay."""

import hashlib
import json
from collections.abc import Collection, Sequence

from pydantic import TypeAdapter

from kitt_rtc.model.query import Query
from kitt_rtc.model.speech import Segment

_QUERY: TypeAdapter[Query] = TypeAdapter(Query)


def digest(*parts: object) -> str:
    """Of plain JSON values."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:32]


def of_sound(pcm: bytes, language: str) -> str:
    """A piece of sound to be written down in this language, whatever else was told."""
    return digest("sound", hashlib.sha256(pcm).hexdigest(), language)


def of_transcription(sound: str, hint: str, among: Collection[str], terms: Sequence[str]) -> str:
    """The same, by its digest, with all that was told along with it."""
    return digest("transcribe", sound, hint, sorted(among), list(terms))


def of_search(query: Query, limit: int) -> str:
    return digest("search", _QUERY.dump_python(query, mode="json"), limit)


def of_review(segment: Segment) -> str:
    """A sentence to be cleaned of echo again."""
    return digest("review", hashlib.sha256(segment.pcm).hexdigest(), segment.start)
