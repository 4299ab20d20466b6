"""Is everybody heard in the language they speak? Wrong switches, missed ones, and how soon the right ones come.

By text only: what an engine would hear of French cannot be measured here, for no engine of French can be installed. An
ear is simulated instead, at its stated rates of mistaking a language; the sentences are the labelled ones of the other
evaluations, and every decision is the product's own.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import yaml

from evals.figure import Figure, quantile
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import CallStarted, Entry, Fact, LanguageSwitched, UtteranceHeard
from kitt_rtc.model.speech import Role, Segment, Speaker, Utterance
from kitt_rtc.model.words import telltales, word_count
from kitt_rtc.pipeline.tongue import Tongue
from kitt_rtc.ports import Transcription

LINES = Path(__file__).parents[1] / "coach" / "lines.yaml"
LANGUAGES = ("en", "fr")
SHORT = {
    "fr": ("Oui.", "Non.", "D'accord.", "Merci.", "Bonjour.", "Allô ?", "Voilà.", "Ça marche.", "Oui oui.", "Ouais."),
    "en": ("Yes.", "No.", "Okay.", "Thanks.", "Hello.", "Right.", "Sure.", "All right.", "Got it.", "Yeah."),
}
MISHEARD = {"oui": "We.", "d accord": "The car.", "merci": "Mercy.", "bonjour": "Bone jewel.", "voila": "Wallah."}
"""What an ear writes that takes an accented word for English."""
_TECHNICIAN = Speaker("TECH001", Role.TECHNICIAN)
_SECONDS_A_WORD = 0.35
_PAUSE = 0.6
_SHORT_SHARE = 0.35
"""Of what people say on the telephone, a third is a word or two."""
_SEED = 20_261_128
_CALLS, _QUICK = 200, 20
_LENGTH = 40
"""Utterances of a call."""


@dataclass(frozen=True, slots=True)
class Ear:
    """A simulated engine that is asked with a set: how often it takes the language of a piece for another."""

    name: str
    wrong: float
    """For the other language of the set, of a whole sentence."""
    outside: float
    """For a language outside the set: it says so, and the words stay."""
    silent: bool = False
    """It says nothing of languages; the words must tell."""
    turned: float = 0.0
    """Whole sentences that come out as words of the other language, and are said to be in it: the worst of all."""


EARS = (
    Ear("a good ear", 0.01, 0.02),
    Ear("10 % taken for the other, 15 % for a third", 0.10, 0.15),
    Ear("languages untold", 0.0, 0.0, silent=True),
    Ear("2 % turned into words of the other", 0.0, 0.0, turned=0.02),
)


@dataclass(slots=True)
class Score:
    utterances: int = 0
    wrong: int = 0
    """Switches to a language that was not spoken."""
    changes: int = 0
    missed: int = 0
    """Changes of language that were never followed."""
    waits: tuple[int, ...] = ()
    """Sentences (not words or two) until a change was followed, the deciding one included."""
    outside: int = 0
    """Utterances written down in no language of the set."""
    mislabelled: int = 0
    """Whole sentences written down in the wrong language of the set."""


class SimulatedCall:
    """One technician, whose words go the product's way: asked among, settled, recorded, and considered."""

    def __init__(self, ear: Ear, begins: str, lines: dict[str, list[str]], chance: random.Random) -> None:
        self._ear = ear
        self._lines = lines
        self._chance = chance
        self._tongue = Tongue()
        self._numbers = count(1)
        self._at = 0.0
        others = tuple(language for language in LANGUAGES if language != begins)
        self._conversation = Conversation()
        self._record(CallStarted("eval", "support", begins, 0.0, languages=(begins, *others)))

    @property
    def expected(self) -> str:
        return self._conversation.language_of(_TECHNICIAN.id)

    def say(self, text: str, language: str) -> tuple[str, Sequence[LanguageSwitched]]:
        """The language it was written down in, and the switches it led to."""
        seconds = max(0.4, word_count(text) * _SECONDS_A_WORD)
        piece = Segment("seg", bytes(round(seconds * 16_000) * 2), self._at, _TECHNICIAN)
        expected = self.expected
        among = self._tongue.among(piece, self._conversation, None)
        heard = self._hear(text, language, among)
        settled = self._tongue.settle(heard, expected, among)
        written = Utterance(f"u{next(self._numbers)}", _TECHNICIAN, heard.text, settled, self._at, self._at + seconds)
        self._at += seconds + _PAUSE
        self._record(UtteranceHeard(written, 0.1))
        switches = self._tongue.switched(self._conversation, _TECHNICIAN.id)
        for switch in switches:
            self._record(switch)
        return settled, switches

    def _hear(self, text: str, language: str, among: Sequence[str]) -> Transcription:
        if not among:
            return Transcription(text, self.expected)
        other = next(one for one in LANGUAGES if one != language)
        dice = self._chance.random()
        if self._ear.silent:
            return Transcription(text, "")
        if dice < self._ear.turned:
            return Transcription(self._chance.choice(self._lines[other]), other)
        if dice < self._ear.wrong:
            return Transcription(text, other)
        return Transcription(text, "it" if dice < self._ear.wrong + self._ear.outside else language)

    def _record(self, fact: Fact) -> None:
        self._conversation = self._conversation.after(Entry(next(self._numbers), self._at, fact))


