"""The tip that is being written in one call, beside its journal: it may be taken back, and is forgotten.

The law: one at a time, its latest state, never a queue, as with captions. Nothing of it is stored or logged, and a
follower that has told of it learns that it is over.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import replace

from kitt_rtc.model.draft import Draft

_LOOK_SECONDS = 0.5
"""A follower without room looks again after this long."""

_show: ContextVar[Callable[[Draft], None] | None] = ContextVar("draft", default=None)


@contextmanager
def drafting(show: Callable[[Draft], None] | None) -> Iterator[None]:
    """Tips that are written in here are shown so while they are; None: they are not."""
    token = _show.set(show)
    try:
        yield
    finally:
        _show.reset(token)


def easel() -> Callable[[Draft], None] | None:
    """Where a tip that is written now is shown; None: nowhere."""
    return _show.get()


class Drafts:
    """Of one call."""

    def __init__(self, call_id: str) -> None:
        self.call_id = call_id
        self._open: Draft | None = None
        self._last: Draft | None = None
        """How the one before it ended."""
        self._bell = asyncio.Event()
        self._closed = False

    @property
    def open(self) -> Draft | None:
        """What is being written now."""
        return self._open

    def show(self, draft: Draft) -> None:
        """Its latest state; another one that was open is over. After the end of the call nothing is shown."""
        if self._closed or draft == self._open:
            return
        if self._open is not None and self._open.id != draft.id:
            self.end()
        self._open = draft
        self._ring()

    def end(self, insight_id: str = "") -> None:
        """Nothing more comes of it, but perhaps this card. Harmless when there is none."""
        if self._open is not None:
            self._last, self._open = replace(self._open, over=True, insight_id=insight_id), None
            self._ring()

    def close(self) -> None:
        """The call is over."""
        self._closed = True
        self.end()
        self._ring()

    async def follow(self, room: Callable[[], bool] = lambda: True) -> AsyncIterator[Draft]:
        """What is being written, then every change that there is `room` for, until the call is over."""
        told: Draft | None = None
        while True:
            bell = self._bell
            while room() and (draft := self._news(told)) is not None:
                told = None if draft.over else draft
                yield draft
            if self._closed:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(None if room() else _LOOK_SECONDS):
                    await bell.wait()

    def _news(self, told: Draft | None) -> Draft | None:
        """What a follower that has told so much tells next; an end comes first."""
        if told is not None and (self._open is None or self._open.id != told.id):
            known = self._last is not None and self._last.id == told.id
            return self._last if known else replace(told, over=True)
        return self._open if self._open != told else None

    def _ring(self) -> None:
        self._bell.set()
        self._bell = asyncio.Event()
