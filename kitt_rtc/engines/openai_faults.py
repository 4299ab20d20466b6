"""OpenAI's errors in our words: what it means, whether to ask again, and nothing that was said or answered.

The SDK lets through more than its own errors: bad UTF-8, an empty body, wrong fields or no choices surface as whatever
Python raises on them. All of it is "an answer out of form".
"""

import email.utils
import time
from dataclasses import dataclass
from typing import Any

from kitt_rtc.model.errors import EngineError, EngineRefused, EngineTimeout, EngineUnavailable

ENGINE = "openai"
_BUSY = frozenset({408, 409, 425, 429})
_ADVICE = {
    401: "the server does not accept the key: check OPENAI_API_KEY",
    403: "the server does not allow this with this key: check its permissions",
    404: "the server does not know this model or address: check the model's name and OPENAI_BASE_URL",
    413: "the server finds the request too large",
}


class OutOfForm(ValueError):
    """The answer came, and is not what was asked for. Its words are not kept."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed try."""

    error: EngineError
    again: bool
    """Is another try worth it?"""
    wait: float | None = None
    """Seconds the server asked us to wait."""


def vendor_errors() -> tuple[type[Exception], ...]:
    """Everything that a broken answer or a broken line has been seen to raise, and a try that was given up."""
    import httpx2
    import openai

    return (
        TimeoutError,
        openai.OpenAIError,
        httpx2.HTTPError,
        httpx2.StreamError,
        httpx2.InvalidURL,
        ValueError,  # also JSONDecodeError, UnicodeDecodeError, ValidationError
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    )


def fault_of(error: Exception) -> Fault:
    """What this error of the vendor's means to us."""
    import httpx2
    import openai

    if isinstance(error, TimeoutError | openai.APITimeoutError | httpx2.TimeoutException):
        return Fault(EngineTimeout(ENGINE, "the server did not answer in time", retryable=True), again=True)
    if isinstance(error, openai.APIStatusError):
        return _of_status(error)
    if isinstance(error, openai.APIConnectionError | httpx2.TransportError | httpx2.StreamError):
        return Fault(EngineUnavailable(ENGINE, "the server cannot be reached", retryable=True), again=True)
    return Fault(EngineRefused(ENGINE, "the server answered out of form"), again=True)


def cause_of(error: Exception) -> Exception | None:
    """The error as a cause that may be printed: what carries words of the answer is emptied or left out."""
    if isinstance(error, OutOfForm | UnicodeDecodeError | LookupError | TypeError | AttributeError | RecursionError):
        return error
    if type(error).__name__ == "ValidationError":
        return None  # prints what it was given, and cannot be made not to
    error.args = (type(error).__name__,)
    return error


def _of_status(error: Any) -> Fault:
    status = int(error.status_code)
    if "insufficient_quota" in (error.code, error.type):
        return Fault(EngineRefused(ENGINE, "the account's quota is used up: check its plan and billing"), again=False)
    if status in _BUSY or status >= 500:
        away = EngineUnavailable(ENGINE, f"the server answered with status {status}", retryable=True)
        return Fault(away, again=True, wait=_retry_after(error.response.headers))
    return Fault(EngineRefused(ENGINE, _ADVICE.get(status, f"the server answered with status {status}")), again=False)


def _retry_after(headers: Any) -> float | None:
    """Seconds, from any of the three forms in use."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers.get(name, "")) * unit)
        except ValueError:
            continue
    try:
        return max(0.0, email.utils.parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
