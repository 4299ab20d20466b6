"""What language models may cost in one call, and have cost so far.

The law: what was asked stands in the story. When the budget is used up rules go on alone, and it is told once.
"""

from dataclasses import dataclass

from kitt_rtc.calls.call import Call
from kitt_rtc.model.errors import BudgetSpent
from kitt_rtc.model.facts import ModelAsked, Trouble
from kitt_rtc.pipeline.spending import Purse


@dataclass(frozen=True, slots=True)
class ModelBudget:
    tokens: int = 0
    """Of one call; 0: no end."""
    last_part: float = 0.2
    """With less than this part of it left nothing is asked on suspicion."""


class CallPurse:
    """Of one call."""

    def __init__(self, call: Call, budget: ModelBudget) -> None:
        self._call = call
        self._budget = budget

    def advice(self) -> Purse:
        """For what is asked by itself, within the budget."""
        return Purse(self._note, lambda: self.empty)

    def wish(self) -> Purse:
        """For what a person asked for: counted, and never refused."""
        return Purse(self._note)

    @property
    def empty(self) -> bool:
        return bool(self._budget.tokens) and self._call.conversation.tokens >= self._budget.tokens

    @property
    def nearly_empty(self) -> bool:
        most = self._budget.tokens * (1.0 - self._budget.last_part)
        return bool(self._budget.tokens) and self._call.conversation.tokens >= most

    def _note(self, asked: ModelAsked) -> None:
        if self._call.journal.closed:
            return
        self._call.record(asked)
        known = self._call.conversation.troubles
        if self.empty and ("model", BudgetSpent.code) not in known:
            self._call.record(Trouble("model", BudgetSpent.code, BudgetSpent().message))
