"""An answer with its proof: query, search, and the words of an article; or honest silence.

Everything said comes from a passage that scores `min_score` or more and that was not told on this matter already; its
links and numbers to call are seen in the quote alone (contract N9).
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.facts import AnswerTraced
from kitt_rtc.model.insight import Insight, InsightType, Passage
from kitt_rtc.model.speech import Utterance
from kitt_rtc.model.words import clip, word_count
from kitt_rtc.playbooks import sufficiency
from kitt_rtc.playbooks.drafter import Draft, Drafter
from kitt_rtc.playbooks.fields import Line
from kitt_rtc.playbooks.identity import insight_id
from kitt_rtc.playbooks.looking import Looked, look_up, traced
from kitt_rtc.playbooks.matter import Listener, Matter
from kitt_rtc.playbooks.queries import QueryWriter
from kitt_rtc.playbooks.told import Told
from kitt_rtc.playbooks.transcript import as_material
from kitt_rtc.ports import KnowledgeBase, LanguageModel
from kitt_rtc.prompts.contacts import uncovered, without_contacts
from kitt_rtc.prompts.leak import leaks
from kitt_rtc.prompts.library import Library
from kitt_rtc.prompts.orders import steps_for_people

log = logging.getLogger(__name__)

_QUERY_CHARACTERS = 600
_QUERY_SECONDS = 2.5
_CANDIDATES = 12
"""So many passages are told apart by a question."""


@dataclass(frozen=True, slots=True)
class AnswererOptions:
    min_score: float = 0.36
    """Passages that score less, 0 to 1, are not answered from."""
    passages: int = 5
    """So many are looked at."""


class QueryForm(BaseModel):
    query: Line
    other: Line = ""
    """The same in the other language; empty: there is none."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, or silence; and how it was looked for."""

    insight: Insight | None
    trace: AnswerTraced


