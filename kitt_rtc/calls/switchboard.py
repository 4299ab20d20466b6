"""All live calls: start, find, end, and the stories of those that are over."""

import asyncio
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kitt_rtc.calls import languages
from kitt_rtc.calls.call import LEFT_OPEN, Call, CallOptions, Past
from kitt_rtc.calls.conductor import Conductor, ConductorOptions
from kitt_rtc.calls.crew import Crew
from kitt_rtc.calls.customers import Customer, Customers
from kitt_rtc.calls.taping import TAPED
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import BadForm, CallLive, CallNotFound, CallOver, EngineUnavailable, TooManyCalls
from kitt_rtc.model.facts import CallStarted, Entry, Fact, UtteranceHeard
from kitt_rtc.model.insight import Focus, Summary
from kitt_rtc.model.profile import Profile
from kitt_rtc.ports import Reader, Store

logger = logging.getLogger(__name__)

_REMEMBERED = 64
"""Ended calls kept in memory, so that an answer never waits for the disk just after a hang-up."""


@dataclass(frozen=True, slots=True)
class CallOrder:
    """A call somebody wants to begin."""

    call_id: str = ""
    """Empty: one is made."""
    playbook: str = "coaching"
    language: str = ""
    """Two letters; empty: the first of `languages`, or of the house."""
    profile_id: str = ""
    languages: tuple[str, ...] = ()
    """What people may go on in; empty: `language` alone, or what the house allows where that is not given either."""
    number: str = ""
    """Of the telephone that rings here or is rung, E.164: whose call it is, where no profile is named."""


@dataclass(frozen=True, slots=True)
class SwitchboardOptions:
    language: str = "en"
    """The language of calls that do not say theirs."""
    languages: tuple[str, ...] = ()
    """What people may go on in, in such calls; empty: that one alone."""
    max_calls: int = 100
    shutdown_seconds: float = 15.0
    """For all live calls to close, side by side."""
    resume_seconds: float = 0.0
    """A call that no process has held for longer than this is over; 0: none goes on after a restart."""
    call: CallOptions = field(default_factory=CallOptions)
    conductor: ConductorOptions = field(default_factory=ConductorOptions)


