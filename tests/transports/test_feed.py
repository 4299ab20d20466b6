import asyncio
import json

from kitt_rtc.journal import Journal
from kitt_rtc.model.facts import Trouble
from kitt_rtc.transports.feed import Feed


def journal_of(count: int) -> Journal:
    journal = Journal("call_1", lambda: 1.5)
    for number in range(count):
        journal.append(Trouble("test", f"code_{number + 1}", "said"))
    return journal


async def test_what_there_is_and_what_comes_until_the_end() -> None:
    journal = journal_of(2)
    seen: list[dict] = []
    feed = Feed(journal)

    async def follow() -> None:
        async for text in feed:
            seen.append(json.loads(text))

    async with asyncio.TaskGroup() as group:
        group.create_task(follow())
        await asyncio.sleep(0)
        journal.append(Trouble("test", "code_3", "said"))
        journal.close()

    assert [envelope["seq"] for envelope in seen] == [1, 2, 3]
    assert seen[2] == {
        "v": 1, "call": "call_1", "seq": 3, "at": 1.5, "type": "trouble",
        "data": {"stage": "test", "code": "code_3", "detail": "said"},
    }  # fmt: skip
    assert feed.cursor == 3


async def test_from_a_cursor_only_what_was_missed() -> None:
    journal = journal_of(5)
    journal.close()
    assert [json.loads(text)["seq"] async for text in Feed(journal, after=3)] == [4, 5]
    assert [json.loads(text)["seq"] async for text in Feed(journal, after=-7)] == [1, 2, 3, 4, 5]
    assert [text async for text in Feed(journal, after=99)] == []
