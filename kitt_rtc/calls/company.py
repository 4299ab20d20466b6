"""Those who share a microphone: their voices told apart, their names, and whose line is whose.

The law: voices are known in this call alone and while it lasts; nothing of them is stored, told to a log, or compared
with another call's. Every line has a speaker at once, and is corrected in the story when more is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kitt_rtc.calls.call import Call
from kitt_rtc.model.errors import BadForm, CallError, EngineError
from kitt_rtc.model.facts import SpeakerCorrected, SpeakerNamed, Trouble
from kitt_rtc.model.speech import Role, Segment, Speaker
from kitt_rtc.pipeline.diarizer import Diarizer, Part
from kitt_rtc.pipeline.voices import Piece, Voices
from kitt_rtc.ports import Leg

BY_VOICE = "voices"
"""Who corrected a line, where nobody did."""
_LINES = 500
"""So many lines of a call, the latest, may still be named, given to another or taught by."""
_ALONE = "Several people share a microphone, and everything is put to one of them: pip install --no-deps resemblyzer."


@dataclass(slots=True)
class _Line:
    """Something said into a shared microphone."""

    microphone: "_Microphone"
    pieces: tuple[Piece, ...]
    told: str
    """Whose the story says it is, as a speaker's id."""
    written: bool = False

    @property
    def voice(self) -> int:
        """Most of it, by its length."""
        seconds: dict[int, float] = {}
        for piece in self.pieces:
            seconds[piece.voice] = seconds.get(piece.voice, 0.0) + piece.seconds
        return max(seconds, key=lambda voice: seconds[voice])


@dataclass(slots=True)
class _Microphone:
    """A shared one; its owner is who declared it."""

    owner: Speaker
    voices: Voices
    people: dict[int, Speaker] = field(default_factory=dict)
    """By voice."""


