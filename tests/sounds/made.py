"""Sounds made by code: tones, bursts, noise, silence; all house sound unless a rate is given."""

import numpy as np

from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, RATE, AudioFrame


def tone(seconds: float, *, hertz: float = 440.0, level: float = 0.3, rate: int = RATE) -> bytes:
    """A sine; `level` is its peak, 0 to 1 of full scale."""
    time = np.arange(round(seconds * rate)) / rate
    return (np.sin(2 * np.pi * hertz * time) * level * 32_767).astype("<i2").tobytes()


def silence(seconds: float, *, rate: int = RATE) -> bytes:
    return bytes(round(seconds * rate) * 2)


def noise(seconds: float, *, level: float = 0.05, seed: int = 1, rate: int = RATE) -> bytes:
    """White noise; `level` is its root mean square."""
    samples = np.random.default_rng(seed).normal(0, level * 32_767, round(seconds * rate))
    return np.clip(samples, -32_768, 32_767).astype("<i2").tobytes()


def square(seconds: float, rms: float) -> bytes:
    """A square wave whose root mean square is exactly `rms` of full scale."""
    sample = round(rms * 32_768)
    return np.tile(np.array([sample, -sample], "<i2"), round(seconds * RATE / 2)).tobytes()


def frames(pcm: bytes, *, start: float = 0.0) -> list[AudioFrame]:
    """House sound cut into frames; a rest shorter than a frame is left out."""
    return [
        AudioFrame(pcm[at : at + FRAME_BYTES], start + number * FRAME_SECONDS)
        for number, at in enumerate(range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES))
    ]


def rms(pcm: bytes) -> float:
    """Root mean square, 0 to 1 of full scale."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float64)
    return float(np.sqrt(np.mean(samples**2))) / 32_768 if len(samples) else 0.0


def loudest_hertz(pcm: bytes, *, rate: int = RATE) -> float:
    """The frequency with the most energy."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float64)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * rate / len(samples))


def chatter(seconds: float, *, level: float = 0.1, seed: int = 1) -> bytes:
    """Noise that comes and goes like syllables, dark as a voice is; `level` is its root mean square."""
    dice = np.random.default_rng(seed)
    count = round(seconds * RATE)
    bright = dice.standard_normal(count + 1)
    dark = bright[1:] + 0.9 * bright[:-1]
    beats = dice.uniform(0.0, 1.0, count // 1_600 + 2) ** 2
    wave = dark * np.interp(np.arange(count) / 1_600, np.arange(len(beats)), beats)
    wave *= level * 32_767 / np.sqrt(np.mean(wave**2))
    return np.clip(np.rint(wave), -32_768, 32_767).astype("<i2").tobytes()


def echo_of(pcm: bytes, *, decibels: float, late: float, seed: int = 7) -> bytes:
    """What a microphone hears of a loudspeaker in a small room, as long as what is played; `late` in seconds."""
    played = np.frombuffer(pcm, "<i2").astype(np.float64)
    time = np.arange(RATE // 10) / RATE
    room = 0.2 * np.random.default_rng(seed).standard_normal(len(time)) * 10 ** (-3 * time / 0.15)
    room[0] = 1.0
    room *= 10 ** (decibels / 20) / np.sqrt(np.sum(room**2))
    size = 1 << (len(played) + len(room)).bit_length()
    heard = np.fft.irfft(np.fft.rfft(played, size) * np.fft.rfft(room, size), size)
    shifted = np.concatenate((np.zeros(round(late * RATE)), heard))[: len(played)]
    return np.clip(np.rint(shifted), -32_768, 32_767).astype("<i2").tobytes()


def quieter(pcm: bytes, part: float) -> bytes:
    """The same sound, its samples this part of what they were."""
    return np.rint(np.frombuffer(pcm, "<i2") * part).astype("<i2").tobytes()


def together(*sounds: bytes) -> bytes:
    """Sounds of one length at once."""
    total = sum(np.frombuffer(sound, "<i2").astype(np.int32) for sound in sounds)
    return np.clip(total, -32_768, 32_767).astype("<i2").tobytes()
