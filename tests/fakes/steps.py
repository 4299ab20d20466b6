"""Engines, a playbook and a crew that do as they are told."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kitt_rtc.calls.crew import Crew
from kitt_rtc.calls.scheduler import Scheduler
from kitt_rtc.calls.ticker import Captioning
from kitt_rtc.media.mix import loudness
from kitt_rtc.model.audio import AudioFrame
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import ContextRead
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.speech import Role
from kitt_rtc.pipeline.adviser import Adviser
from kitt_rtc.pipeline.deduper import Deduper
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.pipeline.scribe import Scribe
from kitt_rtc.pipeline.segmenter import Segmenter
from kitt_rtc.pipeline.summarizer import Summarizer
from kitt_rtc.ports import EchoCanceller, Manner, Recordings, Transcription, VoiceEncoder


class LoudDetector:
    """Speech is what is loud."""

    def hears(self, frame: AudioFrame) -> bool:
        return loudness(frame.pcm) > 0.01

    def close(self) -> None:
        pass


@dataclass
class ScriptedTranscriber:
    """Writes the next line of its script for every piece of sound; an error in the script is raised."""

    lines: list[str | Exception] = field(default_factory=list)
    languages: frozenset[str] | None = None
    heard: list[bytes] = field(default_factory=list)

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        self.heard.append(pcm)
        line = self.lines.pop(0) if self.lines else f"line {len(self.heard)}"
        if isinstance(line, Exception):
            raise line
        return Transcription(line, language)


@dataclass
class EchoPlaybook:
    """Advises the last fresh utterance's own words; a customer and a technician drive it."""

    name: str = "coaching"
    manners: Mapping[Role, Manner] = field(
        default_factory=lambda: {
            Role.CUSTOMER: Manner(0.5, 0, True),
            Role.TECHNICIAN: Manner(0.5, 0, True),
            Role.REP: Manner(0.5, 1, False),
        }
    )

    def glance(self, conversation: Conversation) -> ContextRead | None:
        return None

    async def read(self, conversation: Conversation) -> ContextRead | None:
        return ContextRead(tuple(said.id for said in conversation.pending), phase="discovery")

    async def advise(self, conversation: Conversation) -> Insight | None:
        said = conversation.fresh[-1]
        return Insight(f"ins_{said.id}", InsightType.COACHING, said.text, because=(said.id,))


def crew(
    transcriber: ScriptedTranscriber | None = None,
    playbook: EchoPlaybook | None = None,
    recordings: Recordings | None = None,
    scheduler: Scheduler | None = None,
    captioning: Captioning | None = None,
    *,
    encoder: VoiceEncoder | None = None,
    canceller: Callable[[], EchoCanceller] | None = None,
) -> Crew:
    """A whole crew on scripted engines."""
    playbook = playbook or EchoPlaybook()
    return Crew(
        playbook=playbook,
        segmenter=lambda pauses: Segmenter(LoudDetector(), pauses=pauses),
        upload_segmenter=lambda: Segmenter(LoudDetector()),
        diarizer=Diarizer(playbook.manners, encoder),
        scribe=Scribe(transcriber or ScriptedTranscriber()),
        scheduler=scheduler or Scheduler(lambda: 2),
        adviser=Adviser(playbook, Deduper()),
        summarizer=Summarizer(),
        recordings=recordings,
        captioning=captioning,
        canceller=canceller,
    )
