"""How soon a spoken reply falls silent when a technician begins to speak: `python -m bench.barge_in`.

Every voice of the samples, and short words by espeak in both languages, break into a reply over the phone booth.
Measured at the telephone: from the first loud frame that leaves it to the `clear` that comes. Coughs must interrupt
nothing.
"""

import asyncio
import gc
import json
import socket
import statistics
import tempfile
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from kitt_rtc import logbook, samples
from kitt_rtc.app import House, listening, open_house
from kitt_rtc.calls.switchboard import CallOrder
from kitt_rtc.engines.booth_caller import CallerScript, Turn
from kitt_rtc.engines.espeak import EspeakSynthesizer
from kitt_rtc.engines.phonebooth import BOOTH_NUMBER, PhoneBooth
from kitt_rtc.media.files import read_sound
from kitt_rtc.media.mix import loudness
from kitt_rtc.model.audio import FRAME_BYTES, RATE, SAMPLE_BYTES
from kitt_rtc.model.facts import ReplySpoken
from kitt_rtc.ports import Transcription
from kitt_rtc.settings import Settings
from kitt_rtc.toolbox import Toolbox, open_toolbox

AT_ONCE = 4
PATIENCE_SECONDS = 60.0
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

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
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


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody breaks in, or coughs."""

    name: str
    seconds: float | None
    """From the first sound to the `clear`; None: nothing was interrupted."""
    heard: float
    """Of the reply, in seconds, as the house counted it."""


@asynccontextmanager
async def rooms() -> AsyncIterator[tuple[House, str, PhoneBooth]]:
    """The whole house, where it listens, and the network that rings it."""

    @asynccontextmanager
    async def engines(chosen: Settings) -> AsyncIterator[Toolbox]:
        async with open_toolbox(chosen) as toolbox:
            yield replace(toolbox, transcriber=Ear())

    with tempfile.TemporaryDirectory(prefix="kitt-bench-") as folder:
        async with PhoneBooth() as booth:
            port = _free_port()
            settings = Settings.load(
                _env_file=None, host="127.0.0.1", port=port, data_folder=folder, language="en", log_level="ERROR",
                engine_transcriber="none", engine_model="none", engine_voice="espeak", spoken_dialogue=True,
                twilio_account_sid=booth.account.sid, twilio_auth_token=booth.account.token,
                twilio_phone_number=BOOTH_NUMBER, twilio_base_url=booth.base_url,
                public_url=f"http://127.0.0.1:{port}",
            )  # fmt: skip
            async with open_house(settings, engines=engines) as house, listening(house) as address:
                yield house, address, booth


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


async def attempt(house: House, address: str, booth: PhoneBooth, name: str, voice: bytes) -> Attempt:
    """Ring in, complain, be asked, and break in once a second of the question was heard."""
    call = (await house.switchboard.start(CallOrder(playbook="support", language="en"))).call
    complaint = read_sound(samples.CALLS / "support" / "technician.ogg")[RATE * SAMPLE_BYTES : 4 * RATE * SAMPLE_BYTES]
    script = CallerScript(complaint, turns=(Turn(voice, heard=1.0, quiet=0.0),))
    line = booth.call_in(f"{address}/twilio/voice?session_id={call.id}", script)
    reply = await anext(entry.fact async for entry in call.journal.follow() if isinstance(entry.fact, ReplySpoken))
    caller = line.caller
    while reply.outcome == "interrupted" and not caller.cleared_at:  # noqa: ASYNC110 (a telephone has no bell)
        await asyncio.sleep(0.01)
    await house.switchboard.end(call.id)
    await line.over.wait()
    seconds = caller.cleared_at[0] - caller.spoke_at[0] if caller.cleared_at else None
    return Attempt(name, seconds, reply.heard)


async def all_attempts() -> Sequence[Attempt]:
    known = await voices()
    long = next(voice for name, voice in known.items() if name.startswith("rep"))
    known |= {f"cough of {1_000 * seconds:.0f} ms": long[: round(seconds * RATE) * SAMPLE_BYTES] for seconds in COUGHS}
    room = asyncio.Semaphore(AT_ONCE)
    async with rooms() as (house, address, booth):
        await house.filled.wait()
        gc.freeze()  # as `serve` does

        async def one(name: str, voice: bytes) -> Attempt:
            async with room, asyncio.timeout(PATIENCE_SECONDS):
                made = await attempt(house, address, booth, name, voice)
            told = "not interrupted" if made.seconds is None else f"{1_000 * made.seconds:4.0f} ms"
            print(f"{told:>16}  {made.heard:4.1f} s heard  {name}", flush=True)
            return made

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(name, voice)) for name, voice in known.items()]
        return [task.result() for task in tasks]


def main() -> None:
    logbook.configure(level="ERROR")
    attempts = asyncio.run(all_attempts())
    broke_in = sorted(one.seconds for one in attempts if one.seconds is not None and "cough" not in one.name)
    voices_in_all = sum("cough" not in one.name for one in attempts)
    false = sum(one.seconds is not None for one in attempts if "cough" in one.name)
    middle, most = statistics.median(broke_in), broke_in[-1]
    p95 = broke_in[min(len(broke_in) - 1, round(0.95 * len(broke_in)))]
    print(f"{len(broke_in)} of {voices_in_all} voices broke in; {false} of {len(COUGHS)} coughs did")
    print(f"p50 {1_000 * middle:.0f} ms, p95 {1_000 * p95:.0f} ms, most {1_000 * most:.0f} ms (wanted: at most 200 ms)")


if __name__ == "__main__":
    main()
