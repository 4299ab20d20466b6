"""The part of an article that is said: its steps, fifteen seconds of them."""

from pathlib import Path

import pytest

from kitt_rtc.documents.ingest import SAMPLES, read_passages
from kitt_rtc.model.words import word_count
from kitt_rtc.playbooks.steps import SPOKEN_WORDS, answer_lines, lines_that_fit, steps_of, without_marks

ARTICLE = (
    "Likely causes\n- The plan is not assigned.\n- The schedule is off.\n"
    "Steps\n1. Open **Account**.\n2) Assign the camera.\n3. Restart it.\nHow to verify\nWalk in front of it."
)


def test_numbered_lines_are_the_steps_and_causes_are_not():
    assert steps_of(ARTICLE) == ["Open **Account**.", "Assign the camera.", "Restart it."]


def test_bullets_are_steps_under_a_remedy_in_either_language():
    assert steps_of("Causes\n- Dust\nÉtapes\n- Débranchez.\n- Attendez.\nVérifier\n- Le voyant.") == [
        "Débranchez.",
        "Attendez.",
    ]
    assert steps_of("Causes\n- Dust") == []


def test_numbered_causes_are_no_steps():
    text = (
        "Likely causes\n1. Dust.\n2. Frost.\nSteps\nDo this in order.\n1. Wipe it.\n2. Warm it.\nVerify\n1. Look at it."
    )
    assert steps_of(text) == ["Wipe it.", "Warm it."]
    assert steps_of("1. Wipe it.\n2. Warm it.") == ["Wipe it.", "Warm it."]
    assert steps_of("Causes\n1. Dust.\nSolution\n- Wipe it.") == ["Wipe it."]


@pytest.mark.parametrize("article", sorted(SAMPLES.glob("*.md")), ids=lambda path: path.stem)
def test_every_sample_article_answers_with_its_first_numbered_step(article: Path):
    passages = read_passages(article, article.name)
    steps = next(steps for passage in passages if (steps := steps_of(passage.text)))
    text = next(passage.text for passage in passages if steps_of(passage.text))
    assert answer_lines(text, "anything")[0] == steps[0]
    assert f"1. {steps[0]}" in text.splitlines()
    assert len(steps) >= 5


def test_what_was_done_comes_last():
    lines = answer_lines(ARTICLE, "", done=["Open **Account**."])
    assert lines == ["Assign the camera.", "Restart it.", "Open **Account**."]


def test_what_was_told_is_left_out():
    assert answer_lines(ARTICLE, "", ["Open **Account**."]) == ["Assign the camera.", "Restart it."]
    assert answer_lines(ARTICLE, "", steps_of(ARTICLE)) == []


def test_without_steps_the_nearest_sentences_answer_in_the_articles_order():
    text = "The dome needs air. A wet dome makes the picture blurred! Snow is white. Dry the dome for a day."
    lines = answer_lines(text, "the picture behind the wet dome is blurred")
    assert lines[:2] == ["The dome needs air.", "A wet dome makes the picture blurred!"]
    assert "Snow is white." not in lines
    assert all(line in text for line in lines)
    assert answer_lines(text, "quantum physics") == []


def test_no_more_is_said_than_fifteen_seconds_hold_but_never_nothing():
    steps = [f"step {number} " + "word " * 10 for number in range(9)]
    assert sum(map(word_count, lines_that_fit(steps))) <= SPOKEN_WORDS
    assert lines_that_fit(["word " * 90]) == ["word " * 90]
    assert lines_that_fit([]) == []


def test_ears_hear_no_marks():
    assert without_marks("**Open** the `Account`  > _Plan_") == "Open the Account Plan"
