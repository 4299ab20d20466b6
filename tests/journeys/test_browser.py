"""The real pages in a real browser, on the real server: somebody really speaks, and what is painted is looked at.

Screenshots are kept in KITT_ARTIFACTS, or in ./artifacts.
"""

import asyncio
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from kitt_rtc import samples
from kitt_rtc.demo import TECHNICIAN_NUMBER
from kitt_rtc.media.files import read_sound
from kitt_rtc.media.wav import write_wav
from kitt_rtc.toolbox import CLIENT_NUMBER
from tests.sounds.made import silence
from tests.support.eyes import CHROMIUM, SPEAKING, looking
from tests.support.server import Server, serving

pytestmark = [pytest.mark.engines, pytest.mark.browser]

SPOKEN_MS = 60_000
"""For a sentence to be spoken, carried, written down and painted."""

HEARS = """() => {
  const speaker = document.querySelector("#others");
  const [sound] = speaker.srcObject.getAudioTracks();
  return sound.readyState === "live" && !sound.muted && !speaker.paused;
}"""


NOTES_LINES = """() => {
  window.lines = [];
  const list = document.querySelector("#transcript");
  const note = () => {
    for (const { dataset } of list.querySelectorAll(".line")) {
      if (!window.lines.includes(dataset.key)) window.lines.push(dataset.key);
    }
  };
  new MutationObserver(note).observe(list, { childList: true });
}"""
"""The page notes the keys of its transcript's lines in the order they are painted."""


@dataclass(frozen=True)
class Shown:
    """Both pages, used to the end of their calls at the same time; whoever asks gets the error there was."""

    softphone: asyncio.Task[None]
    technician: asyncio.Task[None]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    microphone = tmp_path_factory.mktemp("sound") / "rep.wav"
    # The file plays from the moment the microphone is opened: the first words must not be lost on the way.
    microphone.write_bytes(write_wav(silence(0.5) + read_sound(samples.CALLS / "sales" / "rep.ogg")))
    flags = [*SPEAKING, f"--use-file-for-fake-audio-capture={microphone}%noloop"]
    async with serving(tmp_path_factory.mktemp("pages"), language="en") as server, async_playwright() as playwright:
        await server.desk.filled()
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        pages = Shown(
            asyncio.create_task(use_the_softphone(server, browser)),
            asyncio.create_task(use_the_technicians_page(server, browser)),
        )
        await asyncio.wait([pages.softphone, pages.technician])
        await browser.close()
    return pages


def test_a_rep_calls_a_client_from_the_page_and_reads_what_is_said_and_what_to_say(shown: Shown) -> None:
    shown.softphone.result()


async def use_the_softphone(server: Server, browser: Browser) -> None:
    async with looking(browser, "softphone") as eyes:
        page, at = eyes.page, eyes.page.get_by_test_id
        await page.goto(server.address)
        await expect(at("engines")).to_contain_text("Moonshine")
        await at("language-en").click()
        await at("name").fill("Anna")
        await eyes.shoot("1-lobby")
        await at("start").click()
        await expect(at("connection")).to_have_attribute("data-state", "connected", timeout=15_000)
        await page.evaluate(NOTES_LINES)
        await at("dial-number").fill(CLIENT_NUMBER)
        await at("dial").click()

        for role in ("rep", "customer"):
            line = page.locator(f"[data-testid=utterance][data-role={role}]").first
            await expect(line).to_be_visible(timeout=SPOKEN_MS)
        lines = await page.evaluate("() => window.lines")
        # A line that is still spoken has the key c…, and the utterance that it becomes u… with the same id.
        spoken = [line[1:] for line in lines if line.startswith("c")]
        became = [
            (lines.index(f"c{one}"), place)
            for one in spoken
            for place, line in enumerate(lines)
            if line.startswith(f"u{one}")
        ]
        assert any(before < after for before, after in became), lines
        price = at("card").filter(has_text="Price too high")
        await expect(price).to_be_visible(timeout=SPOKEN_MS)
        await expect(price).to_contain_text("expensive")
        assert "\nAvoid:" in await price.get_by_test_id("card-content").inner_text()
        assert await page.evaluate(HEARS)
        await eyes.shoot("2-call")

        await at("hangup").click()
        await expect(at("ending")).to_be_visible()
        await expect(at("stats-people")).to_contain_text("Anna")
        await at("summary-client").click()
        await at("summary-rep").click()
        await expect(at("summary-client-text")).to_contain_text("expensive")
        await expect(at("summary-rep-text")).to_contain_text("The rep spoke")
        await eyes.shoot("3-ending")
    (call,) = (await server.desk.get("/calls?search=expensive"))["calls"]
    assert (call["playbook"], call["status"], call["reason"]) == ("coaching", "ended", "hung_up")


def test_E17_a_technician_is_called_from_the_page_and_followed(shown: Shown) -> None:
    shown.technician.result()


async def use_the_technicians_page(server: Server, browser: Browser) -> None:
    async with looking(browser, "technician") as eyes:
        page, at = eyes.page, eyes.page.get_by_test_id
        await page.goto(f"{server.address}/demo/twilio-technician")
        await expect(at("simulated")).to_be_visible()
        await at("language-en").click()
        await at("technician-name").fill("Paul Martin")
        await at("technician-id").fill("TECH042")
        await at("phone-number").fill(TECHNICIAN_NUMBER)
        await at("start").click()
        await expect(at("utterance").first).to_contain_text("camera", timeout=SPOKEN_MS)
        await expect(at("card").first).to_contain_text("?", timeout=SPOKEN_MS)
        await expect(at("score")).to_be_visible(timeout=SPOKEN_MS)
        await expect(at("source")).to_contain_text("Camera Recordings Not Visible - Subscription Active")
        await eyes.shoot("1-call")
        await at("hangup").click()
        await expect(at("stats-people")).to_contain_text("Paul Martin")
        await eyes.shoot("2-ending")
