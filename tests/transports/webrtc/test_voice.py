"""The outgoing track, on the loop's own clock."""

import asyncio
from fractions import Fraction

import numpy as np
import pytest
from aiortc.codecs.opus import OpusDecoder
from aiortc.jitterbuffer import JitterFrame
from aiortc.mediastreams import MediaStreamError

from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.model.audio import AudioFrame
from kitt_rtc.transports.webrtc.voice import Voice
from tests.fakes.browser import tone


class JumpingLoop(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next timer instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 100.0

    def time(self) -> float:
        return self.now

    def call_at(self, when, callback, *args, context=None):  # type: ignore[no-untyped-def]
        self.now = max(self.now, when)
        return super().call_soon(callback, *args, context=context)


def jump(scenario) -> None:  # type: ignore[no-untyped-def]
    loop = JumpingLoop()
    try:
        loop.run_until_complete(scenario(loop))
    finally:
        loop.close()


def test_a_frame_every_twenty_milliseconds_without_drift() -> None:
    async def scenario(loop: JumpingLoop) -> None:
        voice = Voice(Earpiece())
        packets = []
        for _ in range(500):
            packets.append(await voice.recv())
            loop.now += 0.003  # what happens between two frames takes time, too
        assert loop.now == pytest.approx(100.0 + 499 * 0.020 + 0.003)
        assert [packet.pts for packet in packets] == [number * 960 for number in range(500)]
        assert packets[0].time_base == Fraction(1, 48_000)

    jump(scenario)


def test_a_short_delay_is_caught_up_with() -> None:
    async def scenario(loop: JumpingLoop) -> None:
        voice = Voice(Earpiece())
        await voice.recv()
        loop.now += 0.090
        packets = [await voice.recv() for _ in range(10)]
        assert [packet.pts for packet in packets] == [number * 960 for number in range(1, 11)]
        assert loop.now == pytest.approx(100.200)
        assert voice.skipped == 0

    jump(scenario)


def test_after_a_stall_nothing_comes_in_a_burst_and_the_time_stamps_stay_true() -> None:
    async def scenario(loop: JumpingLoop) -> None:
        voice = Voice(Earpiece())
        await voice.recv()
        loop.now += 3.010
        first = await voice.recv()
        assert loop.now == pytest.approx(103.010)
        assert first.pts == 150 * 960
        second = await voice.recv()
        assert loop.now == pytest.approx(103.020)
        assert second.pts == 151 * 960
        assert voice.skipped == 149

    jump(scenario)


def decoded(packets: list) -> np.ndarray:  # type: ignore[type-arg]
    decoder = OpusDecoder()
    frames = [
        frame for packet in packets for frame in decoder.decode(JitterFrame(bytes(packet), packet.pts))
    ]  # fmt: skip
    return np.concatenate([frame.to_ndarray().reshape(-1, 2)[:, 0] for frame in frames]).astype(float)


def test_sound_silence_and_sound_again() -> None:
    async def scenario(loop: JumpingLoop) -> None:
        earpiece = Earpiece()
        voice = Voice(earpiece)
        packets = []
        for part in (tone(0.5), b"", tone(0.5)):
            for start in range(0, len(part), 640):
                await earpiece.say(AudioFrame(part[start : start + 640], 0.0), source="voice")
            packets += [await voice.recv() for _ in range(25 if part else 50)]
        sound = decoded(packets)
        assert len(sound) == 100 * 960
        levels = np.sqrt((sound.reshape(20, -1) ** 2).mean(axis=1)) / 32_768
        assert all(0.15 < level < 0.2 for level in [*levels[1:5], *levels[16:20]])
        assert all(level < 0.001 for level in levels[6:15])
        assert sum(len(bytes(packet)) for packet in packets[40:70]) < 30 * 12  # silence costs next to nothing

    jump(scenario)


def test_a_stopped_track_ends() -> None:
    async def scenario(loop: JumpingLoop) -> None:
        voice = Voice(Earpiece())
        voice.stop()
        with pytest.raises(MediaStreamError):
            await voice.recv()

    jump(scenario)
