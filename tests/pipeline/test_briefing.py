"""What somebody should know who comes into a call that goes on."""

from dataclasses import replace

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.profile import Profile
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.pipeline.briefing import Briefing

CLIENT = Speaker("CUSTOMER", Role.CUSTOMER)
REP = Speaker("REP", Role.REP)


def said(text: str, by: Speaker = CLIENT) -> Utterance:
    return Utterance(f"u-{text}", by, text, "en", 0.0, 1.0)


CALL = Conversation(
    playbook="coaching",
    language="en",
    phase="objection",
    pain_points=("too slow", "too dear"),
    utterances=(said("What would it cost?"), said("Do you like it?", REP), said("I have to ask my boss.")),
)


def test_the_note_tells_phase_pains_the_clients_open_question_and_their_last_words():
    assert Briefing().note(CALL).splitlines() == [
        "Phase: objection",
        "Pain points: too slow; too dear",
        "Open question: “What would it cost?”",
        "Last said: “I have to ask my boss.”",
    ]


def test_it_is_written_in_the_language_of_the_call():
    lines = Briefing().note(replace(CALL, language="fr", playbook="support", issue="la pompe fuit")).splitlines()
    assert lines[0] == "Panne : la pompe fuit"


def test_a_phase_of_another_house_is_told_as_it_is_and_nothing_known_is_no_note():
    assert Briefing().note(replace(CALL, phase="haggling")).splitlines()[0] == "Phase: haggling"
    assert Briefing().note(Conversation(language="en")) == ""


def test_a_note_stays_short():
    rambling = replace(CALL, utterances=(said("well " * 500),))
    assert len(Briefing().note(rambling)) < 600


def test_whoever_comes_in_knows_the_customer_what_is_open_and_what_was_promised():
    dear, late = "Price: “too dear”", "Timing: “not now”"
    known = replace(
        CALL,
        profile=Profile("acme", name="Ada Byron", company="Acme"),
        objections=(dear, late),
        answered=(dear,),
        commitments=("rep: “I send you the offer”",),
        competitors=("Salesforce",),
    )
    lines = Briefing().note(known).splitlines()
    assert lines[0] == "Customer: Ada Byron, Acme"
    assert f"Open objections: {late}" in lines
    assert "Promised: rep: “I send you the offer”" in lines
    assert "Competitors: Salesforce" in lines
