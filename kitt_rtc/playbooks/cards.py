"""Trigger cards from YAML: what to say when certain words fall. Works with no model at all.

A folder of one language holds sheets of cards; `words.yaml`, the ideas their phrases speak of; `silence.yaml`,
sentences that call for no card; and `checklist.yaml`, what should come up (`checklist.py`). A card has the same id in
every language: words are listened for in the language of the sentence, and the card is shown in the language of the
call. `docs/adding-a-playbook.md` shows a sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from kitt_rtc.model.checklist import ChecklistItem
from kitt_rtc.model.errors import SettingsError
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.words import fold
from kitt_rtc.playbooks.checklist import Checklist
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
WORDS, SILENCE, CHECKLIST = "words.yaml", "silence.yaml", "checklist.yaml"
_SHARE = 0.34
"""Of a clause, that phrases alone must make up: chosen on the development lines of `evals/coach` and golden calls."""
_LIVES_SECONDS = 20
"""A card is worth showing for so long, unless its sheet says otherwise."""
_VERSION_LETTERS = 12
_KEYS = (
    TRIGGER_KEYS
    | PHRASE_KEYS
    | {"id", "topic", "when", "phase", "priority", "title", "say", "avoid", "proof", "examples", "source"}
    | {"phases", "urgent", "lives", "meaning"}
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
    meaning: tuple[str, ...] = ()
    """Sentences that say it in other words: what means the same calls for it too (`meanings.py`)."""
    source: str = ""
    """Where what it says comes from: a document, a study, a person."""
    phases: frozenset[str] = frozenset()
    """In which phases of the call it may come; empty: in any."""
    urgent: bool = False
    """May it be shown while the client speaks?"""
    lives: int = _LIVES_SECONDS
    """Seconds, from the words that call for it, for which it is worth showing."""

    @property
    def kind(self) -> str:
        """ "objection", "pain", "budget", "discovery" or "next_step": the topic's first word."""
        return self.topic.partition(".")[0]

    @property
    def evidence(self) -> str:
        """The proof at hand, and where it comes from."""
        return f"{self.proof} ({self.source})" if self.proof and self.source else self.proof

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
            trigger=Trigger.of(row, vocabulary, required="meaning" not in row.values),
            examples=row.texts("examples"),
            meaning=row.texts("meaning"),
            source=row.text("source", longest=120, required=False),
            phases=_phases(row),
            urgent=_yes(row, "urgent"),
            lives=row.number("lives", least=5, most=300) if "lives" in row.values else _LIVES_SECONDS,
        )


def _phases(row: Row) -> frozenset[str]:
    phases = row.texts("phases")
    for phase in phases:
        if phase not in PHASES:
            raise row.error(f"there is no phase {phase!r}; there are {', '.join(PHASES)}", "phases")
    return frozenset(phases)


def _yes(row: Row, key: str) -> bool:
    value = row.values.get(key, False)
    if not isinstance(value, bool):
        raise row.error(f"{key!r} must be true or false", key)
    return value


@dataclass(frozen=True, slots=True)
class Match:
    """A card called for by somebody's words."""

    card: Card
    """In the language of the call."""
    utterance: Utterance
    quote: str
    """The words that called for it, as they stand in the utterance."""
    like: str = ""
    """Called for by meaning: the sentence of its sheet that this comes near. Empty: called for by words."""


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
            if not sheet.name.endswith(".yaml") or sheet.name in {WORDS, CHECKLIST}:
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
        return [(card, quote) for card in listening if (quote := card.trigger.find(heard, share=_SHARE))]


class Cards:
    """All cards of a house, by language, compiled; whoever holds them has the newest."""

    def __init__(self, decks: Mapping[str, Deck], checklist: Checklist | None = None, version: str = "") -> None:
        self._decks = decks
        self.checklist = checklist or Checklist({})
        self.version = version
        """A digest of the sheets: two houses with the same one say the same."""

    @classmethod
    def load(cls, folder: Traversable | None = None) -> "Cards":
        """From `<folder>/<language>/*.yaml`; the built-in ones by default. Raises SettingsError with file and line."""
        root = built_in() if folder is None else folder
        decks = {language: Deck.read(root.joinpath(language), f"cards/{language}") for language in LANGUAGES}
        if not any(deck.cards for deck in decks.values()):
            raise SettingsError(f"{root}: no cards in it: sheets are {root}/fr/*.yaml and {root}/en/*.yaml")
        checklist = Checklist.load(
            {language: root.joinpath(language, CHECKLIST) for language in LANGUAGES}, decks_words(decks)
        )
        return cls(decks, checklist, _version(root))

    def take(self, newer: "Cards") -> None:
        """Be these from now on: calls that are live have them at their next turn of advice."""
        self._decks, self.checklist, self.version = newer._decks, newer.checklist, newer.version

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that have sheets."""
        return tuple(self._decks)

    def cards(self, language: str) -> tuple[Card, ...]:
        return tuple(self.deck(language).cards.values())

    def checklist_items(self, language: str) -> tuple[ChecklistItem, ...]:
        """What should come up in a call that begins now."""
        return self.checklist.items(language)

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


def built_in() -> Traversable:
    """The folder of ours."""
    return files("kitt_rtc.playbooks").joinpath("cards")


def decks_words(decks: Mapping[str, Deck]) -> Mapping[str, Vocabulary]:
    """The ideas that phrases speak of, by language."""
    return {language: deck.vocabulary for language, deck in decks.items()}


def _version(root: Traversable) -> str:
    digest = sha256()
    for language in LANGUAGES:
        folder = root.joinpath(language)
        for sheet in sorted(folder.iterdir(), key=lambda page: page.name) if folder.is_dir() else ():
            if sheet.name.endswith(".yaml"):
                digest.update(f"{language}/{sheet.name}\n".encode() + sheet.read_bytes())
    return digest.hexdigest()[:_VERSION_LETTERS]
