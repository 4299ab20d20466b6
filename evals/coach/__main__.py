"""Prints every figure of the coach in one table, targets beside them: `python -m evals.coach [part …] [--quick]`."""

from evals.coach import (
    attacks,
    attention,
    cards,
    context,
    duplicates,
    following,
    golden,
    ledger,
    model,
    old_times,
    phases,
    summaries,
)
from evals.command import Parts, run

PARTS: Parts = {
    "cards": cards.figures,
    "context": context.figures,
    "phases": phases.figures,
    "ledger": ledger.figures,
    "attention": attention.figures,
    "following": following.figures,
    "model": model.figures,
    "old_times": old_times.figures,
    "golden": golden.figures,
    "summaries": summaries.figures,
    "duplicates": duplicates.figures,
    "attacks": attacks.figures,
}

if __name__ == "__main__":
    run("evals.coach", __doc__, PARTS)
