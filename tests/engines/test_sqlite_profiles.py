"""Customers in the store's file: what only a file can show."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kitt_rtc.engines.sqlite import SqliteStore
from kitt_rtc.engines.sqlite_profiles import SqliteProfiles
from kitt_rtc.engines.sqlite_tables import MIGRATIONS, PAGE_BYTES
from kitt_rtc.model.facts import Entry
from kitt_rtc.model.profile import Profile
from tests.fakes.facts import started


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "kitt.sqlite"


@pytest.fixture
async def store(path: Path):
    engine = await SqliteStore.open(path)
    yield engine
    await engine.close()


def bytes_on_disk(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


async def test_profiles_outlive_the_store(path: Path):
    first = await SqliteStore.open(path)
    saved = await SqliteProfiles(first).save(Profile("p", name="Ada"))
    await first.close()
    second = await SqliteStore.open(path)
    assert await SqliteProfiles(second).find("p") == saved
    await second.close()


async def test_a_file_of_an_earlier_release_gets_the_table_and_keeps_its_calls(path: Path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        for statement in MIGRATIONS[0]():
            db.execute(statement)
        db.execute("INSERT INTO calls VALUES ('old', 'support', 'fr', 1.0, 2.0, 'hung_up')")
        db.execute("PRAGMA user_version = 1")
        db.commit()
    store = await SqliteStore.open(path)
    await SqliteProfiles(store).save(Profile("p", name="Ada"))
    assert (await store.calls())[1] == 1
    await store.close()


async def test_erased_words_are_in_no_file_those_of_earlier_versions_neither(path: Path, store: SqliteStore):
    profiles = SqliteProfiles(store)
    for number in range(80):
        words = f"motsecret{number:03d}x " * (1, 4, 25, 150)[number % 4]
        profile = await profiles.save(
            Profile(f"p{number * 7919 % 1000:03d}", name=words[:100], notes=words, phone=f"+3312300{number:04d}")
        )
        await profiles.save(replace(profile, notes=f"secretancien{number:03d}x"))
    everybody = (await profiles.listing(limit=200))[0]
    gone = [one for one in everybody if int(one.name[9:12]) < 40]
    assert len(gone) == 40
    for profile in gone:
        assert await profiles.erase(profile.id)
    left = bytes_on_disk(path)
    assert [number for number in range(80) if f"motsecret{number:03d}x".encode() in left] == list(range(40, 80))
    assert [number for number in range(80) if f"secretancien{number:03d}x".encode() in left] == list(range(40, 80))
    assert [number for number in range(80) if f"+3312300{number:04d}".encode() in left] == list(range(40, 80))


async def test_forgetting_calls_leaves_customers_alone(store: SqliteStore):
    profiles = SqliteProfiles(store)
    saved = await profiles.save(Profile("p", name="Ada"))
    await store.forget(before=1e12)
    assert await profiles.find("p") == saved


async def test_calls_and_customers_are_written_side_by_side(store: SqliteStore):
    profiles = SqliteProfiles(store)
    await asyncio.gather(
        *(store.append(f"call{number}", [Entry(1, 0.0, started(f"call{number}"))]) for number in range(20)),
        *(profiles.save(Profile(f"p{number}", name="Ada")) for number in range(20)),
    )
    assert ((await store.calls())[1], (await profiles.listing())[1]) == (20, 20)


async def test_a_profile_that_cannot_be_read_is_told_and_hides_no_other(
    path: Path, store: SqliteStore, caplog: pytest.LogCaptureFixture
):
    profiles = SqliteProfiles(store)
    await profiles.save(Profile("bad", name="Ada"))
    await profiles.save(Profile("good", name="Zoe"))
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE profiles SET body = '{\"name\": 7' WHERE id = 'bad'")
        db.commit()
    assert [one.id for one in (await profiles.listing())[0]] == ["good"]
    assert await profiles.find("bad") is None
    assert "a stored profile cannot be read" in caplog.text
    assert "Ada" not in caplog.text
