"""Journal to log: one line per fact, with the call's id. One for all calls.

The law: this is the only room that logs what people say, and it does so at DEBUG only, masked, under `text`. A line
that holds words is itself a DEBUG line, so no handler above that level ever gets one.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

from kitt_rtc.journal import Journal
from kitt_rtc.model.facts import (
    AnswerTraced,
    CallEnded,
    CallHandedOver,
    CallOffered,
    CallResumed,
    CallStarted,
    CaseSettled,
    CoachSnoozed,
    ContextRead,
    Entry,
    Fact,
    GapFound,
    HelpWanted,
    InsightFollowed,
    InsightGiven,
    InsightPainted,
    InsightRated,
    InsightWithheld,
    KeysPressed,
    LanguageSwitched,
    LegHeld,
    LegJoined,
    LegLeft,
    ModelAsked,
    PhoneStatusChanged,
    ProfileRead,
    ProfileUpdated,
    RecordingChanged,
    ReplySpoken,
    SegmentSkipped,
    SpeakerCorrected,
    SpeakerNamed,
    SummaryWritten,
    Trouble,
    TroubleOver,
    UtteranceHeard,
)
from kitt_rtc.model.ledger import Stage, total
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.model.speech import Utterance
from kitt_rtc.readers.masking import masked
from kitt_rtc.wire import name_of

logger = logging.getLogger(__name__)

Fields = dict[str, Any]
_WORD = re.compile(r"[a-z][a-z_.-]{0,39}")


class Chronicler:
    """Fits `ports.Reader`."""

    async def read(self, journal: Journal) -> None:
        """Tell a call's facts until its journal closes; those of an earlier process were told by it."""
        async for entry in journal.follow(journal.inherited):
            tell(journal.call_id, entry)


def tell(call_id: str, entry: Entry) -> None:
    """One line."""
    level = logging.WARNING if isinstance(entry.fact, Trouble) else logging.INFO
    fields: Fields = {"call": call_id, "seq": entry.seq, "at": entry.at, **_plain_fields(entry.fact)}
    if logger.isEnabledFor(logging.DEBUG):
        private = {name: masked(text) for name, text in _private_fields(entry.fact).items() if text}
        if private:
            level = logging.DEBUG
            fields |= private
    logger.log(level, name_of(entry.fact), extra=fields)


def _plain_fields(fact: Fact) -> Fields:
    """What anyone who may read logs may know: ids, roles, figures, and words of our own vocabulary."""
    match fact:
        case CallStarted():
            return {"playbook": _word(fact.playbook), "language": fact.language, "warnings": " ".join(fact.warnings)}
        case LegJoined():
            role = "several" if fact.speaker is None else fact.speaker.role.value
            return {
                "leg": fact.leg_id,
                "transport": fact.transport,
                "role": role,
                "away": fact.away,
                "voices": fact.voices,
            }
        case LegLeft():
            return {
                "leg": fact.leg_id,
                "reason": fact.reason,
                "seconds": fact.seconds,
                "dropped_frames": fact.dropped_frames,
                "lost_frames": fact.lost_frames,
                **_quality(fact.quality),
            }
        case CallResumed():
            return {"gap": fact.gap}
        case Trouble():
            return {"stage": fact.stage, "code": fact.code, "detail": fact.detail}
        case TroubleOver():
            return {"stage": fact.stage, "code": fact.code}
        case CallEnded():
            return {"reason": fact.reason, "seconds": fact.seconds}
        case _:
            return _of_the_lines(fact) or _of_the_talk(fact) or _of_the_advice(fact) or _of_the_case(fact)


def _quality(quality: LineQuality | None) -> Fields:
    return {} if quality is None else {"loss": quality.loss, "jitter_ms": quality.jitter_ms}


def _of_the_lines(fact: Fact) -> Fields:
    """Telephones, keys, desks."""
    match fact:
        case PhoneStatusChanged():
            return {
                "call_sid": fact.call_sid,
                "status": fact.status,
                "simulated": fact.simulated,
                "answered_by": _word(fact.answered_by),
            }
        case CallOffered():
            return {"rung": len(fact.rung), "accepted": bool(fact.accepted_by), "seconds": fact.seconds}
        case CallHandedOver():
            return {"characters": len(fact.note)}
        case HelpWanted():
            return {"reason": _word(fact.reason)}
        case LegHeld():
            return {"leg": fact.leg_id, "held": fact.held}
        case KeysPressed():  # which keys is nobody's business: they may be a card's number
            return {"leg": fact.leg_id, "keys": len(fact.keys), "sent": fact.sent}
        case RecordingChanged():
            return {"state": _word(fact.state)}
        case _:
            return {}


