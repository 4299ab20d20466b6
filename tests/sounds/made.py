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
