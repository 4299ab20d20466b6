from pathlib import Path

import pytest

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import SettingsError
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.pipeline.small_talk import Pleasantries, is_small_talk


def talk(*lines: str, every: float = 4.0) -> Conversation:
    client = Speaker("c", Role.CUSTOMER)
    return Conversation(
        utterances=tuple(
            Utterance(f"utt{number}", client, text, "en", number * every, number * every + 3.0)
            for number, text in enumerate(lines)
        )
    )


@pytest.mark.parametrize(
    "line",
    [
        "Hello, how are you?",
        "We had lovely weather, did you?",
        "Did you watch the match last night?",
        "Bonjour, comment allez-vous ?",
        "On rentre de vacances, il a fait un temps superbe.",
        "Vous avez vu le foot hier ?",
    ],
)
def test_N3_weather_holidays_football_and_greetings_are_small_talk(line: str):
    assert is_small_talk(talk(line))


@pytest.mark.parametrize(
    "line",
    [
        "Hi, how are you? About your offer: it is too expensive.",
        "How are you any different from the others?",
        "Our cameras stop whenever there is snow.",
        "Bonjour, comment allez-vous ? Votre devis est trop cher.",
        "Ça coupe dès qu'il pleut.",
        "Il faut que j'en parle à ma femme.",
        "Nos caméras ne voient rien sous la pluie.",
    ],
)
def test_N3_business_is_business_whatever_else_is_in_the_line(line: str):
    assert not is_small_talk(talk(line))


def test_a_line_that_names_nothing_goes_on_with_what_the_talk_was_about():
    lines = (
        "How was the holiday?",
        "Wonderful, but far too expensive.",
        "Right. About your contract.",
        "It is too long.",
    )
    spain, contract = talk(*lines[:2]), talk(*lines)
    assert is_small_talk(spain)
    assert not is_small_talk(contract)
    assert is_small_talk(contract, ("utt1",)), "what led to the card is asked, not what was said since"


def test_a_greeting_colours_its_own_line_only():
    assert not is_small_talk(talk("How are you today?", "It has been hard, everything takes too long."))


def test_a_small_subject_is_over_after_some_lines_or_some_time():
    assert is_small_talk(talk("Lovely weather.", "Yes.", "Indeed."))
    assert not is_small_talk(talk("Lovely weather.", *["It is too expensive."] * 5))
    assert not is_small_talk(talk("Lovely weather.", "It is too expensive.", every=60.0))


def test_a_list_that_cannot_be_used_is_named(tmp_path: Path):
    for language in ("en", "fr"):
        (tmp_path / f"{language}.yaml").write_text("greetings: [hello]\n", "utf-8")
    with pytest.raises(SettingsError, match=r"en\.yaml must have lists"):
        Pleasantries.load(tmp_path)
