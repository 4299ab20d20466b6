"""What every form of the doors has in common, and the one shape of every error.

What comes in forbids what it does not know; what goes out says nothing but what its form lists. The forms of one door
stand in `*_forms.py` beside it, with the originals' field names.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ID_PATTERN = r"^[A-Za-z0-9_:-][A-Za-z0-9_.:-]{0,63}$"
"""Not a dot first: an id is part of an address, where `.` and `..` are ways and not names."""

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
MaybeId = Annotated[str, StringConstraints(pattern=rf"^({ID_PATTERN[1:-1]})?$")]

MOST_VOICES = 8
Voices = Annotated[
    int, Field(ge=1, le=MOST_VOICES, description="How many people share this microphone at most; 1: nobody does")
]


class Incoming(BaseModel):
    """A body or a query that is sent to us."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Outgoing(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True)


# errors


class FieldFault(Outgoing):
    field: str
    message: str


class ErrorBody(Outgoing):
    code: str = Field(description="For machines; never changes")
    message: str
    fields: list[FieldFault] = Field([], description="The fields at fault, for a 422")
    newer: dict[str, Any] | None = Field(None, description="What stands there now, for a 409 of something that changed")


class Refusal(Outgoing):
    """The one shape of every error."""

    success: Literal[False] = False
    error: ErrorBody


# the house


class StandingSeen(Outgoing):
    port: str
    engine: str
    readiness: Literal["ready", "limited", "simulated", "absent"]
    limits: str = Field(description="What it cannot do and what to do about it")


class Health(Outgoing):
    status: Literal["ready", "not_ready"]
    version: str
    live_calls: int
    engines: list[StandingSeen]
    missing: list[str] = Field(description="What has to be there before calls can be served")
