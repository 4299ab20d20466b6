"""Made-up words are dropped, short answers live."""

import pytest

from kitt_rtc.engines.credence import believable, confidence, said
from kitt_rtc.ports import Scores


@pytest.mark.parametrize("answer", ["Oui.", "Non", "D'accord.", "Merci.", "Yes.", "No.", "Okay", "Thank you.", "Bye."])
def test_a_real_short_answer_lives(answer: str) -> None:
    assert said(answer, hint="Est-ce que cela vous convient ? Thank you. Oui.", loud=0.35) == answer


@pytest.mark.parametrize(
    ("text", "loud"),
    [
        ("You", 0.3),
        ("Thank you.", 0.1),
        ("Thank you for watching!", 0.3),
        ("Merci d'avoir regardé cette vidéo !", 0.6),
        ("Sous-titres réalisés par la communauté d'Amara.org", 4.0),
        ("♪♪♪♪", 2.0),
        ("...", 2.0),
        ("", 2.0),
        ("no no no no no no no no no no", 2.0),
        ("I see it I see it I see it I see it I see it I see it I see it I see it", 3.0),
    ],
)
def test_an_artefact_is_nothing(text: str, loud: float) -> None:
    assert said(text, hint="", loud=loud) == ""


def test_the_hint_given_back_faster_than_anyone_speaks_is_nothing() -> None:
    hint = "La caméra du hall n'enregistre plus depuis la fin de l'abonnement."
    assert said(hint, hint=hint, loud=0.5) == ""
    assert said("n'enregistre plus depuis la fin", hint=hint, loud=0.4) == ""


def test_a_sentence_that_a_person_repeats_lives() -> None:
    hint = "La caméra du hall n'enregistre plus."
    assert said(hint, hint=hint, loud=2.2) == hint


def test_a_sentence_that_thanks_in_the_middle_lives() -> None:
    assert said("Thank you, we will think about it.", hint="", loud=1.5) == "Thank you, we will think about it."


def test_blanks_are_tidied() -> None:
    assert said("  the  camera\n works ", hint="", loud=1.0) == "the camera works"


@pytest.mark.parametrize(
    ("scores", "believed"),
    [
        (Scores(2.0, no_speech=0.02, logprob=-0.3, compression=1.3), True),
        (Scores(2.0, no_speech=0.9, logprob=-0.3, compression=1.3), True),  # sure of its words: somebody spoke
        (Scores(2.0, no_speech=0.7, logprob=-1.1, compression=1.3), False),
        (Scores(2.0, no_speech=0.1, logprob=-1.4, compression=1.3), False),
        (Scores(2.0, no_speech=0.1, logprob=-0.3, compression=2.5), False),
        (Scores(2.0), True),
    ],
)
def test_what_the_model_itself_doubts_is_not_believed(scores: Scores, believed: bool) -> None:
    assert believable(scores) is believed


def test_confidence_is_a_mean_in_which_the_long_count_more() -> None:
    assert confidence([]) is None
    assert confidence([Scores(1.0)]) is None
    assert confidence([Scores(1.0, logprob=0.0)]) == 1.0
    assert confidence([Scores(9.0, logprob=-0.1), Scores(1.0, logprob=-1.0)]) == pytest.approx(0.827, abs=1e-3)
