"""Paints every screen in every light and width into artifacts/, for a person to look at.

.venv/bin/python -m tests.web.look
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, async_playwright

from tests.web.stage import ROOT, Stage, story

ARTIFACTS = ROOT / "artifacts"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
WIDTHS = {"desktop": {"width": 1360, "height": 850}, "phone": {"width": 390, "height": 844}}
SHOTS = [("desktop", "light"), ("desktop", "dark"), ("phone", "light"), ("phone", "dark")]


@asynccontextmanager
async def a_page(browser: Browser, width: str, light: str) -> AsyncIterator[Page]:
    """A page of its own."""
    context = await browser.new_context(viewport=WIDTHS[width], color_scheme=light, permissions=["microphone"])
    page = await context.new_page()
    try:
        yield page
    finally:
        await context.close()


async def softphone(browser: Browser, width: str, light: str) -> None:
    async with Stage(story("coaching")).open() as stage, a_page(browser, width, light) as page:
        shot = _camera(page, f"softphone-{width}-{light}")
        await page.goto(stage.address)
        await page.get_by_test_id("engines").locator("li").first.wait_for()
        if light == "dark":
            await page.get_by_test_id("language-en").click()
        await page.get_by_test_id("call-language").select_option("fr")
        await page.get_by_test_id("try-microphone").click()
        await shot("1-lobby")
        await page.get_by_test_id("start").click()
        await page.locator("[data-testid=connection][data-state=connected]").wait_for()
        await shot("2-empty")
        await page.get_by_test_id("dial-number").fill("06 12 34 56 78")
        await page.get_by_test_id("dial").click()
        await stage.tell()
        await page.get_by_test_id("card").nth(1).wait_for()
        await page.get_by_test_id("rate-helpful").last.click()
        await shot("3-call")
        await page.get_by_test_id("hangup").click()
        await page.get_by_test_id("summary-client").click()
        await page.get_by_text("Prochaine étape").first.wait_for()
        await shot("4-ending")


async def technician(browser: Browser, width: str, light: str) -> None:
    async with Stage(story("support")).open() as stage, a_page(browser, width, light) as page:
        shot = _camera(page, f"technician-{width}-{light}")
        await page.goto(f"{stage.address}/demo/twilio-technician")
        await page.locator("[data-testid=engines] li").first.wait_for(state="attached")
        await shot("1-before")
        await page.get_by_test_id("technician-name").fill("Alex Dupont")
        await page.get_by_test_id("technician-id").fill("TECH001")
        await page.get_by_test_id("phone-number").fill("0612345678")
        await page.get_by_test_id("start").click()
        await stage.tell(24)
        await page.get_by_test_id("card").nth(1).wait_for()
        await shot("2-call")
        await page.get_by_test_id("hangup").click()
        await page.get_by_test_id("stats-duration").wait_for()
        await shot("3-ending")


async def documents(browser: Browser) -> None:
    async with Stage(story("support")).open() as stage, a_page(browser, "desktop", "light") as page:
        await page.goto(f"{stage.address}/docs")
        await page.get_by_text("/health").first.wait_for()
        await page.screenshot(path=ARTIFACTS / "docs-swagger.png")
        await page.goto(f"{stage.address}/redoc")
        await page.get_by_text("/health").first.wait_for()
        await page.screenshot(path=ARTIFACTS / "docs-redoc.png")
        await page.route("**/vendor/**", lambda route: route.abort())
        await page.goto(f"{stage.address}/docs")
        await page.get_by_test_id("vendor-missing").wait_for()
        await page.screenshot(path=ARTIFACTS / "docs-missing.png")


def _camera(page: Page, name: str):  # type: ignore[no-untyped-def]
    async def shot(moment: str) -> None:
        await page.wait_for_timeout(400)
        await page.screenshot(path=ARTIFACTS / f"{name}-{moment}.png", full_page="phone" in name)

    return shot


async def main() -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        await documents(browser)
        for width, light in SHOTS:
            await softphone(browser, width, light)
            await technician(browser, width, light)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
