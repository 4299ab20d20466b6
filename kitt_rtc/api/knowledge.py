"""`/knowledge`: the documents that answers come from. Added, listed, shown, replaced, forgotten, and searched as a call
would search them.

The law: nothing is read, fetched or put in while a request waits; a job does it, and tells how far it is.
"""

import time

from aiohttp import web

from kitt_rtc.api.bodies import read_form, read_parts, read_query, tell, valid_form
from kitt_rtc.api.keys import KNOWLEDGE, UPLOADS
from kitt_rtc.api.knowledge_forms import (
    AddForm,
    DocumentForgotten,
    DocumentList,
    DocumentSeen,
    DocumentShown,
    DocumentsQuery,
    FileForm,
    Jobs,
    JobSeen,
    PassageFound,
    SearchForm,
    found,
)
from kitt_rtc.documents.articles import MAX_FILE_BYTES
from kitt_rtc.documents.ingest import given_data, given_page
from kitt_rtc.model.document import Document
from kitt_rtc.model.errors import BadForm, DocumentNotFound, JobNotFound
from kitt_rtc.model.words import fold

_FORM_BYTES = 20_000
"""Beside the file."""


async def listing(request: web.Request) -> web.Response:
    """A page of the documents, by title."""
    query, shelf = read_query(request, DocumentsQuery), request.app[KNOWLEDGE].shelf
    documents = await shelf.documents()
    wanted = fold(query.search)
    chosen = [one for one in documents if wanted in _searched(one)]
    chosen.sort(key=lambda one: (fold(one.title), one.source))
    names = {name.strip() for one in documents for name in one.product.split(",")}
    return tell(
        DocumentList(
            documents=[DocumentSeen.of(one) for one in chosen[query.offset : query.offset + query.limit]],
            total=len(chosen),
            passages=await shelf.count(),
            products=sorted(names - {""}, key=fold),
            limit=query.limit,
            offset=query.offset,
        )
    )


async def show(request: web.Request) -> web.Response:
    """A document, its editions, and the passages it was cut into."""
    document = await _document(request)
    passages = await request.app[KNOWLEDGE].shelf.passages(document.source)
    return tell(DocumentShown(document=DocumentSeen.of(document), passages=[PassageFound.of(one) for one in passages]))


async def add(request: web.Request) -> web.Response:
    """A text, or pages to fetch: a job."""
    form, desk = await read_form(request, AddForm), request.app[KNOWLEDGE]
    if form.name:
        name = form.name if form.name.lower().endswith((".md", ".txt")) else f"{form.name}.md"
        given = [given_data(form.name, form.text.encode(), name, form.label)]
    else:
        given = [given_page(address, desk.pages, form.label) for address in dict.fromkeys(form.urls)]
    return tell(JobSeen.of(desk.intake.take(given)), status=202)


async def add_file(request: web.Request) -> web.Response:
    """A file: a job."""
    async with request.app[UPLOADS]:
        parts = await read_parts(request, names=tuple(FileForm.model_fields), limit=MAX_FILE_BYTES + _FORM_BYTES)
    data = parts.pop("file", b"")
    try:
        texts = {name: value.decode() for name, value in parts.items()}
    except UnicodeDecodeError:
        raise BadForm("a field is not text in UTF-8") from None
    form = valid_form(FileForm, texts | {"file": "sent" if data else ""})
    if not data:
        raise BadForm("no file was sent", [{"field": "file", "message": "send one, with something in it"}])
    job = request.app[KNOWLEDGE].intake.take([given_data(form.name, data, form.name, form.label)])
    return tell(JobSeen.of(job), status=202)


async def forget(request: web.Request) -> web.Response:
    """It is found no more; stories of calls keep what they quoted of it."""
    document = await _document(request)
    await request.app[KNOWLEDGE].shelf.replace(document.source, [])
    return tell(DocumentForgotten(source=document.source))


async def search(request: web.Request) -> web.Response:
    """As a call searches, with the parts of each score and what was passed over."""
    form, desk = await read_form(request, SearchForm), request.app[KNOWLEDGE]
    began = time.monotonic()
    findings = await desk.shelf.search(form.asked, limit=form.limit)
    took_ms = round(1e3 * (time.monotonic() - began), 1)
    return tell(found(findings, min_score=desk.min_score, took_ms=took_ms))


async def jobs(request: web.Request) -> web.Response:
    """What waits, runs, or was lately done."""
    return tell(Jobs(jobs=[JobSeen.of(job) for job in request.app[KNOWLEDGE].intake.jobs()]))


async def job(request: web.Request) -> web.Response:
    """How far one job is."""
    found_job = request.app[KNOWLEDGE].intake.find(request.match_info["job_id"])
    if found_job is None:
        raise JobNotFound
    return tell(JobSeen.of(found_job))


async def _document(request: web.Request) -> Document:
    wanted = request.match_info["document_id"]
    for document in await request.app[KNOWLEDGE].shelf.documents():
        if document.id == wanted:
            return document
    raise DocumentNotFound


def _searched(document: Document) -> str:
    return fold(f"{document.title} {document.source} {document.product}")
