"""A folder of sheets, looked through to the end: every mistake with its file and line, not the first alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.playbooks.cards import CHECKLIST, LANGUAGES, SILENCE, WORDS, Card, Cards
from kitt_rtc.playbooks.checklist import Point
from kitt_rtc.playbooks.sheets import Row, read_rows
from kitt_rtc.playbooks.vocabulary import Vocabulary


@dataclass(slots=True)
class Inspection:
    mistakes: list[str] = field(default_factory=list)
    """What keeps the sheets from being used, or leaves a card without its twin in the other language."""
    deaf: list[str] = field(default_factory=list)
    """Examples that do not call for their card, or do not tick their item: words that the triggers lack."""
    cards: dict[str, int] = field(default_factory=dict)
    """By language."""
    items: dict[str, int] = field(default_factory=dict)
    """Of the checklist, by language."""
    version: str = ""
    """Of the whole, where nothing is wrong with it."""


def inspect(folder: Traversable) -> Inspection:
    """Read every row by itself, then try every example."""
    found = Inspection()
    ids = {language: set(_rows(folder.joinpath(language), language, found)) for language in LANGUAGES}
    read = not found.mistakes  # else a card may only seem to be missing
    for language, other in (("fr", "en"), ("en", "fr")):
        for lonely in sorted(ids[language] - ids[other]) if read and ids[other] else ():
            found.mistakes.append(f"cards/{language}: {lonely!r} has no card of this id in {other}")
    if not found.mistakes:
        try:
            cards = Cards.load(folder)
        except SettingsError as error:
            found.mistakes.append(error.message)
        else:
            found.version = cards.version
            found.deaf += _deaf_examples(cards)
    return found


def _rows(folder: Traversable, language: str, found: Inspection) -> Iterator[str]:
    """Ids of the cards of one language; what is wrong goes to `found`."""
    found.cards[language] = found.items[language] = 0
    if not folder.is_dir():
        return
    try:
        vocabulary = Vocabulary.load(folder.joinpath(WORDS), f"cards/{language}/{WORDS}")
    except SettingsError as error:
        found.mistakes.append(error.message)
        return
    for sheet in sorted(folder.iterdir(), key=lambda page: page.name):
        if not sheet.name.endswith(".yaml") or sheet.name in {WORDS, SILENCE}:
            continue
        try:
            rows = read_rows(sheet, f"cards/{language}/{sheet.name}")
        except SettingsError as error:
            found.mistakes.append(error.message)
            continue
        for row in rows:
            try:
                known_as = _read(row, sheet.name, vocabulary)
            except SettingsError as error:
                found.mistakes.append(error.message)
                continue
            counted = found.items if sheet.name == CHECKLIST else found.cards
            counted[language] += 1
            if sheet.name != CHECKLIST:
                yield known_as


def _read(row: Row, sheet: str, vocabulary: Vocabulary) -> str:
    return Point.of(row, vocabulary).item.id if sheet == CHECKLIST else Card.of(row, vocabulary).id


def _deaf_examples(cards: Cards) -> Iterator[str]:
    """Examples that do not call for their card, or do not tick their item."""
    for language in LANGUAGES:
        for card in cards.cards(language):
            for example in card.examples:
                called = [one.id for one, _ in cards.deck(language).called(_said(example, language, card.roles))]
                if card.id not in called:
                    yield f"cards/{language}: {card.id!r} is not called for by its example {example!r}"
        for point in cards.checklist.points(language):
            for example in point.examples:
                done = [known for known, _ in cards.checklist.done_by(_said(example, language, point.roles), language)]
                if point.item.id not in done:
                    yield f"cards/{language}: {point.item.id!r} is not ticked by its example {example!r}"


def _said(text: str, language: str, roles: frozenset[Role]) -> Utterance:
    return Utterance("example", Speaker("EXAMPLE", sorted(roles)[0]), text, language, 0.0, 1.0)
