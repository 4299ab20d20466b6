"""Whisper's network over a window that ends a little behind the last word.

Its authors give it thirty seconds whatever was said, and on a processor nearly all the time goes into listening to the
silence behind. A window of the speech and three seconds more, eight at least, is written down as well in a quarter of
the time; with less silence than that behind it, the network loses the last words.

The law: nothing is made up at random. The library answers doubt by trying again with chance in its choice of words, up
to five times; here the first try is the only one, and its scores tell what to think of it.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kitt_rtc.model.audio import RATE
from kitt_rtc.ports import Scores

_FRAMES_A_SECOND = 100
_LEAST, _BEHIND, _MOST = 800, 300, 3_000
"""Frames of a window, frames of it behind the speech, and frames that the network can take."""
_PIECE_SAMPLES = 28 * RATE
"""Longer sound is written down in pieces."""
_TOKENS_A_SECOND, _TOKENS_BESIDES = 12, 12
"""More than anybody says: what goes on beyond is a loop."""
_PROMPT_TOKENS = 223
"""What the network can take of what was said before: the end of it."""
_BY_FAR = 2.0
"""So much likelier another language has to be than the expected one."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Asked:
    """What may be heard in a piece of sound."""

    language: str
    """Two letters: the expected one."""
    among: tuple[str, ...] = ()
    """All that it may be in; empty: the expected one for certain."""
    before: str = ""
    """Terms and sentences that stand before it."""


class Windows:
    """A loaded model of faster-whisper. Keeps nothing of what it heard: several threads may share it."""

    def __init__(self, model: Any, *, beam: int) -> None:
        """`beam`: ways of writing that are followed side by side."""
        self._model = model
        self._beam = beam
        self.is_multilingual = bool(model.model.is_multilingual)

    def write(self, sound: Floats, asked: Asked) -> tuple[str, list[Scores]]:
        """The language and the words of a sound of any length between -1 and 1. Raises RuntimeError or ValueError."""
        language, pieces = "", []
        for start in range(0, len(sound), _PIECE_SAMPLES):
            piece = sound[start : start + _PIECE_SAMPLES]
            language, scores = self._write_piece(piece, asked, language)
            pieces.append(scores)
        return language or asked.language, pieces

    def _write_piece(self, sound: Floats, asked: Asked, language: str) -> tuple[str, Scores]:
        """`language`: of the pieces before; empty for the first."""
        spectra = self._model.feature_extractor(sound)
        encoded = self._model.encode(_window(spectra))
        language = language or self._heard_as(encoded, asked)
        return language, self._words(encoded, len(sound) / RATE, asked, language)

    def _heard_as(self, encoded: Any, asked: Asked) -> str:
        """The likeliest of the set; the expected language where another is not likelier by far."""
        if len(asked.among) < 2 or not self.is_multilingual:
            return asked.language
        likely = {token.strip("<|>"): share for token, share in self._model.model.detect_language(encoded)[0]}
        best = max(asked.among, key=lambda language: likely.get(language, 0.0))
        return best if likely.get(best, 0.0) > _BY_FAR * likely.get(asked.language, 0.0) else asked.language

    def _words(self, encoded: Any, seconds: float, asked: Asked, language: str) -> Scores:
        prompt = self._prompt(asked.before, language)
        result = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=self._beam,
            max_length=len(prompt) + round(seconds * _TOKENS_A_SECOND) + _TOKENS_BESIDES,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        tokens = result.sequences_ids[0]
        text = self._model.hf_tokenizer.decode(tokens).strip()
        logprob = result.scores[0] * len(tokens) / (len(tokens) + 1)  # the end is a token too
        return Scores(seconds, result.no_speech_prob, logprob, _compression(text), text)

    def _prompt(self, before: str, language: str) -> list[int]:
        vocabulary = self._model.hf_tokenizer
        names = ["<|startoftranscript|>"]
        names += [f"<|{language}|>", "<|transcribe|>"] if self.is_multilingual else []
        task = [vocabulary.token_to_id(name) for name in (*names, "<|notimestamps|>")]
        if None in task:
            raise ValueError(f"these weights do not know “{language}”")
        if not before:
            return task
        told: Sequence[int] = vocabulary.encode(f" {before}", add_special_tokens=False).ids
        return [vocabulary.token_to_id("<|startofprev|>"), *told[-_PROMPT_TOKENS:], *task]


def _window(spectra: Floats) -> Floats:
    """The silence behind is as quiet as the quietest sound: to the network nothing at all is a sound of its own."""
    frames = spectra.shape[-1]
    size = min(_MOST, max(_LEAST, frames + _BEHIND))
    return np.pad(spectra[:, :_MOST], ((0, 0), (0, max(0, size - frames))), constant_values=float(spectra.min()))


def _compression(text: str) -> float:
    told = text.encode()
    return len(told) / len(zlib.compress(told))
