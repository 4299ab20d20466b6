"""What is known of a call so far: a fold of its facts, live or years later."""

from bisect import insort
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from kitt_rtc.model.checklist import ChecklistItem, Tick
from kitt_rtc.model.clue import Clue
from kitt_rtc.model.facts import (
    CallEnded,
    CallOffered,
    CallResumed,
    CallStarted,
    CaseSettled,
    CoachSnoozed,
    ContextRead,
    Entry,
    Fact,
    GapFound,
    HelpWanted,
    InsightFollowed,
    InsightGiven,
    InsightRated,
    InsightWithheld,
    LanguageSwitched,
    LegHeld,
    LegJoined,
    LegLeft,
    ModelAsked,
    PhoneStatusChanged,
    ProfileRead,
    RecordingChanged,
    SpeakerCorrected,
    SpeakerNamed,
    Trouble,
    TroubleOver,
    UtteranceHeard,
)
from kitt_rtc.model.insight import Insight, Verdict
from kitt_rtc.model.profile import Profile
from kitt_rtc.model.speech import Role, Roster, Speaker, Utterance
from kitt_rtc.model.tone import CALM, Tone

CONTEXT_MESSAGES = 24
"""How many utterances the context holds (contract T01)."""
_RECORDING = {"started": "on", "resumed": "on", "paused": "paused", "stopped": "off"}
_STAFF = frozenset({Role.REP, Role.SUPPORT_AGENT})
_SETTLING = frozenset({"helpful", "wrong"})
"""Ratings after which there is no more to say on a topic: the rep has it, or does not want it."""


@dataclass(frozen=True, slots=True)
class SpeakerTally:
    """How much one person has said."""

    role: Role
    segment_count: int = 0
    seconds: float = 0.0
    words: int = 0

    def with_utterance(self, utterance: Utterance) -> "SpeakerTally":
        return self._counting(utterance, utterance.speaker.role, 1)

    def without_utterance(self, utterance: Utterance) -> "SpeakerTally":
        return self._counting(utterance, self.role, -1)

    def _counting(self, utterance: Utterance, role: Role, sign: int) -> "SpeakerTally":
        return SpeakerTally(
            role=role,
            segment_count=self.segment_count + sign,
            seconds=self.seconds + sign * max(0.0, utterance.end - utterance.start),
            words=self.words + sign * len(utterance.text.split()),
        )


@dataclass(frozen=True, slots=True)
class GivenInsight:
    """An insight that was shown, and when."""

    at: float
    """Seconds since the call began."""
    insight: Insight


