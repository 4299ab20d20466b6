"""How soon a spoken reply falls silent when a technician begins to speak: `python -m bench.barge_in`.

Every voice of the samples, and short words by espeak in both languages, break into a reply over the phone booth. Measured
at the telephone: from the first loud frame that leaves it to the `clear` that comes. Coughs must interrupt nothing.
"""

import asyncio
import json
import statistics
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from aiohttp import ClientSession

from kitt_rtc import logbook, samples
from kitt_rtc.app import House, listening, open_house
from kitt_rtc.engines.booth_call import BoothCall
from kitt_rtc.engines.booth_caller import CallerScript, Turn
from kitt_rtc.engines.espeak import EspeakSynthesizer
from kitt_rtc.engines.phonebooth import BOOTH_NUMBER, BoothOptions, PhoneBooth
from kitt_rtc.media.files import read_sound
from kitt_rtc.media.mix import loudness
from kitt_rtc.model.audio import FRAME_BYTES, RATE, SAMPLE_BYTES
from kitt_rtc.model.facts import ReplySpoken
from kitt_rtc.ports import Transcription
from kitt_rtc.settings import Settings
from kitt_rtc.toolbox import Toolbox, open_toolbox

AT_ONCE = 4
TARGET_SECONDS = 0.2
WORDS = {
    "en": ("Stop.", "Wait.", "No.", "Yes, I see it.", "Hold on, please.", "Sorry, what was that?"),
    "fr": ("Stop.", "Attendez.", "Non.", "Oui, je vois.", "Une seconde.", "Pardon, vous disiez ?"),
}
COUGHS = (0.04, 0.06, 0.08)
COMPLAINT = "My camera does not work."


@dataclass(frozen=True, slots=True)
class Ear:
    """A transcriber to which everything is the same complaint. Fits `ports.Transcriber`."""

    languages = None

    async def transcribe(self, pcm: bytes, *, language: str, hint: str) -> Transcription:
        return Transcription(COMPLAINT, language)


async def voices() -> dict[str, bytes]:
    """What breaks in, each from its first loud frame on."""
    found: dict[str, bytes] = {}
    for name in ("support/technician", "sales/rep", "sales/customer"):
        call, _, leg = name.partition("/")
        sound = read_sound(samples.CALLS / call / f"{leg}.ogg")
        for turn in json.loads((samples.CALLS / call / "timeline.json").read_text("utf-8")):
            if turn["leg"] == leg:
                begin, end = (round(turn[at] * RATE) * SAMPLE_BYTES for at in ("start", "end"))
                found[f"{leg}: {turn['text'][:24]}"] = _from_first_sound(sound[max(0, begin - FRAME_BYTES) : end])
    for language, texts in WORDS.items():
        for text in texts:
            blocks = [block async for block in EspeakSynthesizer().speak(text, language=language)]
            found[f"espeak {language}: {text}"] = _from_first_sound(b"".join(blocks))
    return found


def _from_first_sound(pcm: bytes) -> bytes:
    at = next(at for at in range(0, len(pcm), FRAME_BYTES) if loudness(pcm[at : at + FRAME_BYTES]) >= 0.01)
    return pcm[at:]


@asynccontextmanager
async def house_and_booth(scripts: Mapping[str, CallerScript]) -> AsyncIterator[tuple[House, ClientSession, PhoneBooth]]:
    @asynccontextmanager
    async def engines(chosen: Settings) -> AsyncIterator[Toolbox]:
        async with open_toolbox(chosen) as toolbox:
            yield replace(toolbox, transcriber=Ear())

    with tempfile.TemporaryDirectory(prefix="kitt-bench-") as folder:
        async with PhoneBooth(BoothOptions(scripts=scripts)) as booth:
            settings = Settings.load(
                _env_file=None, host="127.0.0.1", port=0, data_folder=folder, language="en", log_level="ERROR",
                engine_transcriber="none", engine_model="none", spoken_dialogue=True, dials_per_minute=100,
                twilio_account_sid=booth.account.sid, twilio_auth_token=booth.account.token,
                twilio_phone_number=BOOTH_NUMBER, twilio_base_url=booth.base_url, public_url="http://127.0.0.1",
            )  # fmt: skip
            async with open_house(settings, engines=engines) as house, listening(house) as address:
                async with ClientSession(address) as client:
                    yield house, client, booth


def main() -> None:
    logbook.configure(level="ERROR")


if __name__ == "__main__":
    main()
