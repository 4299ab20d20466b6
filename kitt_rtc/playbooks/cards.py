"""Trigger cards from YAML: what to say when certain words fall. Works with no model at all.

A card has the same id in every language: words are listened for in the language of the sentence, and the card is shown
in the language of the call. `docs/adding-a-playbook.md` shows a sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.playbooks.sheets import Row, read_rows
from kitt_rtc.playbooks.triggers import TRIGGER_KEYS, Trigger, hear

PHASES = ("opening", "discovery", "presentation", "objection", "negotiation", "closing")
"""The phases of a sale, in the order they are hoped for."""
LANGUAGES = ("fr", "en")
_LISTENED_TO = {
    "customer": frozenset({Role.CUSTOMER}),
    "rep": frozenset({Role.REP}),
    "anyone": frozenset({Role.CUSTOMER, Role.REP}),
}
_KEYS = TRIGGER_KEYS | {"id", "topic", "when", "phase", "priority", "title", "say", "avoid", "proof"}


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

    @property
    def kind(self) -> str:
        """ "objection", "pain", "budget", "discovery" or "next_step": the topic's first word."""
        return self.topic.partition(".")[0]

    @classmethod
    def of(cls, row: Row) -> "Card":
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
            trigger=Trigger.of(row),
        )


@dataclass(frozen=True, slots=True)
class Match:
    """A card called for by somebody's words."""

    card: Card
    """In the language of the call."""
    utterance: Utterance
    quote: str
    """The words that called for it, as they stand in the utterance."""


class Cards:
    """All cards of a house, by language; compiled once, at construction."""

    def __init__(self, by_language: Mapping[str, Sequence[Card]]) -> None:
        self._by_language = {language: {card.id: card for card in cards} for language, cards in by_language.items()}

    @classmethod
    def load(cls, folder: Traversable | None = None) -> "Cards":
        """From `<folder>/<language>/*.yaml`; the built-in ones by default. Raises SettingsError with file and line."""
        root = files("kitt_rtc.playbooks").joinpath("cards") if folder is None else folder
        return cls({language: _read(root.joinpath(language), language) for language in LANGUAGES})

    def cards(self, language: str) -> tuple[Card, ...]:
        return tuple(self._deck(language).values())

    def matches(self, utterances: Iterable[Utterance], language: str) -> list[Match]:
        """Every card these utterances call for, in the order spoken, as written in `language`."""
        shown = self._deck(language)
        found = []
        for utterance in utterances:
            heard = hear(utterance.text)
            for card in self._deck(utterance.language or language).values():
                quote = card.trigger.find(heard) if utterance.speaker.role in card.roles else ""
                if quote:
                    found.append(Match(shown.get(card.id, card), utterance, quote))
        return found

    def _deck(self, language: str) -> Mapping[str, Card]:
        return self._by_language.get(language) or self._by_language.get("en", {})


def _read(folder: Traversable, language: str) -> list[Card]:
    if not folder.is_dir():
        return []
    cards: dict[str, Card] = {}
    for sheet in sorted(folder.iterdir(), key=lambda page: page.name):
        if not sheet.name.endswith(".yaml"):
            continue
        for row in read_rows(sheet, f"cards/{language}/{sheet.name}"):
            card = Card.of(row)
            if card.id in cards:
                raise row.error(f"the id {card.id!r} is taken by another card", "id")
            cards[card.id] = card
    return list(cards.values())
