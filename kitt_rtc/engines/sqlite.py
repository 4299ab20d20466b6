"""The store: every call's facts in one SQLite file, append-only.

The law: one process owns the file, one connection in it writes, and only that one checkpoints. SQLite before 3.51.3
can damage a write-ahead log that several connections write and checkpoint at once.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite

from kitt_rtc.engines.sqlite_rows import containing, entries_of, listing_of, plain, row_of, same_entry
from kitt_rtc.engines.sqlite_tables import (
    DELETE_CALL,
    DELETE_FACTS,
    DELETE_PROPOSALS,
    DERIVE_CALL,
    INSERT_FACTS,
    MIGRATIONS,
    PAGE_BYTES,
    SELECT_CALLS,
    SELECT_ENDED,
    SELECT_ENTRIES,
    SELECT_OPEN,
    SELECT_ORPHANS,
    SELECT_STANDING,
    VERSION,
)
from kitt_rtc.model.errors import EngineError, EngineRefused, EngineUnavailable
from kitt_rtc.model.facts import CallEnded, Entry
from kitt_rtc.model.words import fold
from kitt_rtc.ports import CallRow

ENGINE = "sqlite"
_ORPHANS_REASON = "interrupted"
LONGEST_SEARCH = 200
"""Characters; SQLite refuses very long patterns."""
_FORGET_AT_ONCE = 50
"""Calls deleted in one transaction: between two of them the living write."""
LARGEST = 2**62
"""A number from outside may be larger than SQLite holds."""


@dataclass(frozen=True, slots=True)
class SqliteOptions:
    busy_seconds: float = 2.0
    """How long a lock of another program is waited for before the store counts as away."""
    owner_seconds: float = 5.0
    """How long an earlier server, still closing, may keep the file at start."""


class _Order:
    """The entries of one `append`, waiting for the next transaction."""

    def __init__(self, call_id: str, entries: Sequence[Entry]) -> None:
        self.call_id = call_id
        self.rows = [row_of(call_id, entry) for entry in entries]
        self.listing = listing_of(call_id, entries)
        self.done = False
        self.error: EngineError | None = None

    def settle(self, error: EngineError | None = None) -> None:
        self.done = True
        self.error = error


class SqliteStore:
    """Fits `ports.Store`.

    Appends that wait at the same time share a transaction, so a hundred calls cost few flushes. Every transaction is
    flushed to the disk before it is acknowledged (synchronous=FULL): what `append` has taken survives not only the
    killing of the process but a loss of power.
    """

    def __init__(
        self,
        connections: AsyncExitStack[None],
        writer: aiosqlite.Connection,
        reader: aiosqlite.Connection,
        owner: Path,
        alive_at: float,
    ) -> None:
        """Made by `open`."""
        self.alive_at = alive_at
        """When an earlier process was last known to live, in seconds since 1970; 0 when there was none."""
        self._owner = owner
        self._connections = connections
        self._writer = writer
        self._reader = reader
        self._turn = asyncio.Lock()
        self._waiting: list[_Order] = []
        self._closed = False
        self._words_in_log = True
        """May the write-ahead log hold words that were deleted? After a crash it may."""

    @classmethod
    async def open(cls, path: str | Path, options: SqliteOptions | None = None) -> "SqliteStore":
        """Open the file, made when missing, and bring its tables up to date. Raises EngineUnavailable."""
        chosen = options or SqliteOptions()
        file, alive_at = await asyncio.to_thread(_prepared, Path(path))
        stack: AsyncExitStack[None] = AsyncExitStack()
        async with stack:
            with _in_our_words():
                await _own(stack, file, chosen.owner_seconds)
                writer = await _connected(stack, str(file), chosen.busy_seconds)
                await _set_up(writer)
                await _migrate(writer)
                reader = await _connected(stack, f"{file.as_uri()}?mode=ro", chosen.busy_seconds)
            return cls(stack.pop_all(), writer, reader, _owner_of(file), alive_at)

    async def close(self) -> None:
        """Wait for what is being written, then let go of the file. Closing twice is closing once."""
        async with self._turn:
            self._closed = True
            with _in_our_words():
                await self._connections.aclose()

    async def append(self, call_id: str, entries: Sequence[Entry]) -> None:
        """All of them or none; on disk when this returns. An entry that is already there is not written twice.

        Raises EngineUnavailable when the disk or the file does not do its work, EngineRefused when another fact already
        stands at one of the places.
        """
        if not entries:
            return
        order = _Order(plain(call_id), entries)
        self._waiting.append(order)
        try:
            async with self._turn:
                if not order.done:
                    await self._write_waiting()
        finally:
            if order in self._waiting:
                self._waiting.remove(order)
        if order.error is not None:
            raise order.error

    async def entries(self, call_id: str, *, after: int = 0) -> list[Entry]:
        """A call's entries from behind number `after`; none when the call is not known. Raises EngineUnavailable."""
        rows = await self.fetch(SELECT_ENTRIES, (plain(call_id), min(max(0, after), LARGEST)))
        return await asyncio.to_thread(entries_of, call_id, rows)

    async def calls(self, *, search: str = "", limit: int = 50, offset: int = 0) -> tuple[list[CallRow], int]:
        """A page of the calls whose id or words contain `search`, newest first, and how many there are in all.

        Words are compared folded: without accents, capitals and punctuation. Raises EngineUnavailable.
        """
        wanted = plain(search.strip()[:LONGEST_SEARCH])
        folded = fold(wanted)
        rows = await self.fetch(
            SELECT_CALLS,
            {
                "search": wanted,
                "in_id": containing(wanted),
                "in_words": containing(folded) if folded else "",
                "limit": min(max(0, limit), LARGEST),
                "offset": min(max(0, offset), LARGEST),
            },
        )
        return [CallRow(*row[1:]) for row in rows if row[1] is not None], rows[0][0]

    async def open_calls(self) -> list[str]:
        """The calls that have begun and not ended, oldest first. Raises EngineUnavailable."""
        return [str(row[0]) for row in await self.fetch(SELECT_OPEN, ())]

    async def live(self) -> None:
        """Note that this process lives, by the time of the owner's file."""
        try:
            await asyncio.to_thread(self._owner.touch)
        except OSError as error:
            raise EngineUnavailable(ENGINE, "the folder of the database cannot be written", retryable=True) from error

    async def close_orphans(self, *, alive: Sequence[str] = ()) -> list[str]:
        """End, as "interrupted", the calls that a dead process left open; their ids. Raises EngineUnavailable."""
        ended = []
        for call_id, seq, at in await self.fetch(SELECT_ORPHANS, ()):
            if call_id not in alive:
                await self.append(call_id, [Entry(seq + 1, at, CallEnded(_ORPHANS_REASON, seconds=at))])
                ended.append(call_id)
        return ended

    async def forget(self, *, before: float) -> int:
        """Delete the calls that ended before this moment (seconds since 1970); how many they were.

        When this returns no file holds a word of them: deleted pages are zeroed and the write-ahead log is emptied.
        Raises EngineUnavailable; asking again goes on where it stopped.
        """
        forgotten = 0
        while deleted := await self._delete_some(before):
            forgotten += deleted
        await self.empty_log()
        return forgotten

    async def erase(self, call_id: str) -> bool:
        """No file holds a word of this ended call when it returns, but for articles a person approved; was there one?

        Raises EngineUnavailable; asking again goes on where it stopped.
        """
        one = (plain(call_id),)
        async with self.writing(deletes=True) as db:
            await db.execute(DELETE_FACTS, one)
            await db.execute(DELETE_PROPOSALS, one)
            gone = await db.execute(DELETE_CALL, one)
        await self.empty_log()
        return gone.rowcount > 0

    # For the rooms that share the writing connection.

    @asynccontextmanager
    async def writing(self, *, deletes: bool = False) -> AsyncIterator[aiosqlite.Connection]:
        """The one connection that writes, in a transaction and in turn. Raises EngineUnavailable, EngineRefused.

        `deletes`: words are taken out; `empty_log` afterwards takes them out of the log too.
        """
        async with self._turn, self._writing():
            self._words_in_log = self._words_in_log or deletes
            yield self._writer

    async def fetch(self, query: str, values: Any) -> list[tuple[Any, ...]]:
        """Rows, read on a connection of its own: a reader never waits for a writer. Raises EngineUnavailable."""
        self._be_open()
        with _in_our_words():
            return [tuple(row) for row in await self._reader.execute_fetchall(query, values)]

    async def empty_log(self) -> None:
        """No deleted word is in the write-ahead log when this returns. Raises EngineUnavailable."""
        if self._words_in_log:
            await self._empty_log()

    # Writing.

    async def _write_waiting(self) -> None:
        """One transaction for everyone who waits; where one of them is refused, each has one of its own."""
        orders, self._waiting = self._waiting, []
        try:
            if await self._write(orders) or len(orders) == 1:
                return
            for order in orders:
                await self._write([order])
        finally:
            self._waiting[:0] = [order for order in orders if not order.done]

    async def _write(self, orders: Sequence[_Order]) -> bool:
        """Were these orders settled? A refused one among several settles none of them."""
        rows = [row for order in orders for row in order.rows]
        failure: EngineError | None = None
        try:
            async with self._writing():
                fresh = await self._writer.executemany(INSERT_FACTS, rows)
                if fresh.rowcount < len(rows):
                    for order in orders:
                        await self._refuse_other_facts(order)
                await self._writer.executemany(DERIVE_CALL, [order.listing for order in orders])
        except EngineUnavailable as error:
            failure = error
        except EngineRefused as error:
            if len(orders) > 1:
                return False
            failure = error
        for order in orders:
            order.settle(failure)
        return True

    async def _refuse_other_facts(self, order: _Order) -> None:
        """Raises EngineRefused when a place of this order holds another fact than the one that was brought."""
        numbers = [row[1] for row in order.rows]
        found = await self._writer.execute_fetchall(SELECT_STANDING, (order.call_id, min(numbers), max(numbers)))
        standing = {row[0]: tuple(row) for row in found}
        for row in order.rows:
            if not same_entry(standing[row[1]], row[1:5]):
                raise EngineRefused(ENGINE, f"another fact stands at number {row[1]} of call {order.call_id}")

    async def _delete_some(self, before: float) -> int:
        async with self._turn, self._writing():
            ids = list(await self._writer.execute_fetchall(SELECT_ENDED, (before, _FORGET_AT_ONCE)))
            if ids:
                self._words_in_log = True
                await self._writer.executemany(DELETE_FACTS, ids)
                await self._writer.executemany(DELETE_PROPOSALS, ids)
                await self._writer.executemany(DELETE_CALL, ids)
            return len(ids)

    async def _empty_log(self) -> None:
        async with self._turn:
            self._be_open()
            with _in_our_words():
                [(busy, *_)] = await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            raise EngineUnavailable(
                ENGINE, "deleted, but another program still reads the write-ahead log that holds it", retryable=True
            )
        self._words_in_log = False

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[None]:
        self._be_open()
        with _in_our_words():
            async with _transaction(self._writer):
                yield

    def _be_open(self) -> None:
        if self._closed:
            raise EngineUnavailable(ENGINE, "the store is closed")


