"""A telephone's leg together with its keypad: what is pressed on it becomes a fact of the call."""

import asyncio

from kitt_rtc.calls.call import Call
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.media.track import MediaTrack
from kitt_rtc.model.facts import KeysPressed
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.model.speech import Speaker
from kitt_rtc.transports.twilio.line import Line


class Handset:
    """Fits `Leg`; nothing but `run` is its own."""

    def __init__(self, line: Line, call: Call) -> None:
        self._line = line
        self._call = call

    @property
    def id(self) -> str:
        return self._line.id

    @property
    def transport(self) -> str:
        return self._line.transport

    @property
    def speaker(self) -> Speaker:
        return self._line.speaker

    @property
    def voices(self) -> int:
        return self._line.voices

    @property
    def microphone(self) -> MediaTrack:
        return self._line.microphone

    @property
    def earpiece(self) -> Earpiece:
        return self._line.earpiece

    @property
    def quality(self) -> LineQuality | None:
        return self._line.quality

    async def run(self) -> str:
        """Carry sound until the line ends; so do its keys."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._note_keys(), name=f"keypad of {self.id}")
            return await self._line.run()

    async def hang_up(self) -> None:
        await self._line.hang_up()

    async def _note_keys(self) -> None:
        async for keys in self._line.keypad:
            if not self._call.journal.closed:
                self._call.record(KeysPressed(self.id, keys, sent=False))
