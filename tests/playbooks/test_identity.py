"""An insight's id is the same when the call is told again, and never another's."""

from dataclasses import replace

from kitt_rtc.model.conversation import Conversation, GivenInsight
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.playbooks.identity import insight_id

CALL = Conversation(call_id="a")


def test_the_same_moment_has_the_same_id_and_any_other_its_own():
    given = GivenInsight(1.0, Insight("x", InsightType.COACHING, "x"))
    ids = [
        insight_id(CALL, "pain.time", "Count."),
        insight_id(replace(CALL, call_id="b"), "pain.time", "Count."),
        insight_id(CALL, "pain.cost", "Count."),
        insight_id(CALL, "pain.time", "Count it."),
        insight_id(replace(CALL, given=(given,)), "pain.time", "Count."),
    ]
    assert insight_id(CALL, "pain.time", "Count.") == ids[0]
    assert len(set(ids)) == len(ids)
    assert all(len(one) == 20 and one.startswith("ins_") for one in ids)
