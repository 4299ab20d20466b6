"""What a dialogue is about lifts and lowers, each with its reason."""

import pytest

from kitt_rtc.engines.reranking import CODE_DROP, CODE_LIFT, weighed
from kitt_rtc.model.insight import Passage, ScorePart
from kitt_rtc.model.query import Query, Subjects

PASSAGE = Passage(
    "1", "Camera Offline", "Error E-4012 of the memory card. Wait.", "a.md", product="Argus Dome, Argus Mini"
)


def parts(passage: Passage = PASSAGE, words: float = 0.4, **about: tuple[str, ...]) -> list[tuple[str, float, str]]:
    scored = Passage(
        **{name: getattr(passage, name) for name in Passage.__slots__} | {"parts": (ScorePart("words", words),)}
    )
    told = weighed(scored, Query("camera", about=Subjects(**about)))
    return [(part.name, part.value, part.reason) for part in told.parts[1:]]


@pytest.mark.parametrize(
    "code", ["E-4012", "e4012", "E 4012", "error E-4012", "erreur n° E-4012", "Error code E4012", "error 4012"]
)
def test_a_code_is_found_however_it_is_written(code: str) -> None:
    assert parts(error_codes=(code,)) == [("error_code", CODE_LIFT, code)]


@pytest.mark.parametrize("code", ["E-4013", "E-401", "error 12"])
def test_another_code_speaks_against_and_names_what_the_article_has(code: str) -> None:
    assert parts(error_codes=(code,)) == [("error_code", -CODE_DROP, "E 4012")]


def test_an_article_without_codes_is_neither_lifted_nor_lowered() -> None:
    plain = Passage("1", "Camera Offline", "Set H.265 off and use the IP67 box.", "a.md")
    assert parts(plain, error_codes=("E-4012",)) == []


def test_the_first_product_and_component_that_fit_are_the_reason() -> None:
    told = parts(products=("Rivello", "argus mini"), components=("lens", "Memory Card"))
    assert [(name, reason) for name, _, reason in told] == [("product", "argus mini"), ("component", "Memory Card")]


def test_nothing_is_found_by_its_subjects_alone() -> None:
    assert parts(words=0.0, products=("Argus Mini",), error_codes=("E-4012",)) == []


def test_the_score_stays_between_nothing_and_one() -> None:
    for words, code in ((0.95, "E-4012"), (0.05, "E-9")):
        scored = Passage("1", "T", PASSAGE.text, "a.md", parts=(ScorePart("words", words),))
        assert 0.0 <= weighed(scored, Query("x", about=Subjects(error_codes=(code,)))).score <= 1.0
