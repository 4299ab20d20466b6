import pytest

from kitt_rtc.readers.breath import in_one_breath

TEN = "One two three four five six seven eight nine ten"


def test_what_is_short_is_said_whole():
    assert in_one_breath("Restart it. Then wait.") == ("Restart it. Then wait.", "")
    assert in_one_breath("") == ("", "")


@pytest.mark.parametrize(
    ("text", "said", "rest"),
    [
        (f"{TEN}. " * 5 + "End.", f"{TEN}. " * 4, f"{TEN}. End."),
        (f"{TEN}, " * 5 + "end.", f"{TEN}, " * 4, f"{TEN}, end."),
        (f"{TEN} " * 5 + "end", f"{TEN} " * 4, f"{TEN} end"),
    ],
    ids=["sentences", "clauses", "words"],
)
def test_what_is_long_is_cut_where_it_may_be_cut(text: str, said: str, rest: str):
    assert in_one_breath(text) == (said.strip(), rest)
