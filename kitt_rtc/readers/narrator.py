"""Insight to voice: what a technician should hear, one sentence after the other. One for each call."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from kitt_rtc.journal import Journal
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, AudioFrame, Clock
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.facts import CallStarted, Entry, InsightGiven
from kitt_rtc.model.speech import Role
from kitt_rtc.ports import Synthesizer

logger = logging.getLogger(__name__)

SOURCE = "narrator"
"""The narrator's place in an earpiece."""
STAGE = "narrator"
_GLANCE_SECONDS = 0.1
"""How often it is looked whether everybody has heard the last sentence."""
_SLACK_SECONDS = 2.0
"""How late an ear may be before it counts as one that takes no sound."""


@dataclass(frozen=True, slots=True)
class NarratorOptions:
    language: str = "fr"
    """Of a call that does not tell its own; two letters."""
    stale_seconds: float = 20.0
    """An insight that could only be said later than this is not said: the talk has moved on."""
    longest_seconds: float = 60.0
    """One insight may keep the others waiting for this long, all in all."""


class Narrator:
    """Fits `ports.Reader`."""

    def __init__(
        self,
        synthesizer: Synthesizer,
        earpieces: Callable[[Role], Sequence[Earpiece]],
        trouble: Callable[[str, str, str], object],
        clock: Clock,
        options: NarratorOptions | None = None,
    ) -> None:
        """`earpieces` names the ears of a role as they are now; `trouble` takes stage, code and detail of a failure;
        `clock` is the call's."""
        self._synthesizer = synthesizer
        self._earpieces = earpieces
        self._trouble = trouble
        self._clock = clock
        self._options = options or NarratorOptions()
        self._language = self._options.language
        self._hushed = False

    async def read(self, journal: Journal) -> None:
        """Say what is to be said until the journal closes; then fall silent."""
        async for entry in journal.follow():
            match entry.fact:
                case CallStarted(language=language) if language:
                    self._language = language
                case InsightGiven(insight=insight) if insight.spoken and not journal.closed:
                    await self._narrate(entry, insight.content, journal)
                case _:
                    pass

    def hush(self) -> None:
        """Somebody speaks: break off, and forget what is not heard yet of this insight."""
        self._hushed = True
        for ear in self._ears():
            ear.hush(SOURCE)

    async def _narrate(self, entry: Entry, text: str, journal: Journal) -> None:
        try:
            async with asyncio.timeout(self._options.longest_seconds):
                await self._wait_for_silence()
                if self._clock() - entry.at > self._options.stale_seconds:
                    logger.info("too late to say", extra={"call": journal.call_id, "seq": entry.seq})
                    return
                await self._say(text, journal)
        except EngineError as error:
            self._tell(journal, error.code, error.message)
        except TimeoutError:
            self.hush()
            self._tell(journal, "engine_timeout", "The spoken reply took too long and was broken off.")

    async def _say(self, text: str, journal: Journal) -> None:
        self._hushed = False
        ears = self._ears()
        if not ears:
            return
        at = self._clock()
        async with aclosing(_frames(self._synthesizer.speak(text, language=self._language))) as frames:
            async for pcm in frames:
                for ear in ears:
                    await ear.say(AudioFrame(pcm, at), source=SOURCE)
                at += FRAME_SECONDS
                if self._hushed or journal.closed:
                    break
        if self._hushed:
            self.hush()  # a frame that waited for room came after the first one

    async def _wait_for_silence(self) -> None:
        """Until everybody has heard the sentence before. Who takes no sound does not keep the others waiting."""
        ears = self._ears()
        queued = max((ear.pending(SOURCE) for ear in ears), default=0)
        patience = self._clock() + queued * FRAME_SECONDS + _SLACK_SECONDS
        while any(ear.pending(SOURCE) for ear in ears) and self._clock() < patience:  # noqa: ASYNC110
            await asyncio.sleep(_GLANCE_SECONDS)  # an earpiece has no bell for "heard"
        for ear in ears:
            ear.hush(SOURCE)

    def _ears(self) -> Sequence[Earpiece]:
        return [ear for ear in self._earpieces(Role.TECHNICIAN) if not ear.closed]

    def _tell(self, journal: Journal, code: str, detail: str) -> None:
        if not journal.closed:
            self._trouble(STAGE, code, detail)


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
