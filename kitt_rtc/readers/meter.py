"""Journal to metrics. One for all calls."""

from collections import OrderedDict

from kitt_rtc.journal import Journal
from kitt_rtc.metrics import Metrics, word
from kitt_rtc.model.facts import (
    CallEnded,
    CallStarted,
    ContextRead,
    Entry,
    InsightGiven,
    InsightWithheld,
    LegJoined,
    LegLeft,
    ModelAsked,
    SegmentSkipped,
    SummaryWritten,
    Trouble,
    UtteranceHeard,
)
from kitt_rtc.model.insight import Insight

_REMEMBERED = 256
"""Utterances whose end is kept: an insight is caused by the last few."""


class Meter:
    """Fits `ports.Reader`."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def read(self, journal: Journal) -> None:
        """Count a call's facts until its journal closes; what it held open is then no longer counted as live.

        Those of an earlier process were counted by it.
        """
        count = _Count(self._metrics)
        for entry in journal.entries()[: journal.inherited]:
            count.recall(entry)
        self._metrics.calls_live.inc()
        try:
            async for entry in journal.follow(journal.inherited):
                count.take(entry)
        finally:
            self._metrics.calls_live.dec()
            count.leave_all()


class _Count:
    """What counting one call has to remember."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._playbook = ""
        self._legs: dict[str, str] = {}
        """Transports of those who are in the call, by leg id."""
        self._ends: OrderedDict[str, float] = OrderedDict()
        """Seconds since the call began at which an utterance ended, by its id."""

    def recall(self, entry: Entry) -> None:
        """What later facts refer to, uncounted."""
        match entry.fact:
            case CallStarted(playbook=playbook):
                self._playbook = playbook
            case UtteranceHeard(utterance=utterance):
                self._remember(utterance.id, utterance.end)
            case _:
                pass

    def take(self, entry: Entry) -> None:
        metrics = self._metrics
        match entry.fact:
            case CallStarted():
                self.recall(entry)
            case LegJoined(leg_id=leg_id, transport=transport):
                self._legs[leg_id] = word(transport)
                metrics.legs_live.labels(word(transport)).inc()
            case LegLeft() as fact:
                self._leave(fact)
            case UtteranceHeard(utterance=utterance, took=took):
                self.recall(entry)
                metrics.utterances.labels(word(utterance.speaker.role)).inc()
                metrics.step_seconds.labels("scribe").observe(took)
            case SegmentSkipped(reason=reason):
                metrics.segments_skipped.labels(word(reason)).inc()
            case ContextRead(took=took):
                metrics.step_seconds.labels("context").observe(took)
            case InsightGiven(insight=insight, took=took):
                self._insight(insight, "given", took)
                self._ear_to_overlay(insight, entry.at)
            case InsightWithheld(insight=insight, took=took):
                self._insight(insight, "withheld", took)
            case SummaryWritten() | ModelAsked() as fact:
                self._model(fact)
            case Trouble(stage=stage, code=code):
                metrics.trouble.labels(word(stage), word(code)).inc()
            case CallEnded(reason=reason):
                metrics.calls.labels(word(self._playbook), word(reason)).inc()
            case _:
                pass

    def leave_all(self) -> None:
        """Those who never said that they left."""
        for transport in self._legs.values():
            self._metrics.legs_live.labels(transport).dec()

    def _leave(self, fact: LegLeft) -> None:
        transport = self._legs.pop(fact.leg_id, None)
        if transport is not None:
            self._metrics.legs_live.labels(transport).dec()
            self._metrics.frames_dropped.labels(transport).inc(fact.dropped_frames)
            self._metrics.frames_lost.labels(transport).inc(fact.lost_frames)
            if fact.quality is not None:
                self._metrics.loss.labels(transport).observe(fact.quality.loss)
                self._metrics.jitter.labels(transport).observe(fact.quality.jitter_ms / 1_000)

    def _model(self, fact: SummaryWritten | ModelAsked) -> None:
        if isinstance(fact, SummaryWritten):
            self._metrics.step_seconds.labels("summarizer").observe(fact.took)
            return
        work, outcome = word(fact.work), word(fact.outcome)
        self._metrics.model_questions.labels(work, outcome).inc()
        self._metrics.model_tokens.labels(work, "in").inc(fact.tokens_in)
        self._metrics.model_tokens.labels(work, "out").inc(fact.tokens_out)
        self._metrics.model_cost.labels(work).inc(fact.cost)

    def _remember(self, utterance_id: str, end: float) -> None:
        self._ends[utterance_id] = end
        if len(self._ends) > _REMEMBERED:
            self._ends.popitem(last=False)

    def _insight(self, insight: Insight, outcome: str, took: float) -> None:
        self._metrics.insights.labels(word(insight.type), outcome).inc()
        self._metrics.step_seconds.labels("adviser").observe(took)

    def _ear_to_overlay(self, insight: Insight, at: float) -> None:
        """From the last of the sentences that caused it."""
        ends = [self._ends[utterance_id] for utterance_id in insight.because if utterance_id in self._ends]
        if ends and at >= max(ends):
            self._metrics.ear_to_overlay_seconds.observe(at - max(ends))
