"""Journal to metrics. One for all calls."""

from collections.abc import Iterable, Sequence

from kitt_rtc.journal import Journal
from kitt_rtc.metrics import Metrics, word
from kitt_rtc.model.facts import (
    CallEnded,
    CallStarted,
    ContextRead,
    Entry,
    InsightGiven,
    InsightPainted,
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
from kitt_rtc.model.ledger import BEHIND_THE_CARD, Stage, total


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

    def recall(self, entry: Entry) -> None:
        """What later facts refer to, uncounted."""
        match entry.fact:
            case CallStarted(playbook=playbook):
                self._playbook = playbook
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
                metrics.utterances.labels(word(utterance.speaker.role)).inc()
                metrics.step_seconds.labels("scribe").observe(took)
            case SegmentSkipped(reason=reason):
                metrics.segments_skipped.labels(word(reason)).inc()
            case ContextRead(took=took):
                metrics.step_seconds.labels("context").observe(took)
            case InsightGiven() | InsightWithheld() | InsightPainted() as fact:
                self._advice(fact)
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

    def _advice(self, fact: InsightGiven | InsightWithheld | InsightPainted) -> None:
        match fact:
            case InsightGiven(insight=insight, took=took, stages=stages):
                self._insight(insight, "given", took)
                self._ledger(stages)
                self._way("to_card", stages)
            case InsightWithheld(insight=insight, took=took):
                self._insight(insight, "withheld", took)
            case InsightPainted(stages=stages):
                self._ledger(stage for stage in stages if stage.name in BEHIND_THE_CARD)
                self._way("to_screen", stages)

    def _insight(self, insight: Insight, outcome: str, took: float) -> None:
        self._metrics.insights.labels(word(insight.type), outcome).inc()
        self._metrics.step_seconds.labels("adviser").observe(took)

    def _ledger(self, stages: Iterable[Stage]) -> None:
        for stage in stages:
            self._metrics.ledger_seconds.labels(word(stage.name)).observe(stage.seconds)

    def _way(self, name: str, stages: Sequence[Stage]) -> None:
        """Of a card that no live sentence led to there is none."""
        if stages:
            self._metrics.ledger_seconds.labels(name).observe(total(stages))
