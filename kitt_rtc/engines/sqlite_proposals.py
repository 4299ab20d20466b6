"""Articles that calls propose, in the store's own file, by the store's one writing connection.

A call that is forgotten takes its proposals with it, but for those a person has approved: see `SqliteStore.forget`.
"""

import json
import logging
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kitt_rtc.engines.sqlite import SqliteStore
from kitt_rtc.engines.sqlite_rows import plain
from kitt_rtc.engines.sqlite_tables import INSERT_PROPOSAL, SELECT_PROPOSALS, UPDATE_PROPOSAL
from kitt_rtc.model.errors import ProposedArticleNotFound
from kitt_rtc.model.proposed_article import OPEN, ProposedArticle

logger = logging.getLogger(__name__)

_ADAPTER: TypeAdapter[ProposedArticle] = TypeAdapter(ProposedArticle)
_COLUMNS = {"id", "call_id", "state"}


class SqliteProposals:
    """Fits `ports.ProposedArticles`."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    async def listing(self) -> list[ProposedArticle]:
        """Open ones first, the newest first. Raises EngineUnavailable."""
        found = []
        for article_id, call_id, state, body in await self._store.fetch(SELECT_PROPOSALS, ()):
            try:
                said = {**json.loads(body), "id": article_id, "call_id": call_id, "state": state}
                found.append(_ADAPTER.validate_python(said))
            except (ValueError, TypeError, ValidationError):
                logger.warning("a stored proposal cannot be read", extra={"proposal": article_id})
        return sorted(found, key=lambda one: (one.state != OPEN, -one.created_at))

    async def propose(self, article: ProposedArticle) -> None:
        """One that is there already stays as it is. Raises EngineUnavailable."""
        async with self._store.writing() as db:
            await db.execute(INSERT_PROPOSAL, (article.id, plain(article.call_id), article.state, _body(article)))

    async def save(self, article: ProposedArticle) -> None:
        """Raises ProposedArticleNotFound, EngineUnavailable."""
        async with self._store.writing(deletes=True) as db:
            done = await db.execute(UPDATE_PROPOSAL, (article.state, _body(article), plain(article.id)))
            if done.rowcount == 0:
                raise ProposedArticleNotFound


def _body(article: ProposedArticle) -> str:
    body: dict[str, Any] = _ADAPTER.dump_python(article, mode="json", exclude=_COLUMNS)
    return plain(json.dumps(body, ensure_ascii=False, separators=(",", ":")))
