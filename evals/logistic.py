"""Weights for signs, learnt from labelled examples: logistic regression, by Newton's method."""

from collections.abc import Sequence

import numpy as np

_RIDGE = 0.3
"""How little the weights may grow; the last one, of what is always there, may grow freely."""
_STEPS = 50


def learnt(
    signs: Sequence[Sequence[float]], right: Sequence[bool], counts: Sequence[float] | None = None
) -> list[float]:
    """One weight a sign, so that 1 / (1 + exp(-sum)) is how likely it is right. The last sign is always 1.

    `counts`: how much each example does; 1 by default.
    """
    rows, wanted = np.asarray(signs, float), np.asarray(right, float)
    weight = np.ones(len(rows)) if counts is None else np.asarray(counts, float)
    ridge = np.full(rows.shape[1], _RIDGE)
    ridge[-1] = 1e-9
    found = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (weight * (wanted - likely)) - ridge * found
        curve = rows.T @ (rows * (weight * likely * (1 - likely))[:, None]) + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        found += step
        if abs(step).max() < 1e-9:
            break
    return [round(float(value), 2) for value in found]
