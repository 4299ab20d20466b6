import asyncio
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from kitt_rtc.engines.sqlite import SqliteOptions, SqliteStore
from kitt_rtc.engines.sqlite_tables import VERSION
from kitt_rtc.model.errors import EngineRefused, EngineUnavailable
from kitt_rtc.model.facts import CallEnded, Entry, UtteranceHeard
from kitt_rtc.model.speech import NOBODY, Utterance
from tests.fakes.facts import ended, said, sample_story, started

HASTY = SqliteOptions(busy_seconds=0.02, owner_seconds=0.02)
PATIENT = SqliteOptions(busy_seconds=30)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "kitt.sqlite"


@pytest.fixture
async def store(path: Path):
    engine = await SqliteStore.open(path, HASTY)
    yield engine
    await engine.close()


def look(path: Path, query: str) -> list[tuple]:
    """What another program sees in the file."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


def bytes_on_disk(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


def overwrite(path: Path, place: int, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("r+b" if path.exists() else "wb") as file:
        file.seek(place)
        file.write(data)


# The file.


async def test_a_story_outlives_the_store(path: Path):
    first = await SqliteStore.open(path)
    await first.append("call", sample_story())
    await first.close()
    second = await SqliteStore.open(path)
    assert await second.entries("call") == sample_story()
    await second.close()


async def test_what_people_say_is_readable_by_the_owner_alone(store: SqliteStore, path: Path):
    await store.append("call", sample_story())
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0


async def test_an_empty_database_is_brought_to_the_newest_version(path: Path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA page_size = 1024")
        db.execute("VACUUM")
    assert look(path, "PRAGMA user_version") == [(0,)]
    store = await SqliteStore.open(path)
    await store.append("call", sample_story())
    assert len(await store.entries("call")) == len(sample_story())
    await store.close()
    assert look(path, "PRAGMA user_version") == [(VERSION,)]


async def test_a_migration_that_fails_leaves_nothing_behind(path: Path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA page_size = 1024")
        db.execute("CREATE TABLE calls (id TEXT)")
        db.commit()
    with pytest.raises(EngineUnavailable):
        await SqliteStore.open(path)
    assert look(path, "PRAGMA user_version") == [(0,)]
    assert look(path, "SELECT name FROM sqlite_master") == [("calls",)]


async def test_a_newer_database_is_refused_and_left_as_it_is(path: Path):
    await (await SqliteStore.open(path)).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(EngineUnavailable, match="newer release") as refused:
        await SqliteStore.open(path)
    assert not refused.value.retryable
    assert look(path, "PRAGMA user_version") == [(VERSION + 1,)]


async def test_somebody_elses_database_is_refused(path: Path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE theirs (x)")
        db.commit()
    with pytest.raises(EngineUnavailable, match="DATABASE_PATH"):
        await SqliteStore.open(path)


async def test_a_file_that_is_no_database_is_refused(path: Path):
    overwrite(path, 0, b"certainly not a database " * 200)
    with pytest.raises(EngineUnavailable, match="damaged") as refused:
        await SqliteStore.open(path)
    assert not refused.value.retryable


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineUnavailable, match="DATABASE_PATH"):
        await SqliteStore.open(tmp_path / "file" / "kitt.sqlite")


async def test_the_next_owner_knows_when_the_last_one_lived(tmp_path):
    path = tmp_path / "kitt.sqlite"
    first = await SqliteStore.open(path)
    assert first.alive_at == 0.0
    began = time.time()
    await first.live()
    await first.close()
    second = await SqliteStore.open(path)
    await second.close()
    assert began - 1 <= second.alive_at <= time.time()


async def test_two_servers_never_share_a_file(store: SqliteStore, path: Path):
    with pytest.raises(EngineUnavailable, match="another server"):
        await SqliteStore.open(path, HASTY)
    await store.append("call", sample_story())
    assert await store.entries("call") == sample_story()


async def test_a_closed_store_says_so_and_closes_twice(path: Path):
    store = await SqliteStore.open(path)
    await store.close()
    await store.close()
    for attempt in (store.append("call", sample_story()), store.entries("call"), store.forget(before=0)):
        with pytest.raises(EngineUnavailable, match="closed"):
            await attempt


# What is written.


async def test_odd_signs_come_back_as_they_went(store: SqliteStore):
    texts = ["lone \ud800 surrogate", "nul \x00 sign", "🙂 « é » \u2028", "\\u0041 \"quoted' %_", ""]
    story = [Entry(number, 0.5, said(text, number=number)) for number, text in enumerate(texts, start=1)]
    await store.append("call \ud83d", story)
    assert await store.entries("call \ud83d") == story
    assert (await store.calls())[1] == 1


async def test_numbers_too_large_for_the_database_are_no_trouble(store: SqliteStore):
    await store.append("call", sample_story())
    assert await store.entries("call", after=10**30) == []
    assert len(await store.entries("call", after=-(10**30))) == len(sample_story())
    assert (await store.calls(limit=10**30, offset=10**30))[0] == []
    assert (await store.calls(limit=-1))[0] == []


async def test_a_value_no_database_takes_is_refused_and_takes_nobody_along(store: SqliteStore):
    bad = store.append("bad", [Entry(1, float("nan"), started("bad"))])
    good = store.append("good", [Entry(1, 0.0, started("good"))])
    outcomes = await asyncio.gather(bad, good, return_exceptions=True)
    assert isinstance(outcomes[0], EngineRefused)
    assert outcomes[1] is None
    assert len(await store.entries("good")) == 1


async def test_a_fact_of_a_newer_release_is_skipped_and_a_broken_one_told(path: Path, store: SqliteStore, caplog):
    await store.append("call", [Entry(number, 0.0, said("x", number=number)) for number in (1, 2, 3)])
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE facts SET type = 'dream_had' WHERE seq = 1")
        db.execute("""UPDATE facts SET body = '{"private words"' WHERE seq = 2""")
        db.commit()
    assert [entry.seq for entry in await store.entries("call")] == [3]
    assert [(record.call, record.seq) for record in caplog.records] == [("call", 2)]
    assert "private" not in caplog.text


async def test_the_same_fact_in_an_older_releases_letters_is_the_same_fact(path: Path, store: SqliteStore):
    await store.append("call", [Entry(1, 0.0, started()), Entry(2, 1.0, ended())])
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE facts SET body = json_remove(body, '$.warnings', '$.profile_id') WHERE seq = 1")
        db.commit()
    await store.append("call", [Entry(1, 0.0, started()), Entry(2, 1.0, ended()), Entry(3, 2.0, said("more"))])
    assert len(await store.entries("call")) == 3


async def test_a_call_whose_beginning_is_missing_is_listed_and_can_be_closed_and_forgotten(store: SqliteStore):
    await store.append("call", [Entry(4, 10.0, said("middle"))])
    assert (await store.calls())[1] == 1
    assert await store.close_orphans() == ["call"]
    assert (await store.entries("call"))[-1] == Entry(5, 10.0, CallEnded("interrupted", 10.0))
    assert await store.forget(before=1e12) == 1


async def test_many_calls_write_side_by_side(store: SqliteStore):
    async def hold(number: int) -> None:
        for seq in range(1, 11):
            await store.append(f"call{number}", [Entry(seq, float(seq), said(f"{number} {seq}", number=seq))])

    await asyncio.gather(*(hold(number) for number in range(40)))
    for number in range(40):
        assert [entry.seq for entry in await store.entries(f"call{number}")] == list(range(1, 11))


# When the disk or somebody else is in the way.


async def test_a_lock_of_another_program_is_told_and_then_over(path: Path, store: SqliteStore):
    await store.append("call", [Entry(1, 0.0, started())])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(EngineUnavailable, match="locked") as away:
            await store.append("call", [Entry(2, 1.0, said("two")), Entry(3, 2.0, said("three"))])
        assert away.value.retryable
        assert len(await store.entries("call")) == 1
        assert (await store.calls())[1] == 1
        other.execute("ROLLBACK")
    await store.append("call", [Entry(2, 1.0, said("two")), Entry(3, 2.0, said("three"))])
    assert [entry.seq for entry in await store.entries("call")] == [1, 2, 3]


async def test_a_lock_fails_everyone_who_waits_at_once(path: Path, store: SqliteStore):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writes = [store.append(f"call{number}", sample_story()) for number in range(200)]
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert all(isinstance(outcome, EngineUnavailable) for outcome in outcomes)
    assert (await store.calls())[1] == 0


async def test_giving_up_on_an_append_leaves_the_store_usable(path: Path):
    store = await SqliteStore.open(path, PATIENT)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    abandoned = asyncio.create_task(store.append("abandoned", sample_story()))
    behind = asyncio.create_task(store.append("behind", sample_story()))
    await asyncio.sleep(0)
    abandoned.cancel()
    other.execute("ROLLBACK")
    other.close()
    with pytest.raises(asyncio.CancelledError):
        await abandoned
    await behind
    await store.append("after", sample_story())
    assert await store.entries("behind") == await store.entries("after") == sample_story()
    assert await store.entries("abandoned") in ([], sample_story())
    await store.close()


async def test_the_file_torn_away_is_told(path: Path, store: SqliteStore):
    await store.append("call", sample_story())
    await store.forget(before=0)
    overwrite(path, 1024, os.urandom(60_000))
    with pytest.raises(EngineUnavailable):
        await asyncio.gather(*(store.entries(f"call{number}") for number in range(500)))


FILL_THE_DISK = """
import asyncio, json, resource, sys
from kitt_rtc.engines.sqlite import SqliteStore
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import Entry
from tests.fakes.facts import said

