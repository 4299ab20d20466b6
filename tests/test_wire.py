import json

import pytest

from kitt_rtc import wire
from kitt_rtc.model.caption import Caption
from kitt_rtc.model.errors import BadMessage
from kitt_rtc.model.facts import Entry
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.speech import Role, Speaker
from tests.fakes.facts import said, sample, sample_story


@pytest.mark.parametrize("type_name", wire.FACT_TYPES)
def test_every_fact_goes_over_the_wire_and_back(type_name: str):
    entry = Entry(7, 1.5, sample(type_name))
    line = wire.encode("call", entry)
    assert "\n" not in line
    assert wire.decode(line) == wire.Envelope("call", entry)


def test_the_envelope_is_as_the_design_says():
    envelope = json.loads(wire.encode("session_abc123", Entry(17, 42.18, sample("insight_given"))))
    assert list(envelope) == ["v", "call", "seq", "at", "type", "data"]
    assert (envelope["v"], envelope["call"], envelope["seq"], envelope["at"]) == (1, "session_abc123", 17, 42.18)
    assert envelope["type"] == "insight_given"
    assert set(envelope["data"]) == {"insight", "verdict", "took", "stages"}
    assert set(envelope["data"]["insight"]["passages"][0]) >= set(Passage.__slots__)


def test_names_on_the_wire():
    assert set(wire.FACT_TYPES) == {
        "call_started",
        "profile_read",
        "profile_updated",
        "leg_joined",
        "leg_left",
        "phone_status_changed",
        "call_offered",
        "call_handed_over",
        "help_wanted",
        "leg_held",
        "keys_pressed",
        "reply_spoken",
        "recording_changed",
        "segment_skipped",
        "utterance_heard",
        "language_switched",
        "speaker_named",
        "speaker_corrected",
        "context_read",
        "answer_traced",
        "gap_found",
        "case_settled",
        "insight_given",
        "insight_withheld",
        "insight_painted",
        "insight_followed",
        "insight_rated",
        "coach_snoozed",
        "model_asked",
        "summary_written",
        "trouble",
        "trouble_over",
        "call_resumed",
        "call_ended",
    }
    assert all(wire.name_of(entry.fact) in wire.FACT_TYPES for entry in sample_story())


def test_roles_are_plain_words():
    assert wire.data_of(said("oui"))["utterance"]["speaker"]["role"] == "technician"


def test_what_a_newer_house_says_is_skipped():
    assert wire.decode('{"v": 1, "call": "c", "seq": 1, "at": 0, "type": "dream_had", "data": {}}') is None
    assert wire.decode('{"v": 2, "call": "c", "seq": 1, "at": 0, "type": "call_ended", "data": {}}') is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "nonsense",
        "[]",
        "7",
        "{}",
        '{"v": 1}',
        '{"v": 1, "call": "c", "seq": "x", "at": 0, "type": "call_ended", "data": {"reason": "x", "seconds": 1}}',
        '{"v": 1, "call": "c", "seq": 1, "at": 0, "type": "call_ended", "data": {}}',
        '{"v": 1, "call": "c", "seq": 1, "at": 0, "type": "call_ended", "data": []}',
        '{"v": 1, "call": "c", "seq": 1, "at": 0, "type": [], "data": {}}',
        "[" * 100_000,
        '{"v": 1, "seq": ' + "9" * 5000 + "}",
    ],
    ids=lambda line: line[:12] or "empty",
)
def test_what_is_no_envelope_is_refused_in_our_words(line: str):
    with pytest.raises(BadMessage):
        wire.decode(line)


def test_a_refusal_does_not_repeat_what_was_said():
    with pytest.raises(BadMessage) as refused:
        wire.fact_from("trouble", {"stage": {"secret": "words"}})
    assert "words" not in str(refused.value)


def test_a_caption_goes_over_the_wire_and_back_and_is_no_envelope():
    caption = Caption("utt_1", "leg_1", Speaker("REP", Role.REP, "Anna"), 2.5, "The camera", "is of")
    line = wire.encode_caption("call", caption)
    assert "\n" not in line
    assert list(json.loads(line)) == ["v", "call", "caption"]
    assert wire.decode_caption(line) == caption
    assert wire.decode(line) is None
    assert wire.decode_caption(wire.encode("call", Entry(7, 1.5, sample("insight_given")))) is None


@pytest.mark.parametrize("text", ["", "[]", "7", '{"v": 1, "caption": {"id": "utt_1"}}'])
def test_what_is_no_caption_is_refused(text: str):
    with pytest.raises(BadMessage):
        wire.decode_caption(text)
