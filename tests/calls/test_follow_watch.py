import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kitt_rtc.calls.call import Call, Past
from kitt_rtc.calls.follow_watch import FollowWatch
from kitt_rtc.model.facts import InsightFollowed, InsightGiven, UtteranceHeard
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.pipeline.following import Following

TIP = InsightGiven(Insight("tip", InsightType.COACHING, '"Compared to what?"'), Verdict(False, ""), 0.1)


@asynccontextmanager
async def watched(past: Past | None = None) -> AsyncIterator[Call]:
    call = Call("call", {}, None, past)
    watching = asyncio.create_task(FollowWatch(call, Following()).run())
    try:
        yield call
    finally:
        call.close("hung_up")
        await watching


def say(call: Call, text: str, *, role: Role = Role.REP, backchannel: bool = False) -> None:
    now = call.clock()
    speaker = Speaker(role.value, role)
    said = Utterance(f"utt{call.journal.last}", speaker, text, "en", now, now + 1.0, backchannel=backchannel)
    call.record(UtteranceHeard(said, 0.1))


async def followed(call: Call) -> list[InsightFollowed]:
    """What was told once the watch had its turn."""
    for _ in range(5):
        await asyncio.sleep(0)
    return [entry.fact for entry in call.journal.entries() if isinstance(entry.fact, InsightFollowed)]


async def test_N3_a_tip_that_the_rep_says_is_a_fact_and_once():
    async with watched() as call:
        call.record(TIP)
        say(call, "Compared to what, if I may ask?")
        [fact] = await followed(call)
        say(call, "Yes, compared to what?")
        assert await followed(call) == [fact]
    assert (fact.insight_id, fact.how) == ("tip", "said")
    assert call.conversation.followed == {"tip"}


async def test_N3_the_clients_words_and_a_nod_follow_nothing():
    async with watched() as call:
        call.record(TIP)
        say(call, "Compared to what?", role=Role.CUSTOMER)
        say(call, "Compared to what?", backchannel=True)
        assert await followed(call) == []


async def test_what_an_earlier_process_heard_is_not_weighed_again():
    async with watched() as first:
        first.record(TIP)
        say(first, "Compared to what?")
        await followed(first)
        story = first.journal.entries()
    async with watched(Past(story, age=5.0, gap=1.0)) as again:
        assert len(await followed(again)) == 1
