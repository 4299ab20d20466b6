"""The sockets in the wall: what an engine, a transport, a playbook or a reader must fit.

Nothing here is inherited from; the type checker and the contract tests say whether a thing fits. A vendor's exception
never crosses a port: engines raise the `EngineError`s of `kitt_rtc.model.errors`.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import BaseModel

from kitt_rtc.journal import Journal
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.media.track import MediaTrack
from kitt_rtc.model.audio import AudioFrame
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.document import Document, Twin
from kitt_rtc.model.facts import AnswerTraced, CaseSettled, ContextRead, Entry, GapFound, HelpWanted
from kitt_rtc.model.findings import Findings
from kitt_rtc.model.insight import Insight, Passage
from kitt_rtc.model.lack import Lack
from kitt_rtc.model.profile import Profile
from kitt_rtc.model.proposed_article import ProposedArticle
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.model.query import Query
from kitt_rtc.model.speech import Role, Segment, Speaker
from kitt_rtc.prompts.prompt import Prompt
from kitt_rtc.tape.records import Record

Vector = Sequence[float]
Form = TypeVar("Form", bound=BaseModel)


# what stands behind a port


class Readiness(StrEnum):
    READY = "ready"
    LIMITED = "limited"
    """Works, but not for everything: `limits` says for what not."""
    SIMULATED = "simulated"
    """A stand-in that says so, like the phone booth."""
    ABSENT = "absent"
    """Nothing stands here; the product works without it as `limits` says."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Which engine stands behind a port, and what it cannot do: told by /health, the pages and the log."""

    port: str
    engine: str
    readiness: Readiness
    limits: str = ""
    """What it cannot do and what to do about it, in a sentence; empty when nothing is missing."""


# hearing


class SpeechDetector(Protocol):
    """Is this speech? One detector per voice; it may keep state. Costs well under a millisecond a frame."""

    def hears(self, frame: AudioFrame) -> bool: ...

    def close(self) -> None:
        """The voice has left; what the detector holds may serve another."""


class VoiceEncoder(Protocol):
    """What voices sound like, to tell apart those who share a microphone. What fails raises an `EngineError`."""

    async def encode(self, pieces: Sequence[bytes]) -> list[Vector | None]:
        """For each piece of house sound a vector of length one, near to those of the same voice; None: too short."""


class EchoCanceller(Protocol):
    """Takes out of one microphone what the loudspeaker beside it plays. One per leg; it keeps state."""

    def played(self, frame: AudioFrame) -> None:
        """What the person's loudspeaker has just been given, in the order it is heard."""

    def clean(self, frame: AudioFrame) -> AudioFrame:
        """The same stretch of the microphone without its echo, at most 20 ms later."""

    async def review(self, segment: Segment) -> Segment | None:
        """A sentence that was heard before its echo was well known, without it; None if nobody spoke in it."""

    def close(self) -> None:
        """The leg has left."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What a transcriber thinks of its own piece of text; None for what it does not tell."""

    seconds: float
    no_speech: float | None = None
    """Probability that nobody spoke."""
    logprob: float | None = None
    """Mean log-probability of its tokens."""
    compression: float | None = None
    """How well its text compresses: a loop compresses very well."""
    text: str = ""
    """The piece itself."""


@dataclass(frozen=True, slots=True)
class Transcription:
    """The words of a piece of sound."""

    text: str
    """Empty when nobody said anything."""
    language: str
    """Two letters: what the engine was asked in or, of a set, has heard; empty where it cannot tell."""
    confidence: float | None = None
    """0 to 1 where the engine tells; None where it does not."""
    pieces: tuple[Scores, ...] = ()
    """Piece by piece, where the engine tells."""
    engine: str = ""
    """Who wrote it, where several may; empty otherwise."""


