"""Tapes as folders: lines of records, and beside them the sound of each voice, for their owner alone.

Nothing is held open, and everything grows at its end: a tape whose process was killed is whole up to its last line.
"""

import errno
import os
import re
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kitt_rtc.engines.workers import Workers
from kitt_rtc.media.wav import write_wav
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.tape.lines import lines_of
from kitt_rtc.tape.records import Record, VoiceHeard

RECORDS = "records.tape"
_ENGINE = "tape"
HEAD_BYTES = 44
_NAME = re.compile(r"[A-Za-z0-9_:-][A-Za-z0-9_.:-]{0,63}")
"""Of a call, as the doors let them in: safe as a folder's name too."""


@dataclass(frozen=True, slots=True)
class TapeOptions:
    folder: Path
    threads: int = 1
    waiting: int = 256
    """Writings that may stand in line; a call has one at a time."""
    seconds: float = 5.0
    """A disk that takes longer for one of them is called away."""


class TapeFiles:
    """Fits `ports.Tapes`."""

    def __init__(self, options: TapeOptions) -> None:
        self._options = options
        self._workers = Workers(_ENGINE, threads=options.threads, waiting=options.waiting)

    async def open(self, call_id: str) -> "TapeFolder":
        if not _NAME.fullmatch(call_id):
            raise EngineUnavailable(_ENGINE, "This call's id cannot be a folder's name: it is not taped.")
        folder = _Folder(self._options.folder / call_id, call_id)
        await self._workers.run(folder.open, seconds=self._options.seconds)
        return TapeFolder(folder, self._workers, self._options.seconds)

    async def forget(self, *, before: float) -> int:
        return await self._workers.run(lambda: _delete(self._options.folder, before), seconds=60.0)

    async def erase(self, call_id: str) -> bool:
        if not _NAME.fullmatch(call_id):
            return False
        path = self._options.folder / call_id
        return await self._workers.run(lambda: _erase(path), seconds=60.0)

    async def close(self) -> None:
        await self._workers.close()


class TapeFolder:
    """Fits `ports.Spool`."""

    def __init__(self, folder: "_Folder", workers: Workers, seconds: float) -> None:
        self._folder = folder
        self._workers = workers
        self._seconds = seconds

    async def write(self, records: Sequence[Record]) -> None:
        await self._workers.run(lambda: self._folder.write(records), seconds=self._seconds)


class _Folder:
    """One tape. Only in worker threads; one at a time."""

    def __init__(self, path: Path, call_id: str) -> None:
        self._path = path
        self._call_id = call_id
        self._turn = threading.Lock()

    def open(self) -> None:
        """Make the folder, or cut off what a dead process left torn. Raises EngineUnavailable."""
        try:
            for folder in (self._path.parent, self._path):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                folder.chmod(0o700)
            records = self._path / RECORDS
            if records.exists():
                whole = records.read_bytes().rfind(b"\n") + 1
                os.truncate(records, whole)
        except OSError as error:
            raise _away(error) from error

    def write(self, records: Sequence[Record]) -> None:
        """Sound first: a line never names sound that is not there. Raises EngineUnavailable."""
        sound: dict[str, bytearray] = {}
        for record in records:
            if isinstance(record, VoiceHeard):
                sound.setdefault(record.voice, bytearray()).extend(record.frame.pcm)
        lines = "".join(lines_of(self._call_id, records)).encode()
        with self._turn:
            try:
                for voice, pcm in sound.items():
                    _append_sound(self._path / f"{voice}.wav", bytes(pcm))
                _append(self._path / RECORDS, lines)
            except OSError as error:
                raise _away(error) from error


def _append(path: Path, raw: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        file.write(raw)


def _append_sound(path: Path, pcm: bytes) -> None:
    """The length in the file's head is for other programs; ours goes by what is there."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        known = file.seek(0, os.SEEK_END)
        known = max(known, HEAD_BYTES)
        file.seek(known)
        file.write(pcm)
        file.seek(0)
        file.write(_head(known - HEAD_BYTES + len(pcm)))


def _head(length: int) -> bytes:
    """Of a WAV file with so many bytes of house sound."""
    head = bytearray(write_wav(b""))
    head[4:8] = (36 + length).to_bytes(4, "little")
    head[40:44] = length.to_bytes(4, "little")
    return bytes(head)


def _delete(folder: Path, before: float) -> int:
    """Delete the tapes that were last written before this moment; how many. Raises EngineUnavailable."""
    try:
        tapes = [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
        old = [path for path in tapes if _written(path) < before]
        for path in old:
            shutil.rmtree(path)
    except OSError as error:
        raise _away(error) from error
    return len(old)


def _erase(path: Path) -> bool:
    """Was there a tape? Raises EngineUnavailable."""
    try:
        shutil.rmtree(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _away(error) from error
    return True


def _written(path: Path) -> float:
    records = path / RECORDS
    return (records if records.exists() else path).stat().st_mtime


def _away(error: OSError) -> EngineUnavailable:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return EngineUnavailable(_ENGINE, "The disk is full: this call is not taped any more. The call goes on.")
    return EngineUnavailable(_ENGINE, f"The tape cannot be written ({error.strerror}): see DATA_FOLDER.")
