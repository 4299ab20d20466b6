"""A program of its own, never imported: reads text from stdin, speaks it with espeakng-loader's library, writes a WAV.

The library's licence asks that what it is linked with be as free as it is; this process is all it is linked with. It
takes the options of the `espeak-ng` program that `espeak.py` gives.
"""

import argparse
import ctypes
import struct
import sys
from typing import Any, BinaryIO

import espeakng_loader

_SYNCHRONOUS = 2
"""Sound is handed to a function of ours before the call returns; nothing is played."""
_NEVER_EXIT = 0x8000
_WORDS_PER_MINUTE = 1
_BY_CHARACTER = 1
_UTF8 = 1
"""And neither markup nor phonemes."""
_UNKNOWN = 0x7FFF_F000
"""A stream's length is not known when its header is written."""

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def main() -> int:
    """0 when everything was spoken."""
    options = _options()
    text = sys.stdin.buffer.read()
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), _NEVER_EXIT)
    if rate <= 0 or library.espeak_SetVoiceByName(options.v.encode()) != 0:
        return 1
    library.espeak_SetParameter(_WORDS_PER_MINUTE, options.s, 0)
    output = sys.stdout.buffer
    output.write(_header(rate))
    write = _writer(output)
    library.espeak_SetSynthCallback(write)
    said: int = library.espeak_Synth(text + b"\0", len(text) + 1, 0, _BY_CHARACTER, 0, _UTF8, None, None)
    output.flush()
    return said


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("-v", required=True)
    parser.add_argument("-s", type=int, required=True)
    parser.add_argument("-b", choices=["1"])
    parser.add_argument("--stdin", action="store_true")
    parser.add_argument("--stdout", action="store_true")
    return parser.parse_args()


def _header(rate: int) -> bytes:
    """Of a mono 16-bit WAV file of any length."""
    kind = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    return struct.pack("<4sI4s", b"RIFF", _UNKNOWN + 36, b"WAVE") + kind + struct.pack("<4sI", b"data", _UNKNOWN)


def _writer(output: BinaryIO) -> Any:
    def write(samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int) -> int:
        if samples and count > 0:
            output.write(ctypes.string_at(samples, count * 2))
        return 0

    return _Callback(write)


if __name__ == "__main__":
    sys.exit(main())
