"""What can happen in a call.

A fact is in the past tense, is never taken back, and would interest a reader of the call's story. Sound is not a
fact, a command is not a fact, and neither is anything that may still change.
"""

from dataclasses import dataclass

from kitt_rtc.model.checklist import ChecklistItem, Tick
from kitt_rtc.model.clue import Clue
from kitt_rtc.model.insight import Insight, Summary, Verdict
from kitt_rtc.model.ledger import Stage
from kitt_rtc.model.profile import Profile, ProfileChange
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.model.speech import Speaker, Utterance
from kitt_rtc.model.tone import CALM, Tone
from kitt_rtc.model.trace import Found


@dataclass(frozen=True, slots=True)
class CallStarted:
    call_id: str
    playbook: str
    language: str
    """Two letters: the language of the call."""
    started_at: float
    """Seconds since 1970, by the wall clock; every other time counts from here."""
    profile_id: str = ""
    warnings: tuple[str, ...] = ()
    """What will not work in this call and why, told before anyone speaks."""
    languages: tuple[str, ...] = ()
    """What people may go on in, the call's language first; empty: that one alone."""
    checklist: tuple[ChecklistItem, ...] = ()
    """What should come up, in this order."""


@dataclass(frozen=True, slots=True)
class ProfileRead:
    """Whose call it is, as the house knew them then."""

    profile: Profile


@dataclass(frozen=True, slots=True)
class ProfileUpdated:
    """What was learnt in this call was put into the customer's profile, with somebody's approval."""

    profile_id: str
    changes: tuple[ProfileChange, ...]
    by: str
    """Who approved: a speaker's id, or a role."""


@dataclass(frozen=True, slots=True)
class LegJoined:
    leg_id: str
    transport: str
    """"webrtc" or "twilio"."""
    speaker: Speaker | None
    """None where several people share the microphone."""
    away: float = 0.0
    """Seconds since this person was lost, for one who comes back: the length of the gap; 0 for one who is new."""
    voices: int = 1
    """How many people share the microphone at most; 1: it is the speaker's own."""


@dataclass(frozen=True, slots=True)
class LegLeft:
    leg_id: str
    reason: str
    """"hung_up", "lost", "handed_over", "call_over", "interrupted" or "error"."""
    seconds: float
    """How long the leg was in the call."""
    dropped_frames: int = 0
    """Frames that a slow listener lost, all taps together."""
    lost_frames: int = 0
    """Frames that never arrived and were replaced by silence."""
    quality: LineQuality | None = None
    """Of the leg's last seconds; None where it is not known."""


@dataclass(frozen=True, slots=True)
class PhoneStatusChanged:
    call_sid: str
    status: str
    """In the telephone network's words: queued, ringing, in-progress, completed, …"""
    simulated: bool = False
    """True where the phone booth stands in for the network."""
    answered_by: str = ""
    """Who picked up, once the network has made that out: human, machine, fax or unknown; empty before."""
    speaker: Speaker | None = None
    """Whose telephone it is."""
    owns_call: bool = False
    """The call was begun for this telephone, and ends with it."""


@dataclass(frozen=True, slots=True)
class CallOffered:
    """People at their desks were rung for somebody who waits, and this is what came of it."""

    rung: tuple[str, ...]
    """Speaker ids of those who were rung."""
    accepted_by: str
    """The speaker id of the first who took it; empty: nobody did."""
    seconds: float
    """How long it rang."""
    message: bool = False
    """Nobody comes, and whoever waits is asked for a message."""


@dataclass(frozen=True, slots=True)
class CallHandedOver:
    """Somebody left the call to another."""

    by: str
    """Speaker id of the one who handed it over."""
    to: str
    """Speaker id of the one who has it now."""
    note: str
    """What the other should know."""


@dataclass(frozen=True, slots=True)
class HelpWanted:
    """A person is wanted: asked for, or the system cannot help."""

    reason: str
    """"asked_for", "no_answer", "no_question" or "safety" (somebody may be in danger)."""
    because: tuple[str, ...] = ()
    """Ids of the utterances that led to it."""


@dataclass(frozen=True, slots=True)
class LegHeld:
    """Somebody was put on hold, or taken back. While anybody is on hold nothing is written down."""

    leg_id: str
    held: bool
    by: str = ""
    """Speaker id of the one who did it; empty when the operator did."""


