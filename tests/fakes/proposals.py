"""Proposed articles in memory."""

from dataclasses import dataclass, field

from kitt_rtc.model.errors import ProposedArticleNotFound
from kitt_rtc.model.proposed_article import ProposedArticle


@dataclass
class DictProposals:
    """Fits `ports.ProposedArticles`."""

    kept: dict[str, ProposedArticle] = field(default_factory=dict)

    async def listing(self) -> list[ProposedArticle]:
        return list(self.kept.values())

    async def propose(self, article: ProposedArticle) -> None:
        self.kept.setdefault(article.id, article)

    async def save(self, article: ProposedArticle) -> None:
        if article.id not in self.kept:
            raise ProposedArticleNotFound
        self.kept[article.id] = article
