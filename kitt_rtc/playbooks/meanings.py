"""Cards called for by what a sentence means, where none of their words fell: it lies near a sentence of their sheet.

The law: whoever asks here has found no card by words, so that meaning never takes the place of a word. A sentence that
lies as near to what calls for no card, or that a card's own exceptions name, calls for none.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.speech import Utterance
from kitt_rtc.playbooks.cards import Card, Cards, Deck, Match
from kitt_rtc.playbooks.triggers import Sentence, hear, quote
from kitt_rtc.ports import Embedder

log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
"""Between two looks at whether the cards are others."""
_AGAIN_SECONDS = 30.0
"""Before an embedder that was away is asked again."""


@dataclass(frozen=True, slots=True)
class MeaningOptions:
    """Chosen on the development part of `evals/coach`, with the embedded lexicon."""

    least: float = 0.7
    """Of the cosine with a sentence of the sheet."""
    margin: float = 0.2
    """So much nearer than to any other card, and to what calls for none."""
    least_words: int = 4
    """Of a sentence: a shorter one lies near anything."""
    seconds: float = 0.5
    """A turn waits no longer for the vector of what was just said."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Sentences of one deck, and where they lie; the topic is empty for what calls for no card."""

    rows: Sequence[tuple[str, str, str]]
    """Card, topic and sentence."""
    vectors: npt.NDArray[np.float64]
    topics: npt.NDArray[np.str_]


class Meanings:
    """Learns the cards once after each reload, beside the calls; until then nothing is called for by meaning."""

    def __init__(self, cards: Cards, embedder: Embedder | None, options: MeaningOptions = MeaningOptions()) -> None:
        """Without an embedder nothing is called for by meaning."""
        self._cards = cards
        self._embedder = embedder
        self._options = options
        self._known: dict[str, _Known] = {}
        """By language, of the cards of `_version`."""
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
        decks = {language: self._cards.deck(language) for language in self._cards.languages}
        self._known = {language: await self._placed(deck, self._embedder) for language, deck in decks.items()}
        self._version = version

    async def matches(self, utterances: Iterable[Utterance], language: str) -> list[Match]:
        """In the order spoken, written in `language`; none while the cards are not learnt or the embedder is away."""
        spoken = [(said, one) for said in utterances for one in self._sentences(said, language)]
        if self._embedder is None or not spoken or self._version != self._cards.version:
            return []
        try:
            async with asyncio.timeout(self._options.seconds):
                vectors = await self._embedder.embed([one.text for _, one in spoken])
        except TimeoutError:
            log.info("no cards by meaning", extra={"code": "deadline"})
            return []
        except EngineError as error:
            log.warning("no cards by meaning", extra={"code": error.code})
            return []
        near = (
            (said, one, self._nearest(np.asarray(vector), one, said, language))
            for (said, one), vector in zip(spoken, vectors, strict=True)
        )
        return [
            Match(self._cards.shown(found[0], language), said, quote(one.spoken, (0, 1)), like=found[1])
            for said, one, found in near
            if found
        ]

    def _sentences(self, said: Utterance, language: str) -> list[Sentence]:
        heard = hear(said.text, self._cards.deck(said.language or language).vocabulary)
        return [one for one in heard if len(one.folded.split()) >= self._options.least_words]

    async def _placed(self, deck: Deck, embedder: Embedder) -> _Known:
        rows = [(card.id, card.topic, sentence) for card in deck.cards.values() for sentence in card.meaning]
        rows += [("", "", sentence) for sentence in deck.silence]
        vectors = await embedder.embed([sentence for _, _, sentence in rows]) if rows else []
        return _Known(rows, np.asarray(vectors, np.float64), np.asarray([topic for _, topic, _ in rows]))

    def _nearest(
        self, vector: npt.NDArray[np.float64], sentence: Sentence, said: Utterance, language: str
    ) -> tuple[Card, str] | None:
        """The card this lies nearest to, and the sentence of its sheet."""
        spoken = said.language or language
        deck, known = self._cards.deck(spoken), self._known.get(spoken, self._known.get("en"))
        if known is None or not known.rows:
            return None
        cosines = known.vectors @ vector
        best = int(cosines.argmax())
        card_id, topic, like = known.rows[best]
        others = cosines[known.topics != topic]
        ahead = float(cosines[best]) - float(others.max(initial=0.0))
        card = deck.cards.get(card_id)
        if card is None or said.speaker.role not in card.roles or card.trigger.excepts(sentence):
            return None
        near = cosines[best] >= self._options.least and ahead >= self._options.margin
        return (card, like) if near else None
