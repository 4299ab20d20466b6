"""Somebody calls in: the page that waits rings, the rep takes the call, and the two talk."""

from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from kitt_rtc.engines.booth_caller import CallerScript
from kitt_rtc.engines.phonebooth import BoothOptions, PhoneBooth
from kitt_rtc.media.files import read_sound
from kitt_rtc.model.facts import CallEnded, CallOffered, UtteranceHeard
from kitt_rtc.model.speech import Role
from tests.sounds.made import silence
from tests.support.eyes import CHROMIUM, SPEAKING, looking
from tests.support.sales import SALES, as_network
from tests.support.server import free_port, serving

pytestmark = [pytest.mark.engines, pytest.mark.browser]


async def test_a_page_that_waits_rings_and_takes_the_call(tmp_path: Path) -> None:
    port = free_port()
    client = CallerScript(silence(8.0) + read_sound(SALES / "customer.ogg"))
    async with (
        PhoneBooth(BoothOptions(script=client)) as booth,
        serving(tmp_path, port=port, language="en", incoming_playbook="coaching", **as_network(booth, port)) as server,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SPEAKING)
        try:
            async with looking(browser, "incoming") as eyes:
                page, at = eyes.page, eyes.page.get_by_test_id
                await page.goto(server.address)
                await at("language-en").click()
                await at("name").fill("Anna")
                await at("waiting").click()
                await expect(at("waiting-status")).to_have_attribute("data-state", "open")
                line = booth.call_in(f"{server.address}/twilio/voice", status_url=f"{server.address}/twilio/status")
                await expect(at("ring-accept")).to_be_visible(timeout=20_000)
                await eyes.shoot("rings")
                await at("ring-accept").click()
                await expect(at("connection")).to_have_attribute("data-state", "connected", timeout=15_000)
                said = page.locator("[data-testid=utterance][data-role=customer]").first
                await expect(said).to_be_visible(timeout=60_000)
                await expect(at("mark").first).to_contain_text("Anna")  # who took it, by name
                await eyes.shoot("talking")
                (call,) = (await server.desk.get("/calls"))["calls"]
                async with server.desk.following(call["session_id"]) as story:
                    offered = await story.until(CallOffered)
                    assert offered.accepted_by in offered.rung
                    heard = (await story.until(UtteranceHeard)).utterance
                    assert heard.speaker.role is Role.CUSTOMER
                    assert "system" in heard.text.lower()
                    await at("hangup").click()
                    await story.until(CallEnded)
                await line.over.wait()
                assert line.status == "completed"
        finally:
            await browser.close()
