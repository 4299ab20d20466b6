"""Which of the client's objections our side has answered since they were last raised.

By words; and by meaning, where the reply to what was just objected is like an answer, or the client takes it for one.

Law: a nod answers nothing, nor does a question, nor "I will come back to you on that"; an objection raised again is
open again, and so is one whose answer the client refuses.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.words import fold, subject_words, word_count
from kitt_rtc.playbooks.cards import Match
from kitt_rtc.playbooks.cues import Cues, Line
from kitt_rtc.playbooks.findings import label_of, quote_of
from kitt_rtc.playbooks.likenesses import NOTHING_ALIKE, Alike
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
    alike: Alike = NOTHING_ALIKE,
) -> tuple[str, ...]:
    """Those of `objections` that are answered after what is pending.

    `raised`: the objections found in what is pending. `topics`: by folded label, the second word of the card's topic.
    `alike`: what the sentences of `lines` are like.
    """
    answered = set(conversation.answered)
    last, replies = _last_exchange(conversation, cues)
    for line in lines:
        utterance = line.utterance
        if utterance.speaker.role is Role.CUSTOMER:
            if last and any(reply.says_something for reply in replies):
                about = {one for one in objections if quote_of(one) in fold(last.text)}
                answered = _after_reaction(answered, about, line, alike)
            last, replies = utterance, []
            mine = {fold(match.card.title) for match in raised if match.utterance.id == utterance.id}
            answered -= {one for one in objections if label_of(one) in mine}
        elif utterance.speaker.role is Role.REP:
            told = _Told.of(line, cues, alike)
            replies.append(told)
            fresh = {fold(match.card.title) for match in raised if last and match.utterance.id == last.id}
            for objection in objections:
                just = label_of(objection) in fresh or bool(last and quote_of(objection) in fold(last.text))
                standing = objection in conversation.objections or _was_raised(objection, utterance, raised)
                if standing and told.answers(objection, topics, just=just):
                    answered.add(objection)
    return tuple(one for one in objections if one in answered)


def _after_reaction(answered: set[str], about: set[str], line: Line, alike: Alike) -> set[str]:
    """The client takes or refuses what was said to these objections; of both in one breath the last counts."""
    reactions = [told for one in line.sentences if (told := alike.get(one.text, {}).get("reaction"))]
    if not reactions:
        return answered
    return answered | about if reactions[-1] == "accepts" else answered - about


class _Told:
    """What a rep states in one utterance."""

    def __init__(
        self, text: str, topics: frozenset[str], *, general: bool, deflects: bool, like_an_answer: bool
    ) -> None:
        self._words = word_count(text)
        self._stems = _stems(text)
        self._topics = topics
        self._general = general
        self._deflects = deflects
        self._like_an_answer = like_an_answer

    @classmethod
    def of(cls, line: Line, cues: Cues, alike: Alike = NOTHING_ALIKE) -> "_Told":
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
            like_an_answer=any(alike.get(one.text, {}).get("reply") == "answers" for one in stated),
        )

    @property
    def says_something(self) -> bool:
        """Is it more than a nod, a question or a delay?"""
        return not self._deflects and self._words >= _LEAST_IN_GENERAL

    def answers(self, objection: str, topics: Mapping[str, str], *, just: bool) -> bool:
        """Does it speak to this objection? `just`: the client's last words raised it."""
        if self._deflects or self._words < _LEAST_WORDS:
            return False
        by_topic = topics.get(label_of(objection)) in self._topics
        if self._words < _LEAST_IN_GENERAL:
            return just and (by_topic or self._like_an_answer)
        return (
            by_topic
            or (just and (self._general or self._like_an_answer))
            or bool(self._stems & _stems(quote_of(objection)))
        )


def _was_raised(objection: str, reply: Utterance, raised: Sequence[Match]) -> bool:
    """Before this reply, and not after it."""
    when = (match.utterance.start for match in raised if fold(match.card.title) == label_of(objection))
    return min(when, default=reply.start) <= reply.start


def _last_exchange(conversation: Conversation, cues: Cues) -> tuple[Utterance | None, list[_Told]]:
    """Before what is pending: the client's last words, and what our side has said to them."""
    waiting = {utterance.id for utterance in conversation.pending}
    replies: list[_Told] = []
    for said in reversed([one for one in heard(conversation) if one.id not in waiting]):
        if said.speaker.role is Role.CUSTOMER:
            return said, replies
        if said.speaker.role is Role.REP:
            replies.append(_Told.of(cues.line(said, said.language or conversation.language), cues))
    return None, replies


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in subject_words(text) if len(word) >= _STEM)
