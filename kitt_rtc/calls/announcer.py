"""The house's own voice to those in a call, outside of any advice: a sentence, a beep."""

import asyncio
import logging
from collections.abc import Sequence

from kitt_rtc.media import tones
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, RATE, SAMPLE_BYTES, AudioFrame
from kitt_rtc.model.errors import EngineError
from kitt_rtc.ports import Synthesizer

logger = logging.getLogger(__name__)

SOURCE = "announcer"
"""Its place in an earpiece."""
_LONGEST_BYTES = 20 * RATE * SAMPLE_BYTES
_VOICE_SECONDS = 10.0
"""For a sentence to be made."""
_GLANCE_SECONDS = 0.05
_SLACK_SECONDS = 2.0
"""How late an ear may be before it counts as one that takes no sound."""


class Announcer:
    """Says nothing where the house has no voice; beeps all the same."""

    def __init__(self, voice: Synthesizer | None = None) -> None:
        self._voice = voice

    async def say(self, ears: Sequence[Earpiece], text: str, *, language: str) -> None:
        """Until it has been heard. A voice that fails says nothing."""
        if self._voice is None:
            return
        sound = bytearray()
        try:
            async with asyncio.timeout(_VOICE_SECONDS):
                async for block in self._voice.speak(text, language=language):
                    sound += block
        except (EngineError, TimeoutError) as error:
            logger.warning("an announcement was not said", extra={"error": type(error).__name__})
            return
        await self._play(ears, bytes(sound[:_LONGEST_BYTES]))

    async def beep(self, ears: Sequence[Earpiece]) -> None:
        """Until it has been heard."""
        await self._play(ears, tones.beep())

    async def _play(self, ears: Sequence[Earpiece], sound: bytes) -> None:
        for start in range(0, len(sound), FRAME_BYTES):
            pcm = sound[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
            for ear in ears:
                await ear.say(AudioFrame(pcm, 0.0), source=SOURCE)
        patience = len(sound) // FRAME_BYTES * FRAME_SECONDS + _SLACK_SECONDS
        try:
            async with asyncio.timeout(patience):
                while any(ear.pending(SOURCE) for ear in ears):  # noqa: ASYNC110 - an earpiece has no bell for "heard"
                    await asyncio.sleep(_GLANCE_SECONDS)
        except TimeoutError:
            for ear in ears:
                ear.hush(SOURCE)
