"""The forms of `/rtc` and of the events socket, and what those doors may be told."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from kitt_rtc.api.forms import Id, Incoming, Outgoing
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.transports.webrtc.peer import PeerOptions

SpeakerId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
SpeakerName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]


@dataclass(frozen=True, slots=True)
class RtcOptions:
    """What the browser's doors may be told."""

    ice_servers: tuple[str, ...] = ()
    """STUN and TURN addresses, as in ICE_SERVERS."""
    turn_secret: str = ""
    """Shared with the TURN server; makes credentials that end by themselves."""
    turn_seconds: int = 3_600
    """For how long such a credential opens the TURN server."""
    relay: bool = False
    """This server itself is reached by way of those TURN servers, for hosts that take no UDP."""
    peer: PeerOptions = field(default_factory=PeerOptions)


@dataclass(frozen=True, slots=True)
class EventsOptions:
    """Limits of one follower at the events socket."""

    behind_seconds: float = 30.0
    """A follower who lags this far, or takes nothing for this long, is told to come again."""
    heartbeat_seconds: float = 15.0
    most_bytes: int = 4_096
    """The longest message that may come up."""
    most_faults: int = 10
    """So many messages that are no command, and the socket is closed."""
    most_commands: int = 1_000


class SpeakerForm(Incoming):
    id: SpeakerId
    name: SpeakerName = ""


class OfferForm(Incoming):
    session_id: Id
    role: Role
    speaker: SpeakerId | SpeakerForm | None = Field(None, description="A name, or an id and a name; default: the role")
    sdp: str = Field(description="The browser's offer, its candidates gathered: audio and a data channel named kitt")
    type: Literal["offer"] = "offer"
    language: Literal["", "auto", "fr", "en"] = Field("", description="What they speak; empty or auto: the call's")

    @property
    def person(self) -> Speaker:
        match self.speaker:
            case None:
                return Speaker(id=self.role.value, role=self.role)
            case SpeakerForm(id=speaker_id, name=name):
                return Speaker(id=speaker_id, role=self.role, name=name)
            case name:
                return Speaker(id=name, role=self.role, name=name)


class Answered(Outgoing):
    leg_id: str
    sdp: str
    type: Literal["answer"] = "answer"


class IceServerSeen(Outgoing):
    urls: list[str]
    username: str = ""
    credential: str = ""


class RtcConfig(Outgoing):
    """As a browser's RTCPeerConnection takes it."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, frozen=True)

    ice_servers: list[IceServerSeen] = Field(alias="iceServers")


class EventsQuery(Incoming):
    after: int = Field(0, ge=0, lt=2**31, description="The number of the last envelope that the page has")
    token: str = Field("", description="The call's token, where a header cannot be set")
    speaker: Annotated[str, StringConstraints(max_length=64)] = Field("", description="Who rates insights here")
