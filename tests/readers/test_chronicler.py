import logging

import pytest

from kitt_rtc import wire
from kitt_rtc.journal import Journal
from kitt_rtc.model.facts import (
    ContextRead,
    Fact,
    InsightGiven,
    InsightWithheld,
    LegJoined,
    SummaryWritten,
    Trouble,
    UtteranceHeard,
)
from kitt_rtc.model.insight import Focus, Insight, InsightType, Passage, Summary, Verdict
from kitt_rtc.model.speech import Correction, Role, Speaker, Utterance
from kitt_rtc.readers.chronicler import Chronicler
from tests.fakes.facts import ended, said, sample_story, started

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "kitt_rtc.readers.chronicler")
    return caplog


async def chronicle(*facts: Fact) -> None:
    journal = Journal("session_1", lambda: 4.5)
    for fact in facts:
        journal.append(fact)
    journal.close()
    await Chronicler().read(journal)


def corrected(correction: Correction) -> UtteranceHeard:
    speaker = Speaker("client1", Role.CUSTOMER)
    text, heard = f"c'est {correction.written}", f"c'est {correction.heard}"
    return UtteranceHeard(Utterance("u", speaker, text, "fr", 0.0, 1.0, heard=heard, corrections=(correction,)), 0.1)


def fields(record: logging.LogRecord) -> dict:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


def everything(caplog: pytest.LogCaptureFixture) -> str:
    return " ".join(f"{record.getMessage()} {fields(record)}" for record in caplog.records)


INSIGHT = Insight(
    "ins_1",
    InsightType.KNOWLEDGE_BASE,
    "Redémarrez le boîtier puis appelez le 06 12 34 56 78",
    topic="camera.offline",
    reason="Il dit que la caméra est éteinte",
    passages=(Passage("p1", "Camera", "text", "kb", 0.626),),
)


async def test_L01_L02_every_fact_is_one_line_with_the_session_id(log):
    await chronicle(*(entry.fact for entry in sample_story()))
    assert [record.getMessage() for record in log.records] == [wire.name_of(e.fact) for e in sample_story()]
    assert {record.call for record in log.records} == {"session_1"}
    assert [record.seq for record in log.records] == [entry.seq for entry in sample_story()]


async def test_L01_transcripts_phase_and_insights_are_told_without_their_words(log):
    await chronicle(
        said("mon code est 4111 1111 1111 1111", name="Jean Dupont"),
        ContextRead(("u1",), "objection", ("trop cher",), issue="panne de caméra", sufficient=True, reason="il dit"),
        InsightGiven(INSIGHT, Verdict(False, "nothing like it in 60 s"), 0.61),
    )
    heard, context, insight = (fields(record) for record in log.records)
    assert (heard["role"], heard["seconds"], heard["took"], heard["language"]) == ("technician", 1.0, 0.3, "fr")
    assert (context["phase"], context["sufficient"], context["pain_points"]) == ("objection", True, 1)
    assert (insight["kind"], insight["topic"], insight["score"], insight["took"]) == (
        "knowledge_base",
        "camera.offline",
        0.626,
        0.61,
    )
    for private in ("code", "4111", "Dupont", "cher", "panne", "il dit", "Redémarrez", "nothing like"):
        assert private not in everything(log)


async def test_L02_the_reason_of_the_duplicate_check_is_told(log):
    log.set_level(logging.DEBUG, "kitt_rtc.readers.chronicler")
    await chronicle(InsightWithheld(INSIGHT, Verdict(True, "says the same as ins_0: 0.93", "ins_0"), 0.01))
    [held] = (fields(record) for record in log.records)
    assert (held["duplicate"], held["twin"], held["verdict"]) == (True, "ins_0", "says the same as ins_0: 0.93")


async def test_L01_L02_words_are_told_at_debug_only_and_masked(log):
    log.set_level(logging.DEBUG, "kitt_rtc.readers.chronicler")
    await chronicle(
        said("ma carte : 4111 1111 1111 1111, mon mail a@b.fr", name="Jean"),
        ContextRead(("u1",), "objection", ("rappeler le 06 12 34 56 78",), issue="panne", reason="il dit panne"),
        InsightGiven(INSIGHT, Verdict(False, "new"), 0.61),
        SummaryWritten(Summary(Focus.CLIENT, "Veut être rappelé au +33612345678", "fr", "rules"), 0.2),
    )
    heard, context, insight, summary = (fields(record) for record in log.records)
    assert heard["text"] == "ma carte : [card], mon mail [email]"
    assert heard["speaker"] == "technician1 Jean"
    assert (context["text"], context["pain"], context["issue"]) == ("il dit panne", "rappeler le [phone]", "panne")
    assert insight["text"] == "Redémarrez le boîtier puis appelez le [phone]"
    assert insight["because"] == "Il dit que la caméra est éteinte"
    assert summary["text"] == "Veut être rappelé au [phone]"
    assert {record.levelno for record in log.records} == {logging.DEBUG}


async def test_L01_L02_words_before_their_correction_are_told_only_where_nothing_is_masked(log):
    log.set_level(logging.DEBUG, "kitt_rtc.readers.chronicler")
    phone = Correction("number", "zéro six douze trente-quatre cinquante-six soixante-dix-huit", "06 12 34 56 78")
    twenty = Correction("number", "vingt", "20")
    await chronicle(corrected(phone), corrected(twenty))
    private, plain = (fields(record) for record in log.records)
    assert private["text"] == "c'est [phone]"
    assert "heard" not in private
    assert "douze" not in everything(log)
    assert (plain["text"], plain["heard"]) == ("c'est 20", "c'est vingt")


async def test_L02_a_decision_is_explained_in_one_line_even_at_info(log):
    await chronicle(ContextRead(("u1", "u2"), "", sufficient=False, reason="only 4 words", took=0.01))
    [line] = (fields(record) for record in log.records)
    assert (line["sufficient"], line["utterances"]) == (False, 2)


async def test_a_model_that_answers_a_sentence_as_phase_tells_the_log_nothing(log):
    await chronicle(ContextRead(("u1",), "Jean veut 3 caméras"))
    assert log.records[0].phase == "other"


async def test_names_of_people_are_for_debug(log):
    await chronicle(LegJoined("leg1", "webrtc", Speaker("jean.dupont", Role.REP, "Jean Dupont")))
    assert "upont" not in everything(log)
    assert log.records[0].role == "rep"


async def test_trouble_is_a_warning_that_says_what_to_do(log):
    await chronicle(Trouble("transcriber", "engine_unavailable", "Set OPENAI_API_KEY."))
    assert log.records[0].levelno == logging.WARNING
    assert log.records[0].detail == "Set OPENAI_API_KEY."


async def test_the_law_holds_for_every_fact_there_is(log):
    """No sentence of any sample is seen above DEBUG, but for what is written for the operator."""
    await chronicle(started(), *(entry.fact for entry in sample_story()), ended())
    for name in ("text", "content", "name", "pain_points", "objections", "entities", "issue", "title", "quote", "by"):
        assert f"{name} n°" not in everything(log)
