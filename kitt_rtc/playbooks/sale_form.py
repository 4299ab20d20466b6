"""What a model reads in a sales call, and as much of it as can be quoted.

Law: a finding counts where its words are found in the call, said by the side it is a finding about; what the rules saw
stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from pydantic import BaseModel

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import ContextRead
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.tone import Tone
from kitt_rtc.model.words import fold
from kitt_rtc.playbooks.commitments import as_told
from kitt_rtc.playbooks.entities import together
from kitt_rtc.playbooks.fields import Label, Line, Quote
from kitt_rtc.playbooks.findings import label_of, newest, quote_of
from kitt_rtc.playbooks.transcript import find_quote, heard
from kitt_rtc.prompts.library import Library


class Finding(BaseModel):
    """Something the customer told, and the words that tell it."""

    label: Label
    quote: Quote


class Promise(BaseModel):
    """What one side said they would do."""

    who: Literal["rep", "customer"]
    quote: Quote


class Mood(BaseModel):
    """How the other side sounds, and the words that tell it."""

    mood: Literal["calm", "pleased", "doubtful", "annoyed", "angry"] = "calm"
    urgency: Literal["none", "soon", "now"] = "none"
    quote: Quote = ""


class SaleForm(BaseModel):
    """What a model reads in a sales call."""

    phase: Literal["opening", "discovery", "presentation", "objection", "negotiation", "closing"]
    phase_reason: Line
    pain_points: list[Finding] = []
    objections: list[Finding] = []
    answered: list[Finding] = []
    """An objection's label, and the rep's words that answer it."""
    commitments: list[Promise] = []
    entities: list[Label] = []
    names: list[Label] = []
    amounts: list[Label] = []
    dates: list[Label] = []
    competitors: list[Label] = []
    tone: Mood = Mood()
    issue: Line = ""


def believed(conversation: Conversation, form: SaleForm, by_rules: ContextRead, library: Library) -> ContextRead:
    """The model's reading added to what the rules saw, with every finding that cannot be quoted left out."""
    language, said = conversation.language, heard(conversation)
    pains = _proven(form.pain_points, said, language, library)
    objections = newest(by_rules.objections, _proven(form.objections, said, language, library))
    promises = (
        as_told(Role(promise.who), proof[1], library, language)
        for promise in form.commitments
        if (proof := find_quote(promise.quote, said, Role(promise.who)))
    )
    return replace(
        by_rules,
        phase=form.phase,
        reason=form.phase_reason or by_rules.reason,
        pain_points=newest(by_rules.pain_points, pains),
        objections=objections,
        answered=_answered(objections, by_rules.answered, form.answered, said),
        commitments=newest(by_rules.commitments, promises, once_a_label=False),
        entities=together(by_rules.entities, _said(form.entities, said)),
        names=together(by_rules.names, _said(form.names, said)),
        amounts=together(by_rules.amounts, _said(form.amounts, said)),
        dates=together(by_rules.dates, _said(form.dates, said)),
        competitors=together(by_rules.competitors, _said(form.competitors, said, Role.CUSTOMER)),
        tone=tone_told(form.tone, said, Role.CUSTOMER) or by_rules.tone,
        issue=by_rules.issue or (pains[-1] if pains else ""),
    )


def tone_told(mood: Mood, said: Sequence[Utterance], role: Role) -> Tone | None:
    """The model's tone, where this role says its quote; None where nothing proves it."""
    proof = find_quote(mood.quote, said, role)
    if proof is None or (mood.mood, mood.urgency) == ("calm", "none"):
        return None
    return Tone(mood.mood, mood.urgency, proof[1], proof[0].id)


def _proven(findings: Iterable[Finding], said: Sequence[Utterance], language: str, library: Library) -> list[str]:
    found = ((finding.label, find_quote(finding.quote, said, Role.CUSTOMER)) for finding in findings)
    return [library.phrase("finding", language, label=label, quote=proof[1]) for label, proof in found if proof]


def _answered(
    objections: Sequence[str], by_rules: Sequence[str], form: Iterable[Finding], said: Sequence[Utterance]
) -> tuple[str, ...]:
    """An answer is the rep's, and comes after the words it answers."""
    answers = {fold(answer.label): proof[0] for answer in form if (proof := find_quote(answer.quote, said, Role.REP))}
    return tuple(
        objection
        for objection in objections
        if objection in by_rules
        or ((answer := answers.get(label_of(objection))) and _raised_at(objection, said) <= answer.start)
    )


def _raised_at(objection: str, said: Iterable[Utterance]) -> float:
    """When its words were last said; words that scrolled out of memory came before everything."""
    quote = quote_of(objection)
    return max((one.start for one in said if quote and quote in fold(one.text)), default=0.0)


def _said(labels: Iterable[str], said: Iterable[Utterance], *roles: Role) -> list[str]:
    whole = f" {fold(' '.join(one.text for one in said if not roles or one.speaker.role in roles))} "
    return [label for label in labels if fold(label) and f" {fold(label)} " in whole]
