"""Notices that words come late, or not at all, or from a stand-in; says so once, and says when it is over.

The law: each cause by its own name, told within five seconds of its beginning and of its end, and none in a call that
goes well (contract N12).
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from kitt_rtc.calls.scheduler import Load
from kitt_rtc.model.facts import Fact, Trouble, TroubleOver

_STAGE = "scribe"
_WAITED_SECONDS, _CAUGHT_UP_SECONDS = 3.0, 1.0
"""A call is behind when its oldest sentence has waited for so long; no more, when for less than this."""
_CROWD = 4
"""The house is behind when so many wait for each place."""
_HELD_SECONDS = 3.5
"""A sentence takes a second or two; an engine that takes longer has stalled."""
_OWED_SECONDS = 3.5


@dataclass(frozen=True, slots=True)
class Hearing:
    """How well a call is heard at this moment."""

    load: Load = field(default_factory=Load)
    owing: float = 0.0
    """Seconds since the oldest sentence ended that is not even on its way to an engine."""
    stand_in: str = ""
    """Who writes in the place of the first transcriber; empty while that one does."""


def changes(hearing: Hearing, troubles: Collection[tuple[str, str]]) -> list[Fact]:
    """What is to be told, after what was told: `troubles` are stages and codes that were not told to be over."""
    told = {code for stage, code in troubles if stage == _STAGE}
    facts: list[Fact] = []
    for code, detail in _causes(hearing, told).items():
        if detail and code not in told:
            facts.append(Trouble(_STAGE, code, detail))
        elif not detail and code in told:
            facts.append(TroubleOver(_STAGE, code))
    return facts


def _causes(hearing: Hearing, told: Collection[str]) -> dict[str, str]:
    """What to say of each; empty where nothing is wrong."""
    stalled = hearing.load.held > _HELD_SECONDS
    behind = _is_behind(hearing.load, already="behind" in told)
    unheard = hearing.owing > _OWED_SECONDS
    return {
        "behind": "More is said than can be written down at once: words come late, and no live captions." * behind,
        "stalled": "The transcriber takes long over a sentence." * stalled,
        "unheard": "Somebody has spoken, and no words come of it." * unheard,
        "fallback": f"The transcriber does not answer: {hearing.stand_in} writes in its place."
        if hearing.stand_in
        else "",
    }


def _is_behind(load: Load, *, already: bool) -> bool:
    if already:
        return load.waited > _CAUGHT_UP_SECONDS or load.crowd > load.places
    crowded = load.waited > 0 and load.crowd > _CROWD * load.places
    return load.waited > _WAITED_SECONDS or crowded