class Answerer:
    """Searches the knowledge base about the matter at hand. Raises what the knowledge base raises."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        listener: Listener,
        writer: QueryWriter,
        library: Library,
        model: LanguageModel | None = None,
        *,
        options: AnswererOptions = AnswererOptions(),
    ) -> None:
        self._knowledge = knowledge
        self._listener = listener
        self._writer = writer
        self._library = library
        self._model = model
        self._drafter = Drafter(listener, library, model)
        self._options = options

    async def answer(self, conversation: Conversation, matter: Matter, told: Told, *, spoken: bool) -> Answered:
        """An answer nobody has given on this matter yet, in the language of the conversation; and how it was sought."""
        query = await self._query(conversation, matter)
        looked, passages = await self._passages(query, conversation, matter, told)
        language = conversation.language
        before = [answer.content for answer in told.answers]
        # Every line of every passage is looked through for orders, which takes tens of milliseconds where it is new.
        fit = await asyncio.to_thread(lambda: [self._fit(passage, language) for passage in passages])
        draft = await self._drafter.draft(matter, query[0], fit, language, before) if fit else None
        insight = self._insight(conversation, matter, told, passages, draft, spoken=spoken) if draft else None
        return Answered(insight, self._trace(matter, told, looked, passages, insight))

    def _fit(self, passage: Passage, language: str) -> Passage:
        """As it may be told: its steps for people, without links and numbers to call."""
        instead = self._library.phrase("answer.contact", language)
        return replace(passage, text=without_contacts(steps_for_people(passage.text), instead))

    def _insight(
        self,
        conversation: Conversation,
        matter: Matter,
        told: Told,
        passages: Sequence[Passage],
        draft: Draft,
        *,
        spoken: bool,
    ) -> Insight | None:
        """The card; None where its quote does not stand in the passage, word for word (contract N6)."""
        instead = self._library.phrase("answer.contact", conversation.language)
        found = next(passage for passage in passages if passage.id == draft.passage.id)
        quote = uncovered(draft.quote, found.text, instead)
        if not quote:
            log.warning("answer without a proof left out", extra={"call": conversation.call_id, "passage": found.id})
            return None
        times = sum(one.passages[0].id == draft.passage.id for one in told.answers)
        topic = f"kb.{draft.passage.id}" + (f".{times + 1}" if times else "")
        score, least = (f"{100 * value:.1f} %" for value in (draft.passage.score, self._options.min_score))
        reason = self._library.phrase(
            "answer.reason", conversation.language, title=draft.passage.title, score=score, least=least
        )
        return Insight(
            id=insight_id(conversation, topic, draft.content),
            type=InsightType.KNOWLEDGE_BASE,
            content=draft.content,
            title=draft.passage.title,
            topic=topic,
            reason=" ".join((reason, conversation.context_reason)).strip(),
            quote=quote,
            because=tuple(said.id for said in matter.utterances),
            passages=(found, *(passage for passage in passages if passage.id != found.id)),
            written_by=draft.written_by,
            spoken=spoken,
        )

    def _trace(
        self, matter: Matter, told: Told, looked: Looked, good: Sequence[Passage], insight: Insight | None
    ) -> AnswerTraced:
        least, known = self._options.min_score, {answer.passages[0].id for answer in told.answers}
        if insight is not None:
            outcome = "answered"
        elif good:
            outcome = "unsaid"
        else:
            outcome = "nothing" if not looked.passages else "told" if looked.reaching(least) else "below"
        answer = insight.passages[0].id if insight else ""
        found = traced(looked, least=least, told=known, answer=answer, otherwise="behind" if insight else "unsaid")
        because = tuple(said.id for said in matter.utterances)
        return AnswerTraced(looked.queries, found, least, outcome, because, insight.id if insight else "")

    async def candidates(self, conversation: Conversation, matter: Matter) -> Looked:
        """What there is on what little is known, for a question that tells the articles apart.

        Nothing while the knowledge base is away: a question needs none, and the answer's own search tells of it.
        """
        words = self._own_words(matter.utterances)
        if not words:
            return Looked()
        query = self._writer.query([words], conversation.clues, conversation.language)
        try:
            return await look_up(self._knowledge, query, limit=_CANDIDATES)
        except EngineError as error:
            log.warning("question asked without candidates", extra={"call": conversation.call_id, "code": error.code})
            return Looked()

    def asked(self, matter: Matter, looked: Looked, question: Insight) -> AnswerTraced:
        """A question was put in the place of an answer."""
        least = self._options.min_score
        found = traced(looked, least=least, told=(), answer="", otherwise="waits")
        because = tuple(said.id for said in matter.utterances)
        return AnswerTraced(looked.queries, found, least, "asked", because, question.id)

    async def _query(self, conversation: Conversation, matter: Matter) -> tuple[str, ...]:
        """What to search for: the model's words in both languages, else the technician's own without the small talk."""
        if self._model is not None:
            material = [as_material(matter.utterances, "Technician")]
            prompt = self._library.prompt("query", conversation.language, material, seconds=_QUERY_SECONDS)
            try:
                form = await self._model.fill(prompt, QueryForm)
            except EngineError as error:
                log.warning("query written by rules", extra={"call": conversation.call_id, "code": error.code})
            else:
                if form.query and not leaks(f"{form.query} {form.other}", prompt):
                    return form.query, form.other
        return (self._own_words(matter.utterances),)

    def _own_words(self, said: Sequence[Utterance]) -> str:
        """All of them when they are few; else the complaint and the newest sentences that hold."""
        spoken = [sentence for utterance in said for sentence in self._listener.news(utterance)]
        if sum(map(len, spoken)) <= _QUERY_CHARACTERS:
            return " ".join(spoken)
        complaint = self._listener.complaint(said)
        room = _QUERY_CHARACTERS - len(complaint)
        kept: list[str] = []
        for sentence in reversed(spoken):
            room -= len(sentence)
            if room < 0 and kept:
                break
            kept.insert(0, sentence)
        return clip(f"{complaint} {' '.join(kept)}", _QUERY_CHARACTERS)

    async def _passages(
        self, query: Sequence[str], conversation: Conversation, matter: Matter, told: Told
    ) -> tuple[Looked, list[Passage]]:
        """Good enough and new, best first. A part of the words alone is not tried: it found what the rest denied."""
        least = self._options.min_score
        known = {answer.passages[0].id for answer in told.answers}
        insists = any(self._listener.insists(said) for said in conversation.fresh)
        if known and not insists and (about := self._another_trouble(matter, told)):
            looked = await self._look(conversation, [about])
            good = looked.reaching(least)
            return looked, good if good and good[0].id not in known else []
        looked = await self._look(conversation, query)
        good = looked.reaching(least)
        return looked, [] if good and good[0].id in known and not insists else good

    def _another_trouble(self, matter: Matter, told: Told) -> str:
        """The words since the last answer, where they would be enough to search by themselves; else empty."""
        answered = set(told.answers[-1].because)
        since = [said for said in matter.utterances if said.id not in answered]
        words = sum(word_count(said.text) for said in since)
        complaint = self._listener.complaint(since)
        enough = sufficiency.judge(words, self._listener.devices(since), complaint).enough
        return self._own_words(since) if complaint and enough else ""

    async def _look(self, conversation: Conversation, words: Sequence[str]) -> Looked:
        query = self._writer.query(words, conversation.clues, conversation.language)
        return await look_up(self._knowledge, query, limit=self._options.passages)
