"""How a rep did, in figures and by rules: talk ratio, questions, objections, next step, tips."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kitt_rtc.model.conversation import Conversation, GivenInsight
from kitt_rtc.model.figures import REP_SIDE, figures, talk_of
from kitt_rtc.model.insight import InsightType
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.words import word_count
from kitt_rtc.pipeline.gleaner import Line, glean, prove

_ROOM_FOR_THE_CLIENT = 0.6
"""A rep who speaks more of the time than this is told so."""
_MONOLOGUE_SECONDS = 90.0
_ANSWER_WORDS = 4
"""A shorter reply does not answer an objection."""


@dataclass(frozen=True, slots=True)
class Review:
    """What the rules see of a rep's call. Keys are those of `phrases.md`."""

    share: float
    """The rep's part of all the talking, 0 to 1."""
    rep_seconds: float
    all_seconds: float
    well: tuple[tuple[str, Line], ...]
    """What went well, each with a line that shows it."""
    missed: tuple[tuple[str, Line | None], ...]
    monologue: float
    """Seconds of the longest talk of the rep without a word of the client."""
    tips: tuple[tuple[GivenInsight, bool], ...]
    """The tips shown, and whether they seem to have been followed."""
    advice: tuple[str, ...]
    """For the next time."""


def side(utterances: Iterable[Utterance], roles: frozenset[Role]) -> list[Utterance]:
    """What the people of these roles said."""
    return [utterance for utterance in utterances if utterance.speaker.role in roles]


def review(conversation: Conversation, utterances: Sequence[Utterance]) -> Review:
    """`utterances` is the whole call, in the order spoken."""
    rep = side(utterances, REP_SIDE)
    talk = figures(utterances)
    questions = [line for line in glean("question", rep) if line.quote.endswith("?")] + glean("invitation", rep)
    dated = [line for line in glean("next_step", utterances) if glean("dated", [line.utterance])]
    selling = conversation.playbook != "support"
    unanswered = _unanswered(conversation, utterances)
    found = {
        "rep.questions": questions,
        "rep.recap": glean("recap", rep),
        "rep.next_step": dated,
        "rep.thanks": glean("thanks", rep),
    }
    missed: list[tuple[str, Line | None]] = []
    missed += [] if questions else [("rep.no_question", None)]
    missed += [("rep.unanswered", line) for line in unanswered]
    missed += [("rep.no_next_step", None)] if selling and not dated else []
    missed += [("rep.no_budget", None)] if selling and not glean("budget", utterances) else []
    return Review(
        share=talk.share,
        rep_seconds=talk_of(utterances, REP_SIDE),
        all_seconds=talk.talk,
        well=tuple((key, lines[0]) for key, lines in found.items() if lines),
        missed=tuple(missed),
        monologue=talk.monologue if talk.monologue > _MONOLOGUE_SECONDS else 0.0,
        tips=tuple((given, given.insight.id in conversation.followed) for given in _tips(conversation)),
        advice=_advice(missed, too_much=talk.share > _ROOM_FOR_THE_CLIENT),
    )


def speaks_too_much(found: Review) -> bool:
    return found.share > _ROOM_FOR_THE_CLIENT


def _advice(missed: Sequence[tuple[str, Line | None]], *, too_much: bool) -> tuple[str, ...]:
    remedies = {
        "rep.no_question": "next.question",
        "rep.unanswered": "next.objection",
        "rep.no_next_step": "next.next_step",
        "rep.no_budget": "next.budget",
    }
    keys = (["next.listen"] if too_much else []) + [remedies[key] for key, _ in missed]
    return tuple(dict.fromkeys(keys))[:3] or ("next.keep",)


def _unanswered(conversation: Conversation, utterances: Sequence[Utterance]) -> list[Line]:
    """Objections after which the rep's side said next to nothing before the client's next line."""
    still_open = (objection for objection in conversation.objections if objection not in conversation.answered)
    lines = [line for objection in still_open if (line := prove(objection, utterances))]
    return [line for line in lines if not _is_answered(line, utterances)]


def _is_answered(line: Line, utterances: Sequence[Utterance]) -> bool:
    after = [utterance for utterance in utterances if utterance.start > line.utterance.start]
    reply = list[Utterance]()
    for utterance in after:
        if utterance.speaker.role in REP_SIDE:
            reply.append(utterance)
        elif reply:
            break
    return sum(word_count(utterance.text) for utterance in reply) >= _ANSWER_WORDS


def _tips(conversation: Conversation) -> list[GivenInsight]:
    return [given for given in conversation.given if given.insight.type is InsightType.COACHING]
