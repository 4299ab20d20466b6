"""The knowledge base's page, in Chromium over the real house: files dropped in, shown, searched, forgotten."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from kitt_rtc.model.lack import Asked, Lack
from kitt_rtc.model.proposed_article import ProposedArticle, ProposedStep
from tests.fakes.whole_house import WholeHouse, open_whole_house, settings
from tests.web.look import CHROMIUM, FLAGS

pytestmark = pytest.mark.browser

PUMP = b"""---
title: Pompe en panne
product: Irrigo
version: 3
---
La pompe s'arrete apres dix minutes. Nettoyez le filtre.
"""
OLD = b"---\ntitle: Ancienne pompe\nvalid_until: 2020-01-01\n---\nLa pompe s'arrete apres vingt minutes."


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[WholeHouse]:
    async with open_whole_house(settings(tmp_path)) as opened:
        await opened.house.filled.wait()
        yield opened


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page that may not complain."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if "Security Policy" in told.text else None)
    yield page
    await context.close()
    assert complaints == []


async def test_documents_are_dropped_in_shown_searched_and_forgotten(house: WholeHouse, page: Page) -> None:
    at = page.get_by_test_id
    await page.goto(house.address)
    await at("to-knowledge").click()
    await expect(page).to_have_url(f"{house.address}/knowledge")
    await at("language-fr").click()
    await expect(at("count")).to_contain_text("Documents")
    await at("files").set_input_files(
        [
            {"name": "pompe.md", "mimeType": "text/markdown", "buffer": PUMP},
            {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 no"},
            {"name": "vieux.md", "mimeType": "text/markdown", "buffer": OLD},
        ]
    )
    await expect(at("remark")).to_have_count(3, timeout=20_000)
    await expect(at("remarks")).to_contain_text("Non ajouté\u00a0: broken.pdf")
    await expect(at("intake")).to_be_hidden()

    await at("find").fill("pompe")
    await expect(at("document-row")).to_have_count(2)
    await expect(at("documents")).to_contain_text("périmé")
    await at("question").fill("la pompe s'arrête après dix minutes")
    await page.keyboard.press("Enter")
    await expect(at("found").get_by_test_id("hit").first).to_contain_text("Pompe en panne")
    await expect(at("found").get_by_test_id("parts").first).to_contain_text("mots")
    await page.locator("#dropped-box summary").click()
    await expect(at("dropped")).to_contain_text("périmé\u00a0: valable jusqu’au 2020-01-01")

    await at("documents").get_by_text("Pompe en panne").click()
    await expect(at("passages")).to_contain_text("Nettoyez le filtre")
    await expect(at("editions")).to_contain_text("version 3")
    await at("forget").click()
    await at("forget-sure").click()
    await expect(at("document-row")).to_have_count(1)
    async with house.client.get("/knowledge/documents?search=pompe") as answer:
        assert [one["source"] for one in (await answer.json())["documents"]] == ["vieux.md"]


async def test_the_page_speaks_english_and_asks_for_the_key(tmp_path: Path, page: Page) -> None:
    async with open_whole_house(settings(tmp_path, kitt_api_key="the-house-key-0123456789")) as house:
        at = page.get_by_test_id
        await page.goto(f"{house.address}/knowledge")
        await at("key").fill("the-house-key-0123456789")
        await at("key-save").click()
        await at("language-en").click()
        await expect(page.locator("#shelf-title")).to_have_text("Knowledge base")
        await expect(at("count")).to_contain_text("Documents:")


async def test_R12_gaps_are_ticked_and_a_proposed_article_is_approved_on_the_page(
    house: WholeHouse, page: Page
) -> None:
    at = page.get_by_test_id
    steps = (ProposedStep("Débranchez le filtre infrarouge.", "utt3"), ProposedStep("Relancez la caméra.", "utt4"))
    pink = ProposedArticle("art_1", "Image rose la nuit", "L'image devient rose.", steps, "one", "fr", why="gap")
    await house.house.toolbox.proposals.propose(pink)
    await house.house.toolbox.lacks.note(
        Lack("gap_1", "fr", "below", (Asked("call_1", "L'image devient rose", 1.0),), count=3)
    )
    await page.goto(f"{house.address}/knowledge")
    await at("language-fr").click()
    await expect(at("gap")).to_contain_text("posée 3 fois")
    await at("gap-done").click()
    await expect(at("gap-done")).to_have_text("Rouvrir")
    link = at("gap").get_by_role("link")
    assert await link.get_attribute("href") == "/history?call=call_1"
    await at("proposal-title").fill("Image rose pendant la nuit")
    await at("proposal-steps").fill("Débranchez le filtre.")
    await at("language-en").click()
    await expect(at("proposal-approve")).to_have_text("Approve")
    await expect(at("proposal-title")).to_have_value("Image rose pendant la nuit")
    await expect(at("proposal-steps")).to_have_value("Débranchez le filtre.")
    await at("language-fr").click()
    await at("proposal-approve").click()
    await expect(at("remarks")).to_contain_text("Ajouté\u00a0: proposals/art_1.md", timeout=20_000)
    await expect(at("proposal")).to_contain_text("Approuvé")
    await at("find").fill("Image rose pendant")
    await expect(at("document-row")).to_have_count(1)
