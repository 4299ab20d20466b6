"""What the technician was told and asked already about the trouble at hand."""

from dataclasses import dataclass

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.playbooks.matter import Matter

UNKNOWN = "clarify.unknown"
"""The topic of the honest "I do not know this one"."""


@dataclass(frozen=True, slots=True)
class Told:
    answers: tuple[Insight, ...] = ()
    questions_in_a_row: int = 0
    """Since the trouble began, or since something else was said."""
    gave_up: bool = False
    """Was it said that no article is known?"""

    @classmethod
    def of(cls, conversation: Conversation, matter: Matter) -> "Told":
        answers: list[Insight] = []
        asked, gave_up = 0, False
        for insight in (given.insight for given in conversation.given):
            if not set(insight.because) & matter.ids:
                continue
            if insight.type is InsightType.KNOWLEDGE_BASE and insight.passages:
                answers.append(insight)
                asked = 0
            elif insight.topic == UNKNOWN:
                asked, gave_up = 0, True
            else:
                asked += 1
        return cls(tuple(answers), asked, gave_up)
