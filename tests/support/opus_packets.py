"""Sound as the Opus packets that a browser would send of it."""

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from kitt_rtc.model.audio import FRAME_SECONDS, RATE


def opus_packets(pcm: bytes, *, rate: int = RATE, layout: str = "mono") -> list[bytes]:
    """One packet for every twenty milliseconds of 16-bit sound."""
    codec = av.CodecContext.create("libopus", "w")
    assert isinstance(codec, AudioCodecContext)
    codec.sample_rate, codec.layout, codec.format = rate, layout, "s16"
    codec.bit_rate = 32_000
    codec.options = {"application": "voip"}
    packets = []
    size = round(rate * FRAME_SECONDS) * (2 if layout == "stereo" else 1)
    for samples in np.frombuffer(pcm, "<i2").reshape(-1, 1, size):
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
        frame.sample_rate = rate
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return packets
