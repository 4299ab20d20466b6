"""From the last sample of a sentence to the card on a screen, stage by stage (N7): `python -m evals.coach ledger`.

A whole house with its embedded engines and rules, in this process. A client says one sentence at the pace of speech,
in a call of its own each time; a real page in a real browser shows the card and says when it did. Where there is no
browser, and in the quick part, a follower of the events socket says when the card had come, and nothing is painted.
"""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from evals.figure import Figure, quantile
from kitt_rtc import samples
from kitt_rtc.calls.conductor import Conductor
from kitt_rtc.media.files import read_sound
from kitt_rtc.media.mix import loudness
from kitt_rtc.media.pace import Pace
from kitt_rtc.media.wav import write_wav
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, RATE, SAMPLE_BYTES
from kitt_rtc.model.facts import Entry, InsightGiven, InsightPainted, UtteranceHeard
from kitt_rtc.model.ledger import Stage, total
from kitt_rtc.model.speech import Role
from tests.fakes.leg import HandLeg
from tests.fakes.whole_house import WholeHouse, open_whole_house, settings
from tests.sounds.made import silence
from tests.support.eyes import SPEAKING

TOLERANCE_MS = 5.0
_SENTENCE = (20.7, 26.2)
"""Where the sample client says "But honestly, your offer is too expensive for us.", in seconds of their sound."""
_LOUD = 0.003
"""RMS of a frame with voice in it, in parts of full scale; the sample is silent between its words."""
_WAIT_SECONDS = 30.0
_NOTES_PAINTS = """() => {
  window.painted = [];
  const note = () => requestAnimationFrame(() => requestAnimationFrame(() => window.painted.push(Date.now() / 1000)));
  new MutationObserver(note).observe(document.querySelector("#cards"), { childList: true });
}"""
"""A witness who knows nothing of the call's clock: when cards were on the screen, by the wall clock."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One sentence's way."""

    stages: Sequence[Stage]
    off: float
    """Seconds by which the stages to the card miss the card's own place in the story."""
    origin: float
    """Seconds from the last loud frame to where the story says that the sentence ended."""
    witnessed: float | None
    """Seconds by which the whole way misses what a witness saw; None without one."""


async def figures(quick: bool = False) -> Sequence[Figure]:
    browser = None if quick else shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder:
        walks = await _walks(Path(folder), trials=2 if quick else 8, browser=browser)
    way = f"{len(walks)} calls, embedded engines, {'a real page' if browser else 'no page'}"
    names = list(dict.fromkeys(stage.name for walk in walks for stage in walk.stages))
    rows = [_row(f"ledger: {name}", _lengths(walks, name), way) for name in names]
    whole = [1_000 * total(walk.stages) for walk in walks]
    least = min(1_000 * stage.seconds for walk in walks for stage in walk.stages)
    worst = max(1_000 * abs(walk.off) for walk in walks)
    seen = [1_000 * abs(walk.witnessed) for walk in walks if walk.witnessed is not None]
    return [
        *rows,
        _row("ledger: from the sentence to the screen", whole, way),
        Figure(
            "ledger: stages miss the card's time by at most",
            worst,
            "ms",
            TOLERANCE_MS,
        ),
        Figure("ledger: least stage", least, "ms", 0.0, at_least=True, note="none is negative"),
        _witness(seen),
        Figure(
            "ledger: sentence ends later than its last loud frame",
            quantile((1_000 * walk.origin for walk in walks), 0.5),
            "ms",
            note="p50; 100 ms of lead-out belong to the sentence",
        ),
    ]


def _witness(seen: Sequence[float]) -> Figure:
    measure = "ledger: page's word against a witness with the wall clock"
    if not seen:
        return Figure(measure, None, "ms", note="needs chromium, and not --quick")
    return Figure(measure, quantile(seen, 0.5), "ms", note=f"p50, worst {max(seen):.1f} ms; frames are 17 ms")


def _row(measure: str, lengths: Sequence[float], way: str) -> Figure:
    p50, p95, p99 = (quantile(lengths, share) for share in (0.5, 0.95, 0.99))
    return Figure(measure, p50, "ms", note=f"p50; p95 {p95:.1f}, p99 {p99:.1f}; {way}")


def _lengths(walks: Sequence[Walk], name: str) -> Sequence[float]:
    return [1_000 * stage.seconds for walk in walks for stage in walk.stages if stage.name == name]


async def _walks(folder: Path, *, trials: int, browser: str | None) -> list[Walk]:
    chosen = settings(folder, engine_transcriber="auto")
    async with open_whole_house(chosen) as house:
        if browser is None:
            return [await _followed(house) for _ in range(trials)]
        return [walk async for walk in _seen(house, folder, trials, browser)]


