"""Silero's speech network as matrix products: one set of weights for all voices, many voices at a time.

Why not the library that brings it: that holds 11 MiB of session and its own copy of the weights for each voice, judges
one window at a time, and with fifty voices spends its time fetching weights from memory. The same numbers come out,
to the fifth decimal (tests/engines/test_silero.py).

32 ms of sound, with the 4 ms before it: spectra of four overlapping pieces, four convolutions over them, and a memory
(LSTM) from window to window.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kitt_rtc.engines.onnx_weights import Weights, read_weights

Floats = NDArray[np.float32]
WINDOW = 512
"""Samples judged at a time: 32 ms."""
CONTEXT = 64
"""Samples before the window that the network is shown again."""
STATE = 256
"""Numbers that the network remembers of a voice; zeros for a new one."""
_STEP, _PIECES = 128, 4
_BINS = 129
_CELLS = 128
_FILTER = "stft.forward_basis_buffer"


@dataclass(frozen=True, slots=True)
class Network:
    """The weights, laid out for products with rows of windows."""

    taper: Floats
    """Of each piece of sound, before its spectrum is taken."""
    layers: Sequence[tuple[Floats, Floats]]
    """Matrix and bias of the convolutions; two of them give all their pieces in one product."""
    gates: tuple[Floats, Floats]
    verdict: tuple[Floats, float]

    @classmethod
    def load(cls, path: Path) -> "Network":
        """From Silero's own file. Raises OSError, ValueError, KeyError when it is not the one we know."""
        weights = _for_16_khz(read_weights(path))
        kernels = [weights[f"encoder.{number}.reparam_conv.weight"].transpose(2, 1, 0) for number in range(4)]
        biases = [weights[f"encoder.{number}.reparam_conv.bias"] for number in range(4)]
        # One hyperbolic tangent serves all four gates: a sigmoid is one of half its argument.
        halves = np.repeat(np.array([0.5, 0.5, 1.0, 0.5], np.float32), _CELLS)
        gates = np.concatenate([weights["decoder.rnn.weight_ih"], weights["decoder.rnn.weight_hh"]], axis=1).T
        gate_bias = weights["decoder.rnn.bias_ih"] + weights["decoder.rnn.bias_hh"]
        return cls(
            taper=weights[_FILTER][0, 0].copy(),  # the filter of frequency 0 is the taper itself
            layers=(
                (np.ascontiguousarray(kernels[0]).reshape(3 * _BINS, -1), biases[0]),
                (_halving(kernels[1], pieces=4), np.tile(biases[1], 2)),
                (_halving(kernels[2], pieces=2), biases[2]),
                (np.ascontiguousarray(kernels[3][1]), biases[3]),  # one piece is left, and has no neighbours
            ),
            gates=(np.ascontiguousarray(gates * halves), gate_bias * halves),
            verdict=(weights["decoder.decoder.2.weight"][0, :, 0], float(weights["decoder.decoder.2.bias"][0])),
        )

    def judge(self, sound: Floats, states: Floats) -> tuple[Floats, Floats]:
        """The probabilities of speech, and what is to be remembered of each voice.

        A row of `sound` is CONTEXT and WINDOW samples of -1 to 1; a row of `states` is what was remembered before.
        """
        count = len(sound)
        layer = self._spectra(sound)
        for matrix, bias in self.layers:
            layer = np.maximum(layer.reshape(-1, len(matrix)) @ matrix + bias, 0.0)
        matrix, bias = self.gates
        gates = np.tanh(np.concatenate([layer, states[:, :_CELLS]], axis=1) @ matrix + bias)
        take, keep, _, tell = (gates * 0.5 + 0.5).reshape(count, 4, _CELLS).swapaxes(0, 1)
        memory = keep * states[:, _CELLS:] + take * gates[:, 2 * _CELLS : 3 * _CELLS]
        told = tell * np.tanh(memory)
        weight, offset = self.verdict
        certainty = np.maximum(told, 0.0) @ weight + offset
        return 1.0 / (1.0 + np.exp(-certainty)), np.concatenate([told, memory], axis=1)

    def _spectra(self, sound: Floats) -> Floats:
        """Of each piece its spectrum, between those of its neighbours."""
        count = len(sound)
        mirrored = np.concatenate([sound, sound[:, -2 : -2 - CONTEXT : -1]], axis=1)
        steps = mirrored.reshape(count, _PIECES + 1, _STEP)
        pieces = np.concatenate([steps[:, :-1], steps[:, 1:]], axis=2) * self.taper
        spectra = np.abs(np.fft.rfft(pieces))
        beside = np.zeros((count, _PIECES, 3, _BINS), np.float32)
        beside[:, 1:, 0] = spectra[:, :-1]
        beside[:, :, 1] = spectra
        beside[:, :-1, 2] = spectra[:, 1:]
        return beside


def _for_16_khz(weights: Sequence[tuple[str, Weights]]) -> dict[str, Weights]:
    """The file holds a network for 8 kHz and one for 16 kHz, with the same names, each beginning with its filter."""
    ours: dict[str, Weights] = {}
    wanted = False
    for name, tensor in weights:
        if name == _FILTER:
            wanted = tensor.shape == (2 * _BINS, 1, 2 * _STEP)
        if wanted:
            ours[name] = tensor
    return ours


def _halving(kernel: Floats, *, pieces: int) -> Floats:
    """A convolution that takes every second of so many pieces, as one matrix over all of them."""
    _, wide, narrow = kernel.shape
    matrix = np.zeros((pieces, wide, pieces // 2, narrow), np.float32)
    for piece in range(pieces // 2):
        for neighbour in range(3):
            if 0 <= (source := 2 * piece + neighbour - 1) < pieces:
                matrix[source, :, piece] = kernel[neighbour]
    return matrix.reshape(pieces * wide, -1)