@dataclass(frozen=True, slots=True)
class WithheldInsight:
    """An insight that was not shown, when, and why."""

    at: float
    insight: Insight
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is known of a call so far."""

    call_id: str = ""
    playbook: str = ""
    language: str = ""
    started_at: float = 0.0
    """Seconds since 1970."""
    profile_id: str = ""
    """Whose call it is, in the words of whoever started it."""
    profile: Profile | None = None
    """The customer, as the house knew them when the call began."""
    languages_allowed: tuple[str, ...] = ()
    """What people may go on in, the call's language first; empty: that one alone."""
    ended: CallEnded | None = None
    context_messages: int = CONTEXT_MESSAGES
    utterances: tuple[Utterance, ...] = ()
    """The last `context_messages` of them, in the order they were spoken, across legs."""
    pending: tuple[Utterance, ...] = ()
    """Heard, and not yet taken in by a reading of the context."""
    fresh: tuple[Utterance, ...] = ()
    """Taken in for the first time by the latest reading: what advice may be about."""
    phase: str = ""
    pain_points: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    issue: str = ""
    sufficient: bool = False
    context_reason: str = ""
    answered: tuple[str, ...] = ()
    """Those of `objections` that our side has answered."""
    commitments: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    tone: Tone = CALM
    checklist: tuple[ChecklistItem, ...] = ()
    ticks: tuple[Tick, ...] = ()
    """Of the checklist's items, those that are done, in the order they were."""
    clues: tuple[Clue, ...] = ()
    """What the technician has told of the trouble at hand."""
    cases: tuple[CaseSettled, ...] = ()
    """What became of each trouble, in the order it was told; the newest word on one counts."""
    gaps: tuple[GapFound, ...] = ()
    """What nobody could answer."""
    given: tuple[GivenInsight, ...] = ()
    withheld: tuple[WithheldInsight, ...] = ()
    ratings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """By insight id: what was last said of it."""
    rated_at: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """By insight id: when that was, in seconds since the call began."""
    followed: frozenset[str] = frozenset()
    """Ids of the insights that the rep has followed."""
    settled_at: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Since when, in seconds since the call began: by insight id what was followed, or rated for good ("helpful",
    "wrong"); by its words an objection that stands in `answered`."""
    snoozed_until: float = 0.0
    """Seconds since the call began: no cards before."""
    tokens: int = 0
    """Of language models, spent on this call."""
    cost: float = 0.0
    """Of the same, in the currency of the settings' prices."""
    tokens_estimated: bool = False
    """Some of them were not counted by their server."""
    roster: Roster = field(default_factory=Roster)
    legs_present: tuple[str, ...] = ()
    present: Mapping[str, Speaker | None] = field(default_factory=lambda: MappingProxyType({}))
    """By leg: who is in the call; None where several people share a microphone."""
    legs_held: tuple[str, ...] = ()
    """Legs that are on hold."""
    machines: frozenset[str] = frozenset()
    """Speaker ids of those for whom a machine picked up."""
    recording: str = "off"
    """"off", "on" or "paused"."""
    taking_message: bool = False
    """Nobody came, and a message is being taken."""
    help_wanted: tuple[HelpWanted, ...] = ()
    """How often a person was wanted, and why."""
    help_coming: bool = False
    """Is a person being fetched? Until a support agent is there, or nobody was found."""
    languages: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """By speaker id: the language of those who do not speak the call's."""
    tally: Mapping[str, SpeakerTally] = field(default_factory=lambda: MappingProxyType({}))
    """By speaker id."""
    total_segments: int = 0
    troubles: frozenset[tuple[str, str]] = frozenset()
    """Stage and code of what was told not to work, and not that it works again."""

    @classmethod
    def of(cls, entries: Iterable[Entry], *, context_messages: int = CONTEXT_MESSAGES) -> "Conversation":
        conversation = cls(context_messages=context_messages)
        for entry in entries:
            conversation = conversation.after(entry)
        return conversation

    def after(self, entry: Entry) -> "Conversation":
        """The conversation once this entry is known too."""
        match entry.fact:
            case CallStarted() as fact:
                return replace(
                    self,
                    call_id=fact.call_id,
                    playbook=fact.playbook,
                    language=fact.language,
                    started_at=fact.started_at,
                    profile_id=fact.profile_id,
                    languages_allowed=fact.languages,
                    checklist=fact.checklist,
                )
            case ProfileRead(profile=profile):
                return replace(self, profile=profile)
            case UtteranceHeard(utterance=utterance):
                return self._with_utterance(utterance)
            case LanguageSwitched() as fact:
                return replace(self, languages=MappingProxyType({**self.languages, fact.speaker_id: fact.language}))
            case ContextRead() as fact:
                return self._with_context(fact, entry.at)
            case InsightGiven(insight=insight):
                return replace(self, given=(*self.given, GivenInsight(entry.at, insight)))
            case InsightWithheld(insight=insight, verdict=verdict):
                withheld = WithheldInsight(entry.at, insight, verdict)
                return replace(self, withheld=(*self.withheld, withheld))
            case InsightRated() | InsightFollowed() | CoachSnoozed() | ModelAsked() as fact:
                return self._with_coaching(fact, entry.at)
            case CaseSettled() | GapFound() as fact:
                return self._with_case(fact)
            case CallEnded() as fact:
                return replace(self, ended=fact, recording="off")
            case Trouble() | TroubleOver() | RecordingChanged() as fact:
                return self._with_works(fact)
            case fact:
                return self._with_people(fact)

    @property
    def quiet_reason(self) -> str:
        """Why nobody is to be advised just now: "on_hold", "machine", "message", or empty."""
        if self.legs_held:
            return "on_hold"
        return "machine" if self.machines else "message" if self.taking_message else ""

    def language_of(self, speaker_id: str) -> str:
        """The language somebody is heard in: their own, or the call's."""
        return self.languages.get(speaker_id, self.language)

    def by(self, *roles: Role) -> tuple[Utterance, ...]:
        """What these roles said, of what is remembered, in the order spoken."""
        return tuple(utterance for utterance in self.utterances if utterance.speaker.role in roles)

    def speaker_of(self, role: Role) -> Speaker | None:
        return next((speaker for speaker in self.roster if speaker.role is role), None)

    def _with_works(self, fact: Trouble | TroubleOver | RecordingChanged) -> "Conversation":
        """What works and what does not, and whether it is recorded."""
        match fact:
            case Trouble(stage=stage, code=code):
                return replace(self, troubles=self.troubles | {(stage, code)})
            case TroubleOver(stage=stage, code=code):
                return replace(self, troubles=self.troubles - {(stage, code)})
            case RecordingChanged(state=state):
                return replace(self, recording=_RECORDING.get(state, self.recording))

    def _with_people(self, fact: Fact) -> "Conversation":
        """Who comes, goes, is on hold, is a machine, or is being fetched."""
        match fact:
            case LegJoined():
                return self._with_leg(fact)
            case LegLeft(leg_id=leg_id):
                return replace(
                    self,
                    legs_present=_without(self.legs_present, leg_id),
                    legs_held=_without(self.legs_held, leg_id),
                    present=MappingProxyType({leg: who for leg, who in self.present.items() if leg != leg_id}),
                )
            case LegHeld(leg_id=leg_id, held=held):
                others = _without(self.legs_held, leg_id)
                return replace(self, legs_held=(*others, leg_id) if held else others)
            case PhoneStatusChanged(answered_by=answered_by, speaker=Speaker() as speaker) if answered_by:
                # A colleague's machine, at a hand-over, advises nobody: the client is still talking to a person.
                is_machine = answered_by in {"machine", "fax"} and speaker.role not in _STAFF
                return replace(self, machines=self.machines - {speaker.id} | ({speaker.id} if is_machine else set()))
            case HelpWanted():
                helped = any(speaker and speaker.role is Role.SUPPORT_AGENT for speaker in self.present.values())
                return replace(self, help_wanted=(*self.help_wanted, fact), help_coming=not helped)
            case CallOffered(accepted_by=accepted_by, message=message):
                return replace(self, taking_message=message, help_coming=self.help_coming and bool(accepted_by))
            case SpeakerNamed(speaker=speaker):
                return self._with_name(speaker)
            case SpeakerCorrected(utterance_id=utterance_id, speaker=speaker):
                return self._with_speaker(utterance_id, speaker)
            case CallResumed():  # whoever was in it comes back as a new leg
                return replace(self, legs_present=(), legs_held=(), present=MappingProxyType({}))
            case _:
                return self

    def _with_leg(self, fact: LegJoined) -> "Conversation":
        speaker = fact.speaker
        role = None if speaker is None else speaker.role
        return replace(
            self,
            roster=self.roster if speaker is None else self.roster.including(speaker),
            legs_present=(*self.legs_present, fact.leg_id),
            present=MappingProxyType({**self.present, fact.leg_id: speaker}),
            taking_message=self.taking_message and role not in _STAFF,
            help_coming=self.help_coming and role is not Role.SUPPORT_AGENT,
        )

    def _with_name(self, speaker: Speaker) -> "Conversation":
        """The lines of this id are from now on, and were, this person's."""
        present = {leg: speaker if who and who.id == speaker.id else who for leg, who in self.present.items()}
        tally = dict(self.tally)
        if speaker.id in tally:
            tally[speaker.id] = replace(tally[speaker.id], role=speaker.role)
        named = self._respoken(lambda utterance: utterance.speaker.id == speaker.id, speaker)
        return replace(
            named,
            roster=self.roster.including(speaker),
            present=MappingProxyType(present),
            tally=MappingProxyType(tally),
        )

    def _with_speaker(self, utterance_id: str, speaker: Speaker) -> "Conversation":
        """One line changes hands; what is no longer remembered keeps its place in the tally."""
        known = (*self.utterances, *self.pending)
        line = next((utterance for utterance in known if utterance.id == utterance_id), None)
        roster = self.roster.including(speaker)
        if line is None:
            return replace(self, roster=roster)
        tally = dict(self.tally)
        tally[line.speaker.id] = tally[line.speaker.id].without_utterance(line)
        taken = replace(line, speaker=speaker)
        tally[speaker.id] = tally.get(speaker.id, SpeakerTally(role=speaker.role)).with_utterance(taken)
        corrected = self._respoken(lambda utterance: utterance.id == utterance_id, speaker)
        return replace(corrected, roster=roster, tally=MappingProxyType(tally))

    def _respoken(self, chosen: Callable[[Utterance], bool], speaker: Speaker) -> "Conversation":
        def spoken(lines: tuple[Utterance, ...]) -> tuple[Utterance, ...]:
            return tuple(replace(line, speaker=speaker) if chosen(line) else line for line in lines)

        return replace(self, utterances=spoken(self.utterances), pending=spoken(self.pending), fresh=spoken(self.fresh))

    def _with_utterance(self, utterance: Utterance) -> "Conversation":
        spoken = list(self.utterances)
        insort(spoken, utterance, key=lambda known: known.start)
        tally = dict(self.tally)
        known = tally.get(utterance.speaker.id, SpeakerTally(role=utterance.speaker.role))
        tally[utterance.speaker.id] = known.with_utterance(utterance)
        return replace(
            self,
            utterances=tuple(spoken[-self.context_messages :]),
            pending=self.pending if utterance.backchannel else (*self.pending, utterance)[-self.context_messages :],
            tally=MappingProxyType(tally),
            total_segments=self.total_segments + 1,
        )

    def _with_context(self, fact: ContextRead, at: float) -> "Conversation":
        read = frozenset(fact.utterance_ids)
        return replace(
            self._settled(at, *fact.answered, opened=frozenset(self.answered) - frozenset(fact.answered)),
            pending=tuple(waiting for waiting in self.pending if waiting.id not in read),
            fresh=tuple(waiting for waiting in self.pending if waiting.id in read),
            phase=fact.phase,
            pain_points=fact.pain_points,
            objections=fact.objections,
            entities=fact.entities,
            issue=fact.issue,
            sufficient=fact.sufficient,
            context_reason=fact.reason,
            answered=fact.answered,
            commitments=fact.commitments,
            names=fact.names,
            amounts=fact.amounts,
            dates=fact.dates,
            competitors=fact.competitors,
            tone=fact.tone,
            ticks=(*self.ticks, *fact.ticks),
            clues=fact.clues,
        )

    def _with_case(self, fact: CaseSettled | GapFound) -> "Conversation":
        if isinstance(fact, GapFound):
            return replace(self, gaps=(*self.gaps, fact))
        return replace(self, cases=(*self.cases, fact))

    def _settled(self, at: float, *what: str, opened: frozenset[str] = frozenset()) -> "Conversation":
        """The same with these settled, since when they first were; and others open again."""
        known = {one: since for one, since in self.settled_at.items() if one not in opened}
        return replace(self, settled_at=MappingProxyType({**dict.fromkeys(what, at), **known}))

    def _with_coaching(
        self, fact: InsightRated | InsightFollowed | CoachSnoozed | ModelAsked, at: float
    ) -> "Conversation":
        """What became of advice, and what it cost."""
        match fact:
            case InsightRated(insight_id=insight_id, rating=rating):
                rated = replace(
                    self,
                    ratings=MappingProxyType({**self.ratings, insight_id: rating}),
                    rated_at=MappingProxyType({**self.rated_at, insight_id: at}),
                )
                return rated._settled(at, insight_id) if rating in _SETTLING else rated
            case InsightFollowed(insight_id=insight_id):
                return replace(self, followed=self.followed | {insight_id})._settled(at, insight_id)
            case CoachSnoozed(until=until):
                return replace(self, snoozed_until=until)
            case ModelAsked():
                return replace(
                    self,
                    tokens=self.tokens + fact.tokens_in + fact.tokens_out,
                    cost=self.cost + fact.cost,
                    tokens_estimated=self.tokens_estimated or fact.estimated,
                )


def _without(legs: tuple[str, ...], leg_id: str) -> tuple[str, ...]:
    return tuple(known for known in legs if known != leg_id)
