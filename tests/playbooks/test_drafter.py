"""The words of an answer: from the passages, short, in the right language, never told twice."""

from dataclasses import replace

import pytest

from kitt_rtc.model.insight import Passage
from kitt_rtc.model.speech import Role
from kitt_rtc.model.words import word_count
from kitt_rtc.playbooks.drafter import Drafter
from kitt_rtc.playbooks.matter import Listener, Matter
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import RECORDINGS, ScriptedModel, says

MATTER = Matter((says(Role.TECHNICIAN, "The recordings are not visible."),))
FIRST = "Open Account, then Subscriptions, and assign the camera to the plan."


async def _words(
    passage: Passage, *told: str, language: str = "en", model: ScriptedModel | None = None, matter: Matter = MATTER
) -> str:
    drafter = Drafter(Listener(Signs.load()), Library(), model)
    draft = await drafter.draft(matter, matter.text, [passage], language, told)
    return draft.content if draft else ""


async def test_steps_are_said_in_order_and_go_on_where_they_stopped():
    first = await _words(RECORDINGS)
    assert first.startswith(FIRST)
    second = await _words(RECORDINGS, first)
    assert second.startswith("Restart the camera")
    assert await _words(RECORDINGS, first, second) == ""


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_what_was_tried_already_is_said_last(language: str):
    text = "Steps\n1. Restart the camera.\n2. Open Storage.\n3. Set Overwrite."
    said = {"en": "I restarted it already.", "fr": "Je l'ai déjà redémarrée."}[language]
    matter = Matter((says(Role.TECHNICIAN, said, language=language),))
    words = await _words(replace(RECORDINGS, text=text), matter=matter, language=language)
    assert "Open Storage. Set Overwrite. Restart the camera." in words


@pytest.mark.parametrize(
    ("written_in", "language", "beginning"),
    [
        ("en-GB", "en", "Open Account"),
        ("", "en", "Open Account"),
        (
            "en",
            "fr",
            "L'article « Camera Recordings Not Visible - Subscription Active » est en anglais ; il dit : « Open",
        ),
        (
            "de",
            "fr",
            "L'article « Camera Recordings Not Visible - Subscription Active » est dans une autre langue ; il",
        ),
        ("fr", "en", "The article “Camera Recordings Not Visible - Subscription Active” is in French; it says: “Open"),
    ],
)
async def test_an_article_in_another_language_is_announced(written_in: str, language: str, beginning: str):
    assert (await _words(replace(RECORDINGS, language=written_in), language=language)).startswith(beginning)


async def test_a_models_long_answer_is_cut_between_sentences():
    long = "Open the account now. " * 20
    model = ScriptedModel({"AnswerForm": [{"found": True, "answer": long, "quote": "open account then subscriptions"}]})
    words = await _words(RECORDINGS, model=model)
    assert words.startswith("Open the account now.")
    assert word_count(words) <= 40


async def test_two_words_of_an_article_prove_nothing():
    model = ScriptedModel({"AnswerForm": [{"found": True, "answer": "Buy a new one.", "quote": "the camera"}]})
    assert (await _words(RECORDINGS, model=model)).startswith(FIRST)


async def test_a_model_that_says_again_what_was_told_is_left_for_the_next_steps():
    first = "Open the account, then the subscriptions, and assign the camera to a plan."
    again = "Open account and subscriptions, then assign the camera to the plan."
    form = {"found": True, "passage": 1, "answer": again, "quote": "open account then subscriptions"}
    model = ScriptedModel({"AnswerForm": [form, form]})
    assert await _words(RECORDINGS, model=model) == again
    assert (await _words(RECORDINGS, first, FIRST, model=model)).startswith("Open the camera's settings")
