"""Signs in what is said (devices, symptoms, phases, "it works now"), from `lexicon/<language>.yaml`.

A text is read once for all kinds of signs, and what was found is remembered: a call asks again at every turn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template

from kitt_rtc.model.words import fold, sentences
from kitt_rtc.playbooks.memo import Memo
from kitt_rtc.playbooks.sheets import Row, read_rows
from kitt_rtc.playbooks.triggers import TRIGGER_KEYS, Trigger, hear

LANGUAGES = ("fr", "en")
KINDS = frozenset(
    {
        "device",
        "symptom",
        "fault",
        "solved",
        "praise",
        "still",
        "another",
        "asks",
        "wish",
        "filler",
        "deed",
        "slot",
        "asked",
        "person",
        "safety",
        "more",
        "phase",
    }
)
_KEYS = TRIGGER_KEYS | {"kind", "id", "label"}


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that words can be a sign of."""

    kind: str
    id: str
    label: str
    """For people; a slot's label is its question, with a blank for the device."""
    trigger: Trigger

    @classmethod
    def of(cls, row: Row) -> "Sign":
        row.only(_KEYS)
        kind = row.choice("kind", KINDS)
        label = row.text("label", longest=160, required=kind in {"device", "symptom", "fault", "slot"})
        if kind == "slot":
            try:
                Template(label).substitute(device="")
            except (KeyError, ValueError) as error:
                raise row.error("a question may have one blank, $device", "label") from error
        return cls(kind, row.text("id", longest=40), label, Trigger.of(row, required=kind != "slot"))


@dataclass(frozen=True, slots=True)
class Sighting:
    """A sign, and the words that gave it."""

    sign: Sign
    quote: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The signs of a text."""

    signs: Sequence[tuple[Sign, int]]
    """Each once, in the order of the sheet, with the number of the first sentence that gives it."""
    kinds: Sequence[frozenset[str]]
    """Of the signs of each sentence."""

    def of(self, *kinds: str) -> list[Sign]:
        return [sign for sign, _ in self.signs if sign.kind in kinds]

    def has(self, *kinds: str) -> bool:
        return any(not found.isdisjoint(kinds) for found in self.kinds)

    def ids(self, kind: str) -> set[str]:
        return {sign.id for sign, _ in self.signs if sign.kind == kind}


class Signs:
    """Every sign a house knows, by language; compiled once, at construction."""

    def __init__(self, by_language: Mapping[str, Sequence[Sign]]) -> None:
        self._by_language = by_language
        self._readings = Memo(self._read)

    @classmethod
    def load(cls, folder: Traversable | None = None) -> "Signs":
        """From `<folder>/<language>.yaml`; ours by default. Raises SettingsError with file and line."""
        root = files("kitt_rtc.playbooks").joinpath("lexicon") if folder is None else folder
        sheets = {
            language: read_rows(root.joinpath(f"{language}.yaml"), f"lexicon/{language}.yaml") for language in LANGUAGES
        }
        return cls({language: tuple(Sign.of(row) for row in rows) for language, rows in sheets.items()})

    def of_kind(self, kind: str, language: str) -> list[Sign]:
        return [sign for sign in self._known(language) if sign.kind == kind]

    def read(self, text: str, language: str) -> Reading:
        """Every sign of each sentence."""
        return self._readings.of(text, language)

    def seen(self, text: str, language: str, *kinds: str) -> list[Sign]:
        """The signs of these kinds that the text gives, in the order of the sheet."""
        return self.read(text, language).of(*kinds)

    def quotes(self, text: str, language: str, *kinds: str) -> list[Sighting]:
        """The same, with the words that give them."""
        found = [(sign, place) for sign, place in self.read(text, language).signs if sign.kind in kinds]
        said = sentences(text) if found else []
        return [Sighting(sign, sign.trigger.find(hear(said[place])) or said[place]) for sign, place in found]

    def _read(self, text: str, language: str) -> Reading:
        folded = [fold(sentence) for sentence in sentences(text)]
        first: list[tuple[Sign, int]] = []
        kinds: list[set[str]] = [set() for _ in folded]
        for sign in self._known(language):
            places = [place for place, words in enumerate(folded) if _marks(sign, words)]
            if places:
                first.append((sign, places[0]))
            for place in places:
                kinds[place].add(sign.kind)
        return Reading(tuple(first), tuple(map(frozenset, kinds)))

    def _known(self, language: str) -> Sequence[Sign]:
        return self._by_language.get(language) or self._by_language.get("en", ())


def _marks(sign: Sign, sentence: str) -> bool:
    """Does a folded sentence give this sign?"""
    marks, unless = sign.trigger.marks, sign.trigger.unless
    return bool(marks and marks.search(sentence)) and not (unless and unless.search(sentence))
