"""The trouble at hand: the technician's words since the last one was solved."""

from dataclasses import replace

import pytest

from kitt_rtc.model.speech import Correction, Role
from kitt_rtc.playbooks.matter import Listener, Matter
from kitt_rtc.playbooks.signs import Signs
from tests.fakes.thinking import heard, says

LISTENER = Listener(Signs.load())


def _matter(*lines: tuple[Role, str], language: str = "en") -> Matter:
    said = [says(role, text, at=5.0 * number, language=language) for number, (role, text) in enumerate(lines, start=1)]
    return LISTENER.matter(heard(*said, language=language, playbook="support"))


def test_T21_the_agents_words_are_no_part_of_the_matter():
    matter = _matter(
        (Role.SUPPORT_AGENT, "The camera has no power and shows error 12, I am quite sure of it."),
        (Role.TECHNICIAN, "The live view is black."),
    )
    assert (matter.text, matter.words) == ("The live view is black.", 5)


def test_small_talk_adds_no_words():
    matter = _matter((Role.TECHNICIAN, "OK. One moment, please."), (Role.TECHNICIAN, "The screen is black."))
    assert matter.words == 4


def test_T17_words_are_counted_as_they_were_said_before_their_correction():
    said = says(Role.TECHNICIAN, "OK. Camera 12 shows 97,500 errors.", at=1.0, language="en")
    corrections = (
        Correction("number", "twelve", "12"),
        Correction("number", "ninety-seven thousand five hundred", "97,500"),
    )
    plain = LISTENER.matter(heard(said, language="en", playbook="support"))
    told = LISTENER.matter(heard(replace(said, corrections=corrections), language="en", playbook="support"))
    assert (plain.words, told.words) == (6, 9)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Great, it works now, thank you"),
        ("fr", "C'est réparé."),
        ("en", "Thank you, goodbye."),
        ("fr", "Merci, au revoir."),
    ],
)
def test_a_closing_phrase_ends_the_matter(language: str, text: str):
    matter = _matter((Role.TECHNICIAN, "The camera is broken."), (Role.TECHNICIAN, text), language=language)
    assert (matter.solved, matter.anew, matter.utterances) == (True, True, ())
    assert [said.text for said in matter.closed] == ["The camera is broken."]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It works now but there is no sound."),
        ("fr", "Ça marche maintenant. Par contre l'écran est noir."),
        ("en", "That did not fix it, goodbye."),
    ],
)
def test_what_still_fails_in_the_same_breath_keeps_it_open(language: str, text: str):
    matter = _matter((Role.TECHNICIAN, "The camera is broken."), (Role.TECHNICIAN, text), language=language)
    assert not matter.solved
    assert len(matter.utterances) == 2


def test_another_trouble_begins_a_matter_of_its_own():
    matter = _matter(
        (Role.TECHNICIAN, "The camera is offline."),
        (Role.TECHNICIAN, "It works now."),
        (Role.TECHNICIAN, "Okay."),
        (Role.TECHNICIAN, "I have another problem, the alarm keeps beeping."),
        (Role.TECHNICIAN, "It is very loud."),
    )
    assert [said.text for said in matter.utterances] == [
        "I have another problem, the alarm keeps beeping.",
        "It is very loud.",
    ]
    assert (matter.solved, matter.anew) == (False, True)


def test_devices_and_codes_are_named_once():
    said = [says(Role.TECHNICIAN, "The camera X200 and the router."), says(Role.TECHNICIAN, "That camera shows E-12.")]
    assert LISTENER.devices(said) == ["the camera", "the router", "X200", "E-12"]


def test_a_precise_symptom_is_the_complaint_before_a_vague_one():
    said = [says(Role.TECHNICIAN, "The screen is black."), says(Role.TECHNICIAN, "There is a problem.")]
    assert LISTENER.complaint(said) == "The screen is black."
    assert LISTENER.complaint(said[1:]) == "There is a problem."
    assert LISTENER.complaint([]) == ""


@pytest.mark.parametrize(
    ("language", "text", "ends"),
    [
        ("en", "Brilliant, cheers.", True),
        ("en", "It's on now.", True),
        ("en", "Thanks, but how do I open it?", False),
        ("en", "Thanks. What about the alarm?", False),
        ("en", "Great, the router then.", False),
        ("fr", "Nickel, merci bien.", True),
        ("fr", "Elle s'ouvre maintenant.", True),
        ("fr", "Merci, mais comment je fais ?", False),
        ("fr", "Merci. Et sur l'alarme ?", False),
    ],
)
def test_thanks_end_what_was_told_unless_more_is_asked(language: str, text: str, ends: bool):
    trouble = {"en": "The camera is broken.", "fr": "La caméra est cassée."}[language]
    assert _matter((Role.TECHNICIAN, trouble), (Role.TECHNICIAN, text), language=language).solved is ends
    assert not _matter((Role.TECHNICIAN, text), language=language).solved


def test_a_trouble_that_fails_after_all_is_taken_up_again():
    matter = _matter(
        (Role.TECHNICIAN, "The camera is offline."),
        (Role.TECHNICIAN, "Okay, that works, thanks."),
        (Role.TECHNICIAN, "No, it is still offline."),
    )
    assert [said.text for said in matter.utterances] == ["The camera is offline.", "No, it is still offline."]
    assert not matter.solved


def test_another_device_after_the_end_is_another_trouble():
    matter = _matter(
        (Role.TECHNICIAN, "The camera is offline."),
        (Role.TECHNICIAN, "It works now, thanks."),
        (Role.TECHNICIAN, "What a day."),
        (Role.TECHNICIAN, "The alarm keeps beeping."),
    )
    assert [said.text for said in matter.utterances] == ["The alarm keeps beeping."]


@pytest.mark.parametrize(
    ("language", "text", "tried"),
    [
        ("en", "I rebooted it and swapped the cable.", {"restart", "cable"}),
        ("en", "It began after the update.", set()),
        ("fr", "J'ai déjà redémarré et nettoyé.", {"restart", "clean"}),
        ("fr", "Depuis la mise à jour ça plante.", set()),
    ],
)
def test_what_was_tried_already_is_heard(language: str, text: str, tried: set[str]):
    assert LISTENER.tried([says(Role.TECHNICIAN, text, language=language)]) == tried
