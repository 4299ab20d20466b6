"""What a sentence means, beside its words: cards called for in other words, and cards whose words fell by chance.

The law: words call first. Where they call for nothing, a card is called for by a sentence that surely means it; and a
card whose words fell in a sentence that lies nearer to what calls for none is left alone. A sentence that a card's own
exceptions name calls for none.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.playbooks.anchors import Anchor, Anchors, Floats
from kitt_rtc.playbooks.cards import Card, Cards, Match
from kitt_rtc.playbooks.triggers import Sentence, hear, quote
from kitt_rtc.ports import Embedder

log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
"""Between two looks at whether the cards are others."""
_AGAIN_SECONDS = 30.0
"""Before an embedder that was away is asked again."""
TRUSTED = frozenset({Role.CUSTOMER})
"""Whose sentences call for cards by meaning: how sure a guess is was learnt on what clients say."""
_BATCH = 32
"""Sentences of the sheets placed at once: whoever speaks meanwhile waits for no more."""


@dataclass(frozen=True, slots=True)
class MeaningOptions:
    """Chosen on the development parts of `evals/coach` and of the golden calls."""

    sure: float = 0.8
    """From so sure a guess on a card is called for."""
    denied: float = 0.1
    """By so much nearer to what calls for none, a card whose words fell is not meant."""
    least_words: int = 4
    """Of a sentence: a shorter one lies near anything."""
    seconds: float = 0.5
    """A turn waits no longer for the vector of what was just said."""


class Meanings:
    """Learns the cards once after each reload, beside the calls; until then words alone decide."""

    def __init__(self, cards: Cards, embedder: Embedder | None, options: MeaningOptions = MeaningOptions()) -> None:
        """Without an embedder words alone decide, always."""
        self._cards = cards
        self._embedder = embedder
        self._options = options
        self._anchors: Anchors | None = None
        """Of the cards of `_version`."""
        self._version: str | None = None

    async def run(self) -> None:
        """Keep knowing the newest cards, until it is cancelled."""
        while True:
            try:
                await self.learn()
            except EngineError as error:
                log.warning("cards not learnt by meaning", extra={"code": error.code})
                await asyncio.sleep(_AGAIN_SECONDS)
            await asyncio.sleep(_LOOK_SECONDS)

    async def learn(self) -> None:
        """Place every sentence of the sheets, if they are others than those it knows. Raises EngineError."""
        version = self._cards.version
        if version == self._version or self._embedder is None:
            return
        anchors = anchors_of(self._cards)
        vectors = []
        for start in range(0, len(anchors), _BATCH):
            vectors += await self._embedder.embed([one.text for one in anchors[start : start + _BATCH]])
        self._anchors = await asyncio.to_thread(Anchors, anchors, vectors) if anchors else None
        self._version = version

    async def meant(self, by_words: Sequence[Match], language: str) -> list[Match]:
        """Those of the cards called for by words whose sentence does not mean nothing of the kind."""
        spoken = [next(one for one in self._heard(match, language)) for match in by_words]
        vectors = await self._vectors([one.text for one in spoken])
        if vectors is None:
            return list(by_words)
        return await asyncio.to_thread(self._not_denied, by_words, vectors)

    async def matches(self, utterances: Iterable[Utterance], language: str) -> list[Match]:
        """In the order spoken, written in `language`; none while the cards are not learnt or the embedder is away."""
        spoken = [(said, one) for said in utterances for one in self._sentences(said, language)]
        vectors = await self._vectors([one.text for _, one in spoken])
        if vectors is None:
            return []
        return await asyncio.to_thread(self._called, spoken, vectors, language)

    async def _vectors(self, texts: Sequence[str]) -> list[Floats] | None:
        """None where meaning cannot be told."""
        if self._embedder is None or self._anchors is None or not texts or self._version != self._cards.version:
            return None
        try:
            async with asyncio.timeout(self._options.seconds):
                return [np.asarray(vector, np.float32) for vector in await self._embedder.embed(texts)]
        except TimeoutError:
            log.info("cards without meaning", extra={"code": "deadline"})
        except EngineError as error:
            log.warning("cards without meaning", extra={"code": error.code})
        return None

    def _called(
        self, spoken: Sequence[tuple[Utterance, Sentence]], vectors: Sequence[Floats], language: str
    ) -> list[Match]:
        found = (self._match(said, one, vector, language) for (said, one), vector in zip(spoken, vectors, strict=True))
        return [match for match in found if match]

    def _match(self, said: Utterance, sentence: Sentence, vector: Floats, language: str) -> Match | None:
        assert self._anchors is not None
        spoken = said.language or language
        cards = {card.id: card for card in self._cards.cards(spoken) if said.speaker.role in card.roles & TRUSTED}
        guess = self._anchors.guess(vector, cards.keys(), len(sentence.folded.split()), spoken)
        if guess is None or guess.sure < self._options.sure or cards[guess.card_id].trigger.excepts(sentence):
            return None
        shown = self._cards.shown(cards[guess.card_id], language)
        return Match(shown, said, quote(sentence.spoken, (0, 1)), like=guess.like)

    def _not_denied(self, by_words: Sequence[Match], vectors: Sequence[Floats]) -> list[Match]:
        assert self._anchors is not None
        pairs = zip(by_words, vectors, strict=True)
        most = self._options.denied
        return [match for match, vector in pairs if self._anchors.silence_ahead(vector, match.card.id) < most]

    def _sentences(self, said: Utterance, language: str) -> list[Sentence]:
        heard = hear(said.text, self._cards.deck(said.language or language).vocabulary)
        return [one for one in heard if len(one.folded.split()) >= self._options.least_words]

    def _heard(self, match: Match, language: str) -> Iterable[Sentence]:
        """The sentence whose words called for a card."""
        heard = hear(match.utterance.text, self._cards.deck(match.utterance.language or language).vocabulary)
        yield from (one for one in heard if match.quote in one.text)
        yield from heard


def anchors_of(cards: Cards) -> list[Anchor]:
    """Every sentence whose card is told, of all languages; what calls for none too."""
    found = []
    for language in cards.languages:
        deck = cards.deck(language)
        found += [Anchor(card.id, text, language) for card in deck.cards.values() for text in _said(card)]
        found += [Anchor("", text, language) for text in deck.silence]
    return list(dict.fromkeys(found))


def _said(card: Card) -> Sequence[str]:
    return (*card.meaning, *card.examples)