class Company:
    """Of one call."""

    def __init__(self, call: Call, diarizer: Diarizer) -> None:
        self._call = call
        self._diarizer = diarizer
        self._microphones: dict[str, _Microphone] = {}
        """By their owner's speaker id: they outlive a line that is lost."""
        self._lines: dict[str, _Line] = {}
        """By utterance id, in the order spoken; the oldest are forgotten."""
        self._complained = False

    def join(self, leg: Leg) -> None:
        """Somebody comes, perhaps with others beside them."""
        if leg.speaker is None or leg.voices <= 1:
            return
        known = self._microphones.get(leg.speaker.id)
        if known is not None:
            known.voices.most = max(leg.voices, len(known.voices.known))
        elif self._diarizer.tells_apart:
            self._microphones[leg.speaker.id] = _Microphone(leg.speaker, Voices(leg.voices))
        elif not self._complained:
            self._complained = True
            self._call.record(Trouble("diarizer", "no_engine", _ALONE))

    async def tell_apart(self, segment: Segment) -> Sequence[Segment]:
        """What one voice each has said of it, in the order spoken; the segment itself where nobody shares."""
        microphone = self._microphones.get(segment.speaker.id) if segment.speaker else None
        if microphone is None:
            return [segment]
        try:
            parts = await self._diarizer.tell_apart(segment, microphone.voices)
        except EngineError as error:
            self._call.record(Trouble("diarizer", error.code, error.message))
            return [segment]
        return [self._noted(microphone, part) for part in parts]

    def settle(self) -> None:
        """Give lines to those they are now known to be of."""
        spoken = {utterance.id for utterance in self._call.conversation.utterances}
        for utterance_id, line in self._lines.items():
            line.written = line.written or utterance_id in spoken
            speaker = self._person(line.microphone, line.voice)
            if line.written and speaker.id != line.told and not self._call.journal.closed:
                line.told = speaker.id
                self._call.record(SpeakerCorrected(utterance_id, speaker, BY_VOICE))

    async def register(
        self, owner_id: str, name: str, *, role: Role | None = None, by: str,
        utterance_ids: Sequence[str] = (), pcm: bytes = b"",
    ) -> Speaker:  # fmt: skip
        """Name a voice of the microphone of this owner: by lines it has said, or by a sample of it.

        Raises BadForm, CallError, EngineError.
        """
        microphone = self._microphone(owner_id)
        if pcm:
            pieces = [Piece(vector, seconds) for vector, seconds in await self._diarizer.sample(pcm)]
            voice = self._enrol(microphone, pieces)
        else:
            lines = [self._line(utterance_id) for utterance_id in utterance_ids]
            pieces = [piece for line in lines for piece in line.pieces]
            voice = lines[0].voice
            microphone.voices.teach(pieces, voice)
        known = self._person(microphone, voice)
        speaker = replace(known, name=name, role=role or known.role)
        microphone.people[voice] = speaker
        self._call.record(SpeakerNamed(speaker, by))
        self.settle()
        return speaker

    def correct(self, utterance_id: str, speaker_id: str, *, by: str) -> Speaker:
        """This line was said by somebody known on its microphone; empty: by somebody new. Raises BadForm, CallError."""
        line = self._line(utterance_id)
        microphone = line.microphone
        voice = self._voice_of(microphone, speaker_id) if speaker_id else None
        voice = microphone.voices.teach(line.pieces, voice)
        if voice is None:
            raise CallError(f"{microphone.voices.most} people share this microphone, and all of them are known")
        speaker = self._person(microphone, voice)
        line.told, line.written = speaker.id, True
        self._call.record(SpeakerCorrected(utterance_id, speaker, by))
        self.settle()
        return speaker

    def owner_of(self, utterance_id: str) -> str:
        """Whose microphone a line came from. Raises BadForm."""
        return self._line(utterance_id).microphone.owner.id

    def _noted(self, microphone: _Microphone, part: Part) -> Segment:
        line = _Line(microphone, part.pieces, "")
        speaker = self._person(microphone, line.voice)
        line.told = speaker.id
        self._lines[part.segment.id.replace("seg_", "utt_", 1)] = line
        if len(self._lines) > _LINES:
            del self._lines[next(iter(self._lines))]
        return replace(part.segment, speaker=speaker)

    def _enrol(self, microphone: _Microphone, pieces: Sequence[Piece]) -> int:
        told = [piece for piece in pieces if piece.vector is not None]
        if not told:
            raise BadForm("the sample is too short to know a voice by: send two seconds of speech")
        longest = max(told, key=lambda piece: piece.seconds)
        assert longest.vector is not None
        voice = microphone.voices.teach(told, microphone.voices.match(longest.vector))
        if voice is None:
            raise CallError(f"{microphone.voices.most} people share this microphone, and all of them are known")
        return voice

    def _person(self, microphone: _Microphone, voice: int) -> Speaker:
        """Who has this voice: the first one is the owner's."""
        if voice not in microphone.people:
            owner = microphone.owner
            if any(person.id == owner.id for person in microphone.people.values()):
                microphone.people[voice] = Speaker(self._free_id(microphone), owner.role)
            else:
                microphone.people[voice] = owner
        return microphone.people[voice]

    def _free_id(self, microphone: _Microphone) -> str:
        """Not one of an earlier process either: the names it knew are not put to other voices."""
        taken = {person.id for person in (*microphone.people.values(), *self._call.conversation.roster)}
        number = 2
        while (name := f"{microphone.owner.id}.{number}") in taken:
            number += 1
        return name

    def _microphone(self, owner_id: str) -> _Microphone:
        if owner_id not in self._microphones:
            fault = "nobody shares a microphone under this speaker's id, or voices cannot be told apart here"
            raise BadForm("this microphone is not shared", [{"field": "speaker_id", "message": fault}])
        return self._microphones[owner_id]

    def _line(self, utterance_id: str) -> _Line:
        if utterance_id not in self._lines:
            raise BadForm(
                "no line of a shared microphone has this id",
                [{"field": "utterance_id", "message": "no line of a shared microphone in this call"}],
            )
        return self._lines[utterance_id]

    @staticmethod
    def _voice_of(microphone: _Microphone, speaker_id: str) -> int:
        voices: Mapping[str, int] = {person.id: voice for voice, person in microphone.people.items()}
        if speaker_id not in voices:
            fault = "nobody of this id is known on this microphone"
            raise BadForm(fault, [{"field": "speaker_id", "message": fault}])
        return voices[speaker_id]
