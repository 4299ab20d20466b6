"""Sound files of any kind into house sound, and house sound into a small file: for samples and the phone booth."""

from pathlib import Path

import av
from av.audio.resampler import AudioResampler

from kitt_rtc.media.resample import samples_of
from kitt_rtc.model.audio import RATE
from kitt_rtc.model.errors import BadSound


def read_sound(path: str | Path, *, max_seconds: float = 3_600.0) -> bytes:
    """House sound of an Ogg, FLAC, WAV, … file. Raises BadSound naming the file when it cannot be read."""
    pcm = bytearray()
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise BadSound(f"{path}: no sound in it")
            resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
            for frame in container.decode(audio=0):
                for out in resampler.resample(frame):
                    pcm += samples_of(out)
                if len(pcm) > max_seconds * RATE * 2:
                    raise BadSound(f"{path}: longer than {max_seconds:.0f} seconds")
            for out in resampler.resample(None):
                pcm += samples_of(out)
    except (av.FFmpegError, OSError) as error:
        raise BadSound(f"{path}: not a sound file that can be read") from error
    return bytes(pcm)


def write_sound(path: str | Path, pcm: bytes) -> None:
    """House sound as an Ogg Opus file (24 kbit/s: small, and clear enough to be written down)."""
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = 24_000
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(pcm) // 2)
        frame.planes[0].update(pcm)
        frame.sample_rate = RATE
        frame.pts = 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
