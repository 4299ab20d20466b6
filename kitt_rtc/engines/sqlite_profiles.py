"""Customer profiles in the store's own file.

The law: the store's one writing connection writes them too (see `sqlite.py`), so a backup has both and nothing
checkpoints beside it.
"""

import json
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kitt_rtc.engines.sqlite import LARGEST, LONGEST_SEARCH, SqliteStore
from kitt_rtc.engines.sqlite_rows import containing, plain
from kitt_rtc.engines.sqlite_tables import (
    DELETE_PROFILE,
    INSERT_PROFILE,
    SELECT_BY_PHONE,
    SELECT_PROFILE,
    SELECT_PROFILES,
    SELECT_VERSION,
    UPDATE_PROFILE,
)
from kitt_rtc.model.errors import ProfileNotFound, ProfileStale
from kitt_rtc.model.profile import LISTS, Profile, text_of
from kitt_rtc.model.words import fold

logger = logging.getLogger(__name__)

_ADAPTER: TypeAdapter[Profile] = TypeAdapter(Profile)
_SEARCHED = ("name", "company", "position", "phone", "notes", *LISTS)


class SqliteProfiles:
    """Fits `ports.Profiles`."""

    def __init__(self, store: SqliteStore, *, now: Callable[[], float] = time.time) -> None:
        """`now` is seconds since 1970."""
        self._store = store
        self._now = now

    async def find(self, profile_id: str) -> Profile | None:
        """The profile by this id. Raises EngineUnavailable."""
        key = plain(profile_id)
        rows = await self._store.fetch(SELECT_PROFILE, (key,))
        return next(iter(_read((key, *row) for row in rows)), None)

    async def listing(self, *, search: str = "", limit: int = 50, offset: int = 0) -> tuple[list[Profile], int]:
        """A page of the profiles whose id or words contain `search`, by name, and how many there are in all.

        Words are compared folded: without accents, capitals and punctuation. Raises EngineUnavailable.
        """
        wanted = plain(search.strip()[:LONGEST_SEARCH])
        folded = fold(wanted)
        rows = await self._store.fetch(
            SELECT_PROFILES,
            {
                "search": wanted,
                "in_id": containing(wanted),
                "in_words": containing(folded) if folded else "",
                "limit": min(max(0, limit), LARGEST),
                "offset": min(max(0, offset), LARGEST),
            },
        )
        return _read(row[1:] for row in rows if row[1] is not None), rows[0][0]

    async def by_phone(self, phone: str, *, limit: int = 2) -> list[Profile]:
        """Those with this number. Raises EngineUnavailable."""
        return _read(await self._store.fetch(SELECT_BY_PHONE, (plain(phone), limit))) if phone else []

    async def save(self, profile: Profile) -> Profile:
        """The profile as it is stored now. Raises ProfileStale, ProfileNotFound, EngineUnavailable."""
        stored = replace(profile, version=profile.version + 1, updated_at=round(self._now(), 3))
        async with self._store.writing(deletes=profile.version > 0) as db:
            rows = list(await db.execute_fetchall(SELECT_VERSION, (plain(profile.id),)))
            standing = int(rows[0][0]) if rows else 0
            if standing == profile.version:
                await db.execute(UPDATE_PROFILE if standing else INSERT_PROFILE, _row(stored))
        if standing != profile.version:
            newer = await self.find(profile.id)
            raise ProfileNotFound if newer is None else ProfileStale(newer)
        return stored

    async def erase(self, profile_id: str) -> bool:
        """No file holds a word of it when this returns; was there one? Raises EngineUnavailable."""
        async with self._store.writing(deletes=True) as db:
            gone = await db.execute(DELETE_PROFILE, (plain(profile_id),))
        await self._store.empty_log()
        return gone.rowcount > 0


def _row(profile: Profile) -> tuple[Any, ...]:
    """(version, updated_at, body, name, phone, words, id), as the statements want them."""
    body = _ADAPTER.dump_python(profile, mode="json", exclude={"id", "version", "updated_at"})
    words = fold(" ".join(text_of(profile, name) for name in _SEARCHED))
    name = fold(profile.name or profile.company)
    text = plain(json.dumps(body, ensure_ascii=False, separators=(",", ":")))
    return (profile.version, profile.updated_at, text, name, plain(profile.phone), words, plain(profile.id))


def _read(rows: Iterable[Sequence[Any]]) -> list[Profile]:
    """Of (id, version, updated_at, body) those that can be read; one that cannot is told, and hides no other."""
    known = []
    for profile_id, version, updated_at, body in rows:
        told = {"id": profile_id, "version": version, "updated_at": updated_at}
        try:
            known.append(_ADAPTER.validate_python({**json.loads(body), **told}))
        except (ValueError, TypeError, ValidationError):
            logger.warning("a stored profile cannot be read", extra={"profile": profile_id})
    return known
