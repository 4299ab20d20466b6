"""How much prepared speech has left for an ear, and how much of it is known to have been heard.

What is handed to a browser is as good as heard. A telephone network queues what it is given and says later what was
heard: whoever keeps such a line's time asks for receipts, and confirms them.
"""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

Receipt = Mapping[str, int]
"""Frames by source that had left when it was made out."""


class Hearing:
    """Counts frames, by the source they came from, since the earpiece was made."""

    def __init__(self) -> None:
        self._left: dict[str, int] = {}
        self._heard: Receipt | None = None
        """None: whatever has left was heard."""
        self._bell = asyncio.Event()

    def expect(self, source: str) -> None:
        """From now on this source is counted; others, live voices, are not."""
        self._left.setdefault(source, 0)

    def leave(self, source: str) -> None:
        """A frame is on its way to the ear."""
        if source in self._left:
            self._left[source] += 1
            self.ring()

    def left(self, source: str) -> int:
        """Frames that are on their way, or heard."""
        return self._left.get(source, 0)

    def heard(self, source: str) -> int:
        """Frames that are known to have been heard."""
        return (self._left if self._heard is None else self._heard).get(source, 0)

    @property
    def all_left(self) -> int:
        """Frames of all counted sources that are on their way, or heard."""
        return sum(self._left.values())

    def by_receipt(self) -> None:
        """Nothing more counts as heard until it is confirmed."""
        self._heard = MappingProxyType(dict(self._left))

    def receipt(self) -> Receipt:
        """What has left by now, to be confirmed when it was heard."""
        return MappingProxyType(dict(self._left))

    def confirm(self, receipt: Receipt) -> None:
        """Everything up to this receipt was heard."""
        self._heard = receipt
        self.ring()

    def ring(self) -> None:
        """Something that a waiter looks at has changed."""
        self._bell.set()
        self._bell = asyncio.Event()

    async def changed(self) -> None:
        """Until more has left, was heard, or was forgotten."""
        await self._bell.wait()
