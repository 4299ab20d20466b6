"""Somebody at a real browser: sees the page, hears it, and notes what it complains about.

Screenshots are kept in KITT_ARTIFACTS, or in ./artifacts.
"""

import base64
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page

from kitt_rtc.media.files import read_sound
from tests.support.server import ROOT

CHROMIUM = "/usr/bin/chromium"
ARTIFACTS = Path(os.environ.get("KITT_ARTIFACTS") or ROOT / "artifacts")  # made by the first screenshot
SPEAKING = (
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-sandbox",
)
"""Flags of a browser with a microphone; what it says is one more: `--use-file-for-fake-audio-capture`."""

_TAPE = """() => {
  const tape = new MediaRecorder(document.querySelector("#others").srcObject, {audioBitsPerSecond: 64000});
  const pieces = [];
  tape.ondataavailable = ({ data }) => pieces.push(data);
  tape.start(1000);
  window.heard = () => new Promise((resolve) => {
    tape.onstop = () => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result.split(",")[1]);
      reader.readAsDataURL(new Blob(pieces, { type: tape.mimeType }));
    };
    tape.stop();
  });
}"""


class Eyes:
    """A page, and what it complained about."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._name = name
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda told: self.complaints.append(told.text) if told.type == "error" else None)

    async def shoot(self, moment: str) -> None:
        await self.page.screenshot(path=ARTIFACTS / f"journey-{self._name}-{moment}.png", animations="disabled")

    async def tape(self) -> None:
        """From now on what the page plays is kept."""
        await self.page.evaluate(_TAPE)

    async def heard(self, folder: Path) -> bytes:
        """What it has played since, as house sound."""
        path = folder / f"{self._name}.webm"
        path.write_bytes(base64.b64decode(await self.page.evaluate("() => window.heard()")))
        return read_sound(path)


@asynccontextmanager
async def looking(browser: Browser, name: str) -> AsyncIterator[Eyes]:
    """A page that may not complain: an error on its console fails the test."""
    context = await browser.new_context(permissions=["microphone"], viewport={"width": 1360, "height": 850})
    eyes = Eyes(await context.new_page(), name)
    try:
        yield eyes
    finally:
        await eyes.shoot("last")
        await context.close()
    assert eyes.complaints == []
