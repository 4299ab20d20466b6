"""How soon do words appear while they are spoken, and do they stay?

Recorded sentences go frame by frame through the real segmenter, detector, ticker and embedded engine to a follower of
the captions, on a clock of their own: sound takes the time that it takes, and a look at it takes the processor time
that it took. So the figures are those of a machine with a core to spare, whatever else this one does.
"""

import asyncio
import selectors
import threading
import time
from collections.abc import Collection, Coroutine, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from evals.figure import Figure, quantile
from evals.hearing.clip import Clip, Part
from evals.hearing.corpora import CorpusMissing, prompts
from kitt_rtc.calls.call import Call
from kitt_rtc.calls.scheduler import Scheduler
from kitt_rtc.calls.ticker import Captioning, ticking
from kitt_rtc.engines.energy import GatedDetector
from kitt_rtc.engines.moonshine import MoonshineTranscriber
from kitt_rtc.engines.silero import Silero
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.media.mix import loudness
from kitt_rtc.media.track import MediaTrack
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, AudioFrame
from kitt_rtc.model.caption import Caption
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import CallStarted
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.model.words import fold
from kitt_rtc.pipeline.captioner import Captioner
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.pipeline.scribe import Scribe
from kitt_rtc.pipeline.segmenter import Segmenter
from kitt_rtc.ports import Manner, Transcription

_Result = TypeVar("_Result")
TARGET_SECONDS = 1.2
_CLIPS, _QUICK = 60, 8
_VOICE = 0.01
"""Where a clip's speech begins: as loud as the quietest voice (contract T16), RMS in parts of full scale."""
_SILENCE = bytes(FRAME_BYTES) * 50
_CLIENT = Speaker("client", Role.CUSTOMER)
_MEASURE = "first caption after the first sound, {band}, p95"


async def figures(quick: bool = False) -> Sequence[Figure]:
    """English by the embedded engine, in a thread: its clock is not this loop's."""
    return await asyncio.to_thread(_figures, quick)


def _figures(quick: bool) -> Sequence[Figure]:
    try:
        with closing(_Engine()) as engine:
            return [figure for band in ("wide", "phone") for figure in _of_band(engine, band, quick=quick)]
    except (CorpusMissing, EngineUnavailable) as error:
        return [Figure(_MEASURE.format(band="wide"), None, "s", TARGET_SECONDS, note=str(error))]


