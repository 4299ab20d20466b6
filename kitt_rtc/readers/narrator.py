"""Insight to voice: what a technician should hear, one sentence after the other. One for each call.

The law: it never speaks over the technician, and falls silent when they begin; what was broken off is not said again.
It is taken for granted that a telephone or a browser removes the echo of what it plays from what it hears, as all of
them do: a loudspeaker that does not would interrupt us with our own voice.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol

from kitt_rtc.journal import Journal
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, AudioFrame, Clock
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.facts import (
    CallStarted,
    Fact,
    HelpWanted,
    InsightGiven,
    LanguageSwitched,
    LegJoined,
    ReplySpoken,
    Trouble,
    UtteranceHeard,
)
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.model.words import language_of
from kitt_rtc.ports import Synthesizer
from kitt_rtc.readers.breath import in_one_breath
from kitt_rtc.readers.reply import SOURCE, Reply

__all__ = ["SOURCE", "Floor", "Narrator", "NarratorOptions", "Phrases"]

STAGE = "narrator"
HEARD, INTERRUPTED, LATE, FAILED = "heard", "interrupted", "late", "failed"
"""What becomes of a reply: `ReplySpoken.outcome`."""
_SLACK_SECONDS = 2.0
"""How late an ear may be before it counts as one that takes no sound."""
_WAITED_FOR = (Role.TECHNICIAN, Role.SUPPORT_AGENT)


class Floor(Protocol):
    """Who is speaking now."""

    async def taken(self, *roles: Role) -> None: ...
    async def free(self, *roles: Role, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Phrases:
    """What the narrator says of itself, by language."""

    help: Mapping[str, str] = field(default_factory=dict)
    """A colleague is being fetched."""
    safety: Mapping[str, str] = field(default_factory=dict)
    """The same where somebody may be in danger."""
    more: Mapping[str, str] = field(default_factory=dict)
    """There is more of an answer, for those who ask for it."""
    asks_for_more: Callable[[Utterance], bool] = lambda _: False
    """Does somebody ask for it?"""

    def wanting(self, reason: str, language: str) -> str:
        """What is said when a person is wanted; empty: nothing."""
        return (self.safety if reason == "safety" and self.safety else self.help).get(language, "")


@dataclass(frozen=True, slots=True)
class NarratorOptions:
    language: str = "fr"
    """Of a call that does not tell its own; two letters."""
    stale_seconds: float = 20.0
    """An insight that could only be said later than this is not said: the talk has moved on."""
    quiet_seconds: float = 0.3
    """The technician has been silent for so long before anything is said."""
    longest_seconds: float = 60.0
    """One insight may keep the others waiting for this long, all in all."""


class Narrator:
    """Fits `ports.Reader`."""

    def __init__(
        self,
        synthesizer: Synthesizer,
        earpieces: Callable[[Role], Sequence[Earpiece]],
        floor: Floor,
        *,
        record: Callable[[Fact], object],
        clock: Clock,
        phrases: Phrases | None = None,
        options: NarratorOptions | None = None,
    ) -> None:
        """`earpieces` names the ears of a role as they are now; `record` adds a fact to the call's story; `clock` is
        the call's."""
        self._synthesizer = synthesizer
        self._earpieces = earpieces
        self._floor = floor
        self._record = record
        self._clock = clock
        self._phrases = phrases or Phrases()
        self._options = options or NarratorOptions()
        self._language = self._options.language
        """What the technician is spoken to in."""
        self._technicians: set[str] = set()
        self._rest: tuple[str, str] = ("", "")
        """The insight that was too long for one breath, and what is left of it."""

    async def read(self, journal: Journal) -> None:
        """Say what is to be said until the journal closes; then fall silent. Old stories are not told again."""
        async for entry in journal.follow():
            match entry.fact:
                case CallStarted(language=language) if language:
                    self._language = language
                case LegJoined(speaker=Speaker(role=Role.TECHNICIAN) as technician):
                    self._technicians.add(technician.id)
                case LanguageSwitched(speaker_id=speaker_id, language=language) if speaker_id in self._technicians:
                    self._language = language
                case _ if entry.seq <= journal.inherited or journal.closed:
                    continue
                case InsightGiven(insight=insight) if insight.spoken:
                    await self._narrate(insight.id, insight.content, entry.at)
                case HelpWanted(reason=reason) if text := self._phrases.wanting(reason, self._language):
                    await self._narrate("", text, entry.at)
                case UtteranceHeard(utterance=said) if self._rest[1] and self._phrases.asks_for_more(said):
                    await self._narrate(*self._rest, entry.at)
                case _:
                    pass

    async def _narrate(self, insight_id: str, text: str, given_at: float) -> None:
        said, rest = in_one_breath(text)
        self._rest = (insight_id, rest)
        if rest:
            said = f"{said} {self._phrases.more.get(self._language, '')}".strip()
        reply, outcome = Reply(), FAILED
        try:
            async with asyncio.timeout(self._options.longest_seconds):
                outcome = await self._deliver(said, reply, given_at)
        except EngineError as error:
            self._record(Trouble(STAGE, error.code, error.message))
        except TimeoutError:
            self._record(Trouble(STAGE, "engine_timeout", "The spoken reply took too long and was broken off."))
        reply.hush()
        self._record(ReplySpoken(insight_id, outcome, reply.seconds, reply.heard))

    async def _deliver(self, text: str, reply: Reply, given_at: float) -> str:
        """Say it when nobody speaks; its outcome. Who speaks before the first sound is let finish."""
        while await self._is_time(given_at):
            ears = [ear for ear in self._earpieces(Role.TECHNICIAN) if not ear.closed]
            if not ears:
                return FAILED
            reply.begin(ears)
            if outcome := await self._say(text, reply):
                return outcome
        return LATE

    async def _is_time(self, given_at: float) -> bool:
        """Wait for silence. Did it come before the talk moved on?"""
        left = given_at + self._options.stale_seconds - self._clock()
        try:
            async with asyncio.timeout(left):
                await self._floor.free(*_WAITED_FOR, seconds=self._options.quiet_seconds)
        except TimeoutError:
            return False
        return left > 0.0

    async def _say(self, text: str, reply: Reply) -> str:
        """The outcome; empty when the technician began to speak before any of it had left."""
        speaking = asyncio.create_task(self._speak(text, reply), name="spoken reply")
        interrupted = asyncio.create_task(self._floor.taken(Role.TECHNICIAN), name="barge-in")
        try:
            await asyncio.wait([speaking, interrupted], return_when=asyncio.FIRST_COMPLETED)
            if speaking.done():
                return await speaking
            reply.hush()
            return INTERRUPTED if reply.begun else ""
        finally:
            speaking.cancel()
            interrupted.cancel()
            await asyncio.wait([speaking, interrupted])

    async def _speak(self, text: str, reply: Reply) -> str:
        at = self._clock()
        language = language_of(text, self._language, lead=2)  # what was written before they changed stays as it is
        async with aclosing(_frames(self._synthesizer.speak(text, language=language))) as frames:
            async for pcm in frames:
                await reply.say(AudioFrame(pcm, at))
                at += FRAME_SECONDS
                if reply.broken_off:
                    return INTERRUPTED
        try:
            async with asyncio.timeout(reply.seconds + _SLACK_SECONDS):
                await reply.finish()
        except TimeoutError:
            return FAILED  # who takes no sound does not keep the others waiting
        return INTERRUPTED if reply.broken_off else HEARD


async def _frames(sound: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """Sound in blocks of any length, cut into frames; silence fills the last."""
    rest = b""
    try:
        async for block in sound:
            rest += block
            whole = len(rest) - len(rest) % FRAME_BYTES
            for start in range(0, whole, FRAME_BYTES):
                yield rest[start : start + FRAME_BYTES]
            rest = rest[whole:]
        if rest:
            yield rest.ljust(FRAME_BYTES, b"\0")
    finally:
        if isinstance(sound, AsyncGenerator):
            await sound.aclose()
