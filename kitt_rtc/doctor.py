"""What works here and what does not, and what to do about it: `kitt-rtc doctor`.

Each check ends in one of the four classic troubles (contract X06): the socket cannot connect, chopped audio, no
transcript, always questions; or in a plain sentence of its own.
"""

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from kitt_rtc import samples
from kitt_rtc.engines.whisper import ENGLISH_ONLY
from kitt_rtc.media.files import read_sound
from kitt_rtc.model.audio import RATE, SAMPLE_BYTES, seconds_of
from kitt_rtc.model.errors import EngineError, KittError
from kitt_rtc.ports import Readiness, Standing
from kitt_rtc.settings import Settings
from kitt_rtc.toolbox import LANGUAGES, Toolbox, open_toolbox

_SAMPLE_SECONDS = 3.0
_REACH_SECONDS = 8.0


class Mark(StrEnum):
    FINE = "ok"
    LIMITED = "limited"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check."""

    mark: Mark
    what: str
    remedy: str = ""
    trouble: str = ""
    """Which of the four classic troubles it leads to."""

    def __str__(self) -> str:
        leads = f"  [leads to: {self.trouble}]" if self.trouble and self.mark is not Mark.FINE else ""
        remedy = f"\n           → {self.remedy}" if self.remedy else ""
        return f"{self.mark.value:>8}  {self.what}{leads}{remedy}"


SOCKET, CHOPPED, SILENT, QUESTIONS = (
    "the socket cannot connect",
    "chopped audio",
    "no transcript",
    "always questions",
)


async def examine(settings: Settings) -> int:
    """Print every finding; 0 when nothing is wrong."""
    findings: list[Finding] = []

    def tell(found: Sequence[Finding]) -> None:
        for finding in found:
            findings.append(finding)
            print(finding, flush=True)

    tell(_machine())
    tell(await _running(settings))
    tell(await _public(settings))
    with tempfile.TemporaryDirectory(prefix="kitt-doctor-") as folder:
        # The engines are tried in a folder of their own: a server that runs keeps its files to itself.
        alone = settings.model_copy(update={"data_folder": folder, "database_path": ""})
        try:
            async with open_toolbox(alone) as toolbox:
                tell([_standing(standing) for standing in toolbox.standings])
                tell(_languages(toolbox))
                tell(await _written_down(toolbox))
        except KittError as error:
            tell([Finding(Mark.WRONG, error.message)])
    tell(_browsers(settings))
    wrong = sum(finding.mark is Mark.WRONG for finding in findings)
    print(f"\n{'Nothing is wrong.' if not wrong else f'{wrong} thing(s) to put right.'}")
    return 1 if wrong else 0


def _machine() -> list[Finding]:
    # Those this process may use: a container is often given fewer than the machine has.
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores < 2:
        return [Finding(Mark.LIMITED, "one processor core", "lower MAX_CALLS, or use a hosted transcriber", CHOPPED)]
    return [Finding(Mark.FINE, f"{cores} processor cores")]


async def _running(settings: Settings) -> list[Finding]:
    """Is a server running at the address of the settings, and how does it stand?"""
    address = f"http://{settings.address.replace('0.0.0.0', '127.0.0.1')}:{settings.port}"
    health = await _health(address)
    if health is None:
        return [Finding(Mark.FINE, f"no server runs at {address} at the moment")]
    if isinstance(health, str):
        remedy = f"something else answers at {address} ({health}): set PORT"
        return [Finding(Mark.WRONG, "the address is taken", remedy, SOCKET)]
    found = [Finding(Mark.FINE, f"a server runs at {address}: {health['status']}, {health['live_calls']} live call(s)")]
    for engine in health["engines"]:
        if engine["port"] == "knowledge" and engine["limits"]:
            mark = Mark.LIMITED if engine["readiness"] == Readiness.READY else Mark.WRONG
            found.append(Finding(mark, "its knowledge base", engine["limits"], QUESTIONS))
    return found


async def _public(settings: Settings) -> list[Finding]:
    """Does the world reach this server under the address that Twilio is told?"""
    if not settings.telephone_is_real:
        return []
    if not settings.public_base:
        remedy = "set TWILIO_WEBSOCKET_URL (or PUBLIC_URL) to the https address of your tunnel or proxy"
        return [Finding(Mark.WRONG, "Twilio has no address to reach this server", remedy, SOCKET)]
    health = await _health(settings.public_base)
    if isinstance(health, dict):
        return [Finding(Mark.FINE, f"{settings.public_base} leads here")]
    why = health or "no answer"
    remedy = f"start the server and the tunnel, and compare the address ({why})"
    return [Finding(Mark.WRONG, f"{settings.public_base} does not lead to a KITT RTC server", remedy, SOCKET)]


async def _health(address: str) -> dict[str, Any] | str | None:
    """What /health says; a reason when something else answers; None when nobody does."""
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=_REACH_SECONDS)) as client,
            client.get(f"{address}/health") as answer,
        ):
            told = await answer.json()
            return told if isinstance(told, dict) and "engines" in told else f"HTTP {answer.status}"
    except (ClientError, TimeoutError, OSError):
        return None
    except ValueError:
        return "not JSON"


def _standing(standing: Standing) -> Finding:
    mark = Mark.FINE if standing.readiness is Readiness.READY else Mark.LIMITED
    needed = standing.port in {"transcriber", "detector", "store"}
    if standing.readiness is Readiness.ABSENT and (needed or standing.port == "telephone"):
        mark = Mark.WRONG
    trouble = {"transcriber": SILENT, "telephone": SOCKET}.get(standing.port, "") if mark is Mark.WRONG else ""
    return Finding(mark, f"{standing.port}: {standing.engine}", standing.limits, trouble)


def _languages(toolbox: Toolbox) -> list[Finding]:
    heard = toolbox.transcriber.languages if toolbox.transcriber else frozenset()
    deaf = [language for language in LANGUAGES if heard is not None and language not in heard]
    if not deaf:
        return [Finding(Mark.FINE, "French and English are heard")]
    standing = next(standing for standing in toolbox.standings if standing.port == "transcriber")
    english_only = ENGLISH_ONLY in standing.limits
    remedy = ENGLISH_ONLY if english_only else "set OPENAI_API_KEY, OPENAI_BASE_URL or WHISPER_FOLDER"
    return [Finding(Mark.LIMITED, f"calls in {' and '.join(deaf)} are not written down", remedy, SILENT)]


async def _written_down(toolbox: Toolbox) -> list[Finding]:
    """Real speech through the real transcriber: does it come out, and fast enough?"""
    if toolbox.transcriber is None:
        return []
    sound = read_sound(samples.CALLS / "support" / "technician.ogg")
    piece = sound[round(1.3 * RATE) * SAMPLE_BYTES : round((1.3 + _SAMPLE_SECONDS) * RATE) * SAMPLE_BYTES]
    began = time.monotonic()
    try:
        transcription = await toolbox.transcriber.transcribe(piece, language="en", hint="")
    except EngineError as error:
        return [Finding(Mark.WRONG, "the transcriber does not answer", error.message, SILENT)]
    took = time.monotonic() - began
    if stand_in := toolbox.stand_in("en"):
        remedy = f"{stand_in} writes in its place: look at the engine's address, key and log"
        return [Finding(Mark.WRONG, "the transcriber does not answer", remedy, SILENT)]
    if "camera" not in transcription.text.lower():
        remedy = "the sample sentence did not come out: look at ENGINE_TRANSCRIBER and its weights"
        return [Finding(Mark.WRONG, "the transcriber writes something else than was said", remedy, SILENT)]
    mark = Mark.FINE if took < seconds_of(piece) / 2 else Mark.LIMITED
    remedy = "" if mark is Mark.FINE else "words will come late: lower MAX_CALLS, or use a hosted transcriber"
    return [Finding(mark, f"a sentence of {_SAMPLE_SECONDS:.0f} s is written down in {took:.2f} s", remedy, CHOPPED)]


def _browsers(settings: Settings) -> list[Finding]:
    if settings.address == "127.0.0.1" or settings.ice_servers:
        return [
            Finding(Mark.FINE, "browsers on this machine need no relay" if not settings.ice_servers else "relay named")
        ]
    remedy = "name a TURN server in ICE_SERVERS for people behind strict firewalls"
    return [Finding(Mark.LIMITED, "no relay for browsers elsewhere", remedy, SOCKET)]
