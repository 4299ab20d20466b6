"""A program of its own, never imported: reads text from stdin, speaks it with SVOX Pico's library, writes a WAV.

In a process of its own because the library holds Python's lock while it speaks. It takes the options of the `espeak-ng`
program that `espeak.py` gives.
"""

import argparse
import sys
import wave

import py_nanotts

_RATE = 16_000
_NATURAL = 160
"""Words a minute when its speed is 1."""
_VOLUME = 0.6
"""Left alone it is so loud that it overdrives a telephone."""


def main() -> int:
    """0 when everything was spoken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-v", required=True)
    parser.add_argument("-s", type=int, required=True)
    parser.add_argument("-b", choices=["1"])
    parser.add_argument("--stdin", action="store_true")
    parser.add_argument("--stdout", action="store_true")
    options = parser.parse_args()
    text = sys.stdin.buffer.read().decode("utf-8", "replace")
    sound = py_nanotts.NanoTTS().speak(text, voice=options.v, speed=options.s / _NATURAL, volume=_VOLUME)
    with wave.open(sys.stdout.buffer, "wb") as wav:
        wav.setparams((1, 2, _RATE, len(sound) // 2, "NONE", ""))
        wav.writeframes(sound)
    return 0


if __name__ == "__main__":
    sys.exit(main())