def _of_band(engine: "_Engine", band: str, *, quick: bool) -> list[Figure]:
    clips = prompts("en", "phone" if band == "phone" else "wide", part=Part.HELD)
    whole = [clip for clip in clips if len(clip.text.split()) >= 4]
    count = _QUICK if quick else _CLIPS
    watched = [_watch(engine, clip) for clip in whole[:: max(1, len(whole) // count)][:count]]
    first = [seconds for one in watched if (seconds := one.first()) is not None]
    right = [seconds for one in watched if (seconds := one.first(right=True)) is not None]
    committed, said = sum(len(one.committed) for one in watched), sum(len(one.said) for one in watched)
    wrong = sum(_edits(one.committed, one.said) for one in watched)
    spoken, spent = sum(one.seconds for one in watched), sum(one.spent for one in watched)
    note = f"{len(first)} of {len(watched)} prompts held back had one; by processor time"
    return [
        Figure(f"first caption after the first sound, {band}, p50", quantile(first, 0.5), "s", note=note),
        Figure(_MEASURE.format(band=band), quantile(first, 0.95), "s", TARGET_SECONDS, note=note),
        Figure(f"first word as the utterance has it, {band}, p95", quantile(right, 0.95), "s",
               note=f"{len(right)} of {len(watched)} had one"),
        Figure(f"committed words that the utterance tells otherwise, {band}", 100 * wrong / max(1, committed), "%",
               note=f"of {committed}"),
        Figure(f"words committed before the pause, {band}", 100 * committed / max(1, said), "%", note=f"of {said}"),
        Figure(f"processor time of captions, {band}", 100 * spent / spoken, "% of a core",
               note="while somebody speaks"),
    ]  # fmt: skip


@dataclass
class _Watched:
    """What was shown of one sentence."""

    shown: list[tuple[float, Caption]] = field(default_factory=list)
    """Captions, and the seconds since the first sound."""
    said: list[str] = field(default_factory=list)
    """Folded words of what was written down of the first stretch."""
    seconds: float = 0.0
    spent: float = 0.0
    """Seconds of processor time of the looks."""

    @property
    def committed(self) -> list[str]:
        return fold(self.shown[-1][1].committed).split() if self.shown else []

    def first(self, *, right: bool = False) -> float | None:
        """Seconds to the first words; with `right`, to the first that begin as the utterance does."""
        for at, caption in self.shown:
            words = fold(f"{caption.committed} {caption.rest}").split()
            if words and (not right or words[:1] == self.said[:1]):
                return at
        return None


class _Engine:
    """The embedded engine on a clock of its own: a look takes its processor time. Fits `ports.Transcriber`."""

    languages = frozenset({"en"})

    def __init__(self) -> None:
        self.spent = 0.0
        self._engine = MoonshineTranscriber()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._await(self._engine.warm())

    def write(self, pcm: bytes) -> str:
        return self._await(self._engine.transcribe(pcm, language="en", hint="")).text

    def close(self) -> None:
        self._await(self._engine.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _await(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        began = time.process_time()
        text = self.write(pcm)
        took = time.process_time() - began
        self.spent += took
        await asyncio.sleep(took)
        return Transcription(text, language)


class _OwnTime(selectors.DefaultSelector):
    """Waits for nothing: it says that the time has come."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += timeout or 0.0
        return super().select(0)


class _OwnClock(asyncio.SelectorEventLoop):
    """Its time goes by as it is waited for, and by nothing else."""

    def __init__(self) -> None:
        self._time = _OwnTime()
        super().__init__(self._time)

    def time(self) -> float:
        return self._time.now


class _Leg:
    """Somebody who speaks. Fits `ports.Leg`."""

    id, transport, speaker, voices = "leg_1", "test", _CLIENT, 1
    quality: LineQuality | None = None

    def __init__(self) -> None:
        self.microphone = MediaTrack(lambda: 0.0)
        self.earpiece = Earpiece()

    async def run(self) -> str:
        return "hung_up"

    async def hang_up(self) -> None:
        pass


def _watch(engine: _Engine, clip: Clip) -> _Watched:
    with asyncio.Runner(loop_factory=_OwnClock) as runner:
        watched = runner.run(_listen(engine, clip))
    watched.seconds = len(clip.pcm) / FRAME_BYTES * FRAME_SECONDS
    return watched


async def _listen(engine: _Engine, clip: Clip) -> _Watched:
    """Speak a sentence in real time of the loop, and note what is shown of it until its first pause."""
    watched, spent, call = _Watched(), engine.spent, Call("call_1", {})
    call.record(CallStarted("call_1", "coaching", "en", 0.0))
    captioner = Captioner(Scribe(engine), Diarizer({Role.CUSTOMER: Manner(0.5, 0, True)}))
    segmenter, began = Segmenter(GatedDetector(_network().detector())), _onset(clip.pcm)
    following = asyncio.create_task(_follow(call, watched, began))
    async with ticking(call, _Leg(), Captioning(captioner, Scheduler(lambda: 2))) as ticker:
        assert ticker is not None
        for place in range(0, len(clip.pcm) + len(_SILENCE) - FRAME_BYTES, FRAME_BYTES):
            await asyncio.sleep(FRAME_SECONDS)  # a frame is there once it is over
            pcm = (clip.pcm + _SILENCE)[place : place + FRAME_BYTES]
            segment = segmenter.feed(AudioFrame(pcm, place // FRAME_BYTES * FRAME_SECONDS))
            ticker.note(segmenter, segment)
            if segment is not None:
                watched.said = fold(engine.write(segment.pcm)).split()
                break
    following.cancel()
    watched.spent = engine.spent - spent
    return watched


async def _follow(call: Call, watched: _Watched, began: float) -> None:
    async for caption in call.captions.follow():
        watched.shown.append((asyncio.get_running_loop().time() - began, caption))


@cache
def _network() -> Silero:
    return Silero()


def _onset(pcm: bytes) -> float:
    starts = range(0, len(pcm) - FRAME_BYTES, FRAME_BYTES)
    loud = (at for at in starts if loudness(pcm[at : at + FRAME_BYTES]) >= _VOICE)
    return next(loud, 0) // FRAME_BYTES * FRAME_SECONDS


def _edits(committed: Sequence[str], said: Sequence[str]) -> int:
    """Fewest words changed, left out or put in to make the committed ones a beginning of what was said."""
    row = list(range(len(said) + 1))
    for count, word in enumerate(committed, start=1):
        above, row = row, [count]
        for place, other in enumerate(said, start=1):
            row.append(min(above[place - 1] + (word != other), above[place] + 1, row[-1] + 1))
    return min(row)
