"""Two spoken calls through the real doors, with no account, key or server: `kitt-rtc demo`.

A house is opened on a free port of this machine with the embedded engines. The rep comes in as a browser-shaped WebRTC
peer, the others are rung by the simulated telephone over real sockets; the sound is played in real time. What had to
be heard and advised is then looked for, and the exit code says whether it was there.
"""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import yaml
from aiohttp import ClientSession

from kitt_rtc import samples
from kitt_rtc.app import listening, open_house
from kitt_rtc.media.files import read_sound
from kitt_rtc.model.audio import seconds_of
from kitt_rtc.model.facts import (
    CallEnded,
    ContextRead,
    Entry,
    InsightGiven,
    InsightWithheld,
    LegJoined,
    PhoneStatusChanged,
    UtteranceHeard,
)
from kitt_rtc.model.insight import InsightType
from kitt_rtc.model.speech import Role
from kitt_rtc.settings import Settings
from kitt_rtc.toolbox import CLIENT_NUMBER
from kitt_rtc.transports.webrtc.caller import Caller
from kitt_rtc.wire import decode

TECHNICIAN_NUMBER = "+33199000001"
_PATIENCE_SECONDS = 20.0
"""Beyond the length of the sound: for ringing, and for the last card."""


def embedded(data_folder: str) -> Settings:
    """Settings of a house that needs nothing: what the environment says of accounts and keys is left out."""
    return Settings.load(
        _env_file=None, host="127.0.0.1", port=0, data_folder=data_folder, database_path="", language="en",
        kitt_api_key="", public_url="", twilio_account_sid="", twilio_auth_token="", twilio_phone_number="",
        twilio_websocket_url="", twilio_api_key_sid="", twilio_api_key_secret="", phonebooth_sound="", 
        openai_api_key="",
        openai_base_url="", engine_transcriber="moonshine", engine_model="none", engine_embedder="auto",
        engine_voice="none", qdrant_url="", dials_per_minute=100,
    )  # fmt: skip


@dataclass(slots=True)
class Outcome:
    """What one call brought."""

    words: dict[str, str] = field(default_factory=dict)
    """What was heard, by role."""
    cards: list[InsightGiven] = field(default_factory=list)
    word_delays: list[float] = field(default_factory=list)
    """Seconds from the end of a sentence to its words."""
    card_delays: list[float] = field(default_factory=list)
    """Seconds from the end of the sentence that caused a card to the card."""

    def missing(self, expected: Mapping[str, Any]) -> list[str]:
        """What had to appear and did not."""
        lost = [
            f"the word “{word}” from the {role}"
            for role, words in expected["words"].items()
            for word in words
            if word not in self.words.get(role, "").lower()
        ]
        topics = [card.insight.topic for card in self.cards] + [card.insight.type.value for card in self.cards]
        lost += [f"a card about {card}" for card in expected["cards"] if not any(t.startswith(card) for t in topics)]
        article = expected.get("article")
        titles = [passage.title for card in self.cards for passage in card.insight.passages[:1]]
        if article and article not in titles:
            lost.append(f"the article “{article}”")
        return lost


async def demo(calls: Sequence[str]) -> int:
    """Play these sample calls; 0 when all that had to appear did."""
    print("KITT RTC: two spoken calls through the real doors, with no account, key or server.\n")
    failures = 0
    with tempfile.TemporaryDirectory(prefix="kitt-demo-") as folder:
        async with open_house(embedded(folder)) as house, listening(house) as address, ClientSession(address) as client:
            await house.filled.wait()
            for standing in house.standings():
                print(f"  {standing.port:<12}{standing.engine}{': ' if standing.limits else ''}{standing.limits}")
            for name in calls:
                failures += await _play(client, samples.CALLS / name)
    print("The pages: `make run`, then http://127.0.0.1:8000" if not failures else "The demo found something missing.")
    return 1 if failures else 0


async def _play(client: ClientSession, folder: Path) -> int:
    """One call from its first ring to its summaries; how many things were missing."""
    script = yaml.safe_load((folder / "call.yaml").read_text("utf-8"))
    print(f"\n── {folder.name}: {script['playbook']}, {len(script['legs'])} voice(s) ".ljust(100, "─"))
    started = await _post(client, "/calls/start", {"playbook": script["playbook"], "language": script["language"]})
    call_id = started["session_id"]
    outcome = Outcome()
    length = max(seconds_of(read_sound(folder / leg["file"])) for leg in script["legs"].values())
    async with asyncio.timeout(length + _PATIENCE_SECONDS), asyncio.TaskGroup() as group:
        everyone = asyncio.Event()
        watching = group.create_task(_watch(client, call_id, outcome, len(script["legs"]), everyone))
        talking = [
            group.create_task(_rep(client, call_id, leg, folder, everyone))
            for leg in script["legs"].values()
            if leg["transport"] == "webrtc"
        ]
        await _ring(client, call_id, script["legs"])
        await everyone.wait()
        await asyncio.sleep(length + 2.0)
        for task in talking:
            task.cancel()
        ended = await _post(client, f"/calls/{call_id}/end", {})
        await watching
    await _tell_end(client, call_id, ended, outcome)
    missing = outcome.missing(script["expect"])
    for what in missing:
        print(f"  MISSING {what}")
    print(f"  {'All that had to appear did.' if not missing else f'{len(missing)} missing.'}")
    return len(missing)


