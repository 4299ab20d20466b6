"""A question that the knowledge base has no answer to, counted over all calls."""

from dataclasses import dataclass, replace

from kitt_rtc.model.words import subject_words

_SAME = 0.5
"""Two questions are one where they share so much of their subject words."""
_CALLS = 20
"""The words of so many calls are kept, the newest."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call's share in it: kept no longer than the call."""

    call_id: str
    question: str
    """In the words of that call, masked."""
    at: float
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Lack:
    id: str
    language: str
    reason: str
    """Of the newest: "below", "nothing" or "failed"."""
    asked: tuple[Asked, ...]
    """By whom, the newest last; at least one."""
    title: str = ""
    """The article that came nearest."""
    score: float = 0.0
    """Of that, 0 to 1."""
    count: int = 1
    done: bool = False
    """Somebody has written what was lacking."""

    @property
    def question(self) -> str:
        """In the words of the first who asked and whose call is still kept."""
        return self.asked[0].question

    @property
    def calls(self) -> tuple[str, ...]:
        """Ids of calls that asked it."""
        return tuple(dict.fromkeys(one.call_id for one in self.asked))

    @property
    def first_at(self) -> float:
        """Seconds since 1970, as `last_at`."""
        return self.asked[0].at

    @property
    def last_at(self) -> float:
        return self.asked[-1].at

    def is_like(self, question: str, language: str) -> bool:
        """Is this question the same, said otherwise?"""
        mine, other = subject_words(self.question), subject_words(question)
        return self.language == language and len(mine & other) >= _SAME * len(mine | other)

    def again(self, newer: "Lack") -> "Lack":
        """Asked once more: it is open again."""
        return replace(
            self,
            count=self.count + newer.count,
            asked=(*self.asked, *newer.asked)[-_CALLS:],
            reason=newer.reason,
            title=newer.title,
            score=newer.score,
            done=False,
        )

    def since(self, moment: float) -> "Lack | None":
        """Without what was asked before this moment (seconds since 1970); None when nothing is left of it."""
        return self._with(tuple(one for one in self.asked if one.at >= moment))

    def without(self, call_id: str) -> "Lack | None":
        """Without what was asked in this call; None when nothing is left of it."""
        return self._with(tuple(one for one in self.asked if one.call_id != call_id))

    def _with(self, kept: tuple[Asked, ...]) -> "Lack | None":
        return replace(self, asked=kept, count=self.count - len(self.asked) + len(kept)) if kept else None
