"""The log of gaps in the store's file: counted, marked, and there after a restart."""

from pathlib import Path

import pytest

from kitt_rtc.engines.sqlite import SqliteStore
from kitt_rtc.engines.sqlite_lacks import SqliteLacks
from kitt_rtc.model.errors import LackNotFound
from kitt_rtc.model.lack import Lack

PUMP = Lack("gap_1", "the pump of the pool does not start", "en", "below", calls=("one",), last_at=1.0)


async def test_N6_gaps_are_counted_marked_and_survive_a_restart(tmp_path: Path):
    store = await SqliteStore.open(tmp_path / "store.sqlite3")
    lacks = SqliteLacks(store)
    await lacks.note(PUMP)
    again = await lacks.note(
        Lack("gap_2", "the pool pump does not start", "en", "nothing", calls=("two",), last_at=2.0)
    )
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
