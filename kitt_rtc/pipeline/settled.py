"""Topics on which everything is said: the objection was answered, or the advice followed or rated.

The law: such a topic does not return before the client tells something new about it. New is what the client says
after it was settled, in the very words that call for the advice, and that is either a number, day, month or name not
said by them before, or the same matter raised again in other words. The same words again are not; nor is what our own
side says.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kitt_rtc.model.conversation import Conversation, GivenInsight
from kitt_rtc.model.insight import Insight
from kitt_rtc.model.speech import Role
from kitt_rtc.model.words import fold, subject_words
from kitt_rtc.pipeline.particulars import added

CLIENTS = frozenset({Role.CUSTOMER, Role.TECHNICIAN})
_SAME_WORDS = 0.6
"""Of the new words that say what they are about, the part that was said before: above, they are the old ones again."""

TopicOf = Callable[[str], str]
"""The topic of an objection's label; empty where nobody knows it."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A topic on which everything is said."""

    how: str
    """"objection" (our side answered it), "followed" or "rated"."""
    at: float
    """Since when, in seconds since the call began."""
    topic: str
    words: str
    """The client's, that it was about."""
    twin: GivenInsight | None = None
    """The advice that was followed or rated, or that was given on the objection."""

    def is_about(self, insight: Insight) -> bool:
        """By its topic; where it has none, by the words that call for it."""
        if insight.topic:
            return self.topic == insight.topic
        return bool(self.words and insight.quote) and f" {fold(insight.quote)} " in f" {fold(self.words)} "


def settled(conversation: Conversation, topic_of: TopicOf) -> list[Settled]:
    """All of them, the newest first."""
    found = [*_answered(conversation, topic_of), *_advised(conversation)]
    return sorted(found, key=lambda one: -one.at)


def new_words(insight: Insight, about: Settled, conversation: Conversation) -> str:
    """What the client said that opens the topic again; empty where there is nothing new."""
    said = [line for line in conversation.utterances if line.speaker.role in CLIENTS]
    before = [about.words, *(line.text for line in said if line.start < about.at)]
    for line in said:
        if line.start >= about.at and line.id in insight.because:
            words = insight.quote if insight.quote and insight.quote in line.text else line.text
            again = about.topic == insight.topic != "" and _in_other_words(words, about)
            if again or added(line.text, before):
                return words
    return ""


def _answered(conversation: Conversation, topic_of: TopicOf) -> Iterator[Settled]:
    for finding in conversation.answered:
        label, _, quoted = finding.partition(":")
        words = quoted.strip(" “”«»\u00a0\u202f")
        twin = next((given for given in reversed(conversation.given) if _is_on(given.insight, label, words)), None)
        topic = twin.insight.topic if twin else topic_of(label)
        yield Settled("objection", conversation.settled_at.get(finding, 0.0), topic, words, twin)


def _advised(conversation: Conversation) -> Iterator[Settled]:
    for given in conversation.given:
        at = conversation.settled_at.get(given.insight.id)
        if at is not None:
            how = "followed" if given.insight.id in conversation.followed else "rated"
            yield Settled(how, at, given.insight.topic, given.insight.quote, given)


def _is_on(insight: Insight, label: str, words: str) -> bool:
    """Was this advice given on that objection?"""
    titled = bool(insight.title) and fold(insight.title) == fold(label)
    return titled or (bool(insight.quote) and fold(insight.quote) == fold(words))


def _in_other_words(words: str, about: Settled) -> bool:
    """Is the matter raised again, and not in the words it was raised in?"""
    mine, told = subject_words(words), subject_words(about.words)
    if not mine or f" {fold(words)} " in f" {fold(about.words)} ":
        return False
    return len(mine & told) / len(mine) < _SAME_WORDS
