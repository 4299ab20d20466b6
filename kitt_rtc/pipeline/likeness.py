"""How alike two pieces of advice are by their vectors."""

from operator import mul

from kitt_rtc.model.insight import Insight
from kitt_rtc.ports import Vector


def body(insight: Insight) -> str:
    """What is compared: the title and the words."""
    return f"{insight.title}. {insight.content}" if insight.title else insight.content


def cosine(one: Vector, other: Vector) -> float:
    """Of vectors of unit length."""
    return float(sum(map(mul, one, other)))
