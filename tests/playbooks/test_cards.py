"""The cards of the house: complete in both languages, short, and called for by the right words of the right person."""

from pathlib import Path

import pytest

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.cards import Cards
from tests.fakes.thinking import says

CARDS = Cards.load()
CALLED_FOR = [
    (Role.CUSTOMER, "en", "Honestly, that is too expensive for us.", "objection.price"),
    (Role.CUSTOMER, "fr", "Franchement, c'est trop cher pour nous.", "objection.price"),
    (Role.CUSTOMER, "en", "We are also talking to another vendor.", "objection.competitor"),
    (Role.CUSTOMER, "fr", "On compare avec deux autres prestataires.", "objection.competitor"),
    (Role.CUSTOMER, "en", "It is not the right time, maybe next year.", "objection.timing"),
    (Role.CUSTOMER, "fr", "Ce n'est pas le bon moment, on verra l'année prochaine.", "objection.timing"),
    (Role.CUSTOMER, "en", "I have to run it by my boss.", "objection.authority"),
    (Role.CUSTOMER, "fr", "Il faut que j'en parle à ma direction.", "objection.authority"),
    (Role.CUSTOMER, "en", "We don't really need it.", "objection.need"),
    (Role.CUSTOMER, "fr", "On n'en a pas besoin.", "objection.need"),
    (Role.CUSTOMER, "en", "Where is our data stored, is it GDPR?", "objection.security"),
    (Role.CUSTOMER, "fr", "J'ai des doutes sur la sécurité.", "objection.security"),
    (Role.CUSTOMER, "en", "We have never heard of your company.", "objection.trust"),
    (Role.CUSTOMER, "fr", "Vous avez des références dans le secteur ?", "objection.trust"),
    (Role.CUSTOMER, "en", "A three year contract, we would be locked in.", "objection.contract"),
    (Role.CUSTOMER, "fr", "Je voudrais quelque chose sans engagement.", "objection.contract"),
    (Role.CUSTOMER, "en", "Can you give us a discount?", "objection.discount"),
    (Role.CUSTOMER, "fr", "Vous pouvez faire une remise ?", "objection.discount"),
    (Role.CUSTOMER, "en", "Just send me an email.", "objection.email"),
    (Role.CUSTOMER, "fr", "Envoyez-moi un mail.", "objection.email"),
    (Role.CUSTOMER, "en", "It looks too complicated to set up.", "objection.effort"),
    (Role.CUSTOMER, "fr", "C'est une usine à gaz.", "objection.effort"),
    (Role.CUSTOMER, "en", "We spend two hours a day on it.", "pain.time"),
    (Role.CUSTOMER, "fr", "On perd deux heures par jour à recopier.", "pain.time"),
    (Role.CUSTOMER, "en", "The system goes down every week.", "pain.reliability"),
    (Role.CUSTOMER, "fr", "Le serveur tombe en panne chaque semaine.", "pain.reliability"),
    (Role.CUSTOMER, "en", "Their support never answers.", "pain.support"),
    (Role.CUSTOMER, "fr", "Le support est lent, personne ne rappelle.", "pain.support"),
    (Role.CUSTOMER, "en", "The bill keeps going up.", "pain.cost"),
    (Role.CUSTOMER, "fr", "Les factures augmentent tous les mois.", "pain.cost"),
    (Role.CUSTOMER, "en", "We have no visibility on the stock.", "pain.visibility"),
    (Role.CUSTOMER, "fr", "On n'a aucune visibilité sur le stock.", "pain.visibility"),
    (Role.CUSTOMER, "en", "Our budget is 20 000 euros.", "budget.said"),
    (Role.CUSTOMER, "fr", "Notre budget est de vingt mille euros.", "budget.said"),
    (Role.CUSTOMER, "en", "What are the next steps?", "next_step.buying"),
    (Role.CUSTOMER, "fr", "Quelle est la prochaine étape ?", "next_step.buying"),
    (Role.CUSTOMER, "en", "Call me back next week.", "next_step.date"),
    (Role.CUSTOMER, "fr", "Rappelez-moi jeudi.", "next_step.date"),
    (Role.REP, "en", "I'll get back to you.", "next_step.promise"),
    (Role.REP, "fr", "Je reviens vers vous.", "next_step.promise"),
    (Role.CUSTOMER, "en", "Today we do everything in a spreadsheet.", "discovery.process"),
    (Role.CUSTOMER, "fr", "Aujourd'hui on fait tout sur papier.", "discovery.process"),
    (Role.REP, "en", "Let me show you our product.", "discovery.first"),
    (Role.REP, "fr", "Laissez-moi vous montrer notre produit.", "discovery.first"),
    (Role.CUSTOMER, "en", "There is a committee, three people are involved.", "discovery.decision"),
    (Role.CUSTOMER, "fr", "Ça passe par un comité.", "discovery.decision"),
    (Role.CUSTOMER, "en", "We want to reduce our costs this year.", "discovery.goal"),
    (Role.CUSTOMER, "fr", "Notre objectif cette année est de grandir.", "discovery.goal"),
    (Role.CUSTOMER, "en", "It needs to be running before the opening.", "discovery.deadline"),
    (Role.CUSTOMER, "fr", "Le bail expire en décembre.", "discovery.deadline"),
    (Role.CUSTOMER, "en", "We saw you at a trade fair.", "discovery.trigger"),
    (Role.CUSTOMER, "fr", "Un confrère nous a conseillé de vous appeler, on vous a recommandé.", "discovery.trigger"),
    (Role.CUSTOMER, "en", "It's rather annoying.", "discovery.impact"),
    (Role.CUSTOMER, "fr", "C'est quand même pénible.", "discovery.impact"),
    (Role.CUSTOMER, "en", "What matters to us is the night.", "discovery.criteria"),
    (Role.CUSTOMER, "fr", "Ce qui compte pour nous, c'est la nuit.", "discovery.criteria"),
    (Role.CUSTOMER, "en", "My partner should see this.", "next_step.others"),
    (Role.CUSTOMER, "fr", "Mon associée devrait voir ça.", "next_step.others"),
    (Role.REP, "en", "I'll send you our offer.", "next_step.proposal"),
    (Role.REP, "fr", "Je vous envoie la proposition.", "next_step.proposal"),
]
NOT_CALLED_FOR = [
    (Role.REP, "en", "I know you may find it too expensive."),
    (Role.CUSTOMER, "en", "It is not expensive."),
    (Role.CUSTOMER, "fr", "Ce n'est pas cher."),
    (Role.CUSTOMER, "en", "Yes, good morning, I can hear you well."),
    (Role.CUSTOMER, "fr", "Oui, bonjour, je vous entends bien."),
    (Role.CUSTOMER, "en", "Thursday is fine, thank you, goodbye."),
    (Role.CUSTOMER, "fr", "D'accord, merci, bonne journée."),
    (Role.REP, "fr", "Je vous rappelle jeudi à dix heures."),
    (Role.REP, "en", "I will call you on Thursday at 10."),
    (Role.REP, "en", "I will send you the quote, and we go over it on Tuesday."),
    (Role.REP, "fr", "Je vous envoie le devis et on le parcourt mardi."),
    (Role.CUSTOMER, "en", "It is not annoying at all."),
    (Role.CUSTOMER, "fr", "Je fais confiance à mon voisin."),
]


