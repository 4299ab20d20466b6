"""One call: its facts, its legs, its news. Starts nothing, waits for nothing but news."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kitt_rtc.calls import ledger
from kitt_rtc.captions import Captions
from kitt_rtc.drafts import Drafts
from kitt_rtc.journal import Journal
from kitt_rtc.model.audio import Clock
from kitt_rtc.model.conversation import CONTEXT_MESSAGES, Conversation
from kitt_rtc.model.errors import BadOffer, CallOver, EngineError, EngineRefused, EngineTimeout, EngineUnavailable
from kitt_rtc.model.facts import (
    CallEnded,
    CallResumed,
    Entry,
    Fact,
    InsightGiven,
    InsightWithheld,
    LegJoined,
    LegLeft,
    Trouble,
    TroubleOver,
    UtteranceHeard,
)
from kitt_rtc.model.gaps import absences
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.ports import Leg, Manner
from kitt_rtc.tape.reel import Reel

_FAILURES = frozenset({error.code for error in (EngineError, EngineRefused, EngineTimeout, EngineUnavailable)})
LEFT_OPEN = "left_open"
"""Why a call ends here that goes on elsewhere: the next process of this house takes it up."""


@dataclass(frozen=True, slots=True)
class CallOptions:
    context_messages: int = CONTEXT_MESSAGES
    max_legs: int = 8


@dataclass(frozen=True, slots=True)
class Past:
    """What an earlier process knew of a call that goes on."""

    story: Sequence[Entry] = ()
    age: float = 0.0
    """Seconds since the call began."""
    gap: float = 0.0
    """The last of these seconds, in which no process held it."""

    @property
    def broke_off(self) -> float:
        """Seconds from its beginning to where it broke off."""
        return self.age - self.gap


class Call:
    """What is known of a live call, and the one way to add to it."""

    def __init__(
        self,
        call_id: str,
        manners: Mapping[Role, Manner],
        options: CallOptions | None = None,
        past: "Past | None" = None,
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        past = past or Past()
        self.id = call_id
        self.over = asyncio.Event()
        """Somebody has said that the call ends."""
        self.reason = ""
        """Why it ends; empty while it does not."""
        self.moved = asyncio.Event()
        """Something happened: whoever watches for idleness starts counting again."""
        self._options = options or CallOptions()
        self._manners = manners
        self._monotonic = clock
        self._began = clock() - past.age
        self._past = past
        self.journal = Journal(call_id, self.clock, story=past.story)
        self.captions = Captions(call_id)
        """What is being said now, beside the journal."""
        self.drafts = Drafts(call_id)
        """The tip that is being written now, likewise."""
        self.reel = Reel(self.clock)
        """What is to be taped of it, where it is."""
        self.conversation = Conversation.of(past.story, context_messages=self._options.context_messages)
        self._legs: dict[str, tuple[Leg, float]] = {}
        self._absent = absences(past.story, past.broke_off)
        self._news = asyncio.Event()
        if any(self._drives_advice(said.speaker.role) for said in self.conversation.pending):
            self._news.set()

    def clock(self) -> float:
        """Seconds since the call began."""
        return self._monotonic() - self._began

    @property
    def legs(self) -> Mapping[str, Leg]:
        return MappingProxyType({leg_id: leg for leg_id, (leg, _) in self._legs.items()})

    def record(self, fact: Fact) -> Entry:
        """Append and fold, in one breath. Raises CallOver once the story is closed."""
        if self.journal.closed:
            raise CallOver("the call is over")
        entry = self.journal.append(ledger.completed(fact, self.journal))
        before, self.conversation = self.conversation, self.conversation.after(entry)
        self.moved.set()
        if isinstance(fact, UtteranceHeard):
            self.captions.end(fact.utterance.id, said=True)
        if isinstance(fact, InsightGiven):
            self.drafts.end(fact.insight.id)
        if isinstance(fact, InsightWithheld):
            self.drafts.end()
        heard = (fact.utterance,) if isinstance(fact, UtteranceHeard) and not fact.utterance.backchannel else ()
        missed = self.conversation.pending if before.quiet_reason and not self.conversation.quiet_reason else ()
        if any(self._drives_advice(utterance.speaker.role) for utterance in (*heard, *missed)):
            self._news.set()
        return entry

    async def attempt(self, stage: str, step: Awaitable[Sequence[Fact]]) -> bool:
        """The one fault boundary of the steps: facts are recorded, an engine's failure becomes `Trouble`.

        Anything else is a mistake of ours and goes up. Did the step succeed? Then what had failed of it is over.
        """
        try:
            facts = await step
        except EngineError as error:
            self.record(Trouble(stage, error.code, error.message))
            return False
        for fact in facts:
            self.record(fact)
        for code in sorted(_FAILURES):
            if (stage, code) in self.conversation.troubles:
                self.record(TroubleOver(stage, code))
        return True

    async def news(self, *, every: float) -> AsyncIterator[Conversation]:
        """The latest only, whenever somebody whose words drive advice has spoken, at most once per `every` seconds.

        The end of a quiet time is news too, when they spoke before it or in it.
        """
        while True:
            await self._news.wait()
            self._news.clear()
            woke = self._monotonic()
            yield self.conversation
            await asyncio.sleep(max(0.0, every - (self._monotonic() - woke)))

    def admit(self, leg: Leg) -> None:
        """Have a leg in the call. Raises CallOver, or BadOffer when the call is full."""
        if self.over.is_set():
            raise CallOver("the call is over")
        if len(self._legs) >= self._options.max_legs:
            raise BadOffer(f"the call is full: {self._options.max_legs} people are in it")
        self._refuse_other_role(leg.speaker)
        now = self.clock()
        self._legs[leg.id] = (leg, now)
        left_at = now if leg.speaker is None else self._absent.pop(leg.speaker.id, now)
        self.record(LegJoined(leg.id, leg.transport, leg.speaker, round(now - left_at, 3), leg.voices))

    def release(self, leg: Leg, reason: str) -> None:
        """The leg has left."""
        _, joined = self._legs.pop(leg.id)
        self.moved.set()
        if self.journal.closed:
            return
        track = leg.microphone
        if leg.speaker is not None:
            # What was last heard tells better than the end of a connection that had been dead for a while.
            self._absent[leg.speaker.id] = max(joined, track.last_push or 0.0)
        seconds = round(self.clock() - joined, 3)
        self.record(LegLeft(leg.id, reason, seconds, track.dropped_frames, track.lost_frames, leg.quality))

    def resume(self) -> None:
        """Nobody held this call for a while: whoever was in it is not, and may come back."""
        joined = {entry.fact.leg_id: entry.at for entry in self._past.story if isinstance(entry.fact, LegJoined)}
        for leg_id in self.conversation.legs_present:
            self.record(LegLeft(leg_id, "interrupted", round(self._past.broke_off - joined[leg_id], 3)))
        self.record(CallResumed(round(self._past.gap, 3)))

    def end(self, reason: str) -> None:
        """Say that the call ends. Ending twice is ending once."""
        if not self.over.is_set():
            self.reason = reason
            self.over.set()

    def close(self, reason: str) -> None:
        """The last fact of the story; the journal closes behind it. A call that is left open has none."""
        if not self.journal.closed:
            if reason != LEFT_OPEN:
                self.record(CallEnded(reason, round(self.clock(), 3)))
            self.journal.close()
            self.captions.close()
            self.drafts.close()

    def _refuse_other_role(self, speaker: Speaker | None) -> None:
        """Whoever comes back is who they were: an id never changes its role in a call."""
        known = None if speaker is None else self.conversation.roster.find(speaker.id)
        if known is not None and speaker is not None and known.role is not speaker.role:
            raise BadOffer(f"this person is in the call as {known.role.value}, and not as {speaker.role.value}")

    def _drives_advice(self, role: Role) -> bool:
        manner = self._manners.get(role)
        return manner is not None and manner.drives_advice
