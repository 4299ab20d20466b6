"""What somebody speaks: changed by repeated evidence only, whatever an engine calls a word or two."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import CallStarted, Entry, Fact, LanguageSwitched, UtteranceHeard
from kitt_rtc.model.speech import Role, Segment, Speaker, Utterance
from kitt_rtc.pipeline.tongue import Tongue
from kitt_rtc.ports import Transcription

PAUL = Speaker("TECH001", Role.TECHNICIAN, "Paul")
ANNE = Speaker("SUP1", Role.SUPPORT_AGENT, "Anne")
BOTH = ("en", "fr")
TONGUE = Tongue()

FRENCH = "Depuis hier la caméra du hall n'enregistre plus rien."
AGAIN = "Je vois le direct mais pas les enregistrements."
ENGLISH = "The recorder is in the cupboard next to the door."
LONG = (
    "Alors j'ai redémarré la caméra et la box, j'ai vérifié les câbles, et je ne vois toujours pas les "
    "enregistrements dans l'application."
)


class Call:
    """A call with one English technician who may speak French too."""

    def __init__(self, languages: tuple[str, ...] = BOTH) -> None:
        self.story: list[Entry] = []
        self.at = 0.0
        self.tell(CallStarted("c1", "support", "en", 0.0, languages=languages))

    @property
    def conversation(self) -> Conversation:
        """As a process would know it that has the story only."""
        return Conversation.of(self.story)

    def tell(self, fact: Fact) -> None:
        self.story.append(Entry(len(self.story) + 1, self.at, fact))

    def say(self, text: str, language: str, *, seconds: float = 2.5, by: Speaker = PAUL) -> Sequence[LanguageSwitched]:
        """What an utterance leads to; `language` is the one it was written down in."""
        utterance = Utterance(f"utt_{len(self.story)}", by, text, language, self.at, self.at + seconds)
        self.at += seconds + 0.5
        self.tell(UtteranceHeard(utterance, 0.1))
        switched = TONGUE.switched(self.conversation, by.id)
        for fact in switched:
            self.tell(fact)
        return switched


def test_R02_one_sentence_in_another_language_switches_nothing():
    call = Call()
    call.say(ENGLISH, "en")
    assert call.say(FRENCH, "fr") == ()
    assert call.conversation.language_of(PAUL.id) == "en"


def test_R02_two_clear_sentences_in_a_row_do():
    call = Call()
    call.say(ENGLISH, "en")
    call.say(FRENCH, "fr")
    assert call.say(AGAIN, "fr") == (LanguageSwitched("TECH001", "fr", "en", "repeated"),)
    assert call.conversation.language_of(PAUL.id) == "fr"
    assert call.conversation.language_of(ANNE.id) == "en"


def test_R02_a_sentence_of_their_own_between_begins_the_count_anew():
    call = Call()
    said = [(FRENCH, "fr"), (ENGLISH, "en"), (AGAIN, "fr"), (ENGLISH, "en")] * 3
    assert [call.say(*one) for one in said] == [()] * 12


def test_R02_a_very_long_sentence_is_enough():
    call = Call()
    call.say(ENGLISH, "en")
    assert call.say(LONG, "fr", seconds=8.0) == (LanguageSwitched("TECH001", "fr", "en", "long"),)


@pytest.mark.parametrize("word", ["ok", "Merci.", "Bonjour !", "d'accord", "Oui oui.", "Merci bien", "Allô ?"])
def test_R02_a_short_or_lone_word_never_switches(word: str):
    call = Call()
    call.say(ENGLISH, "en")
    assert [call.say(word, "fr", seconds=0.6) for _ in range(12)] == [()] * 12


def test_R02_a_short_word_between_two_clear_sentences_does_not_undo_the_first():
    call = Call()
    call.say(FRENCH, "fr")
    call.say("OK.", "en", seconds=0.5)
    assert call.say(AGAIN, "fr")


def test_R02_nobody_is_switched_to_and_fro_within_three_seconds():
    call = Call()
    call.say(ENGLISH, "en")
    assert call.say("Oui je le vois.", "fr", seconds=0.8) == ()
    assert call.say("Il est dans la boîte.", "fr", seconds=0.8) == ()
    (switched,) = call.say("Mais il ne marche pas.", "fr", seconds=1.0)
    assert switched.language == "fr"
    assert call.say("Yes I can see it.", "en", seconds=0.8) == ()
    assert call.say("It is in the box.", "en", seconds=0.8) == ()
    assert call.say("But it does not work.", "en", seconds=1.0)


def test_R02_a_language_that_is_not_allowed_is_never_switched_to():
    call = Call(languages=())
    assert [call.say(FRENCH, "fr"), call.say(AGAIN, "fr"), call.say(LONG, "fr")] == [()] * 3


def test_R02_what_the_others_say_is_no_evidence():
    call = Call()
    call.say(FRENCH, "fr")
    assert call.say(ENGLISH, "en", by=ANNE) == ()
    assert call.say(AGAIN, "fr", by=ANNE) == ()
    assert call.say(AGAIN, "fr")


def test_R02_words_that_belie_their_label_are_no_evidence():
    call = Call()
    assert [call.say(ENGLISH, "fr") for _ in range(4)] == [()] * 4


def test_R02_a_switch_is_told_once():
    call = Call()
    call.say(FRENCH, "fr")
    assert call.say(AGAIN, "fr")
    assert call.say(FRENCH, "fr") == ()


def test_R02_after_a_restart_the_evidence_goes_on_where_it_was():
    """Nothing is kept but the story: each `say` reads it anew; here a whole new reader of it decides."""
    call = Call()
    call.say(FRENCH, "fr")
    restored = Conversation.of(call.story)
    second = Utterance("utt_9", PAUL, AGAIN, "fr", call.at, call.at + 2.5)
    after = restored.after(Entry(len(call.story) + 1, call.at, UtteranceHeard(second, 0.1)))
    assert Tongue().switched(after, PAUL.id)


# What a piece of sound may be in.


def segment(seconds: float, speech: float | None = None) -> Segment:
    return Segment("seg_1", bytes(round(seconds * 32_000)), 0.0, PAUL, speech)


def test_R02_a_long_piece_may_be_in_any_allowed_language_the_expected_first():
    call = Call(languages=("fr", "en"))
    assert TONGUE.among(segment(2.0), call.conversation, None) == ("en", "fr")


@pytest.mark.parametrize("piece", [segment(0.9), segment(1.6, speech=0.5)])
def test_R02_a_short_piece_is_heard_in_the_language_that_is_expected(piece: Segment):
    assert TONGUE.among(piece, Call().conversation, None) == ()


def test_R02_a_language_no_engine_hears_is_not_asked_for():
    assert TONGUE.among(segment(2.0), Call().conversation, frozenset({"en"})) == ()


# What an utterance was in.


@pytest.mark.parametrize(
    ("text", "told", "settled"),
    [
        (FRENCH, "fr", "fr"),
        (FRENCH, "", "fr"),
        (FRENCH, "en", "fr"),  # the words themselves count for more than the label
        (FRENCH, "it", "fr"),  # accented French, called Italian
        ("Argus deux mille, canal trois, voyant orange.", "fr", "fr"),  # no small word: the engine is believed
        ("Argus deux mille, canal trois, voyant orange.", "it", "en"),  # none of the set: as expected
        ("Merci.", "fr", "en"),
        ("Ouais bon.", "fr", "en"),
    ],
)
def test_R02_an_utterance_is_always_in_a_language_of_the_set(text: str, told: str, settled: str):
    assert TONGUE.settle(Transcription(text, told), "en", BOTH) == settled


def test_R02_an_engine_that_is_not_sure_of_its_words_is_not_believed_about_their_language():
    heard = Transcription("Argus deux mille, canal trois, voyant orange.", "fr", confidence=0.3)
    assert TONGUE.settle(heard, "en", BOTH) == "en"
    assert TONGUE.settle(replace(heard, confidence=0.8), "en", BOTH) == "fr"


def test_R02_where_one_language_is_certain_nothing_else_is_heard():
    assert TONGUE.settle(Transcription(FRENCH, "fr"), "en", ()) == "en"
