"""Minds who comes into one call: rings the desks for a caller, brings help, hands the call over, takes a message.

The law: one errand after the other, and whatever becomes of it, nobody who waits is left without a sound or a word.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from kitt_rtc.calls.announcer import Announcer
from kitt_rtc.calls.conductor import Conductor
from kitt_rtc.calls.phone_lines import ENDED
from kitt_rtc.calls.reception import HandOver, Help, Reception, Ring, Wanted, Welcome
from kitt_rtc.calls.ring_back import STAFF, RingBack
from kitt_rtc.journal import Journal
from kitt_rtc.model.errors import CallOver, TooManyRequests
from kitt_rtc.model.facts import (
    CallHandedOver,
    CallOffered,
    Fact,
    HelpWanted,
    LegJoined,
    LegLeft,
    PhoneStatusChanged,
    Trouble,
)
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.pipeline.briefing import Briefing
from kitt_rtc.prompts.library import Library

_DESK = "desk"
_RINGS = frozenset({"initiated", "ringing"})
_REFUSED = frozenset({"busy", "failed"})
_MACHINES, _PEOPLE = frozenset({"machine", "fax"}), frozenset({"human", "unknown"})
_ANSWER_SECONDS = 60.0
"""Beyond the ringing: for a telephone that was answered to be greeted and connected."""


@dataclass(frozen=True, slots=True)
class ReceptionistOptions:
    ring_seconds: float = 30.0
    join_seconds: float = 20.0
    """Who has accepted is to be in the call within this time."""
    message_seconds: float = 60.0
    voicemail: bool = True
    """Take a message from a caller for whom nobody comes."""
    machine_seconds: float = 0.0
    """So long the network may take to make out that a machine picked up; 0 where it is not asked."""
    helps_aloud: bool = False
    """The system itself helps a technician by voice: where nobody is at a desk nobody is missed."""


class Receptionist:
    """Fits `ports.Reader`. One per call."""

    def __init__(
        self,
        conductor: Conductor,
        reception: Reception,
        library: Library,
        announcer: Announcer,
        options: ReceptionistOptions | None = None,
    ) -> None:
        self._conductor = conductor
        self._call = conductor.call
        self._reception = reception
        self._library = library
        self._briefing = Briefing(library)
        self._announcer = announcer
        self._options = options or ReceptionistOptions()
        self._wishes = reception.begin(self._call.id)
        self._ring_back = RingBack(self._call)
        self._people: dict[str, str] = {}
        """Speaker ids of those in the call, by leg."""
        self._caller = ""

    async def read(self, journal: Journal) -> None:
        """Until the journal closes; whoever still rings then is told that it stops."""
        try:
            async with asyncio.TaskGroup() as group:
                errands = group.create_task(self._run_errands(), name=f"errands of {self._call.id}")
                async for entry in journal.follow(journal.inherited):
                    await self._note(entry.fact)
                errands.cancel()
        finally:
            self._reception.forget(self._call.id)

    async def _note(self, fact: Fact) -> None:
        match fact:
            case PhoneStatusChanged():
                await self._note_telephone(fact)
            case HelpWanted():
                with suppress(TooManyRequests):  # people are being rung already
                    self._reception.wish(self._call.id, Help())
            case LegJoined(leg_id=leg_id, speaker=Speaker(id=speaker_id)):
                self._people[leg_id] = speaker_id
                self._ring_back.refresh()
            case LegJoined():
                self._ring_back.refresh()
            case LegLeft(leg_id=leg_id, reason=reason):
                self._reception.free(self._call.id, self._people.pop(leg_id, "nobody"))
                self._ring_back.refresh()
                if not self._call.legs and reason != "lost":
                    self._reception.withdraw(self._call.id)
            case _:
                pass

    async def _note_telephone(self, fact: PhoneStatusChanged) -> None:
        if fact.status in _RINGS:
            self._ring_back.begin(fact.call_sid)
        elif fact.status in _REFUSED:
            await self._ring_back.refuse(fact.call_sid)
        else:
            self._ring_back.end(fact.call_sid)
        if fact.status in ENDED and fact.owns_call:
            self._reception.withdraw(self._call.id)

    # Errands.

    async def _run_errands(self) -> None:
        with suppress(CallOver):  # the story closes while an errand is run
            while True:
                match await self._wishes.get():
                    case Welcome(caller=caller):
                        await self._welcome(caller)
                    case Help():
                        await self._bring_help()
                    case HandOver() as wish:
                        await self._hand_over(wish)

    async def _welcome(self, caller: str) -> None:
        self._caller = caller
        wanted = Wanted(self._role)
        if self._reception.waiting(wanted):
            if await self._ring(wanted, "", message=self._options.voicemail):
                return
        elif self._role is Role.SUPPORT_AGENT and not self._is_missed():
            return
        if self._options.voicemail:
            await self._take_message()

    def _is_missed(self) -> bool:
        """Is anybody expected at a support desk? A house where nobody ever waits lets the system listen alone."""
        return self._reception.staffed(self._role) and not self._options.helps_aloud

    async def _bring_help(self) -> None:
        present = [leg.speaker.role for leg in self._call.legs.values() if leg.speaker is not None]
        if self._role in present:
            return
        if not await self._ring(Wanted(self._role), self._briefing.note(self._call.conversation)):
            self._trouble("reception", "A person is wanted in this call, and nobody at a desk took it.")

    async def _hand_over(self, wish: HandOver) -> None:
        if wish.call_sid:
            came = await self._answered(wish) and await self._is_a_person(wish)
        else:
            came = await self._ring(Wanted(wish.to.role, wish.to.id), wish.note)
        if not came:
            self._trouble("hand_over", "The other did not come: the call is still with you.")
            return
        self._call.record(CallHandedOver(wish.by.id, wish.to.id, wish.note))
        await self._conductor.dismiss(wish.leg_id, "handed_over")

    async def _ring(self, wanted: Wanted, note: str, *, message: bool = False) -> bool:
        """Ring the desks; has somebody come? `message`: else one is taken."""
        conversation, after = self._call.conversation, self._call.journal.last
        ring = Ring(
            self._call.id,
            conversation.playbook,
            conversation.language,
            self._caller,
            note,
            self._options.ring_seconds,
        )
        self._ring_back.begin(_DESK)
        try:
            outcome = await self._reception.offer(ring, wanted)
            taker = outcome.accepted_by
            if outcome.rung:
                taken_by = "" if taker is None else taker.id
                self._call.record(CallOffered(outcome.rung, taken_by, outcome.seconds, message and taker is None))
            if taker is None:
                return False
            came = await self._until(after, self._options.join_seconds, lambda fact: _is_in(fact, taker.id))
        finally:
            self._ring_back.end(_DESK)
        if not came:
            self._reception.free(self._call.id, taker.id)
        return came

    async def _answered(self, wish: HandOver) -> bool:
        """Has the telephone that rings for it been answered, and is the other in the call?"""
        seconds = self._options.ring_seconds + _ANSWER_SECONDS
        return await self._until(
            wish.after,
            seconds,
            lambda fact: _is_in(fact, wish.to.id),
            lambda fact: isinstance(fact, PhoneStatusChanged) and fact.call_sid == wish.call_sid
            and fact.status in ENDED,
        )  # fmt: skip

    async def _is_a_person(self, wish: HandOver) -> bool:
        """Nobody is left alone with a machine. What the network does not make out in time is taken for a person."""
        seconds = self._options.machine_seconds
        machine, person = _answerer_in(wish.call_sid, _MACHINES), _answerer_in(wish.call_sid, _PEOPLE)
        if not await self._until(wish.after, seconds, machine, person):
            return True
        for leg in self._call.legs.values():
            if leg.speaker == wish.to:
                await leg.hang_up()
        return False

    async def _take_message(self) -> None:
        conversation = self._call.conversation
        if not conversation.taking_message:
            self._call.record(CallOffered((), "", 0.0, message=True))
        if not await self._until(0, self._options.join_seconds, lambda fact: isinstance(fact, LegJoined)):
            return
        await self._say("voicemail.ask")
        await self._announcer.beep([leg.earpiece for leg in self._call.legs.values()])
        after = self._call.journal.last
        if await self._until(after, self._options.message_seconds, _is_staff):
            return
        await self._say("voicemail.thanks")
        self._call.end("hung_up")

    async def _say(self, phrase: str) -> None:
        conversation = self._call.conversation
        waiting = [speaker for speaker in conversation.present.values() if speaker and speaker.role not in STAFF]
        language = conversation.language_of(waiting[0].id if waiting else "")
        ears = [leg.earpiece for leg in self._call.legs.values()]
        await self._announcer.say(ears, self._library.phrase(phrase, language), language=language)

    async def _until(
        self,
        after: int,
        seconds: float,
        happened: Callable[[Fact], bool],
        failed: Callable[[Fact], bool] = lambda _: False,
    ) -> bool:
        """Does it happen within these seconds, behind this fact, before it can no more?"""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for entry in self._call.journal.follow(after):
                    if happened(entry.fact) or failed(entry.fact):
                        return happened(entry.fact)
        return False

    @property
    def _role(self) -> Role:
        """Of those who take such a call."""
        return Role.REP if self._call.conversation.playbook == "coaching" else Role.SUPPORT_AGENT

    def _trouble(self, stage: str, detail: str) -> None:
        self._call.record(Trouble(stage, "nobody_came", detail))


def _is_in(fact: Fact, speaker_id: str) -> bool:
    return isinstance(fact, LegJoined) and fact.speaker is not None and fact.speaker.id == speaker_id


def _answerer_in(call_sid: str, answerers: frozenset[str]) -> Callable[[Fact], bool]:
    return lambda fact: (
        isinstance(fact, PhoneStatusChanged) and fact.call_sid == call_sid and fact.answered_by in answerers
    )


def _is_staff(fact: Fact) -> bool:
    return isinstance(fact, LegJoined) and fact.speaker is not None and fact.speaker.role in STAFF
