"""Forms as strict schemas, and answers read back without trust."""

from enum import StrEnum

import pytest
from pydantic import BaseModel, Field

from kitt_rtc.engines.openai_faults import OutOfForm
from kitt_rtc.engines.openai_forms import read_form, strict_schema, tidy


class Phase(StrEnum):
    DISCOVERY = "discovery"
    CLOSING = "closing"


class Pain(BaseModel):
    title: str = ""
    weight: int | None = None


class Reading(BaseModel):
    phase: Phase
    issue: str = Field("", max_length=50)
    pains: list[Pain] = Field(default_factory=list, max_length=3)


def test_every_object_is_closed_and_every_field_required() -> None:
    schema = strict_schema(Reading)
    assert schema["required"] == ["phase", "issue", "pains"]
    assert schema["additionalProperties"] is False
    pain = schema["$defs"]["Pain"]
    assert pain["required"] == ["title", "weight"], "a field that is called like a word of the schema stays"
    assert pain["additionalProperties"] is False


def test_what_strict_servers_refuse_is_left_to_the_form() -> None:
    assert "maxLength" not in str(strict_schema(Reading))
    assert "default" not in str(strict_schema(Reading))


@pytest.mark.parametrize(
    "answer",
    [
        '{"phase": "closing", "issue": "prix"}',
        '```json\n{"phase": "closing", "issue": "prix"}\n```',
        'Here it is: {"phase": "closing", "issue": "prix"} I hope it helps.',
        '<think>{"phase": "discovery"} or not?</think>\n{"phase": "closing", "issue": "prix"}',
    ],
)
def test_an_answer_is_found_in_what_surrounds_it(answer: str) -> None:
    assert read_form(Reading, answer, longest=100) == Reading(phase=Phase.CLOSING, issue="prix")


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "no",
        '{"phase": "clos',
        '{"phase": "nowhere"}',
        '{"issue": "prix"}',
        "[1, 2]",
        '{"phase": "closing", "pains": [{"weight": "heavy"}]}',
        '{"phase": "closing", "pains": [{}, {}, {}, {}]}',
        '{"a": ' + "[" * 100_000 + "}",
        '{"phase": ' + "9" * 5_000 + "}",
    ],
)
def test_what_does_not_fit_is_out_of_form(answer: str) -> None:
    with pytest.raises(OutOfForm) as failure:
        read_form(Reading, answer, longest=100)
    assert failure.value.__cause__ is None


def test_the_words_of_a_wrong_answer_are_not_repeated() -> None:
    with pytest.raises(OutOfForm) as failure:
        read_form(Reading, '{"phase": "my card number is 4970", "issue": "secret"}', longest=100)
    assert "4970" not in str(failure.value)
    assert "phase: enum" in str(failure.value)


def test_texts_are_cut_and_cleaned_before_they_are_judged() -> None:
    answer = '{"phase": "closing", "issue": "' + "x" * 80 + '", "pains": [{"title": "a\\u0000b\\u202ec\\ud800"}]}'
    reading = read_form(Reading, answer, longest=40)
    assert reading.issue == "x" * 40
    assert reading.pains[0].title == "abc"


def test_plain_text_keeps_its_lines_and_french_blanks() -> None:
    assert tidy("<think>hm</think> Ça va\u202f?\n\tOui\u200b !\x07 ", 100) == "Ça va\u202f?\n\tOui !"
    assert tidy("abcdef", 3) == "abc"