@pytest.mark.parametrize(("role", "language", "text", "topic"), CALLED_FOR)
def test_the_right_card_is_called_for_with_the_words_as_its_quote(role: Role, language: str, text: str, topic: str):
    matches = CARDS.matches([says(role, text, language=language)], language)
    assert topic in {match.card.topic for match in matches}
    assert all(match.quote in text for match in matches)


@pytest.mark.parametrize(("role", "language", "text"), NOT_CALLED_FOR)
def test_harmless_words_call_for_nothing(role: Role, language: str, text: str):
    assert CARDS.matches([says(role, text, language=language)], language) == []


def test_every_card_has_its_words_tried_above():
    for language in ("fr", "en"):
        tried = {topic for _, spoken, _, topic in CALLED_FOR if spoken == language}
        assert {card.topic for card in CARDS.cards(language)} == tried


def test_both_languages_hold_the_same_cards():
    french, english = ({card.id: card for card in CARDS.cards(language)} for language in ("fr", "en"))
    assert len(french) >= 16
    assert french.keys() == english.keys()
    for key, card in french.items():
        twin = english[key]
        assert (card.topic, card.roles, card.phase, card.priority) == (
            twin.topic,
            twin.roles,
            twin.phase,
            twin.priority,
        )
        assert card.title != twin.title
        assert ":" not in card.title + twin.title, "the title is the label of a finding"