class Transcriber(Protocol):
    """Writes speech down. Silence gives empty text; what fails raises an `EngineError`."""

    @property
    def languages(self) -> frozenset[str] | None:
        """Two-letter codes it can write; None when any. A call in another language never reaches it."""

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        """`pcm` is house sound; `language` two letters; `hint` the last sentences, possibly empty.

        `among`: languages this person may speak, where `language` is not certain; the answer tells which it was, if
        the engine can. `terms`: at most ten names and words of the trade.
        """


# thinking


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that one question to a language model cost."""

    tokens_in: int = 0
    tokens_out: int = 0
    estimated: bool = False
    """The server did not count: told by the length of the texts."""


Seen = Callable[[Mapping[str, str]], None]
"""Told the texts of a form as far as they are written, by field in the order they were begun; the last may grow."""


class LanguageModel(Protocol):
    @property
    def name(self) -> str: ...

    async def write(self, prompt: Prompt) -> str:
        """Plain text, within the prompt's deadline."""

    async def fill(self, prompt: Prompt, form: type[Form], *, seen: Seen | None = None) -> Form:
        """A validated form, within the prompt's deadline.

        `seen` is told while it is written, where the engine can: once more from nothing when a try failed.
        """


class Embedder(Protocol):
    """Texts to vectors of unit length, all of `size` numbers."""

    @property
    def size(self) -> int: ...

    async def embed(self, texts: Sequence[str]) -> list[Vector]: ...


class KnowledgeBase(Protocol):
    async def search(self, query: Query, *, limit: int) -> Findings:
        """The best passages first; `score` is 0 to 1 and comparable between queries. What is not valid is not found."""

    async def replace(self, source: str, passages: Sequence[Passage]) -> None:
        """Put these in the place of everything that came from this source; none: forget the document."""

    async def count(self) -> int:
        """How many passages it holds."""


class KnowledgeShelf(KnowledgeBase, Protocol):
    """A knowledge base for those who look after it."""

    async def replace(
        self, source: str, passages: Sequence[Passage], *, told: Callable[[int], None] | None = None
    ) -> None:
        """As above; `told` how many of them are in, as they go in."""

    async def documents(self) -> list[Document]:
        """What the passages came from, by source."""

    async def passages(self, source: str) -> list[Passage]:
        """All of this document, in the order of its text; empty when there is none."""

    async def holds(self, source: str, passages: Sequence[Passage]) -> bool:
        """Is exactly this what the base has from this source? Then there is nothing to replace."""

    async def twins(self, source: str, passages: Sequence[Passage]) -> list[Twin]:
        """Which of these stand almost word for word in another document too."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What stands at an address."""

    path: str
    """Of the address it was found at last."""
    content_type: str
    """Without its parameters: "text/html"."""
    data: bytes


class PageFetcher(Protocol):
    async def fetch(self, address: str) -> Fetched:
        """Raises EngineRefused for an address that is none or may not be asked, and for what is too large or gone."""


# speaking


class Synthesizer(Protocol):
    def speak(self, text: str, *, language: str) -> AsyncIterator[bytes]:
        """House sound, in blocks of any length, as soon as there is some."""


# remembering


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call in the list of calls."""

    call_id: str
    playbook: str
    language: str
    started_at: float
    """Seconds since 1970."""
    ended_at: float | None
    reason: str | None
    """Why it ended; None while it lives."""


class Store(Protocol):
    """The journal's facts on disk, append-only. Fails with `EngineUnavailable`; the caller keeps what was not taken."""

    async def append(self, call_id: str, entries: Sequence[Entry]) -> None:
        """All of them or none. An entry that is already there is not written twice."""

    async def entries(self, call_id: str, *, after: int = 0) -> list[Entry]: ...

    async def calls(self, *, search: str = "", limit: int = 50, offset: int = 0) -> tuple[list[CallRow], int]:
        """A page of the calls whose id or words contain `search`, newest first, and how many there are in all."""

    async def open_calls(self) -> list[str]:
        """The calls that have begun and not ended, oldest first: at start, those that a dead process left open."""

    @property
    def alive_at(self) -> float:
        """When an earlier process was last known to live, in seconds since 1970; 0 when there was none."""

    async def live(self) -> None:
        """Note that this process lives: told every few seconds, so that the next one knows how long nobody did."""

    async def close_orphans(self, *, alive: Sequence[str] = ()) -> list[str]:
        """End, as "interrupted", the calls that a dead process left open; their ids."""

    async def forget(self, *, before: float) -> int:
        """Delete the calls that ended before this moment (seconds since 1970); how many they were."""

    async def erase(self, call_id: str) -> bool:
        """Leave no word of an ended call behind, nor of what it proposed and nobody approved; was there one?"""


