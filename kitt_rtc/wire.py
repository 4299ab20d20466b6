"""Facts as JSON envelopes, and back: one form for the store, the sockets, the data channel and HTTP answers.

{"v": 1, "call": "…", "seq": 17, "at": 42.18, "type": "insight_given", "data": {…}}

Captions and drafts go beside them, and are nothing that one could count or store:
{"v": 1, "call": "…", "caption": {…}}, {"v": 1, "call": "…", "draft": {…}}
So does the call's time, for who asked for it: {"v": 1, "call": "…", "clock": {"sent": …, "at": …}}
"""

import json
import re
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from kitt_rtc.model.caption import Caption
from kitt_rtc.model.draft import Draft
from kitt_rtc.model.errors import BadMessage
from kitt_rtc.model.facts import Entry, Fact

VERSION = 1


def _type_name(fact_type: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", fact_type.__name__).lower()


FACT_TYPES: dict[str, type] = {_type_name(fact_type): fact_type for fact_type in get_args(Fact)}
"""Every fact by its name on the wire."""
_ADAPTERS: dict[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in FACT_TYPES.values()}
_CAPTION: TypeAdapter[Caption] = TypeAdapter(Caption)
_DRAFT: TypeAdapter[Draft] = TypeAdapter(Draft)
_BESIDE = ("caption", "draft", "clock")


@dataclass(frozen=True, slots=True)
class Envelope:
    """An entry and the call it belongs to."""

    call_id: str
    entry: Entry


def name_of(fact: Fact) -> str:
    """The fact's name on the wire: `InsightGiven` is "insight_given"."""
    return _type_name(type(fact))


def data_of(fact: Fact) -> dict[str, Any]:
    """The fact's own fields as plain JSON values."""
    data: dict[str, Any] = _ADAPTERS[type(fact)].dump_python(fact, mode="json")
    return data


def as_dict(call_id: str, entry: Entry) -> dict[str, Any]:
    """The envelope as plain JSON values."""
    return {
        "v": VERSION,
        "call": call_id,
        "seq": entry.seq,
        "at": entry.at,
        "type": name_of(entry.fact),
        "data": data_of(entry.fact),
    }


def encode(call_id: str, entry: Entry) -> str:
    """The envelope as one line of JSON."""
    return _line(as_dict(call_id, entry))


def encode_caption(call_id: str, caption: Caption) -> str:
    """A caption as one line of JSON: no envelope, for it has no number and no place in the story."""
    return _line({"v": VERSION, "call": call_id, "caption": _CAPTION.dump_python(caption, mode="json")})


def encode_draft(call_id: str, draft: Draft) -> str:
    """A tip that is being written as one line of JSON; no envelope either."""
    return _line({"v": VERSION, "call": call_id, "draft": _DRAFT.dump_python(draft, mode="json")})


def encode_clock(call_id: str, sent: float, at: float) -> str:
    """What time it is in a call, as one line of JSON, with the time that the asker's own clock showed when it asked."""
    return _line({"v": VERSION, "call": call_id, "clock": {"sent": sent, "at": round(at, 6)}})


def fact_from(type_name: str, data: object) -> Fact | None:
    """The fact, or None when this house does not know its type (an older reader outlives a new fact).

    Raises BadMessage when the type is known and the data is not of it.
    """
    fact_type = FACT_TYPES.get(type_name)
    if fact_type is None:
        return None
    try:
        fact: Fact = _ADAPTERS[fact_type].validate_python(data)
    except ValidationError as error:
        raise BadMessage(f"not a {type_name}: {error.error_count()} field(s) at fault") from error
    return fact


def decode(text: str) -> Envelope | None:
    """The envelope in a line of JSON; None when its version or type is unknown, and for what goes beside the story."""
    try:
        raw = json.loads(text)
        if raw["v"] != VERSION or any(kind in raw for kind in _BESIDE):
            return None
        fact = fact_from(raw["type"], raw["data"])
        if fact is None:
            return None
        return Envelope(str(raw["call"]), Entry(seq=int(raw["seq"]), at=float(raw["at"]), fact=fact))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadMessage("not an envelope") from error


def decode_caption(text: str) -> Caption | None:
    """The caption in a line of JSON; None when it is something else. Raises BadMessage when it is not of its form."""
    try:
        raw = json.loads(text)
        if raw["v"] != VERSION or "caption" not in raw:
            return None
        return _CAPTION.validate_python(raw["caption"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadMessage("not a caption") from error


def decode_draft(text: str) -> Draft | None:
    """The draft in a line of JSON; None when it is something else. Raises BadMessage when it is not of its form."""
    try:
        raw = json.loads(text)
        if raw["v"] != VERSION or "draft" not in raw:
            return None
        return _DRAFT.validate_python(raw["draft"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadMessage("not a draft") from error


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
