"""Recordings as files: one per call, Ogg Opus, both sides in one, in a folder that only its owner may look into.

A file grows by whole pages and is never held open: what is on disk can be read at any moment, and goes on after its
process has died.
"""

import errno
import hashlib
import os
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kitt_rtc.engines.workers import Workers
from kitt_rtc.media import ogg
from kitt_rtc.media.opus import STEREO_BYTES, StereoEncoder
from kitt_rtc.model.errors import EngineUnavailable

_ENGINE = "recorder"
_VENDOR = "KITT RTC"
_PAGE_PACKETS = 50
"""One second: what a reader of a growing file is behind."""


@dataclass(frozen=True, slots=True)
class RecordingOptions:
    folder: Path
    threads: int = 2
    waiting: int = 256
    """Pieces of sound that may stand in line; a call has one at a time."""
    seconds: float = 5.0
    """A disk that takes longer for one of them is called away."""


class RecordingFiles:
    """Fits `ports.Recordings`."""

    def __init__(self, options: RecordingOptions) -> None:
        self._options = options
        self._workers = Workers(_ENGINE, threads=options.threads, waiting=options.waiting)

    async def open(self, call_id: str, *, fresh: bool) -> "FileTape":
        path = self._path(call_id)
        file = await self._workers.run(lambda: _OggFile.open(path, fresh=fresh), seconds=self._options.seconds)
        return FileTape(file, self._workers, self._options.seconds)

    def find(self, call_id: str) -> Path | None:
        path = self._path(call_id)
        return path if path.is_file() else None

    async def forget(self, *, before: float) -> int:
        return await self._workers.run(lambda: _delete(self._options.folder, before), seconds=60.0)

    async def erase(self, call_id: str) -> bool:
        path = self._path(call_id)
        return await self._workers.run(lambda: _erase(path), seconds=self._options.seconds)

    async def close(self) -> None:
        await self._workers.close()

    def _path(self, call_id: str) -> Path:
        """A name of our making: an id may hold what no file's name does, and says who called whom."""
        return self._options.folder / f"{hashlib.sha256(call_id.encode()).hexdigest()[:40]}.ogg"


class FileTape:
    """Fits `ports.Tape`."""

    def __init__(self, file: "_OggFile", workers: Workers, seconds: float) -> None:
        self._file = file
        self._workers = workers
        self._seconds = seconds

    async def write(self, pcm: bytes, *, frame: int) -> None:
        await self._workers.run(lambda: self._file.write(pcm, frame), seconds=self._seconds)


class _OggFile:
    """One file and its encoder. Only in worker threads; one at a time."""

    def __init__(self, path: Path, encoder: StereoEncoder, written: ogg.Written) -> None:
        self._path = path
        self._encoder = encoder
        self._written = written
        self._turn = threading.Lock()

    @classmethod
    def open(cls, path: Path, *, fresh: bool) -> "_OggFile":
        """Go on behind the last whole page, or begin. Raises EngineUnavailable."""
        encoder = StereoEncoder()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.chmod(0o700)
            written = None if fresh else _whole(path)
            return cls(path, encoder, written or _begin(path, encoder))
        except OSError as error:
            raise _away(error) from error

    def write(self, pcm: bytes, frame: int) -> None:
        """Sound that begins at this frame of the call: a hole before it becomes silence, what is there is left out."""
        with self._turn:
            known = self._written.granule // ogg.PACKET_SAMPLES
            sound = pcm[max(0, known - frame) * STEREO_BYTES :]
            packets = [*self._encoder.silence(max(0, frame - known)), *self._encoder.encode(sound)]
            try:
                self._append(packets)
            except OSError as error:
                raise _away(error) from error

    def _append(self, packets: Sequence[bytes]) -> None:
        """All of them or none: what a full disk took half of is written over by the next."""
        known, raw = self._written, bytearray()
        pages, granule = known.pages, known.granule
        for at in range(0, len(packets), _PAGE_PACKETS):
            held = packets[at : at + _PAGE_PACKETS]
            granule += len(held) * ogg.PACKET_SAMPLES
            raw += ogg.page(held, serial=known.serial, number=pages, granule=granule)
            pages += 1
        descriptor = os.open(self._path, os.O_WRONLY)
        with os.fdopen(descriptor, "wb", closefd=True) as file:
            file.truncate(known.length)
            file.seek(known.length)
            file.write(raw)
        self._written = ogg.Written(known.length + len(raw), pages, granule, known.serial)


def _whole(path: Path) -> ogg.Written | None:
    try:
        with path.open("rb") as file:
            return ogg.whole(file)
    except FileNotFoundError:
        return None


def _begin(path: Path, encoder: StereoEncoder) -> ogg.Written:
    serial = secrets.randbits(32)
    heads = (encoder.head, ogg.opus_tags(_VENDOR))
    raw = b"".join(
        ogg.page([packet], serial=serial, number=number, granule=0, first=number == 0)
        for number, packet in enumerate(heads)
    )
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(raw)
    return ogg.Written(len(raw), len(heads), 0, serial)


def _delete(folder: Path, before: float) -> int:
    """Delete what was last written before this moment; how many files it was. Raises EngineUnavailable."""
    try:
        old = [path for path in folder.glob("*.ogg") if path.stat().st_mtime < before] if folder.is_dir() else []
        for path in old:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise _away(error) from error
    return len(old)


def _erase(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _away(error) from error
    return True


def _away(error: OSError) -> EngineUnavailable:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return EngineUnavailable(_ENGINE, "Recordings cannot be written: the disk is full.", retryable=True)
    return EngineUnavailable(_ENGINE, f"Recordings cannot be written ({error.strerror}): see DATA_FOLDER.")