class Profiles(Protocol):
    """Customer profiles, kept until somebody erases them. Fails with `EngineUnavailable`."""

    async def find(self, profile_id: str) -> Profile | None: ...

    async def listing(self, *, search: str = "", limit: int = 50, offset: int = 0) -> tuple[list[Profile], int]:
        """A page of those whose id or words contain `search` (folded), by name, and how many there are in all."""

    async def by_phone(self, phone: str, *, limit: int = 2) -> list[Profile]:
        """Those with this number, E.164; at most `limit`."""

    async def save(self, profile: Profile) -> Profile:
        """As it is stored now, one version further. `profile.version` is the one that was changed, 0 for a new one.

        Raises ProfileStale with the newer one where another version stands there, ProfileNotFound where none does.
        """

    async def erase(self, profile_id: str) -> bool:
        """Leave no word of it behind; was there one?"""


class Lacks(Protocol):
    """What nobody could answer from the knowledge base, counted. Fails with `EngineUnavailable`."""

    async def listing(self) -> list[Lack]:
        """Open ones first, the one asked most often first."""

    async def note(self, lack: Lack) -> Lack:
        """Count it with the one it is like, if there is one; as it stands then."""

    async def mark(self, lack_id: str, *, done: bool) -> Lack:
        """Raises LackNotFound."""

    async def forget(self, *, before: float) -> int:
        """Delete the words that were asked before this moment (seconds since 1970); how many gaps went with them."""

    async def erase(self, call_id: str) -> int:
        """Delete the words that were asked in this call; how many gaps went with them."""


class ProposedArticles(Protocol):
    """What calls that ended well propose for the knowledge base. Fails with `EngineUnavailable`."""

    async def listing(self) -> list[ProposedArticle]:
        """Open ones first, the newest first."""

    async def propose(self, article: ProposedArticle) -> None:
        """One that is there already stays as a person has left it."""

    async def save(self, article: ProposedArticle) -> None:
        """As it was edited or decided. Raises ProposedArticleNotFound."""


class Tape(Protocol):
    """The recording of one call, growing."""

    async def write(self, pcm: bytes, *, frame: int) -> None:
        """Both channels' house sound, interleaved, in whole frames; `frame` is the first one's number since the call
        began. A hole becomes silence, and what is on the tape already stays. Raises EngineError: nothing was written.
        """


class Recordings(Protocol):
    """The sound of calls on disk, Ogg Opus, one file per call."""

    async def open(self, call_id: str, *, fresh: bool) -> Tape:
        """Go on with the call's file where it ends; `fresh`: begin it, whatever is there. Raises EngineError."""

    def find(self, call_id: str) -> Path | None:
        """The call's file as far as it is written; None when there is none."""

    async def forget(self, *, before: float) -> int:
        """Delete what was last written before this moment (seconds since 1970); how many recordings that were."""

    async def erase(self, call_id: str) -> bool:
        """Delete the call's file; was there one? Raises EngineError."""


class Spool(Protocol):
    """The tape of one call, growing: what `kitt-rtc replay` lives again."""

    async def write(self, records: Sequence[Record]) -> None:
        """Behind what is there. Raises EngineError: some of them may be missing, and the tape ends before those."""


