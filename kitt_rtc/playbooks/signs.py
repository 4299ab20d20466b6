"""Signs in what is said (devices, symptoms, phases, "it works now"), from `lexicon/<language>.yaml`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template

from kitt_rtc.playbooks.sheets import Row, read_rows
from kitt_rtc.playbooks.triggers import TRIGGER_KEYS, Trigger, hear

LANGUAGES = ("fr", "en")
KINDS = frozenset(
    {"device", "symptom", "fault", "solved", "still", "another", "filler", "slot", "asked", "phase"},
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


class Signs:
    """Every sign a house knows, by language; compiled once, at construction."""

    def __init__(self, by_language: Mapping[str, Sequence[Sign]]) -> None:
        self._by_language = by_language

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

    def seen(self, text: str, language: str, *kinds: str) -> list[Sign]:
        """The signs of these kinds that the text gives, in the order of the sheet."""
        heard = hear(text)
        return [sign for sign in self._known(language) if sign.kind in kinds and sign.trigger.is_in(heard)]

    def quotes(self, text: str, language: str, *kinds: str) -> list[Sighting]:
        """The same, with the words that give them."""
        heard = hear(text)
        signs = (sign for sign in self._known(language) if sign.kind in kinds)
        return [Sighting(sign, quote) for sign in signs if (quote := sign.trigger.find(heard))]

    def _known(self, language: str) -> Sequence[Sign]:
        return self._by_language.get(language) or self._by_language.get("en", ())
