"""Notices that a line has become too bad to talk over, and says so, once a minute at most; and when all are good."""

from collections.abc import Collection
from dataclasses import dataclass

from kitt_rtc.model.facts import Trouble, TroubleOver
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.ports import Leg

_STAGE, _CODE = "line", "bad_quality"
WATCH_SECONDS = 1.0
"""Between two looks."""
_MOST_LOSS, _MOST_JITTER_MS = 0.05, 60.0
"""Beyond these, words are lost."""
_BAD_SECONDS = 5.0
_TOLD_SECONDS = 60.0


@dataclass(slots=True)
class _Watched:
    bad_since: float | None = None
    told_at: float | None = None


class LineWatch:
    """The lines of one call."""

    def __init__(self) -> None:
        self._watched: dict[str, _Watched] = {}
        """By leg id: those who are in the call."""
        self._told = False

    def look(self, legs: Collection[Leg], now: float) -> list[Trouble | TroubleOver]:
        """What is to be told of these lines; `now` is in seconds, by any clock."""
        self._watched = {leg.id: self._watched.get(leg.id, _Watched()) for leg in legs}
        measured = [(leg, leg.quality) for leg in legs]
        troubles = [
            _trouble(leg, quality)
            for leg, quality in measured
            if self._is_due(self._watched[leg.id], quality, now) and quality is not None
        ]
        self._told = self._told or bool(troubles)
        return [*troubles, *self._over()]

    def _over(self) -> list[TroubleOver]:
        """Once no line is bad any more; whichever becomes so again is told anew."""
        if not self._told or any(line.bad_since is not None for line in self._watched.values()):
            return []
        self._told = False
        self._watched = {leg_id: _Watched() for leg_id in self._watched}
        return [TroubleOver(_STAGE, _CODE)]

    def _is_due(self, line: _Watched, quality: LineQuality | None, now: float) -> bool:
        if quality is None or (quality.loss <= _MOST_LOSS and quality.jitter_ms <= _MOST_JITTER_MS):
            line.bad_since = None
            return False
        line.bad_since = now if line.bad_since is None else line.bad_since
        told_lately = line.told_at is not None and now - line.told_at < _TOLD_SECONDS
        if now - line.bad_since < _BAD_SECONDS or told_lately:
            return False
        line.told_at = now
        return True


def _trouble(leg: Leg, quality: LineQuality) -> Trouble:
    whose = "a shared microphone" if leg.speaker is None else f"the {leg.speaker.role.value.replace('_', ' ')}"
    figures = f"{quality.loss:.0%} lost, {quality.jitter_ms:.0f} ms jitter"
    remedy = (
        "A better place for the telephone, or another call, may help."
        if leg.transport == "twilio"
        else "A cable, or a place nearer to the router, may help; so does closing what else uses the network."
    )
    return Trouble(_STAGE, _CODE, f"The line of {whose} is bad ({figures}). {remedy}")
