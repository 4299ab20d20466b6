"""Segment in, utterance out: what was said is written down, or it is said why not."""

import time
from collections.abc import Sequence

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import Fact, SegmentSkipped, UtteranceHeard
from kitt_rtc.model.speech import NOBODY, Segment, Utterance
from kitt_rtc.pipeline.corrector import Corrector
from kitt_rtc.ports import Transcriber

_HINT_SENTENCES = 3
_HINT_LETTERS = 240
"""A Whisper prompt holds 224 tokens; the end of it matters most."""


class Scribe:
    """Writes segments down, in the language of the call."""

    def __init__(self, transcriber: Transcriber | None, corrector: Corrector | None = None) -> None:
        """None: there is no transcriber, and every segment says so; the corrector knows no names of a house."""
        self._transcriber = transcriber
        self._corrector = corrector or Corrector()

    def hears(self, language: str) -> bool:
        """Can this language be written down? An engine never gets a language that it would turn into nonsense."""
        if self._transcriber is None:
            return False
        return self._transcriber.languages is None or language in self._transcriber.languages

    async def write(self, segment: Segment, conversation: Conversation) -> Sequence[Fact]:
        """One fact: what was heard, or why nothing was. Raises EngineError when the engine fails."""
        language = conversation.language
        if self._transcriber is None or not self.hears(language):
            return [skipped(segment, "no_engine")]
        began = time.monotonic()
        transcription = await self._transcriber.transcribe(segment.pcm, language=language, hint=_hint(conversation))
        text = " ".join(transcription.text.split())
        if not any(letter.isalnum() for letter in text):
            return [skipped(segment, "nothing_said")]
        spoken_language = transcription.language or language
        written, corrections = self._corrector.correct(text, spoken_language)
        utterance = Utterance(
            id=segment.id.replace("seg_", "utt_", 1),
            speaker=segment.speaker or NOBODY,
            text=written,
            language=spoken_language,
            start=round(segment.start, 3),
            end=round(segment.end, 3),
            heard=text if corrections else "",
            corrections=corrections,
        )
        return [UtteranceHeard(utterance, took=round(time.monotonic() - began, 3))]


def skipped(segment: Segment, reason: str) -> SegmentSkipped:
    """The fact that a segment was not written down, and why."""
    speaker = segment.speaker or NOBODY
    return SegmentSkipped(speaker.id, speaker.role.value, round(segment.seconds, 3), reason)


def _hint(conversation: Conversation) -> str:
    last = " ".join(utterance.text for utterance in conversation.utterances[-_HINT_SENTENCES:])
    return last[-_HINT_LETTERS:]
