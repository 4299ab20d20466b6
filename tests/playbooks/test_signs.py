"""The lexicon: the same signs in both languages, found in the words of the field."""

from pathlib import Path

import pytest

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.playbooks.signs import Signs

SIGNS = Signs.load()
KINDS = ("device", "symptom", "fault", "solved", "still", "another", "filler")


@pytest.mark.parametrize(
    ("language", "text", "seen"),
    [
        ("en", "Hello, my camera does not work", {"camera", "vague"}),
        ("fr", "Bonjour, ma caméra ne marche pas", {"camera", "vague"}),
        ("en", "the recordings are not visible in the timeline", {"recording", "timeline", "not_visible"}),
        ("fr", "les enregistrements n'apparaissent plus", {"recording", "not_visible"}),
        ("en", "there is no sound", {"microphone", "no_signal"}),
        ("fr", "l'écran est noir", {"screen", "no_signal"}),
        ("en", "the router cannot connect", {"router", "connection"}),
        ("fr", "la caméra est toujours hors ligne", {"camera", "connection", "still"}),
        ("en", "the pump won't start", {"pump", "dead"}),
        ("fr", "la pompe ne démarre plus", {"pump", "dead"}),
        ("en", "the red light is on and an error shows", {"sign"}),
        ("fr", "le voyant rouge clignote", {"sign"}),
        ("en", "great, it works now, thank you", {"solved"}),
        ("fr", "c'est réparé", {"solved"}),
        ("fr", "ça remarche, merci", {"solved"}),
        ("en", "no problem, goodbye", {"farewell"}),
        ("fr", "pas de problème, merci, bonne journée", {"farewell"}),
        ("en", "it still does not work", {"vague", "still"}),
        ("fr", "ça ne marche toujours pas", {"vague", "still"}),
        ("en", "I have another problem", {"vague", "another"}),
        ("fr", "j'ai un autre souci", {"vague", "another"}),
        ("en", "ok, one moment please", {"filler"}),
        ("fr", "d'accord, un instant", {"filler"}),
        ("en", "it works, but not on my phone", set()),
    ],
)
def test_signs_are_seen(language: str, text: str, seen: set[str]):
    assert {sign.id for sign in SIGNS.seen(text, language, *KINDS)} == seen


def test_both_languages_know_the_same_signs():
    for kind in (*KINDS, "praise", "asks", "deed", "slot", "asked", "phase"):
        french, english = ([sign.id for sign in SIGNS.of_kind(kind, language)] for language in ("fr", "en"))
        assert french == english


@pytest.mark.parametrize(
    ("language", "text", "slots"),
    [
        ("en", "The boiler hums.", {"device", "symptom"}),
        ("en", "It won't lift.", {"symptom"}),
        ("en", "I called the customer this morning.", {"since"}),
        ("en", "It does not work.", set()),
        ("fr", "La chaudière ronfle.", {"device", "symptom"}),
        ("fr", "Elle tient pas.", {"symptom"}),
        ("fr", "J'ai appelé le client.", set()),
        ("fr", "Ça marche pas.", set()),
    ],
)
def test_what_was_told_is_known_though_no_sign_names_it(language: str, text: str, slots: set[str]):
    assert SIGNS.read(text, language).ids("slot") == slots


@pytest.mark.parametrize(
    ("language", "text", "slot", "told"),
    [
        ("en", "It stops after two minutes with a code.", "symptom", True),
        ("en", "It stops after two minutes with a code.", "sign", False),
        ("en", "It shows an error.", "sign", False),
        ("en", "It shows error 503.", "sign", True),
        ("en", "No code at all.", "sign", True),
        ("fr", "Elle s'arrête au bout de deux minutes.", "symptom", True),
        ("fr", "Il met une erreur.", "sign", False),
        ("fr", "Il met une erreur E21.", "sign", True),
        ("fr", "Elle affiche une erreur de pression.", "sign", True),
        ("fr", "Y a pas de code.", "sign", True),
    ],
)
def test_a_code_is_known_when_it_is_told_which_or_that_there_is_none(language: str, text: str, slot: str, told: bool):
    assert (slot in SIGNS.read(text, language).ids("slot")) is told


def test_a_reading_tells_the_kinds_of_each_sentence():
    reading = SIGNS.read("Okay. The camera is offline.", "en")
    assert "filler" in reading.kinds[0]
    assert {"device", "symptom"} <= reading.kinds[1]
    assert (reading.has("symptom"), reading.has("praise")) == (True, False)


def test_every_slot_has_a_way_to_be_asked():
    slots = {sign.id for sign in SIGNS.of_kind("slot", "en")}
    assert slots == {sign.id for sign in SIGNS.of_kind("asked", "en")}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_our_own_questions_are_recognised_as_asking_for_their_slot(language: str):
    for slot in SIGNS.of_kind("slot", language):
        question = slot.label.replace("$device", "la caméra" if language == "fr" else "the camera")
        assert slot.id in {seen.id for seen in SIGNS.seen(question, language, "asked")}, question


@pytest.mark.parametrize("language", ["fr", "en"])
def test_endless_small_talk_is_read_at_once(language: str):
    words = {"fr": "merci beaucoup oui ", "en": "thank you very much "}[language] * 400
    assert SIGNS.seen(words + "camera", language, "filler") == []
    assert len(SIGNS.seen(words.strip(), language, "filler")) == 1


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("- {kind: gadget, id: x, label: x, words: [x]}\n", "lexicon/fr.yaml:1: 'kind' is 'gadget'"),
        ("- {kind: slot, id: x, label: 'What of $thing?'}\n", "lexicon/fr.yaml:1: a question may have one blank"),
        ("- {kind: device, id: x, words: [x]}\n", "lexicon/fr.yaml:1: 'label' is missing"),
    ],
)
def test_a_sign_that_is_wrong_is_refused_with_file_and_line(tmp_path: Path, row: str, complaint: str):
    (tmp_path / "fr.yaml").write_text(row, encoding="utf-8")
    (tmp_path / "en.yaml").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        Signs.load(tmp_path)
    assert refused.value.message.startswith(complaint)
