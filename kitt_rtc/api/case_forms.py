"""The forms of a support call's case: how its answers were looked for, and whether it works now."""

from pydantic import Field

from kitt_rtc.api.forms import Incoming, MaybeId, Outgoing


class FoundSeen(Outgoing):
    passage_id: str
    title: str
    section: str
    source: str
    language: str
    version: str
    score: float = Field(description="0 to 1, the best of all phrasings")
    dropped: str = Field(
        description='Why it is not the answer: "below", "told", "behind", "unsaid" or "waits"; empty: it is'
    )


class TraceSeen(Outgoing):
    at: float = Field(description="Seconds since the call began")
    queries: list[str] = Field(description="The phrasings that were searched")
    found: list[FoundSeen] = Field(description="What came, best first")
    least: float = Field(description="The score that an answer needs, 0 to 1")
    outcome: str = Field(description='"answered", "asked", "below", "told", "unsaid" or "nothing"')
    insight_id: str = Field(description="What came of it; empty: silence")
    because: list[str] = Field(description="Ids of the utterances it was about")
    took: float = Field(description="Seconds")


class Traces(Outgoing):
    success: bool = True
    session_id: str
    traces: list[TraceSeen]


class CaseForm(Incoming):
    resolved: bool = Field(strict=True, description="Does it work now?")
    by: MaybeId = Field("", description="speaker_id of the one who says so; empty: the operator")


class CaseTold(Outgoing):
    success: bool = True
    session_id: str
    resolved: bool
    insight_ids: list[str] = Field(description="The answers that were given to this trouble")
