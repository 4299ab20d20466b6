"""One sample of every fact, built from its types: a new fact has one the day it is written."""

import types
from dataclasses import fields, is_dataclass
from enum import Enum
from itertools import count
from typing import Any, Union, get_args, get_origin, get_type_hints

from kitt_rtc.model.facts import CallEnded, CallStarted, Entry, Fact, UtteranceHeard
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.wire import FACT_TYPES


def sample(type_name: str) -> Fact:
    """A fact of this type with every field set, and no two fields alike."""
    return _value(FACT_TYPES[type_name], type_name, count(1))


def sample_story() -> list[Entry]:
    """Every fact once, a call's beginning first and its end last."""
    names = sorted(FACT_TYPES, key=lambda name: (name != "call_started", name == "call_ended", name))
    return [Entry(seq, seq * 0.25, sample(name)) for seq, name in enumerate(names, start=1)]


def started(call_id: str = "call", *, at: float = 1_700_000_000.0, language: str = "fr") -> CallStarted:
    return CallStarted(call_id, "support", language, at)


def ended(seconds: float = 60.0, reason: str = "hung_up") -> CallEnded:
    return CallEnded(reason, seconds)


def said(
    text: str, *, number: int = 1, start: float = 0.0, role: Role = Role.TECHNICIAN, name: str = ""
) -> UtteranceHeard:
    speaker = Speaker(f"{role.value}1", role, name)
    return UtteranceHeard(Utterance(f"utt{number}", speaker, text, "fr", start, start + 1.0), 0.3)


def _value(kind: Any, name: str, numbers: count) -> Any:
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{field.name: _value(hints[field.name], field.name, numbers) for field in fields(kind)})
    origin, members = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, Union):
        return _value(next(member for member in members if member is not type(None)), name, numbers)
    if origin is tuple:
        return tuple(_value(members[0], name, numbers) for _ in range(2))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)[next(numbers) % len(kind)]
    made = {
        str: lambda: f"{name} n° {next(numbers)} « été \\ 100 % _ 'x' \" 🙂\n»",
        float: lambda: next(numbers) + 0.125,
        int: lambda: next(numbers),
        bool: lambda: True,
    }
    return made[kind]()
