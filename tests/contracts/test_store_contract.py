"""What any store must do."""

import asyncio

import pytest

from kitt_rtc.engines.sqlite import SqliteStore
from kitt_rtc.model.errors import EngineRefused
from kitt_rtc.model.facts import CallEnded, Entry, InsightGiven, SummaryWritten
from kitt_rtc.model.insight import Focus, Insight, InsightType, Summary, Verdict
from kitt_rtc.ports import CallRow, Store
from tests.fakes.facts import ended, said, sample_story, started
from tests.fakes.store import ListStore

BEGAN = 1_700_000_000.0


@pytest.fixture(params=["list", "sqlite"])
async def store(request, tmp_path):
    if request.param == "list":
        yield ListStore()
        return
    engine = await SqliteStore.open(tmp_path / "kitt.sqlite")
    yield engine
    await engine.close()


async def write_call(
    store: Store, call_id: str, *, at: float = BEGAN, words: str = "bonjour", over: bool = True
) -> None:
    story = [Entry(1, 0.0, started(call_id, at=at)), Entry(2, 5.0, said(words))]
    await store.append(call_id, [*story, Entry(3, 60.0, ended())] if over else story)


async def test_every_fact_comes_back_as_it_went(store: Store):
    story = sample_story()
    await store.append("call", story)
    assert await store.entries("call") == story


async def test_entries_from_behind_a_number(store: Store):
    story = sample_story()
    await store.append("call", story)
    assert await store.entries("call", after=5) == story[5:]
    assert await store.entries("call", after=len(story)) == []
    assert await store.entries("nobody") == []


async def test_an_entry_is_not_written_twice(store: Store):
    story = sample_story()
    await store.append("call", story[:3])
    await store.append("call", story)
    await store.append("call", story)
    assert await store.entries("call") == story


async def test_nothing_is_appended_when_nothing_is_brought(store: Store):
    await store.append("call", [])
    assert await store.entries("call") == []
    assert await store.calls() == ([], 0)


async def test_another_fact_at_a_taken_place_is_refused_with_all_that_came_along(store: Store):
    await store.append("call", [Entry(1, 0.0, started()), Entry(2, 1.0, said("one"))])
    with pytest.raises(EngineRefused):
        await store.append("call", [Entry(2, 1.0, said("two")), Entry(3, 2.0, said("three"))])
    assert [entry.seq for entry in await store.entries("call")] == [1, 2]
    assert (await store.entries("call"))[1].fact == said("one")


async def test_a_refused_call_takes_nothing_from_those_that_write_beside_it(store: Store):
    await store.append("bad", [Entry(1, 0.0, started("bad"))])
    writes = [store.append(f"good{number}", [Entry(1, 0.0, started(f"good{number}"))]) for number in range(5)]
    outcomes = await asyncio.gather(
        *writes, store.append("bad", [Entry(1, 0.0, started("other"))]), return_exceptions=True
    )
    assert outcomes[:5] == [None] * 5
    assert isinstance(outcomes[5], EngineRefused)
    for number in range(5):
        assert len(await store.entries(f"good{number}")) == 1


async def test_calls_are_listed_newest_first_with_how_they_ended(store: Store):
    await write_call(store, "old", at=BEGAN)
    await write_call(store, "new", at=BEGAN + 100, over=False)
    rows, total = await store.calls()
    assert total == 2
    assert rows == [
        CallRow("new", "support", "fr", BEGAN + 100, None, None),
        CallRow("old", "support", "fr", BEGAN, BEGAN + 60, "hung_up"),
    ]


async def test_calls_come_in_pages(store: Store):
    for number in range(7):
        await write_call(store, f"call{number}", at=BEGAN + number)
    pages = [await store.calls(limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [[row.call_id for row in rows] for rows, _ in pages] == [
        ["call6", "call5", "call4"],
        ["call3", "call2", "call1"],
        ["call0"],
        [],
    ]
    assert {total for _, total in pages} == {7}


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", {"alpha_1", "beta%2", "gamma\\3"}),
        ("alpha", {"alpha_1"}),
        ("ALPHA", {"alpha_1"}),
        ("_", {"alpha_1"}),
        ("%", {"beta%2"}),
        ("\\", {"gamma\\3"}),
        ("caméra", {"alpha_1"}),
        ("CAMERA", {"alpha_1"}),
        ("d'œuvre", {"beta%2"}),
        ("' OR 1=1 --", set()),
        ("insight", set()),
        ("nulle part", set()),
        ("мир", set()),
        ("zzz\ud800", set()),
    ],
)
async def test_calls_are_found_by_id_and_words_and_by_nothing_else(store: Store, search: str, found: set[str]):
    await write_call(store, "alpha_1", words="La caméra ne répond plus.")
    await write_call(store, "beta%2", words="Un chef-d'œuvre !")
    await write_call(store, "gamma\\3", words="Rien de spécial")
    rows, total = await store.calls(search=search)
    assert {row.call_id for row in rows} == found
    assert total == len(found)


async def test_calls_are_found_by_insights_summaries_and_names(store: Store):
    insight = Insight("i", InsightType.COACHING, "Proposez un essai", title="Prix")
    story = [
        Entry(1, 0.0, started()),
        Entry(2, 1.0, said("oui", name="Zoé Martin")),
        Entry(3, 2.0, InsightGiven(insight, Verdict(False, ""), 0.1)),
        Entry(4, 3.0, SummaryWritten(Summary(Focus.CLIENT, "Veut une remise", "fr", "rules"), 0.1)),
    ]
    await store.append("call", story)
    for search in ("zoe", "un essai", "prix", "remise"):
        assert (await store.calls(search=search))[1] == 1


async def test_orphans_are_ended_as_interrupted_and_the_living_are_left(store: Store):
    await write_call(store, "over")
    await write_call(store, "dead", over=False)
    await write_call(store, "alive", over=False)
    assert await store.close_orphans(alive=["alive"]) == ["dead"]
    assert (await store.entries("dead"))[-1] == Entry(3, 5.0, CallEnded("interrupted", 5.0))
    rows = {row.call_id: row for row in (await store.calls())[0]}
    assert (rows["dead"].reason, rows["dead"].ended_at) == ("interrupted", BEGAN + 5)
    assert rows["alive"].ended_at is None
    assert await store.close_orphans(alive=["alive"]) == []


async def test_calls_that_were_left_open_are_told_oldest_first(store: Store):
    assert await store.open_calls() == []
    await write_call(store, "over")
    await write_call(store, "younger", at=BEGAN + 100, over=False)
    await write_call(store, "older", over=False)
    assert await store.open_calls() == ["older", "younger"]
    await store.close_orphans(alive=["older"])
    assert await store.open_calls() == ["older"]


async def test_one_call_is_erased_and_no_other(store: Store):
    await write_call(store, "one")
    await write_call(store, "two")
    assert await store.erase("one")
    assert await store.entries("one") == []
    assert [row.call_id for row in (await store.calls())[0]] == ["two"]
    assert not await store.erase("one")


async def test_old_calls_are_forgotten_and_no_others(store: Store):
    await write_call(store, "old", at=BEGAN)
    await write_call(store, "young", at=BEGAN + 1000)
    await write_call(store, "living", at=BEGAN, over=False)
    assert await store.forget(before=BEGAN + 500) == 1
    assert await store.entries("old") == []
    assert {row.call_id for row in (await store.calls())[0]} == {"young", "living"}
    assert await store.forget(before=BEGAN + 500) == 0
