"""What a stretch of sound is like, whatever words an engine makes of it: does a voice carry it, or a machine?

A voice has a pitch, and the pitch moves. A telephone's tones are one or two lines that stand still; noise has no pitch;
steady noise has one loudness. The measure knows no language. It costs about a millisecond a second of loud sound, so
that long sound is measured in a thread.
"""

from dataclasses import dataclass

import numpy as np

from kitt_rtc.media.pitch import STEP_SECONDS, Flags, frames_of, power_of, pure, voiced

_LOUD = 0.01
"""Quieter is silence (contract T16); RMS in parts of full scale."""
_BELOW_PEAK = 0.1
"""And so is what is 20 dB below the loudest: what hums beneath a voice is not the voice."""


@dataclass(frozen=True, slots=True)
class Voicing:
    """Of one stretch of sound; seconds count loud sound only."""

    loud: float
    """Seconds that are as loud as speech."""
    voiced: float
    """Seconds with the pitch of a voice, pure tones left out."""
    pure: float
    """Seconds that are one or two tones standing still."""
    even: float
    """Seconds of those voiced in which the pitch stands still: an instrument, seldom a voice."""
    wavering: float
    """How much the loudness changes, in decibels (standard deviation over the loud sound)."""

    @property
    def has_voice(self) -> bool:
        """Is there a pitch for as long as the shortest "si" of a hurried person has one?"""
        return self.voiced >= 0.05

    @property
    def is_tone(self) -> bool:
        """Pure tones and nothing else: keys, ring-back, busy, fax. Hard evidence: no throat does that."""
        return self.loud > 0.0 and self.pure >= 0.7 * self.loud and self.voiced < 0.03

    @property
    def is_steady_noise(self) -> bool:
        """Half a second or more of one loudness and no pitch: hiss, rain, a fan. Hard evidence as well."""
        return self.loud >= 0.5 and self.wavering < 2.0 and self.voiced < 0.05 * self.loud

    @property
    def is_click(self) -> bool:
        """A tenth of a second of anything without a pitch: too short for a word. Hard evidence."""
        return 0.0 < self.loud < 0.12 and self.voiced + self.pure < 0.02

    @property
    def is_machine(self) -> bool:
        """Its pitch stands still too often: a buzz, an instrument. A sign, and no more: some people drone."""
        return self.voiced >= 0.1 and self.even >= 0.3 * self.voiced


SILENT = Voicing(0.0, 0.0, 0.0, 0.0, 0.0)


def voicing(pcm: bytes) -> Voicing:
    """The measure of house sound."""
    frames = frames_of(pcm)
    level = np.sqrt(np.einsum("ij,ij->i", frames, frames) / frames.shape[1])
    loud = level >= max(_LOUD, _BELOW_PEAK * float(level.max(initial=0.0)))
    if not loud.any():
        return SILENT
    power, place = power_of(frames[loud]), np.flatnonzero(loud)
    tone = pure(power, place)
    pitch, still = voiced(power, place)
    pitch &= ~tone
    return Voicing(
        loud=_seconds(loud),
        voiced=_seconds(pitch),
        pure=_seconds(tone),
        even=_seconds(pitch & still),
        wavering=float(np.std(20 * np.log10(level[loud]))),
    )


def _seconds(frames: Flags) -> float:
    return round(float(np.count_nonzero(frames)) * STEP_SECONDS, 3)
