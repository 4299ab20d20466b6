"""The forms of `/knowledge/gaps`."""

from pydantic import Field

from kitt_rtc.api.forms import Incoming, Outgoing
from kitt_rtc.api.knowledge_forms import Search


class GapsQuery(Incoming):
    search: Search = Field("", description="In the question and the article that came nearest")
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, lt=2**31)


class GapKnown(Outgoing):
    id: str
    question: str = Field(description="In the words of the first whose call is still kept, masked, without names")
    language: str
    reason: str = Field(description='"below" the threshold, "nothing" found, or "failed": what was said did not help')
    title: str = Field(description="The article that came nearest")
    score: float
    count: int = Field(description="How often it was asked")
    calls: list[str]
    first_at: float = Field(description="Seconds since 1970")
    last_at: float
    done: bool


class GapList(Outgoing):
    success: bool = True
    gaps: list[GapKnown] = Field(description="Open ones first, the one asked most often first")
    total: int
    limit: int
    offset: int


class GapForm(Incoming):
    done: bool = Field(strict=True, description="Is it written now?")