def _of_the_talk(fact: Fact) -> Fields:
    """What was said, and what was made of it."""
    match fact:
        case ReplySpoken():
            return {
                "insight": fact.insight_id,
                "outcome": _word(fact.outcome),
                "seconds": fact.seconds,
                "heard": fact.heard,
            }
        case SegmentSkipped():
            return {"role": _word(fact.role), "seconds": fact.seconds, "reason": fact.reason}
        case UtteranceHeard(utterance=utterance):
            return {
                "role": utterance.speaker.role.value,
                "seconds": round(utterance.end - utterance.start, 3),
                "language": utterance.language,
                "took": fact.took,
                "corrections": len(utterance.corrections),
                "backchannel": utterance.backchannel,
            }
        case LanguageSwitched():
            return {"language": _word(fact.language), "before": _word(fact.before)}
        case SpeakerNamed(speaker=speaker):
            return {"role": speaker.role.value}
        case SpeakerCorrected(speaker=speaker):
            return {"utterance": fact.utterance_id, "role": speaker.role.value}
        case ContextRead():
            return {
                "phase": _word(fact.phase),
                "sufficient": fact.sufficient,
                "utterances": len(fact.utterance_ids),
                "pain_points": len(fact.pain_points),
                "entities": len(fact.entities),
                "took": fact.took,
            }
        case InsightGiven(insight=insight) | InsightWithheld(insight=insight):
            return {
                "insight": insight.id,
                "kind": insight.type.value,
                "topic": _word(insight.topic),
                "duplicate": fact.verdict.duplicate,
                "twin": fact.verdict.twin_id or "",
                "score": insight.passages[0].score if insight.passages else "",
                "took": fact.took,
            }
        case SummaryWritten(summary=summary):
            return {"focus": summary.focus.value, "characters": len(summary.text), "took": fact.took}
        case _:
            return {}


def _of_the_advice(fact: Fact) -> Fields:
    """What became of advice, what it cost, and what is known of the customer."""
    match fact:
        case InsightRated():
            return {"insight": fact.insight_id, "rating": fact.rating}
        case InsightPainted():
            return {"insight": fact.insight_id, **_stages(fact.stages), "uncertainty": fact.uncertainty}
        case InsightFollowed():
            return {"insight": fact.insight_id, "utterance": fact.utterance_id, "how": _word(fact.how)}
        case CoachSnoozed():
            return {"until": fact.until}
        case ModelAsked():
            return {
                "work": _word(fact.work),
                "tokens_in": fact.tokens_in,
                "tokens_out": fact.tokens_out,
                "cost": fact.cost,
                "outcome": _word(fact.outcome),
                "took": fact.took,
                "estimated": fact.estimated,
            }
        case ProfileRead(profile=profile):
            return {"version": profile.version}
        case ProfileUpdated(changes=changes):
            return {"changes": len(changes)}
        case _:
            return {}


def _of_the_case(fact: Fact) -> Fields:
    """How an answer was looked for, and what became of the trouble."""
    match fact:
        case AnswerTraced():
            return {
                "outcome": _word(fact.outcome),
                "queries": len(fact.queries),
                "found": len(fact.found),
                "best": fact.found[0].score if fact.found else "",
                "least": fact.least,
                "insight": fact.insight_id,
                "took": fact.took,
            }
        case GapFound():
            return {"reason": _word(fact.reason), "score": fact.score}
        case CaseSettled():
            return {"resolved": fact.resolved, "answers": len(fact.insight_ids)}
        case _:
            return {}


def _stages(stages: Sequence[Stage]) -> Fields:
    """Milliseconds of each, and of all."""
    parts = " ".join(f"{_word(stage.name)}={1e3 * stage.seconds:.0f}" for stage in stages)
    return {"stages": parts, "total": round(total(stages), 3)}


def _private_fields(fact: Fact) -> Mapping[str, str]:
    """What people said, what was said about it, and who they are."""
    match fact:
        case LegJoined(speaker=speaker) if speaker is not None:
            return {"speaker": f"{speaker.id} {speaker.name}".strip()}
        case SegmentSkipped(speaker_id=speaker_id):
            return {"speaker": speaker_id}
        case UtteranceHeard(utterance=utterance):
            return {
                "speaker": f"{utterance.speaker.id} {utterance.speaker.name}".strip(),
                "text": utterance.text,
                "heard": _heard(utterance),
            }
        case LanguageSwitched():
            return {"speaker": fact.speaker_id, "reason": fact.reason}
        case SpeakerNamed(speaker=speaker, by=by) | SpeakerCorrected(speaker=speaker, by=by):
            return {"speaker": f"{speaker.id} {speaker.name}".strip(), "by": by}
        case ContextRead():
            return {"text": fact.reason, "pain": "; ".join(fact.pain_points), "issue": fact.issue}
        case InsightGiven(insight=insight) | InsightWithheld(insight=insight):
            return {"text": insight.content, "because": insight.reason, "verdict": fact.verdict.reason}
        case SummaryWritten(summary=summary):
            return {"text": summary.text}
        case InsightRated(by=by) | LegHeld(by=by) | InsightPainted(by=by) | CoachSnoozed(by=by):
            return {"by": by}
        case CallOffered(accepted_by=by):
            return {"by": by}
        case CallHandedOver():
            return {"by": fact.by, "to": fact.to, "text": fact.note}
        case _:
            return _private_of_the_customer(fact)


def _private_of_the_customer(fact: Fact) -> Mapping[str, str]:
    match fact:
        case InsightFollowed(quote=quote):
            return {"text": quote}
        case AnswerTraced(queries=queries):
            return {"text": " / ".join(queries)}
        case GapFound(question=question):
            return {"text": question}
        case CaseSettled():
            return {"text": fact.quote, "by": fact.by}
        case ProfileRead(profile=profile):
            return {"profile": profile.id}
        case ProfileUpdated():
            return {"profile": fact.profile_id, "by": fact.by}
        case _:
            return {}


def _heard(utterance: Utterance) -> str:
    """The words before they were corrected; none where something is masked: said in words, it would slip through."""
    return "" if masked(utterance.text) != utterance.text else utterance.heard


def _word(text: str) -> str:
    """A word of ours as it is; anything that may be a sentence, or somebody's, is not shown."""
    return text if not text or _WORD.fullmatch(text) else "other"
