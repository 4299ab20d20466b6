"""What a support call is about, and whether enough is known, from the technician's words alone."""

import pytest

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineRefused
from kitt_rtc.model.facts import ContextRead, Entry, UtteranceHeard
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.playbooks.clues import ClueReader
from kitt_rtc.playbooks.faults import FaultReader
from kitt_rtc.playbooks.matter import Listener
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.playbooks.states import States
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import ScriptedModel, heard, says

SIGNS, LIBRARY = Signs.load(), Library()
LISTENER, CLUES = Listener(SIGNS), ClueReader(SIGNS, States.load())
TECH, AGENT = Role.TECHNICIAN, Role.SUPPORT_AGENT


async def _read(*said: Utterance, language: str = "en", model: ScriptedModel | None = None) -> ContextRead:
    conversation = heard(*said, language=language, playbook="support")
    read = await FaultReader(LISTENER, CLUES, LIBRARY, model).read(conversation)
    assert read is not None
    assert read.utterance_ids == tuple(utterance.id for utterance in conversation.pending)
    return read


async def test_nothing_pending_is_no_news():
    assert await FaultReader(LISTENER, CLUES, LIBRARY).read(Conversation(language="en")) is None


async def test_a_short_vague_sentence_needs_clarification():
    read = await _read(says(TECH, "Hello, my camera does not work."))
    assert (read.entities, read.issue, read.sufficient) == (("the camera",), "Hello, my camera does not work.", False)
    assert (read.phase, read.reason) == (
        "diagnosis",
        "Not enough is known to search yet (6 words): a question first.",
    )


async def test_devices_and_complaint_are_read_in_french():
    read = await _read(
        says(
            TECH,
            "L'abonnement est actif, mais les enregistrements n'apparaissent plus dans la chronologie.",
            language="fr",
        ),
        language="fr",
    )
    assert read.entities == ("les enregistrements", "la chronologie", "l'abonnement")
    assert read.issue.startswith("L'abonnement est actif")
    assert (read.phase, read.sufficient) == ("solution", True)
    assert "11 mots" in read.reason


def _padded(words: int, head: str = "") -> str:
    given = len(head.split())
    return " ".join([head, *("word" for _ in range(words - given))]).strip()


@pytest.mark.parametrize(
    ("text", "enough"),
    [
        (_padded(30), False),
        (_padded(31), True),
        (_padded(15, "camera"), False),
        (_padded(16, "camera"), True),
        (_padded(10, "there is no picture"), False),
        (_padded(11, "there is no picture"), True),
    ],
)
async def test_T17_T18_T19_the_counts_hold_for_what_a_technician_says(text: str, enough: bool):
    assert (await _read(says(TECH, text))).sufficient is enough


async def test_T21_the_agents_words_are_neither_counted_nor_read():
    read = await _read(
        says(
            AGENT, "I think that your router is offline and that the red light is on because of the last update.", at=3
        ),
        says(TECH, "Hello.", at=6),
    )
    assert (read.entities, read.issue, read.sufficient, read.phase) == ((), "", False, "opening")
    assert "0 words" in read.reason


async def test_words_add_up_over_utterances_of_one_matter():
    read = await _read(
        says(TECH, "The recordings are missing.", at=3), says(TECH, "That is since the update of yesterday.", at=8)
    )
    assert read.sufficient
    assert read.reason.startswith("Enough is known to search: 11 words")


async def test_a_solved_matter_leaves_nothing_to_search_for():
    read = await _read(
        says(TECH, "The camera is offline and the light is red.", at=3), says(TECH, "It works now, thank you.", at=9)
    )
    assert (read.phase, read.issue, read.entities, read.sufficient) == ("closing", "", (), False)


async def test_what_scrolled_out_of_memory_is_still_known():
    conversation = heard(says(TECH, "Still the same thing.", at=300), playbook="support")
    known = ContextRead(("old",), "solution", entities=("the camera",), issue="The camera is offline.")
    conversation = Conversation.of([Entry(1, 0.0, known)], context_messages=1).after(
        Entry(2, 0.0, UtteranceHeard(conversation.pending[0], 0.1))
    )
    read = await FaultReader(LISTENER, CLUES, LIBRARY).read(conversation)
    assert read is not None
    assert read.entities == ("the camera",)


async def test_a_model_adds_what_was_really_said():
    form = {"entities": ["blue box", "nuclear reactor"], "issue": "The blue box hums in the cellar"}
    model = ScriptedModel({"FaultForm": [form]})
    read = await _read(says(TECH, "There is this blue box in the cellar and it hums."), model=model)
    assert read.entities == ("blue box",)
    assert read.issue == "The blue box hums in the cellar"
    assert read.sufficient


async def test_a_model_that_invents_an_issue_is_not_believed():
    model = ScriptedModel({"FaultForm": [{"entities": [], "issue": "The reactor melts"}]})
    read = await _read(says(TECH, "The camera is broken."), model=model)
    assert read.issue == "The camera is broken."


async def test_the_rules_stand_when_the_model_fails():
    said = says(TECH, "The camera is offline.")
    refused = ScriptedModel({"FaultForm": [EngineRefused("model", "no")]})
    assert await _read(said, model=refused) == await _read(said)


@pytest.mark.parametrize("text", ["Great, it works now.", "Okay, one moment."])
async def test_a_model_is_not_asked_where_there_is_nothing_to_read(text: str):
    model = ScriptedModel()
    await _read(says(TECH, text), model=model)
    assert model.asked == []
