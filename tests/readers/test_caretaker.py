import asyncio
import os

import pytest

from kitt_rtc.engines.recordings import RecordingFiles, RecordingOptions
from kitt_rtc.engines.sqlite import SqliteStore
from kitt_rtc.engines.tape_files import RECORDS, TapeFiles, TapeOptions
from kitt_rtc.metrics import Metrics
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import Entry
from kitt_rtc.model.lack import Asked, Lack
from kitt_rtc.readers.caretaker import Caretaker, CaretakerOptions
from kitt_rtc.tape.records import Lost
from tests.fakes.facts import ended, said, started
from tests.fakes.lacks import DictLacks
from tests.fakes.store import ListStore
from tests.support.until import until

BEGAN = 1_700_000_000.0
DAY = 86_400.0


async def keep(store, call_id: str, at: float) -> None:
    story = [Entry(1, 0.0, started(call_id, at=at)), Entry(2, 1.0, said("motsecret")), Entry(3, 60.0, ended())]
    await store.append(call_id, story)


async def test_calls_are_forgotten_when_their_time_is_over_and_not_before(tmp_path):
    store, now, metrics = await SqliteStore.open(tmp_path / "kitt.sqlite"), [BEGAN], Metrics()
    caretaker = Caretaker(store, metrics, CaretakerOptions(retention_days=30), now=lambda: now[0])
    await keep(store, "old", BEGAN)
    await keep(store, "young", BEGAN + 5 * DAY)
    assert await caretaker.tidy() == 0
    now[0] = BEGAN + 30 * DAY + 59
    assert await caretaker.tidy() == 0
    now[0] = BEGAN + 30 * DAY + 61
    assert await caretaker.tidy() == 1
    assert await store.entries("old") == []
    assert len(await store.entries("young")) == 3
    assert b"kitt_calls_forgotten_total 1.0" in metrics.render()[0]
    await store.close()


async def test_the_round_runs_by_itself():
    store, now = ListStore(), [BEGAN]
    await keep(store, "old", BEGAN)
    caretaker = Caretaker(store, Metrics(), CaretakerOptions(retention_days=1, every=0.0), now=lambda: now[0])
    running = asyncio.create_task(caretaker.run())
    await asyncio.sleep(0)
    assert "old" in store.stories
    now[0] += 2 * DAY
    await until(lambda: not store.stories)
    running.cancel()
    await asyncio.wait([running])


async def test_nothing_is_forgotten_when_calls_are_kept_for_ever():
    store = ListStore()
    await keep(store, "old", 0.0)
    await Caretaker(store, Metrics(), CaretakerOptions(retention_days=0)).run()
    assert "old" in store.stories


async def test_a_store_that_is_away_is_told_once_and_tried_again(caplog):
    metrics = Metrics()
    caretaker = Caretaker(ListStore(forgetting=EngineUnavailable("list", "locked", retryable=True)), metrics)
    for _ in range(3):
        assert await caretaker.tidy() == 0
    assert len(caplog.records) == 1
    assert b'kitt_store_failures_total{code="engine_unavailable"} 3.0' in metrics.render()[0]


async def recorded(files: RecordingFiles, call_id: str, written: float) -> None:
    await files.open(call_id, fresh=True)
    path = files.find(call_id)
    assert path is not None
    os.utime(path, (written, written))


@pytest.mark.parametrize(
    ("recording_days", "retention_days", "kept"), [(30, 90, 30), (0, 90, 90), (30, 10, 10), (30, 0, 30)]
)
async def test_a_recording_is_deleted_when_its_time_is_over_and_at_the_latest_with_its_call(
    tmp_path, recording_days: float, retention_days: float, kept: float
):
    files = RecordingFiles(RecordingOptions(tmp_path))
    now = [BEGAN + kept * DAY - 1]
    options = CaretakerOptions(retention_days, recording_days)
    caretaker = Caretaker(ListStore(), Metrics(), options, recordings=files, now=lambda: now[0])
    await recorded(files, "call", BEGAN)
    await recorded(files, "younger", BEGAN + DAY)
    assert await caretaker.tidy_recordings() == 0
    now[0] += 2
    assert await caretaker.tidy_recordings() == 1
    assert files.find("call") is None
    assert files.find("younger") is not None
    await files.close()


@pytest.mark.parametrize(("tape_days", "retention_days", "kept"), [(7, 90, 7), (0, 90, 90), (30, 10, 10), (30, 0, 30)])
async def test_N8_a_tape_is_deleted_when_its_time_is_over_and_at_the_latest_with_its_call(
    tmp_path, tape_days: float, retention_days: float, kept: float
):
    files = TapeFiles(TapeOptions(tmp_path))
    now = [BEGAN + kept * DAY - 1]
    options = CaretakerOptions(retention_days, tape_days=tape_days)
    caretaker = Caretaker(ListStore(), Metrics(), options, tapes=files, now=lambda: now[0])
    for call_id, at in (("call", BEGAN), ("younger", BEGAN + DAY)):
        spool = await files.open(call_id)
        await spool.write([Lost(1)])
        os.utime(tmp_path / call_id / RECORDS, (at, at))
    assert await caretaker.tidy_tapes() == 0
    now[0] += 2
    assert await caretaker.tidy_tapes() == 1
    assert [path.name for path in tmp_path.iterdir()] == ["younger"]
    await files.close()


async def test_recordings_are_looked_after_even_when_calls_are_kept_for_ever(tmp_path):
    files = RecordingFiles(RecordingOptions(tmp_path))
    await recorded(files, "call", BEGAN)
    caretaker = Caretaker(ListStore(), Metrics(), CaretakerOptions(0, 1, every=0.0), recordings=files)
    running = asyncio.create_task(caretaker.run())
    await until(lambda: files.find("call") is None)
    running.cancel()
    await asyncio.wait([running])
    await files.close()


async def test_recordings_are_kept_for_ever_where_calls_are(tmp_path):
    files = RecordingFiles(RecordingOptions(tmp_path))
    await recorded(files, "call", BEGAN)
    await Caretaker(ListStore(), Metrics(), CaretakerOptions(0, 0), recordings=files).run()
    assert files.find("call") is not None
    await files.close()


async def test_N10_what_a_call_asked_that_nobody_knew_is_deleted_with_the_call():
    now, lacks = [BEGAN + 29 * DAY], DictLacks()
    await lacks.note(Lack("gap_1", "en", "below", (Asked("one", "the pump of the pool", BEGAN),)))
    caretaker = Caretaker(ListStore(), Metrics(), CaretakerOptions(30), lacks=lacks, now=lambda: now[0])
    assert await caretaker.tidy_gaps() == 0
    now[0] += 2 * DAY
    assert await caretaker.tidy_gaps() == 1
    assert await lacks.listing() == []
