"""Which of the client's objections our side has answered since they were last raised.

Law: a nod answers nothing, nor does a question, nor "I will come back to you on that"; an objection raised again is
open again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.words import fold, subject_words, word_count
from kitt_rtc.playbooks.cards import Match
from kitt_rtc.playbooks.cues import Cues, Line
from kitt_rtc.playbooks.findings import label_of, quote_of
from kitt_rtc.playbooks.transcript import heard

_LEAST_WORDS = 5
"""Fewer are a nod."""
_LEAST_IN_GENERAL = 8
"""So many where no word is of the objection's own subject."""
_STEM = 5
"""Letters by which two forms of a word are the same word."""


def answered_in(
    conversation: Conversation,
    lines: Iterable[Line],
    objections: Sequence[str],
    cues: Cues,
    *,
    raised: Sequence[Match],
    topics: Mapping[str, str],
) -> tuple[str, ...]:
    """Those of `objections` that are answered after what is pending.

    `raised`: the objections found in what is pending. `topics`: by folded label, the second word of the card's topic.
    """
    answered = set(conversation.answered)
    last = _last_of_the_client(conversation)
    for line in lines:
        utterance = line.utterance
        if utterance.speaker.role is Role.CUSTOMER:
            last = utterance
            mine = {fold(match.card.title) for match in raised if match.utterance.id == utterance.id}
            answered -= {one for one in objections if label_of(one) in mine}
        elif utterance.speaker.role is Role.REP:
            told = _Told.of(line, cues)
            fresh = {fold(match.card.title) for match in raised if last and match.utterance.id == last.id}
            for objection in objections:
                just = label_of(objection) in fresh or bool(last and quote_of(objection) in fold(last.text))
                standing = objection in conversation.objections or _was_raised(objection, utterance, raised)
                if standing and told.answers(objection, topics, just=just):
                    answered.add(objection)
    return tuple(one for one in objections if one in answered)


class _Told:
    """What a rep states in one utterance."""

    def __init__(self, text: str, topics: frozenset[str], *, general: bool, deflects: bool) -> None:
        self._words = word_count(text)
        self._stems = _stems(text)
        self._topics = topics
        self._general = general
        self._deflects = deflects

    @classmethod
    def of(cls, line: Line, cues: Cues) -> "_Told":
        stated = line.stated

        def ids(kind: str) -> Iterator[str]:
            # A denial is an answer too ("there are no hidden fees"): the marks alone count.
            for cue in cues.of_kind(kind, line.language):
                marks = cue.trigger.marks
                if marks and any(marks.search(sentence.folded) for sentence in stated):
                    yield cue.id

        return cls(
            " ".join(sentence.text for sentence in stated),
            frozenset(ids("answer")),
            general=any(ids("rebuttal")),
            deflects=any(ids("deflect")),
        )

    def answers(self, objection: str, topics: Mapping[str, str], *, just: bool) -> bool:
        """Does it speak to this objection? `just`: the client's last words raised it."""
        if self._deflects or self._words < _LEAST_WORDS:
            return False
        by_topic = topics.get(label_of(objection)) in self._topics
        if self._words < _LEAST_IN_GENERAL:
            return by_topic and just
        return by_topic or (just and self._general) or bool(self._stems & _stems(quote_of(objection)))


def _was_raised(objection: str, reply: Utterance, raised: Sequence[Match]) -> bool:
    """Before this reply, and not after it."""
    when = (match.utterance.start for match in raised if fold(match.card.title) == label_of(objection))
    return min(when, default=reply.start) <= reply.start


def _last_of_the_client(conversation: Conversation) -> Utterance | None:
    waiting = {utterance.id for utterance in conversation.pending}
    known = (one for one in reversed(heard(conversation)) if one.id not in waiting)
    return next((one for one in known if one.speaker.role is Role.CUSTOMER), None)


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in subject_words(text) if len(word) >= _STEM)
