"""Frames in the order they were spoken, whatever order they came in (RELIABILITY trap 17).

A frame that is due is let through at once. When one is missing, those behind it wait until it comes or until a tenth
of a second of them is held; then the hole stays a hole, and the track fills it by the stream's own time line.
"""

from kitt_rtc.transports.twilio.counters import LineCounters
from kitt_rtc.transports.twilio.messages import Media

HELD_FRAMES = 5
"""100 ms."""
_RESTART_FRAMES = 25
"""This many in a row behind what is due are no repeats: the sender counts anew."""


class FrameOrder:
    """The order of one stream, by `chunk`."""

    def __init__(self, counters: LineCounters) -> None:
        self._counters = counters
        self._due = 1
        self._held: dict[int, Media] = {}
        self._behind = 0

    def admit(self, frame: Media) -> tuple[Media, ...]:
        """What may be heard now that this frame has come: often just it, sometimes nothing, sometimes several."""
        chunk = frame.media.chunk
        if chunk == self._due:
            self._due += 1
            self._behind = 0
            return (frame, *self._in_turn()) if self._held else (frame,)
        if chunk < self._due:
            return self._late(frame)
        self._behind = 0
        if chunk in self._held:
            self._counters.repeated += 1
            return ()
        self._held[chunk] = frame
        self._counters.reordered += 1
        return self._give_up() if len(self._held) >= HELD_FRAMES else ()

    def flush(self) -> tuple[Media, ...]:
        """The stream is over: whatever is still held."""
        held = tuple(self._held[chunk] for chunk in sorted(self._held))
        self._held.clear()
        return held

    def _late(self, frame: Media) -> tuple[Media, ...]:
        self._behind += 1
        if self._behind < _RESTART_FRAMES:
            self._counters.repeated += 1
            return ()
        self._behind = 0
        self._due = frame.media.chunk + 1
        return (*self.flush(), frame)

    def _give_up(self) -> tuple[Media, ...]:
        first = min(self._held)
        self._counters.missing += first - self._due
        self._due = first
        return tuple(self._in_turn())

    def _in_turn(self) -> list[Media]:
        due: list[Media] = []
        while (frame := self._held.pop(self._due, None)) is not None:
            due.append(frame)
            self._due += 1
        return due
