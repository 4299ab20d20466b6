"""The forms of `/knowledge/proposals`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kitt_rtc.api.forms import Incoming, MaybeId, Outgoing
from kitt_rtc.api.knowledge_forms import Search
from kitt_rtc.model.proposed_article import ProposedArticle

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]


class ProposalsQuery(Incoming):
    search: Search = Field("", description="In title, product and symptom")
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, lt=2**31)


class StepSeen(Outgoing):
    text: str
    because: str = Field(description="The utterance or insight it was taken from; empty: a person wrote it")


class ProposalSeen(Outgoing):
    id: str
    title: str
    language: str
    product: str
    symptom: str = Field(description="The technician's words, masked")
    steps: list[StepSeen] = Field(description="What our side said and showed before it worked, in order, masked")
    call_id: str = Field(description="The call it was learnt in")
    created_at: float = Field(description="Seconds since 1970")
    why: str = Field(description='What the base lacked: "gap", "failed", "several" articles, or "unwritten"')
    written_by: str
    state: str = Field(description='"open", "approved" or "rejected"')
    by: str = Field(description="Who decided")
    decided_at: float = Field(description="Seconds since 1970; 0 while it is open")
    source: str = Field(description="What it is called in the knowledge base, once it is approved")

    @classmethod
    def of(cls, article: ProposedArticle) -> "ProposalSeen":
        return cls(
            id=article.id,
            title=article.title,
            language=article.language,
            product=article.product,
            symptom=article.symptom,
            steps=[StepSeen(text=step.text, because=step.because) for step in article.steps],
            call_id=article.call_id,
            created_at=article.created_at,
            why=article.why,
            written_by=article.written_by,
            state=article.state,
            by=article.by,
            decided_at=article.decided_at,
            source=article.source,
        )


class ProposalList(Outgoing):
    success: bool = True
    proposals: list[ProposalSeen] = Field(description="Open ones first, the newest first")
    total: int
    limit: int
    offset: int


class ProposalForm(Incoming):
    decision: Literal["", "approve", "reject"] = Field(
        "", description="Empty: only save what was edited. Only what is approved is ever found"
    )
    title: Line | None = Field(None, description="Left out, as all of these: it stays")
    product: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] | None = None
    symptom: Line | None = None
    steps: list[Line] | None = Field(None, min_length=1, max_length=30)
    by: MaybeId = Field("", description="Who decides; empty: the operator")


class ProposalTold(Outgoing):
    success: Literal[True] = True
    proposal: ProposalSeen
    job_id: str = Field(description="The job that puts it in or takes it out: see /knowledge/jobs; empty: none")
