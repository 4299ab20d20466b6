"""Who speaks, and is it worth writing down?

Rep and client are on separate legs, so the leg names the speaker; only a microphone that several people share is asked
of an identifier.
"""

from collections.abc import Mapping
from dataclasses import replace

from kitt_rtc.model.speech import NOBODY, Role, Roster, Segment, Speaker
from kitt_rtc.ports import Manner, SpeakerIdentifier

_ROUNDING = 1e-6
"""Seconds are sums of samples: half a second of them must not fail by the last bit."""


class Diarizer:
    """Names segments, and objects to those that need not be written down."""

    def __init__(self, manners: Mapping[Role, Manner], identifier: SpeakerIdentifier | None = None) -> None:
        self._manners = manners
        self._identifier = identifier

    async def name(self, segment: Segment, leg_speaker: Speaker | None, roster: Roster) -> Segment:
        """The segment with its speaker: the leg's own, the identified one, or nobody."""
        speaker = leg_speaker
        if speaker is None and self._identifier is not None:
            speaker = await self._identifier.identify(segment, roster)
        return replace(segment, speaker=speaker or NOBODY)

    def objection(self, segment: Segment) -> str | None:
        """Why the segment is not written down, in the words of `SegmentSkipped.reason`; None when it is.

        Contract T13 to T15: each role has its least length, and an unknown voice is never written down.
        """
        manner = self._manners.get(segment.speaker.role) if segment.speaker else None
        if manner is None:
            return "unknown_speaker"
        if segment.seconds + _ROUNDING < manner.min_seconds:
            return "too_short"
        return None

    def rank(self, segment: Segment) -> int:
        """Whose words are written down first; 0 is first (contract T22)."""
        manner = self._manners.get(segment.speaker.role) if segment.speaker else None
        return manner.rank if manner else len(self._manners)
