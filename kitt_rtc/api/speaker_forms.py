"""The forms of those who share a microphone: a voice is given a name, a line is given to another."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from kitt_rtc.api.forms import Id, Incoming, MaybeId, Outgoing
from kitt_rtc.api.rtc_forms import SpeakerName
from kitt_rtc.model.speech import Speaker

GivenRole = Literal["", "rep", "customer", "technician", "support_agent"]
SpeakerKey = Annotated[str, StringConstraints(max_length=68)]
"""Who shares TECH001's microphone is TECH001.2."""


class NameForm(Incoming):
    name: Annotated[SpeakerName, StringConstraints(min_length=1)]
    role: GivenRole = Field("", description="Empty: the role of whoever declared the microphone")
    utterance_ids: list[Id] = Field([], max_length=50, description="Lines that this person has said")
    sample: str = Field("", description="Or a few seconds of their voice: a WAV file in base64")
    microphone: SpeakerKey = Field("", description="With a sample: the speaker id that shares its microphone")
    by: MaybeId = Field("", description="leg_id of the one who does it; empty: the operator")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if bool(self.utterance_ids) == bool(self.sample):
            raise ValueError("give utterance_ids, or a sample with its microphone")
        if self.sample and not self.microphone:
            raise ValueError("say whose microphone the person of this sample shares")
        return self


class LineForm(Incoming):
    speaker_id: SpeakerKey = Field("", description="Somebody known on this microphone; empty: somebody new")
    name: SpeakerName = Field("", description="Of somebody new; may be empty")
    by: MaybeId = Field("", description="leg_id of the one who does it; empty: the operator")


class SpeakerTold(Outgoing):
    success: Literal[True] = True
    speaker_id: str
    role: str
    name: str

    @classmethod
    def of(cls, speaker: Speaker) -> "SpeakerTold":
        return cls(speaker_id=speaker.id, role=speaker.role.value, name=speaker.name)
