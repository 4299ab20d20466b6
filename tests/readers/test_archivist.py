import asyncio
import logging
import sqlite3

import pytest

from kitt_rtc.engines.sqlite import SqliteOptions, SqliteStore
from kitt_rtc.journal import Journal
from kitt_rtc.metrics import Metrics
from kitt_rtc.model.errors import EngineRefused, EngineUnavailable
from kitt_rtc.model.facts import Entry
from kitt_rtc.readers.archivist import Archivist, ArchivistOptions
from tests.fakes.facts import ended, said, sample_story, started
from tests.fakes.store import ListStore
from tests.support.until import until

BRISK = ArchivistOptions(first_pause=0.0, longest_pause=0.0)


def away(*, retryable: bool = True) -> EngineUnavailable:
    return EngineUnavailable("list", "the disk is full", retryable=retryable)


def journal_of(call_id: str = "call", facts: int = 3) -> Journal:
    journal = Journal(call_id, lambda: 1.0)
    journal.append(started(call_id))
    for number in range(2, facts + 1):
        journal.append(said(f"line {number}", number=number))
    return journal


def value(metrics: Metrics, name: str) -> float:
    lines = metrics.render()[0].decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


async def test_a_whole_story_is_kept_as_it_happens():
    store, journal = ListStore(), Journal("call", lambda: 1.0)
    reading = asyncio.create_task(Archivist(store, Metrics(), BRISK).read(journal))
    for entry in sample_story():
        journal.append(entry.fact)
        await until(lambda: len(store.stories.get("call", [])) == journal.last)
    journal.close()
    await reading
    assert store.stories["call"] == list(journal.entries())


async def test_what_came_meanwhile_is_written_together():
    store, journal = ListStore(), journal_of(facts=1)
    store.open.clear()
    reading = asyncio.create_task(Archivist(store, Metrics(), ArchivistOptions(batch=30)).read(journal))
    await store.attempted.wait()
    for number in range(2, 51):
        journal.append(said("line", number=number))
    store.open.set()
    journal.close()
    await reading
    assert store.batches == [1, 30, 19]
    assert len(store.stories["call"]) == 50


async def test_nothing_is_lost_while_the_store_is_away_and_the_call_goes_on():
    metrics, journal = Metrics(), journal_of()
    store = ListStore(faults=[away() for _ in range(20)])
    archivist = Archivist(store, metrics, BRISK)
    reading = asyncio.create_task(archivist.read(journal))
    await until(lambda: len(store.batches) > 3)
    journal.append(said("said meanwhile", number=9))
    journal.append(ended())
    await until(lambda: archivist.backlog().entries == 0)
    journal.close()
    await reading
    assert store.stories["call"] == list(journal.entries())
    assert value(metrics, "kitt_store_failures_total") == 20
    assert value(metrics, "kitt_store_lost_entries_total") == 0


async def test_being_behind_can_be_told(caplog):
    caplog.set_level(logging.INFO)
    now = [100.0]
    metrics, journal, store = Metrics(), journal_of(), ListStore(faults=[away()])
    archivist = Archivist(store, metrics, BRISK, clock=lambda: now[0])
    assert (archivist.backlog().entries, archivist.backlog().seconds, archivist.backlog().cause) == (0, 0.0, "")
    reading = asyncio.create_task(archivist.read(journal))
    await until(lambda: archivist.backlog().cause != "")
    store.open.clear()
    now[0] += 7
    behind = archivist.backlog()
    assert (behind.entries, behind.seconds, behind.cause) == (3, 7.0, "the disk is full")
    assert value(metrics, "kitt_store_waiting_entries") == 3
    store.open.set()
    await until(lambda: archivist.backlog().entries == 0)
    assert archivist.backlog().seconds == 0
    journal.close()
    await reading
    assert [record.getMessage() for record in caplog.records] == [
        "the store is away; facts wait in memory",
        "the store is back",
    ]


async def test_a_closed_call_is_written_although_the_store_stumbles():
    store, journal = ListStore(faults=[away(), away()]), journal_of()
    journal.append(ended())
    journal.close()
    await Archivist(store, Metrics(), BRISK).read(journal)
    assert len(store.stories["call"]) == 4


async def test_what_cannot_be_written_in_time_is_given_up_and_told(caplog):
    metrics, journal = Metrics(), journal_of()
    store = ListStore(faults=[None, *[away()] * 1000])
    archivist = Archivist(store, metrics, ArchivistOptions(first_pause=0.0, longest_pause=0.0, closing_seconds=0.0))
    reading = asyncio.create_task(archivist.read(journal))
    await until(lambda: "call" in store.stories)
    journal.append(ended())
    journal.close()
    await reading
    assert value(metrics, "kitt_store_lost_entries_total") == 1
    [given_up] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert (given_up.call, given_up.entries, given_up.after) == ("call", 1, 3)
    assert archivist.backlog().entries == 0


async def test_a_store_that_never_answers_holds_nobody_for_ever():
    metrics, journal, store = Metrics(), journal_of(), ListStore()
    store.open.clear()
    journal.close()
    await Archivist(store, metrics, ArchivistOptions(closing_seconds=0.01)).read(journal)
    assert value(metrics, "kitt_store_lost_entries_total") == 3


