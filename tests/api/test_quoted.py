"""What a stored call shows of an answer is the article as it was, whatever the knowledge base holds now."""

from pathlib import Path
from typing import Any

from kitt_rtc.model.facts import InsightGiven
from kitt_rtc.model.insight import InsightType
from tests.fakes.whole_house import TECHNICIAN, WholeHouse, open_whole_house, settings

SOURCE = "pump.md"
OLD_STEP = "Clean the suction filter of the irrigation pump and fill the pump with water."
NEW_STEP = "Send the irrigation pump back to the workshop."
QUESTION = (
    "Hello. The irrigation pump in the greenhouse stops after ten minutes, the pressure falls to zero and the pump "
    "is hot, I do not know what else to do."
)


async def edition(whole: WholeHouse, version: str, step: str) -> None:
    """Put the article in, in the place of the one before it."""
    text = (
        "# Irrigation pump stops\n\nThe irrigation pump of the greenhouse stops after ten minutes. "
        f"The pressure falls to zero.\n\n1. {step}"
    )
    order = {"name": SOURCE, "text": text, "version": version, "language": "en"}
    async with whole.client.post("/knowledge/documents", json=order) as answer:
        assert answer.status == 202, await answer.text()
        job = await answer.json()
    while job["state"] not in {"done", "failed"}:
        async with whole.client.get(f"/knowledge/jobs/{job['id']}") as answer:
            job = await answer.json()
    assert (job["state"], job["added"]) == ("done", [SOURCE]), job


async def answers(whole: WholeHouse, call_id: str) -> list[dict[str, Any]]:
    """Each knowledge answer that the story of a call holds."""
    async with whole.client.get(f"/calls/{call_id}") as answer:
        assert answer.status == 200, await answer.text()
        facts = (await answer.json())["facts"]
    given = [fact["data"]["insight"] for fact in facts if fact["type"] == "insight_given"]
    return [insight for insight in given if insight["type"] == InsightType.KNOWLEDGE_BASE.value]


async def test_N6_a_stored_call_shows_the_version_and_the_quote_of_the_article_as_it_was(tmp_path: Path) -> None:
    async with open_whole_house(settings(tmp_path)) as whole:
        await whole.house.filled.wait()
        await edition(whole, "1", OLD_STEP)
        call_id = await whole.start(playbook="support", language="en")
        whole.say(call_id, QUESTION, by=TECHNICIAN)
        await whole.until(call_id, InsightGiven)
        async with whole.client.post(f"/calls/{call_id}/end") as answer:
            assert answer.status == 200
        await edition(whole, "2", NEW_STEP)

    async with open_whole_house(settings(tmp_path)) as later:
        (told,) = await answers(later, call_id)
        assert (told["passages"][0]["source"], told["passages"][0]["version"]) == (SOURCE, "1")
        assert OLD_STEP in told["passages"][0]["text"]
        assert told["quote"]
        assert told["quote"] in told["passages"][0]["text"]
        assert "workshop" not in str(told)
        async with later.client.post("/knowledge/search", json={"query": QUESTION}) as answer:
            newest = (await answer.json())["passages"][0]
        assert (newest["source"], newest["version"]) == (SOURCE, "2")
        assert NEW_STEP in newest["text"]
