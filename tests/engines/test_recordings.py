import os
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from kitt_rtc.engines.recordings import RecordingFiles, RecordingOptions
from kitt_rtc.model.errors import EngineUnavailable
from tests.sounds.made import silence, tone
from tests.support.listened import heard, hertz, listened

DELAY = 0.0065
"""The encoder's, in seconds: what the last packet still owes."""


def left(pcm: bytes) -> bytes:
    samples = np.frombuffer(pcm, "<i2")
    return np.stack([samples, np.zeros_like(samples)], axis=1).tobytes()


@asynccontextmanager
async def files(folder: Path) -> AsyncIterator[RecordingFiles]:
    engine = RecordingFiles(RecordingOptions(folder))
    try:
        yield engine
    finally:
        await engine.close()


async def test_what_is_written_is_there_at_once_and_only_for_its_owner(tmp_path: Path):
    async with files(tmp_path / "recordings") as engine:
        assert engine.find("a:call") is None
        tape = await engine.open("a:call", fresh=True)
        await tape.write(left(tone(1.0)), frame=0)
        path = engine.find("a:call")
        assert path is not None
        assert listened(path).shape[1] / 48_000 == pytest.approx(1.0 - DELAY)
        await tape.write(left(tone(1.0)), frame=50)
        assert listened(path).shape[1] / 48_000 == pytest.approx(2.0 - DELAY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("call_id", ["session:1", "..", "a" * 64, "CON", "x.ogg"])
async def test_a_name_is_of_our_making(tmp_path: Path, call_id: str):
    async with files(tmp_path) as engine:
        await engine.open(call_id, fresh=True)
        path = engine.find(call_id)
    assert path is not None
    assert path.parent == tmp_path
    assert path.stem.isalnum()
    assert call_id not in path.name


async def test_a_hole_is_silence_of_its_length(tmp_path: Path):
    async with files(tmp_path) as engine:
        tape = await engine.open("c", fresh=True)
        await tape.write(left(tone(1.0)), frame=150)
        path = engine.find("c")
    assert path is not None
    ((begin, end),) = heard(listened(path)[0], 0.0, 4.0)
    assert (begin, end) == (pytest.approx(3.0, abs=0.02), pytest.approx(4.0, abs=0.02))


@pytest.mark.parametrize("torn", [0, 1, 40, 2_000])
async def test_a_file_of_a_dead_process_is_one_file_with_what_comes_after(tmp_path: Path, torn: int):
    async with files(tmp_path) as engine:
        tape = await engine.open("c", fresh=True)
        for second in range(4):
            await tape.write(left(tone(1.0, hertz=500)), frame=50 * second)
        path = engine.find("c")
    assert path is not None
    size = path.stat().st_size
    os.truncate(path, size - torn)
    async with files(tmp_path) as engine:
        tape = await engine.open("c", fresh=False)
        await tape.write(left(tone(1.0, hertz=900)), frame=500)
        assert engine.find("c") == path
    sound = listened(path)
    assert sound.shape[1] / 48_000 == pytest.approx(11.0 - DELAY)
    (_, ended), (began, _) = heard(sound[0], 0.0, 11.0)
    assert ended == pytest.approx(4.0 if not torn else 3.0, abs=0.02)
    assert began == pytest.approx(10.0, abs=0.02)
    assert hertz(sound[0], 1.0, 2.0) == pytest.approx(500, abs=2)
    assert hertz(sound[0], 10.1, 10.9) == pytest.approx(900, abs=2)
    assert not heard(sound[1], 0.0, 11.0)


async def test_what_is_on_the_tape_already_stays(tmp_path: Path):
    async with files(tmp_path) as engine:
        tape = await engine.open("c", fresh=True)
        await tape.write(left(tone(2.0, hertz=500)), frame=0)
        tape = await engine.open("c", fresh=False)
        await tape.write(left(tone(2.0, hertz=900)), frame=50)
        path = engine.find("c")
    assert path is not None
    sound = listened(path)
    assert sound.shape[1] / 48_000 == pytest.approx(3.0 - DELAY)
    assert hertz(sound[0], 1.1, 1.9) == pytest.approx(500, abs=2)
    assert hertz(sound[0], 2.1, 2.9) == pytest.approx(900, abs=2)


async def test_a_fresh_recording_has_nothing_of_an_earlier_call(tmp_path: Path):
    async with files(tmp_path) as engine:
        await (await engine.open("c", fresh=True)).write(left(tone(2.0)), frame=0)
        await (await engine.open("c", fresh=True)).write(left(silence(1.0)), frame=0)
        path = engine.find("c")
    assert path is not None
    sound = listened(path)
    assert sound.shape[1] / 48_000 == pytest.approx(1.0 - DELAY)
    assert not heard(sound[0], 0.0, 1.0)


async def test_a_folder_that_cannot_be_is_said_in_plain_words(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    async with files(tmp_path / "file" / "recordings") as engine:
        with pytest.raises(EngineUnavailable, match="DATA_FOLDER"):
            await engine.open("c", fresh=True)
        assert engine.find("c") is None


async def test_a_disk_that_is_full_leaves_a_file_that_is_whole_and_goes_on(tmp_path: Path):
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.getsignal(signal.SIGXFSZ)
    async with files(tmp_path) as engine:
        tape = await engine.open("c", fresh=True)
        await tape.write(left(tone(1.0)), frame=0)
        path = engine.find("c")
        assert path is not None
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 1_000, limits[1]))
        try:
            with pytest.raises(EngineUnavailable, match="cannot be written"):
                await tape.write(left(tone(1.0)), frame=50)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, handler)
        await tape.write(left(tone(1.0)), frame=50)
    assert listened(path).shape[1] / 48_000 == pytest.approx(2.0 - DELAY)


async def test_what_was_last_written_before_its_time_is_deleted(tmp_path: Path):
    async with files(tmp_path) as engine:
        assert await engine.forget(before=1e12) == 0
        for name, written in (("old", 1_000.0), ("young", 2_000.0)):
            await engine.open(name, fresh=True)
            path = engine.find(name)
            assert path is not None
            os.utime(path, (written, written))
        (tmp_path / "notes.txt").write_text("not a recording")
        os.utime(tmp_path / "notes.txt", (0, 0))
        assert await engine.forget(before=1_500.0) == 1
        assert engine.find("old") is None
        assert engine.find("young") is not None
        assert (tmp_path / "notes.txt").exists()


async def test_the_recording_of_one_call_is_deleted(tmp_path: Path):
    async with files(tmp_path) as engine:
        for name in ("one", "two"):
            await engine.open(name, fresh=True)
        assert await engine.erase("one")
        assert (engine.find("one"), engine.find("two") is None) == (None, False)
        assert not await engine.erase("one")
