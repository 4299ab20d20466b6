"""A leg driven by hand: a test speaks into it, and hangs up."""

import asyncio

from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.media.track import MediaTrack
from kitt_rtc.model.audio import Clock
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.model.speech import Role, Speaker


class HandLeg:
    """Fits `ports.Leg`."""

    transport = "test"

    def __init__(
        self, clock: Clock, role: Role = Role.CUSTOMER, *, leg_id: str = "leg_1", name: str = "", voices: int = 1
    ) -> None:
        self.id = leg_id
        self.voices = voices
        self.speaker = Speaker(f"{role.value}_1", role, name)
        self.microphone = MediaTrack(clock)
        self.earpiece = Earpiece()
        self.quality: LineQuality | None = None
        self._left = asyncio.Event()
        self._reason = "hung_up"

    def say(self, pcm: bytes) -> None:
        """House sound, all at once."""
        self.microphone.push(pcm, rate=16_000)

    def leave(self, reason: str = "hung_up") -> None:
        self._reason = reason
        self._left.set()

    async def run(self) -> str:
        await self._left.wait()
        return self._reason

    async def hang_up(self) -> None:
        self._left.set()
