"""The forms of what comes of a call: insights, uploads, summaries, suggestions."""

from typing import Literal

from pydantic import BaseModel, Field

from kitt_rtc.api.call_forms import Message, TroubleSeen
from kitt_rtc.api.forms import Id, Incoming, Outgoing
from kitt_rtc.api.reasons import ReasonCode


class Source(Outgoing):
    title: str
    section: str
    source: str
    version: str
    score: float = Field(description="0 to 1")


class StageSeen(Outgoing):
    name: str = Field(
        description="pause, queue, words, news, context, advice, attention, memory, kept, sent or painted"
    )
    seconds: float


class InsightSeen(Outgoing):
    id: str
    type: Literal["coaching", "knowledge_base", "clarification_question"]
    content: str
    title: str
    status: Literal["given", "withheld"]
    at: float = Field(description="Seconds since the call began")
    reason: str = Field(description="Why now")
    verdict: str = Field(description="What the duplicate check compared, and its outcome")
    duplicate_of: str | None = Field(description="The earlier insight that says the same")
    quote: str
    because: list[str] = Field(description="Ids of the utterances that led to it")
    sources: list[Source]
    written_by: str
    playbook_version: str = Field(description="Of the sheets it was written from; empty: from none")
    stages: list[StageSeen] = Field(
        description="Where the time went from the end of the sentence that led to it: to the card, and once a page has "
        "told that it was on its screen, to there. Empty where no live sentence led to it"
    )
    painted_seconds: float | None = Field(
        description="From the end of that sentence to the first screen; null while no page has told"
    )


class StageFigures(Outgoing):
    stage: str = Field(description="A stage's name, or to_card or to_screen: the sums")
    count: int
    p50: float = Field(description="Seconds")
    p95: float
    p99: float


class InsightStats(Outgoing):
    total: int
    given: int
    withheld: int
    by_type: dict[str, int]


class Insights(Outgoing):
    session_id: str
    insights: list[InsightSeen]
    stats: InsightStats
    ledger: list[StageFigures] = Field(description="Of this call's cards: how long each stage took")


class UploadForm(BaseModel):
    """What the multipart body may hold; either may be absent."""

    client_audio: bytes = Field(
        b"", description="WAV: any rate, width, channels", json_schema_extra={"format": "binary"}
    )
    commercial_audio: bytes = Field(
        b"", description="WAV: any rate, width, channels", json_schema_extra={"format": "binary"}
    )


class SideHeard(Outgoing):
    text: str
    segments: list[Message]
    reason: str = Field(description="Why nothing was written down: silent, noise, nothing_said, invented, no_engine…")


class Transcriptions(Outgoing):
    client: SideHeard | None = None
    commercial: SideHeard | None = None


class Digested(Outgoing):
    success: bool = True
    session_id: str
    transcriptions: Transcriptions
    phase: str
    insight: InsightSeen | None
    reason_code: ReasonCode
    reason: str = Field(description="Why there is no insight; empty when there is one")
    troubles: list[TroubleSeen]


class ClaimSeen(Outgoing):
    section: str = Field(description="Under which heading: needs, objections, went_well, …")
    text: str = Field(description="The line of the summary")
    quote: str = Field(description="The words that prove it, as they were said")
    utterance_id: str
    at: float = Field(description="Seconds since the call began")


class SummaryMade(Outgoing):
    success: bool = True
    session_id: str
    focus: Literal["client", "commercial"]
    summary: str
    language: str
    written_by: str
    claims: list[ClaimSeen] = Field(description="Each line of the summary that a line of the call proves")


class SuggestionsQuery(Incoming):
    session_id: Id
    limit: int = Field(10, ge=1, le=100)


class Suggestion(Outgoing):
    type: Literal["knowledge_base", "clarification_question"]
    content: str
    id: str = Field(description="The same as in the push")
    title: str
    at: float
    sources: list[Source]


class Suggestions(Outgoing):
    suggestions: list[Suggestion] = Field(description="The newest `limit` of them, in the order given")
