"""A microphone without its echo, once it is known how late that is: the path takes it out, the rest is turned down.

The law: while the far end is silent every sample stays as it was.
"""

import numpy as np

from kitt_rtc.media.echo_path import BLOCKS, SHOWN_SAMPLES, EchoPath
from kitt_rtc.media.echo_residue import EchoResidue
from kitt_rtc.media.far_end import Samples
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SAMPLES

_SILENT = np.float32(10.0**2 * SHOWN_SAMPLES)
"""A far end of less, 70 dB below full scale, comes back to nobody's ear."""
_LAST_BLOCKS = BLOCKS + 3
"""So long is an echo heard when the far end has fallen silent."""


class EchoRemover:
    """Of one leg, from the first frame on whose echo is to go."""

    def __init__(self, path: EchoPath | None = None) -> None:
        """`path`: what was learnt of it already."""
        self._path = path.again() if path else EchoPath()
        self._residue = EchoResidue()
        self.echoes = 0
        """Frames in which the far end was heard, or could have been."""
        self._silent = _LAST_BLOCKS

    def again(self) -> "EchoRemover":
        """Another that knows the same path, for another stretch of sound."""
        return EchoRemover(self._path)

    def clean(self, far: Samples, pcm: bytes) -> bytes:
        """The next frame, house sound; `far` is `SHOWN_SAMPLES` long and ends where the echo's path begins."""
        self._silent = self._silent + 1 if np.dot(far, far) < _SILENT else 0
        if self._silent > _LAST_BLOCKS:
            return pcm
        self.echoes += 1
        frame = self._path.step(far, np.frombuffer(pcm, "<i2").astype(np.float32))
        heard = self._residue.quiet(frame)
        return np.clip(np.rint(heard), -32_768, 32_767).astype("<i2").tobytes()

    def clean_all(self, far: Samples, pcm: bytes) -> bytes:
        """Many frames at once; `far` is longer by one frame, and ends where the last frame's path begins."""
        return b"".join(
            self.clean(far[first : first + SHOWN_SAMPLES], pcm[2 * first : 2 * first + FRAME_BYTES])
            for first in range(0, len(pcm) // FRAME_BYTES * FRAME_SAMPLES, FRAME_SAMPLES)
        )
