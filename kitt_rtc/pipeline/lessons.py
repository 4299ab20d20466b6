"""What a call has told of its customer, beyond what their profile says. Pure: from the story alone.

The law: nothing is offered that nobody said; each lesson has its words and whose line they are.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.profile import Lesson, Profile, has_room, knows
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.words import clip, fold, sentences
from kitt_rtc.pipeline.gleaner import MOST, claim, glean, prove
from kitt_rtc.pipeline.hint import PARTICULAR

_WORDS = 200
"""Characters of a lesson."""
_MOST_TERMS = 5


def lessons(conversation: Conversation, said: Sequence[Utterance], profile: Profile) -> tuple[Lesson, ...]:
    """What may be added to this profile, each thing once, in the order of its fields."""
    found: list[Lesson] = []
    for lesson in _found(conversation, said):
        if not any(_same(lesson, other) for other in found):
            found.append(lesson)
    return tuple(lesson for lesson in found if not knows(profile, lesson) and has_room(profile, lesson))


def _found(conversation: Conversation, said: Sequence[Utterance]) -> Iterator[Lesson]:
    theirs = [one for one in said if one.speaker.role is not Role.REP and one.speaker.role is not Role.SUPPORT_AGENT]
    open_ones = [told for told in conversation.objections if told not in conversation.answered]
    yield from _findings("needs", conversation.pain_points, theirs)
    for line in glean("needs", theirs)[:MOST]:
        yield _lesson("needs", line.quote, line.quote, line.utterance)
    yield from _findings("objections", open_ones, theirs)
    yield from _findings("commitments", conversation.commitments, said)
    yield from _named("competitors", conversation.competitors, said)
    yield from _named("terms", _terms(conversation), said)
    for amount in conversation.amounts:
        for sentence, utterance in _sentences_with(amount, theirs):
            yield _lesson("notes", sentence, sentence, utterance)
            break


def _findings(field: str, findings: Iterable[str], said: Sequence[Utterance]) -> Iterator[Lesson]:
    """Findings of the context (`label: “quote”`) that somebody said."""
    for finding in findings:
        line = prove(finding, said) or claim("", finding, said)
        if line is not None:
            yield _lesson(field, finding, line.quote, line.utterance)


def _named(field: str, names: Iterable[str], said: Sequence[Utterance]) -> Iterator[Lesson]:
    """Names, with the first sentence that has them."""
    for name in names:
        for sentence, utterance in _sentences_with(name, said):
            yield _lesson(field, name, sentence, utterance)
            break


def _terms(conversation: Conversation) -> list[str]:
    """Codes and names the call is about, but no sum, no date, no competitor and nobody of the call."""
    people = [speaker.name for speaker in conversation.roster]
    others = [*conversation.amounts, *conversation.dates, *conversation.competitors, *people]
    taken = " | ".join(fold(other) for other in others)
    found = [one for one in conversation.entities if PARTICULAR.search(one) and not re.search("[€$£%]", one)]
    return [one for one in found if not _stands_in(fold(one), taken)][-_MOST_TERMS:]


def _sentences_with(words: str, said: Iterable[Utterance]) -> Iterator[tuple[str, Utterance]]:
    wanted = fold(words)
    for utterance in said:
        if wanted and _stands_in(wanted, fold(utterance.text)):
            yield from ((one, utterance) for one in sentences(utterance.text) if _stands_in(wanted, fold(one)))


def _stands_in(words: str, text: str) -> bool:
    return f" {words} " in f" {text} "


def _same(lesson: Lesson, other: Lesson) -> bool:
    if lesson.field != other.field:
        return False
    one, another = fold(lesson.words), fold(other.words)
    proof = lesson.field in ("needs", "notes") and fold(lesson.quote) == fold(other.quote)
    return proof or one in another or another in one


def _lesson(field: str, words: str, quote: str, utterance: Utterance) -> Lesson:
    return Lesson(field, clip(words, _WORDS), quote, utterance.id)
