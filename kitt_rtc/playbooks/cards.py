"""Trigger cards from YAML: what to say when certain words fall. Works with no model at all.

A folder of one language holds sheets of cards; `words.yaml`, the ideas their phrases speak of; and `silence.yaml`,
sentences that call for no card. A card has the same id in every language: words are listened for in the language of
the sentence, and the card is shown in the language of the call. `docs/adding-a-playbook.md` shows a sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.words import fold
from kitt_rtc.playbooks.sheets import Row, read_rows
from kitt_rtc.playbooks.triggers import PHRASE_KEYS, TRIGGER_KEYS, Trigger, hear
from kitt_rtc.playbooks.vocabulary import Vocabulary

PHASES = ("opening", "discovery", "presentation", "objection", "negotiation", "closing")
"""The phases of a sale, in the order they are hoped for."""
LANGUAGES = ("fr", "en")
_LISTENED_TO = {
    "customer": frozenset({Role.CUSTOMER}),
    "rep": frozenset({Role.REP}),
    "anyone": frozenset({Role.CUSTOMER, Role.REP}),
}
WORDS, SILENCE = "words.yaml", "silence.yaml"
_KEYS = (
    TRIGGER_KEYS
    | PHRASE_KEYS
    | {"id", "topic", "when", "phase", "priority", "title", "say", "avoid", "proof", "examples"}
)


@dataclass(frozen=True, slots=True)
class Card:
    """One thing worth saying, and the words that call for it."""

    id: str
    topic: str
    """The intent, for the memory of advice: "objection.price"."""
    roles: frozenset[Role]
    """Whose words are listened to."""
    phase: str
    """The phase that these words are a sign of."""
    priority: int
    """1 to 100; of two cards the higher is shown."""
    title: str
    say: str
    avoid: str
    proof: str
    trigger: Trigger
    examples: tuple[str, ...] = ()
    """Sentences that must call for it: the card's own test."""

    @property
    def kind(self) -> str:
        """ "objection", "pain", "budget", "discovery" or "next_step": the topic's first word."""
        return self.topic.partition(".")[0]

    @classmethod
    def of(cls, row: Row, vocabulary: Vocabulary) -> "Card":
        """Raises SettingsError with file and line."""
        row.only(_KEYS)
        topic = row.text("topic")
        if not all(part.isidentifier() for part in topic.split(".")) or topic.count(".") != 1:
            raise row.error(f"the topic {topic!r} must look like objection.price", "topic")
        return cls(
            id=row.text("id", longest=40),
            topic=topic,
            roles=_LISTENED_TO[row.choice("when", _LISTENED_TO)],
            phase=row.choice("phase", PHASES),
            priority=row.number("priority", least=1, most=100),
            title=row.text("title", longest=40),
            say=row.text("say", longest=120),
            avoid=row.text("avoid", longest=80),
            proof=row.text("proof", longest=120, required=False),
            trigger=Trigger.of(row, vocabulary),
            examples=row.texts("examples"),
        )


@dataclass(frozen=True, slots=True)
class Match:
    """A card called for by somebody's words."""

    card: Card
    """In the language of the call."""
    utterance: Utterance
    quote: str
    """The words that called for it, as they stand in the utterance."""


@dataclass(frozen=True, slots=True)
class Deck:
    """What is listened for in one language."""

    cards: Mapping[str, Card]
    """By id."""
    vocabulary: Vocabulary
    silence: Sequence[str] = ()
    """Sentences that must call for no card."""

    @classmethod
    def read(cls, folder: Traversable, name: str) -> "Deck":
        """Raises SettingsError with file and line."""
        vocabulary = Vocabulary.load(folder.joinpath(WORDS), f"{name}/{WORDS}")
        if not folder.is_dir():
            return cls({}, vocabulary)
        cards: dict[str, Card] = {}
        silence: list[str] = []
        for sheet in sorted(folder.iterdir(), key=lambda page: page.name):
            if not sheet.name.endswith(".yaml") or sheet.name == WORDS:
                continue
            for row in read_rows(sheet, f"{name}/{sheet.name}"):
                if sheet.name == SILENCE:
                    row.only({"id", "examples"})
                    silence += row.texts("examples")
                    continue
                card = Card.of(row, vocabulary)
                if card.id in cards:
                    raise row.error(f"the id {card.id!r} is taken by another card", "id")
                cards[card.id] = card
        return cls(cards, vocabulary, tuple(silence))

    def called(self, utterance: Utterance) -> list[tuple[Card, str]]:
        """The cards whose words were said, with these words."""
        heard = hear(utterance.text, self.vocabulary)
        listening = (card for card in self.cards.values() if utterance.speaker.role in card.roles)
        return [(card, quote) for card in listening if (quote := card.trigger.find(heard))]


class Cards:
    """All cards of a house, by language; compiled once, at construction."""

    def __init__(self, decks: Mapping[str, Deck]) -> None:
        self._decks = decks

    @classmethod
    def load(cls, folder: Traversable | None = None) -> "Cards":
        """From `<folder>/<language>/*.yaml`; the built-in ones by default. Raises SettingsError with file and line."""
        root = files("kitt_rtc.playbooks").joinpath("cards") if folder is None else folder
        return cls({language: Deck.read(root.joinpath(language), f"cards/{language}") for language in LANGUAGES})

    def cards(self, language: str) -> tuple[Card, ...]:
        return tuple(self.deck(language).cards.values())

    def topic_of(self, title: str) -> str:
        """The topic of the cards with this title, in whatever language; empty where there are none."""
        named = (
            card for deck in self._decks.values() for card in deck.cards.values() if fold(card.title) == fold(title)
        )
        return next((card.topic for card in named), "")

    def matches(self, utterances: Iterable[Utterance], language: str) -> list[Match]:
        """Every card these utterances call for by words, in the order spoken, as written in `language`."""
        return [
            Match(self.shown(card, language), utterance, quote)
            for utterance in utterances
            for card, quote in self.deck(utterance.language or language).called(utterance)
        ]

    def shown(self, card: Card, language: str) -> Card:
        """The same card in the language of the call, where there is one."""
        return self.deck(language).cards.get(card.id, card)

    def deck(self, language: str) -> Deck:
        """Of this language; of English where it has no cards."""
        deck = self._decks.get(language)
        return deck if deck is not None and deck.cards else self._decks["en"]
