"""Cards by meaning: where no words call for one, near enough to its sheet, and nothing nearer that calls for none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kitt_rtc.engines.sentences import SentenceEncoder
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.coaching import CoachingPlaybook
from kitt_rtc.playbooks.meanings import Meanings
from kitt_rtc.ports import Vector
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import heard, says

CUSTOMER, REP = Role.CUSTOMER, Role.REP
SHEET = """
- id: price
  topic: objection.price
  when: customer
  phase: objection
  priority: 90
  words: [too expensive]
  unless: [peanuts]
  meaning: [My purse is crying over that.]
  title: Price
  say: Compared to what?
  avoid: A discount
- id: wait
  topic: objection.timing
  when: customer
  phase: objection
  priority: 10
  words: [next year]
  phases: [closing]
  title: Wait
  say: What changes by then?
  avoid: Giving in
"""
SILENCE = "- {id: talk, examples: [The weather is fine today.]}"


@dataclass
class MapEmbedder:
    """Where each sentence lies on a circle, in degrees; what is not on the map lies apart."""

    degrees: Mapping[str, float]
    asked: list[list[str]] = field(default_factory=list)
    failure: Exception | None = None
    size: int = 2

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        self.asked.append(list(texts))
        if self.failure is not None:
            raise self.failure
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> Vector:
        turn = complex(0, 1) ** (self.degrees.get(text, 180.0) / 90)
        return (turn.real, turn.imag)


MAP = {
    "My purse is crying over that.": 0.0,
    "The weather is fine today.": 90.0,
    "That makes my purse weep.": 20.0,
    "That makes my purse weep, all for peanuts.": 20.0,
    "My purse likes the weather.": 44.0,
    "My purse weeps.": 0.0,
    "That is too expensive.": 10.0,
}
NEAR = "That makes my purse weep."


def sheets(folder: Path, text: str = SHEET) -> Path:
    (folder / "en").mkdir(exist_ok=True)
    (folder / "en" / "cards.yaml").write_text(text, "utf-8")
    (folder / "en" / "silence.yaml").write_text(SILENCE, "utf-8")
    return folder


async def learnt(folder: Path, embedder: MapEmbedder | None = None) -> tuple[Cards, Meanings, MapEmbedder]:
    cards, embedder = Cards.load(sheets(folder)), embedder or MapEmbedder(MAP)
    meanings = Meanings(cards, embedder)
    await meanings.learn()
    return cards, meanings, embedder


async def test_a_sentence_near_a_cards_own_calls_for_it_with_its_words_and_the_sentence_it_is_near(tmp_path: Path):
    _, meanings, _ = await learnt(tmp_path)
    said = says(CUSTOMER, f"Well, well. {NEAR}")
    (match,) = await meanings.matches([said], "en")
    assert (match.card.id, match.quote, match.like) == ("price", NEAR, "My purse is crying over that.")
    assert match.utterance == said


@pytest.mark.parametrize(
    ("role", "text"),
    [
        (CUSTOMER, "We keep two dogs in the yard."),
        (CUSTOMER, "My purse likes the weather."),
        (CUSTOMER, "That makes my purse weep, all for peanuts."),
        (CUSTOMER, "My purse weeps."),
        (REP, NEAR),
    ],
    ids=["far", "as near to what calls for none", "excepted by the card", "too short to mean much", "not the client"],
)
async def test_other_sentences_call_for_nothing(tmp_path: Path, role: Role, text: str):
    _, meanings, _ = await learnt(tmp_path)
    assert await meanings.matches([says(role, text)], "en") == []


async def test_the_cards_are_placed_once_and_a_sentence_is_asked_about_once(tmp_path: Path):
    _, meanings, embedder = await learnt(tmp_path)
    placed = len(embedder.asked)
    for _ in range(3):
        await meanings.learn()
    await meanings.matches([says(CUSTOMER, f"{NEAR} We keep two dogs in the yard.")], "en")
    assert embedder.asked[placed:] == [[NEAR, "We keep two dogs in the yard."]]


async def test_cards_read_anew_are_placed_anew_and_call_for_nothing_until_then(tmp_path: Path):
    cards, meanings, _ = await learnt(tmp_path)
    cards.take(Cards.load(sheets(tmp_path, SHEET.replace("title: Price", "title: The price"))))
    assert await meanings.matches([says(CUSTOMER, NEAR)], "en") == []
    await meanings.learn()
    (match,) = await meanings.matches([says(CUSTOMER, NEAR)], "en")
    assert match.card.title == "The price"


async def test_while_the_embedder_is_away_words_alone_call_for_cards(tmp_path: Path):
    cards, meanings, embedder = await learnt(tmp_path)
    embedder.failure = EngineUnavailable("embedder", "away", retryable=True)
    playbook = CoachingPlaybook(cards, Library(), meanings=meanings)
    assert await playbook.advise(heard(says(CUSTOMER, NEAR), read=True)) is None
    assert await playbook.advise(heard(says(CUSTOMER, "That is too expensive."), read=True)) is not None


async def test_a_tip_by_meaning_says_what_it_comes_near(tmp_path: Path):
    cards, meanings, _ = await learnt(tmp_path)
    tip = await CoachingPlaybook(cards, Library(), meanings=meanings).advise(heard(says(CUSTOMER, NEAR), read=True))
    assert tip is not None
    assert (tip.topic, tip.quote, tip.playbook_version) == ("objection.price", NEAR, cards.version)
    assert NEAR in tip.reason
    assert "My purse is crying over that." in tip.reason


async def test_words_go_before_meaning(tmp_path: Path):
    cards, meanings, _ = await learnt(tmp_path)
    call = heard(says(CUSTOMER, f"That is too expensive. {NEAR}"), read=True)
    tip = await CoachingPlaybook(cards, Library(), meanings=meanings).advise(call)
    assert tip is not None
    assert tip.quote == "That is too expensive."
    assert "comes near" not in tip.reason


async def test_words_that_fell_in_a_sentence_that_means_nothing_of_the_kind_call_for_no_card(tmp_path: Path):
    by_chance = "It is too expensive, as weather goes."
    cards, meanings, _ = await learnt(tmp_path, MapEmbedder({**MAP, by_chance: 80.0, "It is too expensive.": 30.0}))
    playbook = CoachingPlaybook(cards, Library(), meanings=meanings)
    assert await playbook.advise(heard(says(CUSTOMER, "It is too expensive."), read=True)) is not None
    assert await playbook.advise(heard(says(CUSTOMER, by_chance), read=True)) is None
    alone = CoachingPlaybook(cards, Library())
    assert await alone.advise(heard(says(CUSTOMER, by_chance), read=True)) is not None


async def test_without_an_embedder_nothing_is_called_for_by_meaning(tmp_path: Path):
    meanings = Meanings(Cards.load(sheets(tmp_path)), None)
    await meanings.learn()
    assert await meanings.matches([says(CUSTOMER, NEAR)], "en") == []


@pytest.mark.parametrize(
    ("language", "text", "topic"),
    [
        ("en", "We would have to retrain the whole team for that.", "objection.effort"),
        ("fr", "Il faudrait reformer toute l'équipe, on n'a pas les forces.", "objection.effort"),
        ("en", "My partner would have to sign it off.", "objection.authority"),
        ("fr", "C'est ma directrice qui tranche, pas moi.", "objection.authority"),
        ("en", "Thanks, my daughter is fine, she starts school on Monday.", ""),
        ("fr", "Il fait un temps splendide sur la côte cette semaine.", ""),
    ],
)
async def test_ours_are_called_for_in_other_words_in_both_languages(language: str, text: str, topic: str):
    cards = Cards.load()
    meanings = Meanings(cards, SentenceEncoder())
    await meanings.learn()
    found = await meanings.matches([says(CUSTOMER, text, language=language)], language)
    assert [match.card.topic for match in found] == [topic] * bool(topic)
