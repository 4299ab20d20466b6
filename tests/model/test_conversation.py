from dataclasses import FrozenInstanceError, replace

import pytest

from kitt_rtc.model.conversation import CONTEXT_MESSAGES, Conversation
from kitt_rtc.model.facts import (
    CallOffered,
    CallResumed,
    CallStarted,
    ContextRead,
    Entry,
    Fact,
    HelpWanted,
    InsightGiven,
    InsightWithheld,
    LanguageSwitched,
    LegHeld,
    LegJoined,
    LegLeft,
    PhoneStatusChanged,
    SpeakerCorrected,
    SpeakerNamed,
    UtteranceHeard,
)
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.speech import Role, Speaker, Utterance
from tests.fakes.facts import ended, said, sample_story, started

REP = Speaker("rep1", Role.REP, "Anne")
TECHNICIAN = Speaker("technician1", Role.TECHNICIAN)


def known(*facts: Fact, context_messages: int = CONTEXT_MESSAGES) -> Conversation:
    entries = [Entry(seq, float(seq), fact) for seq, fact in enumerate(facts, start=1)]
    return Conversation.of(entries, context_messages=context_messages)


def texts(conversation: Conversation) -> list[str]:
    return [utterance.text for utterance in conversation.utterances]


def test_T01_the_last_24_messages_in_the_order_spoken_across_legs_although_heard_in_another():
    spoken = [
        said(f"line {number}", number=number, start=float(number), role=Role.REP if number % 2 else Role.CUSTOMER)
        for number in range(1, 31)
    ]
    heard = [spoken[number ^ 1] for number in range(30)]
    assert [fact.utterance.id for fact in heard] != [fact.utterance.id for fact in spoken]
    conversation = known(started(), *heard)
    assert texts(conversation) == [f"line {number}" for number in range(7, 31)]
    assert {utterance.speaker.role for utterance in conversation.utterances} == {Role.REP, Role.CUSTOMER}
    assert conversation.total_segments == 30


def test_T01_a_sentence_heard_very_late_takes_its_place_in_the_order_spoken():
    late = said("the first words", number=99, start=0.5)
    conversation = known(*(said(f"line {n}", number=n, start=float(n)) for n in range(1, 5)), late)
    assert texts(conversation) == ["the first words", "line 1", "line 2", "line 3", "line 4"]


def test_T01_a_sentence_older_than_all_24_does_not_push_out_a_newer_one():
    late = said("long ago", number=99, start=0.5)
    conversation = known(*(said(f"line {n}", number=n, start=float(n)) for n in range(1, 25)), late)
    assert texts(conversation) == [f"line {n}" for n in range(1, 25)]
    assert conversation.total_segments == 25


def test_T01_sentences_begun_together_stay_in_the_order_heard():
    conversation = known(*(said(word, number=n, start=1.0) for n, word in enumerate(("one", "two", "three"))))
    assert texts(conversation) == ["one", "two", "three"]


def test_T02_the_context_is_structured_with_phase_and_pain_points():
    conversation = known(
        started(),
        said("trop cher", number=1, start=1.0),
        said("et trop lent", number=2, start=3.0),
        ContextRead(
            ("utt1",),
            "objection",
            pain_points=("price",),
            objections=("too dear",),
            entities=("X100",),
            issue="slow",
            sufficient=True,
            reason="a price was named",
        ),
    )
    assert conversation.phase == "objection"
    assert conversation.pain_points == ("price",)
    assert conversation.objections == ("too dear",)
    assert conversation.entities == ("X100",)
    assert conversation.issue == "slow"
    assert conversation.sufficient
    assert conversation.context_reason == "a price was named"
    assert [utterance.id for utterance in conversation.fresh] == ["utt1"]
    assert [utterance.id for utterance in conversation.pending] == ["utt2"]
    assert texts(conversation) == ["trop cher", "et trop lent"]


def test_a_second_reading_takes_in_what_the_first_did_not():
    conversation = known(
        said("one", number=1, start=1.0),
        ContextRead(("utt1",), "opening"),
        said("two", number=2, start=2.0),
        ContextRead(("utt2",), "discovery"),
    )
    assert conversation.pending == ()
    assert [utterance.id for utterance in conversation.fresh] == ["utt2"]
    assert conversation.phase == "discovery"


def test_the_number_of_messages_is_a_setting():
    conversation = known(*(said(str(n), number=n, start=float(n)) for n in range(9)), context_messages=3)
    assert texts(conversation) == ["6", "7", "8"]