async def _followed(house: WholeHouse) -> Walk:
    """A call whose cards are followed by a program."""
    call_id = await house.start(playbook="coaching", language="en")
    conductor = house.house.switchboard.find(call_id)
    async with house.client.ws_connect(f"/calls/{call_id}/events") as follower, _client(conductor) as began:
        async with asyncio.timeout(_WAIT_SECONDS):
            async for message in follower:
                told = json.loads(message.data)
                if told.get("type") == "insight_given":
                    now = conductor.call.clock()
                    painted = {"insight_id": told["data"]["insight"]["id"], "arrived": now, "at": now}
                    await follower.send_json({"type": "painted", "uncertainty": 0.0, **painted})
                if told.get("type") == "insight_painted":
                    break
        walk = _walk(conductor.call.journal.entries(), await began, None)
    await house.house.switchboard.end(call_id)
    return walk


async def _seen(house: WholeHouse, folder: Path, trials: int, browser: str) -> AsyncIterator[Walk]:
    """Calls from a real page, one after the other."""
    from playwright.async_api import async_playwright  # noqa: PLC0415  # of the development extra

    quiet = folder / "quiet.wav"
    quiet.write_bytes(write_wav(silence(60.0)))
    flags = [*SPEAKING, f"--use-file-for-fake-audio-capture={quiet}"]
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=flags)
        page = await (await chromium.new_context(permissions=["microphone"])).new_page()
        await page.goto(house.address)
        await page.get_by_test_id("language-en").click()
        for _ in range(trials):
            await page.get_by_test_id("start").click()
            await page.locator("[data-testid=connection][data-state=connected]").wait_for()
            await page.evaluate(_NOTES_PAINTS)
            (conductor,) = house.house.switchboard.live()
            async with _client(conductor) as began:
                await page.locator("[data-testid=card][data-painted]").first.wait_for(timeout=1_000 * _WAIT_SECONDS)
                seen_at = (await page.evaluate("() => window.painted"))[0] - conductor.call.conversation.started_at
                yield _walk(conductor.call.journal.entries(), await began, seen_at)
            await page.get_by_test_id("hangup").click()
            await page.get_by_test_id("new-call").click()
        await chromium.close()


def _walk(story: Sequence[Entry], began: float, seen_at: float | None) -> Walk:
    given = next(entry for entry in story if isinstance(entry.fact, InsightGiven))
    painted = next(entry.fact for entry in story if isinstance(entry.fact, InsightPainted))
    assert isinstance(given.fact, InsightGiven)
    because = given.fact.insight.because
    heard = (entry.fact.utterance for entry in story if isinstance(entry.fact, UtteranceHeard))
    end = max(utterance.end for utterance in heard if utterance.id in because)
    return Walk(
        stages=painted.stages,
        off=total(given.fact.stages) - (given.at - end),
        origin=end - (began + _last_loud(_sentence())),
        witnessed=None if seen_at is None else total(painted.stages) - (seen_at - end),
    )


@asynccontextmanager
async def _client(conductor: Conductor) -> AsyncIterator["asyncio.Future[float]"]:
    """Says the sentence at the pace of speech and is silent then; when it began, by the call's clock."""
    leg = HandLeg(conductor.call.clock, Role.CUSTOMER)
    conductor.invite(leg)
    began: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    speaking = asyncio.create_task(_speak(leg, _sentence() + silence(_WAIT_SECONDS), began, conductor))
    try:
        yield began
    finally:
        speaking.cancel()
        await asyncio.wait([speaking])
        leg.leave()


async def _speak(leg: HandLeg, sound: bytes, began: "asyncio.Future[float]", conductor: Conductor) -> None:
    pace = Pace()
    await pace.wait()
    began.set_result(conductor.call.clock())
    for start in range(0, len(sound), FRAME_BYTES):
        leg.say(sound[start : start + FRAME_BYTES])
        await pace.wait()


def _sentence() -> bytes:
    sound = read_sound(samples.CALLS / "sales" / "customer.ogg")
    start, end = (round(at * RATE) * SAMPLE_BYTES for at in _SENTENCE)
    return sound[start:end]


def _last_loud(sound: bytes) -> float:
    frames = range(0, len(sound), FRAME_BYTES)
    loud = [start for start in frames if loudness(sound[start : start + FRAME_BYTES]) >= _LOUD]
    return loud[-1] / FRAME_BYTES * FRAME_SECONDS + FRAME_SECONDS
