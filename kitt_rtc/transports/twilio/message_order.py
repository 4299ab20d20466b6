"""The network numbers its messages: a number that is not the next one is counted, and nothing else is made of it.

Sound is put in order by its own count (`FrameOrder`); this one also tells of marks, keys and words that are missing.
"""

from kitt_rtc.transports.twilio.counters import LineCounters

_LATE_MESSAGES = 1_000
"""Twenty seconds. A number further behind than this is no late one: the sender counts anew."""


class MessageOrder:
    """The order of one stream, by `sequenceNumber`."""

    def __init__(self, counters: LineCounters) -> None:
        self._counters = counters
        self._due = 0
        """0 before the first number."""

    def note(self, number: int) -> None:
        """A message of this number came; 0 has none."""
        if not number:
            return
        behind = self._due - number
        if 0 < behind <= _LATE_MESSAGES:
            self._counters.late += 1
            return
        if behind and self._due:
            self._counters.jumps += 1
        self._due = number + 1

    def skip(self) -> None:
        """A message came whose number could not be read."""
        self._due += bool(self._due)
