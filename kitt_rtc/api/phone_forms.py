"""The forms of the telephone's doors, with the originals' field names; and what those doors are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kitt_rtc.api.call_forms import SessionStats
from kitt_rtc.api.forms import Id, Incoming, MaybeId, Outgoing, Voices
from kitt_rtc.model.speech import Role
from kitt_rtc.transports.twilio.line import LineOptions
from kitt_rtc.transports.twilio.opening import START_SECONDS


@dataclass(frozen=True, slots=True)
class PhoneOptions:
    """What the telephone's doors may be told."""

    auth_token: str = field(repr=False)
    """Of the account, or of the phone booth: checks what claims to come from the network."""
    public_base: str = ""
    """The http(s) address the world reaches this server under; empty: this machine only."""
    stream_url: str = ""
    """The wss address of the media stream; empty: derived from where this server listens."""
    greetings: Mapping[tuple[Role, str], str] = field(default_factory=dict)
    """Said before the call, by who is greeted and in which language (contract F13)."""
    refusals: Mapping[str, str] = field(default_factory=dict)
    """Said to somebody who cannot be taken, by language; empty: nothing is said."""
    notices: Mapping[str, str] = field(default_factory=dict)
    """Said behind the greeting to those who do not work here, by language: the call is listened to; empty: nothing."""
    language: str = "fr"
    """Two letters: of those who ring without a call of their own."""
    incoming_playbook: str = "support"
    """Of their calls."""
    machine_detection: bool = False
    """Have the network find out whether a machine picked up."""
    start_seconds: float = START_SECONDS
    """A media-stream socket that has not begun by then is closed."""
    line: LineOptions = field(default_factory=LineOptions)


class InitiateForm(Incoming):
    phone_number: Annotated[str, StringConstraints(max_length=64)] = Field(description="E.164, like +33123456789")
    technician_id: MaybeId = Field("", description="Empty: TECH001, or CUSTOMER for a customer")
    technician_name: Annotated[str, StringConstraints(max_length=200)] = ""
    session_id: MaybeId = Field("", description="A live call is joined; an unknown one is started; empty: one is made")
    role: Literal["technician", "customer"] = "technician"
    language: Literal["", "auto", "fr", "en"] = Field("", description="Empty or auto: the language of the call")
    voices: Voices = 1


class Initiated(Outgoing):
    success: Literal[True] = True
    call_sid: str
    session_id: str
    status: Literal["initiated"] = "initiated"


class EndForm(Incoming):
    call_sid: Id
    session_id: Id


class PhoneEnded(Outgoing):
    success: Literal[True] = True
    call_sid: str
    status: Literal["completed"] = "completed"
    duration: float = Field(description="Seconds from the answer to the end; 0 when nobody answered")
    session_stats: SessionStats


class PhoneStatus(Outgoing):
    success: Literal[True] = True
    call_sid: str
    session_id: str
    status: str = Field(description="In the network's words: queued, ringing, in-progress, completed, busy, …")
    updated_at: float = Field(description="When this status was reached, in seconds since 1970")
    duration: float = Field(description="Seconds from the answer, so far")
    simulated: bool = Field(description="The phone booth stands in for the network")