class Switchboard:
    """Owns one task per call; `close` awaits them all."""

    def __init__(
        self,
        crews: Mapping[str, Crew],
        readers: Callable[[Conductor], Sequence[Reader]],
        store: Store,
        options: SwitchboardOptions | None = None,
        customers: Customers | None = None,
    ) -> None:
        """`customers`: who looks up whose call it is; None: nobody is known."""
        self._crews = crews
        self._readers = readers
        self._store = store
        self._options = options or SwitchboardOptions()
        self._customers = customers or Customers()
        self._behind_the_end = asyncio.Lock()
        self._live: dict[str, Conductor] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ended: OrderedDict[str, Conductor] = OrderedDict()
        self._draining = False
        self._leaving = False

    @property
    def playbooks(self) -> Sequence[str]:
        """The names a call may be started with."""
        return tuple(self._crews)

    async def start(self, order: CallOrder) -> Conductor:
        """Begin a call. Raises TooManyCalls, BadForm for a playbook nobody knows, CallOver for an id that was used."""
        crew = self._crews.get(order.playbook)
        if crew is None:
            known = ", ".join(self._crews)
            raise BadForm("unknown playbook", [{"field": "playbook", "message": f"one of: {known}"}])
        customer = await self._customers.whose(order.profile_id, order.number)
        if order.call_id:
            await self._refuse_used(order.call_id)
        if self._draining:
            raise TooManyCalls("the server is shutting down")
        if len(self._live) >= self._options.max_calls:
            raise TooManyCalls(f"{self._options.max_calls} calls are live; see MAX_CALLS")
        conductor = self._begin(order, crew, customer)
        await conductor.opened()
        return conductor

    async def recognise(self, conductor: Conductor, number: str) -> None:
        """A live call whose customer nobody has named is theirs whose number is rung."""
        call = conductor.call
        if call.conversation.profile is not None or call.conversation.profile_id:
            return
        customer = await self._customers.whose("", number)
        if call.conversation.profile is None and not call.journal.closed:
            for fact in customer.facts:
                call.record(fact)

    async def add(self, call_id: str, fact: Fact) -> None:
        """A fact that may come after a call's end: then it stands behind the end, in the store.

        Raises CallNotFound, and EngineUnavailable while the end of the story is not on disk.
        """
        conductor = self._live.get(call_id)
        if conductor is not None and not conductor.call.journal.closed:
            conductor.call.record(fact)
            return
        async with self._behind_the_end:
            story = await self._closed_story(call_id)
            age = time.time() - story[0].fact.started_at if isinstance(story[0].fact, CallStarted) else 0.0
            await self._store.append(call_id, [Entry(story[-1].seq + 1, max(story[-1].at, round(age, 3)), fact)])
            self._ended.pop(call_id, None)  # the store knows the story better now

    async def may_add(self, call_id: str) -> None:
        """Raises what `add` would raise now: for what must not be done unless it can be told."""
        conductor = self._live.get(call_id)
        if conductor is None or conductor.call.journal.closed:
            await self._closed_story(call_id)

    async def may_erase(self, call_id: str) -> None:
        """Raises what `erase` would raise now: CallLive, CallNotFound, EngineUnavailable."""
        if call_id in self._live:
            raise CallLive
        await self._closed_story(call_id)

    async def erase(self, call_id: str) -> None:
        """Leave no word of an ended call in the store nor here. Raises as `may_erase` does."""
        async with self._behind_the_end:
            await self.may_erase(call_id)
            await self._store.erase(call_id)
            self._ended.pop(call_id, None)

    async def resume(self) -> Sequence[Conductor]:
        """Go on with the calls that a dead process left open, and end those it left too long ago.

        Called once, before anybody may come in.
        """
        resumed: list[Conductor] = []
        for call_id in await self._store.open_calls():
            past = self._past(await self._store.entries(call_id))
            if past is not None and len(self._live) < self._options.max_calls:
                resumed.append(self._resume(call_id, past))
                logger.warning("call goes on after a restart", extra={"call": call_id, "gap": round(past.gap, 3)})
        for call_id in await self._store.close_orphans(alive=[conductor.call.id for conductor in resumed]):
            logger.warning("call was interrupted by the end of an earlier process", extra={"call": call_id})
        for conductor in resumed:
            await conductor.opened()
        return resumed

    def find(self, call_id: str) -> Conductor:
        """A live call. Raises CallNotFound."""
        conductor = self._live.get(call_id)
        if conductor is None:
            raise CallNotFound
        return conductor

    def live(self) -> Sequence[Conductor]:
        return tuple(self._live.values())

    async def story(self, call_id: str) -> Sequence[Entry]:
        """Every fact of a call, live or over. Raises CallNotFound."""
        conductor = self._live.get(call_id) or self._ended.get(call_id)
        if conductor is not None:
            return conductor.call.journal.entries()
        entries = await self._store.entries(call_id)
        if not entries:
            raise CallNotFound
        return entries

    async def conversation(self, call_id: str) -> Conversation:
        """What is known of a call, live or over. Raises CallNotFound."""
        if call_id in self._live:
            return self._live[call_id].call.conversation
        return Conversation.of(await self.story(call_id), context_messages=self._options.call.context_messages)

    async def end(self, call_id: str, reason: str = "hung_up") -> Conversation:
        """End a call and wait until its story is closed. Ending twice is ending once. Raises CallNotFound."""
        task = self._tasks.get(call_id)
        if task is not None:
            self._live[call_id].call.end(reason)
            await asyncio.wait([task])
        return await self.conversation(call_id)

    async def summarize(self, call_id: str, focus: Focus) -> Summary:
        """A call on a page, live or over. Raises CallNotFound, EngineError."""
        if call_id in self._live:
            return await self._live[call_id].summarize(focus)
        story = await self.story(call_id)
        conversation = Conversation.of(story, context_messages=self._options.call.context_messages)
        crew = self._crews.get(conversation.playbook) or next(iter(self._crews.values()))
        said = [entry.fact.utterance for entry in story if isinstance(entry.fact, UtteranceHeard)]
        return await crew.summarizer.write(conversation, said, focus)

    @property
    def draining(self) -> bool:
        """Are new calls refused because the server is going?"""
        return self._draining

    @property
    def leaving(self) -> bool:
        """Are calls left open for the next process?"""
        return self._leaving

    async def leave(self) -> None:
        """Let go of every call within the limit, and end none: the next process goes on with them.

        Where calls do not outlive their process, they end.
        """
        self._leaving = self._options.resume_seconds > 0
        await self._let_go(LEFT_OPEN if self._leaving else "shutdown")

    async def quiet(self) -> None:
        """Until no call is live."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    def drain(self) -> None:
        """Refuse new calls from now on; live ones go on."""
        self._draining = True

    async def close(self) -> None:
        """End every call, side by side, within the limit; what is not done by then is cancelled."""
        await self._let_go("shutdown")

    async def _let_go(self, reason: str) -> None:
        self.drain()
        for conductor in self._live.values():
            conductor.call.end(reason)
        tasks = list(self._tasks.values())
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=self._options.shutdown_seconds)
        for task in late:
            task.cancel()
        if late:
            logger.warning("calls were cut short at shutdown", extra={"calls": len(late)})
            await asyncio.wait(late)

    async def _closed_story(self, call_id: str) -> Sequence[Entry]:
        """As it is on disk, whole."""
        if call_id in self._tasks:
            await asyncio.wait([self._tasks[call_id]])
        story = await self._store.entries(call_id)
        ended = self._ended.get(call_id)
        if ended is not None and ended.call.journal.last > len(story):
            raise EngineUnavailable("store", "the end of this call is not on disk yet: try again", retryable=True)
        if not story:
            raise CallNotFound
        return story

    async def _refuse_used(self, call_id: str) -> None:
        known = call_id in self._live or call_id in self._ended
        if not known and await self._store.entries(call_id):
            raise CallOver("a call with this session_id has ended")
        if call_id in self._live:  # looked at last: somebody may have begun it while the store was asked
            raise CallOver("a call with this session_id is live")
        if call_id in self._ended:
            raise CallOver("a call with this session_id has ended")

    def _begin(self, order: CallOrder, crew: Crew, customer: Customer) -> Conductor:
        call = Call(order.call_id or f"session_{secrets.token_hex(8)}", crew.playbook.manners, self._options.call)
        language, *others = self._languages(order, crew, customer.profile)
        deaf = () if crew.scribe.hears(language) else ("no_engine",)
        may_follow = [other for other in others if crew.scribe.hears(other)] if not deaf else []
        warnings = deaf if crew.taping is None else (*deaf, TAPED)
        allowed = (language, *may_follow) if may_follow else ()
        checklist = tuple(crew.checklist(language))
        started_at = time.time()
        call.record(
            CallStarted(
                call.id, order.playbook, language, started_at, order.profile_id, warnings, allowed, checklist=checklist
            )
        )
        for fact in customer.facts:
            call.record(fact)
        for wanted in order.languages or (language,):
            languages.warn_if_deaf(call, crew, wanted)
        return self._run(Conductor(call, crew, self._readers, self._options.conductor))

    def _languages(self, order: CallOrder, crew: Crew, profile: Profile | None) -> Sequence[str]:
        """The language of a call, and those that people may go on in: the customer's first, where none is asked for."""
        if order.languages:
            return tuple(dict.fromkeys((order.language or order.languages[0], *order.languages)))
        if order.language:
            return (order.language,)
        ours = (self._options.language, *self._options.languages)
        theirs = profile.language if profile else ""
        deaf = crew.scribe.hears(ours[0]) and not crew.scribe.hears(theirs)
        return tuple(dict.fromkeys(ours if deaf or not theirs else (theirs, *ours)))

    def _past(self, story: Sequence[Entry]) -> Past | None:
        """What is known of a call that may go on; None when it may not."""
        started = story[0].fact if story else None
        if not isinstance(started, CallStarted) or started.playbook not in self._crews:
            return None
        now = time.time()
        last_held = max(started.started_at + story[-1].at, self._store.alive_at)
        gap = max(0.0, now - last_held)
        if gap >= self._options.resume_seconds:
            return None
        return Past(story, max(now - started.started_at, story[-1].at), gap)

    def _resume(self, call_id: str, past: Past) -> Conductor:
        started = past.story[0].fact
        assert isinstance(started, CallStarted)
        crew = self._crews[started.playbook]
        call = Call(call_id, crew.playbook.manners, self._options.call, past)
        call.resume()
        return self._run(Conductor(call, crew, self._readers, self._options.conductor))

    def _run(self, conductor: Conductor) -> Conductor:
        call = conductor.call
        self._live[call.id] = conductor
        task = asyncio.create_task(conductor.run(), name=f"call {call.id}")
        self._tasks[call.id] = task
        task.add_done_callback(lambda _: self._forget(call.id))
        return conductor

    def _forget(self, call_id: str) -> None:
        self._tasks.pop(call_id, None)
        self._ended[call_id] = self._live.pop(call_id)
        while len(self._ended) > _REMEMBERED:
            self._ended.popitem(last=False)
