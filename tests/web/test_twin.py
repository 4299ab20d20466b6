"""The story the pages fold is the story Python folds: both are held to the same recorded views."""

import json
from pathlib import Path
from typing import Any

import pytest

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.wire import decode, encode

STORIES = Path(__file__).resolve().parents[1] / "stories"


def view_of(conversation: Conversation) -> dict[str, Any]:
    return {
        "call_id": conversation.call_id,
        "playbook": conversation.playbook,
        "language": conversation.language,
        "started_at": conversation.started_at,
        "ended": conversation.ended.reason if conversation.ended else None,
        "spoken": [utterance.id for utterance in conversation.utterances],
        "phase": conversation.phase,
        "pain_points": list(conversation.pain_points),
        "objections": list(conversation.objections),
        "entities": list(conversation.entities),
        "issue": conversation.issue,
        "sufficient": conversation.sufficient,
        "context_reason": conversation.context_reason,
        "answered": list(conversation.answered),
        "commitments": list(conversation.commitments),
        "competitors": list(conversation.competitors),
        "mood": conversation.tone.mood,
        "checklist": [item.id for item in conversation.checklist],
        "ticks": [tick.item_id for tick in conversation.ticks],
        "clues": [[clue.kind, clue.id, clue.denied] for clue in conversation.clues],
        "cases": [case.resolved for case in conversation.cases],
        "gaps": [gap.question for gap in conversation.gaps],
        "ratings": dict(conversation.ratings),
        "followed": sorted(conversation.followed),
        "snoozed_until": conversation.snoozed_until,
        "tokens": conversation.tokens,
        "given": [[given.at, given.insight.id] for given in conversation.given],
        "withheld": [[held.at, held.insight.id, held.verdict.twin_id] for held in conversation.withheld],
        "roster": [[speaker.id, speaker.role.value] for speaker in conversation.roster],
        "legs_present": list(conversation.legs_present),
        "legs_held": list(conversation.legs_held),
        "machines": sorted(conversation.machines),
        "quiet_reason": conversation.quiet_reason,
        "total_segments": conversation.total_segments,
        "tally": {
            speaker_id: {
                "role": tally.role.value,
                "segment_count": tally.segment_count,
                "seconds": round(tally.seconds, 3),
                "words": tally.words,
            }
            for speaker_id, tally in conversation.tally.items()
        },
    }


@pytest.mark.parametrize("name", ["support", "coaching", "bridge"])
def test_the_fold_of_a_recorded_call_is_the_one_the_pages_make(name: str) -> None:
    lines = (STORIES / f"{name}.jsonl").read_text("utf-8").splitlines()
    envelopes = [envelope for line in lines if (envelope := decode(line)) is not None]
    assert len(envelopes) == len(lines)
    conversation = Conversation.of(envelope.entry for envelope in envelopes)
    expected = json.loads((STORIES / f"{name}.view.json").read_text("utf-8"))
    assert view_of(conversation) == expected


@pytest.mark.parametrize("name", ["support", "coaching", "bridge"])
def test_the_recorded_calls_are_in_the_form_of_the_wire(name: str) -> None:
    for line in (STORIES / f"{name}.jsonl").read_text("utf-8").splitlines():
        envelope = decode(line)
        assert envelope is not None
        assert encode(envelope.call_id, envelope.entry) == line
