"""Stems, glossary and letters: the same numbers everywhere, near for what means the same."""

import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kitt_rtc.engines.glossary import read_pairs
from kitt_rtc.engines.lexicon import Lexicon, LexiconOptions
from kitt_rtc.model.errors import SettingsError


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon()


def alike(lexicon: Lexicon, one: str, other: str) -> float:
    return sum(a * b for a, b in zip(lexicon.vector(one), lexicon.vector(other), strict=True))


def features(lexicon: Lexicon, text: str) -> set[str]:
    return {feature for unit in lexicon.units(text) for feature in unit.features}


def test_the_built_in_glossary_has_more_than_two_hundred_pairs() -> None:
    assert len(read_pairs()) >= 200


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("les enregistrements", "recordings"),
        ("abonnement", "subscription"),
        ("mot de passe", "password"),
        ("hors ligne", "offline"),
        ("mise à jour", "update"),
        ("MISES A JOUR", "updates"),
        ("carte mémoire", "SD card"),
        ("l'enregistreur", "the NVR"),
        ("facture", "invoice"),
        ("fuseau horaire", "time zone"),
    ],
)
def test_words_of_both_languages_share_an_idea(lexicon: Lexicon, french: str, english: str) -> None:
    shared = features(lexicon, french) & features(lexicon, english)
    assert any(feature.startswith("=") for feature in shared)


def test_a_phrase_is_one_unit(lexicon: Lexicon) -> None:
    assert len(lexicon.units("mot de passe oublié")) == 2


def test_stop_words_and_negations_are_no_units(lexicon: Lexicon) -> None:
    assert lexicon.units("est-ce que vous ne l'avez pas ? it does not") == []


def test_a_small_english_word_is_not_taken_for_an_acronym(lexicon: Lexicon) -> None:
    assert features(lexicon, "please set it up again").isdisjoint(features(lexicon, "onduleur"))


def test_french_words_are_not_read_into_english(lexicon: Lexicon) -> None:
    assert "=box:router" in features(lexicon, "la box internet du client")
    assert "=box:router" not in features(lexicon, "there is water in the junction box")


def test_letters_said_one_by_one_are_a_word(lexicon: Lexicon) -> None:
    assert lexicon.units("the p o e switch") == lexicon.units("the poe switch")
    assert lexicon.units("il n'y a pas d'image, l'a-t-il vue") == lexicon.units("pas image, vue")


def test_a_phrase_knows_its_words(lexicon: Lexicon) -> None:
    (phrase,) = lexicon.units("caméra sur batterie")
    assert [unit.features[0] for unit in phrase.parts] == ["=caméra:camera", "=batterie:battery"]


def test_a_feminine_ending_does_not_matter(lexicon: Lexicon) -> None:
    assert features(lexicon, "trouvée") & features(lexicon, "trouver")
    assert features(lexicon, "bloquées") & features(lexicon, "bloqué")


def test_the_sound_is_heard_though_it_is_spelt_like_his(lexicon: Lexicon) -> None:
    assert "=son:sound" not in features(lexicon, "de son téléphone")
    assert features(lexicon, "il n'y a pas de son") & features(lexicon, "no sound")


def test_accents_case_and_plurals_do_not_matter(lexicon: Lexicon) -> None:
    assert lexicon.units("Caméras réseau") == lexicon.units("camera RESEAU")


def test_what_means_the_same_is_nearer_than_what_does_not(lexicon: Lexicon) -> None:
    same = [
        ("Ask what budget they have in mind", "Ask about their budget"),
        ("Demandez quel est son budget", "Quel budget a-t-il ? Demandez-le"),
        ("Is the camera online?", "La caméra est-elle en ligne ?"),
        ("Proposez un rendez-vous la semaine prochaine", "Suggest a meeting next week"),
        ("Restart the router", "Redémarrez le routeur"),
    ]
    other = [
        ("Ask about their budget", "Ask who decides"),
        ("Is the camera online?", "Which invoice is it?"),
        ("Proposez un rendez-vous", "Rassurez sur le prix"),
        ("Restart the router", "Rassurez sur la garantie"),
    ]
    assert min(alike(lexicon, *pair) for pair in same) > max(alike(lexicon, *pair) for pair in other)


def test_a_misspelt_word_is_still_near(lexicon: Lexicon) -> None:
    assert alike(lexicon, "enregistrement", "enregistremment") > 0.4 > alike(lexicon, "enregistrement", "facture")


def test_the_words_of_another_process_have_the_same_numbers(lexicon: Lexicon) -> None:
    program = (
        "from kitt_rtc.engines.lexicon import Lexicon; x = Lexicon(); "
        "print(x.fingerprint, [round(n, 9) for n in x.vector('la caméra est hors ligne')])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    numbers = [round(number, 9) for number in lexicon.vector("la caméra est hors ligne")]
    assert told.strip() == f"{lexicon.fingerprint} {numbers}"


async def test_many_threads_get_the_numbers_of_one() -> None:
    words = [f"caméra{place} enregistrement{place} redémarrer{place % 7}ons" for place in range(300)]
    alone, together = Lexicon(), Lexicon()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(together.vector, words)) == [alone.vector(word) for word in words]


async def test_a_long_batch_is_embedded_like_a_short_one(lexicon: Lexicon) -> None:
    long = ["la caméra est hors ligne depuis ce matin " * 20] * 10
    assert (await lexicon.embed(long))[0] == (await lexicon.embed(long[:1]))[0]


@pytest.mark.parametrize("text", ["", "   ", "…!?", "日本語", "\x00", "a" * 10_000, "🙂" * 50, "of the"])
def test_any_text_has_a_unit_vector(lexicon: Lexicon, text: str) -> None:
    assert math.hypot(*lexicon.vector(text)) == pytest.approx(1.0)
    lexicon.units(text)


def test_the_size_is_an_option() -> None:
    small = Lexicon(LexiconOptions(size=64))
    assert (small.size, len(small.vector("camera"))) == (64, 64)


def test_a_desk_adds_its_own_words(tmp_path: Path) -> None:
    file = tmp_path / "desk.yaml"
    file.write_text("bidulotron: gizmo, thingamabob\nmachinette: [widget, doodad]\n", "utf-8")
    lexicon = Lexicon(LexiconOptions(glossary=str(file)))
    assert features(lexicon, "le bidulotron") & features(lexicon, "a thingamabob")
    assert features(lexicon, "la machinette") & features(lexicon, "two doodads")
    assert features(lexicon, "la caméra") & features(lexicon, "a camera")
    assert lexicon.fingerprint != Lexicon().fingerprint


@pytest.mark.parametrize("content", [b"- a\n- b\n", b"oui: yes\n", b"a: [b\n", b"\xff\xfe\xfa", None])
def test_a_glossary_that_cannot_be_used_is_told_by_its_variable(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "desk.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"^GLOSSARY: desk\.yaml"):
        Lexicon(LexiconOptions(glossary=str(file)))
