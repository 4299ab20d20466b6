"""One spoken reply on its way into people's ears, and how much of it they heard."""

from collections.abc import Sequence

from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.model.audio import FRAME_SECONDS, AudioFrame

SOURCE = "narrator"
"""Its place in an earpiece."""


class Reply:
    """Frames of prepared speech, into every ear alike."""

    def __init__(self) -> None:
        self.frames = 0
        """So much was to be said, as far as it was synthesised."""
        self._ears: Sequence[tuple[Earpiece, int]] = ()
        """Each with the frames of earlier replies."""

    def begin(self, ears: Sequence[Earpiece]) -> None:
        """Into these ears, from the first word."""
        self.frames = 0
        self._ears = [(ear, ear.hearing.left(SOURCE)) for ear in ears]

    @property
    def seconds(self) -> float:
        return round(self.frames * FRAME_SECONDS, 3)

    @property
    def heard(self) -> float:
        """Seconds that are known to have reached an ear: the one that heard most."""
        return round(max((self._heard(ear, before) for ear, before in self._ears), default=0) * FRAME_SECONDS, 3)

    @property
    def begun(self) -> bool:
        """Has any of it left for an ear?"""
        return any(ear.hearing.left(SOURCE) > before for ear, before in self._ears)

    @property
    def broken_off(self) -> bool:
        """Was some of it forgotten, because somebody asked for silence or has left?"""
        return any(
            ear.closed or ear.hearing.left(SOURCE) - before + ear.pending(SOURCE) < self.frames
            for ear, before in self._ears
        )

    async def say(self, frame: AudioFrame) -> None:
        """The next twenty milliseconds. Waits while an ear is full."""
        for ear, _ in self._ears:
            await ear.say(frame, source=SOURCE)
        self.frames += 1

    async def finish(self) -> None:
        """Until everybody has heard it all, or it is broken off."""
        for ear, before in self._ears:
            while not self.broken_off and self._heard(ear, before) < self.frames:
                await ear.hearing.changed()

    def hush(self) -> None:
        """Forget what nobody has heard yet. Where all was heard nothing is forgotten."""
        for ear, before in self._ears:
            if self._heard(ear, before) < self.frames:
                ear.hush(SOURCE)

    def _heard(self, ear: Earpiece, before: int) -> int:
        return max(0, ear.hearing.heard(SOURCE) - before)
