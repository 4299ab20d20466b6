"""The tape of one call: its reel is written to the disk by the second, and its voices are put on the reel.

The law: what was not announced is not taped. While anybody is on hold nothing is; while the recording is paused the
tape has silence. Taping never holds a call up: what fails ends the tape, is told once, and the call goes on.
"""

import asyncio
import secrets

from kitt_rtc import __version__
from kitt_rtc.calls.call import Call
from kitt_rtc.calls.taping import TAPED, Taping
from kitt_rtc.journal import Journal
from kitt_rtc.model.audio import SILENCE, AudioFrame
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.facts import CallStarted, Trouble
from kitt_rtc.ports import Leg, Spool
from kitt_rtc.tape.records import Header, Told, VoiceBegan, VoiceEnded, VoiceHeard

_LOST = "The tape of this call has holes: the disk was too slow."


class Taper:
    """Tapes one call, or does not."""

    def __init__(self, call: Call, taping: Taping | None) -> None:
        self._call = call
        self._taping = taping
        self._told = 0
        """The last fact that is on the tape, by number; after a restart all are told again, as the store has them."""
        self._complained = False
        self._over = asyncio.Event()
        call.reel.on = taping is not None and _announced(call)

    async def read(self, journal: Journal) -> None:
        """Write what comes, until the journal has closed, or the tape cannot be written."""
        if self._taping is None or not self._call.reel.on:
            return
        try:
            spool = await self._taping.tapes.open(self._call.id)
            await spool.write([Header(self._call.id, __version__, self._taping.settings)])
            closed = False
            while not closed:
                await self._wait(self._taping.every)
                closed = journal.closed  # what is told before it closed is in this writing, or has been written
                await self._write(spool)
        except EngineError as error:
            self._call.reel.stop()
            self._tell(error.code, error.message)

    def finish(self) -> None:
        """Nothing more comes: `read` writes the rest at once."""
        self._over.set()

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._over.wait()
        except TimeoutError:
            return

    async def _write(self, spool: Spool) -> None:
        reel = self._call.reel
        facts = self._call.journal.entries(after=self._told)
        records = [*(Told(entry) for entry in facts), *reel.take()]
        if records:
            await spool.write(records)
            self._told += len(facts)
        if reel.lost and not self._complained:
            self._complained = True
            self._tell("overload", _LOST)

    def _tell(self, code: str, detail: str) -> None:
        if not self._call.journal.closed:
            self._call.record(Trouble("tape", code, detail))


class VoiceTape:
    """Of one voice, from where it is listened to."""

    def __init__(self, call: Call, leg: Leg) -> None:
        self._call = call
        self._voice = f"voice-{secrets.token_hex(6)}"
        call.reel.put(VoiceBegan(self._voice, leg.id, leg.speaker, leg.voices, round(call.clock(), 6)))

    def hear(self, frame: AudioFrame, *, speech: bool) -> None:
        """A frame as the segmenter had it, and what the detector said. Called for every one."""
        reel = self._call.reel
        if reel.on:
            if self._call.conversation.recording == "paused":
                frame, speech = AudioFrame(SILENCE, frame.at), False
            reel.put(VoiceHeard(self._voice, frame, speech, round(self._call.clock(), 6)))

    def end(self) -> None:
        self._call.reel.put(VoiceEnded(self._voice, round(self._call.clock(), 6)))


def _announced(call: Call) -> bool:
    first = call.journal.entries()[:1]
    return any(isinstance(entry.fact, CallStarted) and TAPED in entry.fact.warnings for entry in first)
