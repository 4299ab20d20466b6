"""Did the rep follow a tip: by its own words, or by words that come to the same?

The law: a nod follows nothing, what was said before the card is no answer to it, and a tip is followed once. A tip is
its first line: the words it gives to say, in quotation marks, and what it tells to do beside them. Each is weighed
against each stretch of what was said, by shared words and, where there is an embedder, by nearness; and a question is
followed by asking something.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from kitt_rtc.model.conversation import Conversation, GivenInsight
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.facts import InsightFollowed
from kitt_rtc.model.insight import InsightType
from kitt_rtc.model.speech import Utterance
from kitt_rtc.model.words import clip, fold, sentences, subject_words
from kitt_rtc.ports import Embedder, Vector

FOLLOW_SECONDS = 30.0
"""What is said later has other reasons."""
_QUOTED = re.compile(r"[\"“«]\s*([^\"”»]{6,}?)\s*[\"”»]")
_MANNERS = re.compile(r"\b(avant de|before you|before)\b.*?(?=[.;:]|$)", re.IGNORECASE)
"""What a tip says to put off: doing it is no following."""
_ORDERS = re.compile(r"[.;:]\s*")
_ASKING = re.compile(
    r"\b(who|what|which|when|where|why|how|would|could|tell me|walk me|qui|que|quoi|quel\w*|lequel|laquelle|lesquels|"
    r"quand|comment|combien|pourquoi|est ce|dites moi|racontez|pouvez vous)\b"
)
"""Where the engine wrote no question mark: folded."""
_CLAUSES = re.compile(r"[,;:]\s*(?:(?:et|ou|and|or|then|puis)\s+)?", re.IGNORECASE)
_LEAST_WORDS = 3
"""Less than this of a tip tells nothing; less than this said is a nod."""
_STEM = 5
"""Letters by which two forms of a word are taken to be one."""
_MOST_STRETCHES = 16
_QUOTE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Cuts:
    """From where on two texts come to the same."""

    near: float
    """Nearness and shared words together."""
    alone: float
    """Nearness alone: a tip that is followed in another language shares no words."""
    by_words: float
    """Shared words, where they alone decide."""


@dataclass(frozen=True, slots=True)
class FollowingOptions:
    """Chosen with the sentence encoder on the part to tune on of `evals/coach/followed.yaml`: of those at which at most
    two of a hundred others are taken for it, the ones that know most, with the tip in either language."""

    said: float = 0.8
    """Of the words that a tip gives to say, the part that must be heard, in their order, for "said"."""
    words: Cuts = Cuts(near=0.4, alone=0.42, by_words=0.4)
    """For "paraphrased", of words that a tip gives to say."""
    orders: Cuts = Cuts(near=0.4, alone=0.5, by_words=0.32)
    """Of what it tells to do, whose own words nobody says."""
    nearness_weight: float = 0.6
    """Of the cosine, beside the shared words."""


class Following:
    """Weighs what a rep said against the tips before their eyes. Keeps nothing."""

    def __init__(self, embedder: Embedder | None = None, options: FollowingOptions = FollowingOptions()) -> None:
        """Without an embedder words decide."""
        self._embedder = embedder
        self._options = options

    async def read(self, said: Utterance, conversation: Conversation) -> Sequence[InsightFollowed]:
        """The tips that this line of a rep follows and no earlier line did."""
        followed = []
        for given in _before_their_eyes(said, conversation):
            how = await self.how(given.insight.content, said.text)
            if how:
                quote = clip(said.text, _QUOTE_CHARACTERS)
                followed.append(InsightFollowed(given.insight.id, said.id, quote, how))
        return followed

    async def how(self, tip: str, said: str) -> str:
        """ "said", "paraphrased", or empty."""
        stretches = _stretches(said)
        pieces = _pieces(tip)
        quoted = [piece for piece in pieces if not piece.order]
        if any(_in_order(piece, stretch) >= self._options.said for piece in quoted for stretch in stretches):
            return "said"
        pairs = [
            (piece, stretch)
            for piece in pieces
            for stretch in stretches
            if piece.order or stretch.asks or not piece.asks
        ]
        return "paraphrased" if pairs and await self._come_to_the_same(pairs) else ""

    async def _come_to_the_same(self, pairs: Sequence[tuple["_Piece", "_Piece"]]) -> bool:
        vectors = await self._vectors([text for pair in pairs for text in (pair[0].text, pair[1].text)])
        weight = self._options.nearness_weight
        for piece, stretch in pairs:
            cuts = self._options.orders if piece.order else self._options.words
            shared = _shared(piece, stretch)
            if vectors is None:
                alike = shared >= cuts.by_words
            else:
                near = _cosine(vectors[piece.text], vectors[stretch.text])
                alike = near >= cuts.alone or weight * near + (1 - weight) * shared >= cuts.near
            if alike:
                return True
        return False

    async def _vectors(self, texts: Sequence[str]) -> dict[str, Vector] | None:
        if self._embedder is None:
            return None
        different = list(dict.fromkeys(texts))
        try:
            return dict(zip(different, await self._embedder.embed(different), strict=True))
        except EngineError:
            return None


@dataclass(frozen=True, slots=True)
class _Piece:
    """Of a tip, or of what was said."""

    text: str
    asks: bool = False
    order: bool = False
    """It tells what to do, not what to say."""


def _before_their_eyes(said: Utterance, conversation: Conversation) -> list[GivenInsight]:
    """Tips that were shown before this was begun, not long before, and are not followed yet."""
    return [
        given
        for given in conversation.given
        if given.insight.type is InsightType.COACHING
        and given.insight.id not in conversation.followed
        and given.at <= said.start <= given.at + FOLLOW_SECONDS
    ]


def _pieces(tip: str) -> list[_Piece]:
    """Of a tip's first line, the words it gives to say, whole and clause by clause, and what it tells to do."""
    line = tip.splitlines()[0] if tip else ""
    quoted = _QUOTED.findall(line)
    orders = _ORDERS.split(_MANNERS.sub("", _QUOTED.sub(" ", line)))
    to_say = [_Piece(part, "?" in whole) for whole in quoted for part in (whole, *_CLAUSES.split(whole))]
    to_do = [_Piece(order, order=True) for order in orders if len(subject_words(order)) >= _LEAST_WORDS]
    return [piece for piece in (*to_say, *to_do) if _long_enough(piece.text)]


def _stretches(said: str) -> list[_Piece]:
    """Sentences, and their clauses."""
    found = []
    for sentence in sentences(said):
        asks = "?" in sentence or _ASKING.search(fold(sentence)) is not None
        found += [_Piece(part, asks) for part in (sentence, *_CLAUSES.split(sentence)) if _long_enough(part)]
    return found[:_MOST_STRETCHES]


def _long_enough(text: str) -> bool:
    return len(fold(text).split()) >= _LEAST_WORDS


def _in_order(piece: _Piece, stretch: _Piece) -> float:
    """The part of these words that is heard in this stretch, in their order."""
    wanted, heard = fold(piece.text).split(), fold(stretch.text).split()
    blocks = SequenceMatcher(None, wanted, heard, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(wanted)


def _shared(piece: _Piece, stretch: _Piece) -> float:
    """The part of the piece's subject words that is heard; one word alone is no subject."""
    wanted, heard = _stems(piece.text), _stems(stretch.text)
    return len(wanted & heard) / max(2, len(wanted))


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in subject_words(text))


def _cosine(one: Vector, other: Vector) -> float:
    """Of vectors of unit length."""
    return float(sum(left * right for left, right in zip(one, other, strict=True)))
