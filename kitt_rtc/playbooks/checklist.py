"""What should come up in a call, from `checklist.yaml`: items that tick themselves, with the words that prove it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from kitt_rtc.model.checklist import ChecklistItem, Tick
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.playbooks.sheets import Row, read_rows
from kitt_rtc.playbooks.triggers import PHRASE_KEYS, TRIGGER_KEYS, Trigger, hear
from kitt_rtc.playbooks.vocabulary import Vocabulary

PHASES = ("opening", "discovery", "presentation", "objection", "negotiation", "closing")
_LISTENED_TO = {
    "customer": frozenset({Role.CUSTOMER}),
    "rep": frozenset({Role.REP}),
    "anyone": frozenset({Role.CUSTOMER, Role.REP}),
}
_KEYS = TRIGGER_KEYS | PHRASE_KEYS | {"id", "title", "phase", "when", "examples"}


@dataclass(frozen=True, slots=True)
class Point:
    """An item, and the words that tick it."""

    item: ChecklistItem
    roles: frozenset[Role]
    trigger: Trigger
    examples: tuple[str, ...] = ()
    """Sentences that must tick it: its own test."""

    @classmethod
    def of(cls, row: Row, vocabulary: Vocabulary) -> "Point":
        """Raises SettingsError with file and line."""
        row.only(_KEYS)
        phase = row.choice("phase", PHASES) if "phase" in row.values else ""
        return cls(
            item=ChecklistItem(row.text("id", longest=40), row.text("title", longest=40), phase),
            roles=_LISTENED_TO[row.choice("when", _LISTENED_TO)],
            trigger=Trigger.of(row, vocabulary),
            examples=row.texts("examples"),
        )


class Checklist:
    """By language, in the order of the sheet. An item has the same id in every language."""

    def __init__(self, points: Mapping[str, Sequence[Point]], words: Mapping[str, Vocabulary] | None = None) -> None:
        self._points = points
        self._words = words or {}

    @classmethod
    def load(cls, sheets: Mapping[str, Traversable], words: Mapping[str, Vocabulary]) -> "Checklist":
        """A language without a sheet has no list. Raises SettingsError with file and line."""
        return cls({language: _points(sheet, language, words[language]) for language, sheet in sheets.items()}, words)

    def points(self, language: str) -> Sequence[Point]:
        return self._points.get(language, ())

    def items(self, language: str) -> tuple[ChecklistItem, ...]:
        """What should come up, in the language of the call."""
        return tuple(point.item for point in self.points(language))

    def ticks(self, conversation: Conversation) -> tuple[Tick, ...]:
        """Items of the call's list that what is pending does for the first time."""
        open_ids = {item.id for item in conversation.checklist} - {tick.item_id for tick in conversation.ticks}
        found: dict[str, Tick] = {}
        for said in conversation.pending if open_ids else ():
            for item_id, quote in self.done_by(said, conversation.language):
                if item_id in open_ids:
                    found.setdefault(item_id, Tick(item_id, quote, said.id))
        return tuple(found.values())

    def done_by(self, said: Utterance, language: str) -> list[tuple[str, str]]:
        """Ids of the items that these words do, with the words; by the sheet of the language they are in."""
        spoken = said.language if said.language in self._points else language
        points = [point for point in self.points(spoken) if said.speaker.role in point.roles]
        heard = hear(said.text, self._words.get(spoken, Vocabulary())) if points else []
        return [(point.item.id, quote) for point in points if (quote := point.trigger.find(heard))]


def _points(sheet: Traversable, language: str, vocabulary: Vocabulary) -> tuple[Point, ...]:
    if not sheet.is_file():
        return ()
    points: dict[str, Point] = {}
    for row in read_rows(sheet, f"cards/{language}/{sheet.name}"):
        point = Point.of(row, vocabulary)
        if point.item.id in points:
            raise row.error(f"the id {point.item.id!r} is taken by another item", "id")
        points[point.item.id] = point
    return tuple(points.values())
