"""Resemblyzer's voice encoder as matrix products: sound in, a vector of the voice out.

Why not the library that brings it: it stands on PyTorch and librosa, a gigabyte on disk, for one and a half million
numbers. The same vectors come out, to the fifth decimal (tests/engines/test_voiceprint.py).

25 ms of sound every 10 ms become 40 bands of the mel scale; three memories (LSTM) of 256 cells pass over them, and what
the last one holds at the end becomes 256 numbers, none below zero, of length one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kitt_rtc.engines.torch_weights import read_weights
from kitt_rtc.model.audio import RATE

Floats = NDArray[np.float32]
STEP = 160
"""Samples from one spectrum to the next: 10 ms."""
_PIECE = 400
"""Samples of one spectrum: 25 ms."""
_BANDS = 40
_CELLS = 256
_LAYERS = 3
_SHAPES = {"linear.weight": (_CELLS, _CELLS), "lstm.weight_ih_l0": (4 * _CELLS, _BANDS)}
_BREAK_HERTZ, _HERTZ_PER_MEL = 1_000.0, 200.0 / 3.0
"""The mel scale is straight up to here, and logarithmic above."""
_LOG_STEP = np.log(6.4) / 27.0


@dataclass(frozen=True, slots=True)
class Network:
    """The weights, laid out for products with rows of windows."""

    layers: Sequence[tuple[Floats, Floats, Floats]]
    """Of each memory: the matrix for what comes in, for what it said last, and the bias."""
    verdict: tuple[Floats, Floats]

    @classmethod
    def load(cls, path: Path) -> "Network":
        """From Resemblyzer's own file. Raises OSError, ValueError, LookupError when it is not the one we know."""
        weights = read_weights(path, "model_state")
        if any(weights[name].shape != shape for name, shape in _SHAPES.items()):
            raise ValueError("a network of another size")
        # One hyperbolic tangent serves all four gates: a sigmoid is one of half its argument.
        halves = np.repeat(np.array([0.5, 0.5, 1.0, 0.5], np.float32), _CELLS)
        return cls(
            layers=[
                (
                    np.ascontiguousarray(weights[f"lstm.weight_ih_l{layer}"].T * halves),
                    np.ascontiguousarray(weights[f"lstm.weight_hh_l{layer}"].T * halves),
                    (weights[f"lstm.bias_ih_l{layer}"] + weights[f"lstm.bias_hh_l{layer}"]) * halves,
                )
                for layer in range(_LAYERS)
            ],
            verdict=(np.ascontiguousarray(weights["linear.weight"].T), weights["linear.bias"]),
        )

    def vectors(self, windows: Floats) -> Floats:
        """A unit vector for each window; windows are rows of spectra, all of the same length."""
        rows = windows.swapaxes(0, 1)  # time first: each step is then one product over all windows
        for matrix, echo, bias in self.layers:
            rows = _remember(rows @ matrix + bias, echo)
        weight, bias = self.verdict
        return unit(np.maximum(rows[-1] @ weight + bias, 0.0))


def spectra(sound: Floats) -> Floats:
    """40 bands for every 10 ms of sound (samples of -1 to 1)."""
    padded = np.pad(sound, _PIECE // 2)
    pieces = np.lib.stride_tricks.sliding_window_view(padded, _PIECE)[::STEP]
    return (np.abs(np.fft.rfft(pieces * _TAPER)) ** 2 @ _MEL).astype(np.float32)


def unit(vectors: Floats) -> Floats:
    """The same directions, with length one; nothing at all stays nothing."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9), np.float32)


def _remember(gates: Floats, echo: Floats) -> Floats:
    """One memory over all steps: what it says after each."""
    said = np.empty((*gates.shape[:2], _CELLS), np.float32)
    told = memory = np.zeros((gates.shape[1], _CELLS), np.float32)
    for step, coming in enumerate(gates):
        gate = np.tanh(coming + told @ echo)
        sure = gate * 0.5 + 0.5
        memory = sure[:, _CELLS : 2 * _CELLS] * memory + sure[:, :_CELLS] * gate[:, 2 * _CELLS : 3 * _CELLS]
        told = said[step] = sure[:, 3 * _CELLS :] * np.tanh(memory)
    return said


def _mel_matrix() -> Floats:
    """Slaney's filters, as librosa makes them: triangles of equal area, evenly spaced on the mel scale."""
    straight = _BREAK_HERTZ / _HERTZ_PER_MEL
    top = straight + np.log(RATE / 2 / _BREAK_HERTZ) / _LOG_STEP
    mels = np.linspace(0.0, top, _BANDS + 2)
    corners = np.where(mels < straight, mels * _HERTZ_PER_MEL, _BREAK_HERTZ * np.exp(_LOG_STEP * (mels - straight)))
    bins = np.linspace(0.0, RATE / 2, _PIECE // 2 + 1)[:, None]
    low, middle, high = corners[:-2], corners[1:-1], corners[2:]
    rising, falling = (bins - low) / (middle - low), (high - bins) / (high - middle)
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)) * 2.0 / (high - low), np.float32)


_TAPER = np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_PIECE) / _PIECE), np.float32)
_MEL = _mel_matrix()
