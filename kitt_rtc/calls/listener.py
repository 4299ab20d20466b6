"""One voice, from its tap to where it is written down: cut from silence, named, and noted on the floor."""

from kitt_rtc.calls.call import Call
from kitt_rtc.calls.crew import Crew
from kitt_rtc.calls.dictation import Dictation
from kitt_rtc.calls.floor import Floor
from kitt_rtc.media.track import Tap
from kitt_rtc.model.speech import Role, Segment
from kitt_rtc.ports import Leg


class Listener:
    """Of one leg."""

    def __init__(self, call: Call, crew: Crew, floor: Floor, dictation: Dictation, leg: Leg) -> None:
        self._call = call
        self._crew = crew
        self._floor = floor
        self._dictation = dictation
        self._leg = leg

    async def listen(self, voice: Tap) -> None:
        """Until the voice ends; the sentence that is open then is heard to there."""
        segmenter = self._crew.segmenter()
        async for frame in voice:
            segment = segmenter.feed(frame)
            self._note(speaking=segmenter.speaking)
            if segment is not None:
                await self._hand_on(segment)
        self._note(speaking=False)
        last = segmenter.flush()
        if last is not None:
            await self._hand_on(last)

    def _note(self, *, speaking: bool) -> None:
        role = self._leg.speaker.role if self._leg.speaker else Role.UNKNOWN
        self._floor.note(self._leg.id, role, speaking=speaking)

    async def _hand_on(self, segment: Segment) -> None:
        named = await self._crew.diarizer.name(segment, self._leg.speaker, self._call.conversation.roster)
        self._dictation.admit(named)
