import asyncio
from dataclasses import replace

import pytest

from kitt_rtc.calls.conductor import ConductorOptions
from kitt_rtc.calls.switchboard import CallOrder, Switchboard, SwitchboardOptions
from kitt_rtc.metrics import Metrics
from kitt_rtc.model.errors import BadForm, BadOffer, CallNotFound, CallOver, TooManyCalls
from kitt_rtc.model.facts import (
    CallEnded,
    CallResumed,
    CallStarted,
    Entry,
    InsightGiven,
    InsightWithheld,
    LegJoined,
    LegLeft,
    Trouble,
    UtteranceHeard,
)
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.readers.archivist import Archivist
from tests.fakes.leg import HandLeg
from tests.fakes.steps import ScriptedTranscriber, crew
from tests.fakes.store import ListStore
from tests.sounds.made import silence, tone


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


@pytest.mark.parametrize(
    ("order", "language", "allowed"),
    [
        (CallOrder(), "fr", ("fr", "en")),
        (CallOrder(language="en"), "en", ()),
        (CallOrder(languages=("en", "fr")), "en", ("en", "fr")),
        (CallOrder(language="fr", languages=("en", "fr")), "fr", ("fr", "en")),
        (CallOrder(languages=("en",)), "en", ()),
    ],
)
async def test_R02_what_people_may_go_on_in_is_settled_when_the_call_begins(order, language, allowed):
    options = SwitchboardOptions(language="fr", languages=("fr", "en"))
    switchboard = Switchboard({"coaching": crew()}, lambda _: [], ListStore(), options)
    started = (await switchboard.start(order)).call.journal.entries()[0].fact
    await switchboard.close()
    assert (started.language, started.languages) == (language, allowed)


async def test_R02_an_ordered_language_that_nothing_writes_is_left_out_and_told():
    half_deaf = crew(ScriptedTranscriber(languages=frozenset({"en"})))
    switchboard = Switchboard({"coaching": half_deaf}, lambda _: [], ListStore())
    conductor = await switchboard.start(CallOrder(languages=("en", "fr")))
    started, trouble = (entry.fact for entry in conductor.call.journal.entries())
    await switchboard.close()
    assert (started.language, started.languages, started.warnings) == ("en", (), ())
    assert (trouble.code, "“fr”" in trouble.detail) == ("no_engine", True)


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


# Calls that outlive their process.

SCRIPT = ["It is too expensive.", "We have a competitor."]


def house_of(store: ListStore, **options: float) -> Switchboard:
    """A house whose readers write as the real one does."""
    return Switchboard(
        {"coaching": crew(ScriptedTranscriber(list(SCRIPT)))},
        lambda _: [Archivist(store, Metrics())],
        store,
        SwitchboardOptions(
            language="en", resume_seconds=60.0, conductor=ConductorOptions(**{"rejoin_seconds": 30.0, **options})
        ),
    )


async def interrupted_call(store: ListStore) -> list[Entry]:
    """A call with a customer in it who has said something, whose process then dies; what is on disk."""
    house = house_of(store)
    conductor = await house.start(CallOrder("mine", language="en"))
    leg = HandLeg(conductor.call.clock)
    conductor.invite(leg)
    leg.say(tone(1.0) + silence(0.6))
    async for entry in conductor.call.journal.follow(kept=True):
        if isinstance(entry.fact, InsightGiven):
            break
    on_disk = list(store.stories["mine"])
    await house.close()
    store.stories["mine"] = on_disk  # what came after is what a dead process does not write
    return on_disk


