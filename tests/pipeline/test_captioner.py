from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from kitt_rtc.model.caption import Caption
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineTimeout
from kitt_rtc.model.speech import NOBODY, Role, Segment, Speaker
from kitt_rtc.pipeline.captioner import Captioner, agreed
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.pipeline.scribe import Scribe
from tests.fakes.steps import EchoPlaybook, ScriptedTranscriber

PAUL = Speaker("TECH001", Role.TECHNICIAN, "Paul")
SECOND = Segment("seg_1", bytes(32_000), 2.0, PAUL)
ENGLISH = Conversation(language="en")
NEW = Caption("utt_1", "leg_1", PAUL, 2.0)


def captioner(*lines: str | Exception, languages: frozenset[str] | None = None) -> Captioner:
    return Captioner(Scribe(ScriptedTranscriber(list(lines), languages)), Diarizer(EchoPlaybook().manners))


def shown(*passes: str) -> list[tuple[str, str]]:
    """Committed words and the rest, after each pass."""
    caption, states = NEW, []
    for text in passes:
        caption = agreed(caption, text)
        states.append((caption.committed, caption.rest))
    return states


def test_words_are_committed_once_two_passes_agree():
    assert shown("The cam", "The camera is", "The camera is off") == [
        ("", "The cam"),
        ("The", "camera is"),
        ("The camera is", "off"),
    ]


def test_capitals_and_marks_are_no_disagreement_and_the_newer_spelling_is_shown():
    assert shown("the camera,", "The camera is") == [("", "the camera,"), ("The camera", "is")]


def test_a_full_stop_where_the_sound_was_cut_is_not_shown():
    assert shown("The camera.", "The camera is.") == [("", "The camera"), ("The camera", "is")]


def test_a_french_question_mark_goes_with_its_word():
    assert shown("Vous entendez ?", "Vous entendez ?") == [("", "Vous entendez ?"), ("Vous entendez ?", "")]


@pytest.mark.parametrize(
    ("passes", "committed"),
    [
        (["We lost camera", "We lost camera four", "He lost the camera for good", "He lost"], "We lost camera"),
        (["I said", "I said no", "said no to", "", "Completely other words now"], "I said no"),
        (["a b c", "a b c", "a x b c d", "a x b c d"], "a b c d"),
    ],
)
def test_what_is_committed_is_never_taken_back(passes: Sequence[str], committed: str):
    states = [before for before, _ in shown(*passes)]
    assert all(later.startswith(earlier) for earlier, later in pairwise(states))
    assert states[-1] == committed


def test_a_pass_that_says_nothing_takes_the_rest_back():
    assert shown("You", "") == [("", "You"), ("", "")]


async def test_a_caption_has_the_id_of_its_utterance_its_speaker_and_its_start():
    caption = await captioner("The camera").look(SECOND, ENGLISH, leg_id="leg_1")
    assert caption == replace(NEW, rest="The camera")


async def test_a_further_pass_goes_on_from_the_caption_before():
    step = captioner("The cam", "The camera is")
    first = await step.look(SECOND, ENGLISH, leg_id="leg_1")
    assert (await step.look(SECOND, ENGLISH, leg_id="leg_1", before=first)).committed == "The"


async def test_what_the_scribe_takes_for_nothing_shows_nothing():
    caption = await captioner("...").look(SECOND, ENGLISH, leg_id="leg_1")
    assert (caption.committed, caption.rest) == ("", "")


async def test_a_failing_engine_is_told_to_whoever_asked():
    with pytest.raises(EngineTimeout):
        await captioner(EngineTimeout("test", "too slow")).look(SECOND, ENGLISH, leg_id="leg_1")


def test_only_what_would_be_written_down_is_looked_at():
    english = captioner(languages=frozenset({"en"}))
    assert english.wanted(SECOND, ENGLISH)
    assert not english.wanted(SECOND, Conversation(language="fr"))
    assert not english.wanted(replace(SECOND, pcm=bytes(3_200)), ENGLISH)
    assert not english.wanted(replace(SECOND, speaker=NOBODY), ENGLISH)
    assert not english.wanted(replace(SECOND, speaker=Speaker("s", Role.SUPERVISOR)), ENGLISH)
    assert not english.wanted(SECOND, Conversation(language="en", languages={"TECH001": "fr"}))
