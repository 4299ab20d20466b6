"""A form read while it is written, however its pieces are cut."""

import json

import pytest

from kitt_rtc.engines.form_reader import FormReader

FORM = {"quote": 'He said "no" \\ C:\\new', "speak": True, "list": ["a", {"say": "x"}], "say": "déjà vu 😀\n"}
TEXTS = {name: value for name, value in FORM.items() if isinstance(value, str)}


def _fed(answer: str, size: int) -> list[dict[str, str]]:
    reader, states = FormReader(), []
    for start in range(0, len(answer), size):
        if reader.feed(answer[start : start + size]):
            states.append(dict(reader.texts))
    return states


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("around", ["%s", "```json\n%s\n```", '<think>{"quote": "no"} hm "</think> %s'])
def test_the_texts_of_the_outer_object_are_read_whatever_the_pieces(size: int, ascii_only: bool, around: str):
    answer = around % json.dumps(FORM, ensure_ascii=ascii_only)
    assert _fed(answer, size)[-1] == TEXTS


def test_a_text_only_ever_grows_and_shows_no_half_escape():
    for before, after in zip(*[iter(_fed(json.dumps(FORM), 1))] * 2, strict=False):
        assert all(after[name].startswith(text) for name, text in before.items())
        assert all(TEXTS[name].startswith(text) for name, text in after.items())


@pytest.mark.parametrize(
    "answer", ["", "no object", "[1, 2", '{"a": "\\x"', "}}}}{{{{", '{"a": "b"} {"a": "c"', '"a": "b"']
)
def test_what_is_no_form_breaks_nothing(answer: str):
    assert all(set(state) <= {"a"} for state in _fed(answer, 1))
