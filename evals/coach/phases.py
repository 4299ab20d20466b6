"""Is the phase of the sale right, line by line, in calls that a person has read? `python -m evals.coach phases`.

By words alone: a phase by meaning (examples of each stage, weighed as moods are, where no word tells one) was tried on
these calls and moved the figure by three lines in a hundred at its best cut; it is not built.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from evals.coach.context import Listening
from evals.figure import Figure
from kitt_rtc.model.facts import UtteranceHeard
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.context import SaleReader
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.prompts.library import Library
from kitt_rtc.replay.golden import GoldenCall, read_golden

LABELS = Path(__file__).with_name("phases.yaml")
FOLDER = Path(__file__).parents[1] / "golden"


@dataclass(frozen=True, slots=True)
class Labelled:
    call: str
    phases: dict[int, str]
    """By the number of the line from which on each holds."""


async def figures(quick: bool = False) -> Sequence[Figure]:
    """`quick`: of every third call."""
    reader = SaleReader(Cards.load(), Signs.load(), Library())
    calls = {call.name: call for call in read_golden(FOLDER)}
    labelled = [Labelled(**row) for row in yaml.safe_load(LABELS.read_text("utf-8"))][:: 3 if quick else 1]
    right = [one for row in labelled for one in await _right(reader, calls[row.call], row)]
    share = 100 * sum(right) / len(right)
    note = f"{len(right)} lines of {len(labelled)} golden calls"
    return [Figure("phase: lines whose phase is right", share, "%", note=note)]


async def _right(reader: SaleReader, call: GoldenCall, labelled: Labelled) -> list[bool]:
    listening, phase = Listening(reader, call.script.started.language), ""
    found = []
    lines = [cue.fact.utterance for cue in call.script.cues if isinstance(cue.fact, UtteranceHeard)]
    for number, said in enumerate(lines):
        phase = labelled.phases.get(number, phase)
        who = "client" if said.speaker.role is Role.CUSTOMER else "rep"
        await listening.hear(who, said.text, said.language)
        found.append(listening.conversation.phase == phase)
    return found
