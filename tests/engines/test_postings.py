"""Words turned round: the same ranking as multiplying the query with every passage."""

import math
import random

import pytest

from kitt_rtc.engines.postings import Postings
from kitt_rtc.engines.relevance import Weights

CHANCE = random.Random(7)
PASSAGES = {f"p{number}": {CHANCE.randrange(60): CHANCE.uniform(0.2, 2.0) for _ in range(12)} for number in range(200)}


def made(passages: dict[str, Weights]) -> Postings:
    postings = Postings()
    for known_as, stems in passages.items():
        postings.add(known_as, stems)
    return postings


def one_by_one(passages: dict[str, Weights], asked: Weights) -> dict[str, float]:
    holders = {place: sum(place in stems for stems in passages.values()) for place in asked}
    rarity = {place: math.log(1 + (len(passages) - count + 0.5) / (count + 0.5)) for place, count in holders.items()}
    scores = {
        known_as: sum(weight * rarity[place] * stems.get(place, 0.0) for place, weight in asked.items())
        for known_as, stems in passages.items()
    }
    return {known_as: score for known_as, score in scores.items() if score}


@pytest.mark.parametrize("asked", [{1: 1.0}, {1: 1.0, 2: 0.35, 59: 1.0}, {500: 1.0}, {}])
def test_the_ranking_is_that_of_every_passage_multiplied(asked: Weights) -> None:
    scores = one_by_one(PASSAGES, asked)
    found = made(PASSAGES).best(asked, 10)
    assert len(found) == min(10, len(scores))
    best = sorted(scores.values(), reverse=True)[:10]
    assert [scores[known_as] for known_as in found] == pytest.approx(best, rel=1e-5)


def test_what_is_dropped_is_found_no_more_and_its_place_is_taken_again() -> None:
    postings = made(PASSAGES)
    for known_as in ("p3", "p7"):
        postings.drop(known_as, PASSAGES[known_as])
    left = {known_as: stems for known_as, stems in PASSAGES.items() if known_as not in {"p3", "p7"}}
    left["new"] = {1: 9.0}
    postings.add("new", left["new"])
    scores = one_by_one(left, {1: 1.0, 4: 1.0})
    found = postings.best({1: 1.0, 4: 1.0}, 500)
    assert set(found) == scores.keys()
    assert [scores[known_as] for known_as in found] == pytest.approx(sorted(scores.values(), reverse=True), rel=1e-5)


def test_an_empty_base_finds_nothing() -> None:
    assert Postings().best({1: 1.0}, 5) == []
