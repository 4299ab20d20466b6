"""A browser's offer, looked at before aiortc sees it: bad ones are refused with the reason, good ones tidied.

aiortc answers a bad offer with any exception there is and may leave its sockets open (RELIABILITY traps 5 and 6), so
nothing of aiortc is made before an offer has passed here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from aiortc.sdp import SessionDescription

from kitt_rtc.model.errors import BadOffer

MAX_OFFER_CHARS = 65_536
_MAX_CANDIDATES = 32
_MAX_LINES = 1_000
_TRANSPORT = ("a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:")
_ONCE = ("a=mid:", "a=ice-ufrag:", "a=ice-pwd:", "a=setup:")
_END = "a=end-of-candidates"
_LINE = re.compile(r"[a-z]=[^\x00-\x08\x0b-\x1f\x7f]*")
_OPUS = re.compile(r"rtpmap:\d{1,3} opus/48000/2", re.IGNORECASE)
_FINGERPRINT = re.compile(r"fingerprint:sha-(256|384|512) [0-9a-f]{2}(:[0-9a-f]{2})+", re.IGNORECASE)
_UFRAG = re.compile(r"ice-ufrag:[\w+/-]{4,256}", re.ASCII)
_PASSWORD = re.compile(r"ice-pwd:[\w+/-]{22,256}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Section:
    """An `m=` line and what stands below it."""

    kind: str
    lines: tuple[str, ...]
    attributes: tuple[str, ...]
    """Its own, and those of the whole session."""

    @property
    def mid(self) -> str:
        return next((text[4:] for text in self.attributes if text.startswith("mid:")), "")

    def has(self, pattern: re.Pattern[str] | str) -> bool:
        if isinstance(pattern, str):
            return pattern in self.attributes
        return any(pattern.fullmatch(text) for text in self.attributes)


def read_offer(sdp: str) -> str:
    """The offer as aiortc shall see it. Raises BadOffer, saying why."""
    if not isinstance(sdp, str) or not sdp.strip():
        raise BadOffer("the offer is empty")
    if len(sdp) > MAX_OFFER_CHARS:
        raise BadOffer(f"the offer is longer than {MAX_OFFER_CHARS} characters")
    lines = sdp.replace("\r\n", "\n").rstrip("\n").split("\n")
    if len(lines) > _MAX_LINES or lines[0] != "v=0" or not all(_LINE.fullmatch(line) for line in lines):
        raise BadOffer("the offer is not SDP")
    head, sections = _split(lines)
    _check_kinds([section.kind for section in sections])
    for section in sections:
        _check(section)
    tag = _check_bundle(head, sections)
    tidy = "\r\n".join([*head, *_tidied(sections, tag)]) + "\r\n"
    _check_readable(tidy)
    return tidy


def _split(lines: Sequence[str]) -> tuple[list[str], list[_Section]]:
    starts = [number for number, line in enumerate(lines) if line.startswith("m=")]
    if not starts:
        raise BadOffer("the offer has no audio: nothing is offered at all")
    head = list(lines[: starts[0]])
    sections = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        own = tuple(lines[start:end])
        attributes = tuple(line[2:] for line in (*own, *head) if line.startswith("a="))
        sections.append(_Section(own[0][2:].split(" ")[0], own, attributes))
    return head, sections


def _check_kinds(kinds: Sequence[str]) -> None:
    if "video" in kinds:
        raise BadOffer("video is not taken here: offer audio and one data channel")
    if kinds.count("audio") != 1:
        raise BadOffer("the offer needs exactly one audio section")
    if kinds.count("application") != len(kinds) - 1 or len(kinds) > 2:
        raise BadOffer("the offer may hold audio and one data channel, nothing else")


def _check(section: _Section) -> None:
    needed: dict[str, re.Pattern[str]] = {
        "ice-ufrag": _UFRAG,
        "ice-pwd": _PASSWORD,
        "fingerprint": _FINGERPRINT,
        "mid": re.compile(r"mid:[\w-]{1,32}"),
        "setup": re.compile(r"setup:(actpass|active|passive)"),
    }
    if section.kind == "audio":
        needed |= {"Opus": _OPUS, "rtcp-mux": re.compile("rtcp-mux")}
    for name, pattern in needed.items():
        if not section.has(pattern):
            raise BadOffer(f"the offer's {section.kind} section has no usable {name}")
    for name in _ONCE:
        if sum(line.startswith(name) for line in section.lines) > 1:
            raise BadOffer(f"the offer's {section.kind} section has more than one {name[2:-1]}")
    if section.kind == "audio" and section.has("inactive"):
        raise BadOffer("the offer's audio is inactive: nobody would speak or hear")


def _check_bundle(head: Sequence[str], sections: Sequence[_Section]) -> str:
    """The mid of the section whose transport carries all."""
    mids = [section.mid for section in sections]
    if len(set(mids)) != len(mids):
        raise BadOffer("two sections of the offer have the same mid")
    bundles = [line.split(" ")[1:] for line in head if line.startswith("a=group:BUNDLE")]
    if len(bundles) > 1 or (len(mids) > 1 and (not bundles or set(bundles[0]) != set(mids))):
        raise BadOffer("audio and data channel must be bundled on one transport")
    tag = bundles[0][0] if bundles and bundles[0] else mids[0]
    if sections[0].kind != "audio" or tag != sections[0].mid:
        # As every browser's first offer has it; aiortc would answer any other on a transport that nobody guards.
        raise BadOffer("audio must come first in the offer and be the first of its bundle")
    return tag


def _tidied(sections: Sequence[_Section], tag: str) -> list[str]:
    """Every section with the transport of the one that names the bundle: aiortc would take the last section's.

    Without candidates that cannot or must not be reached, and without their end. A browser that hides its address
    sends a `.local` name; asking the network for it costs seconds and a socket, while the browser's own checks tell
    its address at once. For the same reason the list is never complete: aioice would give up before they arrive.
    """
    tagged = next((section for section in sections if section.mid == tag), sections[0])
    transport = [line for line in tagged.lines if line.startswith(_TRANSPORT)]
    candidates = [line for line in tagged.lines if line.startswith("a=candidate:") and _reachable(line)]
    kept: list[str] = []
    for section in sections:
        kept += [line for line in section.lines if not line.startswith((*_TRANSPORT, "a=candidate:", _END))]
        kept += [*transport, *candidates[:_MAX_CANDIDATES]]
    return kept


def _reachable(line: str) -> bool:
    """May we send to this candidate? Never to this machine's own services, nor to groups (ASVS 1.3.6)."""
    parts = line.split()
    if len(parts) < 8 or parts[2].lower() != "udp" or not parts[5].isdecimal():
        return False
    try:
        address = ip_address(parts[4])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    forbidden = address.is_loopback or address.is_multicast or address.is_unspecified or address.is_link_local
    return 0 < int(parts[5]) < 65_536 and not forbidden


def _check_readable(sdp: str) -> None:
    try:
        SessionDescription.parse(sdp)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, StopIteration) as error:
        raise BadOffer("the offer is not SDP that can be read") from error
