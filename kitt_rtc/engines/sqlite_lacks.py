"""What the knowledge base lacks, in the store's own file, by the store's one writing connection."""

import asyncio
import json
import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kitt_rtc.engines.sqlite import SqliteStore
from kitt_rtc.engines.sqlite_rows import plain
from kitt_rtc.engines.sqlite_tables import DELETE_LACK, SAVE_LACK, SELECT_LACKS
from kitt_rtc.model.errors import LackNotFound
from kitt_rtc.model.lack import Lack

logger = logging.getLogger(__name__)

_ADAPTER: TypeAdapter[Lack] = TypeAdapter(Lack)


class SqliteLacks:
    """Fits `ports.Lacks`."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self._turn = asyncio.Lock()
        """What is read and written back may not change in between."""

    async def listing(self) -> list[Lack]:
        """The one asked most often first. Raises EngineUnavailable."""
        found = []
        for lack_id, body in await self._store.fetch(SELECT_LACKS, ()):
            try:
                found.append(_ADAPTER.validate_python({**json.loads(body), "id": lack_id}))
            except (ValueError, TypeError, ValidationError):
                logger.warning("a stored gap cannot be read", extra={"gap": lack_id})
        return sorted(found, key=lambda lack: (lack.done, -lack.count, -lack.last_at))

    async def note(self, lack: Lack) -> Lack:
        """Counted with the one it is like, if any; as it stands then. Raises EngineUnavailable."""
        async with self._turn:
            like = (known for known in await self.listing() if known.is_like(lack.question, lack.language))
            known = next(like, None)
            noted = lack if known is None else known.again(lack)
            await self._save(noted)
        return noted

    async def mark(self, lack_id: str, *, done: bool) -> Lack:
        """Raises LackNotFound, EngineUnavailable."""
        async with self._turn:
            known = next((lack for lack in await self.listing() if lack.id == lack_id), None)
            if known is None:
                raise LackNotFound
            marked = replace(known, done=done)
            await self._save(marked)
        return marked

    async def forget(self, *, before: float) -> int:
        """Delete what was asked before this moment; how many gaps went with it. Raises EngineUnavailable."""
        async with self._turn:
            old = [known for known in await self.listing() if known.first_at < before]
            return await self._keep((lack, lack.since(before)) for lack in old)

    async def erase(self, call_id: str) -> int:
        """Delete what was asked in this call; how many gaps went with it. Raises EngineUnavailable."""
        async with self._turn:
            asked = [known for known in await self.listing() if call_id in known.calls]
            gone = await self._keep((lack, lack.without(call_id)) for lack in asked)
        await self._store.empty_log()
        return gone

    async def _keep(self, changes: Iterable[tuple[Lack, Lack | None]]) -> int:
        """Each as it is now, or gone; how many are gone."""
        gone = 0
        for lack, kept in changes:
            gone += kept is None
            await (self._save(kept) if kept else self._delete(lack))
        return gone

    async def _delete(self, lack: Lack) -> None:
        async with self._store.writing(deletes=True) as db:
            await db.execute(DELETE_LACK, (plain(lack.id),))

    async def _save(self, lack: Lack) -> None:
        body: dict[str, Any] = _ADAPTER.dump_python(lack, mode="json", exclude={"id"})
        text = plain(json.dumps(body, ensure_ascii=False, separators=(",", ":")))
        async with self._store.writing(deletes=True) as db:
            await db.execute(SAVE_LACK, (plain(lack.id), text))
