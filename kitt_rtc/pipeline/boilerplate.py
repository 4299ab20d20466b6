"""What engines write where nobody spoke, from `phantoms/<language>.yaml`: credits of films, thanks for watching.

All lists hold for all languages: an engine that was asked for French thanks for watching in English.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import yaml

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.model.words import fold

LANGUAGES = ("en", "fr")
_KINDS = frozenset({"credits", "never", "seldom"})


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """All phrases folded."""

    credits: tuple[str, ...]
    """Parts of a sentence that nobody says on a telephone."""
    never: frozenset[str]
    """Whole sentences that nobody says on a telephone."""
    seldom: frozenset[str]
    """Whole texts that engines make up, and people say as well."""

    @classmethod
    def load(cls, folder: Traversable) -> "Boilerplate":
        """From `<folder>/<language>.yaml`. Raises SettingsError that names the file."""
        lists = [_read(folder.joinpath(f"{language}.yaml")) for language in LANGUAGES]
        return cls(
            tuple(f" {phrase} " for phrase in _all(lists, "credits")),
            frozenset(_all(lists, "never")),
            frozenset(_all(lists, "seldom")),
        )

    def is_never_said(self, sentence: str) -> bool:
        """Is this folded sentence the work of an engine, whatever it sounded like?"""
        padded = f" {sentence} "
        return sentence in self.never or any(credit in padded for credit in self.credits)


@cache
def built_in() -> Boilerplate:
    """Ours. Raises SettingsError when the installation is damaged."""
    return Boilerplate.load(files("kitt_rtc.pipeline").joinpath("phantoms"))


def _all(lists: Iterable[Mapping[str, list[str]]], kind: str) -> list[str]:
    return [fold(phrase) for phrases in lists for phrase in phrases.get(kind, ())]


def _read(sheet: Traversable) -> Mapping[str, list[str]]:
    try:
        lists = yaml.safe_load(sheet.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{sheet.name} cannot be read as YAML in UTF-8") from error
    if not isinstance(lists, dict) or not _KINDS.issuperset(lists):
        raise SettingsError(f"{sheet.name} must have lists called {', '.join(sorted(_KINDS))}, and no others")
    for kind, phrases in lists.items():
        if not isinstance(phrases, list) or not all(isinstance(phrase, str) and fold(phrase) for phrase in phrases):
            raise SettingsError(f"{sheet.name}: {kind} must be a list of phrases (quote yes, no and numbers)")
    return lists
