import asyncio

import pytest

from kitt_rtc.calls.conductor import ConductorOptions
from kitt_rtc.calls.switchboard import CallOrder, Switchboard, SwitchboardOptions
from kitt_rtc.model.errors import BadForm, CallNotFound, CallOver, TooManyCalls
from kitt_rtc.model.facts import CallEnded, CallStarted, Trouble
from tests.fakes.steps import ScriptedTranscriber, crew
from tests.fakes.store import ListStore


class Archive:
    """Writes a call's story into a store when it is over."""

    def __init__(self, store: ListStore) -> None:
        self._store = store

    async def read(self, journal) -> None:
        story = [entry async for entry in journal.follow()]
        await self._store.append(journal.call_id, story)


@pytest.fixture
async def house():
    store = ListStore()
    options = SwitchboardOptions(language="fr", max_calls=2, conductor=ConductorOptions(idle_seconds=60))
    switchboard = Switchboard({"coaching": crew(ScriptedTranscriber())}, lambda _: [Archive(store)], store, options)
    yield switchboard
    await switchboard.close()


async def test_a_call_begins_with_its_own_beginning(house: Switchboard):
    conductor = await house.start(CallOrder("mine", language="en"))
    first = conductor.call.journal.entries()[0].fact
    assert isinstance(first, CallStarted)
    assert (first.call_id, first.playbook, first.language, first.warnings) == ("mine", "coaching", "en", ())


async def test_an_id_is_made_and_the_house_language_taken(house: Switchboard):
    one, two = await house.start(CallOrder()), await house.start(CallOrder())
    assert one.call.id != two.call.id
    assert one.call.conversation.language == "fr"


async def test_a_language_nobody_can_write_down_is_told_before_anyone_speaks():
    deaf = crew(ScriptedTranscriber(languages=frozenset({"en"})))
    switchboard = Switchboard({"coaching": deaf}, lambda _: [], ListStore())
    conductor = await switchboard.start(CallOrder(language="fr"))
    started, trouble = (entry.fact for entry in conductor.call.journal.entries())
    await switchboard.close()
    assert started.warnings == ("no_engine",)
    assert isinstance(trouble, Trouble)
    assert "WHISPER_FOLDER" in trouble.detail


async def test_unknown_playbook_names_the_field(house: Switchboard):
    with pytest.raises(BadForm) as refused:
        await house.start(CallOrder(playbook="juggling"))
    assert refused.value.fields[0]["field"] == "playbook"


async def test_a_call_that_is_not_there_is_not_found(house: Switchboard):
    with pytest.raises(CallNotFound, match="Session non trouvée"):
        house.find("nobody")
    with pytest.raises(CallNotFound):
        await house.story("nobody")
    with pytest.raises(CallNotFound):
        await house.end("nobody")


async def test_an_id_is_used_once(house: Switchboard):
    await house.start(CallOrder("mine"))
    with pytest.raises(CallOver):
        await house.start(CallOrder("mine"))
    await house.end("mine")
    with pytest.raises(CallOver):
        await house.start(CallOrder("mine"))


async def test_no_more_calls_than_allowed(house: Switchboard):
    await house.start(CallOrder("one"))
    await house.start(CallOrder("two"))
    with pytest.raises(TooManyCalls, match="MAX_CALLS"):
        await house.start(CallOrder("three"))
    await house.end("one")
    await house.start(CallOrder("three"))
    assert {conductor.call.id for conductor in house.live()} == {"two", "three"}


async def test_a_draining_house_refuses_new_calls_and_keeps_the_live_ones(house: Switchboard):
    conductor = await house.start(CallOrder("one"))
    house.drain()
    with pytest.raises(TooManyCalls):
        await house.start(CallOrder("two"))
    assert not conductor.call.over.is_set()


async def test_shutdown_ends_every_call_and_leaves_no_task(house: Switchboard):
    await house.start(CallOrder("one"))
    await house.start(CallOrder("two"))
    before = asyncio.all_tasks()
    await house.close()
    assert house.live() == ()
    assert not {task for task in before if task.get_name().startswith("call ") and not task.done()}
    assert (await house.conversation("one")).ended == (await house.story("one"))[-1].fact
    assert isinstance((await house.story("two"))[-1].fact, CallEnded)


async def test_a_story_from_before_the_restart_comes_from_the_store():
    store = ListStore()
    first = Switchboard({"coaching": crew()}, lambda _: [Archive(store)], store)
    await first.start(CallOrder("old"))
    await first.close()
    second = Switchboard({"coaching": crew()}, lambda _: [], store)
    assert (await second.conversation("old")).ended is not None
    with pytest.raises(CallOver):
        await second.start(CallOrder("old"))
