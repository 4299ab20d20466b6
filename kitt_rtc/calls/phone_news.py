"""How a telephone's call goes, told to its line and to its call's story; and what its end means for the call."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from kitt_rtc.calls.conductor import Conductor
from kitt_rtc.calls.phone_lines import PhoneLine, PhoneLines
from kitt_rtc.calls.switchboard import Switchboard
from kitt_rtc.model.errors import CallNotFound, CallOver, EngineError
from kitt_rtc.model.facts import PhoneStatusChanged
from kitt_rtc.ports import Telephony

logger = logging.getLogger(__name__)

WATCH_SECONDS = 20.0
"""The network is asked about every live line this often: a lost callback is made good within a minute."""


_ANSWERERS = ("human", "machine", "fax", "unknown")


def answerer(told: str) -> str:
    """Who picked up, of the network's `AnsweredBy`: human, machine, fax or unknown; empty for what is none of it."""
    kind = told.partition("_")[0]  # machine_start, machine_end_beep, machine_end_silence, machine_end_other
    return kind if kind in _ANSWERERS else ""


@dataclass(frozen=True, slots=True)
class PhoneNews:
    """Takes what is heard of telephone calls, from whoever hears it. Keeps nothing itself."""

    phones: PhoneLines
    telephony: Telephony
    board: Switchboard

    def live_call(self, line: PhoneLine) -> Conductor | None:
        """The line's call, while it lives."""
        try:
            return self.board.find(line.call_id)
        except CallNotFound:
            return None

    def take(self, line: PhoneLine, status: str, *, at: float | None = None, sequence: int | None = None) -> None:
        """The network says how the line's call goes. What is no news changes nothing (contract E15)."""
        if self.phones.note(line, status, at=at, sequence=sequence):
            self._record(line)
            self.end_call_with(line)

    def take_answerer(self, line: PhoneLine, told: str) -> None:
        """The network says who picked up, in its own words. What is no news changes nothing."""
        if self.phones.note_answerer(line, answerer(told)):
            self._record(line)

    def _record(self, line: PhoneLine) -> None:
        conductor = self.live_call(line)
        if conductor is None:
            return
        with suppress(CallOver):
            conductor.call.record(
                PhoneStatusChanged(
                    line.call_sid,
                    line.status,
                    self.telephony.simulated,
                    line.answered_by,
                    line.speaker,
                    line.owns_call,
                )
            )

    def end_call_with(self, line: PhoneLine) -> None:
        """A call that was begun for this telephone ends with it, once nobody is left in it.

        While the leg is still there its last words are on their way; it leaves by itself.
        """
        conductor = self.live_call(line)
        if conductor is not None and line.owns_call and line.ended and not conductor.call.legs:
            conductor.call.end("hung_up")

    async def ask(self, line: PhoneLine) -> None:
        """Callbacks get lost: hear from the network itself how the line stands. Its failure changes nothing."""
        if line.ended or not line.call_sid:
            return
        try:
            self.take(line, await self.telephony.status(line.call_sid))
        except EngineError as error:
            logger.warning("the telephone network was not asked", extra={"call": line.call_id, "code": error.code})

    async def hang_up(self, line: PhoneLine) -> None:
        """See to it that nobody holds a telephone that leads nowhere. The network's failure changes nothing."""
        if line.ended or not line.call_sid:
            return
        try:
            self.take(line, await self.telephony.hang_up(line.call_sid))
        except EngineError as error:
            logger.warning("a telephone was not hung up", extra={"call": line.call_id, "code": error.code})

    async def ask_back(self, line: PhoneLine, url: str) -> None:
        """A stream was lost while the telephone call goes on: have the network open another, by asking `url`."""
        await self.ask(line)
        if line.status != "in-progress" or line.given_up:
            return
        try:
            await self.telephony.redirect(line.call_sid, url)
        except EngineError as error:
            logger.warning("a lost stream was not asked back", extra={"call": line.call_id, "code": error.code})

    async def watch(self, every: float = WATCH_SECONDS) -> NoReturn:
        """For as long as the house stands: make good what callbacks did not tell, and hang up what leads nowhere."""
        while True:
            await asyncio.sleep(every)
            for line in () if self.board.leaving else self.phones.open():
                if line.given_up or self.live_call(line) is None:
                    await self.hang_up(line)
                else:
                    await self.ask(line)
