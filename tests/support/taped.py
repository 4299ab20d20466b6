"""A call that is taped: a client on the telephone whose words a server writes down, coached by that server's model."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kitt_rtc import samples
from kitt_rtc.engines.booth_call import Pace
from kitt_rtc.engines.booth_caller import CallerScript
from kitt_rtc.engines.phonebooth import BoothOptions, PhoneBooth
from kitt_rtc.media.files import read_sound
from kitt_rtc.model.audio import RATE, SAMPLE_BYTES
from kitt_rtc.model.facts import Entry
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.whole_house import open_whole_house, settings
from tests.support.coach import SALE, TIP

SECRET = "a-secret-of-the-network"
CALL = "taped"
SAID = [
    "Good morning, this is Mister Miller.",
    "Honestly, your offer is too expensive for us.",
    "We are also talking to a competitor.",
]


@dataclass(frozen=True)
class TapedCall:
    folder: Path
    """Of the tape."""
    story: tuple[Entry, ...]
    """As the store has it."""
    health: dict[str, Any]
    """What was told of the tape while it was made."""
    warnings: list[str]
    """What the page was told before anybody spoke."""


async def taped_call(folder: Path, prepare: Callable[[OpenAIServer], None] = lambda server: None) -> TapedCall:
    """Half a minute of real speech through the telephone's door, at ten times the pace of life."""
    sound = read_sound(samples.CALLS / "sales" / "customer.ogg")
    speech = sound[12 * RATE * SAMPLE_BYTES : 45 * RATE * SAMPLE_BYTES]
    async with OpenAIServer() as server:
        server.transcripts = [*SAID, ""]
        server.answer("SaleForm", SALE)
        server.answer("TipForm", TIP)
        server.answer("SameForm", {"same": False, "reason": "another matter"})
        prepare(server)
        chosen = settings(
            folder, kitt_tape=True, engine_transcriber="openai", openai_base_url=server.base_url, openai_api_key="sk-t",
            engine_embedder="lexicon", twilio_auth_token=SECRET, min_insight_interval=0, incoming_playbook="coaching",
        )  # fmt: skip
        options = BoothOptions(auth_token=SECRET, pace=Pace(tick_seconds=0.002, ring_seconds=0.01))
        async with open_whole_house(chosen) as house, PhoneBooth(options) as booth:
            answer = await house.client.post("/calls/start", json={"session_id": CALL, "playbook": "coaching"})
            warnings = (await answer.json())["warnings"]
            script = CallerScript(speech, hang_up_when_done=True)
            line = booth.call_in(f"{house.address}/twilio/voice?session_id={CALL}", script)
            await line.over.wait()
            await house.client.post(f"/calls/{CALL}/end")
            story = tuple(await house.house.switchboard.story(CALL))
            return TapedCall(folder / "tapes" / CALL, story, await house.engine("tape"), warnings)