# Opening.


def _prepared(path: Path) -> tuple[Path, float]:
    """The file's full path, and when it was last owned; file and folder are made, readable by their owner alone."""
    try:
        file = path.expanduser().resolve()
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        alive_at = _owner_of(file).stat().st_mtime if _owner_of(file).exists() else 0.0
        for made in (file, _owner_of(file)):
            made.touch(mode=0o600)
    except OSError as error:
        raise EngineUnavailable(ENGINE, "the database cannot be made or opened: see DATABASE_PATH") from error
    return file, alive_at


def _owner_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.owner")


async def _connected(stack: AsyncExitStack[None], where: str, busy_seconds: float) -> aiosqlite.Connection:
    db: aiosqlite.Connection = await stack.enter_async_context(
        aiosqlite.connect(where, uri=where.startswith("file:"), timeout=busy_seconds, isolation_level=None)
    )
    await db.execute("PRAGMA temp_store = MEMORY")  # sorting leaves no words in a temporary file
    await db.execute("PRAGMA mmap_size = 0")
    return db


async def _own(stack: AsyncExitStack[None], file: Path, seconds: float) -> None:
    """Hold a lock beside the database for as long as we live; a killed process lets go of it by itself."""
    try:
        owner = await _connected(stack, str(_owner_of(file)), seconds)
        await owner.execute("PRAGMA journal_mode = OFF")
        await owner.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if _primary(error) != sqlite3.SQLITE_BUSY:
            raise
        raise EngineUnavailable(
            ENGINE, "another server owns this database: stop it, or give this one its own DATABASE_PATH", retryable=True
        ) from error


