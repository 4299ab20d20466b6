"""One client for everything hosted: one deadline over all tries, few tries, a breaker per kind of work."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kitt_rtc.engines.breaker import PLAIN_BREAKER, Breaker, BreakerOptions
from kitt_rtc.engines.openai_faults import ENGINE, Fault, cause_of, fault_of, vendor_errors
from kitt_rtc.model.errors import EngineError, EngineTimeout, EngineUnavailable

Answer = TypeVar("Answer")
Question = Callable[[Any], Awaitable[Answer]]
"""Asks an `AsyncOpenAI` once, and raises OutOfForm when the answer is not what was asked for."""

_OPENAI = "https://api.openai.com/v1"
_NO_KEY = "no-key"
"""Servers without keys want the header all the same."""
_CONNECTIONS = 64
_CONNECT_SECONDS = 5.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenAIOptions:
    api_key: str = field(default="", repr=False)
    base_url: str = ""
    """A server that speaks the same API; empty: OpenAI's own."""
    tries: int = 2
    """Tries at most, all within the one deadline of the caller."""
    pause: float = 0.25
    """Seconds before another try when the server does not say; half as much again at random."""
    breaker: BreakerOptions = PLAIN_BREAKER


class OpenAIClient:
    """Shared by the engines that ask a hosted model. Close it when they are gone."""

    def __init__(self, options: OpenAIOptions, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Loads the SDK (half a second) only where a key or an address is given."""
        self._options = options
        self._clock = clock
        self._breakers: dict[str, Breaker] = {}
        self._sdk = _sdk(options) if options.api_key or options.base_url else None

    @property
    def configured(self) -> bool:
        """Is there a key or an address to ask?"""
        return self._sdk is not None

    async def ask(
        self, question: Question[Answer], *, work: str, seconds: float, patience: float | None = None
    ) -> Answer:
        """Ask, and again if that may help; all of it within `seconds`.

        A try that takes longer than `patience` (in seconds) is given up while another is left; None: it may take all
        the time there is. `work` names the kind of question: each kind has its own breaker. Raises EngineError and
        nothing of the vendor's.
        """
        if self._sdk is None:
            raise EngineUnavailable(ENGINE, "no hosted model: set OPENAI_API_KEY, or OPENAI_BASE_URL")
        breaker = self._breakers.setdefault(work, Breaker(self._clock, self._options.breaker))
        if not breaker.admits():
            message = "the server failed several times in a row and is left alone for a moment"
            raise EngineUnavailable(ENGINE, message, retryable=True)
        ends = asyncio.get_running_loop().time() + seconds
        try:
            async with asyncio.timeout_at(ends):
                return await self._try(question, breaker, ends, patience)
        except TimeoutError as error:
            breaker.failed()
            message = f"the server did not answer within {seconds:g} s"
            raise EngineTimeout(ENGINE, message, retryable=True) from error
        finally:
            breaker.leave()

    async def close(self) -> None:
        if self._sdk is not None:
            await self._sdk.close()

    async def _try(self, question: Question[Answer], breaker: Breaker, ends: float, patience: float | None) -> Answer:
        left = self._options.tries
        while True:
            left -= 1
            try:
                async with asyncio.timeout(patience if left else None):
                    answer = await question(self._sdk)
            except EngineError:
                breaker.succeeded()  # it answered: no
                raise
            except vendor_errors() as error:
                fault = fault_of(error)
                wait = self._judge(fault, breaker)
                if not (left and fault.again) or wait >= ends - asyncio.get_running_loop().time():
                    raise fault.error from cause_of(error)
            else:
                breaker.succeeded()
                return answer
            await asyncio.sleep(wait)

    def _judge(self, fault: Fault, breaker: Breaker) -> float:
        """Tell the breaker and the log; seconds to wait before another try."""
        if fault.again:
            breaker.failed()
        else:
            breaker.succeeded()
        _log.warning("a hosted model failed", extra={"code": fault.error.code, "detail": fault.error.message})
        wait = self._options.pause if fault.wait is None else fault.wait
        return wait + random.uniform(0.0, self._options.pause / 2)  # noqa: S311 - spreads tries, hides nothing


def _sdk(options: OpenAIOptions) -> Any:
    import httpx2
    import openai

    client = openai.AsyncOpenAI(
        api_key=options.api_key or _NO_KEY,
        base_url=options.base_url or _OPENAI,
        max_retries=0,
        http_client=openai.DefaultAsyncHttpxClient(
            follow_redirects=False,  # a key and a caller's words go where the operator said, nowhere else
            limits=httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS),
            timeout=httpx2.Timeout(60.0, connect=_CONNECT_SECONDS),
        ),
    )
    _ = client.chat.completions, client.audio.speech, client.embeddings  # loaded here, not in the first call
    return client
