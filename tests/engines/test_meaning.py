"""What meaning adds to a score and takes from it, and what of a passage is embedded."""

import pytest

from kitt_rtc.engines.meaning import HOSTED, SENTENCES, MeaningScale
from kitt_rtc.engines.points import text_of
from kitt_rtc.model.insight import Passage

SCALE = MeaningScale(floor=0.25, ceiling=0.75, doubt=0.2, opening=2)


def passage(text: str, section: str = "") -> Passage:
    return Passage("a#1", "Camera Offline", text, "a.md", section=section)


@pytest.mark.parametrize(
    ("cosine", "by_words", "part"),
    [
        (0.5, 0.0, 0.5),
        (0.5, 0.3, 0.2),
        (0.9, 0.4, 0.6),
        (0.25, 0.5, -0.1),
        (-0.3, 0.5, -0.1),
        (0.5, 0.5, 0.0),
    ],
)
def test_it_lifts_to_its_own_worth_and_takes_off_a_part_of_what_the_words_say_too_much(
    cosine: float, by_words: float, part: float
):
    assert SCALE.part(cosine, by_words) == pytest.approx(part)


@pytest.mark.parametrize("scale", [SENTENCES, HOSTED])
@pytest.mark.parametrize("cosine", [-1.0, 0.0, 0.3, 0.6, 1.0])
@pytest.mark.parametrize("by_words", [0.0, 0.4, 1.0])
def test_T24_the_score_stays_between_nothing_and_one(scale: MeaningScale, cosine: float, by_words: float):
    assert 0.0 <= by_words + scale.part(cosine, by_words) <= 1.0


@pytest.mark.parametrize("cosine", [-1.0, 0.0, 0.3, 1.0])
def test_an_embedder_that_nobody_has_measured_lowers_nothing(cosine: float):
    assert HOSTED.part(cosine, 0.6) >= 0.0


def test_the_title_and_the_first_sentences_are_embedded_and_headings_left_out():
    told = passage(
        "Symptoms\nThe picture stays black. The lamp is dark.\nSteps\nPull the plug out.", section="At night"
    )
    assert SCALE.text_of(told) == "Camera Offline. At night The picture stays black. The lamp is dark."


def test_an_opening_is_never_long():
    assert len(SCALE.text_of(passage("word " * 2_000))) <= 500


def test_a_scale_without_an_opening_embeds_the_whole_passage():
    whole = passage("The picture stays black. The lamp is dark. Pull the plug out.")
    assert HOSTED.text_of(whole) == text_of(whole)