async def _set_up(db: aiosqlite.Connection) -> None:
    await db.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # takes effect on a new file only
    [(page_bytes,)] = await db.execute_fetchall("PRAGMA page_size")
    if page_bytes != PAGE_BYTES:
        raise EngineUnavailable(ENGINE, "this is not a database of ours: give DATABASE_PATH another file")
    [(mode,)] = await db.execute_fetchall("PRAGMA journal_mode = WAL")
    if mode != "wal":
        raise EngineUnavailable(ENGINE, "no write-ahead log can be kept here: put DATABASE_PATH on a local disk")
    await db.execute("PRAGMA synchronous = FULL")
    await db.execute("PRAGMA secure_delete = ON")
    await db.execute("PRAGMA journal_size_limit = 16777216")


async def _migrate(db: aiosqlite.Connection) -> None:
    [(version,)] = await db.execute_fetchall("PRAGMA user_version")
    if version > VERSION:
        raise EngineUnavailable(
            ENGINE,
            f"the database is of version {version}, made by a newer release; this one knows {VERSION}:"
            " start the newer release, or give DATABASE_PATH another file",
        )
    for number in range(version, VERSION):
        async with _transaction(db):
            for statement in MIGRATIONS[number]():
                await db.execute(statement)
            await db.execute(f"PRAGMA user_version = {number + 1}")


