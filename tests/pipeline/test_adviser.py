"""One turn of advice: context, insight, verdict, in this order; and a third playbook, written as the page says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineTimeout
from kitt_rtc.model.facts import ContextRead, HelpWanted, InsightGiven, InsightWithheld, Trouble
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.speech import Role
from kitt_rtc.pipeline.adviser import Adviser
from kitt_rtc.pipeline.deduper import Deduper
from kitt_rtc.ports import Manner, Playbook
from tests.fakes.thinking import Talk, heard, says, whole_turn

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-playbook.md"


@dataclass
class OneTip:
    """Always the same tip about whatever is fresh; raises what it is given."""

    failing_read: Exception | None = None
    failing_advice: Exception | None = None
    silent: bool = False
    name: str = "coaching"
    manners: Mapping[Role, Manner] = field(default_factory=lambda: {Role.CUSTOMER: Manner(0.5, 0, True)})

    def glance(self, conversation: Conversation) -> ContextRead | None:
        return None

    async def read(self, conversation: Conversation) -> ContextRead | None:
        if self.failing_read:
            raise self.failing_read
        if not conversation.pending:
            return None
        return ContextRead(tuple(said.id for said in conversation.pending), "discovery", took=99.0)

    async def advise(self, conversation: Conversation) -> Insight | None:
        if self.failing_advice:
            raise self.failing_advice
        if self.silent:
            return None
        fresh = " ".join(said.text for said in conversation.fresh)
        return Insight(f"i{len(conversation.given)}", InsightType.COACHING, f"{conversation.phase}: {fresh}")


class Clock:
    """Each look at it is a quarter of a second later."""

    def __init__(self) -> None:
        self.now = 10.0

    def __call__(self) -> float:
        self.now += 0.25
        return self.now


async def test_the_facts_come_in_order_and_the_advice_sees_the_new_context():
    conversation = heard(says(Role.CUSTOMER, "hello"))
    context, given = await whole_turn(Adviser(OneTip(), Deduper()), conversation, Clock())
    assert isinstance(context, ContextRead)
    assert isinstance(given, InsightGiven)
    assert given.insight.content == "discovery: hello"
    assert given.verdict.reason
    assert 0 < context.took < given.took < 2


async def test_that_a_person_is_wanted_is_passed_on_as_it_is():
    class Helpless(OneTip):
        async def advise(self, conversation: Conversation) -> HelpWanted | None:
            return HelpWanted("no_answer", ("u0",))

    facts = await whole_turn(Adviser(Helpless(), Deduper()), heard(says(Role.CUSTOMER, "hello")), Clock())
    assert facts[1:] == (HelpWanted("no_answer", ("u0",)),)


async def test_a_repeat_is_withheld_with_its_twin():
    talk = Talk(OneTip())
    await talk.say(Role.CUSTOMER, "hello")
    _, withheld = await talk.say(Role.CUSTOMER, "hello")
    assert isinstance(withheld, InsightWithheld)
    assert withheld.verdict.twin_id == "i0"


async def test_nothing_pending_is_nothing_to_record():
    assert await whole_turn(Adviser(OneTip(), Deduper()), heard(), Clock()) == ()


async def test_without_advice_the_context_stands_alone():
    facts = await whole_turn(Adviser(OneTip(silent=True), Deduper()), heard(says(Role.CUSTOMER, "hello")), Clock())
    assert [type(fact) for fact in facts] == [ContextRead]


async def test_a_context_that_cannot_be_read_is_raised_and_nothing_is_taken_in():
    failing = OneTip(failing_read=EngineTimeout("model", "too slow"))
    with pytest.raises(EngineTimeout):
        await whole_turn(Adviser(failing, Deduper()), heard(says(Role.CUSTOMER, "hello")), Clock())


async def test_where_only_the_advice_fails_the_context_is_kept_and_the_failure_told():
    failing = OneTip(failing_advice=EngineTimeout("model", "the model took too long"))
    context, trouble = await whole_turn(Adviser(failing, Deduper()), heard(says(Role.CUSTOMER, "hello")), Clock())
    assert isinstance(context, ContextRead)
    assert trouble == Trouble("adviser", "engine_timeout", "the model took too long")


def _built_as_the_page_says() -> Playbook:
    """The page's own first block of Python, run."""
    block = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert block
    room = ModuleType("kitt_rtc.playbooks.survey")
    exec(compile(block.group(1), "survey.py", "exec"), room.__dict__)
    made: Playbook = room.SurveyPlaybook()
    return made


async def test_X04_X05_a_third_playbook_built_as_the_page_says_advises_through_the_adviser():
    playbook = _built_as_the_page_says()
    talk = Talk(playbook)
    assert (await talk.card(Role.REP, "On a scale from one to ten, how do you like it?")) is None
    tip = await talk.card(Role.CUSTOMER, "Four out of ten, because nobody called me back.")
    assert tip is not None
    assert tip.topic == "survey.why"
    assert tip.quote == "Four out of ten, because nobody called me back."
    assert await talk.card(Role.CUSTOMER, "Three, even.") is None
    assert [withheld.insight.topic for withheld in talk.withheld] == ["survey.why"]
    assert await talk.card(Role.CUSTOMER, "The weather is nice.") is None
