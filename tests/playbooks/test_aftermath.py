"""What becomes of a trouble: it works, it does not, nobody knew; and words of danger come first."""

import pytest

from kitt_rtc.model.facts import AnswerTraced, CaseSettled, Entry, Fact, GapFound, HelpWanted, InsightGiven, LegJoined
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.playbooks.support import SupportOptions, SupportPlaybook
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import RECORDINGS, SmallKnowledge, Talk

TECH = Role.TECHNICIAN
COMPLAINT = {
    "en": "The recordings are not visible in the timeline since yesterday, the live view works and the app is fine.",
    "fr": "Je vois le direct, l'abonnement est actif, mais les enregistrements (recordings) ne sont plus visibles ici.",
}


def _talk(language: str = "en", *, known: bool = True, dialogue: bool = False) -> Talk:
    knowledge = SmallKnowledge([RECORDINGS] if known else [])
    return Talk(SupportPlaybook(knowledge, Library(), options=SupportOptions(dialogue=dialogue)), language)


async def _told(talk: Talk, *lines: str) -> list[Fact]:
    return [fact for line in lines for fact in await talk.say(TECH, line)]


def _of(kind: type, facts: list[Fact]) -> list[Fact]:
    return [fact for fact in facts if isinstance(fact, kind)]


@pytest.mark.parametrize(
    ("language", "text", "resolved"),
    [
        ("en", "Great, it works now, thank you.", True),
        ("fr", "Super, ça marche maintenant, merci.", True),
        ("fr", "Ah ça y est, elle est revenue.", True),
        ("en", "No, it is still the same.", False),
        ("fr", "Non, toujours pareil.", False),
    ],
)
async def test_the_technicians_words_settle_the_case(language: str, text: str, resolved: bool):
    talk = _talk(language)
    given = _of(InsightGiven, await _told(talk, COMPLAINT[language]))
    (case,) = _of(CaseSettled, await _told(talk, text))
    assert isinstance(case, CaseSettled)
    assert (case.resolved, case.by, case.utterance_id, case.because[0]) == (resolved, "words", "u2", "u1")
    assert case.quote
    assert case.quote in text
    assert case.insight_ids == tuple(fact.insight.id for fact in given if isinstance(fact, InsightGiven))
    assert talk.conversation.cases == (case,)


@pytest.mark.parametrize(
    ("language", "text"), [("en", "Thank you, goodbye."), ("fr", "Merci, au revoir."), ("fr", "D'accord, je regarde.")]
)
async def test_thanks_and_goodbyes_settle_nothing(language: str, text: str):
    talk = _talk(language)
    assert not _of(CaseSettled, await _told(talk, COMPLAINT[language], text))


async def test_it_is_told_once_that_it_works():
    talk = _talk()
    assert len(_of(CaseSettled, await _told(talk, COMPLAINT["en"], "Great, it works now.", "Yes, it works now."))) == 1


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_N6_where_no_article_reaches_the_threshold_a_gap_is_told_once(language: str):
    talk = _talk(language, known=False)
    line = {
        "en": "The pump of the pool makes a loud noise since Monday and the pressure gauge always shows zero bar here.",
        "fr": "La pompe de la piscine ne démarre plus depuis lundi et le manomètre indique toujours zéro bar ici.",
    }[language]
    facts = await _told(talk, line, "I do not know.", "I do not know.", "It is still the same.")
    (gap,) = _of(GapFound, facts)
    assert isinstance(gap, GapFound)
    assert (gap.reason, gap.language) == ("nothing", language)
    assert gap.question.startswith(line) or gap.question in line
    assert _of(AnswerTraced, facts)


async def test_N6_every_answer_and_every_silence_has_its_trace():
    talk = _talk()
    facts = await _told(talk, COMPLAINT["en"])
    (trace,), (given,) = _of(AnswerTraced, facts), _of(InsightGiven, facts)
    assert isinstance(trace, AnswerTraced)
    assert isinstance(given, InsightGiven)
    assert (trace.outcome, trace.insight_id, trace.least) == ("answered", given.insight.id, SupportOptions().min_score)
    assert trace.queries[0] == COMPLAINT["en"]
    assert [(found.title, found.score, found.dropped) for found in trace.found] == [(RECORDINGS.title, 0.626, "")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Attendez, y a de la fumée qui sort de l'enregistreur."),
        ("fr", "Mon collègue a été électrocuté."),
        ("fr", "Je me suis brûlé la main sur le boîtier."),
        ("fr", "Ça sent le gaz ici."),
        ("en", "There is smoke coming out of the recorder."),
        ("en", "I just got an electric shock."),
        ("en", "There is a burning smell from the camera."),
        ("en", "My colleague fell off the ladder."),
    ],
)
@pytest.mark.parametrize("dialogue", [True, False])
async def test_R11_words_of_danger_call_a_person_at_once_before_any_answer(language: str, text: str, dialogue: bool):
    talk = _talk(language, dialogue=dialogue)
    facts = await _told(talk, f"{COMPLAINT[language]} {text}")
    assert _of(HelpWanted, facts) == [HelpWanted("safety", ("u1",))]
    assert not _of(InsightGiven, facts)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Le détecteur de fumée ne marche pas."),
        ("fr", "Il n'y a pas de fumée, juste un voyant rouge."),
        ("fr", "L'image est brûlée par le soleil."),
        ("en", "The smoke detector does not work."),
        ("en", "There is no smoke, only a red light."),
    ],
)
async def test_R11_a_smoke_detector_is_no_danger(language: str, text: str):
    assert not _of(HelpWanted, await _told(_talk(language), text))


async def test_R11_with_an_agent_in_the_call_nobody_is_being_fetched():
    talk = _talk()
    joined = LegJoined("leg_agent", "webrtc", Speaker("agent", Role.SUPPORT_AGENT))
    talk.conversation = talk.conversation.after(Entry(0, 0.0, joined))
    await _told(talk, "There is smoke coming out of it.")
    assert talk.conversation.help_wanted[0].reason == "safety"
    assert not talk.conversation.help_coming
