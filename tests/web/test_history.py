"""The page of past calls, in Chromium over the real house: found, read, erased."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from kitt_rtc.model.facts import InsightGiven
from kitt_rtc.model.insight import Insight, InsightType, Passage, Verdict
from tests.fakes.facts import said
from tests.fakes.whole_house import WholeHouse, open_whole_house, settings
from tests.web.look import CHROMIUM, FLAGS

pytestmark = pytest.mark.browser

PROOF = Passage("p", "Image rose la nuit", "Débranchez le filtre infrarouge.", "pink.md", version="3", score=0.71)
ANSWER = Insight(
    "i1",
    InsightType.KNOWLEDGE_BASE,
    "Débranchez le filtre.",
    title=PROOF.title,
    quote="Débranchez le filtre infrarouge.",
    because=("utt1",),
    passages=(PROOF,),
)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        await browser.close()
        assert complaints == []


async def lived(house: WholeHouse, call_id: str, words: str) -> None:
    await house.start(session_id=call_id, playbook="support", language="fr")
    call = house.house.switchboard.find(call_id).call
    call.record(said(words, number=1))
    call.record(InsightGiven(ANSWER, Verdict(False, "new"), 0.1))


async def test_a_past_call_is_read_and_erased_by_people(tmp_path: Path, page: Page) -> None:
    async with open_whole_house(settings(tmp_path)) as house:
        at = page.get_by_test_id
        await lived(house, "one", "L'image devient rose la nuit.")
        await lived(house, "two", "Le portail grince.")
        await house.client.post("/calls/one/end")
        await page.goto(f"{house.address}/history?call=one")
        await at("language-fr").click()
        await expect(at("said")).to_contain_text("L'image devient rose la nuit.")
        await expect(at("advised")).to_contain_text("Image rose la nuit · version 3 · 71")
        await expect(at("advised")).to_contain_text("Débranchez le filtre infrarouge.")
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390
        await at("erase").click()
        await at("erase-sure").click()
        await expect(at("count")).to_have_text("Appel effacé.")
        await expect(at("call")).to_be_hidden()
        await expect(at("call-row")).to_have_count(1)
        async with house.client.get("/calls/one") as answer:
            assert answer.status == 404
        await at("call-row").click()
        await expect(at("said")).to_contain_text("Le portail grince.")
        await expect(at("erase")).to_be_disabled()