async def _ring(client: ClientSession, call_id: str, legs: Mapping[str, Any]) -> None:
    """Have the simulated telephone network ring whoever is on the telephone."""
    for leg in legs.values():
        if leg["transport"] == "twilio":
            number = CLIENT_NUMBER if leg["role"] == Role.CUSTOMER else TECHNICIAN_NUMBER
            order = {
                "phone_number": number,
                "technician_id": leg["speaker"]["id"],
                "technician_name": leg["speaker"]["name"],
                "session_id": call_id,
                "role": leg["role"],
            }
            dialled = await _post(client, "/twilio/initiate-call", order)
            print(f"  ringing the {leg['role']} on a simulated telephone ({dialled['status']}) …")


async def _rep(
    client: ClientSession, call_id: str, leg: Mapping[str, Any], folder: Path, everyone: asyncio.Event
) -> None:
    """The rep's browser: in the call from the beginning, speaking once everyone is there."""

    async def exchange(sdp: str) -> str:
        offer = {"session_id": call_id, "role": leg["role"], "speaker": leg["speaker"], "sdp": sdp, "type": "offer"}
        return str((await _post(client, "/rtc/offer", offer))["sdp"])

    async with Caller() as caller:
        await caller.call(exchange)
        await everyone.wait()
        await caller.play(read_sound(folder / leg["file"]))
        await caller.left()


async def _watch(client: ClientSession, call_id: str, outcome: Outcome, legs: int, everyone: asyncio.Event) -> None:
    """Print the call's story as it comes, and keep what it brings."""
    ends: dict[str, float] = {}
    joined = 0
    async for entry in _story(client, call_id):
        match entry.fact:
            case LegJoined():
                joined += 1
                if joined == legs:
                    everyone.set()
            case UtteranceHeard(utterance=said):
                ends[said.id] = said.end
                role = said.speaker.role.value
                outcome.words[role] = f"{outcome.words.get(role, '')} {said.text}"
                outcome.word_delays.append(entry.at - said.end)
                print(f"  {said.start:6.1f} s  {role:<12}{said.text}   ({entry.at - said.end:.2f} s)")
            case InsightGiven(insight=card) as given:
                outcome.cards.append(given)
                delay = entry.at - max((ends[heard] for heard in card.because if heard in ends), default=entry.at)
                outcome.card_delays.append(delay)
                _print_card(given, entry.at, delay)
            case InsightWithheld(insight=card, verdict=verdict):
                print(f"  {entry.at:6.1f} s  withheld    {card.title or card.content}: {verdict.reason}")
            case ContextRead(phase=phase) if phase:
                print(f"  {entry.at:6.1f} s  context     {phase}")
            case PhoneStatusChanged(status=status, answered_by=who):
                print(f"  {entry.at:6.1f} s  telephone   {status}{who and f', answered by: {who}'}")
            case CallEnded():
                return
            case _:
                pass


def _print_card(given: InsightGiven, at: float, delay: float) -> None:
    card = given.insight
    label = {
        InsightType.COACHING: "TIP",
        InsightType.CLARIFICATION_QUESTION: "QUESTION",
        InsightType.KNOWLEDGE_BASE: "ANSWER",
    }[card.type]
    print(f"  {at:6.1f} s  ▶ {label}: {card.title}   ({delay:.2f} s after the words)")
    for line in card.content.splitlines():
        print(f"              {line}")
    for passage in card.passages[:1]:
        print(f"              from “{passage.title}”, {passage.score:.1%}: “{card.quote}”")


async def _story(client: ClientSession, call_id: str) -> AsyncIterator[Entry]:
    async with client.ws_connect(f"/calls/{call_id}/events?after=0") as socket:
        async for message in socket:
            envelope = decode(str(message.data))
            if envelope is not None:
                yield envelope.entry


async def _tell_end(client: ClientSession, call_id: str, ended: Mapping[str, Any], outcome: Outcome) -> None:
    print(f"\n  The call took {ended['duration']:.1f} s. {json.dumps(ended['session_stats'], ensure_ascii=False)}")
    for delays, what in ((outcome.word_delays, "words after the end of speech"), (outcome.card_delays, "cards")):
        if delays:
            print(f"  {what}: median {median(delays):.2f} s, slowest {max(delays):.2f} s")
    for path, whose in (("/resume", "the client"), ("/summary", "the commercial")):
        summary = await _post(client, f"{path}/{call_id}", {})
        text = summary["summary"] if isinstance(summary["summary"], str) else summary["summary"]["text"]
        print(f"\n  Summary, looking at {whose}:\n")
        print("\n".join(f"    {line}" for line in text.splitlines()))
    print()


async def _post(client: ClientSession, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    async with client.post(path, json=body) as answer:
        told: dict[str, Any] = await answer.json()
        if answer.status >= 400:
            raise RuntimeError(f"{path} answered {answer.status}: {told}")
        return told
