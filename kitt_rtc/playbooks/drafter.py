"""The words of an answer: a model's, proved by a quote found in the passage, else the passage's own steps."""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.words import language_of, sentences, subject_words, verbatim, word_count
from kitt_rtc.playbooks.fields import Answer, Quote
from kitt_rtc.playbooks.matter import Listener, Matter
from kitt_rtc.playbooks.steps import answer_lines, lines_that_fit, steps_of, without_marks
from kitt_rtc.playbooks.transcript import as_material
from kitt_rtc.ports import LanguageModel
from kitt_rtc.prompts.leak import leaks
from kitt_rtc.prompts.library import LANGUAGES, Library
from kitt_rtc.prompts.prompt import Material

log = logging.getLogger(__name__)

_SECONDS = 5.0
_LEAST_QUOTED = 3
"""Words; fewer are found in any article."""
_AGAIN = 0.8
"""Of an answer's words that say what it is about; with more of them told before, it is told before."""
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


class AnswerForm(BaseModel):
    """An answer from passages alone."""

    found: bool
    """Do the passages answer this trouble?"""
    passage: int = 1
    """The number of the passage it is from."""
    answer: Answer = ""
    quote: Quote = ""
    """Words of that passage, copied."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be said, and its proof."""

    passage: Passage
    content: str
    quote: str
    written_by: str


class Drafter:
    """Says what passages say, short enough to be spoken. Raises nothing: the rules stand where the model fails."""

    def __init__(self, listener: Listener, library: Library, model: LanguageModel | None = None) -> None:
        self._listener = listener
        self._library = library
        self._model = model

    async def draft(
        self, matter: Matter, query: str, passages: Sequence[Passage], language: str, told: Sequence[str]
    ) -> Draft | None:
        """An answer in `language` from the first of these passages that has one; None when none has."""
        if self._model is None:
            return await self._by_rules(matter, query, passages, language, told)
        numbered = [
            Material(f"Passage {number}", _as_text(passage), house=True)
            for number, passage in enumerate(passages, start=1)
        ]
        material = [
            as_material(matter.utterances, "Technician"),
            *numbered,
            Material("Told already", "\n".join(told), told=True),
        ]
        prompt = self._library.prompt("answer", language, material, seconds=_SECONDS)
        try:
            form = await self._model.fill(prompt, AnswerForm)
        except EngineError as error:
            log.warning("answer written by rules", extra={"code": error.code})
            return await self._by_rules(matter, query, passages, language, told)
        if not form.found:
            return None
        passage = passages[form.passage - 1] if 0 < form.passage <= len(passages) else passages[0]
        quote = verbatim(form.quote, passage.text, least=_LEAST_QUOTED)
        unfit = not form.answer or leaks(form.answer, prompt) or _foreign_links(form.answer, passages)
        if not quote or unfit or _says_again(form.answer, told):
            return await self._by_rules(matter, query, passages, language, told)
        return Draft(passage, " ".join(lines_that_fit(sentences(form.answer))), quote, self._model.name)

    async def _by_rules(
        self, matter: Matter, query: str, passages: Sequence[Passage], language: str, told: Sequence[str]
    ) -> Draft | None:
        """In a thread, for reading articles takes longer than the loop may be held."""
        tried = self._listener.tried(matter.utterances)
        return await asyncio.to_thread(self._from_steps, tried, query, passages, language, told)

    def _from_steps(
        self, tried: set[str], query: str, passages: Sequence[Passage], language: str, told: Sequence[str]
    ) -> Draft | None:
        """The steps of the best article, word for word, that were not told yet; else the next article's.

        They stay in their order, which may matter (unplug, then open); what the technician has done comes last.
        """
        before = " ".join(told)
        for passage in _with_steps_first(passages):
            steps = steps_of(passage.text)
            known = [step for step in steps if without_marks(step) in before]
            done = [step for step in steps if self._listener.deeds(step, _language(passage, language)) & tried]
            lines = answer_lines(passage.text, query, known, done)
            if lines and without_marks(lines[0]) not in before:
                return Draft(passage, self._in_words(passage, lines, language), lines[0], "rules")
        return None

    def _in_words(self, passage: Passage, lines: Sequence[str], language: str) -> str:
        """The lines, with an honest word about an article in another language."""
        written_in = _language(passage, language)
        if written_in == language:
            return _said(lines)
        key = f"answer.in_{written_in if written_in in LANGUAGES else 'other'}"
        around = self._library.phrase(key, language, title=passage.title, steps="")
        steps = _said(lines_that_fit(lines, beside=word_count(around)))
        return self._library.phrase(key, language, title=passage.title, steps=steps)


def _with_steps_first(passages: Sequence[Passage]) -> list[Passage]:
    """Of each article the part that says what to do before the others; the articles in their order."""
    articles = list(dict.fromkeys(passage.source for passage in passages))
    return sorted(passages, key=lambda part: (articles.index(part.source), not steps_of(part.text)))


def _language(passage: Passage, default: str) -> str:
    """The two letters of the language it is written in."""
    return passage.language[:2].lower() or language_of(passage.text, default)


def _as_text(passage: Passage) -> str:
    return f"{passage.title}\n{passage.section}\n{passage.text}"


def _foreign_links(answer: str, passages: Sequence[Passage]) -> bool:
    """Does the answer name an address that no passage names?"""
    return any(not any(link in passage.text for passage in passages) for link in _LINK.findall(answer))


def _says_again(answer: str, told: Sequence[str]) -> bool:
    """Is it made of the words of what was told? Whom that did not help needs the next step, or a person."""
    words = subject_words(answer)
    return len(words & subject_words(" ".join(told))) > _AGAIN * len(words)


def _said(lines: Sequence[str]) -> str:
    return " ".join(_ended(without_marks(line)) for line in lines)


def _ended(line: str) -> str:
    return line if line.endswith((".", "!", "?", ":")) else f"{line}."
