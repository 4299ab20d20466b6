"""The forms of the reception's socket and of the hand-over, and what those doors may be told."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from kitt_rtc.api.forms import Id, Incoming, MaybeId, Outgoing
from kitt_rtc.api.rtc_forms import SpeakerId, SpeakerName
from kitt_rtc.model.speech import Role, Speaker


@dataclass(frozen=True, slots=True)
class ReceptionOptions:
    """Limits of one page that waits for calls."""

    heartbeat_seconds: float = 15.0
    most_bytes: int = 1_024
    """The longest message that may come up."""
    most_messages: int = 30
    """So many messages within `per_seconds`, and the socket is closed."""
    per_seconds: float = 10.0
    send_seconds: float = 10.0
    """A page that takes nothing for this long is cut."""


class ReceptionQuery(Incoming):
    role: Literal["rep", "support_agent"] = Field(description="Whose calls ring here")
    speaker: SpeakerId = Field(description="Who waits here: the speaker's id of their leg, once they take a call")
    name: SpeakerName = ""
    token: str = Field("", description="The operator's key, where a header cannot be set")

    @property
    def person(self) -> Speaker:
        return Speaker(self.speaker, Role(self.role), self.name)


class ReceptionMessage(Incoming):
    """What a page says."""

    type: Literal["accept", "decline", "available"]
    call: MaybeId = ""
    available: bool = True


class HandOverForm(Incoming):
    phone_number: Annotated[str, StringConstraints(max_length=64)] = Field("", description="E.164: rung for it; or")
    speaker_id: MaybeId = Field("", description="somebody who waits at a desk: see /reception")
    by: Id = Field(description="leg_id of the one who leaves")
    note: Annotated[str, StringConstraints(max_length=2_000)] = Field(
        "", description="What the other should know; empty: put together from the call"
    )

    @model_validator(mode="after")
    def _one(self) -> "HandOverForm":
        if bool(self.phone_number) == bool(self.speaker_id):
            raise ValueError("either phone_number or speaker_id")
        return self


class HandOverBegun(Outgoing):
    success: bool = True
    to: str = Field(description="Speaker id of the one who is rung")
    note: str
