"""States that a yes or a no tells (live view is there, only at night), from `lexicon/<language>/states.yaml`.

The same sheet reads what a technician says and what an article speaks of: where articles differ in one, it is worth
asking about.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from kitt_rtc.model.words import fold, sentences
from kitt_rtc.playbooks.memo import Memo
from kitt_rtc.playbooks.sheets import Row, read_rows
from kitt_rtc.playbooks.signs import LANGUAGES
from kitt_rtc.playbooks.triggers import TRIGGER_KEYS, Trigger

_SHEET = "states.yaml"
_KEYS = TRIGGER_KEYS | {"id", "label", "question"}
_CLAUSE = re.compile(r"[,;:]|\b(?:mais|but|et|and)\b", re.IGNORECASE)
_NO = re.compile(
    r"\b(?:pas|plus|jamais|aucune?|rien|sans|non|no|not|never|nothing|without|none|cannot"
    r"|(?:do|does|did|is|are|was|wo|ca|has|have)n? t)\b"
)


@dataclass(frozen=True, slots=True)
class State:
    id: str
    label: str
    """What a yes says."""
    question: str
    trigger: Trigger

    @classmethod
    def of(cls, row: Row) -> "State":
        row.only(_KEYS)
        question = row.text("question", longest=120)
        if not question.endswith("?"):
            raise row.error("a question ends in a question mark", "question")
        return cls(row.text("id", longest=40), row.text("label", longest=80), question, Trigger.of(row))


@dataclass(frozen=True, slots=True)
class Told:
    """A state that a text speaks of."""

    state: State
    quote: str
    """The part of a sentence that speaks of it."""
    denied: bool


class States:
    """Every state a house knows, by language."""

    def __init__(self, by_language: Mapping[str, Sequence[State]]) -> None:
        self._by_language = by_language
        self._read = Memo(self._found)

    @classmethod
    def load(cls, folder: Traversable | None = None) -> "States":
        """From `<folder>/<language>/states.yaml`; ours by default. Raises SettingsError with file and line."""
        root = files("kitt_rtc.playbooks").joinpath("lexicon") if folder is None else folder
        sheets = {
            language: read_rows(root.joinpath(language, _SHEET), f"lexicon/{language}/{_SHEET}")
            for language in LANGUAGES
        }
        return cls({language: tuple(State.of(row) for row in rows) for language, rows in sheets.items()})

    def of(self, language: str) -> Sequence[State]:
        return self._by_language.get(language) or self._by_language.get("en", ())

    def named(self, state_id: str, language: str) -> State | None:
        return next((state for state in self.of(language) if state.id == state_id), None)

    def told(self, text: str, language: str) -> Sequence[Told]:
        """Those a text speaks of, each once; denied where the same clause has a "not"."""
        return self._read.of(text, language)

    def _found(self, text: str, language: str) -> Sequence[Told]:
        found: dict[str, Told] = {}
        for clause in (part for sentence in sentences(text) for part in _CLAUSE.split(sentence)):
            folded = fold(clause)
            for state in self.of(language):
                if state.id not in found and state.trigger.marks and state.trigger.marks.search(folded):
                    found[state.id] = Told(state, clause.strip(), bool(_NO.search(folded)))
        return tuple(found.values())
