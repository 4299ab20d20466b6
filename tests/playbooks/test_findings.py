"""Findings with their quotes: each label once, each quote once, the newest win."""

from kitt_rtc.playbooks.findings import MOST_FINDINGS, label_of, newest, quote_of

PRICE = "Price: “It is too dear.”"


def test_a_label_that_is_there_brings_nothing_unless_it_may_come_twice():
    again = "Price: “Nine hundred euros, really?”"
    assert newest([PRICE], [again]) == (PRICE,)
    assert newest([PRICE], [again], once_a_label=False) == (PRICE, again)


def test_the_same_words_are_one_finding_however_much_of_them_is_quoted():
    assert newest([PRICE], ["Budget: “Well. It is too DEAR. Sorry.”"]) == (PRICE,)


def test_the_newest_are_kept():
    many = [f"Label {letter}: “words {letter}”" for letter in "abcdefghijklmno"]
    assert newest(many, []) == tuple(many[-MOST_FINDINGS:])


def test_label_and_quote_are_compared_folded():
    assert (label_of("Délai : « Trop tard »"), quote_of("Délai : « Trop tard »")) == ("delai", "trop tard")
