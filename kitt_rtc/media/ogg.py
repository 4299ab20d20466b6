"""Ogg pages around Opus packets (RFC 3533, RFC 7845), for a file that grows while it is read and outlives its process.

Written here because a file of a dead process is continued: what is whole of it stays, and the pages go on counting. No
page says that the stream ends, for it may always go on; readers do without.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

OPUS_RATE = 48_000
"""Granule positions of Opus count samples of this rate, whatever was encoded."""
PACKET_SAMPLES = 960
"""Of a packet of twenty milliseconds."""
_CAPTURE = b"OggS"
_FIXED = struct.Struct("<4sBBqIIIB")
_CRC_AT = 22
_FIRST = 0x02
_MOST_SEGMENTS = 255
_MIRROR = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class Written:
    """What is whole of a file."""

    length: int
    """Bytes up to the end of the last whole page."""
    pages: int
    """How many there are, which is the number of the next one."""
    granule: int
    """Samples of 48 kHz that can be decoded, those of the encoder's delay included."""
    serial: int


def page(packets: Sequence[bytes], *, serial: int, number: int, granule: int, first: bool = False) -> bytes:
    """One page with these whole packets; `granule` is the position behind the last. Raises ValueError when too many."""
    table = b"".join(_lacing(packet) for packet in packets)
    if len(table) > _MOST_SEGMENTS:
        raise ValueError(f"a page has {_MOST_SEGMENTS} segments, not {len(table)}")
    head = _FIXED.pack(_CAPTURE, 0, _FIRST if first else 0, granule, serial, number, 0, len(table))
    return _with_checksum(head + table + b"".join(packets))


def opus_tags(vendor: str) -> bytes:
    """The second packet of every Opus stream: who wrote it, and no comment on anything."""
    name = vendor.encode()
    return b"OpusTags" + struct.pack("<I", len(name)) + name + struct.pack("<I", 0)


def whole(file: BinaryIO) -> Written | None:
    """How far a file, read from its beginning, is undamaged; None when not even its two heads are.

    What follows the first page that is torn, or another stream's, is not counted.
    """
    written = Written(0, 0, 0, 0)
    while (found := _read_page(file)) is not None:
        raw, granule, serial, number = found
        if number != written.pages or (number and serial != written.serial):
            break
        written = Written(written.length + len(raw), number + 1, max(written.granule, granule), serial)
    return written if written.pages >= 2 else None


def _read_page(file: BinaryIO) -> tuple[bytes, int, int, int] | None:
    """The next page, its granule position, stream and number; None when it is not whole."""
    head = file.read(_FIXED.size)
    if len(head) < _FIXED.size or not head.startswith(_CAPTURE):
        return None
    _, _, _, granule, serial, number, checksum, segments = _FIXED.unpack(head)
    table = file.read(segments)
    raw = head + table + file.read(sum(table))
    sound = len(raw) == len(head) + segments + sum(table) and _checksum(raw) == checksum
    return (raw, granule, serial, number) if sound else None


def _lacing(packet: bytes) -> bytes:
    """A length as the table of segments says it: so many 255s, then what is left."""
    return b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255])


def _with_checksum(raw: bytes) -> bytes:
    return raw[:_CRC_AT] + struct.pack("<I", _checksum(raw)) + raw[_CRC_AT + 4 :]


def _checksum(raw: bytes) -> int:
    """Ogg's checksum is zlib's with every byte read backwards, beginning and ending without its inversion."""
    blank = raw[:_CRC_AT] + bytes(4) + raw[_CRC_AT + 4 :]
    mirrored = zlib.crc32(blank.translate(_MIRROR), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
