"""What the telephone network sends to its doors, for the document; `network.py` reads it, signature first.

The names are the network's. It sends more than is listed, and more every year.
"""

from pydantic import BaseModel, ConfigDict, Field


class NetworkForm(BaseModel):
    """How a telephone call goes, in the network's words."""

    model_config = ConfigDict(extra="allow", frozen=True)

    call_sid: str = Field(alias="CallSid")
    call_status: str = Field("", alias="CallStatus", description="queued, ringing, in-progress, completed, busy, …")
    direction: str = Field("", alias="Direction")
    sequence_number: str = Field("", alias="SequenceNumber", description="Counts the callbacks of one call")
    timestamp: str = Field("", alias="Timestamp", description="When it happened, RFC 2822")


class AnswererForm(BaseModel):
    """Who picked up, in the network's words."""

    model_config = ConfigDict(extra="allow", frozen=True)

    call_sid: str = Field(alias="CallSid")
    answered_by: str = Field("", alias="AnsweredBy", description="human, machine_start, machine_end_…, fax or unknown")


class OrderQuery(BaseModel):
    """Which order a request of the network is about; part of the addresses it was given."""

    order: str = Field("", description="Unguessable; empty for a telephone that rings here by itself")


class VoiceQuery(OrderQuery):
    turn: int = Field(0, ge=0, description="How many media streams the line has had")
    session_id: str = Field("", description="The live call that a telephone which rings here joins")
