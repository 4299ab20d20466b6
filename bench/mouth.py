"""How long a word is on its way from one person's mouth to the other's ear: our share, through the whole house.

    python -m bench.mouth --calls 8 --markers 10

A telephone and a browser are in one call; each says a chirp every 0.7 s or so, and the chirp is looked for in what
the other received, by cross-correlation. The house is a process of its own, the two people are in this one.

What is in a figure: the twenty milliseconds that a frame takes to be spoken before it can be sent (a sample leaves the
mouth when it is spoken, not when its packet leaves); both sockets, over loopback; DTLS and SRTP; Opus with its
look-ahead, or mu-law, and every change of rate; the bridge, the jitter buffer and the pace towards the listener.
What is not: sound cards, the listener's own jitter buffer (a browser's, the telephone network's) and the network
between. A sample is heard when its packet comes, and as much later as it lies behind the packet's first.

This process has to keep up: where its own loop is late by more than twenty milliseconds the run does not count. Every
call begins at a moment of its own, for how the clocks of the two sides lie to each other is most of the spread.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from aiohttp import ClientSession

from bench.gauges import Stopwatch
from bench.handset import handset
from bench.house import TOKEN, server
from bench.speech import MOST_LATE_SECONDS
from kitt_rtc.media import g711
from kitt_rtc.model.audio import FRAME_SECONDS, RATE, AudioFrame
from kitt_rtc.transports.webrtc.caller import Caller

TARGET_SECONDS = 0.080
"""p95 (issue 3)."""
WIRE_RATE = 8_000
_CHIRP_SECONDS = 0.1
_LOW, _HIGH = 500.0, 3_000.0
"""Hertz: what a telephone carries."""
_LEVEL = 8_000
_NOISE = 8.0
"""RMS in 16-bit units: nobody is in a silent room."""
_EVERY_FRAMES = (30, 41)
"""Frames between two markers, by chance."""
_FIRST_FRAMES = 100
"""Two seconds: the people have met."""
_LATEST_SECONDS = 0.5
_LIKENESS = 0.5
"""Of a marker and what is taken for it; one would be the same sound."""


class Mouth:
    """Room noise and, now and then, a chirp. Fits `transports.webrtc.voice.Source`."""

    def __init__(self, rate: int, markers: int, seed: int) -> None:
        self.spoken: list[float] = []
        """When the first sample of each chirp left the mouth, by `time.perf_counter`."""
        self.done = asyncio.Event()
        """All has been said."""
        self._rate = rate
        self._markers = markers
        self._chance = np.random.default_rng(seed)
        self._chirp = _chirp(rate)
        self._rest = self._chirp[:0]
        self._due = _FIRST_FRAMES

    def next(self) -> AudioFrame:
        """What was said in the twenty milliseconds up to now."""
        samples = round(self._rate * FRAME_SECONDS)
        self._due -= 1
        if self._due == 0 and len(self.spoken) == self._markers:
            self.done.set()
        elif self._due == 0:
            self._due = int(self._chance.integers(*_EVERY_FRAMES))
            self._rest = self._chirp
            self.spoken.append(time.perf_counter() - FRAME_SECONDS)
        frame = self._chance.standard_normal(samples) * _NOISE
        frame += self._rest[:samples] if len(self._rest) else 0.0
        self._rest = self._rest[samples:]
        return AudioFrame(np.rint(frame).astype("<i2").tobytes(), 0.0)

    def mu_law(self) -> bytes:
        """The same, as a telephone sends it."""
        return g711.to_ulaw(self.next().pcm)


@dataclass(slots=True)
class Ear:
    """What came, and when. Fits `media.track.Sink`."""

    rate: int
    pieces: list[np.ndarray] = field(default_factory=list)
    came: list[float] = field(default_factory=list)

    def offer(self, frame: AudioFrame) -> None:
        self._keep(frame.pcm)

    def mu_law(self, ulaw: bytes) -> None:
        self._keep(g711.to_pcm(ulaw))

    def end(self) -> None:
        """What was heard is kept."""

    def delays(self, spoken: Sequence[float]) -> list[float]:
        """Seconds from mouth to ear, of each marker that is found."""
        found = (self._delay(moment) for moment in spoken)
        return [delay for delay in found if delay is not None]

    def _keep(self, pcm: bytes) -> None:
        self.pieces.append(np.frombuffer(pcm, "<i2").astype(float))
        self.came.append(time.perf_counter())

    def _delay(self, spoken: float) -> float | None:
        chirp = _chirp(self.rate)
        within = range(*np.searchsorted(self.came, [spoken, spoken + _LATEST_SECONDS]))
        sound = np.concatenate([self.pieces[number] for number in within] or [chirp[:0]])
        if len(sound) < len(chirp):
            return None
        alike = np.correlate(sound, chirp)
        power = np.convolve(sound**2, np.ones(len(chirp)), "valid")
        best = int(np.argmax(alike))
        if alike[best] < _LIKENESS * np.sqrt(power[best] * (chirp @ chirp)):
            return None
        starts = np.cumsum([0] + [len(self.pieces[number]) for number in within])
        piece = int(np.searchsorted(starts, best, side="right")) - 1
        return float(self.came[within[piece]] + (best - starts[piece]) / self.rate - spoken)


def _chirp(rate: int) -> np.ndarray:
    """From low to high, swelling and fading: like itself in one place only."""
    at = np.arange(round(_CHIRP_SECONDS * rate)) / rate
    sound: np.ndarray = np.sin(2 * np.pi * (_LOW + (_HIGH - _LOW) / (2 * _CHIRP_SECONDS) * at) * at)
    return sound * np.hanning(len(at)) * _LEVEL


async def call(address: str, *, markers: int, seed: int) -> tuple[list[float], list[float], float]:
    """Delays from telephone to browser and from browser to telephone; p99 of this loop's lag in milliseconds."""
    own = Stopwatch()
    watching = asyncio.create_task(own.run())
    phone_mouth, phone_ear = Mouth(WIRE_RATE, markers, seed), Ear(WIRE_RATE)
    page_mouth, page_ear = Mouth(RATE, markers, seed + 1_000), Ear(RATE)
    await asyncio.sleep(np.random.default_rng(seed).uniform(0.0, FRAME_SECONDS))
    async with (
        ClientSession(address) as client,
        handset(client, address, TOKEN, mouth=phone_mouth.mu_law, ear=phone_ear.mu_law) as call_id,
        Caller(mouth=page_mouth, ear=page_ear) as page,
    ):

        async def exchange(sdp: str) -> str:
            person = {"role": "support_agent", "speaker": "bench"}
            body = {"session_id": call_id, "sdp": sdp, "type": "offer", **person}
            async with client.post("/rtc/offer", json=body) as answer:
                answer.raise_for_status()
                return str((await answer.json())["sdp"])

        await page.call(exchange)
        await phone_mouth.done.wait()
        await page_mouth.done.wait()
        await asyncio.sleep(_LATEST_SECONDS)
    watching.cancel()
    return page_ear.delays(phone_mouth.spoken), phone_ear.delays(page_mouth.spoken), own.read()["lag_p99"]


