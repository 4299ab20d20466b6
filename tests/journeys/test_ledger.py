"""From the last sample of a sentence to the card on a real page's screen, on the real server (contract N7)."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright, expect

from kitt_rtc.calls.conductor import Conductor
from kitt_rtc.media.pace import Pace
from kitt_rtc.media.wav import write_wav
from kitt_rtc.model.audio import FRAME_BYTES
from kitt_rtc.model.facts import InsightGiven, InsightPainted, UtteranceHeard
from kitt_rtc.model.ledger import total
from kitt_rtc.model.speech import Role
from tests.fakes.leg import HandLeg
from tests.fakes.steps import ScriptedTranscriber
from tests.fakes.whole_house import WholeHouse, open_whole_house, settings, spoken
from tests.sounds.made import silence
from tests.support.eyes import ARTIFACTS, CHROMIUM, SPEAKING

pytestmark = [pytest.mark.engines, pytest.mark.browser]

WAY = (
    ["pause", "queue", "words", "news", "context", "advice", "attention", "memory"],
    ["kept", "sent", "painted"],
)
TOLERANCE = 0.005
"""Seconds by which stages may miss their total."""

NOTES_PAINTS = """() => {
  window.painted = [];
  const cards = document.querySelector("#cards");
  const note = () => requestAnimationFrame(() => requestAnimationFrame(() => window.painted.push(Date.now() / 1000)));
  new MutationObserver(note).observe(cards, { childList: true });
}"""
"""When cards were on the screen, by the wall clock: a second witness, who knows nothing of the call's clock."""


@dataclass(frozen=True)
class Shown:
    heard: dict[str, UtteranceHeard]
    given: InsightGiven
    given_at: float
    painted: InsightPainted
    painted_at: float
    """By the witness, in seconds since the call began."""
    listed: dict[str, Any]
    card: str
    stages: Sequence[str]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return asyncio.run(_show(tmp_path_factory.mktemp("ledger")))


async def _show(folder: Path) -> Shown:
    quiet = folder / "quiet.wav"
    quiet.write_bytes(write_wav(silence(60.0)))
    flags = [*SPEAKING, f"--use-file-for-fake-audio-capture={quiet}"]
    words = ScriptedTranscriber(["Honestly, this is too expensive for us."])
    async with (
        open_whole_house(settings(folder), transcriber=words) as house,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        context = await browser.new_context(permissions=["microphone"], viewport={"width": 1360, "height": 850})
        async with context:
            page = await context.new_page()
            at = page.get_by_test_id
            await page.goto(house.address)
            await at("language-en").click()
            await at("name").fill("Anna")
            await at("start").click()
            await expect(at("connection")).to_have_attribute("data-state", "connected", timeout=15_000)
            await page.evaluate(NOTES_PAINTS)
            (conductor,) = house.house.switchboard.live()
            async with _speaking(conductor, spoken(3.0)):
                card = at("card").first
                await expect(card).to_have_attribute("data-painted", "", timeout=30_000)
            await card.locator("summary").click()
            stages = [await row.get_attribute("data-stage") for row in await at("stages").locator("li").all()]
            (seen, *_) = await page.evaluate("() => window.painted")
            story = await house.until(conductor.call.id, InsightPainted)
            listed = await _listed(house, conductor.call.id)
            text = await card.inner_text()
            await page.screenshot(path=ARTIFACTS / "journey-ledger-card.png", animations="disabled")
            began = conductor.call.conversation.started_at
        await browser.close()
    heard = {entry.fact.utterance.id: entry.fact for entry in story if isinstance(entry.fact, UtteranceHeard)}
    given = next(entry for entry in story if isinstance(entry.fact, InsightGiven))
    (painted,) = (entry.fact for entry in story if isinstance(entry.fact, InsightPainted))
    return Shown(heard, given.fact, given.at, painted, seen - began, listed, text, stages)


@asynccontextmanager
async def _speaking(conductor: Conductor, words: bytes) -> AsyncIterator[None]:
    """A client says this, at the pace of speech, and is silent then."""
    leg = HandLeg(conductor.call.clock, Role.CUSTOMER)
    conductor.invite(leg)
    speaking = asyncio.create_task(_speak(leg, words + silence(20.0)))
    try:
        yield
    finally:
        speaking.cancel()
        await asyncio.wait([speaking])
        leg.leave()


async def _speak(leg: HandLeg, sound: bytes) -> None:
    pace = Pace()
    for start in range(0, len(sound), FRAME_BYTES):
        await pace.wait()
        leg.say(sound[start : start + FRAME_BYTES])


async def _listed(house: WholeHouse, call_id: str) -> dict[str, Any]:
    answer = await house.client.get(f"/calls/{call_id}/insights")
    told: dict[str, Any] = json.loads(await answer.text())
    return told


def test_N7_each_stage_from_the_sentence_to_the_screen_is_there_and_none_is_negative(shown: Shown) -> None:
    names = [stage.name for stage in shown.painted.stages]
    assert names == [*WAY[0], *WAY[1]]
    assert all(stage.seconds >= 0.0 for stage in shown.painted.stages)
    assert 0.0 <= shown.painted.uncertainty < 0.05


def test_N7_the_stages_add_up_to_the_entry_of_the_words_and_of_the_card(shown: Shown) -> None:
    cause = shown.heard[shown.given.insight.because[-1]]
    assert [stage.name for stage in cause.stages] == WAY[0][:3]
    assert total(shown.given.stages) == pytest.approx(shown.given_at - cause.utterance.end, abs=TOLERANCE)


def test_N7_the_stages_add_up_to_what_a_witness_with_another_clock_saw_on_the_screen(shown: Shown) -> None:
    cause = shown.heard[shown.given.insight.because[-1]]
    witnessed = shown.painted_at - cause.utterance.end
    frame = 0.034  # the witness looks two frames after the card, as the page does, but perhaps in other frames
    assert total(shown.painted.stages) == pytest.approx(witnessed, abs=TOLERANCE + shown.painted.uncertainty + frame)


def test_N7_the_way_is_shown_on_the_card_and_told_in_the_history(shown: Shown) -> None:
    whole = total(shown.painted.stages)
    assert f"{whole:.1f} s after the sentence" in shown.card
    assert shown.stages == [stage.name for stage in shown.painted.stages]
    (card,) = (card for card in shown.listed["insights"] if card["id"] == shown.given.insight.id)
    assert [stage["name"] for stage in card["stages"]] == shown.stages
    assert card["painted_seconds"] == pytest.approx(whole, abs=0.001)
    way = {row["stage"]: row for row in shown.listed["ledger"]}
    assert way["to_screen"]["count"] == 1
    assert way["to_screen"]["p50"] == way["to_screen"]["p99"] == pytest.approx(whole, abs=0.001)
