"""A circuit breaker: a server that is down is left alone for a while, then asked once."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BreakerOptions:
    failures: int = 5
    """So many in a row, and nobody is let through."""
    seconds: float = 5.0
    """How long nobody is; then one may try, and all if that goes well."""


PLAIN_BREAKER = BreakerOptions()


class Breaker:
    """Who was let through says `succeeded` or `failed`, and `leave` when it is over, cancelled or not."""

    def __init__(self, clock: Callable[[], float], options: BreakerOptions = PLAIN_BREAKER) -> None:
        """`clock` counts seconds from anywhere."""
        self._clock = clock
        self._options = options
        self._failures = 0
        self._closed_until = 0.0
        self._probing = False

    @property
    def failing(self) -> bool:
        """Did the last one who came back fail?"""
        return self._failures > 0

    def admits(self) -> bool:
        """May this one through?"""
        if self._failures < self._options.failures:
            return True
        if self._probing or self._clock() < self._closed_until:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        if self._failures >= self._options.failures:
            self._closed_until = self._clock() + self._options.seconds

    def leave(self) -> None:
        self._probing = False
