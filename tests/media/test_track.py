import asyncio
import logging

import numpy as np

from kitt_rtc.media.track import MediaTrack
from kitt_rtc.model.audio import FRAME_SAMPLES, AudioFrame
from tests.sounds.made import loudest_hertz, rms, silence, tone


async def _all(tap) -> list[AudioFrame]:
    return [frame async for frame in tap]


def _sound(frames: list[AudioFrame]) -> bytes:
    return b"".join(frame.pcm for frame in frames)


async def test_telephone_sound_becomes_house_sound():
    track = MediaTrack(lambda: 3.0)
    tap = track.tap()
    for at in range(0, 16_000, 320):
        track.push(tone(1.0, rate=8_000)[at : at + 320], rate=8_000)
    track.end()
    frames = await _all(tap)
    assert {len(frame.pcm) for frame in frames} == {FRAME_SAMPLES * 2}
    assert abs(len(frames) - 50) <= 1
    assert abs(loudest_hertz(_sound(frames)) - 440) < 3
    assert abs(rms(_sound(frames)) / rms(tone(1.0)) - 1) < 0.02


async def test_frames_carry_the_time_of_the_call():
    track = MediaTrack(lambda: 3.0)
    tap = track.tap()
    track.push(tone(0.1), rate=16_000)
    track.end()
    assert [round(frame.at, 3) for frame in await _all(tap)] == [3.0, 3.02, 3.04, 3.06, 3.08]


async def test_a_missing_packet_leaves_exactly_its_length_of_silence():
    track = MediaTrack(lambda: 0.0)
    tap = track.tap()
    for packet in (0, 1, 3, 4):
        track.push(tone(0.02), rate=16_000, at=packet * 0.02)
    track.end()
    frames = await _all(tap)
    assert len(frames) == 5
    assert frames[2].pcm == silence(0.02)
    assert [round(frame.at, 2) for frame in frames] == [0.0, 0.02, 0.04, 0.06, 0.08]
    assert track.lost_frames == 1


async def test_a_long_hole_is_a_step_in_time_and_floods_no_listener():
    track = MediaTrack(lambda: 100.0)
    tap = track.tap()
    for packet in (*range(50), *range(300, 350)):  # five seconds are missing
        track.push(tone(0.02), rate=16_000, at=packet * 0.02)
    track.end()
    frames = await _all(tap)
    assert [round(frame.at, 2) for frame in frames] == [
        round(100 + packet * 0.02, 2) for packet in (*range(50), *range(300, 350))
    ]
    assert (track.lost_frames, tap.dropped) == (250, 0)


async def test_a_long_hole_in_telephone_sound_keeps_the_time_of_what_follows():
    track = MediaTrack(lambda: 0.0)
    tap = track.tap()
    sound = tone(0.5, rate=8_000)
    track.push(sound, rate=8_000, at=0.0)
    track.push(sound, rate=8_000, at=6.0)
    track.end()
    frames = await _all(tap)
    first = next(frame for frame in frames if frame.at > 1.0)
    assert abs(first.at - 6.0) <= 0.02
    assert len(frames) in (50, 51, 52)


async def test_a_telephones_frame_is_whole_as_soon_as_it_comes():
    track = MediaTrack(lambda: 0.0)
    tap = track.tap()
    track.push(tone(0.02, rate=8_000), rate=8_000)
    async for frame in tap:
        assert rms(frame.pcm) > 0.1
        break


async def test_a_jump_of_the_senders_clock_is_not_lost_sound():
    track = MediaTrack(lambda: 0.0)
    tap = track.tap()
    track.push(tone(0.02), rate=16_000, at=0.0)
    track.push(tone(0.02), rate=16_000, at=86_400.0)
    track.push(tone(0.02), rate=16_000, at=0.02)
    track.end()
    assert len(await _all(tap)) == 3
    assert track.lost_frames == 0


async def test_a_slow_listener_loses_its_own_oldest_frames_and_nobody_elses():
    track = MediaTrack(lambda: 0.0)
    slow, quick = track.tap(capacity=5), track.tap(capacity=100)
    for number in range(20):
        track.push(np.full(320, number, "<i2").tobytes(), rate=16_000)
    track.end()
    assert [np.frombuffer(frame.pcm, "<i2")[0] for frame in await _all(slow)] == [15, 16, 17, 18, 19]
    assert len(await _all(quick)) == 20
    assert (slow.dropped, quick.dropped, track.dropped_frames) == (15, 0, 15)


async def test_a_listener_waits_for_sound_and_stops_at_the_end():
    track = MediaTrack(lambda: 0.0)
    listener = asyncio.create_task(_all(track.tap()))
    await asyncio.sleep(0)
    track.push(tone(0.02), rate=16_000)
    await asyncio.sleep(0)
    assert not listener.done()
    track.end()
    assert len(await listener) == 1


async def test_what_comes_after_the_end_is_ignored():
    track = MediaTrack(lambda: 0.0)
    track.end()
    track.push(tone(0.02), rate=16_000)
    assert await _all(track.tap()) == []


async def test_a_change_of_rate_in_mid_stream_is_heard_through():
    track = MediaTrack(lambda: 0.0)
    tap = track.tap()
    track.push(tone(0.5, rate=48_000), rate=48_000)
    track.push(tone(0.5, rate=8_000), rate=8_000)
    track.end()
    heard = _sound(await _all(tap))
    assert abs(len(heard) / 32_000 - 1.0) < 0.03
    assert abs(loudest_hertz(heard) - 440) < 3


def test_L02_at_debug_conversions_and_frames_are_told_and_above_it_nothing(caplog):
    for level, told in ((logging.INFO, []), (logging.DEBUG, ["sound is converted", "frames", "frames"])):
        caplog.clear()
        caplog.set_level(level, "kitt_rtc.media.track")
        track = MediaTrack(lambda: 0.0)
        track.push(tone(1.5, rate=8_000), rate=8_000)
        track.end()
        assert [record.getMessage() for record in caplog.records] == told
    converted, *_, last = (vars(record) for record in caplog.records)
    assert (converted["rate"], converted["to_rate"]) == (8_000, 16_000)
    assert (last["frames"], last["lost_frames"], last["dropped_frames"]) == (75, 0, 0)
