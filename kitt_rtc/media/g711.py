"""G.711 mu-law bytes and 16-bit PCM, both ways, by table (ITU-T G.711)."""

import numpy as np
from numpy.typing import NDArray

_BIAS = 0x84


def _decode_table() -> NDArray[np.int16]:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    exponent = (code >> 4) & 0x07
    magnitude = (((code & 0x0F) << 3) + _BIAS << exponent) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _encode_table(pcm: NDArray[np.int16]) -> NDArray[np.uint8]:
    """The code whose sample is nearest, by the sample's 16 bits read as unsigned, so that encoding is one look-up."""
    codes = np.argsort(pcm, kind="stable").astype(np.uint8)
    levels = pcm[codes].astype(np.float32)
    sample = np.arange(65_536, dtype=np.uint16).view(np.int16)
    return codes[np.searchsorted((levels[1:] + levels[:-1]) / 2, sample, side="right")]


_PCM = _decode_table()
_ULAW = _encode_table(_PCM)

SILENCE = 0xFF
"""The mu-law byte of a zero sample."""


def to_pcm(ulaw: bytes) -> bytes:
    """Mu-law bytes to 16-bit little-endian samples, as many as there were bytes."""
    return _PCM[np.frombuffer(ulaw, np.uint8)].tobytes()


def to_ulaw(pcm: bytes) -> bytes:
    """16-bit little-endian samples to mu-law bytes, one a sample."""
    codes: NDArray[np.uint8] = _ULAW[np.frombuffer(pcm, "<u2")]
    return codes.tobytes()
