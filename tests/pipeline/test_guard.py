"""Words that nobody said are dropped, short answers live: each witness is needed, and none is enough alone."""

import pytest

from kitt_rtc.media import tones
from kitt_rtc.media.voicing import SILENT, Voicing, voicing
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import Fact, SegmentSkipped, UtteranceHeard
from kitt_rtc.model.speech import Role, Segment, Speaker
from kitt_rtc.pipeline.guard import Guard
from kitt_rtc.pipeline.hint import Hint
from kitt_rtc.pipeline.scribe import Scribe
from kitt_rtc.ports import Scores, Transcription
from tests.sounds.made import noise, silence
from tests.sounds.voice import voice

CLIENT = Speaker("CLIENT", Role.CUSTOMER)
SPOKEN = Voicing(loud=0.4, voiced=0.3, pure=0.0, even=0.0, wavering=4.5)
"""A real short answer."""
VOICELESS = Voicing(loud=0.4, voiced=0.0, pure=0.0, even=0.0, wavering=4.5)
"""A cough, a breath; or a whisper."""
BUZZ = Voicing(loud=0.4, voiced=0.3, pure=0.0, even=0.25, wavering=1.0)
SURE, UNSURE = 0.5, 0.1
"""Seconds of 0.8 that the detector took for speech."""
DOUBTED = Scores(0.8, no_speech=0.8, logprob=-1.2)
SHORT_ANSWERS = (
    "Oui.",
    "Non",
    "D'accord.",
    "Merci.",
    "Yes.",
    "No.",
    "Okay",
    "Thank you.",
    "You",
    "Bye.",
    "Au revoir !",
)


@pytest.fixture(scope="module")
def guard() -> Guard:
    return Guard()


def segment(speech: float | None = SURE, pcm: bytes = bytes(25_600)) -> Segment:
    return Segment("seg_1", pcm, 0.0, CLIENT, speech)


def doubt(
    guard: Guard, text: str, *, sound: Voicing = SPOKEN, speech: float | None = SURE, **told: object
) -> str | None:
    hint = told.pop("hint", Hint())
    assert isinstance(hint, Hint)
    transcription = Transcription(text, "fr", **told)
    return guard.weigh(segment(speech), transcription, hint, sound=sound).doubt


@pytest.mark.parametrize("answer", SHORT_ANSWERS)
def test_N4_a_real_short_answer_lives(guard: Guard, answer: str) -> None:
    assert doubt(guard, answer) is None
    assert doubt(guard, answer, hint=Hint(words=f"Cela vous convient ? {answer}")) is None


@pytest.mark.parametrize("answer", SHORT_ANSWERS)
@pytest.mark.parametrize(
    "against",
    [
        {"sound": VOICELESS},
        {"sound": BUZZ},
        {"speech": UNSURE},
        {"pieces": (DOUBTED,)},
        {"hint": Hint(words="Est-ce que cela vous convient ? Oui. Non, merci, d'accord. Thank you, yes, no, okay.")},
    ],
)
def test_N4_no_witness_alone_drops_a_short_answer(guard: Guard, answer: str, against: dict[str, object]) -> None:
    """All of these are on the lists of what engines make up: with one more witness they would be gone."""
    weighed = dict(against)
    if "hint" not in weighed:
        answer = f"{answer} Paul"  # said, so that the list keeps out of it
    assert doubt(guard, answer, **weighed) is None


@pytest.mark.parametrize("phrase", ["You", "Thank you.", "Merci.", "Merci beaucoup !", "Bye.", "Au revoir."])
@pytest.mark.parametrize("against", [{"sound": VOICELESS}, {"sound": BUZZ}, {"speech": UNSURE}, {"pieces": (DOUBTED,)}])
def test_N4_a_phrase_and_one_more_witness_drop_it(guard: Guard, phrase: str, against: dict[str, object]) -> None:
    assert doubt(guard, phrase) is None, "the list alone drops nothing"
    assert doubt(guard, phrase, **against) == "invented"


def test_N4_the_engines_doubt_and_the_sound_agree(guard: Guard) -> None:
    """Without the list: two witnesses are two, whichever they are."""
    assert doubt(guard, "Hibou.", sound=VOICELESS) is None
    assert doubt(guard, "Hibou.", pieces=(DOUBTED,)) is None
    assert doubt(guard, "Hibou.", sound=VOICELESS, pieces=(DOUBTED,)) == "invented"


@pytest.mark.parametrize(
    "text",
    [
        "Sous-titrage Société Radio-Canada",
        "Sous-titres réalisés par la communauté d'Amara.org",
        "❤️ par SousTitreur.com",
        "Thank you for watching!",
        "Merci d'avoir regardé cette vidéo !",
        "N'oubliez pas de vous abonner.",
    ],
)
def test_N4_the_credits_of_a_film_are_hard_evidence(guard: Guard, text: str) -> None:
    assert doubt(guard, text) == "invented"


def test_credits_at_the_end_of_real_words_are_cut_off(guard: Guard) -> None:
    told = Transcription("La caméra est en panne. Merci d'avoir regardé !", "fr")
    finding = guard.weigh(segment(1.4), told, sound=Voicing(1.4, 1.0, 0.0, 0.0, 4.5))
    assert (finding.text, finding.doubt) == ("La caméra est en panne.", None)


def test_a_sentence_that_thanks_in_the_middle_lives(guard: Guard) -> None:
    assert doubt(guard, "Thank you, we will think about watching it.", sound=Voicing(2.0, 1.4, 0.0, 0.0, 4.5)) is None