async def test_a_call_goes_on_after_a_restart_with_all_it_knew():
    store = ListStore()
    before = await interrupted_call(store)
    house = house_of(store)
    [conductor] = await house.resume()
    call = conductor.call
    told = call.journal.entries()
    assert list(told[: len(before)]) == before
    left, resumed = (entry.fact for entry in told[len(before) : len(before) + 2])
    assert (type(left), left.reason) == (LegLeft, "interrupted")
    assert isinstance(resumed, CallResumed)
    assert 0.0 <= resumed.gap < 30.0
    assert house.find("mine") is conductor
    assert (call.conversation.playbook, call.conversation.language) == ("coaching", "en")
    assert call.clock() >= before[-1].at
    assert [given.insight.content for given in call.conversation.given] == SCRIPT[:1]

    leg = HandLeg(call.clock, leg_id="leg_2")
    conductor.invite(leg)
    joined = call.journal.entries()[-1].fact
    assert isinstance(joined, LegJoined)
    assert 0.0 < joined.away <= call.clock() - before[-1].at + 1.0
    leg.say(tone(1.0) + silence(0.6))
    async for entry in call.journal.follow(len(told)):
        if isinstance(entry.fact, InsightGiven | InsightWithheld):
            break
    # The transcriber's script begins anew: the same words, and the memory of advice knows them.
    assert isinstance(entry.fact, InsightWithheld)
    assert entry.fact.verdict.twin_id == call.conversation.given[0].insight.id
    await house.close()
    written = store.stories["mine"]
    assert [entry.seq for entry in written] == list(range(1, len(written) + 1))
    assert written[: len(before)] == before
    assert isinstance(written[-1].fact, CallEnded)


async def test_an_id_keeps_its_role_over_a_restart():
    store = ListStore()
    await interrupted_call(store)
    house = house_of(store)
    [conductor] = await house.resume()
    impostor = HandLeg(conductor.call.clock, Role.REP, leg_id="leg_2")
    impostor.speaker = Speaker("customer_1", Role.REP)
    with pytest.raises(BadOffer, match="customer"):
        conductor.invite(impostor)
    await house.close()


async def test_a_call_that_nobody_comes_back_to_ends_as_interrupted():
    store = ListStore()
    await interrupted_call(store)
    house = house_of(store, rejoin_seconds=0.01)
    [conductor] = await house.resume()
    story = [entry async for entry in conductor.call.journal.follow()]
    assert story[-1].fact.reason == "interrupted"
    await house.close()


@pytest.mark.parametrize("resume_seconds", [0.0, 60.0])
async def test_a_call_that_was_left_too_long_ago_is_over(resume_seconds: float):
    store = ListStore()
    await interrupted_call(store)
    (first, *rest) = store.stories["mine"]
    long_ago = replace(first.fact, started_at=first.fact.started_at - 3_600)
    store.stories["mine"] = [replace(first, fact=long_ago), *rest]
    house = Switchboard({"coaching": crew()}, lambda _: [], store, SwitchboardOptions(resume_seconds=resume_seconds))
    assert await house.resume() == []
    assert store.stories["mine"][-1].fact == CallEnded("interrupted", rest[-1].at)


async def test_a_silent_call_goes_on_when_its_process_was_alive_until_just_now():
    store = ListStore()
    await interrupted_call(store)
    (first, *rest) = store.stories["mine"]
    store.stories["mine"] = [replace(first, fact=replace(first.fact, started_at=first.fact.started_at - 600)), *rest]
    await store.live()
    house = house_of(store)
    [conductor] = await house.resume()
    resumed = next(entry.fact for entry in conductor.call.journal.entries() if isinstance(entry.fact, CallResumed))
    assert resumed.gap < 30.0
    assert conductor.call.clock() > 590.0
    await house.close()


async def test_a_house_that_leaves_ends_no_call_and_the_next_one_goes_on():
    store = ListStore()
    first = house_of(store)
    conductor = await first.start(CallOrder("mine", language="en"))
    leg = HandLeg(conductor.call.clock)
    conductor.invite(leg)
    leg.say(silence(0.2) + tone(1.0))  # a sentence that is cut short
    await first.leave()
    assert first.live() == ()
    kinds = [type(entry.fact) for entry in store.stories["mine"]]
    assert UtteranceHeard in kinds
    assert CallEnded not in kinds
    second = house_of(store)
    [resumed] = await second.resume()
    assert resumed.call.id == "mine"
    await second.close()


async def test_where_calls_do_not_outlive_their_process_leaving_ends_them():
    store = ListStore()
    house = Switchboard({"coaching": crew()}, lambda _: [Archive(store)], store)
    await house.start(CallOrder("mine"))
    await house.leave()
    assert store.stories["mine"][-1].fact.reason == "shutdown"