def test_words_that_are_never_read_do_not_pile_up():
    conversation = known(*(said(str(n), number=n, start=float(n)) for n in range(500)))
    assert len(conversation.pending) <= CONTEXT_MESSAGES


def test_a_call_begins_and_ends():
    conversation = known(started("session_1", at=12.0, language="en"), ended(60.0))
    assert (conversation.call_id, conversation.playbook, conversation.language) == ("session_1", "support", "en")
    assert conversation.started_at == 12.0
    assert conversation.ended == ended(60.0)


def test_who_is_there_and_who_was():
    conversation = known(
        LegJoined("a", "webrtc", REP),
        LegJoined("b", "twilio", TECHNICIAN),
        LegJoined("c", "webrtc", None),
        LegLeft("b", "hung_up", 3.0),
    )
    assert conversation.legs_present == ("a", "c")
    assert list(conversation.roster) == [REP, TECHNICIAN]
    assert conversation.speaker_of(Role.TECHNICIAN) == TECHNICIAN
    assert conversation.speaker_of(Role.CUSTOMER) is None


def test_a_hold_ends_with_its_leg_and_with_its_process():
    held = (LegJoined("a", "webrtc", REP), LegHeld("a", True))
    assert known(*held).quiet_reason == "on_hold"
    assert known(*held, LegHeld("a", False)).quiet_reason == ""
    assert known(*held, LegLeft("a", "lost", 3.0), LegJoined("a2", "webrtc", REP)).legs_held == ()
    resumed = known(*held, CallResumed(4.0), LegJoined("a2", "webrtc", REP))
    assert (resumed.legs_present, resumed.legs_held, resumed.quiet_reason) == (("a2",), (), "")


def test_somebody_who_comes_back_is_one_person():
    conversation = known(LegJoined("a", "webrtc", REP), LegLeft("a", "lost", 3.0), LegJoined("a2", "webrtc", REP))
    assert list(conversation.roster) == [REP]
    assert conversation.legs_present == ("a2",)


def test_how_much_each_has_said():
    conversation = known(
        said("deux mots", number=1, start=1.0),
        said("et encore trois", number=2, start=3.0),
        said("moi", number=3, start=5.0, role=Role.REP),
    )
    technician, rep = conversation.tally["technician1"], conversation.tally["rep1"]
    assert (technician.role, technician.segment_count, technician.words, technician.seconds) == (
        Role.TECHNICIAN,
        2,
        5,
        2.0,
    )
    assert (rep.role, rep.segment_count, rep.words) == (Role.REP, 1, 1)
    assert [utterance.text for utterance in conversation.by(Role.REP)] == ["moi"]


def test_insights_are_kept_with_their_times_and_the_withheld_with_their_reasons():
    insight = Insight("i1", InsightType.COACHING, "Demandez le budget")
    twin = Insight("i2", InsightType.COACHING, "Parlez du budget")
    conversation = known(
        InsightGiven(insight, Verdict(False, "new"), 0.1), InsightWithheld(twin, Verdict(True, "said", "i1"), 0.1)
    )
    assert [(given.at, given.insight.id) for given in conversation.given] == [(1.0, "i1")]
    assert [(held.at, held.insight.id, held.verdict.twin_id) for held in conversation.withheld] == [(2.0, "i2", "i1")]


def test_a_conversation_is_a_value():
    before = known(started(), said("un"))
    after = before.after(Entry(3, 3.0, said("deux", number=2, start=2.0)))
    assert texts(before) == ["un"]
    assert texts(after) == ["un", "deux"]
    assert before.tally["technician1"].segment_count == 1
    with pytest.raises(FrozenInstanceError):
        before.phase = "closing"  # type: ignore[misc]
    with pytest.raises(TypeError):
        before.tally["x"] = None  # type: ignore[index]


def test_every_fact_can_be_folded_and_the_fold_is_the_same_live_and_later():
    live = Conversation()
    for entry in sample_story():
        live = live.after(entry)
    assert live == Conversation.of(sample_story())
    assert live.ended is not None


@pytest.mark.parametrize(
    ("speaker", "answered_by", "reason"),
    [
        (TECHNICIAN, "machine", "machine"),
        (TECHNICIAN, "fax", "machine"),
        (TECHNICIAN, "human", ""),
        (TECHNICIAN, "unknown", ""),
        (TECHNICIAN, "", ""),
        (REP, "machine", ""),
    ],
)
def test_nobody_is_advised_about_a_machine_but_a_colleagues_changes_nothing(
    speaker: Speaker, answered_by: str, reason: str
):
    picked_up = PhoneStatusChanged("CA1", "in-progress", answered_by=answered_by, speaker=speaker)
    assert known(started(), picked_up).quiet_reason == reason


