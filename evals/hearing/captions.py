"""How soon do words appear while they are spoken, and do they stay? The whole way, in real time.

A caller speaks recorded sentences over WebRTC into the whole house; captions and utterances are read from the events
socket, as a page reads them. Everything shares this machine, the caller included.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory

from aiohttp import ClientSession

from evals.hearing.clip import Clip, Part
from evals.hearing.corpora import CorpusMissing, prompts
from evals.hearing.figure import Figure, quantile
from kitt_rtc.app import listening, open_house
from kitt_rtc.media.mix import loudness
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, Clock
from kitt_rtc.model.caption import Caption
from kitt_rtc.model.facts import SegmentSkipped, UtteranceHeard
from kitt_rtc.model.words import fold
from kitt_rtc.settings import Settings
from kitt_rtc.transports.webrtc.caller import Caller
from kitt_rtc.wire import decode, decode_caption

TARGET_SECONDS = 1.2
_CLIPS, _QUICK = 40, 5
_VOICE = 0.01
"""Where a clip's speech begins: as loud as the quietest voice (contract T16), RMS in parts of full scale."""
_WAIT_SECONDS = 4.0
"""For a sentence to be written down, once it was spoken."""


@dataclass
class Watched:
    """What an events socket told, and when, on the call's clock."""

    clock: Clock
    captions: list[tuple[float, Caption]] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    """Of utterances, by id."""
    closed: int = 0
    """Stretches of voice that were written down, or skipped."""
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, line: str) -> None:
        caption, envelope = decode_caption(line), decode(line)
        if caption is not None:
            self.captions.append((self.clock(), caption))
        elif envelope is not None and isinstance(heard := envelope.entry.fact, UtteranceHeard):
            self.words[heard.utterance.id] = heard.utterance.text
            self.closed += 1
        elif envelope is not None and isinstance(envelope.entry.fact, SegmentSkipped):
            self.closed += 1
        self.moved.set()


async def figures(quick: bool = False) -> Sequence[Figure]:
    """English by the embedded engine."""
    measure = "first caption after the first sound, p95"
    try:
        clips = [clip for clip in prompts("en", part=Part.HELD) if len(clip.text.split()) >= 4]
    except CorpusMissing as error:
        return [Figure(measure, None, "s", TARGET_SECONDS, note=str(error))]
    count = _QUICK if quick else _CLIPS
    chosen = clips[:: max(1, len(clips) // count)][:count]
    async with _call() as (caller, watched):
        begun = [await _speak(caller, watched, clip) for clip in chosen]
    first = [_first(watched, at, until) for at, until in _stretches(begun)]
    right = [_first(watched, at, until, right=True) for at, until in _stretches(begun)]
    shown, rightly = [seconds for seconds in first if seconds], [seconds for seconds in right if seconds]
    said, committed, wrong = _kept(watched)
    note = f"{len(shown)} of {len(chosen)} prompts held back had one; WebRTC in, events socket out"
    return [
        Figure("first caption after the first sound, p50", quantile(shown, 0.5), "s", note=note),
        Figure(measure, quantile(shown, 0.95), "s", TARGET_SECONDS, note=note),
        Figure("first word as the utterance has it, p95", quantile(rightly, 0.95), "s", note=f"{len(rightly)} had one"),
        Figure("committed words that the utterance tells otherwise", 100 * wrong / max(1, committed), "%", 5.0,
               note=f"of {committed}"),
        Figure("words committed before the utterance is written", 100 * committed / max(1, said), "%",
               note=f"of {said}"),
    ]  # fmt: skip


@asynccontextmanager
async def _call() -> AsyncIterator[tuple[Caller, Watched]]:
    """A house with one live call, somebody in it, and an events socket that follows."""
    with TemporaryDirectory() as folder:
        settings = Settings.load(
            _env_file=None, data_folder=folder, port=0, host="127.0.0.1", language="en", engine_transcriber="moonshine",
            engine_voice="none", engine_model="none", log_level="ERROR",
        )  # fmt: skip
        async with open_house(settings) as house, listening(house) as address, ClientSession(address) as client:
            call_id = (await _post(client, "/calls/start", {"playbook": "coaching"}))["session_id"]

            async def exchange(sdp: str) -> str:
                body = {"session_id": call_id, "role": "customer", "type": "offer", "sdp": sdp}
                return str((await _post(client, "/rtc/offer", body))["sdp"])

            watched = Watched(house.switchboard.find(call_id).call.clock)
            async with client.ws_connect(f"/calls/{call_id}/events") as socket, Caller() as caller:
                reading = asyncio.create_task(_read(socket, watched))
                await caller.call(exchange)
                yield caller, watched
                reading.cancel()


async def _read(socket: object, watched: Watched) -> None:
    async for message in socket:  # type: ignore[attr-defined]
        watched.take(message.data)


async def _post(client: ClientSession, path: str, body: dict[str, str]) -> dict[str, str]:
    async with client.post(path, json=body) as answer:
        told: dict[str, str] = await answer.json()
        if answer.status >= 400:
            raise RuntimeError(f"{path} answered {answer.status}: {told}")
        return told


async def _speak(caller: Caller, watched: Watched, clip: Clip) -> float:
    """Say one sentence, and wait until it is written down; when its first sound left, on the call's clock."""
    closed, began = watched.closed, watched.clock() + _onset(clip.pcm)
    await caller.play(clip.pcm)
    try:
        async with asyncio.timeout(_WAIT_SECONDS):
            while watched.closed == closed:
                watched.moved.clear()
                await watched.moved.wait()
            await asyncio.sleep(1.0)  # a pause before the next sentence, and the rest of one that was cut in two
    except TimeoutError:
        pass  # nothing was heard: it has no caption, and the note tells how many had one
    return began


def _onset(pcm: bytes) -> float:
    starts = range(0, len(pcm) - FRAME_BYTES, FRAME_BYTES)
    loud = (at for at in starts if loudness(pcm[at : at + FRAME_BYTES]) >= _VOICE)
    return next(loud, 0) // FRAME_BYTES * FRAME_SECONDS


def _stretches(begun: Sequence[float]) -> list[tuple[float, float]]:
    return list(zip(begun, [*begun[1:], float("inf")], strict=True))


def _first(watched: Watched, at: float, until: float, *, right: bool = False) -> float | None:
    """Seconds from the first sound to the first caption with words; with `right`, with the utterance's first word."""
    for told, caption in watched.captions:
        shown = fold(f"{caption.committed} {caption.rest}").split()
        final = fold(watched.words.get(caption.id, "")).split()
        if at <= told < until and shown and final and (not right or shown[0] == final[0]):
            return told - at
    return None


def _kept(watched: Watched) -> tuple[int, int, int]:
    """Words of utterances, words committed before, and how many of those the utterance tells otherwise."""
    last = {caption.id: fold(caption.committed).split() for _, caption in watched.captions if not caption.over}
    said = {caption_id: fold(text).split() for caption_id, text in watched.words.items()}
    wrong = sum(_edits(committed, said[caption_id]) for caption_id, committed in last.items() if caption_id in said)
    return (
        sum(map(len, said.values())),
        sum(len(committed) for caption_id, committed in last.items() if caption_id in said),
        wrong,
    )


def _edits(committed: Sequence[str], said: Sequence[str]) -> int:
    """Fewest words changed, left out or put in to make the committed ones a beginning of what was said."""
    row = list(range(len(said) + 1))
    for count, word in enumerate(committed, start=1):
        above, row = row, [count]
        for place, other in enumerate(said, start=1):
            row.append(min(above[place - 1] + (word != other), above[place] + 1, row[-1] + 1))
    return min(row)
