"""The log of gaps in the store's file: counted, marked, and there after a restart."""

from pathlib import Path

import pytest

from kitt_rtc.engines.sqlite import SqliteStore
from kitt_rtc.engines.sqlite_lacks import SqliteLacks
from kitt_rtc.model.errors import LackNotFound
from kitt_rtc.model.lack import Asked, Lack


def _lack(lack_id: str, question: str, call_id: str, at: float) -> Lack:
    return Lack(lack_id, "en", "below", (Asked(call_id, question, at),))


PUMP = _lack("gap_1", "the pump of the pool does not start", "one", 1.0)


async def test_N6_gaps_are_counted_marked_and_survive_a_restart(tmp_path: Path):
    store = await SqliteStore.open(tmp_path / "store.sqlite3")
    lacks = SqliteLacks(store)
    await lacks.note(PUMP)
    again = await lacks.note(_lack("gap_2", "the pool pump does not start", "two", 2.0))
    assert (again.id, again.count, again.calls) == ("gap_1", 2, ("one", "two"))
    assert (await lacks.mark("gap_1", done=True)).done
    with pytest.raises(LackNotFound):
        await lacks.mark("gap_9", done=True)
    await store.close()
    store = await SqliteStore.open(tmp_path / "store.sqlite3")
    (kept,) = await SqliteLacks(store).listing()
    assert (kept.id, kept.count, kept.done) == ("gap_1", 2, True)
    assert not (await SqliteLacks(store).note(PUMP)).done
    await store.close()


async def test_N10_the_words_of_a_call_go_with_its_retention_and_with_the_last_of_them_the_gap(tmp_path: Path):
    path = tmp_path / "store.sqlite3"
    store = await SqliteStore.open(path)
    lacks = SqliteLacks(store)
    await lacks.note(PUMP)
    await lacks.note(_lack("gap_2", "the pool pump does not start today", "two", 2.0))
    await lacks.note(_lack("gap_3", "a squeaking gate", "two", 2.0))
    assert await lacks.forget(before=1.0) == 0
    assert await lacks.forget(before=1.5) == 0
    (pump, _) = sorted(await lacks.listing(), key=lambda lack: lack.id)
    assert (pump.question, pump.count, pump.calls) == ("the pool pump does not start today", 1, ("two",))
    assert await lacks.forget(before=2.5) == 2
    assert await lacks.listing() == []
    await store.close()
    assert b"squeaking" not in path.read_bytes()


async def test_N10_the_words_of_an_erased_call_leave_the_gap_and_the_file(tmp_path: Path):
    path = tmp_path / "store.sqlite3"
    store = await SqliteStore.open(path)
    lacks = SqliteLacks(store)
    await lacks.note(PUMP)
    await lacks.note(_lack("gap_2", "the pool pump does not start today", "two", 2.0))
    await lacks.note(_lack("gap_3", "a squeaking gate", "two", 2.0))
    assert await lacks.erase("two") == 1
    (pump,) = await lacks.listing()
    assert (pump.question, pump.count, pump.calls) == (PUMP.question, 1, ("one",))
    assert b"squeaking" not in path.read_bytes() + path.with_name(f"{path.name}-wal").read_bytes()
    await store.close()
