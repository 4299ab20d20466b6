"""What the figures count, and what they do not."""

import pytest

from kitt_rtc.model.facts import Entry, Fact, LegHeld, LegLeft, SpeakerCorrected, SpeakerNamed, UtteranceHeard
from kitt_rtc.model.figures import LiveFigures, figures, holds, spoken
from kitt_rtc.model.speech import Role, Speaker, Utterance

REP, CLIENT = Speaker("R", Role.REP, "Anna"), Speaker("C", Role.CUSTOMER)
PAUL = Speaker("C.2", Role.CUSTOMER, "Paul")


def line(
    speaker: Speaker, start: float, end: float, text: str = "So it is.", *, backchannel: bool = False
) -> Utterance:
    return Utterance(f"u{start}", speaker, text, "en", start, end, backchannel=backchannel)


def story(*facts: tuple[float, Fact]) -> list[Entry]:
    return [Entry(seq, at, fact) for seq, (at, fact) in enumerate(facts, start=1)]


def interruptions(told: LiveFigures) -> dict[str, int]:
    return {person.speaker.id: person.interruptions for person in told.people}


def test_the_talk_ratio_is_the_reps_part_of_what_both_sides_said() -> None:
    told = figures([line(REP, 0.0, 6.0), line(CLIENT, 6.0, 8.0), line(Speaker("S", Role.SUPERVISOR), 8.0, 99.0)])
    assert told.share == pytest.approx(0.75)
    assert told.talk == pytest.approx(8.0)


@pytest.mark.parametrize(
    ("talk", "until", "warm"),
    [(31.0, 61.0, True), (29.0, 61.0, False), (31.0, 59.0, False)],
)
def test_figures_are_warm_after_a_minute_of_call_and_half_a_minute_of_talk(
    talk: float, until: float, warm: bool
) -> None:
    assert figures([line(REP, 0.0, talk - 1.0), line(CLIENT, until - 1.0, until)]).warm is warm


def test_a_sign_of_listening_ends_no_monologue_and_an_answer_does() -> None:
    lines = [
        line(REP, 0.0, 40.0),
        line(CLIENT, 20.0, 20.6, "Right.", backchannel=True),
        line(REP, 40.5, 80.5),
        line(CLIENT, 81.0, 83.0),
        line(REP, 83.0, 90.0),
    ]
    told = figures(lines)
    assert (told.monologue, told.monologue_at, told.running) == (80.0, 0.0, 7.0)
    assert figures(lines[:4]).running == 0.0


def test_who_speaks_into_a_sentence_interrupts_it_once() -> None:
    told = figures([line(REP, 0.0, 10.0), line(CLIENT, 4.0, 5.0), line(CLIENT, 6.0, 8.0), line(REP, 7.0, 12.0)])
    assert interruptions(told) == {"R": 1, "C": 1}


def test_signs_of_listening_answers_that_come_quickly_and_beginning_together_interrupt_nobody() -> None:
    told = figures(
        [
            line(REP, 0.0, 10.0),
            line(CLIENT, 4.0, 4.6, "Mm.", backchannel=True),
            line(CLIENT, 9.6, 12.0),
            line(REP, 20.0, 24.0),
            line(CLIENT, 20.3, 23.0),
        ]
    )
    assert interruptions(told) == {"R": 0, "C": 0}


def test_pace_is_told_of_those_who_have_said_enough() -> None:
    told = figures([line(REP, 0.0, 20.0, "word " * 50), line(CLIENT, 20.0, 25.0, "word " * 10)])
    assert [person.pace for person in told.people] == [pytest.approx(150.0), None]


def test_only_what_the_rep_asks_counts_as_the_calls_questions() -> None:
    told = figures([line(REP, 0.0, 4.0, "Who decides? And when?!"), line(CLIENT, 5.0, 8.0, "Pourquoi\u202f??")])
    assert told.questions == 2
    assert [person.questions for person in told.people] == [2, 1]


def test_silence_leaves_holds_out_and_counts_voices_over_each_other_once() -> None:
    said = [line(REP, 0.0, 10.0), line(CLIENT, 5.0, 15.0), line(REP, 35.0, 40.0)]
    assert figures(said).silence == pytest.approx(20 / 40)
    assert figures(said, [(20.0, 30.0)]).silence == pytest.approx(10 / 30)
    assert figures(said, [(36.0, float("inf"))]).silence == pytest.approx(1 - 20 / 36)


def test_a_hold_lasts_until_the_last_who_is_held_is_taken_back_or_has_left() -> None:
    facts = story(
        (5.0, LegHeld("a", held=True)), (6.0, LegHeld("b", held=True)), (9.0, LegHeld("a", held=False)),
        (12.0, LegLeft("b", "hung_up", 10.0)), (20.0, LegHeld("c", held=True)),
    )  # fmt: skip
    assert holds(facts) == [(5.0, 12.0), (20.0, float("inf"))]


def test_corrected_and_renamed_speakers_change_the_figures() -> None:
    said = [line(REP, 0.0, 4.0), line(CLIENT, 5.0, 9.0), line(CLIENT, 10.0, 14.0)]
    heard = [(utterance.end, UtteranceHeard(utterance, 0.1)) for utterance in said]
    renamed = Speaker("C.2", Role.REP, "Paula")
    facts = story(*heard, (15.0, SpeakerCorrected("u5.0", PAUL, "voices")))
    assert [(person.speaker.id, person.seconds) for person in figures(spoken(facts)).people] == [
        ("R", 4.0), ("C.2", 4.0), ("C", 4.0),
    ]  # fmt: skip
    assert figures(spoken(facts)).share == pytest.approx(1 / 3)
    named = figures(
        spoken(story(*heard, (15.0, SpeakerCorrected("u5.0", PAUL, "R")), (16.0, SpeakerNamed(renamed, "R"))))
    )
    assert named.share == pytest.approx(2 / 3)
    assert named.people[1].speaker.name == "Paula"


def test_nothing_said_is_no_division_by_nothing() -> None:
    assert figures([]) == LiveFigures()
    assert figures([line(Speaker("S", Role.SUPERVISOR), 1.0, 1.0)]).silence == 0.0
