"""What a model reads in a technician's words, and as much of it as can be quoted.

The law: a clue whose quote the technician did not say, word for word and about this trouble, is dropped; so is one that
answers no question of the house. What a model has understood is then asked no more than what the rules have.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel

from kitt_rtc.model.clue import Clue
from kitt_rtc.model.facts import ContextRead
from kitt_rtc.model.speech import Utterance
from kitt_rtc.model.words import fold, subject_words, verbatim
from kitt_rtc.playbooks import clues
from kitt_rtc.playbooks.entities import together
from kitt_rtc.playbooks.fields import Label, Line, Quote
from kitt_rtc.playbooks.matter import Matter
from kitt_rtc.playbooks.sale_form import Mood
from kitt_rtc.playbooks.states import States

SLOTS: Mapping[str, str] = MappingProxyType(
    {
        "device": "component",
        "symptom": "symptom",
        "sign": "symptom",
        "where": "symptom",
        "since": "time",
        "tried": "tried",
    }
)
"""What a general question asks for, and the kind of clue that answers it."""
_LEAST_QUOTED = 2
"""Words: a lone "yes" proves whatever one likes."""


class Answered(BaseModel):
    """A general question that the technician's words answer."""

    slot: Literal["device", "symptom", "sign", "where", "since", "tried"]
    quote: Quote
    denied: bool = False
    """They have none, or it is not so."""


class InState(BaseModel):
    """A state that the technician's words affirm or deny."""

    state: Label
    quote: Quote
    denied: bool = False


class FaultForm(BaseModel):
    """What a model reads in a technician's words."""

    entities: list[Label] = []
    issue: Line = ""
    answered: list[Answered] = []
    states: list[InState] = []
    tone: Mood = Mood()


def believed(context: ContextRead, form: FaultForm, matter: Matter, states: States, language: str) -> ContextRead:
    """What the rules saw, with what the model read beside it, as far as the technician said it."""
    said = subject_words(matter.text)
    entities = [entity for entity in form.entities if subject_words(entity) and subject_words(entity) <= said]
    issue = form.issue if len(subject_words(form.issue) & said) >= 2 else ""
    known = {(clue.kind, clue.id) for clue in context.clues}
    read = [*_named(entities, matter), *_answers(form.answered, matter), *_in(form.states, matter, states, language)]
    return replace(
        context,
        entities=together(context.entities, entities),
        issue=issue or context.issue,
        clues=clues.together(context.clues, (clue for clue in read if (clue.kind, clue.id) not in known)),
    )


def _named(entities: Iterable[str], matter: Matter) -> Iterator[Clue]:
    for entity in entities:
        if proof := _find(entity, matter.utterances, least=1):
            yield Clue("component", fold(entity), entity, proof[1], proof[0].id)


def _answers(answered: Iterable[Answered], matter: Matter) -> Iterator[Clue]:
    for one in answered:
        if proof := _find(one.quote, matter.utterances):
            yield Clue(SLOTS[one.slot], f"told.{one.slot}", proof[1], proof[1], proof[0].id, one.denied)


def _in(told: Iterable[InState], matter: Matter, states: States, language: str) -> Iterator[Clue]:
    for one in told:
        state, proof = states.named(one.state, language), _find(one.quote, matter.utterances)
        if state and proof:
            yield Clue("state", state.id, state.label, proof[1], proof[0].id, one.denied)


def _find(quote: str, said: Sequence[Utterance], *, least: int = _LEAST_QUOTED) -> tuple[Utterance, str] | None:
    """The newest of these that says it, and the words as they stand there."""
    found = ((one, verbatim(quote, one.text, least=least)) for one in reversed(said))
    return next(((one, words) for one, words in found if words), None)
