"""What somebody said they would do, with the words: `role: “quote”`. A question is not a promise."""

from collections.abc import Iterable, Iterator

from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.cues import Cues, Line
from kitt_rtc.prompts.library import Library

_SIDES = frozenset({Role.REP, Role.CUSTOMER})


def commitments_in(lines: Iterable[Line], cues: Cues) -> Iterator[tuple[Role, str]]:
    """Who promised, and the sentence, in the order said."""
    for line in lines:
        role = line.utterance.speaker.role
        if role in _SIDES:
            yield from ((role, heard.quote) for heard in cues.found(line.stated, line.language, "commitment"))


def as_told(role: Role, quote: str, library: Library, language: str) -> str:
    """In the words of whoever reads the screen."""
    return library.phrase("finding", language, label=library.phrase(f"role.{role}", language), quote=quote)
