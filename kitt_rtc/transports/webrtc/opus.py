"""Opus packets to house sound, by the libopus that PyAV brings with it.

Why not PyAV itself: through FFmpeg Opus is always decoded at 48 kHz, to be brought down to our 16 kHz again. libopus
decodes to any of its rates and to one channel straight away (RFC 6716), which costs a third.
"""

import ctypes
import ctypes.util
from functools import cache
from pathlib import Path

import av

from kitt_rtc.model.audio import RATE, SAMPLE_BYTES

_LONGEST = RATE * 120 // 1_000
"""Samples of the longest packet: 120 ms."""


class OpusDecoder:
    """The state of one voice."""

    def __init__(self, library: ctypes.CDLL) -> None:
        """`library` is what `libopus` found."""
        self._decode = library.opus_decode
        self._state = ctypes.create_string_buffer(library.opus_decoder_get_size(1))
        self._sound = ctypes.create_string_buffer(_LONGEST * SAMPLE_BYTES)
        library.opus_decoder_init(self._state, RATE, 1)

    def decode(self, packet: bytes) -> bytes:
        """The packet's sound; empty when it is none."""
        samples = self._decode(self._state, packet, len(packet), self._sound, _LONGEST, 0) if packet else 0
        return ctypes.string_at(self._sound, max(0, samples) * SAMPLE_BYTES)

    def conceal(self, samples: int) -> bytes:
        """What was probably said in a packet that never came: libopus lets the voice run on, and die away."""
        found = self._decode(self._state, None, 0, self._sound, min(samples, _LONGEST), 0)
        return ctypes.string_at(self._sound, max(0, found) * SAMPLE_BYTES)


@cache
def libopus() -> ctypes.CDLL | None:
    """The library: PyAV's own, or the system's; None where neither is found."""
    package = Path(av.__file__).parent
    beside = [*package.with_name("av.libs").glob("*opus*"), *package.glob(".dylibs/*opus*")]
    name = str(beside[0]) if beside else ctypes.util.find_library("opus")
    if name is None:
        return None
    try:
        library = ctypes.CDLL(name)
        library.opus_decode.argtypes = [
            ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_void_p, ctypes.c_int, ctypes.c_int,
        ]  # fmt: skip
        library.opus_decoder_init.argtypes = [ctypes.c_void_p, ctypes.c_int32, ctypes.c_int]
    except (OSError, AttributeError):
        return None
    return library
