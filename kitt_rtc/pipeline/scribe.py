"""Segment in, utterance out: what was said is written down, or it is said why not."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from kitt_rtc.media.voicing import SILENT, voicing
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import Fact, SegmentSkipped, UtteranceHeard
from kitt_rtc.model.speech import NOBODY, Segment, Utterance
from kitt_rtc.pipeline.backchannel import is_backchannel
from kitt_rtc.pipeline.corrector import Corrector
from kitt_rtc.pipeline.guard import Guard, believed
from kitt_rtc.pipeline.hint import Prompter
from kitt_rtc.pipeline.tongue import Tongue
from kitt_rtc.ports import Transcriber


class Scribe:
    """Writes segments down, in the language of whoever speaks."""

    def __init__(
        self,
        transcriber: Transcriber | None,
        prompter: Prompter | None = None,
        tongue: Tongue | None = None,
        *,
        guard: Guard | None = None,
        corrector: Corrector | None = None,
        stand_in: Callable[[str], str] = lambda _: "",
    ) -> None:
        """None: there is no transcriber, and every segment says so; a transcriber that is believed, for want of a
        guard; a corrector that knows no names of a house.

        `stand_in`: who writes a language in the place of the first that hears it; empty while that one does.
        """
        self._transcriber = transcriber
        self._prompter = prompter or Prompter()
        self._tongue = tongue or Tongue()
        self._guard = guard
        self._corrector = corrector or Corrector()
        self.stand_in = stand_in

    def hears(self, language: str) -> bool:
        """Can this language be written down? An engine never gets a language that it would turn into nonsense."""
        if self._transcriber is None:
            return False
        return self._transcriber.languages is None or language in self._transcriber.languages

    async def write(self, segment: Segment, conversation: Conversation) -> Sequence[Fact]:
        """One fact: what was heard, or why nothing was. Raises EngineError when the engine fails."""
        speaker = segment.speaker or NOBODY
        language = conversation.language_of(speaker.id)
        if self._transcriber is None or not self.hears(language):
            return [skipped(segment, "no_engine")]
        began = time.monotonic()
        guard = self._guard
        sound = await asyncio.to_thread(voicing, segment.pcm) if guard else SILENT
        noise = guard.refuse(segment, sound) if guard else None
        if noise is not None:
            return [skipped(segment, noise)]
        among = self._tongue.among(segment, conversation, self._transcriber.languages)
        hint = self._prompter.hint(conversation, language)
        transcription = await self._transcriber.transcribe(
            segment.pcm, language=language, hint=hint.words, among=among, terms=hint.terms
        )
        finding = guard.weigh(segment, transcription, hint, sound=sound) if guard else believed(transcription)
        if finding.doubt is not None:
            return [skipped(segment, finding.doubt)]
        spoken_language = self._tongue.settle(transcription, language, among)
        written, corrections = self._corrector.correct(finding.text, spoken_language, conversation.profile)
        utterance = Utterance(
            id=segment.id.replace("seg_", "utt_", 1),
            speaker=speaker,
            text=written,
            language=spoken_language,
            start=round(segment.start, 3),
            end=round(segment.end, 3),
            heard=finding.text if corrections else "",
            corrections=corrections,
        )
        utterance = replace(utterance, backchannel=is_backchannel(utterance, segment, conversation))
        return [UtteranceHeard(utterance, took=round(time.monotonic() - began, 3))]

    def switched(self, segment: Segment, conversation: Conversation) -> Sequence[Fact]:
        """That whoever said this now speaks another language, once their words have shown it; mostly nothing.

        To be asked when the words are in the conversation: two segments of one person may be written down at once.
        """
        return self._tongue.switched(conversation, (segment.speaker or NOBODY).id)


def skipped(segment: Segment, reason: str) -> SegmentSkipped:
    """The fact that a segment was not written down, and why."""
    speaker = segment.speaker or NOBODY
    return SegmentSkipped(speaker.id, speaker.role.value, round(segment.seconds, 3), reason)