async def figures(quick: bool = False) -> Sequence[Figure]:
    """On the lines held out; rules were chosen on the others."""
    calls = _QUICK if quick else _CALLS
    lines = held_lines()
    return [
        _by_words(lines),
        *[figure for ear in EARS for figure in _of(ear, lines, calls)],
        _accented(lines, calls),
        Figure("language of French sound, by an engine", None, "%", note="no French engine can be had here"),
    ]


def held_lines(*, held_out: bool = True) -> dict[str, list[str]]:
    """Labelled sentences of three words or more, by language."""
    rows = yaml.safe_load(LINES.read_text("utf-8"))
    chosen = [row for row in rows if row["held_out"] is held_out and word_count(row["say"]) >= 3]
    return {language: [row["say"] for row in chosen if row["language"] == language] for language in LANGUAGES}


def _by_words(lines: dict[str, list[str]]) -> Figure:
    pairs = [(text, language) for language, texts in lines.items() for text in texts]
    wrong = sum(max(telltales(text).values()) > telltales(text)[language] for text, language in pairs)
    note = f"{len(pairs)} lines held out, text only"
    return Figure("language of a sentence by its words, wrong", 100 * wrong / len(pairs), "%", 1.0, note=note)


def _of(ear: Ear, lines: dict[str, list[str]], calls: int) -> list[Figure]:
    staying, changing = _one_language(ear, lines, calls), _alternating(ear, lines, calls)
    said = staying.utterances + changing.utterances
    missed = 100 * changing.missed / changing.changes
    wrong = 100 * (staying.wrong + changing.wrong) / said
    labels = 100 * (staying.mislabelled + changing.mislabelled) / said
    note = f"{said} utterances, {changing.changes} changes, text only"
    return [
        Figure(f"wrong switches per 100 utterances, {ear.name}", wrong, "", 0.1, note=note),
        Figure("  changes of language missed", missed, "%", 2.0, note=note),
        Figure("  sentences until switched, p50", float(quantile(changing.waits, 0.5)), "", 2.0, note=note),
        Figure("  sentences until switched, p95", float(quantile(changing.waits, 0.95)), "", 4.0, note=note),
        Figure("  sentences labelled wrongly", labels, "%", 2.0, note=note),
        Figure("  utterances in no language of the set", float(staying.outside + changing.outside), "", 0.0, note=note),
    ]


def _one_language(ear: Ear, lines: dict[str, list[str]], calls: int) -> Score:
    """Nobody changes; a third of what is said are words or two, some of them of the other language."""
    score = Score()
    chance = random.Random(_SEED)
    for number in range(calls):
        language = LANGUAGES[number % 2]
        call = SimulatedCall(ear, language, lines, chance)
        _follow(call, list(_talk(lines, language, _LENGTH, chance, borrowed=0.3)), language, changed=False, score=score)
    return score


def _alternating(ear: Ear, lines: dict[str, list[str]], calls: int) -> Score:
    """Somebody goes on in the other language every six to ten utterances."""
    score = Score()
    chance = random.Random(_SEED + 1)
    for number in range(calls):
        language = LANGUAGES[number % 2]
        call = SimulatedCall(ear, language, lines, chance)
        for run in range(_LENGTH // 8):
            if run:
                language = next(other for other in LANGUAGES if other != language)
            talk = list(_talk(lines, language, chance.randint(6, 10), chance))
            _follow(call, talk, language, changed=run > 0, score=score)
    return score


def _follow(
    call: SimulatedCall, talk: Sequence[tuple[str, str]], language: str, *, changed: bool, score: Score
) -> None:
    """One run in one language, which the product should end up in."""
    sentences = 0
    reached = call.expected == language
    score.changes += changed
    for text, spoken in talk:
        sentences += word_count(text) >= 3
        settled, switches = call.say(text, spoken)
        _count(score, settled, spoken, text)
        score.wrong += sum(switch.language != language for switch in switches)
        if changed and not reached and call.expected == language:
            reached = True
            score.waits += (sentences,)
    score.missed += changed and not reached


def _accented(lines: dict[str, list[str]], calls: int) -> Figure:
    """Short French words that an ear takes for English, again and again, beside whole sentences that it hears right."""
    wrong = said = 0
    chance = random.Random(_SEED + 2)
    for _ in range(calls):
        call = SimulatedCall(Ear("", 0.0, 0.0), "fr", lines, chance)
        for _ in range(_LENGTH):
            text, spoken = (chance.choice(lines["fr"]), "fr") if chance.random() < 0.3 else _taken_for_english(chance)
            wrong += len(call.say(text, spoken)[1])
            said += 1
    note = f"{said} utterances, text only, two thirds of them heard as English"
    return Figure("wrong switches per 100 utterances, accented words", 100 * wrong / said, "", 0.0, note=note)


def _taken_for_english(chance: random.Random) -> tuple[str, str]:
    return chance.choice(tuple(MISHEARD.values())), "en"


def _talk(
    lines: dict[str, list[str]], language: str, length: int, chance: random.Random, borrowed: float = 0.0
) -> Iterator[tuple[str, str]]:
    """What somebody says, and in which language; a word or two may be `borrowed`, and never begin a run."""
    for number in range(length):
        if number and chance.random() < _SHORT_SHARE:
            other = next(one for one in LANGUAGES if one != language)
            spoken = other if chance.random() < borrowed else language
            yield chance.choice(SHORT[spoken]), spoken
        else:
            yield chance.choice(lines[language]), language


def _count(score: Score, settled: str, spoken: str, text: str) -> None:
    score.utterances += 1
    score.outside += settled not in LANGUAGES
    score.mislabelled += settled != spoken and word_count(text) >= 3
