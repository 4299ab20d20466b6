"""A call of a technician with the helper, sentence by sentence, through playbook, adviser and memory of advice.

The state is the conversation folded of the call's facts, as in a real call; only the voice and the clock are missing.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from evals.support.bench import Bench, article_of, text_of
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import CallStarted, Entry, Fact, HelpWanted, InsightGiven, LegJoined, UtteranceHeard
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.model.words import word_count
from kitt_rtc.pipeline.adviser import Adviser
from kitt_rtc.pipeline.deduper import Deduper
from kitt_rtc.playbooks.support import SupportOptions, SupportPlaybook
from kitt_rtc.ports import LanguageModel
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import whole_turn

TECHNICIAN, AGENT = Speaker("TECH1", Role.TECHNICIAN), Speaker("AGENT1", Role.SUPPORT_AGENT)
SPOKEN_SECONDS = 15.0
WORDS_A_SECOND = 160 / 60
"""Of a voice that is to be followed with a tool in the hand."""
_TURN_SECONDS = 9.0
"""From one sentence to the next."""
_SAID_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Reaction:
    """What came of one sentence."""

    card: Insight | None
    facts: Sequence[Fact]
    """All that was written into the story, the sentence itself left out."""
    seconds: float
    """From the sentence to the card."""
    loop_seconds: float
    """Processor time of the event loop's thread."""

    @property
    def kind(self) -> str:
        """ "answer", "question", "unknown" (the honest "I do not know"), "person" or "silence"."""
        if any(isinstance(fact, HelpWanted) for fact in self.facts):
            return "person"
        if self.card is None:
            return "silence"
        if self.card.type is InsightType.KNOWLEDGE_BASE:
            return "answer"
        return "unknown" if self.slot == "unknown" else "question"

    @property
    def article(self) -> str:
        return article_of(self.card.passages[0]) if self.card and self.card.passages else ""

    @property
    def slot(self) -> str:
        """What a question asks for."""
        return self.card.topic.partition(".")[2] if self.card else ""


def adviser_of(
    bench: Bench,
    *,
    model: LanguageModel | None = None,
    alone: bool = False,
    min_score: float = SupportOptions().min_score,
) -> Adviser:
    """Keeps nothing of a call: one does for all. `alone`: where nobody else can help, everything is said aloud."""
    library = Library()
    playbook = SupportPlaybook(bench.knowledge, library, model, SupportOptions(min_score=min_score, dialogue=alone))
    return Adviser(playbook, Deduper(bench.nearness, library=library))


class Talk:
    """One call. `alone`: nobody but the technician is in it."""

    def __init__(self, adviser: Adviser, language: str, *, alone: bool = False) -> None:
        self._adviser = adviser
        self._language = language
        self._now, self._numbers, self._turns = 0.0, count(1), count(1)
        self._conversation = Conversation()
        self._record(CallStarted("eval", "support", language, 0.0))
        self._record(LegJoined("leg_1", "webrtc", TECHNICIAN))
        if not alone:
            self._record(LegJoined("leg_2", "webrtc", AGENT))

    async def hear(self, text: str, by: Speaker = TECHNICIAN) -> Reaction:
        """Raises what the adviser raises; the agent's sentences bring nothing (contract T21)."""
        self._now += _TURN_SECONDS
        said = Utterance(f"u{next(self._turns)}", by, text, self._language, self._now - _SAID_SECONDS, self._now)
        self._record(UtteranceHeard(said, 0.1))
        if by is not TECHNICIAN:
            return Reaction(None, (), 0.0, 0.0)
        begun, begun_here = time.perf_counter(), time.thread_time()
        facts = await whole_turn(self._adviser, self._conversation, self._clock)
        took, took_here = time.perf_counter() - begun, time.thread_time() - begun_here
        for fact in facts:
            self._record(fact)
        card = next((fact.insight for fact in facts if isinstance(fact, InsightGiven)), None)
        return Reaction(card, facts, took, took_here)

    def _record(self, fact: Fact) -> None:
        self._conversation = self._conversation.after(Entry(next(self._numbers), self._now, fact))

    def _clock(self) -> float:
        return self._now


def is_proved(card: Insight) -> bool:
    """Does the quote stand word for word in the passage, and in the article's file?"""
    whole = _plain(text_of(article_of(card.passages[0])))
    lines = [line for line in card.quote.splitlines() if line.strip()]
    return bool(lines) and card.quote in card.passages[0].text and all(_plain(line) in whole for line in lines)


def is_labelled(card: Insight) -> bool:
    """Does it say which edition of the article it is from, and how well that fits, as a percentage?"""
    best = card.passages[0]
    return bool(best.version) and 0.0 < best.score <= 1.0 and f"{100 * best.score:.1f} %" in card.reason


def seconds_to_say(card: Insight) -> float:
    return word_count(card.content) / WORDS_A_SECOND


def _plain(text: str) -> str:
    return " ".join(text.split())
