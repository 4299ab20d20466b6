"""The forms of `/calls/{session_id}/snooze`."""

from pydantic import Field

from kitt_rtc.api.forms import Incoming, MaybeId, Outgoing
from kitt_rtc.transports.commands import MAX_SNOOZE_SECONDS


class SnoozeForm(Incoming):
    seconds: int = Field(
        ge=0, le=MAX_SNOOZE_SECONDS, strict=True, description="No cards for so long; 0: the coach speaks again"
    )
    by: MaybeId = Field("", description="speaker_id of the one who asks for it; empty: the operator")


class Snoozed(Outgoing):
    success: bool = True
    session_id: str
    snoozed_until: float = Field(description="Seconds since the call began")
    seconds: float = Field(description="From now to then; 0: the coach speaks")
