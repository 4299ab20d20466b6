"""How well one telephone line carries its voice: what is lost, how unevenly it comes, how far it is there and back."""

from kitt_rtc.model.audio import Clock
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.transports.losses import Losses

_SILENT_SECONDS = 10.0
"""The network sends sound all the time: when none came for this long, nothing is known of the line any more."""
_JUMP_SECONDS = 1.0
"""More between two frames than this is a jump of somebody's clock, or one long stall: counted as this much."""


class Gauge:
    """Told of every frame as it comes off the wire, and of every mark on its way there and back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._losses = Losses()
        self._jitter = 0.0
        self._arrived: float | None = None
        self._stamp: float | None = None
        self._marks: dict[str, float] = {}
        """When each was sent; few are on their way at a time."""
        self._round_trip: float | None = None

    @property
    def quality(self) -> LineQuality | None:
        """None before the first frame, and when nothing comes any more."""
        if self._arrived is None or self._clock() - self._arrived >= _SILENT_SECONDS:
            return None
        round_trip = None if self._round_trip is None else round(self._round_trip * 1_000, 1)
        return LineQuality(self._losses.part, round(self._jitter * 1_000, 1), round_trip)

    def restart(self) -> None:
        """The sender's time line begins anew."""
        self._stamp = None

    def arrive(self, stamp: float, *, heard: int, lost: int) -> None:
        """A frame came: its place on the sender's time line, in seconds, and how many were heard and lost so far."""
        now = self._clock()
        if self._arrived is not None and self._stamp is not None and stamp > self._stamp:
            uneven = abs((now - self._arrived) - (stamp - self._stamp))
            self._jitter += (min(uneven, _JUMP_SECONDS) - self._jitter) / 16  # RFC 3550, 6.4.1
        if self._stamp is None or stamp > self._stamp:
            self._arrived, self._stamp = now, stamp
        self._losses.note(now, came=heard, lost=lost)

    def mark_sent(self, name: str) -> None:
        """Everything before this mark was heard already: it comes back at once, and the way is all it takes."""
        self._marks = {name: self._clock()}

    def mark_returned(self, name: str) -> None:
        sent = self._marks.pop(name, None)
        if sent is not None:
            self._round_trip = self._clock() - sent
