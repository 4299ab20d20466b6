"""Is the talk small talk: the weather, holidays, football, "how are you"? By lists, `pleasantries/<language>.yaml`.

The law: one word of business in a line, and the line is business. A line that is neither goes on with what the talk
was about, for a while: "it was far too expensive", said of a holiday, is no objection. A greeting colours its own line
only.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import yaml

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import SettingsError
from kitt_rtc.model.speech import Utterance
from kitt_rtc.model.words import fold, sentences

LANGUAGES = ("en", "fr")
_KINDS = frozenset({"greetings", "subjects", "business"})
_LINES = 4
"""So many lines that name nothing go on with a small subject; then they are about something else."""
_SECONDS = 40.0
"""A small subject that nobody named for so long is over."""


@dataclass(frozen=True, slots=True)
class _Talk:
    """What it is about."""

    small: bool = False
    named_at: float = float("-inf")
    """When a small subject was last named, in seconds since the call began."""
    unnamed: int = 0
    """Lines since then that name nothing."""


@dataclass(frozen=True, slots=True)
class Pleasantries:
    """The lists of all languages: two people may speak two of them."""

    greetings: re.Pattern[str]
    """Colour their own line: "how are you"."""
    subjects: re.Pattern[str]
    """What small talk is about, and goes on being about: the weather."""
    business: re.Pattern[str]
    """One of these, and a line is business."""

    @classmethod
    def load(cls, folder: Traversable) -> "Pleasantries":
        """From `<folder>/<language>.yaml`. Raises SettingsError that names the file."""
        lists = [_read(folder.joinpath(f"{language}.yaml")) for language in LANGUAGES]
        return cls(*(_any_of(lists, kind) for kind in ("greetings", "subjects", "business")))

    def is_small(self, lines: Iterable[Utterance], until: str = "") -> bool:
        """Were these lines, in the order spoken, small talk by this one (an id), or by the last?"""
        talk = _Talk()
        for line in lines:
            talk = self._after(talk, line)
            if line.id == until:
                break
        return talk.small

    def _after(self, talk: _Talk, line: Utterance) -> _Talk:
        words = "\n".join(fold(sentence) for sentence in sentences(line.text))
        if self.business.search(words):
            return _Talk()
        if self.subjects.search(words):
            return _Talk(small=True, named_at=line.end)
        if self.greetings.search(words):
            return replace(talk, small=True)
        goes_on = talk.unnamed < _LINES and line.start - talk.named_at <= _SECONDS
        return replace(talk, small=goes_on, unnamed=talk.unnamed + 1)


def is_small_talk(conversation: Conversation, because: Sequence[str] = ()) -> bool:
    """Was it small talk that led to this advice; without `because`, is the talk small talk now?"""
    lines = (said for said in conversation.utterances if not said.backchannel)
    return _built_in().is_small(lines, because[-1] if because else "")


@cache
def _built_in() -> Pleasantries:
    return Pleasantries.load(files("kitt_rtc.pipeline").joinpath("pleasantries"))


def _any_of(lists: Iterable[Mapping[str, list[str]]], kind: str) -> re.Pattern[str]:
    """Whole words and phrases, folded; a star at the end: the beginning of a word; a stop: the end of a sentence."""
    phrases = [phrase for phrases in lists for phrase in phrases.get(kind, ())]
    return re.compile("|".join(_expression(phrase) for phrase in phrases), re.MULTILINE)


def _expression(phrase: str) -> str:
    ending = {"*": "", ".": "$"}.get(phrase[-1], r"\b")
    return rf"\b{re.escape(fold(phrase))}{ending}"


def _read(sheet: Traversable) -> Mapping[str, list[str]]:
    try:
        lists = yaml.safe_load(sheet.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{sheet.name} cannot be read as YAML in UTF-8") from error
    if not isinstance(lists, dict) or set(lists) != _KINDS:
        raise SettingsError(f"{sheet.name} must have lists called {', '.join(sorted(_KINDS))}, and no others")
    for kind, phrases in lists.items():
        if not isinstance(phrases, list) or not all(isinstance(phrase, str) and fold(phrase) for phrase in phrases):
            raise SettingsError(f"{sheet.name}: {kind} must be a list of phrases (quote yes, no and numbers)")
    return lists
