"""What the rep's ratings change in what comes later in the same call.

The law: "wrong" silences that topic for the call, and its kind gives way to others; "not now" keeps that topic away for
three minutes; "helpful" brings its kind forward. The topic of a card is "kind.matter": "objection.price".
"""

from collections.abc import Iterator

from kitt_rtc.model.conversation import Conversation, GivenInsight
from kitt_rtc.model.insight import Insight

NOT_NOW_SECONDS = 180.0
"""How long a topic stays away that was rated "not now"."""
_WEIGHT = {"helpful": 15, "wrong": -25}
_LEAST, _MOST = 1, 100


def unwelcome(insight: Insight, conversation: Conversation, now: float) -> str:
    """The rating, "wrong" or "not_now", for which this topic is not to be shown; empty when it may."""
    rated = [
        (rating, conversation.rated_at[given.insight.id])
        for given, rating in _rated(conversation)
        if insight.topic and given.insight.topic == insight.topic
    ]
    if any(rating == "wrong" for rating, _ in rated):
        return "wrong"
    return "not_now" if any(rating == "not_now" and now - at < NOT_NOW_SECONDS for rating, at in rated) else ""


def standing(insight: Insight, conversation: Conversation) -> int:
    """Its priority, 1 to 100, after what was said of others of its kind."""
    kind = kind_of(insight)
    said = sum(
        _WEIGHT.get(rating, 0) for given, rating in _rated(conversation) if kind and kind_of(given.insight) == kind
    )
    return max(_LEAST, min(_MOST, insight.priority + said))


def kind_of(insight: Insight) -> str:
    """ "objection" of "objection.price"; empty where nobody knows the topic."""
    return insight.topic.partition(".")[0]


def _rated(conversation: Conversation) -> Iterator[tuple[GivenInsight, str]]:
    for given in conversation.given:
        rating = conversation.ratings.get(given.insight.id)
        if rating:
            yield given, rating
