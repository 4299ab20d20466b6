"""The id of an insight: the same call, told again, gives the same ids."""

from hashlib import blake2b

from kitt_rtc.model.conversation import Conversation


def insight_id(conversation: Conversation, topic: str, content: str) -> str:
    """Unique in all calls: from the call, what was advised before, and what is advised now."""
    told = len(conversation.given) + len(conversation.withheld)
    mark = "|".join((conversation.call_id, str(told), topic, content))
    return f"ins_{blake2b(mark.encode(), digest_size=8).hexdigest()}"
