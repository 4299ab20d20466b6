"""The whole product as it is served, on settings of a test: nothing in it is a fake but what its settings point to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, FormData

from kitt_rtc import app, samples
from kitt_rtc.media.files import read_sound
from kitt_rtc.media.wav import write_wav
from kitt_rtc.model.audio import RATE, SAMPLE_BYTES
from kitt_rtc.model.facts import Entry, UtteranceHeard
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.settings import Settings
from kitt_rtc.toolbox import Toolbox, open_toolbox

CLIENT = Speaker("CUSTOMER", Role.CUSTOMER)
TECHNICIAN = Speaker("TECH001", Role.TECHNICIAN, "Alex")


@dataclass
class WholeHouse:
    house: app.House
    client: ClientSession
    address: str

    async def start(self, **body: str) -> str:
        """Start a call; its id."""
        answer = await self.client.post("/calls/start", json=body)
        assert answer.status == 200, await answer.text()
        return str((await answer.json())["session_id"])

    async def upload(self, call_id: str, **sides: bytes) -> dict[str, Any]:
        """House sound by field name, as WAV through the door."""
        form = FormData()
        for name, pcm in sides.items():
            form.add_field(name, write_wav(pcm), filename=f"{name}.wav", content_type="audio/wav")
        answer = await self.client.post(f"/audio/{call_id}", data=form)
        assert answer.status == 200, await answer.text()
        told: dict[str, Any] = await answer.json()
        return told

    async def until(self, call_id: str, kind: type, count: int = 1) -> list[Entry]:
        """Wait for so many facts of a kind; the story up to there."""
        seen: list[Entry] = []
        async for entry in self.house.switchboard.find(call_id).call.journal.follow():
            seen.append(entry)
            count -= isinstance(entry.fact, kind)
            if not count:
                return seen
        raise AssertionError(f"the call ended without {kind.__name__}")

    async def engine(self, port: str) -> dict[str, Any]:
        """What /health says of this port."""
        answer = await (await self.client.get("/health")).json()
        return next(engine for engine in answer["engines"] if engine["port"] == port)

    def say(self, call_id: str, text: str, *, by: Speaker = CLIENT, language: str = "en") -> None:
        """Somebody has been heard: for what comes after hearing."""
        call = self.house.switchboard.find(call_id).call
        at = call.clock()
        call.record(UtteranceHeard(Utterance(f"utt_{call.journal.last}", by, text, language, at, at), took=0.0))


def settings(folder: Path, **given: Any) -> Settings:
    """Embedded engines that start in no time: words alone decide, and nothing is heard without a given transcriber."""
    quick = {
        "engine_transcriber": "none", "engine_voice": "none", "engine_embedder": "lexicon",
        "port": 0, "language": "en", "drain_seconds": 1.0,
    }  # fmt: skip
    return Settings.load(_env_file=None, data_folder=str(folder), **(quick | given))


@asynccontextmanager
async def open_whole_house(chosen: Settings, **replaced: Any) -> AsyncIterator[WholeHouse]:
    """The house of these settings, with these tools of its toolbox in the place of its own."""

    @asynccontextmanager
    async def engines(given: Settings) -> AsyncIterator[Toolbox]:
        async with open_toolbox(given) as toolbox:
            yield replace(toolbox, **replaced)

    async with (
        app.open_house(chosen, engines=engines) as house,
        app.listening(house) as address,
        ClientSession(address) as client,
    ):
        yield WholeHouse(house, client, address)


def spoken(seconds: float = 4.0) -> bytes:
    """Real speech: the sample technician's first words, as house sound."""
    sound = read_sound(samples.CALLS / "support" / "technician.ogg")
    begin = round(1.3 * RATE) * SAMPLE_BYTES
    return sound[begin : begin + round(seconds * RATE) * SAMPLE_BYTES]
