"""What an engine writes for spoken numbers, addresses, letters and names, and what becomes of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kitt_rtc.model.profile import Profile
from kitt_rtc.model.speech import Correction
from kitt_rtc.pipeline.correction.names import Names
from kitt_rtc.pipeline.corrector import Corrector

CORRECTOR = Corrector(Names({"Hikvision": ["hick vision"], "Verkada": [], "PoE Plus": ["poe plus"]}))


def written(text: str, language: str) -> str:
    return CORRECTOR.correct(text, language)[0]


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("quatre-vingt-dix-sept mille cinq cents euros", "97 500 euros"),
        ("soixante et onze caméras, septante câbles", "71 caméras, 70 câbles"),
        ("trois virgule cinq", "3,5"),
        ("le zéro six douze trente-quatre cinquante-six soixante-dix-huit", "le 06 12 34 56 78"),
        ("au plus trente-trois six douze trente-quatre cinquante-six soixante-dix-huit", "au +33 6 12 34 56 78"),
        ("vingt pour cent, puis un pour cent", "20 %, puis 1 %"),
        ("à quatorze heures trente", "à 14 h 30"),
        ("le vingt-trois novembre deux mille vingt-six", "le 23 novembre 2026"),
        ("trois euros cinquante", "3,50 €"),
        ("deux millions d'euros", "2 millions d'euros"),
        ("la version deux point un point trois", "la version 2.1.3"),
    ],
)
def test_french_numbers_are_written_in_digits(heard: str, expected: str):
    assert written(heard, "fr") == expected


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("twenty five hundred cameras", "2500 cameras"),
        ("ninety-seven thousand five hundred euros", "97,500 euros"),
        ("the code is double oh seven", "the code is 007"),
        ("three point five", "3.5"),
        ("oh six one two three four five six seven eight", "0612345678"),
        ("my number is four, one, five, five, five, five, oh, one, three, two", "my number is 415-555-0132"),
        ("twenty percent", "20%"),
        ("on March third at seven thirty", "on March 3rd at 7:30"),
        ("in nineteen eighty-four", "in 1984"),
        ("twelve dollars fifty", "$12.50"),
        ("one nine two dot one six eight dot one dot one", "192.168.1.1"),
        ("a hundred and twenty of them", "120 of them"),
    ],
)
def test_english_numbers_are_written_in_digits(heard: str, expected: str):
    assert written(heard, "en") == expected


@pytest.mark.parametrize(
    ("heard", "language", "expected"),
    [
        ("jean point dupont arobase gmail point com", "fr", "jean.dupont@gmail.com"),
        ("écrivez à marie tiret claire arobase orange point fr", "fr", "écrivez à marie-claire@orange.fr"),
        ("paul tiret du bas nord arobase free point fr", "fr", "paul_nord@free.fr"),
        ("John Dot Smith at Acme Dot Co Dot UK.", "en", "john.smith@acme.co.uk."),
        ("write to support at acme dot com", "en", "write to support@acme.com"),
        ("go to www dot acme dot com slash help", "en", "go to www.acme.com/help"),
        ("sur acme point fr", "fr", "sur acme.fr"),
    ],
)
def test_addresses_are_written_as_one_types_them(heard: str, language: str, expected: str):
    assert written(heard, language) == expected


@pytest.mark.parametrize(
    ("heard", "language", "expected"),
    [
        ("la référence est P V L deux zéro quatre", "fr", "la référence est PVL204"),
        ("D comme Daniel, U comme Ursule", "fr", "DU"),
        ("ça s'écrit M O deux L E double v", "fr", "ça s'écrit MOLLEW"),
        ("le modèle D S deux C D", "fr", "le modèle DS2CD"),
        ("The serial number is D. V. L. 204.", "en", "The serial number is DVL204."),
        ("That is B. As in Bravo, D. As in Delta, seven.", "en", "That is BD7."),
        ("papa victor lima nine one", "en", "PVL91"),
    ],
)
def test_spelled_words_are_put_together(heard: str, language: str, expected: str):
    assert written(heard, language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Un client, une caméra, le routeur est tout neuf.", "fr"),
        ("C'est cent fois trop cher, mille mercis.", "fr"),
        ("deux ou trois cents euros", "fr"),
        ("Un deux trois, test.", "fr"),
        ("On fait un point com demain, c'est un point de vue.", "fr"),
        ("Les options A, B et C.", "fr"),
        ("One of them is the second one, a hundred times.", "en"),
        ("Cameras two, four, five are down.", "en"),
        ("I work at a big company; look at the dot com bubble.", "en"),
        ("twenty-four seven, fifty-fifty, nine to five", "en"),
        ("Oh, one moment. Oh yes.", "en"),
        ("I for instance like plan B.", "en"),
        ("A clear vision of the future", "en"),
    ],
)
def test_what_is_no_number_address_or_name_stays_as_it_is(text: str, language: str):
    assert CORRECTOR.correct(text, language) == (text, ())


def test_what_was_corrected_is_told_word_for_word_in_the_order_of_the_line():
    text, corrections = CORRECTOR.correct("The hick vision on port eight, and twenty cables.", "en")
    assert text == "The Hikvision on port 8, and 20 cables."
    assert corrections == (
        Correction("glossary", "hick vision", "Hikvision"),
        Correction("number", "eight", "8"),
        Correction("number", "twenty", "20"),
    )


def test_a_name_is_found_by_its_sound_and_an_ordinary_word_never():
    assert written("my verkadda camera", "en") == "my Verkada camera"
    assert written("the hikvision one", "en") == "the Hikvision one"
    assert CORRECTOR.correct("a clear vision, a motion, a provision", "en")[1] == ()
    axis = Corrector(Names({"Axess": [], "Reseo": [], "Onyxo": []}))
    assert axis.correct("L'accès au réseau est une option.", "fr")[1] == ()


def test_a_language_that_no_rule_knows_is_left_alone():
    assert CORRECTOR.correct("zwanzig twenty vingt", "de") == ("zwanzig twenty vingt", ())


def test_what_the_engine_wrote_in_digits_already_stays():
    for text in ("97,500 euros", "call 415-555-0132", "john.smith@acme.com", "2 million, 97 thousand", "at 7:30, 3.5%"):
        assert CORRECTOR.correct(text, "en") == (text, ())
    for text in ("97 500 euros", "06 12 34 56 78", "97 mille", "2,5 millions", "14 h 30"):
        assert CORRECTOR.correct(text, "fr") == (text, ())


_FRENCH = (
    "zéro un deux six dix douze vingt trente quatre-vingt soixante cent mille million virgule point arobase com fr "
    "tiret double comme heures euros pour plus et ou P V a 12 06 , . : numéro code le mars version hick vision"
)
_ENGLISH = (
    "zero oh one two seven ten twelve twenty thirty hundred thousand million and point dot at com uk dash double "
    "triple as in o'clock dollars cents percent plus or P V a 12 06 , . : number code march version hick vision third"
)
_WORDS = {"fr": _FRENCH.split(), "en": _ENGLISH.split()}


@pytest.mark.parametrize("language", ["fr", "en"])
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_correcting_twice_is_correcting_once_and_every_change_can_be_undone(language: str, data: st.DataObject):
    heard = " ".join(data.draw(st.lists(st.sampled_from(_WORDS[language]), max_size=14)))
    text, corrections = CORRECTOR.correct(heard, language)
    assert CORRECTOR.correct(text, language) == (text, ())
    assert _undone(text, corrections, heard)


def _undone(text: str, corrections: tuple[Correction, ...], heard: str) -> bool:
    """Each correction taken back, in order, gives what was heard: nothing else was touched, no two overlap."""
    if not corrections:
        return text == heard
    first, *rest = corrections
    places = [place for place in range(len(text) + 1) if text.startswith(first.written, place)]
    return any(
        heard.startswith(text[:place] + first.heard)
        and _undone(text[place + len(first.written) :], tuple(rest), heard[place + len(first.heard) :])
        for place in places
    )


@pytest.mark.parametrize(
    ("heard", "written"),
    [("We spoke to orvahn last week.", "We spoke to Orvane last week."), ("We like it.", "We like it.")],
)
def test_R07_the_customers_own_names_are_known_in_their_call_alone(heard: str, written: str):
    profile = Profile("crm-7", name="Ada Byron", competitors=("Orvane",))
    assert Corrector().correct(heard, "en", profile)[0] == written
    assert Corrector().correct(heard, "en") == (heard, ())
