"""Cues in what is said (a promise, somebody else's offer, an answer, a mood), from `lexicon/<language>/*.yaml`.

Signs tell what a call is about; cues tell what somebody does with words. Law: a question promises nothing, and what is
denied, or only told of somebody else, is no cue. Sarcasm is not read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.speech import Utterance
from kitt_rtc.model.words import fold
from kitt_rtc.playbooks.sheets import Row, read_rows
from kitt_rtc.playbooks.triggers import TRIGGER_KEYS, Sentence, Trigger, hear
from kitt_rtc.playbooks.vocabulary import Vocabulary

LANGUAGES = ("fr", "en")
SHEETS = ("commitments.yaml", "competitors.yaml", "answers.yaml", "tone.yaml")
NAMES = "names.yaml"
"""Of people and places, in every language."""
KINDS = frozenset({"commitment", "competitor", "answer", "rebuttal", "deflect", "mood", "urgency"})
_KEYS = TRIGGER_KEYS | {"kind", "id"}


@dataclass(frozen=True, slots=True)
class Cue:
    kind: str
    id: str
    """Of a mood or an urgency its name in the story; of an answer the objection it answers."""
    trigger: Trigger


@dataclass(frozen=True, slots=True)
class Heard:
    """A cue, and the words that gave it."""

    cue: Cue
    quote: str


@dataclass(frozen=True, slots=True)
class Line:
    """An utterance ready for any number of questions: hearing costs more than asking, and is done once."""

    utterance: Utterance
    language: str
    sentences: Sequence[Sentence]

    @property
    def stated(self) -> list[Sentence]:
        """Without what is asked."""
        return [sentence for sentence in self.sentences if not sentence.text.endswith("?")]


class Cues:
    """Every cue a house knows, by language; compiled once, at construction."""

    def __init__(
        self,
        by_language: Mapping[str, Mapping[str, Sequence[Cue]]],
        vocabularies: Mapping[str, Vocabulary],
        no_firms: frozenset[str] = frozenset(),
    ) -> None:
        """`by_language`: of each language the cues by kind. `no_firms`: names of people and places, folded."""
        self._by_language = by_language
        self._vocabularies = vocabularies
        self._no_firms = no_firms

    @classmethod
    def load(cls, folder: Traversable | None = None) -> "Cues":
        """From `<folder>/<language>/`; ours by default. Raises SettingsError with file and line."""
        root = files("kitt_rtc.playbooks").joinpath("lexicon") if folder is None else folder
        vocabularies: dict[str, Vocabulary] = {}
        cues: dict[str, Mapping[str, Sequence[Cue]]] = {}
        for language in LANGUAGES:
            shelf = root.joinpath(language)
            vocabularies[language] = Vocabulary.load(shelf.joinpath("words.yaml"), f"lexicon/{language}/words.yaml")
            rows = (
                row
                for sheet in SHEETS
                if shelf.joinpath(sheet).is_file()
                for row in read_rows(shelf.joinpath(sheet), f"lexicon/{language}/{sheet}")
            )
            cues[language] = _by_kind(rows, vocabularies[language])
        names = root.joinpath(NAMES)
        return cls(cues, vocabularies, _no_firms(names) if names.is_file() else frozenset())

    def lines(self, conversation: Conversation) -> list[Line]:
        """What is pending, in the order spoken."""
        spoken = sorted(conversation.pending, key=lambda utterance: utterance.start)
        return [self.line(utterance, utterance.language or conversation.language) for utterance in spoken]

    def of_kind(self, kind: str, language: str) -> Sequence[Cue]:
        return self._by_language[self._known(language)].get(kind, ())

    def is_no_firm(self, name: str) -> bool:
        """Is it a place's, or somebody's first name, with or without another behind it?"""
        folded = fold(name)
        first, _, rest = folded.partition(" ")
        return folded in self._no_firms or (first in self._no_firms and bool(rest) and " " not in rest)

    def found(self, said: Sequence[Sentence], language: str, kind: str) -> list[Heard]:
        """The cues of this kind that are meant, sentence by sentence, in the order said."""
        return [
            Heard(cue, quote)
            for sentence in said
            for cue in self.of_kind(kind, language)
            if (quote := cue.trigger.find((sentence,)))
        ]

    def line(self, utterance: Utterance, language: str) -> Line:
        return Line(utterance, language, hear(utterance.text, self._vocabularies[self._known(language)]))

    def _known(self, language: str) -> str:
        return language if language in self._by_language else "en"


def _no_firms(sheet: Traversable) -> frozenset[str]:
    rows = read_rows(sheet, f"lexicon/{NAMES}")
    for row in rows:
        row.only({"id", "words"})
    return frozenset(fold(name) for row in rows for name in row.texts("words"))


def _by_kind(rows: Iterator[Row], vocabulary: Vocabulary) -> Mapping[str, Sequence[Cue]]:
    cues: dict[str, list[Cue]] = {}
    for row in rows:
        row.only(_KEYS)
        kind = row.choice("kind", KINDS)
        cues.setdefault(kind, []).append(Cue(kind, row.text("id", longest=40), Trigger.of(row, vocabulary)))
    return cues
