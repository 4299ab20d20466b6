"""One voice, from its tap to where it is written down: freed of echo, cut from silence, named, noted on the floor."""

from dataclasses import replace

from kitt_rtc.calls.call import Call
from kitt_rtc.calls.crew import Crew
from kitt_rtc.calls.dictation import Dictation
from kitt_rtc.calls.echoless import echoless
from kitt_rtc.calls.floor import Floor
from kitt_rtc.calls.taper import VoiceTape
from kitt_rtc.calls.ticker import Ticker, ticking
from kitt_rtc.media.track import Tap
from kitt_rtc.model.audio import FRAME_SECONDS, AudioFrame
from kitt_rtc.model.speech import Role, Segment
from kitt_rtc.pipeline.pauses import Pauses
from kitt_rtc.pipeline.segmenter import Segmenter
from kitt_rtc.pipeline.taping import reviewed
from kitt_rtc.ports import EchoCanceller, Leg

ECHO = "echo"
"""The word of `SegmentSkipped.reason` for the other side's voice."""


class Listener:
    """Of one leg."""

    def __init__(self, call: Call, crew: Crew, floor: Floor, dictation: Dictation, leg: Leg, *, pauses: Pauses) -> None:
        """`pauses`: what is known of those of the one who speaks."""
        self._call = call
        self._crew = crew
        self._floor = floor
        self._dictation = dictation
        self._leg = leg
        self._pauses = pauses

    async def listen(self, voice: Tap) -> None:
        """Until the voice ends; the sentence that is open then is heard to there."""
        async with ticking(self._call, self._leg, self._crew.captioning) as ticker:
            with echoless(self._leg.earpiece, self._crew.canceller) as canceller:
                await self._hear(voice, ticker, canceller)

    async def _hear(self, voice: Tap, ticker: Ticker | None, canceller: EchoCanceller | None) -> None:
        segmenter, tape = self._crew.segmenter(self._pauses), VoiceTape(self._call, self._leg)
        async for heard in voice:
            frame = canceller.clean(heard) if canceller else heard
            segment = segmenter.feed(frame, self._floor.other(self._leg.id))
            tape.hear(frame, speech=segmenter.heard)
            self._tell(segmenter, frame)
            if ticker is not None:
                ticker.note(segmenter, segment)
            if segment is not None:
                await self._hand_on(segment, canceller)
        self._note(speaking=False)
        last = segmenter.flush()
        if ticker is not None:
            ticker.finish(last)
        if last is not None:
            await self._hand_on(last, canceller)
        self._floor.forget(self._leg.id)
        tape.end()

    def _tell(self, segmenter: Segmenter, frame: AudioFrame) -> None:
        if segmenter.voiced:
            self._floor.hear(self._leg.id, frame.at, frame.at + FRAME_SECONDS)
        self._note(speaking=segmenter.speaking)

    def _note(self, *, speaking: bool) -> None:
        role = self._leg.speaker.role if self._leg.speaker else Role.UNKNOWN
        self._floor.note(self._leg.id, role, speaking=speaking)

    async def _hand_on(self, segment: Segment, canceller: EchoCanceller | None) -> None:
        closed = replace(segment, closed_at=self._call.clock())
        with self._dictation.expecting():
            heard = await reviewed(canceller, closed, self._call.reel) if canceller else closed
        if heard is None:
            self._dictation.skip(replace(segment, speaker=self._leg.speaker), ECHO)
            return
        placed = replace(heard, amid=self._floor.amid(self._leg.id, heard.start, heard.end))
        named = self._crew.diarizer.name(placed, self._leg.speaker)
        self._dictation.admit(named)
