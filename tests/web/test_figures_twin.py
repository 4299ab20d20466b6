"""The figures that the pages fold are those Python folds: both are held to what was agreed for the recorded calls."""

import json
from pathlib import Path
from typing import Any

import pytest

from kitt_rtc.model.figures import figures, holds, spoken
from kitt_rtc.wire import decode

STORIES = Path(__file__).resolve().parents[1] / "stories"


def figures_of(name: str) -> dict[str, Any]:
    lines = (STORIES / f"{name}.jsonl").read_text("utf-8").splitlines()
    entries = [envelope.entry for line in lines if (envelope := decode(line)) is not None]
    told = figures(spoken(entries), holds(entries))
    return {
        "warm": told.warm,
        "talk": round(told.talk, 3),
        "share": round(told.share, 3),
        "monologue": round(told.monologue, 3),
        "monologue_at": round(told.monologue_at, 3),
        "running": round(told.running, 3),
        "questions": told.questions,
        "silence": round(told.silence, 3),
        "people": [
            [
                person.speaker.id,
                person.speaker.name,
                round(person.seconds, 3),
                person.words,
                None if person.pace is None else round(person.pace, 3),
                person.interruptions,
                person.questions,
            ]
            for person in told.people
        ],
    }


@pytest.mark.parametrize("name", ["support", "coaching", "bridge", "talk"])
def test_the_figures_of_a_recorded_call_are_those_the_pages_make(name: str) -> None:
    assert figures_of(name) == json.loads((STORIES / "figures.json").read_text("utf-8"))[name]
