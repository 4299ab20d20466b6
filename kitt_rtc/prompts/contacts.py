"""Links, addresses and numbers to call in a text: what leads a person away from the call (contract N9).

The law: those of an article stand in its quote alone, where it is seen who wrote them; they are neither steps nor said
aloud. A device's address in the technician's own network leads nowhere and may stay.
"""

import re
from collections.abc import Iterable

_ADDRESS = re.compile(
    r"(?:https?:|ftp:|www\.)\S+|[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)*"
    r"|\b[\w-]+\.(?:com|net|org|io|info|biz|fr|ca|eu|be|ch|ru|cn|xyz|app|dev)\b\S*"
    r"|(?:\b\w+ (?:dot|point) )+(?:com|net|org|io|fr|ca|info|biz)\b|\b(?:at|arobase) \w+ (?:dot|point) \w+",
    re.IGNORECASE,
)
_TO_CALL = re.compile(r"\+?\d(?:[ \t().\u00a0\u202f-]*\d){6,}|\b[A-Z]{2}\d{2}(?:[ \t]?[A-Z0-9]{4}){2,}")
"""Within a line: the figure before the next step is no part of a number."""
_NETWORK = re.compile(
    r"^(?:https?://)?(?:192\.168|10\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])|127\.0)\.\d{1,3}\.\d{1,3}(?:[:/]\S*)?$"
)
_AROUND = ".,;:!?)("


def addresses(text: str) -> list[str]:
    """Links and mail addresses, written or spelled out."""
    return [match.group().rstrip(_AROUND) for match in _ADDRESS.finditer(text)]


def numbers_to_call(text: str) -> list[str]:
    """Telephone and account numbers, their digits and letters alone."""
    found = (match.group() for match in _TO_CALL.finditer(text))
    return [re.sub(r"\W", "", number) for number in found if not _NETWORK.match(number)]


def strange_contacts(text: str, ours: Iterable[str]) -> bool:
    """Does it name a link, an address or a number to call that the house does not?"""
    house = " ".join(ours)
    digits = re.sub(r"\W", "", house)
    named = (address for address in addresses(text) if not _NETWORK.match(address))
    return any(address not in house for address in named) or any(one not in digits for one in numbers_to_call(text))


def without_contacts(text: str, instead: str) -> str:
    """The same with other words in the place of each."""

    def cover(match: re.Match[str]) -> str:
        bare = match.group().rstrip(_AROUND)
        return match.group() if _NETWORK.match(bare) else instead + match.group()[len(bare) :]

    return _TO_CALL.sub(cover, _ADDRESS.sub(cover, text))


def uncovered(quote: str, text: str, instead: str) -> str:
    """Words of a covered text as they stand in it: the whole line, where something was covered; empty: nowhere."""
    if quote in text:
        return quote
    lines = (line.strip() for line in text.split("\n"))
    return next((line for line in lines if quote in without_contacts(line, instead)), "")