class Tapes(Protocol):
    """Tapes on disk, a folder for each call."""

    async def open(self, call_id: str) -> Spool:
        """Go on with the call's tape where it is whole, or begin it. Raises EngineError."""

    async def forget(self, *, before: float) -> int:
        """Delete what was last written before this moment (seconds since 1970); how many tapes that were."""

    async def erase(self, call_id: str) -> bool:
        """Delete the call's tape; was there one? Raises EngineError."""


# the telephone network


@dataclass(frozen=True, slots=True)
class DialOrder:
    """A number to ring."""

    to: str
    """E.164."""
    answer_url: str
    """Public address that the network asks what to do once somebody answers."""
    status_url: str
    """Public address that the network tells how the call goes."""
    machine_url: str = ""
    """Public address that the network tells who picked up, a person or a machine; empty: it does not find out."""


@dataclass(frozen=True, slots=True)
class DialReceipt:
    call_sid: str
    status: str


class Telephony(Protocol):
    """Dial, hang up, ask. Over already is not an error."""

    @property
    def simulated(self) -> bool: ...

    async def dial(self, order: DialOrder) -> DialReceipt: ...

    async def hang_up(self, call_sid: str) -> str:
        """End the call; its status afterwards."""

    async def redirect(self, call_sid: str, url: str) -> str:
        """Have the network ask this address anew what to do with a live call; its status afterwards."""

    async def status(self, call_sid: str) -> str: ...


# legs, playbooks, readers


class Leg(Protocol):
    """A person in a call, by browser or by telephone: a microphone and an earpiece."""

    @property
    def id(self) -> str: ...
    @property
    def transport(self) -> str:
        """ "webrtc" or "twilio"."""

    @property
    def speaker(self) -> Speaker | None:
        """Whose leg it is; None when it is nobody's in particular."""

    @property
    def voices(self) -> int:
        """How many people share the microphone at most; 1: it is the speaker's own."""

    @property
    def microphone(self) -> MediaTrack: ...
    @property
    def earpiece(self) -> Earpiece: ...
    @property
    def quality(self) -> LineQuality | None:
        """How the line carries their voice, lately; None while nothing comes by which to tell. Costs nothing."""

    async def run(self) -> str:
        """Carry sound until the far end leaves or `hang_up`; why it ended, in the words of `LegLeft.reason`."""

    async def hang_up(self) -> None:
        """Ask `run` to return soon. Harmless when it already has."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a playbook treats one role."""

    min_seconds: float
    """Shorter segments are not written down (contract T13 to T15)."""
    rank: int
    """0 is written down first (contract T22)."""
    drives_advice: bool
    """Does a sentence of theirs wake the adviser (contract T21)?"""


@dataclass(frozen=True, slots=True)
class Advice:
    """What is worth saying, if anything, and what goes into the story beside it."""

    say: Insight | HelpWanted | None
    beside: Sequence[AnswerTraced | GapFound | CaseSettled] = ()


class Playbook(Protocol):
    """What to make of what was said. Keeps nothing between calls or turns: the conversation holds everything."""

    @property
    def name(self) -> str: ...
    @property
    def manners(self) -> Mapping[Role, Manner]:
        """A role that is not listed is never written down."""

    def glance(self, conversation: Conversation) -> ContextRead | None:
        """What rules alone see in `conversation.pending`, at once, where that is enough to advise.

        `advise` then goes by it while `read` still asks a model. None where advice needs the whole reading, or nothing
        is pending.
        """

    async def read(self, conversation: Conversation) -> ContextRead | None:
        """Take in `conversation.pending`; None when it changes nothing and nobody needs advice."""

    async def advise(self, conversation: Conversation) -> Insight | HelpWanted | Advice | None:
        """The one thing worth saying about `conversation.fresh`, or None; or that a person is wanted in its stead.

        As `Advice` where more is to be told than what is said.
        """


class Reader(Protocol):
    """One who reads a call's journal at its own pace."""

    async def read(self, journal: Journal) -> None:
        """Until the journal closes."""
