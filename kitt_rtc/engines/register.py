"""What the owner of a local collection keeps in memory of each passage: where it is from, until when it is valid.

The local mode looks at every passage to find those of a source or a product; here they are looked up.
"""

from dataclasses import replace

from kitt_rtc.engines.validity import dropped
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.query import Query


class Register:
    """Passages by the id of their point, without their text."""

    def __init__(self) -> None:
        self._passages: dict[str, Passage] = {}
        self._by_source: dict[str, set[str]] = {}
        self._dated: set[str] = set()

    def add(self, known_as: str, passage: Passage) -> None:
        """In the place of what was known by this id."""
        self.drop(known_as)
        self._passages[known_as] = replace(passage, text="")
        self._by_source.setdefault(passage.source, set()).add(known_as)
        if passage.valid_from or passage.valid_until:
            self._dated.add(known_as)

    def drop(self, known_as: str) -> None:
        """Harmless when it is not there."""
        passage = self._passages.pop(known_as, None)
        if passage is not None:
            self._by_source[passage.source].discard(known_as)
            self._dated.discard(known_as)

    def of(self, source: str) -> set[str]:
        return set(self._by_source.get(source, ()))

    def hidden(self, query: Query, today: str) -> set[str]:
        """What is not for this query."""
        looked_at = self._passages if query.product else self._dated
        return {known_as for known_as in looked_at if dropped(self._passages[known_as], query, today)}
