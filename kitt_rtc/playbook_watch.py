"""The sheets of a team lead, watched: what is saved is in use at the next turn of advice, and what is broken is not.

The law: a sheet with a mistake changes nothing; the mistake is told with its file and line, in the log and by /health,
until it is mended.
"""

import asyncio
import logging
from pathlib import Path

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.playbooks.cards import Cards

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
"""Between two looks at when the sheets were saved."""
Stamp = tuple[tuple[str, int, int], ...]


class PlaybookWatch:
    """Of one folder."""

    def __init__(self, cards: Cards, folder: Path) -> None:
        """`cards` were read from there."""
        self._cards = cards
        self._folder = folder
        self._stamp = stamp_of(folder)
        self.trouble = ""
        """What is wrong with the sheets as they are now, with file and line; empty: they are in use."""

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Read the sheets again, if one was saved since the last look. Reading takes a second, and a thread."""
        stamp = await asyncio.to_thread(stamp_of, self._folder)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            newer = await asyncio.to_thread(Cards.load, self._folder)
        except SettingsError as error:
            self.trouble = error.message
            logger.warning("playbook refused, the one before it stays", extra={"detail": error.message})
        else:
            self.trouble = ""
            self._cards.take(newer)
            logger.info("playbook in use", extra={"version": newer.version})


def stamp_of(folder: Path) -> Stamp:
    """When each sheet was saved, and how long it is: another stamp, another playbook."""
    found = []
    for sheet in sorted(folder.glob("*/*.yaml")):
        try:
            told = sheet.stat()
        except OSError:  # saved by way of another file, and gone for a moment
            continue
        found.append((sheet.relative_to(folder).as_posix(), told.st_mtime_ns, told.st_size))
    return tuple(found)