async def main():
    store = await SqliteStore.open(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
    taken, refused = 0, None
    while refused is None:
        batch = [Entry(taken + n, 1.0, said("disque plein " * 20, number=taken + n)) for n in (1, 2, 3)]
        try:
            await store.append("call", batch)
            taken += 3
        except EngineUnavailable as error:
            refused = error
    during = len(await store.entries("call"))
    again = None
    try:
        await store.append("call", batch)
    except EngineUnavailable as error:
        again = error.retryable
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await store.append("call", batch)
    after = [entry.seq for entry in await store.entries("call")] == list(range(1, taken + 4))
    await store.close()
    print(json.dumps([taken, refused.retryable, refused.message, during, again, after]))

asyncio.run(main())
"""


async def test_a_full_disk_is_told_and_over_once_there_is_room(path: Path):
    run = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", FILL_THE_DISK, str(path)], capture_output=True, text=True, check=True
    )
    taken, retryable, message, during, again, after = json.loads(run.stdout)
    assert taken > 0
    assert retryable is True
    assert "disk" in message
    assert during == taken
    assert again is True
    assert after is True
    assert look(path, "PRAGMA integrity_check") == [("ok",)]


APPEND_FOR_EVER = """
import asyncio, sys
from kitt_rtc.engines.sqlite import SqliteStore
from kitt_rtc.model.facts import Entry
from tests.fakes.facts import said, started

async def hold(store, call_id):
    seq = 1
    await store.append(call_id, [Entry(1, 0.0, started(call_id))])
    while True:
        await store.append(call_id, [Entry(seq + n, 1.0, said(f"mot {seq + n}", number=seq + n)) for n in (1, 2, 3)])
        seq += 3
        sys.stdout.write(f"{call_id} {seq}\\n")
        sys.stdout.flush()

async def main():
    store = await SqliteStore.open(sys.argv[1])
    await store.close_orphans()
    await asyncio.gather(*(hold(store, f"run{sys.argv[2]}_{n}") for n in range(10)))

asyncio.run(main())
"""


def kill_while_it_writes(path: Path, run: int, lines: int) -> dict[str, int]:
    """Ten calls written by another process, killed in the middle: the last number acknowledged of each call."""
    with subprocess.Popen(
        [sys.executable, "-c", APPEND_FOR_EVER, str(path), str(run)], stdout=subprocess.PIPE, text=True
    ) as process:
        told = [process.stdout.readline() for _ in range(lines)]
        os.kill(process.pid, signal.SIGKILL)
        told += process.stdout.read().splitlines(keepends=True)
    whole = (line.split() for line in told if line.endswith("\n"))
    return {call_id: int(seq) for call_id, seq in whole}


async def test_kill_9_loses_nothing_that_was_acknowledged(path: Path):
    acknowledged: dict[str, int] = {}
    for run in range(4):
        acknowledged |= await asyncio.to_thread(kill_while_it_writes, path, run, 40 + 90 * run)
        assert await asyncio.to_thread(look, path, "PRAGMA integrity_check") == [("ok",)]
    store = await SqliteStore.open(path)
    await store.close_orphans()
    for call_id, seq in acknowledged.items():
        story = await store.entries(call_id)
        assert [entry.seq for entry in story] == list(range(1, len(story) + 1))
        assert len(story) > seq
        assert (len(story) - 2) % 3 == 0, "a batch was half written"
        assert isinstance(story[-1].fact, CallEnded)
        assert story[-1].fact.reason == "interrupted"
    await store.close()


# Forgetting.


async def test_forgotten_words_are_in_no_file(path: Path, store: SqliteStore):
    calls = [f"session_{number * 7919 % 1000:03d}" for number in range(120)]
    for seq in range(1, 13):
        for index, call_id in enumerate(calls):
            words = f"motsecret{index:03d}x " * (1, 4, 25, 150)[(index + seq) % 4]
            utterance = Utterance(f"u{seq}", NOBODY, words, "fr", 0.0, 1.0)
            first = started(call_id, at=1000.0 + index) if seq == 1 else UtteranceHeard(utterance, 0.1)
            await store.append(call_id, [Entry(seq, 1.0, first)])
    for call_id in calls[:60]:
        await store.append(call_id, [Entry(13, 2.0, ended())])
    assert await store.forget(before=1e12) == 60
    left = bytes_on_disk(path)
    assert [index for index in range(120) if f"motsecret{index:03d}x".encode() in left] == list(range(60, 120))


async def test_deleted_words_that_another_program_still_reads_are_told_and_asked_for_again(
    path: Path, store: SqliteStore
):
    await store.append("call", [Entry(1, 0.0, started()), Entry(2, 1.0, said("motsecret")), Entry(3, 2.0, ended())])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM facts").fetchall()
        with pytest.raises(EngineUnavailable, match="deleted") as held:
            await store.forget(before=1e12)
        assert held.value.retryable
        other.execute("ROLLBACK")
    await store.forget(before=1e12)
    assert await store.entries("call") == []
    assert b"motsecret" not in bytes_on_disk(path)
