import asyncio

from kitt_rtc.journal import Journal
from kitt_rtc.metrics import Metrics
from kitt_rtc.model.facts import (
    Fact,
    InsightGiven,
    InsightPainted,
    InsightWithheld,
    LegJoined,
    LegLeft,
    SegmentSkipped,
    Trouble,
)
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.ledger import Stage
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.readers.meter import Meter
from tests.fakes.facts import ended, said, sample_story, started
from tests.support.until import until

REP = Speaker("rep1", Role.REP)
NEW = Verdict(False, "new")


def text(metrics: Metrics) -> list[str]:
    return metrics.render()[0].decode().splitlines()


def advice(*because: str) -> Insight:
    return Insight("i", InsightType.COACHING, "…", because=because)


async def measure(*facts: tuple[float, Fact]) -> list[str]:
    metrics = Metrics()
    journal = Journal("call", iter([at for at, _ in facts]).__next__)
    for _, fact in facts:
        journal.append(fact)
    journal.close()
    await Meter(metrics).read(journal)
    return text(metrics)


async def test_every_fact_can_be_counted():
    lines = await measure(*((entry.at, entry.fact) for entry in sample_story()))
    assert "kitt_calls_live 0.0" in lines


async def test_a_call_and_its_people_are_live_while_they_are():
    metrics, journal = Metrics(), Journal("call", lambda: 1.0)
    reading = asyncio.create_task(Meter(metrics).read(journal))
    journal.append(started())
    journal.append(LegJoined("a", "webrtc", REP))
    journal.append(LegJoined("b", "twilio", None))
    await until(lambda: 'kitt_legs_live{transport="twilio"} 1.0' in text(metrics))
    assert "kitt_calls_live 1.0" in text(metrics)
    journal.append(LegLeft("a", "hung_up", 3.0, 4, 2, LineQuality(0.03, 12.0, None)))
    journal.append(ended())
    journal.close()
    await reading
    lines = text(metrics)
    assert "kitt_calls_live 0.0" in lines
    assert 'kitt_legs_live{transport="webrtc"} 0.0' in lines
    assert 'kitt_legs_live{transport="twilio"} 0.0' in lines
    assert 'kitt_frames_dropped_total{transport="webrtc"} 4.0' in lines
    assert 'kitt_frames_lost_total{transport="webrtc"} 2.0' in lines
    assert 'kitt_leg_loss_ratio_bucket{le="0.02",transport="webrtc"} 0.0' in lines
    assert 'kitt_leg_loss_ratio_bucket{le="0.05",transport="webrtc"} 1.0' in lines
    assert 'kitt_leg_jitter_seconds_bucket{le="0.02",transport="webrtc"} 1.0' in lines
    assert 'kitt_calls_total{playbook="support",reason="hung_up"} 1.0' in lines


async def test_a_reading_that_is_cancelled_leaves_nothing_live():
    metrics, journal = Metrics(), Journal("call", lambda: 1.0)
    journal.append(LegJoined("a", "webrtc", REP))
    reading = asyncio.create_task(Meter(metrics).read(journal))
    await until(lambda: 'kitt_legs_live{transport="webrtc"} 1.0' in text(metrics))
    reading.cancel()
    await asyncio.wait([reading])
    assert "kitt_calls_live 0.0" in text(metrics)
    assert 'kitt_legs_live{transport="webrtc"} 0.0' in text(metrics)


WAY = (Stage("pause", 0.3), Stage("words", 0.2), Stage("news", 0.1), Stage("memory", 0.3))
TO_THE_SCREEN = (*WAY, Stage("kept", 0.004), Stage("sent", 0.003), Stage("painted", 0.03))


async def test_N7_each_stage_of_the_way_to_a_card_is_counted_once_and_those_behind_it_for_each_page():
    lines = await measure(
        (4.5, said("two", number=2, start=3.0)),
        (4.9, InsightGiven(advice("utt2"), NEW, 0.2, WAY)),
        (5.0, InsightPainted("i1", TO_THE_SCREEN, 0.001, "REP")),
        (5.0, InsightPainted("i1", TO_THE_SCREEN, 0.001, "supervisor")),
    )
    counts = {"pause": 1, "memory": 1, "to_card": 1, "kept": 2, "sent": 2, "painted": 2, "to_screen": 2}
    for stage, count in counts.items():
        assert f'kitt_ledger_seconds_count{{stage="{stage}"}} {count}.0' in lines
    assert 'kitt_ledger_seconds_bucket{le="0.8",stage="to_card"} 0.0' in lines
    assert 'kitt_ledger_seconds_bucket{le="1.0",stage="to_card"} 1.0' in lines


async def test_a_card_that_no_live_sentence_led_to_has_no_way_to_count():
    lines = await measure((2.0, InsightGiven(advice(), NEW, 0.2)))
    assert not [line for line in lines if line.startswith("kitt_ledger_seconds_count")]
    assert 'kitt_insights_total{outcome="given",type="coaching"} 1.0' in lines


async def test_steps_insights_skips_and_trouble():
    lines = await measure(
        (1.0, said("one")),
        (1.0, SegmentSkipped("x", "technician", 0.4, "too_short")),
        (2.0, InsightWithheld(advice("utt1"), Verdict(True, "twin"), 0.2)),
        (2.0, Trouble("scribe", "engine_timeout", "too slow")),
    )
    assert 'kitt_utterances_total{role="technician"} 1.0' in lines
    assert 'kitt_step_seconds_count{step="scribe"} 1.0' in lines
    assert 'kitt_step_seconds_count{step="adviser"} 1.0' in lines
    assert 'kitt_segments_skipped_total{reason="too_short"} 1.0' in lines
    assert 'kitt_insights_total{outcome="withheld",type="coaching"} 1.0' in lines
    assert 'kitt_trouble_total{code="engine_timeout",stage="scribe"} 1.0' in lines
