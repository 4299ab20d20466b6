"""Swagger UI and ReDoc in a real browser: drawn from this server alone, under their content security policy."""

import pytest
from playwright.async_api import async_playwright

from kitt_rtc.api.pages import web_folder
from kitt_rtc.api.routes import DOORS
from tests.fakes.doors import open_house

pytestmark = pytest.mark.browser

FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]
LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg"
"""ReDoc asks for it whatever its options say; the policy blocks it before it leaves the page."""


@pytest.mark.parametrize(
    ("path", "drawn", "listed"),
    [("/docs", ".opblock", ".opblock-summary-path"), ("/redoc", "[data-section-id]", "label[type=link], li")],
)
async def test_E09_E10_the_document_is_drawn_offline(path: str, drawn: str, listed: str):
    assert (web_folder() / "vendor").is_dir(), "cd web && npm ci && node vendor.mjs"
    wrong: list[str] = []
    async with open_house() as house, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = await browser.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: said.type == "error" and LOGO not in said.text and wrong.append(said.text))
        page.on("requestfinished", lambda sent: house_address not in sent.url and wrong.append(sent.url))
        house_address = f"http://127.0.0.1:{house.client.port}/"
        await page.goto(f"{house_address}{path.strip('/')}")
        await page.locator(drawn).first.wait_for()
        text = await page.locator("body").inner_text()
        if path == "/docs":
            await page.locator(listed).first.click()
            await page.get_by_role("button", name="Try it out").click()
            await page.get_by_role("button", name="Execute").click()
            await page.locator(".live-responses-table").first.wait_for()
            assert len(house.switchboard.live()) == 1
        await browser.close()
    assert wrong == []
    missing = [door.summary for door in DOORS if door.summary not in text]
    assert missing == []
