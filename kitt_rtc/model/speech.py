"""People, and what they say."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kitt_rtc.model.audio import seconds_of


class Role(StrEnum):
    """What a person is in a call; the values are what the wire says."""

    REP = "rep"
    CUSTOMER = "customer"
    TECHNICIAN = "technician"
    SUPPORT_AGENT = "support_agent"
    SUPERVISOR = "supervisor"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person of a call."""

    id: str
    """Unique in the call, for example "TECH001"."""
    role: Role
    name: str = ""


NOBODY = Speaker(id="unknown", role=Role.UNKNOWN)
"""The speaker of a segment that nobody could be found for."""


@dataclass(frozen=True, slots=True)
class Roster:
    """Everyone who has been in a call, in the order they came."""

    speakers: tuple[Speaker, ...] = ()

    def including(self, speaker: Speaker) -> "Roster":
        """The roster with this person in it; somebody who comes back is not listed twice."""
        others = tuple(known for known in self.speakers if known.id != speaker.id)
        return Roster((*others, speaker))

    def find(self, speaker_id: str) -> Speaker | None:
        return next((known for known in self.speakers if known.id == speaker_id), None)

    def __iter__(self) -> Iterator[Speaker]:
        return iter(self.speakers)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which a voice was heard without a gap worth telling."""

    start: float
    """Seconds since the call began."""
    end: float
    """Seconds since the call began; of a voice that still speaks, of its latest sound."""

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Amid:
    """Something was said while somebody else held the floor: they spoke before it, and behind it."""

    paused_at: float | None = None
    """When they last fell silent for so long that a sentence may have ended there, in seconds since the call began;
    None: they spoke on and on."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one voice, from first to last word."""

    id: str
    pcm: bytes
    """House sound."""
    start: float
    """Seconds since the call began, of the first sample."""
    speaker: Speaker | None = None
    speech_seconds: float | None = None
    """How much of it the detector called speech, when known."""
    amid: Amid | None = None
    """How it lay in the words of the other side; None when they did not hold the floor."""
    closed_at: float | None = None
    """When it was certain that it was over, in seconds since the call began; None where nobody waited for that."""

    @property
    def seconds(self) -> float:
        return seconds_of(self.pcm)

    @property
    def end(self) -> float:
        return self.start + self.seconds


@dataclass(frozen=True, slots=True)
class Correction:
    """Words that were written otherwise than they were heard."""

    rule: str
    """"glossary", "name", "number", "letters" or "address"."""
    heard: str
    written: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody said."""

    id: str
    speaker: Speaker
    text: str
    language: str
    """Two letters, "fr" or "en"."""
    start: float
    """Seconds since the call began."""
    end: float
    """Seconds since the call began, of the last sample of speech."""
    heard: str = ""
    """The words before they were corrected; empty when nothing was."""
    corrections: tuple[Correction, ...] = ()
    """In the order of the text."""
    backchannel: bool = False
    """A sign of listening ("mm", "d'accord") while the other side had the floor: said, but nothing to act on."""
