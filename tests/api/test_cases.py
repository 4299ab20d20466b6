"""A support case at its doors: its traces, whether it works now, and the log of gaps."""

from kitt_rtc.model.facts import AnswerTraced, CaseSettled, InsightGiven
from kitt_rtc.model.insight import Insight, InsightType, Passage, Verdict
from kitt_rtc.model.lack import Asked, Lack
from kitt_rtc.model.trace import Found
from tests.fakes.doors import open_house

ANSWER = Insight("i1", InsightType.KNOWLEDGE_BASE, "Restart.", because=("u1",), passages=(Passage("p", "T", "t", "s"),))


async def test_N6_the_traces_of_a_call_are_told_at_their_door() -> None:
    async with open_house() as house:
        async with house.client.post("/calls/start", json={"session_id": "one", "playbook": "support"}):
            pass
        call = house.switchboard.find("one").call
        found = Found("p", "Camera Offline", "camera.md", 0.21, dropped="below")
        call.record(AnswerTraced(("camera off",), (found,), 0.35, "below", ("u1",), took=0.1))
        async with house.client.get("/calls/one/traces") as answer:
            (trace,) = (await answer.json())["traces"]
    assert (trace["queries"], trace["outcome"], trace["least"], trace["insight_id"]) == (
        ["camera off"],
        "below",
        0.35,
        "",
    )
    assert [(one["title"], one["score"], one["dropped"]) for one in trace["found"]] == [
        ("Camera Offline", 0.21, "below")
    ]


async def test_a_click_settles_the_case_with_the_answers_that_were_given() -> None:
    async with open_house() as house:
        async with house.client.post("/calls/start", json={"session_id": "one", "playbook": "support"}):
            pass
        call = house.switchboard.find("one").call
        call.record(InsightGiven(ANSWER, Verdict(False, "new"), 0.1))
        async with house.client.post("/calls/one/case", json={"resolved": True, "by": "agent-1"}) as answer:
            told = await answer.json()
        assert (answer.status, told["resolved"], told["insight_ids"]) == (200, True, ["i1"])
        assert call.conversation.cases == (CaseSettled(True, "agent-1", because=("u1",), insight_ids=("i1",)),)


async def test_gaps_are_listed_and_a_gap_that_is_not_there_is_a_404() -> None:
    async with open_house() as house:
        async with house.client.get("/knowledge/gaps") as answer:
            assert (answer.status, (await answer.json())["gaps"]) == (200, [])
        async with house.client.post("/knowledge/gaps/none", json={"done": True}) as answer:
            assert (answer.status, (await answer.json())["error"]["code"]) == (404, "gap_not_found")


async def test_gaps_are_listed_page_by_page_and_searched() -> None:
    async with open_house() as house:
        for number, words in enumerate(("Caméra rose", "Pompe à sec", "Portail bloqué")):
            asked = Asked("one", words, float(number))
            await house.doors.lacks.note(Lack(f"gap_{number}", "fr", "nothing", (asked,)))
        async with house.client.get("/knowledge/gaps?limit=2&offset=1") as answer:
            page = await answer.json()
        async with house.client.get("/knowledge/gaps?search=camera") as answer:
            found = await answer.json()
        async with house.client.get("/knowledge/gaps?limit=0") as answer:
            assert answer.status == 422
    assert ([gap["id"] for gap in page["gaps"]], page["total"], page["limit"], page["offset"]) == (
        ["gap_1", "gap_2"],
        3,
        2,
        1,
    )
    assert ([gap["id"] for gap in found["gaps"]], found["total"]) == (["gap_0"], 1)
