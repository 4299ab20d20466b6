"""Names by slip and by sound."""

import pytest

from kitt_rtc.pipeline.correction.names import Names
from kitt_rtc.pipeline.corrector import Corrector


def written(text: str, language: str = "en", **names: list[str]) -> str:
    return Corrector(Names({name.replace("_", " "): slips for name, slips in names.items()})).correct(text, language)[0]


def test_a_slip_is_corrected_whatever_words_it_is_made_of_and_the_longest_first():
    assert written("ring ring the bell", Ring_Pro=["ring"], Ring_Bell=["ring the bell"]) == "Ring Pro Ring Bell"


def test_a_hyphen_joins_the_words_of_a_slip_and_a_comma_parts_them():
    assert written("a hick-vision dome", Hikvision=["hick vision"]) == "a Hikvision dome"
    assert written("a hick, vision dome", Hikvision=["hick vision"]) == "a hick, vision dome"


@pytest.mark.parametrize("heard", ["verkada", "Verkadda", "vercada", "ver kada"])
def test_what_sounds_like_a_name_is_that_name(heard: str):
    assert written(f"the {heard} camera", Verkada=[]) == "the Verkada camera"


@pytest.mark.parametrize(
    ("name", "text", "language"),
    [
        ("Visio", "a vision of it", "en"),
        ("Provizio", "a provision was made", "en"),
        ("Reseau", "le réseau est lent", "fr"),
        ("Kamera", "la caméra est noire", "fr"),
        ("Kontakt", "the contact is here", "en"),
        ("OneDrive", "I have one drive", "en"),
        ("Dahua", "d'où vient-il", "fr"),
        ("Bosch", "bush and boss", "en"),
    ],
)
def test_an_ordinary_word_never_becomes_a_name_by_its_sound(name: str, text: str, language: str):
    assert written(text, language, **{name: []}) == text


def test_a_short_name_is_looked_for_by_its_slips_only():
    assert written("the kit phone", KITT=[]) == "the kit phone"
    assert written("the kit phone", KITT=["kit"]) == "the KITT phone"
