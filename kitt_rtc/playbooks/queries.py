"""The query of a dialogue: the technician's words, and the same in the other language; what it is about, by name.

The law: product terms and codes stay exactly as they were said. The base's glossary makes one language of the two for
common words; names of things without their sentence were tried as a phrasing of their own, and found wrong articles.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from kitt_rtc.model.clue import Clue
from kitt_rtc.model.query import Query, Subjects
from kitt_rtc.playbooks.clues import affirms
from kitt_rtc.playbooks.signs import LANGUAGES, Signs
from kitt_rtc.playbooks.states import States

_ARTICLE = re.compile(r"^(?:the |la |le |les |l['’])", re.IGNORECASE)


class QueryWriter:
    """Writes queries from what is known."""

    def __init__(self, signs: Signs, states: States) -> None:
        self._signs = signs
        self._states = states

    def query(self, words: Sequence[str], clues: Sequence[Clue], language: str) -> Query:
        """`words`: the technician's own, or a model's in one language or in both. What was denied is not asked for."""
        said = [clue for clue in clues if not clue.denied]
        first, *others = words or [""]
        replies = [f"{first} {agreed}" for agreed in self._agreed(said) if agreed]
        return Query(
            first,
            also=tuple(phrasing for phrasing in dict.fromkeys((*others, *replies)) if phrasing and phrasing != first),
            language=language,
            about=Subjects(
                products=tuple(clue.label for clue in said if _is_a_model(clue)),
                components=tuple(dict.fromkeys(self._components(said))),
                error_codes=tuple(clue.label for clue in said if clue.kind == "code"),
            ),
        )

    def _agreed(self, clues: Sequence[Clue]) -> Iterator[str]:
        """What a bare yes agreed to is nowhere in the technician's words: it is said for them, in each language."""
        agreed = [clue.id for clue in clues if clue.kind == "state" and affirms(clue.quote)]
        for language in LANGUAGES:
            yield " ".join(state.label for one in agreed if (state := self._states.named(one, language)))

    def _components(self, clues: Iterable[Clue]) -> Iterator[str]:
        """By their names in both languages."""
        for clue in clues:
            if clue.kind == "component":
                yield from filter(None, (self._device(clue.id, language) for language in LANGUAGES))

    def _device(self, device: str, language: str) -> str:
        labels = (sign.label for sign in self._signs.of_kind("device", language) if sign.id == device)
        return _ARTICLE.sub("", next(labels, ""))


def _is_a_model(clue: Clue) -> bool:
    """ "X200": a name that somebody gave, not a kind of thing."""
    return clue.kind == "product" and any(map(str.isdigit, clue.label))
