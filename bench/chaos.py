"""A call that everything happens to: its stream is cut, its process is killed, and it goes on (contract N1).

    python -m bench.chaos --minutes 10 --cuts 10 --kills 1

Real processes and real sound: the server is killed with SIGKILL and started again on the same folder; the telephone
network is the phone booth, in this process, so that it outlives the server as Twilio would; a browser-shaped rep joins
again by itself. The exit code says whether every target was met.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from socket import create_server
from typing import Any

from aiohttp import ClientError, ClientSession

from kitt_rtc import samples
from kitt_rtc.engines.booth_caller import CallerScript, LineFaults
from kitt_rtc.engines.phonebooth import BOOTH_NUMBER, BoothOptions, PhoneBooth
from kitt_rtc.media.files import read_sound
from kitt_rtc.model.audio import FRAME_SECONDS, seconds_of
from kitt_rtc.model.errors import BadOffer, EngineTimeout
from kitt_rtc.model.facts import CallResumed, Entry, InsightGiven, LegJoined, UtteranceHeard
from kitt_rtc.model.gaps import gaps
from kitt_rtc.transports.webrtc.caller import Caller
from kitt_rtc.wire import decode

SALES = samples.CALLS / "sales"
REP, CLIENT = "REP001", "CLIENT7"
ROLES = {REP: "rep", CLIENT: "customer"}
WINDOW_SECONDS = 60.0
_ROOT = Path(__file__).resolve().parents[1]
_READY = b"KITT RTC is at "
_START_SECONDS = 60.0
_AGAIN_SECONDS = 0.5
_TAIL_SECONDS = 3.0
"""The last stream is heard for so long, at least."""


@dataclass(frozen=True)
class Plan:
    minutes: float = 10.0
    cuts: int = 10
    kills: int = 1

    @property
    def seconds(self) -> float:
        return self.minutes * 60


@dataclass
class Outcome:
    """What came of it; every figure but the last two has the target 0."""

    sessions_lost: int
    roles_swapped: int
    insights_repeated: int
    utterances_lost: int
    facts_changed: int
    """Of those the page was told, how many stand differently in the story afterwards, or not at all."""
    gaps_unmarked: int
    utterances: int = 0
    gap_seconds: list[float] = field(default_factory=list)
    ready_seconds: list[float] = field(default_factory=list)

    @property
    def met(self) -> bool:
        return not any(value for _, value in self.targets())

    def targets(self) -> Sequence[tuple[str, int]]:
        return (
            ("sessions lost", self.sessions_lost),
            ("roles swapped", self.roles_swapped),
            (f"insights repeated within {WINDOW_SECONDS:.0f} s", self.insights_repeated),
            ("written utterances lost", self.utterances_lost),
            ("told facts changed", self.facts_changed),
            ("gaps not marked", self.gaps_unmarked),
        )


class Server:
    """The product in a process of its own, on a port and a folder that stay the same."""

    def __init__(self, folder: str, settings: Mapping[str, str]) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> float:
        """Seconds until it was ready."""
        began = time.perf_counter()
        paths = {"PYTHONPATH": str(_ROOT), "PORT": str(self.port), "PUBLIC_URL": self.address}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "kitt_rtc", "serve",
            cwd=self._folder, env=os.environ | self._settings | paths,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert self._process.stdout is not None
        async with asyncio.timeout(_START_SECONDS):
            while not (line := await self._process.stdout.readline()).startswith(_READY):
                if not line:
                    raise RuntimeError("the server did not start")
        return time.perf_counter() - began

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.communicate()

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGINT)
            await self._process.communicate()


class Rep:
    """A page that speaks, reads, and joins again whenever it is lost."""

    def __init__(self, house: ClientSession, call: Mapping[str, str], speech: bytes) -> None:
        self.told: dict[int, Entry] = {}
        """Every envelope the page was told, by its number."""
        self.joined = asyncio.Event()
        self._house = house
        self._call = call
        self._speech = speech

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._stay()
            except (ClientError, OSError, BadOffer, EngineTimeout, TimeoutError):
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _stay(self) -> None:
        after = max(self.told, default=0)
        async with Caller(after=after, remember_seconds=1.0) as caller, asyncio.TaskGroup() as group:
            await caller.call(self._offer)
            self.joined.set()
            reading = group.create_task(self._read(caller))
            talking = group.create_task(self._talk(caller))
            await caller.left()
            reading.cancel()
            talking.cancel()

    async def _offer(self, sdp: str) -> str:
        person = {"role": "rep", "speaker": {"id": REP, "name": "Anna"}}
        offer = {"session_id": self._call["session_id"], "sdp": sdp, **person}
        return str((await post(self._house, "/rtc/offer", offer, token=self._call["token"]))["sdp"])

    async def _read(self, caller: Caller) -> None:
        async for envelope in caller.envelopes():
            self.told[envelope.entry.seq] = envelope.entry

    async def _talk(self, caller: Caller) -> None:
        while True:
            await caller.play(self._speech)


async def get(house: ClientSession, path: str) -> dict[str, Any]:
    async with house.get(path) as answer:
        told: dict[str, Any] = await answer.json()
        return told


async def post(house: ClientSession, path: str, body: Mapping[str, object], *, token: str = "") -> dict[str, str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with house.post(path, json=body, headers=headers) as answer:
        told: dict[str, str] = await answer.json()
        if not answer.ok:
            raise BadOffer(f"{path} answered {answer.status}: {told}")
        return told


def free_port() -> int:
    with create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def client_of(plan: Plan) -> CallerScript:
    """Talks for as long as the call lasts, over a stream that dies at even distances."""
    speech = read_sound(SALES / "customer.ogg")
    broken = plan.cuts + plan.kills  # a stream that dies with the server has its cut for nothing
    frames = round(plan.seconds / (broken + 1) / FRAME_SECONDS)
    times = int(plan.seconds / seconds_of(speech)) + 1
    return CallerScript(speech * times, faults=LineFaults(cut_after=(frames,) * broken))


def settings_of(booth: PhoneBooth, folder: str) -> dict[str, str]:
    return {
        "LANGUAGE": "en",
        "DATA_FOLDER": folder,
        "TWILIO_ACCOUNT_SID": booth.account.sid,
        "TWILIO_AUTH_TOKEN": booth.account.token,
        "TWILIO_PHONE_NUMBER": BOOTH_NUMBER,
        "TWILIO_BASE_URL": booth.base_url,
    }


async def play(plan: Plan) -> Outcome:
    """The whole scenario."""
    with tempfile.TemporaryDirectory() as folder:
        async with PhoneBooth(BoothOptions(script=client_of(plan))) as booth:
            server = Server(folder, settings_of(booth, folder))
            try:
                ready = [await server.start()]
                async with ClientSession(server.address) as house:
                    return await _play(plan, server, house, booth, ready)
            finally:
                await server.stop()


async def _play(plan: Plan, server: Server, house: ClientSession, booth: PhoneBooth, ready: list[float]) -> Outcome:
    call = await post(house, "/calls/start", {"playbook": "coaching", "language": "en"})
    call_id = call["session_id"]
    rep = Rep(house, call, read_sound(SALES / "rep.ogg"))
    page = asyncio.create_task(rep.run())
    try:
        await rep.joined.wait()
        order = {"phone_number": "+33199000009", "role": "customer", "technician_id": CLIENT, "session_id": call_id}
        line = booth.calls[(await post(house, "/twilio/initiate-call", order))["call_sid"]]
        ends_at = time.perf_counter() + plan.seconds
        for left in range(plan.kills, 0, -1):
            await asyncio.sleep((ends_at - time.perf_counter()) / (left + 1))
            await server.kill()
            ready.append(await server.start())
        await asyncio.sleep(max(0.0, ends_at - time.perf_counter()))
        await _until(lambda: len(line.streams) > plan.cuts + plan.kills, seconds=plan.seconds)
        await asyncio.sleep(_TAIL_SECONDS)
        active = (await get(house, f"/calls/{call_id}/state"))["status"] == "active"
        await post(house, f"/calls/{call_id}/end", {})
        envelopes = [decode(json.dumps(fact)) for fact in (await get(house, f"/calls/{call_id}"))["facts"]]
    finally:
        page.cancel()
        await asyncio.wait([page])
    story = [envelope.entry for envelope in envelopes if envelope is not None]
    return outcome(plan, rep.told, story, active=active, streams=len(line.streams), ready=ready)


async def _until(happened: Callable[[], bool], *, seconds: float) -> None:
    """A stream that the killed server did not carry was not cut: its cut comes later."""
    gives_up_at = time.perf_counter() + seconds
    while not happened() and time.perf_counter() < gives_up_at:  # noqa: ASYNC110 - the booth has no bell for streams
        await asyncio.sleep(0.1)


def outcome(
    plan: Plan, told: Mapping[int, Entry], story: Sequence[Entry], *, active: bool, streams: int, ready: list[float]
) -> Outcome:
    """Every figure, from what the page was told, what the telephone saw and what is in the story at the end."""
    stands = {entry.seq: entry for entry in story}
    heard = {entry.fact.utterance.id for entry in story if isinstance(entry.fact, UtteranceHeard)}
    read = {entry.fact.utterance.id for entry in told.values() if isinstance(entry.fact, UtteranceHeard)}
    people = [entry.fact.utterance.speaker for entry in story if isinstance(entry.fact, UtteranceHeard)]
    people += [entry.fact.speaker for entry in story if isinstance(entry.fact, LegJoined) and entry.fact.speaker]
    holes = gaps(story)
    marked = [hole for hole in holes if hole.speaker is not None and hole.speaker.id == CLIENT and hole.seconds > 0]
    resumed = sum(isinstance(entry.fact, CallResumed) for entry in story)
    broken = max(streams - 1, plan.cuts + plan.kills)
    return Outcome(
        sessions_lost=int(not active),
        roles_swapped=sum(ROLES.get(person.id) != person.role.value for person in people),
        insights_repeated=repeated(story),
        utterances_lost=len(read - heard),
        facts_changed=sum(stands.get(seq) != entry for seq, entry in told.items()),
        gaps_unmarked=abs(broken - len(marked)) + abs(plan.kills - resumed),
        utterances=len(heard),
        gap_seconds=[hole.seconds for hole in holes],
        ready_seconds=ready,
    )


def repeated(story: Sequence[Entry]) -> int:
    """Pairs of cards of one subject within the window."""
    given = [entry for entry in story if isinstance(entry.fact, InsightGiven)]
    return sum(
        second.at - first.at < WINDOW_SECONDS and _subject(first) == _subject(second)
        for first, second in combinations(given, 2)
    )


def _subject(entry: Entry) -> str:
    assert isinstance(entry.fact, InsightGiven)
    return entry.fact.insight.topic or entry.fact.insight.content


def show(came: Outcome) -> None:
    for name, value in came.targets():
        print(f"{name:36s} {value:5d}   target 0{'' if value == 0 else '   MISSED'}")
    lengths = ", ".join(f"{seconds:.2f}" for seconds in came.gap_seconds)
    print(f"{'utterances written down':36s} {came.utterances:5d}")
    print(f"gaps marked, in seconds: {lengths}")
    print(f"server ready after, in seconds: {', '.join(f'{seconds:.1f}' for seconds in came.ready_seconds)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--minutes", type=float, default=10.0, help="length of the call")
    parser.add_argument("--cuts", type=int, default=10, help="how often the telephone's stream dies without a word")
    parser.add_argument("--kills", type=int, default=1, help="how often the server is killed and started again")
    chosen = parser.parse_args()
    plan = Plan(chosen.minutes, chosen.cuts, chosen.kills)
    print(f"{plan.minutes:g} minutes, {plan.cuts} cuts, {plan.kills} kill(s)", flush=True)
    came = asyncio.run(play(plan))
    show(came)
    sys.exit(not came.met)


if __name__ == "__main__":
    main()
