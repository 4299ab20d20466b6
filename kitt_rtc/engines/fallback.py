"""Several transcribers in order: the first that hears the language and is well writes; the next does when it fails.

The law: an engine never gets a language that it would turn into nonsense; all tries share one deadline, of which the
first may not take so much that the next has none; and the first is asked again as soon as it may be well.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from kitt_rtc.engines.breaker import Breaker, BreakerOptions
from kitt_rtc.engines.energy import loud_seconds
from kitt_rtc.model.errors import EngineError, EngineRefused, EngineTimeout
from kitt_rtc.ports import Transcriber, Transcription

ENGINE = "transcriber"
_Question = Callable[[Transcriber], Awaitable[Transcription]]
_log = logging.getLogger(__name__)


async def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Candidate:
    """An engine that may write."""

    name: str
    """As people are told it."""
    engine: Transcriber
    at_once: int
    """Pieces of speech it can write down side by side."""
    warm: Callable[[], Awaitable[None]] = _nothing
    """Loads what it needs, so that the first sentence does not wait for it."""


@dataclass(frozen=True, slots=True)
class FallbackOptions:
    seconds: float = 20.0
    """Deadline of one piece of speech, all engines together: later words help nobody in a live call."""
    patience: float = 6.0
    """Seconds that an engine may take while another stands behind it."""
    doubted_patience: float = 2.5
    """The same for one that failed lately: whoever speaks does not wait for it to be well."""
    breaker: BreakerOptions = field(default_factory=lambda: BreakerOptions(failures=2, seconds=4.0))
    """When an engine with another behind it is left alone, and for how long."""


@dataclass(frozen=True, slots=True)
class _Post:
    candidate: Candidate
    breaker: Breaker

    def hears(self, languages: frozenset[str]) -> bool:
        heard = self.candidate.engine.languages
        return heard is None or languages <= heard


class FallbackTranscriber:
    """Fits `ports.Transcriber`."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        options: FallbackOptions | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """The best first. `clock` counts seconds from anywhere."""
        self._options = options or FallbackOptions()
        self._posts = [_Post(candidate, Breaker(clock, self._options.breaker)) for candidate in candidates]

    @property
    def languages(self) -> frozenset[str] | None:
        """What any of them hears."""
        heard = [post.candidate.engine.languages for post in self._posts]
        known = [languages for languages in heard if languages is not None]
        return None if len(known) < len(heard) else frozenset().union(*known)

    @property
    def at_once(self) -> int:
        """Pieces of speech that can be written down side by side, by whoever writes now."""
        well = [post for post in self._posts if not post.breaker.failing]
        return (well or self._posts)[0].candidate.at_once

    def stand_in(self, language: str) -> str:
        """Who writes this language in the place of the first that hears it; empty while that one is well."""
        able = self._able(frozenset({language}))
        if not able or not able[0].breaker.failing:
            return ""
        return next((post.candidate.name for post in able if not post.breaker.failing), "")

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        if not loud_seconds(pcm):  # asks nobody, and heals nobody
            return Transcription("", language)
        able = self._able(frozenset({language, *among}))
        if not able:
            raise EngineRefused(ENGINE, f"no engine here writes “{language}” down")

        def ask(engine: Transcriber) -> Awaitable[Transcription]:
            return engine.transcribe(pcm, language=language, hint=hint, among=among, terms=terms)

        ends = asyncio.get_running_loop().time() + self._options.seconds
        first: EngineError | None = None
        for post in able:
            last = post is able[-1]
            if not last and not post.breaker.admits():
                continue
            try:
                return await self._ask(post, ask, self._limit(post, ends, last=last))
            except EngineError as error:
                first = first or error
        assert first is not None
        raise first

    async def _ask(self, post: _Post, ask: _Question, limit: float) -> Transcription:
        try:
            async with asyncio.timeout_at(limit):
                written = await ask(post.candidate.engine)
        except TimeoutError as error:
            post.breaker.failed()
            raise EngineTimeout(ENGINE, f"{post.candidate.name} did not answer in time", retryable=True) from error
        except EngineError as error:
            post.breaker.failed()
            _log.warning("a transcriber failed", extra={"engine": error.engine, "code": error.code})
            raise
        finally:
            post.breaker.leave()
        post.breaker.succeeded()
        return replace(written, engine=post.candidate.name)

    def _limit(self, post: _Post, ends: float, *, last: bool) -> float:
        """By the loop's clock."""
        if last:
            return ends
        patience = self._options.doubted_patience if post.breaker.failing else self._options.patience
        return min(ends, asyncio.get_running_loop().time() + patience)

    def _able(self, languages: frozenset[str]) -> list[_Post]:
        return [post for post in self._posts if post.hears(languages)]