@dataclass(frozen=True, slots=True)
class KeysPressed:
    """Keys of a telephone's keypad."""

    leg_id: str
    keys: str
    """0 to 9, A to D, * and #."""
    sent: bool
    """True: by us, as tones into that leg's line; False: by the person on it."""


@dataclass(frozen=True, slots=True)
class ReplySpoken:
    """A question or an answer was said aloud, and this much of it was heard."""

    insight_id: str
    """Empty for what is no insight: that a colleague is being fetched."""
    outcome: str
    """"heard", "interrupted" (somebody spoke, or asked for silence), "late" (the talk had moved on) or "failed"."""
    seconds: float
    """Length of what was to be said, as far as it was synthesised."""
    heard: float
    """Seconds of it that reached the ear."""


@dataclass(frozen=True, slots=True)
class RecordingChanged:
    state: str
    """"started", "paused", "resumed" or "stopped"."""


@dataclass(frozen=True, slots=True)
class SegmentSkipped:
    """A stretch of voice that was not written down, and why."""

    speaker_id: str
    role: str
    seconds: float
    reason: str
    """"silent", "too_short", "unknown_speaker", "overload", "too_late" (its turn never came), "no_engine",
    "nothing_said", "noise" (no voice at all), "invented" (words that nobody said), "echo" (the other side's
    voice) or "failed"."""


@dataclass(frozen=True, slots=True)
class UtteranceHeard:
    utterance: Utterance
    took: float
    """Seconds the transcriber took; the entry's own time tells when the words were there."""
    stages: tuple[Stage, ...] = ()
    """From the end of its last sample to the entry's own time."""


@dataclass(frozen=True, slots=True)
class LanguageSwitched:
    """Somebody goes on in another language, and is heard in it from here."""

    speaker_id: str
    language: str
    """Two letters."""
    before: str
    """The language they were heard in until now."""
    reason: str
    """What showed it, in words of ours."""


@dataclass(frozen=True, slots=True)
class SpeakerNamed:
    """Somebody on a shared microphone was given a name or a role."""

    speaker: Speaker
    by: str
    """Who said so: a speaker's id, or a role."""


@dataclass(frozen=True, slots=True)
class SpeakerCorrected:
    """A line was said by somebody else than it was written down for."""

    utterance_id: str
    speaker: Speaker
    by: str
    """Who said so: a speaker's id, or a role."""


@dataclass(frozen=True, slots=True)
class ContextRead:
    """What the call is about, as understood after the utterances named."""

    utterance_ids: tuple[str, ...]
    """The utterances this reading took in for the first time."""
    phase: str
    pain_points: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    issue: str = ""
    sufficient: bool = False
    """Is enough known to search for an answer?"""
    reason: str = ""
    """Why this phase, and why enough or not, in words."""
    took: float = 0.0
    answered: tuple[str, ...] = ()
    """Those of `objections` that our side has answered since they were last raised."""
    commitments: tuple[str, ...] = ()
    """What somebody said they would do, with the words: `role: “quote”`."""
    names: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    tone: Tone = CALM
    ticks: tuple[Tick, ...] = ()
    """Items of the checklist that this reading found done for the first time."""
    clues: tuple[Clue, ...] = ()
    """What the technician has told of the trouble at hand, said or denied."""


@dataclass(frozen=True, slots=True)
class AnswerTraced:
    """An answer was looked for, and this is how: whether it was found or not."""

    queries: tuple[str, ...]
    """The phrasings that were searched, the technician's own words first."""
    found: tuple[Found, ...]
    """What came, best first."""
    least: float
    """The score that an answer needs, 0 to 1."""
    outcome: str
    """One of `trace.OUTCOMES`."""
    because: tuple[str, ...] = ()
    """Ids of the utterances it was about."""
    insight_id: str = ""
    """The answer, or the question, that came of it; empty: silence. Whether it was shown is told by the insight."""
    took: float = 0.0
    """Seconds of searching and writing."""


