"""What a document says of itself, beside its text: title, product, version, language, and when it is valid."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from kitt_rtc.documents.outline import UnreadableDocument

_MOST_CHARACTERS = 300
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?$")
_OTHER_NAMES = {
    "titre": "title",
    "produit": "product",
    "products": "product",
    "langue": "language",
    "lang": "language",
    "valide_du": "valid_from",
    "valide_au": "valid_until",
    "valid_to": "valid_until",
}


@dataclass(frozen=True, slots=True)
class Label:
    """Empty where nothing is said."""

    title: str = ""
    product: str = ""
    version: str = ""
    language: str = ""
    """Two letters."""
    valid_from: str = ""
    """The first day, as "2026-11-29"."""
    valid_until: str = ""
    """The last day."""

    def over(self, other: "Label") -> "Label":
        """What this one says; where it says nothing, what the other does."""
        said = {name: value for name in FIELDS if (value := getattr(self, name))}
        return replace(other, **said)


FIELDS = tuple(field.name for field in fields(Label))
NOTHING = Label()


def read_label(said: Mapping[str, object]) -> Label:
    """From names and values as people write them: "valid-until", "Valid until". What is no label's is passed over.

    Raises UnreadableDocument for a day that is none, or an end before its beginning.
    """
    values = {
        name_of(name): " ".join(value.split())[:_MOST_CHARACTERS]
        for name, value in said.items()
        if isinstance(value, str)
    }
    label = Label(**{name: values.get(name, "") for name in FIELDS})
    begins, ends = _day("valid_from", label.valid_from), _day("valid_until", label.valid_until)
    if begins and ends and begins > ends:
        raise UnreadableDocument(f"valid_until ({ends}) is before valid_from ({begins})")
    return replace(label, language=label.language[:2].lower(), valid_from=begins, valid_until=ends)


def name_of(written: str) -> str:
    """The label's field, however it is written."""
    name = re.sub(r"[\s_-]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", written.strip())).lower()
    return _OTHER_NAMES.get(name, name)


def _day(name: str, written: str) -> str:
    if not written:
        return ""
    found = _DAY.match(written)
    try:
        return date.fromisoformat(found[1] if found else written).isoformat()
    except ValueError as error:
        raise UnreadableDocument(f"{name} is no day like 2026-11-29: {written[:40]!r}") from error