def test_a_card_is_read_in_two_seconds_and_says_what_to_avoid():
    for language in ("fr", "en"):
        for card in CARDS.cards(language):
            assert len(card.say.split()) <= 24, card.say
            assert card.avoid


def test_words_are_heard_in_their_language_and_the_card_is_shown_in_the_calls():
    (match,) = CARDS.matches([says(Role.CUSTOMER, "It is too expensive.", language="en")], "fr")
    assert match.card.title == "Prix trop élevé"


def _folder(tmp_path: Path, row: str) -> Path:
    for language in ("fr", "en"):
        (tmp_path / language).mkdir()
    (tmp_path / "en" / "desk.yaml").write_text(row, encoding="utf-8")
    return tmp_path


GOOD = (
    "- {id: a, topic: pain.x, when: customer, phase: discovery, priority: 5, title: T, say: S, avoid: A, words: [w]}\n"
)


def test_a_desk_may_bring_cards_of_its_own(tmp_path: Path):
    (card,) = Cards.load(_folder(tmp_path, GOOD)).cards("en")
    assert (card.id, card.kind, card.say) == ("a", "pain", "S")


def test_a_card_may_be_called_for_by_meaning_alone_and_tells_where_its_proof_comes_from(tmp_path: Path):
    row = GOOD.replace("words: [w]", "meaning: [We never sleep.], proof: Half the alarms, source: Study of May")
    (card,) = Cards.load(_folder(tmp_path, row)).cards("en")
    assert card.meaning == ("We never sleep.",)
    assert card.evidence == "Half the alarms (Study of May)"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_card_is_called_for_by_its_own_examples(language: str):
    for card in CARDS.cards(language):
        (role, *_) = sorted(card.roles)
        for example in card.examples:
            called = [match.card.id for match in CARDS.matches([says(role, example, language=language)], language)]
            assert card.id in called, example


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (GOOD + GOOD, "cards/en/desk.yaml:2: the id 'a' is taken"),
        (GOOD.replace("pain.x", "pain"), "cards/en/desk.yaml:1: the topic 'pain' must look like"),
        (GOOD.replace("discovery", "lunch"), "cards/en/desk.yaml:1: 'phase' is 'lunch'; it must be one of closing"),
        (GOOD.replace("avoid: A", "avoids: A"), "cards/en/desk.yaml:1: unknown key 'avoids'"),
        (GOOD.replace("say: S", f"say: {'long ' * 30}"), "cards/en/desk.yaml:1: 'say' has 149 characters"),
        (GOOD.replace(", words: [w]", ""), "cards/en/desk.yaml:1: nothing triggers it"),
    ],
)
def test_a_card_that_is_wrong_is_refused_with_file_and_line(tmp_path: Path, row: str, complaint: str):
    with pytest.raises(SettingsError) as refused:
        Cards.load(_folder(tmp_path, row))
    assert refused.value.message.startswith(complaint)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "They arrived on the Tuesday, two days before we needed them, so everybody was happy."),
        ("en", "And we get about fifteen people a week who simply don't turn up, that's our real headache."),
        ("en", "Ours is the other way round, it's like a greenhouse in here."),
        ("fr", "Enfin, c'est moi depuis que Nathalie est partie à la retraite."),
        ("fr", "Même au mois d'août ?"),
        ("fr", "Il faut que j'aille chercher les enfants vers quatre heures."),
    ],
)
def test_a_long_sentence_that_holds_a_few_common_words_in_a_row_calls_for_nothing(language: str, text: str):
    assert CARDS.matches([says(Role.CUSTOMER, text, language=language)], language) == []
