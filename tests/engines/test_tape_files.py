"""Tapes on disk: for their owner alone, whole up to the last line, gone when their time is over."""

import os
import resource
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from kitt_rtc.engines.tape_files import RECORDS, TapeFiles, TapeOptions
from kitt_rtc.media.wav import read_wav
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import CallEnded, CallStarted, Entry
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.replay.tape import read_tape
from kitt_rtc.tape.records import Header, Record, Told, VoiceBegan, VoiceHeard
from tests.sounds.made import frames, noise

SOUND = noise(1.0)
BEGIN: list[Record] = [
    Header("call", "0.3.0", {}),
    Told(Entry(1, 0.0, CallStarted("call", "coaching", "en", 1.0))),
    VoiceBegan("voice", "leg", Speaker("C", Role.CUSTOMER), 1, 0.0),
]
END = Told(Entry(2, 2.5, CallEnded("hung_up", 2.5)))


def spoken(pcm: bytes, *, start: float = 0.0) -> list[Record]:
    return [VoiceHeard("voice", frame, True, round(frame.at + 0.03, 6)) for frame in frames(pcm, start=start)]


@pytest_asyncio.fixture
async def files(tmp_path: Path) -> AsyncIterator[TapeFiles]:
    files = TapeFiles(TapeOptions(tmp_path / "tapes"))
    yield files
    await files.close()


async def written(files: TapeFiles, folder: Path, *, call_id: str = "call") -> Path:
    spool = await files.open(call_id)
    await spool.write([*BEGIN, *spoken(SOUND)])
    await spool.write([*spoken(SOUND, start=1.0), END])
    return folder / "tapes" / call_id


async def test_N8_what_was_heard_is_on_the_tape_to_the_last_bit(tmp_path: Path, files: TapeFiles):
    folder = await written(files, tmp_path)
    tape = read_tape(folder)
    assert list(tape.voices) == [BEGIN[2], *spoken(SOUND), *spoken(SOUND, start=1.0)]
    assert (tape.torn, tape.lost, tape.seconds) == (False, 0, 2.5)
    assert read_wav((folder / "voice.wav").read_bytes()) == SOUND * 2, "any player can play it"


async def test_nobody_else_may_look_into_a_tape(tmp_path: Path, files: TapeFiles):
    folder = await written(files, tmp_path)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("cut", [1, 40, 300])
async def test_a_torn_tape_is_read_up_to_its_last_whole_record(tmp_path: Path, files: TapeFiles, cut: int):
    folder = await written(files, tmp_path)
    os.truncate(folder / RECORDS, (folder / RECORDS).stat().st_size - cut)
    tape = read_tape(folder)
    assert tape.torn
    assert list(tape.voices)[:51] == [BEGIN[2], *spoken(SOUND)]


async def test_frames_without_their_sound_are_not_there(tmp_path: Path, files: TapeFiles):
    folder = await written(files, tmp_path)
    os.truncate(folder / "voice.wav", (folder / "voice.wav").stat().st_size - 700)
    tape = read_tape(folder)
    assert tape.torn
    assert list(tape.voices) == [BEGIN[2], *(spoken(SOUND) + spoken(SOUND, start=1.0))[:-2]]


async def test_another_process_goes_on_behind_the_last_whole_record(tmp_path: Path, files: TapeFiles):
    folder = await written(files, tmp_path)
    os.truncate(folder / RECORDS, (folder / RECORDS).stat().st_size - 5)
    again = await files.open("call")
    await again.write([END])
    tape = read_tape(folder)
    assert tape.story[-1] == END.entry
    assert not tape.torn


async def test_a_disk_that_is_full_is_told(files: TapeFiles):
    spool = await files.open("call")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(EngineUnavailable) as told:
            await spool.write([*BEGIN, *spoken(SOUND)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "cannot be written" in told.value.message


@pytest.mark.parametrize("call_id", ["..", "a/b", "", "x" * 65])
async def test_an_id_that_is_no_name_is_not_taped(tmp_path: Path, files: TapeFiles, call_id: str):
    with pytest.raises(EngineUnavailable):
        await files.open(call_id)
    assert not (tmp_path / "tapes").exists()


async def test_old_tapes_are_deleted_with_all_that_is_in_them(tmp_path: Path, files: TapeFiles):
    old, young = await written(files, tmp_path), await written(files, tmp_path, call_id="young")
    os.utime(old / RECORDS, (1_000, 1_000))
    assert await files.forget(before=2_000) == 1
    assert not old.exists()
    assert young.exists()
    assert await files.forget(before=2_000) == 0


async def test_the_tape_of_one_call_is_deleted(tmp_path: Path, files: TapeFiles):
    one, two = await written(files, tmp_path), await written(files, tmp_path, call_id="two")
    assert await files.erase(one.name)
    assert (one.exists(), two.exists()) == (False, True)
    assert not await files.erase(one.name)
    assert not await files.erase("..")
