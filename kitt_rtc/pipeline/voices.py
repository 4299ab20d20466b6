"""Whose voice is it? The phrases of one microphone, sorted by voice as they come.

One voice is assumed until a group of phrases shows to be two: parted in two, its phrases lie clearly nearer to their
own centre. So the first words after somebody new begins are put to the voice that was known, and are told apart once
there is enough of the new one: where a phrase is put is never final. What a person has said of a phrase is.

The law: nothing of this outlives the call, and no two calls are compared.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kitt_rtc.ports import Vector

_COUNTED = 0.6
"""Shorter phrases, in seconds, go to the nearest voice and do not shape it."""
_LONGEST = 4.0
"""A phrase counts by its length, up to so many seconds."""
_SHOWING = 1.0
"""A phrase this long, in seconds, may show that there are two voices."""
_SHOWN = 40
"""So many phrases of a voice are looked at, the longest."""
_ROUNDS = 4
_UNLIKE = 0.88
"""Two centres nearer than this are one voice."""
_SAME = 0.94
"""Two voices whose centres have come this near were one."""
_MATCH = 0.75
"""A sample this near to a voice is of that voice."""
_STRANGE = 0.65
"""Of two neighbouring phrases of a second each, most are nearer than this when one person says both."""
_REMEMBERED = 120
"""So many phrases may still change hands; at most a minute or a few of talk."""


@dataclass(frozen=True, slots=True)
class _Proof:
    """What it takes to believe in one voice more."""

    seconds: float
    """Of speech on either side."""
    gain: float
    """How much nearer the phrases are to their own centres than to one, on average."""


_SECOND, _FURTHER = _Proof(5.0, 0.040), _Proof(8.0, 0.055)
"""An expressive voice alone looks like two for a few seconds, and never for five (`evals/hearing/speakers.py`)."""


@dataclass(slots=True, eq=False)
class Piece:
    """A phrase, and whose it is by what is known now. Changed by `Voices` alone."""

    vector: Vector | None
    """None: too short to tell by."""
    seconds: float
    voice: int = 0
    taught: bool = False
    """Somebody said whose it is."""

    @property
    def weight(self) -> float:
        if self.vector is None or (self.seconds < _COUNTED and not self.taught):
            return 0.0
        return min(self.seconds, _LONGEST) * (2.0 if self.taught else 1.0)


class Voices:
    """Of one microphone, in one call."""

    def __init__(self, most: int) -> None:
        """At most so many people share the microphone."""
        self.most = most
        self._pieces: list[Piece] = []
        self._sums: list[list[float]] = []
        """Of each voice the weighted sum of its phrases; their direction is its centre."""
        self._centres: list[Vector | None] = []
        """None: this voice has been merged into another."""
        self._latest = 0

    @property
    def known(self) -> list[int]:
        """The voices there are."""
        return [voice for voice, centre in enumerate(self._centres) if centre is not None]

    @property
    def all_known(self) -> bool:
        return len(self.known) >= self.most

    def hear(self, phrases: Sequence[tuple[Vector | None, float]]) -> list[Piece]:
        """Phrases in the order spoken, and their lengths in seconds."""
        pieces = [Piece(vector, seconds) for vector, seconds in phrases]
        if not self._centres:
            self._begin(pieces)
        for piece in pieces:
            self._latest = piece.voice = self._nearest(piece)
            self._add(piece, 1.0)
        self._pieces = [*self._pieces, *pieces][-_REMEMBERED:]
        while self._centres and len(self.known) < self.most and self._part():
            pass
        self._settle()
        self._join()
        return pieces

    def match(self, vector: Vector) -> int | None:
        """The voice that a sample is of; None when it is like none."""
        near = [(_nearness(vector, centre), voice) for voice, centre in enumerate(self._centres) if centre is not None]
        best, voice = max(near, default=(0.0, 0))
        return voice if best >= _MATCH else None

    def teach(self, pieces: Sequence[Piece], voice: int | None = None) -> int | None:
        """These are this voice's, for good; None: somebody new's. The voice; None when there is no room for one more.

        A voice that nothing is left of gives its room away.
        """
        for piece in pieces:
            self._add(piece, -1.0)
        if voice is None:
            self._forget_empty()
            if len(self.known) >= self.most:
                for piece in pieces:
                    self._add(piece, 1.0)
                return None
            voice = self._new([piece for piece in pieces if piece.vector is not None])
        for piece in pieces:
            piece.voice, piece.taught = voice, True
            self._add(piece, 1.0)
        self._pieces += [piece for piece in pieces if piece not in self._pieces]
        self._settle()
        return voice

    # Centres.

    def _begin(self, pieces: Sequence[Piece]) -> None:
        told = [piece for piece in pieces if piece.vector is not None]
        if told:
            self._new([max(told, key=lambda piece: piece.seconds)])

    def _new(self, pieces: Sequence[Piece]) -> int:
        """A voice that begins where these are; they are not yet counted."""
        centre = _centre([(piece.vector, 1.0) for piece in pieces if piece.vector is not None])
        self._centres.append(centre)
        self._sums.append([0.0] * len(centre))
        return len(self._centres) - 1

    def _add(self, piece: Piece, sign: float) -> None:
        """Count a phrase into its voice's centre, or out of it."""
        weight = piece.weight * sign
        if weight and piece.vector is not None and self._centres:
            total = [held + weight * number for held, number in zip(self._sums[piece.voice], piece.vector, strict=True)]
            self._sums[piece.voice] = total
            if math.hypot(*total) > 1e-6:
                self._centres[piece.voice] = _unit(total)

    def _move(self, piece: Piece, voice: int) -> None:
        self._add(piece, -1.0)
        piece.voice = voice
        self._add(piece, 1.0)

    def _nearest(self, piece: Piece) -> int:
        if piece.vector is None or not self._centres:
            return self._latest
        near = ((_nearness(piece.vector, centre), voice) for voice, centre in enumerate(self._centres) if centre)
        return max(near, key=lambda found: found[0])[1]  # of two as near the older one

    def _settle(self) -> None:
        """Everything that is remembered goes to the nearest voice, as they are now."""
        latest = 0
        for piece in self._pieces:
            if not piece.taught:
                voice = latest if piece.vector is None else self._nearest(piece)
                if voice != piece.voice:
                    self._move(piece, voice)
            latest = piece.voice

    # Two voices, or one?

    def _part(self) -> bool:
        """Part one voice in two, if one of them clearly is two."""
        proof = _SECOND if len(self.known) == 1 else _FURTHER
        for voice in self.known:
            shown = [p for p in self._pieces if p.voice == voice and p.vector and p.seconds >= _SHOWING]
            shown = sorted(shown, key=lambda piece: -piece.seconds)[:_SHOWN]
            halves = _halves(shown, self._centres[voice], proof)
            if halves is not None:
                self._give_away(voice, *halves)
                return True
        return False

    def _give_away(self, voice: int, kept: Vector, given: Vector) -> None:
        """The phrases of a voice that are nearer to the second centre are a new voice's."""
        ours = [piece for piece in self._pieces if piece.voice == voice and piece.vector is not None]
        if _prefers(given, kept, next((piece for piece in ours if piece.taught), ours[0])):
            kept, given = given, kept  # who spoke first, or is known by name, keeps the name
        leaving = [piece for piece in ours if not piece.taught and _prefers(given, kept, piece)]
        if leaving:
            self._centres.append(given)
            self._sums.append([0.0] * len(given))
            for piece in leaving:
                self._move(piece, len(self._centres) - 1)

    def _join(self) -> None:
        """Two voices that have grown alike were one, unless somebody has said of both whose they are."""
        taught = {piece.voice for piece in self._pieces if piece.taught}
        for first in self.known:
            for second in self.known:
                one, other = self._centres[first], self._centres[second]
                if first < second and one and other and not {first, second} <= taught and _nearness(one, other) > _SAME:
                    kept, lost = (second, first) if second in taught else (first, second)
                    for piece in self._pieces:
                        if piece.voice == lost:
                            self._move(piece, kept)
                    self._centres[lost] = None
                    return

    def _forget_empty(self) -> None:
        """A voice whose every phrase was taken from it is no voice."""
        for voice in self.known:
            if not any(piece.voice == voice and piece.weight for piece in self._pieces):
                self._centres[voice] = None


def unlike(one: Piece, other: Piece) -> bool:
    """May two voices have said these, side by side? Asked while not all voices are known."""
    if one.vector is None or other.vector is None:
        return False
    return _nearness(one.vector, other.vector) < _STRANGE


def _halves(pieces: Sequence[Piece], centre: Vector | None, proof: _Proof) -> tuple[Vector, Vector] | None:
    """The centres of the two voices that these phrases are of; None when they are of one."""
    told = [(piece.vector, piece.weight) for piece in pieces if piece.vector is not None]
    if len(told) < 2 or centre is None:
        return None
    one = min((vector for vector, _ in told), key=lambda vector: _nearness(vector, centre))
    other = min((vector for vector, _ in told), key=lambda vector: _nearness(vector, one))
    for _ in range(_ROUNDS):
        first = [(vector, weight) for vector, weight in told if _nearness(vector, one) >= _nearness(vector, other)]
        second = [pair for pair in told if pair not in first]
        if min(_seconds(first), _seconds(second)) < proof.seconds:
            return None
        one, other = _centre(first), _centre(second)
    total = _seconds(told)
    before = sum(weight * _nearness(vector, centre) for vector, weight in told) / total
    after = sum(weight * max(_nearness(vector, one), _nearness(vector, other)) for vector, weight in told) / total
    return (one, other) if after - before >= proof.gain and _nearness(one, other) < _UNLIKE else None


def _prefers(first: Vector, second: Vector, piece: Piece) -> bool:
    return piece.vector is not None and _nearness(piece.vector, first) > _nearness(piece.vector, second)


def _nearness(one: Vector, other: Vector) -> float:
    """The cosine of two vectors of length one, by way of their distance: that is one call of a fast function."""
    return 1.0 - math.dist(one, other) ** 2 / 2.0


def _seconds(told: Sequence[tuple[Vector, float]]) -> float:
    return sum(weight for _, weight in told)


def _centre(told: Sequence[tuple[Vector, float]]) -> Vector:
    return _unit([sum(column) for column in zip(*([w * x for x in vector] for vector, w in told), strict=True)])


def _unit(total: Sequence[float]) -> Vector:
    length = math.hypot(*total) or 1.0
    return tuple(number / length for number in total)
