"""Erases one call: its story, its recording, its tape, and what it told the knowledge base lacks or should have.

The law: only a call that is over, and its story last: whatever fails on the way can be asked for again. An article that
a person has approved is theirs, not the call's, and stays.
"""

import logging

from kitt_rtc.calls.switchboard import Switchboard
from kitt_rtc.ports import Lacks, Recordings, Tapes

logger = logging.getLogger(__name__)


class Eraser:
    """One for the server."""

    def __init__(
        self, board: Switchboard, lacks: Lacks, *, recordings: Recordings | None = None, tapes: Tapes | None = None
    ) -> None:
        self._board = board
        self._lacks = lacks
        self._recordings = recordings
        self._tapes = tapes

    async def erase(self, call_id: str) -> None:
        """No file holds a word of it when this returns. Raises CallLive, CallNotFound, EngineError."""
        await self._board.may_erase(call_id)
        sound = await self._recordings.erase(call_id) if self._recordings else False
        taped = await self._tapes.erase(call_id) if self._tapes else False
        gaps = await self._lacks.erase(call_id)
        await self._board.erase(call_id)
        logger.info("a call was erased", extra={"call": call_id, "recording": sound, "tape": taped, "gaps": gaps})
