"""Counters, gauges, histograms, and their text form.

The law: a label is a word of ours. Whatever else is given as a label, a name, a number, a sentence, is counted as
"other", so nothing private and no endless set of values can get in.
"""

import re

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    generate_latest,
)

_WORD = re.compile(r"[a-z][a-z_-]{0,39}")
_STEP_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.5, 3.0, 6.0, 12.0)
_LOSS_BUCKETS = (0.0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3)
_JITTER_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.3)
_LEDGER_BUCKETS = (
    0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.15, 0.2,
    0.3, 0.4, 0.6, 0.8, 1.0, 1.4, 2.0, 3.0, 5.0, 10.0, 30.0,
)  # fmt: skip


def word(label: str) -> str:
    """The label when it is a word of ours, "other" when it is not."""
    return label if _WORD.fullmatch(label) else "other"


class Metrics:
    """All instruments of one server, in a registry of its own."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)

        self.calls_live = Gauge("kitt_calls_live", "Calls being held", registry=registry)
        self.calls = Counter("kitt_calls_total", "Calls that ended", ["playbook", "reason"], registry=registry)
        self.legs_live = Gauge("kitt_legs_live", "People in calls", ["transport"], registry=registry)
        self.frames_dropped = Counter(
            "kitt_frames_dropped_total", "Frames of 20 ms a slow listener lost", ["transport"], registry=registry
        )
        self.frames_lost = Counter(
            "kitt_frames_lost_total", "Frames of 20 ms that never arrived", ["transport"], registry=registry
        )
        self.loss = Histogram(
            "kitt_leg_loss_ratio",
            "Part of a leg's sound that never arrived, at its end",
            ["transport"],
            buckets=_LOSS_BUCKETS,
            registry=registry,
        )
        self.jitter = Histogram(
            "kitt_leg_jitter_seconds",
            "How unevenly a leg's sound arrived, at its end",
            ["transport"],
            buckets=_JITTER_BUCKETS,
            registry=registry,
        )
        self.utterances = Counter("kitt_utterances_total", "Utterances written down", ["role"], registry=registry)
        self.segments_skipped = Counter(
            "kitt_segments_skipped_total", "Stretches of voice not written down", ["reason"], registry=registry
        )
        self.turns_waiting = Gauge(
            "kitt_turns_waiting", "Pieces of speech that wait to be written down", ["rank"], registry=registry
        )
        self.turn_wait_seconds = Histogram(
            "kitt_turn_wait_seconds",
            "From the end of a piece of speech to its place at the engine",
            ["rank"],
            buckets=_STEP_BUCKETS,
            registry=registry,
        )
        self.turns_lost = Counter(
            "kitt_turns_lost_total", "Pieces of speech that never got a place", ["reason"], registry=registry
        )
        self.model_questions = Counter(
            "kitt_model_questions_total", "Questions to language models", ["work", "outcome"], registry=registry
        )
        self.model_tokens = Counter(
            "kitt_model_tokens_total", "Tokens spent on language models", ["work", "direction"], registry=registry
        )
        self.model_cost = Counter(
            "kitt_model_cost_total",
            "What they cost, by MODEL_PRICE_IN and MODEL_PRICE_OUT",
            ["work"],
            registry=registry,
        )
        self.caption_passes = Counter(
            "kitt_caption_passes_total", "Looks at sentences that were still spoken", ["outcome"], registry=registry
        )
        self.step_seconds = Histogram(
            "kitt_step_seconds", "Time a step took", ["step"], buckets=_STEP_BUCKETS, registry=registry
        )
        self.ledger_seconds = Histogram(
            "kitt_ledger_seconds",
            "From the end of a sentence to the card on a screen, by stage; to_card and to_screen are sums",
            ["stage"],
            buckets=_LEDGER_BUCKETS,
            registry=registry,
        )
        self.insights = Counter("kitt_insights_total", "Insights thought of", ["type", "outcome"], registry=registry)
        self.trouble = Counter("kitt_trouble_total", "What did not work", ["stage", "code"], registry=registry)
        self.store_waiting = Gauge(
            "kitt_store_waiting_entries", "Facts of live calls that are not on disk yet", registry=registry
        )
        self.store_failures = Counter(
            "kitt_store_failures_total", "Attempts to write that the store did not take", ["code"], registry=registry
        )
        self.store_lost = Counter(
            "kitt_store_lost_entries_total", "Facts that were given up and are not on disk", registry=registry
        )
        self.calls_forgotten = Counter(
            "kitt_calls_forgotten_total", "Calls deleted because of their age", registry=registry
        )
        self.loop_lag = Gauge(
            "kitt_loop_lag_seconds", "Longest delay of the event loop in the last minute", registry=registry
        )

    def render(self) -> tuple[bytes, str]:
        """The text a collector reads, and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST
