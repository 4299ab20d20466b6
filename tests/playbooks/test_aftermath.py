"""What becomes of a trouble: it works, it does not, nobody knew; and words of danger come first."""

import pytest

from kitt_rtc.model.facts import AnswerTraced, CaseSettled, Entry, Fact, GapFound, HelpWanted, InsightGiven, LegJoined
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.playbooks.support import SupportOptions, SupportPlaybook
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import RECORDINGS, SmallKnowledge, Talk

TECH = Role.TECHNICIAN
SIGNS = Signs.load()
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


_DANGERS = [
    ("fr", "J'ai pris une décharge en ouvrant le capot"),
    ("fr", "je viens de prendre une décharge"),
    ("fr", "je me suis pris une châtaigne"),
    ("fr", "mon collègue s'est pris un coup de jus"),
    ("fr", "y a de la fumée"),
    ("fr", "ça sent le brûlé dans l'armoire"),
    ("fr", "ça fume"),
    ("fr", "il y a des étincelles sur le bornier"),
    ("fr", "y a des flammes"),
    ("fr", "fuite de gaz dans la cave"),
    ("fr", "je me suis coupé la main"),
    ("fr", "y a de l'eau dans le tableau électrique"),
    ("fr", "la batterie a explosé"),
    ("fr", "il est tombé de l'échelle"),
    ("fr", "le détecteur de fumée a pris feu"),
    ("fr", "ça sent le gaz"),
    ("fr", "je me suis brûlé"),
    ("fr", "odeur de plastique brûlé"),
    ("fr", "il y a le feu"),
    ("fr", "le chargeur se met à fumer"),
    ("fr", "La borne fume"),
    ("fr", "de l'eau coule sur le disjoncteur"),
    ("en", "I got a shock"),
    ("en", "I got an electric shock"),
    ("en", "it gave me a nasty shock"),
    ("en", "There's smoke coming out"),
    ("en", "it is smoking"),
    ("en", "it smells burnt"),
    ("en", "there's a burning smell"),
    ("en", "I see sparks"),
    ("en", "the charger caught fire"),
    ("en", "there is a fire"),
    ("en", "gas leak in the cellar"),
    ("en", "I smell gas"),
    ("en", "there is a smell of gas"),
    ("en", "I cut my hand"),
    ("en", "I burned my finger"),
    ("en", "my colleague fell off the ladder"),
    ("en", "water is running into the fuse box"),
    ("en", "the battery exploded"),
    ("en", "the smoke detector is on fire"),
    ("en", "he's unconscious"),
    ("en", "the casing is live"),
    ("en", "I got shocked by the cabinet"),
    ("en", "white smoke from the inverter"),
    ("en", "flames"),
    ("en", "there's smoke in the room"),
]
_NO_DANGERS = [
    ("fr", "Le détecteur de fumée bipe"),
    ("fr", "la centrale incendie est en défaut"),
    ("fr", "le détecteur réagit pas à la fumée"),
    ("fr", "détecteur de gaz en panne"),
    ("fr", "il n'y a pas de fumée"),
    ("fr", "y a plus de fumée"),
    ("fr", "l'image est brûlée"),
    ("fr", "la connexion s'est coupée"),
    ("fr", "l'alimentation s'est coupée"),
    ("fr", "la batterie prend pas le courant"),
    ("fr", "elle se décharge vite"),
    ("fr", "je suis au feu rouge"),
    ("fr", "porte coupe-feu"),
    ("fr", "le pare-feu bloque la caméra"),
    ("fr", "fuite de gaz frigorigène"),
    ("fr", "la batterie a pris une décharge de batterie complète"),
    ("fr", "le capteur de fumée marche pas"),
    ("fr", "je passe un test de fumée"),
    ("fr", "alarme incendie"),
    ("fr", "la caméra est tombée du toit"),
    ("fr", "ça chauffe pas"),
    ("fr", "le fusible a sauté"),
    ("fr", "y a de l'eau dans la caméra"),
    ("fr", "pas d'odeur de brûlé"),
    ("fr", "ça sent pas le brûlé"),
    ("fr", "la touche étoile marche pas"),
    ("fr", "la caméra fume pas"),
    ("fr", "il y a un détecteur de fumée au plafond"),
    ("fr", "le courant a été coupé par le client"),
    ("fr", "la ligne a été coupée"),
    ("en", "The smoke detector does not work"),
    ("en", "smoke alarm beeps"),
    ("en", "the fire alarm panel shows a fault"),
    ("en", "there is a fire alarm panel here"),
    ("en", "gas detector offline"),
    ("en", "refrigerant gas leak"),
    ("en", "no smoke, just a red light"),
    ("en", "there is no smoke"),
    ("en", "there is a smoke detector in the hall"),
    ("en", "it is a smoke detector"),
    ("en", "shock sensor is triggered"),
    ("en", "the shock absorber"),
    ("en", "no sparks"),
    ("en", "firewall blocks it"),
    ("en", "the fire door is open"),
    ("en", "the camera fell off the roof"),
    ("en", "I cut the cable"),
    ("en", "I cut the power"),
    ("en", "it does not smell burnt"),
    ("en", "the panel got a smoke alarm"),
    ("en", "live view is dead"),
    ("en", "no burning smell"),
    ("en", "smoke test failed"),
    ("en", "the smoke head is dirty"),
    ("en", "it detects no smoke"),
    ("en", "we had a smoke detector replaced"),
    ("en", "the fire zone is open"),
    ("en", "there is fire panel fault"),
    ("en", "it got no shock"),
]


@pytest.mark.parametrize(("language", "text"), _DANGERS)
def test_R11_smoke_fire_gas_shock_injury_and_water_on_live_parts_are_dangers(language: str, text: str):
    assert SIGNS.read(text, language).has("safety")


@pytest.mark.parametrize(("language", "text"), _NO_DANGERS)
def test_R11_the_detectors_and_faults_of_the_trade_are_no_dangers(language: str, text: str):
    assert not SIGNS.read(text, language).has("safety")
