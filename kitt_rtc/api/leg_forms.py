"""The forms of `/calls/{session_id}/legs`: hold and keys."""

from typing import Annotated

from pydantic import Field, StringConstraints

from kitt_rtc.api.forms import Incoming, MaybeId, Outgoing


class HoldForm(Incoming):
    held: bool = Field(description="true: they hear music and nobody hears them; false: they are taken back")
    by: MaybeId = Field("", description="leg_id of the one who does it; empty: the operator")


class Held(Outgoing):
    success: bool = True
    leg_id: str
    held: bool


class KeysForm(Incoming):
    keys: Annotated[str, StringConstraints(pattern=r"^[0-9A-D*#]{1,32}$")] = Field(
        description="Keys of a telephone, played into this person's line as tones"
    )


class KeysSent(Outgoing):
    success: bool = True
    leg_id: str
    keys: str