@dataclass(frozen=True, slots=True)
class GapFound:
    """A question that nobody could answer from the knowledge base."""

    question: str
    """The trouble, in the technician's words."""
    reason: str
    """"below" (no article reached the threshold), "nothing" (none came near) or "failed" (what was said did not
    help)."""
    language: str = ""
    title: str = ""
    """The nearest article."""
    score: float = 0.0
    """Of that, 0 to 1."""
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseSettled:
    """Does it work now? By the technician's words, or by somebody's click."""

    resolved: bool
    by: str
    """"words", or who clicked: a speaker's id, or a role."""
    quote: str = ""
    """The words that tell it; empty for a click."""
    utterance_id: str = ""
    because: tuple[str, ...] = ()
    """Ids of the utterances that told the trouble."""
    insight_ids: tuple[str, ...] = ()
    """The answers that were given to it, in order."""


@dataclass(frozen=True, slots=True)
class InsightGiven:
    insight: Insight
    verdict: Verdict
    took: float
    """Seconds from the adviser's waking to the card."""
    stages: tuple[Stage, ...] = ()
    """From the end of the last sentence that led to it to the entry's own time."""


@dataclass(frozen=True, slots=True)
class InsightWithheld:
    insight: Insight
    verdict: Verdict
    took: float


@dataclass(frozen=True, slots=True)
class InsightPainted:
    """A page has shown a card."""

    insight_id: str
    stages: tuple[Stage, ...]
    """The whole way, from the end of the sentence to the painted card."""
    uncertainty: float
    """Seconds by which the page's clock may be off."""
    by: str
    """Whose page: a speaker's id, or a role."""


@dataclass(frozen=True, slots=True)
class InsightFollowed:
    """The rep has said what a tip told them to say, or something like it."""

    insight_id: str
    utterance_id: str
    quote: str
    """Their words."""
    how: str
    """"said" (its own words) or "paraphrased"."""


@dataclass(frozen=True, slots=True)
class CoachSnoozed:
    """No cards for a while, because somebody asked for that."""

    until: float
    """Seconds since the call began; not later than now: the coach speaks again."""
    by: str
    """A speaker's id, or a role."""


@dataclass(frozen=True, slots=True)
class ModelAsked:
    """A language model was asked in this call, and this is what it cost."""

    work: str
    """The name of the prompt: "coach", "context_coaching", "duplicate", …"""
    model: str
    tokens_in: int
    tokens_out: int
    cost: float
    """In the currency of the settings' prices; 0 where none are set."""
    outcome: str
    """"used", "unused" (it said that nothing is worth saying, or nothing that is proven), "thrown_away" (begun
    early, on words that changed), "late" or "failed"."""
    took: float
    estimated: bool = False
    """The server did not count: tokens and cost are told by the length of the texts."""


@dataclass(frozen=True, slots=True)
class InsightRated:
    insight_id: str
    rating: str
    """"helpful", "wrong" or "not_now"."""
    by: str
    """Who said so: a speaker's id, or a role."""


@dataclass(frozen=True, slots=True)
class SummaryWritten:
    summary: Summary
    took: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something did not work; the call goes on."""

    stage: str
    code: str
    detail: str
    """What a person can do about it; nothing private."""


@dataclass(frozen=True, slots=True)
class TroubleOver:
    """What was told as trouble works again."""

    stage: str
    code: str


@dataclass(frozen=True, slots=True)
class CallResumed:
    """The process that held the call died; another one goes on with it. Whoever was in it has to come back."""

    gap: float
    """Seconds from the last fact of the dead process to this one."""


@dataclass(frozen=True, slots=True)
class CallEnded:
    reason: str
    """"hung_up", "everyone_left", "idle", "shutdown", "interrupted" or "error"."""
    seconds: float


Fact = (
    CallStarted
    | ProfileRead
    | ProfileUpdated
    | LegJoined
    | LegLeft
    | PhoneStatusChanged
    | CallOffered
    | CallHandedOver
    | HelpWanted
    | LegHeld
    | KeysPressed
    | ReplySpoken
    | RecordingChanged
    | SegmentSkipped
    | UtteranceHeard
    | LanguageSwitched
    | SpeakerNamed
    | SpeakerCorrected
    | ContextRead
    | AnswerTraced
    | GapFound
    | CaseSettled
    | InsightGiven
    | InsightWithheld
    | InsightPainted
    | InsightFollowed
    | InsightRated
    | CoachSnoozed
    | ModelAsked
    | SummaryWritten
    | Trouble
    | TroubleOver
    | CallResumed
    | CallEnded
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact in its place in the story."""

    seq: int
    """1, 2, 3, … without gaps."""
    at: float
    """Seconds since the call began."""
    fact: Fact
