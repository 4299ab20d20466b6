"""How a call goes, in figures, while it is held: who talks, how long at a stretch, how fast, and over whom.

The law: pure. The same story gives the same figures, here and in the twin of this room on the pages
(web/story/figures.js); they are all of what was said, also of what the context has forgotten. A line's length holds
what the segmenter keeps around it, 0.3 s before its first word and 0.1 s behind its last.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kitt_rtc.model.facts import Entry, LegHeld, LegLeft, SpeakerCorrected, SpeakerNamed, UtteranceHeard
from kitt_rtc.model.speech import Role, Speaker, Utterance

CLIENT_SIDE = frozenset({Role.CUSTOMER, Role.TECHNICIAN})
REP_SIDE = frozenset({Role.REP, Role.SUPPORT_AGENT})

_WARM_CALL_SECONDS = 60.0
_WARM_TALK_SECONDS = 30.0
"""Before, one sentence of five seconds moves the talk ratio by more than a seventh: it would be noise."""
_WARM_PERSON_SECONDS = 10.0
"""Of somebody who has said less than this no pace is told."""
_INTO_SECONDS = 0.5
"""So far into a sentence, and before its end, somebody speaks into it. What is kept around two lines makes them overlap
by 0.4 s where nobody interrupted anybody."""
_QUESTION = re.compile(r"\?+")


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """Of one person."""

    speaker: Speaker
    seconds: float
    words: int
    pace: float | None
    """Words a minute of their own talk; None where they have said too little."""
    interruptions: int
    """Sentences of somebody else that they spoke into; a sign of listening is none."""
    questions: int


@dataclass(frozen=True, slots=True)
class LiveFigures:
    """Of a call so far."""

    warm: bool = False
    """Has enough been said for them to mean something?"""
    talk: float = 0.0
    """Seconds that somebody talked, of both sides together."""
    share: float = 0.0
    """The rep's side's part of it, 0 to 1."""
    monologue: float = 0.0
    """Seconds of the longest talk of the rep's side without a word of the client's; a sign of listening is none."""
    monologue_at: float = 0.0
    """When it began, in seconds since the call began."""
    running: float = 0.0
    """Seconds of the one that goes on now; 0 when the client spoke last."""
    questions: int = 0
    """Asked by the rep's side."""
    silence: float = 0.0
    """The part of the call in which nobody spoke, 0 to 1, holds left out."""
    people: tuple[PersonFigures, ...] = ()
    """In the order they first spoke."""


def spoken(entries: Iterable[Entry]) -> list[Utterance]:
    """All that was said, in the order spoken, by those who are now known to have said it."""
    said: dict[str, Utterance] = {}
    for entry in entries:
        match entry.fact:
            case UtteranceHeard(utterance=utterance):
                said[utterance.id] = utterance
            case SpeakerNamed(speaker=speaker):
                said = {
                    key: replace(line, speaker=speaker) if line.speaker.id == speaker.id else line
                    for key, line in said.items()
                }
            case SpeakerCorrected(utterance_id=utterance_id, speaker=speaker) if utterance_id in said:
                said[utterance_id] = replace(said[utterance_id], speaker=speaker)
            case _:
                pass
    return sorted(said.values(), key=lambda line: line.start)


def holds(entries: Iterable[Entry]) -> list[tuple[float, float]]:
    """From when to when anybody was on hold, in seconds since the call began; one that lasts has no end."""
    found: list[tuple[float, float]] = []
    held: set[str] = set()
    for entry in entries:
        before = bool(held)
        match entry.fact:
            case LegHeld(leg_id=leg_id, held=True):
                held.add(leg_id)
            case LegHeld(leg_id=leg_id) | LegLeft(leg_id=leg_id):
                held.discard(leg_id)
            case _:
                continue
        if held and not before:
            found.append((entry.at, float("inf")))
        elif before and not held:
            found[-1] = (found[-1][0], entry.at)
    return found


def figures(utterances: Iterable[Utterance], held: Iterable[tuple[float, float]] = ()) -> LiveFigures:
    """Of all that was said, and the holds between."""
    said = sorted(utterances, key=lambda line: line.start)
    if not said:
        return LiveFigures()
    rep, client = talk_of(said, REP_SIDE), talk_of(said, CLIENT_SIDE)
    began, ended = said[0].start, max(line.end for line in said)
    monologue, monologue_at, running = _monologue(said)
    people = _people(said)
    return LiveFigures(
        warm=ended - began >= _WARM_CALL_SECONDS and rep + client >= _WARM_TALK_SECONDS,
        talk=rep + client,
        share=rep / (rep + client) if rep + client > 0 else 0.0,
        monologue=monologue,
        monologue_at=monologue_at,
        running=running,
        questions=sum(person.questions for person in people if person.speaker.role in REP_SIDE),
        silence=_silence(said, began, ended, held),
        people=people,
    )


def talk_of(said: Iterable[Utterance], roles: frozenset[Role]) -> float:
    """Seconds that people of these roles talked."""
    return sum(_seconds(line) for line in said if line.speaker.role in roles)


def _people(said: Sequence[Utterance]) -> tuple[PersonFigures, ...]:
    lines: dict[str, list[Utterance]] = {}
    for line in said:
        lines.setdefault(line.speaker.id, []).append(line)
    into = _interruptions(said)
    return tuple(_person(mine, into.count(speaker_id)) for speaker_id, mine in lines.items())


def _person(lines: Sequence[Utterance], interruptions: int) -> PersonFigures:
    seconds, words = sum(map(_seconds, lines)), sum(len(line.text.split()) for line in lines)
    return PersonFigures(
        speaker=lines[-1].speaker,
        seconds=seconds,
        words=words,
        pace=words * 60 / seconds if seconds >= _WARM_PERSON_SECONDS else None,
        interruptions=interruptions,
        questions=sum(len(_QUESTION.findall(line.text)) for line in lines if not line.backchannel),
    )


def _interruptions(said: Sequence[Utterance]) -> list[str]:
    """Who spoke into a sentence of somebody else, once for each sentence."""
    found: dict[tuple[str, str], None] = {}
    going_on: list[Utterance] = []
    for line in said:
        if line.backchannel:
            continue
        going_on = [other for other in going_on if other.end - line.start >= _INTO_SECONDS]
        for other in going_on:
            if other.speaker.id != line.speaker.id and line.start - other.start >= _INTO_SECONDS:
                found[other.id, line.speaker.id] = None
        going_on.append(line)
    return [speaker_id for _, speaker_id in found]


def _monologue(said: Iterable[Utterance]) -> tuple[float, float, float]:
    """The longest of the rep's side, when it began, and the one that goes on."""
    longest = longest_at = running = began = 0.0
    for line in said:
        if line.backchannel or line.speaker.role not in REP_SIDE | CLIENT_SIDE:
            continue
        if line.speaker.role in CLIENT_SIDE:
            running = 0.0
            continue
        began = began if running else line.start
        running += _seconds(line)
        if running > longest:
            longest, longest_at = running, began
    return longest, longest_at, running


def _silence(said: Sequence[Utterance], began: float, ended: float, held: Iterable[tuple[float, float]]) -> float:
    away = sum(max(0.0, min(until, ended) - max(since, began)) for since, until in held)
    talked, reached = 0.0, began
    for line in said:
        talked += max(0.0, line.end - max(line.start, reached))
        reached = max(reached, line.end)
    there = ended - began - away
    return min(1.0, max(0.0, 1.0 - talked / there)) if there > 0 else 0.0


def _seconds(line: Utterance) -> float:
    return max(0.0, line.end - line.start)