def report(way: str, delays: Sequence[float], said: int) -> None:
    p50, p95, p99 = np.percentile(delays, [50, 95, 99]) * 1_000
    print(
        f"{way}  p50 {p50:5.1f}  p95 {p95:5.1f}  p99 {p99:5.1f} ms  (target p95 {TARGET_SECONDS * 1_000:.0f} ms: "
        f"{'kept' if p95 <= TARGET_SECONDS * 1_000 else 'MISSED'})  {len(delays)} of {said} markers found",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--calls", type=int, default=8)
    parser.add_argument("--markers", type=int, default=10, help="of each of the two, in each call")
    chosen = parser.parse_args()
    there: list[float] = []
    back: list[float] = []
    late: list[float] = []
    with server() as house:
        for number in range(chosen.calls):
            to_page, to_phone, lag = asyncio.run(call(house.address, markers=chosen.markers, seed=number))
            there += to_page
            back += to_phone
            late.append(lag)
    report("telephone to browser", there, chosen.calls * chosen.markers)
    report("browser to telephone", back, chosen.calls * chosen.markers)
    counts = "" if max(late) <= MOST_LATE_SECONDS * 1_000 else "  DOES NOT COUNT"
    print(f"the people's own loop late by p99 {max(late):.1f} ms in the worst call{counts}")


if __name__ == "__main__":
    main()