@pytest.mark.parametrize("text", ["", "...", "♪♪♪", "[Music]", "(rires)", "*sighs*", "[Musique] ♪"])
def test_N4_what_has_no_words_is_nothing_said(guard: Guard, text: str) -> None:
    assert doubt(guard, text) == "nothing_said"


def test_a_telephone_number_in_brackets_is_no_description_of_a_sound(guard: Guard) -> None:
    told = Transcription("(514) 555-0199", "en")
    assert guard.weigh(segment(2.0), told, sound=Voicing(2.0, 1.4, 0.0, 0.0, 4.5)).text == "(514) 555-0199"


def test_N4_a_loop_needs_another_witness_unless_it_has_no_end(guard: Guard) -> None:
    angry = "non " * 9
    slow = Voicing(2.5, 1.8, 0.0, 0.0, 4.5)
    assert doubt(guard, angry, sound=slow, speech=2.5) is None
    assert doubt(guard, angry, sound=Voicing(2.5, 0.0, 0.0, 0.0, 4.5), speech=2.5) == "invented"
    assert doubt(guard, "oui et non " * 17, sound=Voicing(9.0, 6.0, 0.0, 0.0, 4.5), speech=9.0) == "invented"


def test_N4_the_prompt_given_back_faster_than_anyone_speaks_is_dropped(guard: Guard) -> None:
    words = "La caméra du hall n'enregistre plus depuis la fin de l'abonnement."
    hint = Hint(words=words)
    assert doubt(guard, words, hint=hint) == "invented"
    assert doubt(guard, "n'enregistre plus depuis la fin", hint=hint, sound=VOICELESS, speech=2.0) == "invented"
    assert doubt(guard, words, hint=hint, sound=Voicing(3.0, 2.2, 0.0, 0.0, 4.5), speech=3.2) is None, "said again"


def test_N4_R02_the_terms_given_back_are_not_what_was_said(guard: Guard) -> None:
    hint = Hint(terms=("Argus View", "Hall Cam", "NVR", "PoE"))
    text = "Argus View, Hall Cam, NVR, PoE"
    assert doubt(guard, text, hint=hint, sound=VOICELESS, speech=1.5) == "invented"
    assert doubt(guard, text, hint=hint, sound=Voicing(2.0, 1.4, 0.0, 0.0, 4.5), speech=2.2) is None
    assert doubt(guard, "Hall Cam.", hint=hint, sound=VOICELESS) is None, "an answer, whispered"


def test_N4_what_whisper_doubts_of_a_sentence_goes_alone(guard: Guard) -> None:
    good = Scores(1.5, no_speech=0.02, logprob=-0.3, compression=1.3, text="La caméra est en panne.")
    bad = Scores(1.5, no_speech=0.9, logprob=-1.4, compression=1.3, text="Il y a un petit problème.")
    told = Transcription(f"{good.text} {bad.text}", "fr", pieces=(good, bad))
    long = Voicing(3.0, 2.2, 0.0, 0.0, 4.5)
    assert guard.weigh(segment(3.0), told, sound=long).text == "La caméra est en panne."


@pytest.mark.parametrize(
    "sound",
    [tones.ring_back("fr"), tones.ring_back("en"), tones.busy("fr"), tones.beep(), noise(2.0, level=0.05)],
)
def test_N4_tones_and_steady_noise_are_never_sent(guard: Guard, sound: bytes) -> None:
    assert guard.refuse(segment(SURE, sound), voicing(sound)) == "noise"


def test_N4_without_a_voice_and_without_a_sure_detector_it_is_noise(guard: Guard) -> None:
    assert guard.refuse(segment(UNSURE), VOICELESS) == "noise"
    assert guard.refuse(segment(UNSURE), BUZZ) == "noise"
    for speech, sound in ((SURE, VOICELESS), (UNSURE, SPOKEN), (SURE, BUZZ), (None, VOICELESS), (UNSURE, SILENT)):
        assert guard.refuse(segment(speech), sound) is None


def test_keys_pressed_beside_a_word_do_not_eat_it(guard: Guard) -> None:
    sound = tones.keys("123456") + voice(0.3) + tones.keys("78")
    assert guard.refuse(segment(1.2, sound), voicing(sound)) is None
    assert guard.doubt(segment(1.2, sound), Transcription("Oui.", "fr")) is None


class Inventor:
    """An engine that thanks for everything it is given."""

    languages: frozenset[str] | None = None
    asked = 0

    async def transcribe(self, pcm: bytes, **_: object) -> Transcription:
        self.asked += 1
        return Transcription("Merci.", "fr")


async def written(engine: Inventor, pcm: bytes, speech: float) -> Fact:
    [fact] = await Scribe(engine, guard=Guard()).write(segment(speech, pcm), Conversation(language="fr"))
    return fact


async def test_N4_the_story_says_why_and_a_tone_costs_no_engine() -> None:
    engine = Inventor()
    assert await written(engine, tones.beep(), 0.4) == SegmentSkipped("CLIENT", "customer", 0.4, "noise")
    assert engine.asked == 0
    hiss = silence(0.2) + noise(0.3, level=0.03) + silence(0.2)
    assert await written(engine, hiss, 0.4) == SegmentSkipped("CLIENT", "customer", 0.7, "invented")
    said = await written(engine, silence(0.2) + voice(0.4) + silence(0.2), 0.4)
    assert isinstance(said, UtteranceHeard)
    assert said.utterance.text == "Merci."