@asynccontextmanager
async def _transaction(db: aiosqlite.Connection) -> AsyncIterator[None]:
    """All or nothing. IMMEDIATE: a lock is waited for here, with patience, and never met half-way."""
    try:
        await db.execute("BEGIN IMMEDIATE")
        yield
        await db.execute("COMMIT")
    finally:
        await db.rollback()  # does nothing once committed; runs behind a BEGIN whose waiting was cancelled


# Errors in our words.

_MESSAGES = {
    sqlite3.SQLITE_BUSY: "another program has locked the database",
    sqlite3.SQLITE_LOCKED: "another program has locked the database",
    sqlite3.SQLITE_FULL: "no room is left on the disk of the database: make some; what waits is then written",
    sqlite3.SQLITE_IOERR: "the disk of the database does not read or write",
    sqlite3.SQLITE_READONLY: "the database may not be written: check the rights of DATABASE_PATH",
    sqlite3.SQLITE_CANTOPEN: "the database cannot be opened: see DATABASE_PATH",
    sqlite3.SQLITE_CORRUPT: "the database is damaged: restore a backup, or give DATABASE_PATH another file",
    sqlite3.SQLITE_NOTADB: "the database is damaged: restore a backup, or give DATABASE_PATH another file",
}
_HOPELESS = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN}


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, sqlite3.ProgrammingError) as error:
        raise EngineRefused(ENGINE, "the database does not take such a value") from error
    except sqlite3.Error as error:
        code = _primary(error)
        message = _MESSAGES.get(code, "the database did not do its work")
        raise EngineUnavailable(ENGINE, message, retryable=code not in _HOPELESS) from error


def _primary(error: sqlite3.Error) -> int:
    """SQLite's error number without its refinements."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
