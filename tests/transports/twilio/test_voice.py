"""What a telephone hears, on a clock that jumps: the pace, over an hour and after stalls."""

import asyncio
import base64
import json
from collections.abc import Callable

import numpy as np
import pytest

from kitt_rtc.media import g711
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.model.audio import FRAME_SECONDS, AudioFrame
from kitt_rtc.transports.twilio.counters import LineCounters
from kitt_rtc.transports.twilio.gauge import Gauge
from kitt_rtc.transports.twilio.voice import Voice
from tests.sounds.made import frames, tone
from tests.support.clock import StillLoop

_SIX_MINUTES = 18_000
"""Frames."""


class FarEnd:
    """Fits `transports.twilio.opening.Socket`: notes when each frame was sent, and leaves after the last."""

    def __init__(self, earpiece: Earpiece, frames: int, sending: Callable[[int], None] = lambda sent: None) -> None:
        """`sending` is told the number of each frame while it is sent."""
        self.sent: list[float] = []
        self.ulaw: list[bytes] = []
        self._earpiece = earpiece
        self._frames = frames
        self._sending = sending

    async def receive(self) -> str | None:
        return None

    async def send(self, text: str) -> None:
        if '"media"' not in text:
            return
        self.sent.append(asyncio.get_running_loop().time())
        if self._frames <= 1_000:
            self.ulaw.append(base64.b64decode(json.loads(text)["media"]["payload"]))
        self._sending(len(self.sent))
        if len(self.sent) == self._frames:
            self._earpiece.close()

    async def close(self, reason: str) -> None:
        pass


async def _talk(earpiece: Earpiece, far_end: FarEnd) -> np.ndarray:
    """When the frames left, in seconds from the first."""
    await Voice(earpiece, far_end, "MZ1", LineCounters(), Gauge(asyncio.get_running_loop().time)).run()
    return np.array(far_end.sent) - far_end.sent[0]


def test_a_frame_leaves_every_twenty_milliseconds_and_what_makes_one_late_delays_no_other():
    """Six minutes in which no lateness adds up to a microsecond: an hour's would be ten of them."""

    async def scenario() -> np.ndarray:
        earpiece = Earpiece()
        earpiece.loop(tone(1.0), source="hold")
        loop = asyncio.get_running_loop()
        assert isinstance(loop, StillLoop)
        work = np.random.default_rng(1).uniform(0.0, 0.030, _SIX_MINUTES)
        work[-10:] = 0.0
        stand_still = loop.stand_still
        return await _talk(earpiece, FarEnd(earpiece, _SIX_MINUTES, lambda sent: stand_still(work[sent - 1])))

    with asyncio.Runner(loop_factory=StillLoop) as runner:
        sent = runner.run(scenario())
    late = sent - np.arange(_SIX_MINUTES) * FRAME_SECONDS
    assert late.min() > -1e-6
    assert late.max() < 0.1
    assert late[-1] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("stall", "left_out"), [(0.060, 0), (3.0, 149)])
def test_a_short_stall_is_caught_up_with_and_after_a_long_one_nothing_comes_in_a_burst(stall: float, left_out: int):
    async def scenario() -> np.ndarray:
        earpiece = Earpiece()
        earpiece.loop(tone(1.0), source="hold")
        loop = asyncio.get_running_loop()
        assert isinstance(loop, StillLoop)
        stand_still = loop.stand_still
        return await _talk(earpiece, FarEnd(earpiece, 500, lambda sent: stand_still(stall) if sent == 100 else None))

    with asyncio.Runner(loop_factory=StillLoop) as runner:
        sent = runner.run(scenario())
    assert sent[-1] == pytest.approx((499 + left_out) * FRAME_SECONDS, abs=FRAME_SECONDS)
    within_a_tenth = np.searchsorted(sent, sent + 0.1) - np.arange(len(sent))
    assert within_a_tenth.max() <= 6 + stall / FRAME_SECONDS * (not left_out)


def test_a_voice_that_comes_back_after_a_pause_is_sent_at_the_pace_of_speech_from_its_first_frame():
    async def scenario() -> tuple[np.ndarray, FarEnd]:
        loop = asyncio.get_running_loop()
        earpiece = Earpiece(loop.time)
        far_end = FarEnd(earpiece, 120)

        async def speak() -> None:
            for pause in (0.150, 0.075, 0.0):
                for frame in frames(tone(1.0)):
                    earpiece.play(frame, source="rep")
                    await asyncio.sleep(FRAME_SECONDS)
                await asyncio.sleep(pause)

        async with asyncio.TaskGroup() as group:
            speaking = group.create_task(speak())
            sent = await _talk(earpiece, far_end)
            speaking.cancel()
        return sent, far_end

    with asyncio.Runner(loop_factory=StillLoop) as runner:
        sent, far_end = runner.run(scenario())
    assert np.diff(sent).min() > 0.015
    heard = np.frombuffer(g711.to_pcm(b"".join(far_end.ulaw)), "<i2").astype(int)
    assert np.abs(np.diff(heard)).max() < 0.3 * 32_767 * 2 * np.pi * 440 / 8_000 * 1.15


def test_a_single_frame_is_sent():
    async def scenario() -> FarEnd:
        loop = asyncio.get_running_loop()
        earpiece = Earpiece(loop.time)
        far_end = FarEnd(earpiece, 4)
        earpiece.play(AudioFrame(tone(0.02), 0.0), source="rep")
        await _talk(earpiece, far_end)
        return far_end

    with asyncio.Runner(loop_factory=StillLoop) as runner:
        ulaw = b"".join(runner.run(scenario()).ulaw)
    assert np.abs(np.frombuffer(g711.to_pcm(ulaw), "<i2").astype(int)).max() > 5_000
