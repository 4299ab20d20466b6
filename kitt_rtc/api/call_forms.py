"""The forms of `/calls`: starting, ending, the state of a call, the list, its story."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from kitt_rtc.api.forms import Incoming, MaybeId, Outgoing

CallStatus = Literal["active", "ended"]
RecordingState = Literal["off", "on", "paused"]


class StartForm(Incoming):
    session_id: MaybeId = Field("", description="Empty: one is made")
    playbook: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")] = Field(
        "coaching", description="coaching, support, or any other of this house"
    )
    language: Literal["", "auto", "fr", "en"] = Field("", description="Empty or auto: the language of the house")
    profile_id: MaybeId = ""
    languages: list[Literal["fr", "en"]] = Field(
        [],
        max_length=2,
        description="What people may go on in, the first to begin with; empty: `language` alone, or all of the house",
    )


class TroubleSeen(Outgoing):
    at: float
    stage: str
    code: str
    detail: str


class Started(Outgoing):
    success: bool = True
    session_id: str
    status: Literal["started"] = "started"
    playbook: str
    language: str
    languages: list[str] = Field(description="What people may go on in, the call's language first")
    token: str = Field(description="Opens this call's doors, and no other's, for TOKEN_SECONDS")
    token_seconds: int
    warnings: list[str] = Field(
        description="By code, told before anyone speaks: what will not work in this call, and whether it is taped"
    )
    troubles: list[TroubleSeen] = Field(description="The same in words, and what to do about it")


class TokenMade(Outgoing):
    success: bool = True
    session_id: str
    token: str
    token_seconds: int


class SpeakerStats(Outgoing):
    segment_count: int
    speaker_role: str
    role: str
    speaker_name: str = ""
    seconds: float
    words: int


class SessionStats(Outgoing):
    total_segments: int
    speakers: dict[str, SpeakerStats] = Field(description="By speaker_id")


class Ended(Outgoing):
    success: bool = True
    session_id: str
    status: Literal["ended"] = "ended"
    duration: float = Field(description="Seconds")
    reason: str
    session_stats: SessionStats


class CorrectionSeen(Outgoing):
    rule: str = Field(description="glossary, name, number, letters or address")
    heard: str = Field(description="The words as the transcriber wrote them")
    written: str = Field(description="What stands in their place")


class Message(Outgoing):
    id: str
    speaker_id: str
    speaker_role: str
    speaker_name: str
    text: str
    language: str
    start: float = Field(description="Seconds since the call began")
    end: float
    heard: str = Field("", description="The whole line before it was corrected; empty when nothing was")
    corrections: list[CorrectionSeen] = Field(default=[], description="What was corrected, in the order of the line")


LegHealth = Literal["hearing", "waiting", "silent", "lost"]


class QualitySeen(Outgoing):
    loss: float = Field(description="Part of their sound that never arrived in the last ten seconds, 0 to 1")
    jitter_ms: float = Field(description="How unevenly it arrives, in milliseconds")
    round_trip_ms: float | None = Field(description="There and back, in milliseconds; null where it is not measured")


class LegState(Outgoing):
    leg_id: str
    transport: str
    speaker_id: str = ""
    speaker_role: str = ""
    speaker_name: str = ""
    health: LegHealth
    quiet_seconds: float | None = Field(description="Since the last sound came, in seconds; null before the first")
    lost_frames: int = Field(description="20 ms pieces that never came and became silence")
    dropped_frames: int = Field(description="20 ms pieces lost because a listener was slow")
    held: bool = Field(description="On hold: hears music, and nobody hears them")
    quality: QualitySeen | None = Field(description="How the line carries their voice; null while it cannot be told")


class Counters(Outgoing):
    utterances: int
    skipped: dict[str, int] = Field(description="Stretches of voice that were not written down, by reason")
    insights_given: int
    insights_withheld: int
    troubles: int


class ModelSpending(Outgoing):
    tokens: int = Field(description="Spent on language models in this call")
    estimated: bool = Field(description="Some were not counted by their server, but told by the length of the texts")
    cost: float = Field(description="By MODEL_PRICE_IN and MODEL_PRICE_OUT; 0 where these are not set")
    used_up: bool = Field(description="COACH_BUDGET_TOKENS are spent: cards and rules go on alone")


class PersonFiguresSeen(Outgoing):
    speaker_id: str
    speaker_role: str
    speaker_name: str
    seconds: float
    words: int
    words_per_minute: float | None = Field(description="Null until somebody has talked for ten seconds")
    interruptions: int = Field(description="Sentences of others that they spoke into, but for signs of listening")
    questions: int


class FiguresSeen(Outgoing):
    warm: bool = Field(description="A minute of call and half a minute of talk: before that they mean little")
    talk_seconds: float = Field(description="Of both sides together")
    rep_share: float = Field(description="The rep's side's part of the talk, 0 to 1")
    longest_monologue: float = Field(description="Seconds that the rep's side talked without a word of the client's")
    longest_monologue_at: float = Field(description="When it began, in seconds since the call began")
    monologue: float = Field(description="Seconds of the one that goes on now; 0 when the client spoke last")
    questions: int = Field(description="Asked by the rep's side")
    silence: float = Field(description="The part of the call in which nobody spoke, 0 to 1, holds left out")
    people: list[PersonFiguresSeen]


class ToneSeen(Outgoing):
    mood: Literal["calm", "pleased", "doubtful", "annoyed", "angry"]
    urgency: Literal["none", "soon", "now"]
    quote: str = Field(description="The words that tell it, as they were said; empty while nothing does")
    utterance_id: str


class State(Outgoing):
    session_id: str
    status: CallStatus
    playbook: str
    language: str
    languages: list[str] = Field(description="What people may go on in, the call's language first")
    spoken_languages: dict[str, str] = Field(description="By speaker_id, of those who speak another than the call's")
    started_at: float = Field(description="Seconds since 1970")
    duration: float
    phase: str
    pain_points: list[str]
    objections: list[str]
    answered: list[str] = Field(description="Those of the objections that our side has answered since last raised")
    commitments: list[str] = Field(description="What somebody said they would do: who, and the words")
    entities: list[str] = Field(description="Names, amounts, dates and codes, in the order first said")
    names: list[str] = Field(description="People and firms")
    amounts: list[str]
    dates: list[str] = Field(description="As they were said: next Tuesday, d'ici fin mars")
    competitors: list[str] = Field(description="Whose offer the client uses, or compares ours with")
    tone: ToneSeen = Field(description="How the client, or the technician, sounds by their words")
    issue: str
    has_sufficient_context: bool
    needs_clarification: bool
    context_reason: str
    messages: list[Message] = Field(description="The last 24, in the order spoken, across legs")
    counters: Counters
    legs: list[LegState]
    troubles: list[TroubleSeen] = Field(description="The last ten")
    session_stats: SessionStats
    figures: FiguresSeen
    warnings: list[str]
    recording: RecordingState = Field(description="Is the call being recorded now?")
    model: ModelSpending


class RecordingForm(Incoming):
    action: Literal["start", "pause", "resume", "stop"]


class RecordingTold(Outgoing):
    success: bool = True
    state: RecordingState


class ListQuery(Incoming):
    search: Annotated[str, StringConstraints(max_length=200)] = Field("", description="In ids and in what was said")
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=1_000_000)


class CallListed(Outgoing):
    session_id: str
    playbook: str
    language: str
    status: CallStatus
    started_at: float = Field(description="Seconds since 1970")
    ended_at: float | None
    reason: str | None


class CallList(Outgoing):
    calls: list[CallListed]
    total: int
    limit: int
    offset: int


class Story(Outgoing):
    session_id: str
    status: CallStatus
    facts: list[dict[str, Any]] = Field(description="Envelopes, as on the events socket")


class TranscriptQuery(Incoming):
    format: Literal["json", "csv", "srt", "vtt"] = "json"


class GapSeen(Outgoing):
    start: float = Field(description="Seconds since the call began")
    end: float
    seconds: float
    cause: str = Field(description="lost, interrupted, hung_up, …")
    speaker_id: str = Field(description="Who was away; empty: everybody")
    speaker_role: str


class Transcript(Outgoing):
    session_id: str
    messages: list[Message]
    gaps: list[GapSeen] = Field(description="Where somebody could not be heard, and came back")
