"""The story of a call that ended well, as an article a person may approve.

The law: extractive. A step is a sentence that stands in the call, masked; nothing is made up, nothing is put in another
order, and a call that only followed one article has nothing to teach.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import CaseSettled, ContextRead, Entry, InsightGiven
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.proposed_article import ProposedArticle, ProposedStep
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.words import clip, fold, sentences, subject_words
from kitt_rtc.readers.masking import masked
from kitt_rtc.readers.names import nameless, names_of

_TITLE_CHARACTERS = 90
_SYMPTOM_CHARACTERS = 600
_STEP_CHARACTERS = 300
_MOST_STEPS = 12
"""The last ones: they are nearest to the solution."""
_LEAST_SUBJECTS = 2
"""A sentence with fewer words of its own is a courtesy."""
_OF_ONESELF = re.compile(
    r"(?:(?:d accord|ok|okay|bon|alors|tres bien|right|well|so|oui|yes|bonjour|hello)\b ?)*(?:\w+ )?"
    r"(?:je|j|on va regarder|i|i ll|i m|let me)\b"
)
"""What an adviser does meanwhile is no step for another technician: "d'accord Paul, je regarde"."""
_ADVISERS = frozenset({Role.SUPPORT_AGENT, Role.REP})


@dataclass(frozen=True, slots=True)
class Story:
    """What the writer needs of a call that is over."""

    conversation: Conversation
    utterances: tuple[Utterance, ...]
    """All of them, in the order spoken."""
    answers: tuple[tuple[float, Insight], ...]
    """Knowledge that was shown, with when, in seconds since the call began."""
    cases: tuple[tuple[float, CaseSettled], ...]
    product: str
    names: frozenset[str]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> "Story":
        conversation = Conversation.of(entries, context_messages=len(entries))
        given = [(entry.at, entry.fact.insight) for entry in entries if isinstance(entry.fact, InsightGiven)]
        readings = [entry.fact for entry in entries if isinstance(entry.fact, ContextRead)]
        clues = [clue for reading in readings for clue in reading.clues if clue.kind == "product" and not clue.denied]
        return cls(
            conversation,
            conversation.utterances,
            tuple((at, insight) for at, insight in given if insight.type is InsightType.KNOWLEDGE_BASE),
            tuple((entry.at, entry.fact) for entry in entries if isinstance(entry.fact, CaseSettled)),
            clues[-1].label if clues else "",
            names_of(entries),
        )


def proposals(entries: Sequence[Entry], *, now: float) -> list[ProposedArticle]:
    """One for each trouble of the call that ended well and has something to teach. `now` is seconds since 1970."""
    story = Story.of(entries)
    written = (_article(story, at, case, now) for at, case in _standing(story.cases) if case.resolved)
    return [article for article in written if article is not None]


def _standing(cases: Sequence[tuple[float, CaseSettled]]) -> list[tuple[float, CaseSettled]]:
    """The newest word on each trouble. A click that names no words is about the trouble before it."""
    standing: list[tuple[float, CaseSettled]] = []
    for at, case in cases:
        told = case
        if not case.because and standing:
            last = standing[-1][1]
            if case.resolved and last.resolved:
                continue
            told = replace(case, because=last.because, insight_ids=case.insight_ids or last.insight_ids)
        about = set(told.because)
        standing = [one for one in standing if about.isdisjoint(one[1].because)]
        standing.append((at, told))
    return standing


def _article(story: Story, settled_at: float, case: CaseSettled, now: float) -> ProposedArticle | None:
    why = _lesson(story, case)
    told = [said for said in story.utterances if said.id in set(case.because)] or _first_words(story)
    if not why or not told:
        return None
    began, ended = told[0].start, _end_of(story, settled_at, case)
    steps = _steps(story, case, began, ended)
    symptom = _plain(" ".join(said.text for said in told if said.speaker.role is Role.TECHNICIAN), story.names)
    if not steps or not symptom:
        return None
    mark = f"{story.conversation.call_id}|{'|'.join(case.because)}"
    return ProposedArticle(
        id=f"art_{blake2b(mark.encode(), digest_size=8).hexdigest()}",
        title=clip(next(iter(sentences(symptom)), symptom), _TITLE_CHARACTERS),
        symptom=clip(symptom, _SYMPTOM_CHARACTERS),
        steps=steps,
        call_id=story.conversation.call_id,
        language=told[0].language or story.conversation.language,
        product=story.product,
        created_at=now,
        why=why,
    )


def _lesson(story: Story, case: CaseSettled) -> str:
    """What the base lacked; empty: it had the answer."""
    about = set(case.because)
    if any(about.intersection(gap.because) for gap in story.conversation.gaps):
        return "gap"
    if any(not other.resolved and about.intersection(other.because) for _, other in story.cases):
        return "failed"
    helped = [insight for _, insight in story.answers if insight.id in case.insight_ids and insight.passages]
    articles = {insight.passages[0].source for insight in helped}
    return "" if len(articles) == 1 else "several" if articles else "unwritten"


def _steps(story: Story, case: CaseSettled, began: float, ended: float) -> tuple[ProposedStep, ...]:
    """What was said by our side and shown by us between the trouble and its end, in order; not what had failed."""
    failed = {one for _, other in story.cases if not other.resolved for one in other.insight_ids}
    said = [
        (one.start, one.id, sentence)
        for one in story.utterances
        if one.speaker.role in _ADVISERS and not one.backchannel and began <= one.start <= ended
        for sentence in sentences(one.text)
        if _advises(sentence)
    ]
    shown = [
        (at, insight.id, sentence)
        for at, insight in story.answers
        if insight.id in case.insight_ids and insight.id not in failed
        for sentence in sentences(insight.content)
    ]
    ordered = sorted((*said, *shown), key=lambda one: one[0])
    texts = [(because, clip(_plain(_unnumbered(text), story.names), _STEP_CHARACTERS)) for _, because, text in ordered]
    unlike = {text: ProposedStep(text, because) for because, text in texts if text}
    return tuple(unlike.values())[-_MOST_STEPS:]


def _advises(sentence: str) -> bool:
    asks_or_tells = sentence.endswith("?") or _OF_ONESELF.match(fold(sentence))
    return not asks_or_tells and len(subject_words(sentence)) >= _LEAST_SUBJECTS


def _unnumbered(text: str) -> str:
    return re.sub(r"^(?:\d{1,2}[.)]|[-*•])\s*", "", text)


def _first_words(story: Story) -> list[Utterance]:
    """Of a click that names no words: what the technician first said of anything."""
    words: Iterable[Utterance] = (one for one in story.utterances if one.speaker.role is Role.TECHNICIAN)
    return [one for one in words if _advises(one.text)][:1]


def _end_of(story: Story, settled_at: float, case: CaseSettled) -> float:
    """When it worked, in seconds since the call began: the words that tell it, or the click."""
    told = (said.start for said in story.utterances if said.id == case.utterance_id)
    return next(told, settled_at)


def _plain(text: str, names: frozenset[str]) -> str:
    return nameless(masked(text), names)
