"""A question that the knowledge base has no answer to, counted over all calls."""

from dataclasses import dataclass, replace

from kitt_rtc.model.words import subject_words

_SAME = 0.5
"""Two questions are one where they share so much of their subject words."""
_CALLS = 20
"""So many of the calls that asked it are named, the newest."""


@dataclass(frozen=True, slots=True)
class Lack:
    id: str
    question: str
    """In the words of the first who asked, masked."""
    language: str
    reason: str
    """Of the newest: "below", "nothing" or "failed"."""
    title: str = ""
    """The article that came nearest."""
    score: float = 0.0
    """Of that, 0 to 1."""
    count: int = 1
    calls: tuple[str, ...] = ()
    """Ids of calls that asked it."""
    first_at: float = 0.0
    """Seconds since 1970."""
    last_at: float = 0.0
    done: bool = False
    """Somebody has written what was lacking."""

    def is_like(self, question: str, language: str) -> bool:
        """Is this question the same, said otherwise?"""
        mine, other = subject_words(self.question), subject_words(question)
        return self.language == language and len(mine & other) >= _SAME * len(mine | other)

    def again(self, newer: "Lack") -> "Lack":
        """Asked once more: it is open again."""
        calls = tuple(dict.fromkeys((*self.calls, *newer.calls)))[-_CALLS:]
        return replace(
            self,
            count=self.count + newer.count,
            calls=calls,
            last_at=newer.last_at,
            reason=newer.reason,
            title=newer.title,
            score=newer.score,
            done=False,
        )
