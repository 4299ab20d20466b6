"""Who speaks, and is it worth writing down?

Rep and client are on separate legs, so the leg names the speaker; only where several people share its microphone are
voices told apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kitt_rtc.media.phrases import phrases
from kitt_rtc.model.audio import seconds_of
from kitt_rtc.model.speech import NOBODY, Role, Segment, Speaker
from kitt_rtc.pipeline.voices import Piece, Voices, unlike
from kitt_rtc.ports import Manner, Vector, VoiceEncoder

_ROUNDING = 1e-6
"""Seconds are sums of samples: half a second of them must not fail by the last bit."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a segment that one voice says, and its phrases."""

    segment: Segment
    pieces: tuple[Piece, ...]


class Diarizer:
    """Names segments, and objects to those that need not be written down."""

    def __init__(self, manners: Mapping[Role, Manner], encoder: VoiceEncoder | None = None) -> None:
        """`encoder`: what voices are told apart by; None: a shared microphone stays one speaker."""
        self._manners = manners
        self._encoder = encoder

    @property
    def tells_apart(self) -> bool:
        """Can voices on one microphone be told apart here?"""
        return self._encoder is not None

    def name(self, segment: Segment, leg_speaker: Speaker | None) -> Segment:
        """The segment with its speaker: the leg's own, or nobody."""
        return replace(segment, speaker=leg_speaker or NOBODY)

    async def tell_apart(self, segment: Segment, voices: Voices) -> list[Part]:
        """The segment, cut where its voice changes. Raises EngineError."""
        cut = phrases(segment.pcm)
        vectors = await self._vectors(cut)
        pieces = voices.hear([(vector, seconds_of(pcm)) for pcm, vector in zip(cut, vectors, strict=True)])
        return list(_parts(segment, cut, pieces, _runs(pieces, wary=not voices.all_known)))

    async def sample(self, pcm: bytes) -> list[tuple[Vector | None, float]]:
        """The phrases of a sample of one voice, and their lengths in seconds. Raises EngineError."""
        cut = phrases(pcm)
        return list(zip(await self._vectors(cut), map(seconds_of, cut), strict=True))

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

    async def _vectors(self, cut: Sequence[bytes]) -> list[Vector | None]:
        return [None] * len(cut) if self._encoder is None else await self._encoder.encode(cut)


def _runs(pieces: Sequence[Piece], *, wary: bool) -> list[int]:
    """Where one voice's phrases end: how many come before each border.

    Wary, while a voice may be there that is not known yet: a line that two have said can never be set right.
    """
    borders = [
        number
        for number, (one, other) in enumerate(pairwise(pieces), start=1)
        if one.voice != other.voice or (wary and unlike(one, other))
    ]
    return [*borders, len(pieces)]


def _parts(segment: Segment, cut: Sequence[bytes], pieces: Sequence[Piece], ends: Sequence[int]) -> Iterator[Part]:
    """One for each run; the first keeps the segment's id."""
    if len(ends) == 1:
        yield Part(segment, tuple(pieces))
        return
    start = segment.start
    for number, (first, end) in enumerate(pairwise((0, *ends)), start=1):
        pcm = b"".join(cut[first:end])
        name = segment.id if number == 1 else f"{segment.id}_{number}"
        spoken = replace(segment, id=name, pcm=pcm, start=start, speech_seconds=None)
        yield Part(spoken, tuple(pieces[first:end]))
        start += seconds_of(pcm)
