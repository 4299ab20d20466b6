"""What is being said in one call, beside its journal: what may still change, and is forgotten.

The law: the latest state of each caption, never a queue. A follower notes what it has told; a slow one passes over
states, costs nothing, and still learns that a caption is over. Nothing of it is stored or logged.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType

from kitt_rtc.model.caption import Caption

_MOST = 32
"""Captions of one call at a time: an open one for each leg, and those that wait to be written down."""
_LOOK_SECONDS = 0.5
"""A follower without room looks again after this long."""


class Captions:
    """The captions of one call."""

    def __init__(self, call_id: str, *, most: int = _MOST) -> None:
        self.call_id = call_id
        self.given_up = 0
        """Captions that ended early, because there were too many."""
        self._most = most
        self._open: dict[str, Caption] = {}
        self._unsaid: dict[str, None] = {}
        """Ids of captions that came to nothing, the latest ones: their words are to go."""
        self._bell = asyncio.Event()
        self._closed = False

    @property
    def open(self) -> Mapping[str, Caption]:
        """What is being said now, by caption id."""
        return MappingProxyType(self._open)

    def show(self, caption: Caption) -> None:
        """The latest state of a caption. After the end of the call nothing is shown."""
        if self._closed:
            return
        self._open[caption.id] = caption
        if len(self._open) > self._most:
            self.given_up += 1
            self.end(next(iter(self._open)), said=False)
        self._ring()

    def end(self, caption_id: str, *, said: bool) -> None:
        """Nothing more comes of a caption; was it said, and is it an utterance now? Harmless when there is none."""
        if self._open.pop(caption_id, None) is None:
            return
        if not said:
            self._unsaid[caption_id] = None
            while len(self._unsaid) > self._most:
                del self._unsaid[next(iter(self._unsaid))]
        self._ring()

    def close(self) -> None:
        """The call is over, and so is every caption."""
        self._closed = True
        for caption_id in list(self._open):
            self.end(caption_id, said=False)
        self._ring()

    async def follow(self, room: Callable[[], bool] = lambda: True) -> AsyncIterator[Caption]:
        """What is open, then every change that there is `room` for, until the call is over."""
        told: dict[str, Caption] = {}
        while True:
            bell = self._bell
            while room() and (caption := self._news(told)) is not None:
                if caption.over:
                    del told[caption.id]
                else:
                    told[caption.id] = caption
                yield caption
            if self._closed:
                return
            await _rung(bell, patience=None if room() else _LOOK_SECONDS)

    def _news(self, told: Mapping[str, Caption]) -> Caption | None:
        """What a follower that has told so much tells next; ends come first."""
        for caption in told.values():
            if caption.id not in self._open:
                said = replace(caption, over=True)
                return replace(said, committed="", rest="") if caption.id in self._unsaid else said
        return next((caption for caption in self._open.values() if told.get(caption.id) != caption), None)

    def _ring(self) -> None:
        self._bell.set()
        self._bell = asyncio.Event()


async def _rung(bell: asyncio.Event, *, patience: float | None) -> None:
    """Until the bell has rung, or for so many seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            await bell.wait()
