"""Prompts and sentences by name and language, their blanks filled.

A blank holds a word of ours (a language, a number, a label). What a caller or an article said never fills a blank of a
model's prompt: it goes into `Material`, apart from the instructions (contract N9).
"""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template

from kitt_rtc.prompts.prompt import Material, Prompt

LANGUAGES = ("fr", "en")
"""The languages with a folder of their own; any other is answered in English."""
BLANK_CHARACTERS = 200
"""The longest word of ours; a blank that is longer, or has a line break, is somebody else's text."""

_LANGUAGE_NAMES = {"fr": {"fr": "français", "en": "anglais"}, "en": {"fr": "French", "en": "English"}}


class Library:
    """Read once, at construction. Every sentence is a text file, so that a desk can change it without code."""

    def __init__(self, folder: Traversable | None = None, *, greetings: Mapping[str, str] | None = None) -> None:
        """`folder` holds one folder per language; `greetings` are the house's own, by language, instead of ours."""
        root = files("kitt_rtc.prompts") if folder is None else folder
        self._texts = {language: _texts_in(root.joinpath(language)) for language in LANGUAGES}
        self._phrases = {language: _phrases_of(texts.pop("phrases", "")) for language, texts in self._texts.items()}
        self._greetings = {language: text for language, text in (greetings or {}).items() if text}

    def has(self, name: str, language: str) -> bool:
        """Is there a text of this name in this language, or in English in its stead?"""
        return name in self._texts[_known(language)]

    def text(self, name: str, language: str, /, **blanks: object) -> str:
        """A whole text; raises KeyError naming the text or the blank that is missing."""
        texts = self._texts[_known(language)]
        if name not in texts:
            raise KeyError(f"prompts/{_known(language)}/{name}.md is missing")
        return Template(texts[name]).substitute(blanks)

    def phrase(self, key: str, language: str, /, **blanks: object) -> str:
        """A sentence for people, from `phrases.md`; raises KeyError naming what is missing."""
        phrases = self._phrases[_known(language)]
        if key not in phrases:
            raise KeyError(f"prompts/{_known(language)}/phrases.md has no {key!r}")
        return Template(phrases[key]).substitute(blanks)

    def prompt(
        self, name: str, language: str, material: Sequence[Material] = (), /, *, seconds: float = 6.0, **blanks: object
    ) -> Prompt:
        """The named instructions, answered in `language` within `seconds`, with the material beside them."""
        for blank, value in blanks.items():
            if len(str(value)) > BLANK_CHARACTERS or "\n" in str(value):
                raise ValueError(f"the blank {blank!r} of {name!r} is too long for a word of ours: give it as Material")
        spoken = _known(language)
        instructions = self.text(name, language, answer_language=_LANGUAGE_NAMES[spoken][spoken], **blanks)
        return Prompt(name, instructions, tuple(material), language=spoken, seconds=seconds)

    def greeting(self, language: str, playbook: str = "support") -> str:
        """What a telephone hears before the call: the house's own words, else the playbook's, else support's."""
        own = self._greetings.get(_known(language))
        if own:
            return own
        name = f"greeting_{playbook}"
        return self.text(name if self.has(name, language) else "greeting", language)


def _known(language: str) -> str:
    return language if language in LANGUAGES else "en"


def _texts_in(folder: Traversable) -> dict[str, str]:
    pages = (page for page in folder.iterdir() if page.name.endswith(".md"))
    return {page.name.removesuffix(".md"): page.read_text(encoding="utf-8").strip() for page in pages}


def _phrases_of(page: str) -> dict[str, str]:
    """Lines of `key: sentence`; a line that begins with # is a comment."""
    lines = (line.strip() for line in page.splitlines())
    pairs = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return {key.strip(): sentence.strip() for key, _, sentence in pairs}
