"""Did somebody really say that? Five witnesses, and the law that none of them alone may drop a short answer.

The sound (`media/voicing.py`), the detector, the engine's own scores, the lists of what engines make up, and repeats of
themselves or of their prompt. Two that agree drop the words; one does only with hard evidence: a telephone's tones,
steady noise, the credits of a film, more words than a mouth can say. So a real "merci" lives.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kitt_rtc.media.voicing import Voicing, voicing
from kitt_rtc.model.speech import Segment
from kitt_rtc.model.words import fold, sentences
from kitt_rtc.pipeline.boilerplate import Boilerplate, built_in
from kitt_rtc.pipeline.hint import Hint
from kitt_rtc.pipeline.repeats import LOOP_TURNS, SURE_LOOP_TURNS, is_echo, turns
from kitt_rtc.ports import Scores, Transcription

_DESCRIPTION = re.compile(r"\[[^\]\d]*\]|\([^)\d]*\)|\*[^*\d]*\*|[♪♫]")
"""What engines call a sound: [Music], (rires), *sighs*. With digits it may be a telephone number: (514) 555-0199."""
_SHORT_ANSWER = 3
"""Words. What is longer may be dropped on the engine's doubt alone, as Whisper's authors do."""
_FASTEST, _IMPOSSIBLE = 30.0, 45.0
"""Letters a second: a hurried voice, and more than a mouth can say."""
_HURRIED_LETTERS = 12
"""Fewer than these are too few to count by."""
_VOICE_A_WORD = 0.03
"""Seconds of pitch, the least of a hurried word among others."""
_UNSURE_SECONDS, _UNSURE_SHARE = 0.14, 0.30
"""The detector held less of a sound for speech than it does of nearly any real answer."""

_NO_HINT = Hint()


@dataclass(frozen=True, slots=True)
class Finding:
    """What is left of an engine's words."""

    text: str
    """Empty when there is a doubt."""
    doubt: str | None
    """Why nothing is left, in the words of `SegmentSkipped.reason`: "nothing_said" or "invented"."""


def believed(transcription: Transcription) -> Finding:
    """Everything that has words, for an engine that is believed."""
    text = " ".join(transcription.text.split())
    return Finding(text, None) if _has_words(text) else Finding("", "nothing_said")


class Guard:
    """Weighs what engines heard. Pure; without the sound's measure a call costs a few microseconds."""

    def __init__(self, boilerplate: Boilerplate | None = None) -> None:
        """Raises SettingsError when the lists cannot be read."""
        self._boilerplate = boilerplate or built_in()

    def refuse(self, segment: Segment, sound: Voicing) -> str | None:
        """Before it is written down: "noise" for what cannot be speech, whatever an engine would make of it."""
        certain = sound.is_tone or sound.is_steady_noise or sound.is_click
        doubtful = sound.loud > 0.0 and (sound.is_machine or not sound.has_voice)
        return "noise" if certain or (doubtful and _unsure(segment)) else None

    def doubt(self, segment: Segment, transcription: Transcription, hint: Hint = _NO_HINT) -> str | None:
        """Why these words are not believed; None when they are."""
        return self.weigh(segment, transcription, hint).doubt

    def weigh(
        self, segment: Segment, transcription: Transcription, hint: Hint = _NO_HINT, *, sound: Voicing | None = None
    ) -> Finding:
        """The words that are believed. `sound` is measured here when it is not given (a millisecond a second)."""
        terms = [fold(term) for term in hint.terms]
        case = _Case(segment, sound or voicing(segment.pcm), fold(hint.words), terms, self._boilerplate)
        told = [piece for piece in transcription.pieces if piece.text]
        pieces = [(piece.text, [piece]) for piece in told] or [(transcription.text, list(transcription.pieces))]
        plain = [(" ".join(_DESCRIPTION.sub(" ", text).split()), scores) for text, scores in pieces]
        said = [(text, scores) for text, scores in plain if _has_words(text)]
        if not said:
            return Finding("", "nothing_said")
        kept = [line for text, scores in said if (line := case.believed(text, scores))]
        return Finding(" ".join(kept), None if kept else "invented")


@dataclass(frozen=True, slots=True)
class _Case:
    """Everything that is known of one segment."""

    segment: Segment
    sound: Voicing
    hint: str
    terms: Sequence[str]
    boilerplate: Boilerplate

    def believed(self, text: str, scores: Sequence[Scores]) -> str:
        """What is left of a piece of text."""
        line = " ".join(one for one in sentences(text) if not self.boilerplate.is_never_said(fold(one)))
        words = fold(line).split()
        if not words or self._is_certain(words, scores):
            return ""
        return "" if self._witnesses(words, scores) >= 2 else line

    def _is_certain(self, words: Sequence[str], scores: Sequence[Scores]) -> bool:
        """Hard evidence against these words."""
        doubted = len(words) > _SHORT_ANSWER and _doubted(scores)
        return doubted or self._is_faster_than(_IMPOSSIBLE, words) or turns(words) >= SURE_LOOP_TURNS

    def _witnesses(self, words: Sequence[str], scores: Sequence[Scores]) -> int:
        """How many speak against them."""
        return sum(
            (
                self._sounds_like_nobody(words),
                _unsure(self.segment),
                _doubted(scores),
                " ".join(words) in self.boilerplate.seldom,
                self._repeats(words, scores),
                self._is_faster_than(_FASTEST, words),
            )
        )

    def _sounds_like_nobody(self, words: Sequence[str]) -> bool:
        if not self.sound.has_voice or self.sound.is_machine:
            return True
        return self.sound.voiced < _VOICE_A_WORD * len(words)

    def _repeats(self, words: Sequence[str], scores: Sequence[Scores]) -> bool:
        compressed = any(score.compression is not None and score.compression > 2.4 for score in scores)
        return compressed or turns(words) >= LOOP_TURNS or is_echo(words, self.hint, self.terms)

    def _is_faster_than(self, letters_a_second: float, words: Sequence[str]) -> bool:
        letters = sum(map(len, words))
        spoken = max(self.sound.loud, self.segment.speech_seconds or 0.0)
        return 0.0 < spoken * letters_a_second < letters and letters >= _HURRIED_LETTERS


def _has_words(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _unsure(segment: Segment) -> bool:
    """Did the detector take only a little of it for speech? False where it is not known."""
    spoken = segment.speech_seconds
    return spoken is not None and (spoken < _UNSURE_SECONDS or spoken < _UNSURE_SHARE * segment.seconds)


def _doubted(scores: Sequence[Scores]) -> bool:
    """Does the engine itself doubt a piece, by the two numbers that Whisper's authors go by?"""
    return any(
        score.logprob is not None
        and (score.logprob < -1.3 or (score.logprob < -1.0 and score.no_speech is not None and score.no_speech > 0.6))
        for score in scores
    )
