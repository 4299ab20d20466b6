"""The journal down any text wire, from a cursor; captions and drafts beside it, for as long as they are of use.

The law: nothing is told before it is on disk. A feed keeps a number, not a queue: a slow wire lags, costs nothing, and
comes back later with the last number it saw. What goes beside is told only where a wire has room, as it is then.
"""

from collections.abc import AsyncIterator, Callable

from kitt_rtc.captions import Captions
from kitt_rtc.drafts import Drafts
from kitt_rtc.journal import Journal
from kitt_rtc.wire import encode, encode_caption, encode_draft


class Feed:
    """A call's entries as encoded envelopes: `async for text in feed`."""

    def __init__(self, journal: Journal, *, after: int = 0) -> None:
        """`after` is the number of the last entry the far end has; 0 for none."""
        self.cursor = max(0, after)
        """The number of the newest entry handed out."""
        self._journal = journal

    async def __aiter__(self) -> AsyncIterator[str]:
        """What there is, then what comes, until the journal closes."""
        async for entry in self._journal.follow(self.cursor, kept=True):
            self.cursor = entry.seq
            yield encode(self._journal.call_id, entry)


async def caption_lines(captions: Captions, room: Callable[[], bool]) -> AsyncIterator[str]:
    """What is being said, as lines for a wire that says whether it has `room`, until the call is over."""
    async for caption in captions.follow(room):
        yield encode_caption(captions.call_id, caption)


async def draft_lines(drafts: Drafts, room: Callable[[], bool]) -> AsyncIterator[str]:
    """The tip that is being written, likewise."""
    async for draft in drafts.follow(room):
        yield encode_draft(drafts.call_id, draft)
