import asyncio
from itertools import count

import pytest

from kitt_rtc.journal import Journal
from kitt_rtc.model.facts import Entry
from tests.fakes.facts import ended, said, sample_story, started


def journal_with(facts: int) -> Journal:
    ticks = count()
    journal = Journal("call", lambda: next(ticks) / 4)
    for number in range(1, facts + 1):
        journal.append(said(f"line {number}", number=number))
    return journal


async def numbers(journal: Journal, after: int = 0) -> list[int]:
    return [entry.seq async for entry in journal.follow(after)]


def test_entries_are_numbered_without_gaps_and_stamped_with_call_time():
    journal = Journal("call", iter([0.0, 1.23456, 7.0]).__next__)
    entries = [journal.append(fact) for fact in (started(), said("oui"), ended())]
    assert [(entry.seq, entry.at) for entry in entries] == [(1, 0.0), (2, 1.235), (3, 7.0)]
    assert journal.entries() == tuple(entries)
    assert journal.last == 3


def test_entries_from_behind_a_number():
    journal = journal_with(5)
    assert [entry.seq for entry in journal.entries(after=3)] == [4, 5]
    assert journal.entries(after=5) == ()
    assert journal.entries(after=99) == ()
    assert len(journal.entries(after=-3)) == 5


def test_a_story_that_goes_on_is_numbered_on():
    story = sample_story()[:4]
    journal = Journal("call", lambda: 9.0, story=story)
    assert journal.append(said("encore")) == Entry(5, 9.0, said("encore"))
    assert journal.entries()[:4] == tuple(story)


def test_a_closed_journal_takes_nothing_more():
    journal = journal_with(1)
    journal.close()
    journal.close()
    assert journal.closed
    with pytest.raises(RuntimeError):
        journal.append(said("too late"))
    assert journal.last == 1


async def test_a_follower_hears_what_there_is_and_what_comes_until_the_end():
    journal = journal_with(2)
    following = asyncio.create_task(numbers(journal))
    for number in (3, 4, 5):
        await asyncio.sleep(0)
        journal.append(said("more", number=number))
    await asyncio.sleep(0)
    assert not following.done()
    journal.close()
    assert await following == [1, 2, 3, 4, 5]


async def test_a_follower_resumes_from_its_cursor():
    journal = journal_with(5)
    journal.close()
    assert await numbers(journal, after=3) == [4, 5]
    assert await numbers(journal, after=5) == []
    assert await numbers(journal, after=50) == []


async def test_a_follower_ahead_of_the_story_waits_for_its_number():
    journal = journal_with(1)
    following = asyncio.create_task(numbers(journal, after=3))
    for number in (2, 3, 4):
        await asyncio.sleep(0)
        journal.append(said("more", number=number))
    journal.close()
    assert await following == [4]


async def test_a_slow_follower_loses_nothing_and_keeps_nobody_waiting():
    journal = journal_with(0)
    quick = asyncio.create_task(numbers(journal))
    slow: list[int] = []

    async def dawdle() -> None:
        async for entry in journal.follow():
            slow.append(entry.seq)
            for _ in range(20):
                await asyncio.sleep(0)

    slow_one = asyncio.create_task(dawdle())
    for number in range(1, 51):
        journal.append(said("line", number=number))
        await asyncio.sleep(0)
    journal.close()
    assert await quick == list(range(1, 51))
    await slow_one
    assert slow == list(range(1, 51))


async def test_an_entry_appended_while_a_follower_reads_is_not_missed():
    journal = journal_with(1)
    seen = []
    async for entry in journal.follow():
        seen.append(entry.seq)
        if journal.last < 10:
            journal.append(said("from within", number=entry.seq))
        else:
            journal.close()
    assert seen == list(range(1, 11))


async def test_close_ends_every_follower():
    journal = journal_with(1)
    followers = [asyncio.create_task(numbers(journal)) for _ in range(5)]
    await asyncio.sleep(0)
    journal.close()
    assert await asyncio.gather(*followers) == [[1]] * 5


async def test_a_follower_that_leaves_takes_nothing_from_the_others():
    journal = journal_with(1)
    leaver = asyncio.create_task(numbers(journal))
    stayer = asyncio.create_task(numbers(journal))
    await asyncio.sleep(0)
    leaver.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaver
    journal.append(said("after"))
    journal.close()
    assert await stayer == [1, 2]
