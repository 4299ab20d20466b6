"""The forms of the knowledge base's doors."""

from dataclasses import asdict, dataclass
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from kitt_rtc.api.forms import Incoming, Outgoing
from kitt_rtc.documents.jobs import Intake, Job
from kitt_rtc.documents.labels import Label, read_label
from kitt_rtc.documents.outline import UnreadableDocument
from kitt_rtc.model.document import Document, document_id
from kitt_rtc.model.findings import Findings
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.query import Query, Subjects
from kitt_rtc.ports import KnowledgeShelf, PageFetcher

MOST_PAGES = 50
"""Addresses in one request."""
MOST_TEXT = 200_000


def _named(name: str) -> str:
    if any(letter < " " or letter == "\x7f" for letter in name):
        raise ValueError("a name is one line of plain letters")
    return name


Search = Annotated[str, StringConstraints(max_length=200)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(_named)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=2_000)]


@dataclass(frozen=True, slots=True)
class KnowledgeDesk:
    """What these doors reach for."""

    shelf: KnowledgeShelf
    intake: Intake
    pages: PageFetcher
    min_score: float = 0.35
    """Below it nothing is answered in a call."""


class LabelForm(Incoming):
    """What the documents do not say of themselves."""

    product: Short = ""
    version: Short = ""
    language: Literal["", "fr", "en"] = ""
    valid_from: Short = Field("", description="The first day, as 2026-11-29")
    valid_until: Short = Field("", description="The last day")

    @model_validator(mode="after")
    def _days(self) -> Self:
        try:
            _ = self.label
        except UnreadableDocument as error:
            raise ValueError(str(error)) from None
        return self

    @property
    def label(self) -> Label:
        return read_label({name: getattr(self, name) for name in LabelForm.model_fields})


class AddForm(LabelForm):
    name: Name | None = Field(None, description="What the text is called; the same name replaces it")
    text: str = Field("", max_length=MOST_TEXT, description="An article in Markdown")
    urls: list[Address] = Field([], max_length=MOST_PAGES, description="Or pages to fetch")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.text.strip()) == bool(self.urls) or bool(self.text.strip()) != bool(self.name):
            raise ValueError("either a text with its name, or urls")
        return self


class FileForm(LabelForm):
    """A file in multipart/form-data: `file`, and the others as texts."""

    file: str = Field(json_schema_extra={"format": "binary"})
    name: Name = Field(description="With its suffix: .md, .txt, .html, .csv, .pdf or .docx; the same name replaces it")


class DocumentsQuery(Incoming):
    search: Search = Field("", description="In title, source or product")
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, lt=2**31)


class SearchForm(Incoming):
    query: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]
    also: list[Annotated[str, StringConstraints(max_length=1_000)]] = Field(
        [], max_length=3, description="The same in other words or the other language"
    )
    language: Literal["", "fr", "en"] = Field("", description="Preferred between passages that fit alike")
    product: Short = Field("", description="Only of this product, or of none in particular")
    products: list[Short] = Field([], max_length=10, description="What the dialogue is about: lifts")
    components: list[Short] = Field([], max_length=10)
    error_codes: list[Short] = Field([], max_length=10)
    limit: int = Field(5, ge=1, le=20)

    @property
    def asked(self) -> Query:
        about = Subjects(tuple(self.products), tuple(self.components), tuple(self.error_codes))
        also = tuple(text for text in self.also if text.strip())
        return Query(self.query, also, self.language, self.product, about)


class EditionSeen(Outgoing):
    version: str
    digest: str
    added_at: float = Field(description="Seconds since 1970; 0 where it is not known")
    passages: int


class DocumentSeen(Outgoing):
    id: str
    source: str
    title: str
    language: str
    product: str
    valid_from: str
    valid_until: str
    version: str
    passages: int
    editions: list[EditionSeen] = Field(description="Newest first; the first is what is found")

    @classmethod
    def of(cls, document: Document) -> "DocumentSeen":
        editions = [EditionSeen(**asdict(edition)) for edition in document.editions]
        return cls(
            id=document.id,
            source=document.source,
            title=document.title,
            language=document.language,
            product=document.product,
            valid_from=document.valid_from,
            valid_until=document.valid_until,
            version=document.newest.version,
            passages=document.newest.passages,
            editions=editions,
        )


class DocumentList(Outgoing):
    documents: list[DocumentSeen]
    total: int
    passages: int = Field(description="In the whole base")
    products: list[str] = Field(description="Of the whole base, each once")
    limit: int
    offset: int


class PartSeen(Outgoing):
    name: str
    value: float
    reason: str


class PassageFound(Outgoing):
    id: str
    title: str
    section: str
    text: str
    source: str
    document_id: str
    language: str
    product: str
    version: str
    digest: str
    valid_from: str
    valid_until: str
    score: float = Field(description="0 to 1")
    parts: list[PartSeen] = Field(description="What the score is made of")

    @classmethod
    def of(cls, passage: Passage) -> "PassageFound":
        return cls(document_id=document_id(passage.source), **asdict(passage))


class DocumentShown(Outgoing):
    document: DocumentSeen
    passages: list[PassageFound]


class DroppedSeen(Outgoing):
    passage: PassageFound
    rule: str = Field(description="expired, not_yet_valid, product (of another one) or limit (others fit better)")
    detail: str


class SearchAnswer(Outgoing):
    passages: list[PassageFound]
    dropped: list[DroppedSeen]
    min_score: float = Field(description="Below it nothing is answered in a call: MIN_SCORE")
    took_ms: float


class DocumentForgotten(Outgoing):
    success: Literal[True] = True
    source: str


class SkippedSeen(Outgoing):
    source: str
    reason: str


class TwinSeen(Outgoing):
    source: str
    passage_id: str
    other_source: str
    other_passage_id: str
    likeness: float


class JobSeen(Outgoing):
    id: str
    state: str = Field(description="waiting, running, done or failed")
    source: str = Field(description="The document it is at")
    documents_done: int
    documents_total: int
    passages_done: int
    passages_total: int = Field(description="Of the documents read so far")
    added: list[str]
    unchanged: list[str]
    skipped: list[SkippedSeen]
    twins: list[TwinSeen] = Field(description="Passages that stand almost word for word in another document")
    trouble: str

    @classmethod
    def of(cls, job: Job) -> "JobSeen":
        return cls(
            id=job.id,
            state=job.state,
            source=job.progress.source,
            documents_done=job.progress.done,
            documents_total=job.documents,
            passages_done=job.progress.passages_done,
            passages_total=job.progress.passages_total,
            added=list(job.report.added),
            unchanged=list(job.report.unchanged),
            skipped=[SkippedSeen(source=one.source, reason=one.reason) for one in job.report.skipped],
            twins=[TwinSeen(**asdict(twin)) for twin in job.report.twins],
            trouble=job.trouble,
        )


class Jobs(Outgoing):
    jobs: list[JobSeen] = Field(description="Newest first")


def found(findings: Findings, *, min_score: float, took_ms: float) -> SearchAnswer:
    return SearchAnswer(
        passages=[PassageFound.of(passage) for passage in findings.passages],
        dropped=[
            DroppedSeen(passage=PassageFound.of(one.passage), rule=one.rule, detail=one.detail)
            for one in findings.dropped
        ],
        min_score=min_score,
        took_ms=took_ms,
    )
