"""An upload through the same steps as a live voice: all voices side by side, then one turn of the adviser."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from kitt_rtc.calls.conductor import Conductor
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, AudioFrame, seconds_of
from kitt_rtc.model.errors import CallOver
from kitt_rtc.model.facts import Entry
from kitt_rtc.model.speech import Role, Segment, Speaker
from kitt_rtc.pipeline.scribe import skipped
from kitt_rtc.pipeline.segmenter import Segmenter

_FRAMES_A_TURN = 20
"""0.4 s of sound between two breaths of the event loop: at most 4 ms of the detector's work."""
_PIECES_A_VOICE = 4
"""Pieces of one uploaded voice that wait for an engine at once: a long upload floods nobody, and sheds nothing."""


class Digest:
    """Uploads into live calls."""

    async def digest(self, conductor: Conductor, voices: Mapping[Role, bytes]) -> Sequence[Entry]:
        """Write these voices down (house sound by role), ask for advice once, and return what became known.

        Raises CallOver when the call ends meanwhile.
        """
        call = conductor.call
        if call.over.is_set():
            raise CallOver("the call is over")
        seen = call.journal.last
        began = max(0.0, call.clock() - max((seconds_of(pcm) for pcm in voices.values()), default=0.0))
        await asyncio.gather(*(self._voice(conductor, role, pcm, began) for role, pcm in voices.items()))
        await conductor.turn(asked=True)
        return call.journal.entries(after=seen)

    async def _voice(self, conductor: Conductor, role: Role, pcm: bytes, began: float) -> None:
        known = conductor.call.conversation.speaker_of(role)
        speaker = known or Speaker(id=role.value, role=role)
        segments = await _segments(conductor.crew.upload_segmenter(), pcm, began)
        if not segments:
            whole = Segment(id="upload", pcm=pcm, start=began, speaker=speaker)
            conductor.call.record(skipped(whole, "silent"))
        named = [conductor.crew.diarizer.name(segment, speaker) for segment in segments]
        places = asyncio.Semaphore(_PIECES_A_VOICE)
        await asyncio.gather(*(_take(conductor, segment, places) for segment in named))


async def _take(conductor: Conductor, segment: Segment, places: asyncio.Semaphore) -> None:
    async with places:
        await conductor.take(segment)


async def _segments(segmenter: Segmenter, pcm: bytes, began: float) -> list[Segment]:
    found = []
    for count, frame in enumerate(_frames(pcm, began)):
        found.append(segmenter.feed(frame))
        if count % _FRAMES_A_TURN == 0:
            await asyncio.sleep(0)
    found.append(segmenter.flush())
    return [segment for segment in found if segment is not None]


def _frames(pcm: bytes, began: float) -> Iterator[AudioFrame]:
    """House sound cut into frames; the last may be short, so that no length is invented."""
    for number, start in enumerate(range(0, len(pcm), FRAME_BYTES)):
        yield AudioFrame(pcm[start : start + FRAME_BYTES], began + number * FRAME_SECONDS)
