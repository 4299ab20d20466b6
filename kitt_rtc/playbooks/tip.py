"""A tip chosen for the moment by a model, believed only where the words that call for it are found in the call.

The law (contract N9): the model chooses, the house words it. The model's own words are shown where the house itself
could have written them (prompts/wording.py: all cards vouch, though the model is only shown those that fit); else the
house's card of the topic that it chose. Nobody on the line can call up more than a card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel

from kitt_rtc.drafts import easel
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.draft import Draft
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.speech import Utterance
from kitt_rtc.model.words import clip
from kitt_rtc.playbooks.acquaintance import customer
from kitt_rtc.playbooks.cards import Card
from kitt_rtc.playbooks.fields import Label, Line, Quote
from kitt_rtc.playbooks.identity import insight_id
from kitt_rtc.playbooks.transcript import as_material, find_quote, heard
from kitt_rtc.ports import LanguageModel, Seen
from kitt_rtc.prompts.leak import leaks
from kitt_rtc.prompts.library import Library
from kitt_rtc.prompts.prompt import Material, Prompt

_SAID_BEFORE = 5


class TipForm(BaseModel):
    """A tip, or that there is none worth the rep's attention. The proof is written first: without it none is shown."""

    quote: Quote = ""
    """The words of the call that call for it, copied."""
    speak: bool
    topic: Label = ""
    """The intent: "objection.price"."""
    title: Label = ""
    say: Line = ""
    avoid: Label = ""
    reason: Line = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model makes of a moment."""

    silence: bool
    """Nothing is worth saying."""
    tip: Insight | None = None
    """None as well where what it wrote is not proven."""


class TipWriter:
    """Asks the model. Keeps nothing."""

    def __init__(self, library: Library, model: LanguageModel) -> None:
        self._library = library
        self._model = model

    async def write(
        self, conversation: Conversation, cards: Sequence[Card], house: Sequence[Card], *, seconds: float
    ) -> Opinion:
        """The one tip for the moment, within so many seconds. `cards` fit it; `house` are all there are.

        Raises EngineError.
        """
        prompt = self._prompt(conversation, cards, house, seconds)
        form = await self._model.fill(prompt, TipForm, seen=_sketcher(conversation, prompt))
        by_fit = [*cards, *house]
        return Opinion(not form.speak, self._proven(conversation, form, prompt, by_fit) if form.speak else None)

    def _proven(
        self, conversation: Conversation, form: TipForm, prompt: Prompt, house: Sequence[Card]
    ) -> Insight | None:
        """The model's tip if its quote is found in the call and it tells nothing of its instructions."""
        proof = find_quote(form.quote, heard(conversation))
        if proof is None or leaks(f"{form.title} {form.say} {form.avoid} {form.reason}", prompt):
            return None
        utterance, quote = proof
        if not form.say:
            return self._in_the_houses_words(conversation, form.topic, house, utterance, quote)
        content = tip_text(self._library, conversation.language, say=form.say, avoid=form.avoid)
        titles = {card.topic: card.title for card in house}
        return Insight(
            id=insight_id(conversation, form.topic, content),
            type=InsightType.COACHING,
            content=content,
            title=form.title or titles.get(form.topic, ""),
            topic=form.topic if form.topic in titles else "",
            reason=form.reason or self._reason(conversation, utterance, quote),
            quote=quote,
            because=(utterance.id,),
            written_by=self._model.name,
        )

    def _in_the_houses_words(
        self, conversation: Conversation, topic: str, house: Sequence[Card], said: Utterance, quote: str
    ) -> Insight | None:
        """The first card of the topic that the model chose, of this phase and for who said it; None: there is none.

        Its reason tells who chose and who worded it.
        """
        card = next(
            (
                one
                for one in house
                if one.topic == topic
                and said.speaker.role in one.roles
                and (not one.phases or conversation.phase in one.phases)
            ),
            None,
        )
        if card is None:
            return None
        content = tip_text(self._library, conversation.language, say=card.say, avoid=card.avoid, proof=card.evidence)
        return Insight(
            id=insight_id(conversation, card.topic, content),
            type=InsightType.COACHING,
            content=content,
            title=card.title,
            topic=card.topic,
            reason=self._reason(conversation, said, quote, key="coach.chosen"),
            quote=quote,
            because=(said.id,),
            priority=card.priority,
            urgent=card.urgent,
            lives=float(card.lives),
        )

    def _reason(self, conversation: Conversation, said: Utterance, quote: str, key: str = "coach.reason") -> str:
        """The rules' own, where the model's was not fit to be read."""
        who = self._library.phrase(f"role.{said.speaker.role}", conversation.language)
        return self._library.phrase(key, conversation.language, who=who, quote=quote)

    def _prompt(
        self, conversation: Conversation, cards: Sequence[Card], house: Sequence[Card], seconds: float
    ) -> Prompt:
        said_before = [given.insight.content for given in conversation.given[-_SAID_BEFORE:]]
        material = [
            *customer(conversation.profile),
            as_material(heard(conversation)),
            as_material(conversation.fresh, "Just said"),
            Material("Cards of the house", "\n".join(_line(card) for card in cards), house=True),
            Material("Topics", "\n".join(sorted({card.topic for card in house})), house=True),
            Material("Tips already given", "\n".join(said_before), told=True),
        ]
        prompt = self._library.prompt("coach", conversation.language, material, seconds=seconds)
        return replace(prompt, vouched="\n".join(_whole(card) for card in house))


def _sketcher(conversation: Conversation, prompt: Prompt) -> Seen | None:
    """Shows the tip while it is written, once its proof is found, and only as far as it gives nothing away."""
    show = easel()
    if show is None or not conversation.fresh:
        return None
    said, name = heard(conversation), f"draft_{conversation.fresh[-1].id}"

    def seen(texts: Mapping[str, str]) -> None:
        title, say = clip(texts.get("title", ""), 60), clip(texts.get("say", ""), 240)
        proof = find_quote(texts.get("quote", ""), said) if title or say else None  # else the proof may still grow
        if proof is not None and not leaks(" ".join(texts.values()), prompt):
            show(Draft(name, title, say, quote=proof[1]))

    return seen


def tip_text(library: Library, language: str, *, say: str, avoid: str = "", proof: str = "") -> str:
    """What to say, and under it what to avoid and the proof at hand."""
    lines = [say]
    lines += [library.phrase("coach.avoid", language, avoid=avoid)] if avoid else []
    lines += [library.phrase("coach.proof", language, proof=proof)] if proof else []
    return "\n".join(lines)


def _whole(card: Card) -> str:
    return f"{card.title}. {card.say} {card.avoid}. {card.proof}"


def _line(card: Card) -> str:
    return f"{card.topic}: {card.say} ({card.avoid})"