async def test_a_reading_that_is_cut_short_at_shutdown_tells_what_was_not_written(caplog):
    metrics, journal, store = Metrics(), journal_of(), ListStore()
    store.open.clear()
    reading = asyncio.create_task(Archivist(store, metrics, BRISK).read(journal))
    await store.attempted.wait()
    reading.cancel()
    await asyncio.wait([reading])
    assert value(metrics, "kitt_store_lost_entries_total") == 3
    assert [record.entries for record in caplog.records] == [3]


async def test_an_entry_the_store_never_takes_does_not_hold_up_the_others():
    metrics, journal = Metrics(), journal_of(facts=4)
    store = ListStore(stories={"call": [Entry(2, 0.0, said("somebody else's", number=7))]})
    journal.close()
    await Archivist(store, metrics, BRISK).read(journal)
    assert [entry.seq for entry in store.stories["call"]] == [1, 2, 3, 4]
    assert store.stories["call"][1].fact == said("somebody else's", number=7)
    assert value(metrics, "kitt_store_lost_entries_total") == 1


async def test_a_refusal_is_not_tried_again():
    journal = journal_of(facts=1)
    store = ListStore(faults=[EngineRefused("list", "never")])
    journal.close()
    await Archivist(store, Metrics(), BRISK).read(journal)
    assert store.batches == [1]


async def test_one_call_in_trouble_leaves_the_others_alone():
    store, metrics = ListStore(), Metrics()
    archivist = Archivist(store, metrics, BRISK)
    journals = [journal_of(f"call{number}") for number in range(20)]
    readings = [asyncio.create_task(archivist.read(journal)) for journal in journals]
    readings[0].cancel()
    for journal in journals:
        journal.close()
    await asyncio.wait(readings)
    assert all(len(store.stories[f"call{number}"]) == 3 for number in range(1, 20))
    assert archivist.backlog().entries == 0


async def _told(journal: Journal) -> list[int]:
    return [entry.seq async for entry in journal.follow(kept=True)]


async def test_nothing_is_told_before_it_is_on_disk():
    store, journal = ListStore(), journal_of()
    store.open.clear()
    reading = asyncio.create_task(Archivist(store, Metrics(), BRISK).read(journal))
    await store.attempted.wait()
    first = asyncio.create_task(anext(journal.follow(kept=True)))
    await asyncio.sleep(0)
    assert not first.done()
    store.open.set()
    assert (await first).seq == 1
    assert len(store.stories["call"]) == 3
    journal.close()
    await reading


async def test_telling_does_not_wait_for_a_store_that_is_away():
    store, journal = ListStore(faults=[away()] * 1_000), journal_of()
    reading = asyncio.create_task(Archivist(store, Metrics(), BRISK).read(journal))
    telling = asyncio.create_task(_told(journal))
    journal.close()
    assert await telling == [1, 2, 3]
    reading.cancel()
    await asyncio.wait([reading])


async def test_a_story_that_nobody_writes_down_is_told_at_once():
    journal = journal_of()
    journal.close()
    assert await _told(journal) == [1, 2, 3]


async def test_with_the_real_store_a_locked_file_costs_nothing(tmp_path):
    store = await SqliteStore.open(tmp_path / "kitt.sqlite", SqliteOptions(busy_seconds=0.01))
    archivist, journal = Archivist(store, Metrics(), BRISK), journal_of()
    other = sqlite3.connect(tmp_path / "kitt.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    reading = asyncio.create_task(archivist.read(journal))
    await until(lambda: archivist.backlog().cause)
    other.execute("ROLLBACK")
    other.close()
    journal.append(ended())
    journal.close()
    await reading
    assert await store.entries("call") == list(journal.entries())
    await store.close()


@pytest.mark.parametrize("fault", [away(retryable=False), away()])
async def test_a_live_call_never_stops_trying(fault: EngineUnavailable):
    store, journal = ListStore(faults=[fault] * 50), journal_of()
    reading = asyncio.create_task(Archivist(store, Metrics(), BRISK).read(journal))
    await until(lambda: len(store.batches) == 51)
    journal.close()
    await reading
    assert len(store.stories["call"]) == 3


async def test_a_call_that_begins_while_the_store_is_away_is_told_all_the_same():
    store = ListStore(faults=[away() for _ in range(1_000)])
    archivist = Archivist(store, Metrics(), ArchivistOptions(first_pause=0.01, longest_pause=0.01))
    first, second = journal_of("first"), Journal("second", lambda: 1.0)
    readings = [asyncio.create_task(archivist.read(first))]
    await until(lambda: archivist.backlog().cause)
    readings.append(asyncio.create_task(archivist.read(second)))
    await until(lambda: archivist.backlog().entries == first.last and len(readings) == 2)
    told = asyncio.create_task(anext(second.follow(kept=True)))
    await asyncio.sleep(0)
    second.append(started("second"))
    async with asyncio.timeout(2):
        assert (await told).seq == 1
    store.faults.clear()
    for journal in (first, second):
        journal.append(ended())
        journal.close()
    await asyncio.gather(*readings)
    assert len(store.stories["second"]) == 2