def test_a_message_is_a_quiet_time_until_somebody_comes():
    asked = (started(), LegJoined("leg1", "twilio", TECHNICIAN), CallOffered(("rep1",), "", 30.0, message=True))
    assert known(*asked).quiet_reason == "message"
    assert known(*asked, LegJoined("leg2", "twilio", TECHNICIAN)).quiet_reason == "message"
    assert known(*asked, LegJoined("leg3", "webrtc", REP)).quiet_reason == ""


def test_who_is_present_is_known_by_leg():
    joined = (LegJoined("leg_1", "twilio", TECHNICIAN), LegJoined("leg_2", "webrtc", None))
    assert dict(known(started(), *joined).present) == {"leg_1": TECHNICIAN, "leg_2": None}
    assert dict(known(started(), *joined, LegLeft("leg_1", "lost", 5.0)).present) == {"leg_2": None}


def test_a_person_is_coming_until_one_is_there_or_nobody_was_found():
    wanted = HelpWanted("asked_for", ("u1",))
    assert known(started(), wanted).help_coming
    assert known(started(), wanted, CallOffered(("agent",), "agent", 3.0)).help_coming
    assert not known(started(), wanted, CallOffered(("agent",), "", 30.0)).help_coming
    agent = Speaker("agent", Role.SUPPORT_AGENT)
    assert not known(started(), wanted, LegJoined("leg_2", "webrtc", agent)).help_coming
    assert known(started(), wanted, LegJoined("leg_2", "webrtc", REP)).help_coming
    assert known(started(), wanted, CallOffered((), "", 1.0), wanted).help_wanted == (wanted, wanted)


def test_R02_somebody_who_speaks_another_language_is_heard_in_it():
    conversation = known(started(language="fr"), LanguageSwitched("technician1", "en", "fr", "two sentences"))
    assert conversation.language_of("technician1") == "en"
    assert conversation.language_of("somebody else") == "fr"


def test_R05_a_name_is_given_to_all_lines_of_a_voice_also_those_said_before():
    second = Speaker("technician1.2", Role.TECHNICIAN)
    line = Utterance("utt1", second, "It is on fire", "en", 0.0, 1.0)
    named = Speaker("technician1.2", Role.CUSTOMER, "Ana")
    conversation = known(started(), UtteranceHeard(line, 0.1), SpeakerNamed(named, "support_agent1"))
    assert [utterance.speaker for utterance in conversation.utterances] == [named]
    assert [utterance.speaker for utterance in conversation.pending] == [named]
    assert conversation.roster.find("technician1.2") == named
    assert conversation.tally["technician1.2"].role is Role.CUSTOMER


def test_R05_a_corrected_line_changes_hands_and_is_counted_for_the_one_who_said_it():
    other = Speaker("technician1.2", Role.TECHNICIAN, "Ana")
    conversation = known(
        started(),
        said("one two three", number=1),
        said("four", number=2, start=2.0),
        SpeakerCorrected("utt1", other, "support_agent1"),
    )
    assert [utterance.speaker.id for utterance in conversation.utterances] == ["technician1.2", "technician1"]
    assert (conversation.tally["technician1"].words, conversation.tally["technician1"].segment_count) == (1, 1)
    assert (conversation.tally["technician1.2"].words, conversation.tally["technician1.2"].segment_count) == (3, 1)
    assert conversation.total_segments == 2


def test_a_sign_of_listening_is_in_the_transcript_and_asks_for_no_advice():
    line = replace(said("d'accord").utterance, backchannel=True)
    conversation = known(started(), UtteranceHeard(line, 0.1))
    assert texts(conversation) == ["d'accord"]
    assert conversation.pending == ()


def test_R02_a_call_knows_what_people_may_go_on_in_and_who_does():
    started = CallStarted("c", "support", "en", 0.0, "durand", languages=("en", "fr"))
    facts = (started, LanguageSwitched("TECH001", "fr", "en", "repeated"))
    call = Conversation.of(Entry(seq, 0.0, fact) for seq, fact in enumerate(facts, start=1))
    assert (call.profile_id, call.languages_allowed) == ("durand", ("en", "fr"))
    assert [call.language_of(who) for who in ("TECH001", "SUP1")] == ["fr", "en"]
