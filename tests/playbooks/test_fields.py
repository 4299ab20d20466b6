"""Whatever a model was talked into, a field holds one line of bounded length."""

from pydantic import BaseModel

from kitt_rtc.playbooks.fields import Answer, Label, Line, Quote


class Form(BaseModel):
    line: Line
    label: Label
    quote: Quote
    answer: Answer


def test_N9_fields_are_one_line_and_cut():
    form = Form(line="a\nb " * 200, label="word " * 50, quote="x\ny " * 300, answer="word " * 300)
    for text, limit in ((form.line, 240), (form.label, 60), (form.quote, 400), (form.answer, 500)):
        assert len(text) <= limit
        assert "\n" not in text
    assert form.line.endswith("…")
    assert not form.quote.endswith("…")
