"""Proposed articles at their doors: only what a person has approved is ever found."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.engines.qdrant import Qdrant, QdrantOptions
from kitt_rtc.model.facts import CaseSettled
from kitt_rtc.model.proposed_article import ProposedArticle, ProposedStep
from kitt_rtc.model.speech import Role
from tests.fakes.doors import House, Plan, open_house
from tests.fakes.facts import said
from tests.fakes.whole_house import open_whole_house, settings

STEPS = (ProposedStep("Unplug the infrared filter.", "utt3"), ProposedStep("Then restart the camera.", "utt4"))
PINK = ProposedArticle("art_1", "Image turns pink at night", "The image of the camera turns pink.", STEPS, "one", "en")
QUESTION = {"query": "the image turns pink at night"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    base = Qdrant(Lexicon(), QdrantOptions(folder=str(tmp_path / "base")))
    async with open_house(Plan(shelf=base)) as opened:
        await opened.doors.proposals.propose(PINK)
        yield opened
    await base.close()


async def _found(house: House) -> list[dict[str, str]]:
    async with house.client.post("/knowledge/search", json=QUESTION) as answer:
        return (await answer.json())["passages"]


async def _decide(house: House, **form: object) -> dict[str, object]:
    async with house.client.post("/knowledge/proposals/art_1", json=form) as answer:
        assert answer.status == 200, await answer.text()
        told = await answer.json()
    while told["job_id"]:
        async with house.client.get(f"/knowledge/jobs/{told['job_id']}") as answer:
            job = await answer.json()
        assert job["state"] != "failed", job
        if job["state"] == "done":
            break
    return told["proposal"]


async def test_R12_an_article_is_found_once_it_is_approved_and_not_before(house: House):
    assert await _found(house) == []
    saved = await _decide(house, title="Pink image at night", steps=["Unplug the infrared filter.", "Restart it."])
    assert (saved["state"], saved["title"]) == ("open", "Pink image at night")
    assert await _found(house) == []
    approved = await _decide(house, decision="approve", product="Argus", by="ana")
    assert (approved["state"], approved["by"], approved["decided_at"] > 0) == ("approved", "ana", True)
    assert approved["steps"] == [
        {"text": "Unplug the infrared filter.", "because": "utt3"},
        {"text": "Restart it.", "because": ""},
    ]
    (passage,) = await _found(house)
    assert (passage["title"], passage["product"], passage["source"]) == (
        "Pink image at night",
        "Argus",
        "proposals/art_1.md",
    )
    assert "2. Restart it." in passage["text"]
    assert passage["version"].startswith("20")


async def test_R12_a_rejected_article_is_never_found_and_an_approved_one_that_is_rejected_no_more(house: House):
    assert (await _decide(house, decision="reject"))["by"] == "operator"
    assert await _found(house) == []
    await _decide(house, decision="approve")
    assert len(await _found(house)) == 1
    await _decide(house, decision="reject")
    assert await _found(house) == []


async def test_R12_an_approved_article_that_is_edited_has_to_be_approved_anew(house: House):
    await _decide(house, decision="approve")
    edited = await _decide(house, title="Something that nobody has approved")
    assert (edited["state"], edited["by"]) == ("open", "")
    assert await _found(house) == []


async def test_proposals_are_listed_and_one_that_is_not_there_is_a_404(house: House):
    async with house.client.get("/knowledge/proposals") as answer:
        (told,) = (await answer.json())["proposals"]
    assert (told["id"], told["call_id"], told["state"], told["source"]) == (
        "art_1",
        "one",
        "open",
        "proposals/art_1.md",
    )
    async with house.client.post("/knowledge/proposals/none", json={"decision": "reject"}) as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (404, "proposal_not_found")


async def test_R12_a_call_of_the_whole_house_that_is_settled_by_a_click_proposes_its_article(tmp_path: Path):
    async with open_whole_house(settings(tmp_path)) as whole:
        async with whole.client.post("/calls/start", json={"session_id": "one", "playbook": "support"}) as answer:
            assert answer.status == 200
        call = whole.house.switchboard.find("one").call
        call.record(said("L'image de la caméra devient rose la nuit.", number=1))
        call.record(said("Débranchez le filtre infrarouge.", number=2, role=Role.SUPPORT_AGENT))
        call.record(CaseSettled(True, "agent-1", because=("utt1",)))
        async with whole.client.post("/calls/one/end") as answer:
            assert answer.status == 200
        await whole.house.switchboard.close()
        async with whole.client.get("/knowledge/proposals") as answer:
            (told,) = (await answer.json())["proposals"]
    assert [step["text"] for step in told["steps"]] == ["Débranchez le filtre infrarouge."]
    assert (told["call_id"], told["why"]) == ("one", "unwritten")


async def test_R12_proposals_are_listed_page_by_page_and_searched(house: House):
    await house.doors.proposals.propose(replace(PINK, id="art_2", title="Gate stays open", symptom="It stays open."))
    async with house.client.get("/knowledge/proposals?limit=1&offset=1") as answer:
        page = await answer.json()
    async with house.client.get("/knowledge/proposals?search=PINK") as answer:
        found = await answer.json()
    assert ([one["id"] for one in page["proposals"]], page["total"], page["limit"], page["offset"]) == (
        ["art_2"],
        2,
        1,
        1,
    )
    assert ([one["id"] for one in found["proposals"]], found["total"]) == (["art_1"], 1)
