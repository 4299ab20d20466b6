"""What is known of a call, in the doors' words: entries and conversations into answers."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType

from kitt_rtc.api.advice_forms import InsightSeen, Source, StageFigures, StageSeen
from kitt_rtc.api.call_forms import (
    CallStatus,
    CorrectionSeen,
    Counters,
    FiguresSeen,
    GapSeen,
    LegHealth,
    LegState,
    Message,
    ModelSpending,
    PersonFiguresSeen,
    QualitySeen,
    RecordingState,
    SessionStats,
    SpeakerStats,
    ToneSeen,
    TroubleSeen,
)
from kitt_rtc.calls.ledger import first_painted, lengths
from kitt_rtc.model.audio import Clock
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import BudgetSpent
from kitt_rtc.model.facts import Entry, InsightGiven, InsightWithheld, SegmentSkipped, Trouble, UtteranceHeard
from kitt_rtc.model.figures import PersonFigures, figures, holds, spoken
from kitt_rtc.model.gaps import Gap
from kitt_rtc.model.insight import Insight
from kitt_rtc.model.ledger import Stage, total
from kitt_rtc.model.speech import Utterance
from kitt_rtc.model.tone import Tone
from kitt_rtc.ports import Leg

_SILENT_SECONDS = 2.0
_LOST_SECONDS = 10.0
"""RELIABILITY trap 8: a voice that does not come is told long before its connection gives up."""


def message(utterance: Utterance) -> Message:
    return Message(
        id=utterance.id,
        speaker_id=utterance.speaker.id,
        speaker_role=utterance.speaker.role.value,
        speaker_name=utterance.speaker.name,
        text=utterance.text,
        language=utterance.language,
        start=utterance.start,
        end=utterance.end,
        heard=utterance.heard,
        corrections=[CorrectionSeen(**asdict(correction)) for correction in utterance.corrections],
    )


def tone(sounds: Tone) -> ToneSeen:
    return ToneSeen.model_validate(asdict(sounds))


def gap(hole: Gap) -> GapSeen:
    return GapSeen(
        start=round(hole.start, 3),
        end=hole.end,
        seconds=round(hole.seconds, 3),
        cause=hole.cause,
        speaker_id=hole.speaker.id if hole.speaker else "",
        speaker_role=hole.speaker.role.value if hole.speaker else "",
    )


def status_of(conversation: Conversation, *, live: bool) -> CallStatus:
    """A call that is neither live nor ended was cut short by the end of its process."""
    return "active" if live and conversation.ended is None else "ended"


def recording_state(conversation: Conversation, *, live: bool) -> RecordingState:
    """Nothing records a call that nobody holds any more."""
    match conversation.recording if live else "off":
        case "on":
            return "on"
        case "paused":
            return "paused"
        case _:
            return "off"


def session_stats(conversation: Conversation) -> SessionStats:
    """Segments by speaker; the role stands under both names the originals use."""
    names = {speaker.id: speaker.name for speaker in conversation.roster}
    speakers = {
        speaker_id: SpeakerStats(
            segment_count=tally.segment_count,
            speaker_role=tally.role.value,
            role=tally.role.value,
            speaker_name=names.get(speaker_id, ""),
            seconds=round(tally.seconds, 3),
            words=tally.words,
        )
        for speaker_id, tally in conversation.tally.items()
    }
    return SessionStats(total_segments=conversation.total_segments, speakers=speakers)


def spending(conversation: Conversation) -> ModelSpending:
    return ModelSpending(
        tokens=conversation.tokens,
        estimated=conversation.tokens_estimated,
        cost=round(conversation.cost, 6),
        used_up=("model", BudgetSpent.code) in conversation.troubles,
    )


def live_figures(entries: Sequence[Entry]) -> FiguresSeen:
    """How the call goes, over all that was said."""
    told = figures(spoken(entries), holds(entries))
    return FiguresSeen(
        warm=told.warm,
        talk_seconds=round(told.talk, 3),
        rep_share=round(told.share, 4),
        longest_monologue=round(told.monologue, 3),
        longest_monologue_at=told.monologue_at,
        monologue=round(told.running, 3),
        questions=told.questions,
        silence=round(told.silence, 4),
        people=[_person(person) for person in told.people],
    )


def _person(person: PersonFigures) -> PersonFiguresSeen:
    return PersonFiguresSeen(
        speaker_id=person.speaker.id,
        speaker_role=person.speaker.role.value,
        speaker_name=person.speaker.name,
        seconds=round(person.seconds, 3),
        words=person.words,
        words_per_minute=None if person.pace is None else round(person.pace, 1),
        interruptions=person.interruptions,
        questions=person.questions,
    )


def insights(entries: Iterable[Entry]) -> list[InsightSeen]:
    """Those that were given and those that were withheld, in the order they came."""
    known = list(entries)
    shown = first_painted(known)
    return [seen for entry in known if (seen := insight(entry, shown)) is not None]


def insight(entry: Entry, shown: Mapping[str, Sequence[Stage]] = MappingProxyType({})) -> InsightSeen | None:
    """The insight this entry tells of; None when it tells of something else. `shown`: the ways to a screen, by id."""
    if not isinstance(entry.fact, InsightGiven | InsightWithheld):
        return None
    card, verdict = entry.fact.insight, entry.fact.verdict
    to_card = entry.fact.stages if isinstance(entry.fact, InsightGiven) else ()
    to_screen = shown.get(card.id, ())
    return InsightSeen(
        id=card.id,
        type=card.type.value,
        content=card.content,
        title=card.title,
        status="given" if isinstance(entry.fact, InsightGiven) else "withheld",
        at=entry.at,
        reason=card.reason,
        verdict=verdict.reason,
        duplicate_of=verdict.twin_id,
        quote=card.quote,
        because=list(card.because),
        sources=sources(card),
        written_by=card.written_by,
        playbook_version=card.playbook_version,
        stages=[StageSeen(name=stage.name, seconds=stage.seconds) for stage in to_screen or to_card],
        painted_seconds=round(total(to_screen), 4) if to_screen else None,
    )


def stage_figures(entries: Iterable[Entry]) -> list[StageFigures]:
    """How long each stage took, over all cards of a call, in the order they are gone through."""
    return [
        StageFigures(stage=name, count=len(took), p50=_at(took, 0.5), p95=_at(took, 0.95), p99=_at(took, 0.99))
        for name, took in lengths(entries).items()
    ]


def _at(lengths: Sequence[float], share: float) -> float:
    """The length that this share of all lengths does not exceed."""
    return sorted(lengths)[math.ceil(share * len(lengths)) - 1]


def sources(card: Insight) -> list[Source]:
    return [
        Source(
            title=passage.title,
            section=passage.section,
            source=passage.source,
            version=passage.version,
            score=round(passage.score, 4),
        )
        for passage in card.passages
    ]


def troubles(entries: Iterable[Entry]) -> list[TroubleSeen]:
    return [
        TroubleSeen(at=entry.at, stage=entry.fact.stage, code=entry.fact.code, detail=entry.fact.detail)
        for entry in entries
        if isinstance(entry.fact, Trouble)
    ]


def counters(entries: Sequence[Entry]) -> Counters:
    kinds = Counter(type(entry.fact) for entry in entries)
    skipped = Counter(entry.fact.reason for entry in entries if isinstance(entry.fact, SegmentSkipped))
    return Counters(
        utterances=kinds[UtteranceHeard],
        skipped=dict(skipped),
        insights_given=kinds[InsightGiven],
        insights_withheld=kinds[InsightWithheld],
        troubles=kinds[Trouble],
    )


def leg_state(leg: Leg, clock: Clock, *, held: bool) -> LegState:
    """A leg and how well it is heard."""
    track = leg.microphone
    quiet = None if track.last_push is None else max(0.0, clock() - track.last_push)
    speaker, quality = leg.speaker, leg.quality
    return LegState(
        leg_id=leg.id,
        transport=leg.transport,
        speaker_id=speaker.id if speaker else "",
        speaker_role=speaker.role.value if speaker else "",
        speaker_name=speaker.name if speaker else "",
        health=_health(quiet, connected=quality is not None),
        quiet_seconds=None if quiet is None else round(quiet, 3),
        lost_frames=track.lost_frames,
        dropped_frames=track.dropped_frames,
        held=held,
        quality=None if quality is None else QualitySeen(**asdict(quality)),
    )


def _health(quiet: float | None, *, connected: bool) -> LegHealth:
    """A line that can still be measured is not lost: a browser that is mute may send nothing at all."""
    if quiet is None:
        return "waiting"
    if quiet < _SILENT_SECONDS:
        return "hearing"
    return "silent" if connected or quiet < _LOST_SECONDS else "lost"
