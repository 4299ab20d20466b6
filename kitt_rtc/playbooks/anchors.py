"""Sentences whose card is known, and the card that a new sentence means: by those it lies nearest to.

The law: a card is meant where its sentences lie nearer than those of every other card and than those that call for
none. The nearest three tell more than one alone. A ridge regression over all of them tells what sets the cards apart,
for trucks and payrolls are spoken of under every card.
"""

from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass
from math import exp

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_NEAREST = 3
_RIDGE = 1.0
_LEAN = 0.3
"""How much the regression counts in choosing the card, beside nearness."""
_LONG = 20
"""Words from which on a sentence is simply long."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A sentence of a sheet."""

    card_id: str
    """Empty: it calls for no card."""
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a card; the weights of these, learnt, have the same form."""

    near: float
    """The mean cosine with the nearest sentences of this card."""
    ahead: float
    """Of the next card."""
    ahead_of_silence: float
    """Of what calls for none."""
    leaning: float
    """By the regression, ahead of what calls for none."""
    length: float
    """0 to 1: in a longer sentence the same nearness says more."""
    always: float = 1.0


WEIGHTS = Signs(near=5.72, ahead=5.0, ahead_of_silence=7.68, leaning=1.27, length=1.16, always=-4.19)
"""Learnt on the development lines of `evals/coach` and of the golden calls: `python -m evals.coach.cards --learn`."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The card that a sentence seems to mean."""

    card_id: str
    signs: Signs
    like: str
    """The sentence of its sheet that lies nearest."""

    @property
    def sure(self) -> float:
        """0 to 1: so often such a guess was right."""
        weighed = sum(sign * weight for sign, weight in zip(astuple(self.signs), astuple(WEIGHTS), strict=True))
        return 1.0 / (1.0 + exp(-weighed))


class Anchors:
    """Placed once; asked from any thread."""

    def __init__(self, anchors: Sequence[Anchor], vectors: Sequence[Sequence[float]]) -> None:
        self._anchors = anchors
        self._vectors = np.asarray(vectors, np.float32)
        self._cards = sorted({anchor.card_id for anchor in anchors} | {""})
        """The first is the one that stands for none."""
        self._of = [_places(anchors, card_id) for card_id in self._cards]
        self._weights = _ridge(self._vectors, self._of)

    def guess(self, vector: Floats, among: Collection[str], words: int, language: str) -> Guess | None:
        """The card of these that a sentence of so many words means; None where there are no cards."""
        cosines = self._cosines(vector)
        near = {card: _nearness(cosines, places) for card, places in self._near(among)}
        lean = dict(zip(self._cards, self._leaning(vector), strict=True))
        cards = sorted((card for card in near if card), key=lambda card: near[card] + _LEAN * lean[card], reverse=True)
        if not cards:
            return None
        best = cards[0]
        other = near[cards[1]] if len(cards) > 1 else near.get("", 0.0)
        signs = Signs(
            near=near[best],
            ahead=near[best] - other,
            ahead_of_silence=near[best] - near.get("", 0.0),
            leaning=lean[best] - lean[""],
            length=min(words, _LONG) / _LONG,
        )
        return Guess(best, signs, self._like(best, cosines, language))

    def silence_ahead(self, vector: Floats, card_id: str) -> float:
        """By how much what calls for none lies nearer than this card; below zero where the card does."""
        cosines = self._cosines(vector)
        near = dict(self._near({card_id}))
        if card_id not in near or "" not in near:
            return 0.0
        return _nearness(cosines, near[""]) - _nearness(cosines, near[card_id])

    def _cosines(self, vector: Floats) -> Floats:
        # Not a product of matrices: BLAS wakes a thread a processor for one, and this thread waits for them all.
        cosines: Floats = np.einsum("ij,j->i", self._vectors, vector)
        return cosines

    def _leaning(self, vector: Floats) -> Sequence[float]:
        leaning: list[float] = np.einsum("i,ij->j", np.append(vector, np.float32(1.0)), self._weights).tolist()
        return leaning

    def _near(self, among: Collection[str]) -> list[tuple[str, npt.NDArray[np.intp]]]:
        pairs = zip(self._cards, self._of, strict=True)
        return [(card, places) for card, places in pairs if len(places) and (not card or card in among)]

    def _like(self, card_id: str, cosines: Floats, language: str) -> str:
        """In the language of the sentence, where there is one."""
        places = self._of[self._cards.index(card_id)]
        spoken = [place for place in places.tolist() if self._anchors[place].language == language]
        nearest = max(spoken or places.tolist(), key=lambda place: float(cosines[place]))
        text: str = self._anchors[nearest].text
        return text


def _places(anchors: Sequence[Anchor], card_id: str) -> npt.NDArray[np.intp]:
    return np.asarray([place for place, anchor in enumerate(anchors) if anchor.card_id == card_id], np.intp)


def _nearness(cosines: Floats, places: npt.NDArray[np.intp]) -> float:
    own = cosines[places]
    return float(np.sort(own)[-_NEAREST:].mean())


def _ridge(vectors: Floats, of: Sequence[npt.NDArray[np.intp]]) -> Floats:
    """Of numbers and cards: a sentence's numbers times this lean to its own card."""
    wanted = np.full((len(vectors), len(of)), -1.0, np.float32)
    for card, places in enumerate(of):
        wanted[places, card] = 1.0
    rows = np.hstack([vectors, np.ones((len(vectors), 1), np.float32)])
    square = rows.T @ rows + _RIDGE * np.eye(rows.shape[1], dtype=np.float32)
    weights: Floats = np.linalg.solve(square, rows.T @ wanted).astype(np.float32)
    return weights
