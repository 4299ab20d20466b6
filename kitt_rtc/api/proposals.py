"""`/knowledge/proposals`: articles that calls propose, edited, approved or rejected by a person.

The law: only what a person has approved goes into the knowledge base, and what is rejected afterwards goes out again.
"""

import time
from datetime import UTC, datetime

from aiohttp import web

from kitt_rtc.api.bodies import read_form, read_query, tell
from kitt_rtc.api.keys import KNOWLEDGE, PROPOSALS
from kitt_rtc.api.proposal_forms import ProposalForm, ProposalList, ProposalSeen, ProposalsQuery, ProposalTold
from kitt_rtc.documents.ingest import Given, given_data, given_nothing
from kitt_rtc.documents.labels import Label
from kitt_rtc.model.errors import ProposedArticleNotFound
from kitt_rtc.model.proposed_article import APPROVED, OPEN, REJECTED, ProposedArticle
from kitt_rtc.model.words import fold


async def listing(request: web.Request) -> web.Response:
    """A page of them."""
    query = read_query(request, ProposalsQuery)
    wanted = fold(query.search)
    found = [
        article
        for article in await request.app[PROPOSALS].listing()
        if wanted in fold(f"{article.title} {article.product} {article.symptom}")
    ]
    shown = [ProposalSeen.of(article) for article in found[query.offset : query.offset + query.limit]]
    return tell(ProposalList(proposals=shown, total=len(found), limit=query.limit, offset=query.offset))


async def decide(request: web.Request) -> web.Response:
    """What was edited is saved; what is approved goes in as a document, by a job."""
    form, now = await read_form(request, ProposalForm), round(time.time(), 3)
    known = await _article(request)
    article = known.written(
        title=form.title or known.title,
        product=known.product if form.product is None else form.product,
        symptom=form.symptom or known.symptom,
        steps=tuple(form.steps) if form.steps else tuple(step.text for step in known.steps),
    )
    if form.decision:
        state = APPROVED if form.decision == "approve" else REJECTED
        article = article.decided(state, by=form.by or "operator", at=now)
    elif known.state == APPROVED:
        article = article.decided(OPEN, by="", at=0.0)  # edited words are approved anew
    await request.app[PROPOSALS].save(article)
    work = _work(article, known)
    job_id = request.app[KNOWLEDGE].intake.take([work]).id if work else ""
    return tell(ProposalTold(proposal=ProposalSeen.of(article), job_id=job_id))


def _work(article: ProposedArticle, before: ProposedArticle) -> Given | None:
    """What has to be done in the knowledge base for this decision."""
    if article.state == APPROVED:
        day = datetime.fromtimestamp(article.decided_at, UTC).date().isoformat()
        label = Label(article.title, article.product, day, article.language)
        return given_data(article.source, article.markdown.encode(), article.source, label)
    return given_nothing(article.source) if before.state == APPROVED else None


async def _article(request: web.Request) -> ProposedArticle:
    wanted = request.match_info["proposal_id"]
    for article in await request.app[PROPOSALS].listing():
        if article.id == wanted:
            return article
    raise ProposedArticleNotFound
