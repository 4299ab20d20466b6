"""What a technician has told, piece by piece; and what a mere yes or no has answered."""

import pytest

from kitt_rtc.model.facts import ContextRead
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.support import SupportPlaybook
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import SmallKnowledge, Talk

TECH, AGENT = Role.TECHNICIAN, Role.SUPPORT_AGENT


def _talk(language: str = "en") -> Talk:
    return Talk(SupportPlaybook(SmallKnowledge(), Library()), language)


async def _clues(language: str, *lines: str) -> set[tuple[str, str, bool]]:
    talk = _talk(language)
    for line in lines:
        await talk.say(TECH, line)
    return {(clue.kind, clue.id, clue.denied) for clue in talk.conversation.clues}


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "The camera shows error E-12.", {("product", "camera"), ("code", "error e 12")}),
        ("fr", "La caméra affiche erreur E-12.", {("product", "camera"), ("code", "erreur e 12")}),
        ("en", "It is a model X200, I restarted it.", {("product", "model x200"), ("tried", "restart")}),
        ("fr", "C'est un modèle X200, je l'ai redémarré.", {("product", "modele x200"), ("tried", "restart")}),
        ("en", "The battery is dead since yesterday.", {("component", "battery"), ("time", "since")}),
        ("fr", "La batterie est à plat depuis hier.", {("component", "battery"), ("time", "since")}),
        ("en", "I measure 48 volts.", {("quantity", "48 volts")}),
        ("fr", "Je mesure 48 volts.", {("quantity", "48 volts")}),
        ("en", "Live view works.", {("state", "live_view")}),
        ("fr", "Le direct marche.", {("state", "live_view")}),
    ],
)
async def test_each_piece_is_told_with_its_kind(language: str, text: str, told: set[tuple[str, str]]):
    assert told <= {(kind, known) for kind, known, _ in await _clues(language, text)}


@pytest.mark.parametrize(
    ("language", "text", "clue"),
    [
        ("en", "I have no screen here.", ("product", "screen", True)),
        ("fr", "Non, je n'ai pas d'écran.", ("product", "screen", True)),
        ("fr", "Le Wi-Fi marche pas.", ("state", "wifi", True)),
    ],
)
async def test_what_is_denied_is_known_too(language: str, text: str, clue: tuple[str, str, bool]):
    assert clue in await _clues(language, text)


@pytest.mark.parametrize(
    ("language", "question", "answer", "denied"),
    [
        ("fr", "Est-ce que le Wi-Fi est bien là ?", "Oui, elle est connectée.", False),
        ("fr", "Est-ce que le Wi-Fi est bien là ?", "Non.", True),
        ("en", "Is it on wifi?", "Yes it is.", False),
        ("en", "Is it on wifi?", "No, it isn't.", True),
    ],
)
async def test_a_yes_or_a_no_closes_what_was_asked_last(language: str, question: str, answer: str, denied: bool):
    talk = _talk(language)
    await talk.say(TECH, {"fr": "La caméra est hors ligne.", "en": "The camera is offline."}[language])
    await talk.say(AGENT, question)
    await talk.say(TECH, answer)
    found = [clue for clue in talk.conversation.clues if (clue.kind, clue.id) == ("state", "wifi")]
    assert [(clue.denied, clue.quote, clue.utterance_id) for clue in found] == [(denied, answer, "u3")]


async def test_the_newest_word_on_a_thing_counts_and_another_trouble_begins_with_nothing():
    talk = _talk()
    await talk.say(TECH, "The camera is offline, there is no wifi.")
    await talk.say(TECH, "Ah, the wifi is back but the camera is offline.")
    assert [(clue.id, clue.denied) for clue in talk.conversation.clues if clue.id == "wifi"] == [("wifi", False)]
    await talk.say(TECH, "It works now, thank you.")
    facts = await talk.say(TECH, "I have another problem, the recorder beeps.")
    assert isinstance(facts[0], ContextRead)
    assert {clue.id for clue in facts[0].clues if clue.kind == "product"} == {"recorder"}


async def test_what_was_told_long_ago_is_known_still():
    talk = _talk()
    await talk.say(TECH, "The camera is offline and shows error 503.")
    for number in range(30):
        await talk.say(AGENT, f"Let me look at page {number}.")
    await talk.say(TECH, "The light on it is red.")
    assert "error 503" in {clue.id for clue in talk.conversation.clues}
