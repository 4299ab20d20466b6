"""The call on a page, for the client's side or for the rep: every claim with the line that proves it.

With a model its statements are looked up in the call, and what nobody said is left out. Without one, or when it fails,
the page is put together from the call's own sentences, and says so.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.insight import Focus, Insight, Summary
from kitt_rtc.model.speech import Utterance
from kitt_rtc.model.words import clip
from kitt_rtc.pipeline.gleaner import MOST, Line, claim, glean, prove, telling
from kitt_rtc.pipeline.page import Page
from kitt_rtc.pipeline.review import CLIENT_SIDE, REP_SIDE, review, side
from kitt_rtc.ports import LanguageModel
from kitt_rtc.prompts.leak import leaks
from kitt_rtc.prompts.library import Library
from kitt_rtc.prompts.prompt import Material, Prompt

log = logging.getLogger(__name__)

_SECONDS = 10.0
_MOST_CHARACTERS = 24_000
"""Of a longer call the model reads the end."""
Sentence = Annotated[str, AfterValidator(lambda text: clip(text, 240))]


class Claim(BaseModel):
    text: Sentence
    quote: str


class ClientForm(BaseModel):
    needs: list[Claim] = []
    pain_points: list[Claim] = []
    objections: list[Claim] = []
    budget: list[Claim] = []
    timing: list[Claim] = []
    next_step: list[Claim] = []


class RepForm(BaseModel):
    went_well: list[Claim] = []
    missed: list[Claim] = []
    next_time: list[Sentence] = []


class Summarizer:
    """Writes both pages. Keeps nothing."""

    def __init__(self, model: LanguageModel | None = None, library: Library | None = None) -> None:
        """`library` is a house's own sentences, ours by default."""
        self._library = library or Library()
        self._model = model

    async def write(self, conversation: Conversation, utterances: Iterable[Utterance], focus: Focus) -> Summary:
        """`utterances` is the whole call: the conversation remembers only its end. Never raises an EngineError."""
        said = sorted((utterance for utterance in utterances if utterance.text.strip()), key=lambda one: one.start)
        page = Page(self._library, conversation.language)
        silence = _silence(said, focus)
        if silence:
            return Summary(focus, page.phrase(silence), conversation.language, "rules")
        if self._model is not None:
            text = await self._by_model(self._model, conversation, said, focus, page)
            if text:
                return Summary(focus, text, conversation.language, self._model.name)
        body = (
            page.client(_client_lines(conversation, said), _answers(conversation))
            if focus is Focus.CLIENT
            else page.rep(review(conversation, said))
        )
        return Summary(focus, f"{body}\n\n{page.phrase('summary.by_rules')}", conversation.language, "rules")

    async def _by_model(
        self, model: LanguageModel, conversation: Conversation, said: Sequence[Utterance], focus: Focus, page: Page
    ) -> str:
        """The page as the model sees it; empty when it fails, or can prove nothing of what it says."""
        prompt = self._prompt(conversation, said, focus)
        try:
            if focus is Focus.CLIENT:
                form = await model.fill(prompt, ClientForm)
                lines = {name: _proven(getattr(form, name), said, prompt) for name in ClientForm.model_fields}
                return page.client(lines, _answers(conversation)) if any(lines.values()) else ""
            answer = await model.fill(prompt, RepForm)
        except EngineError as error:
            log.warning("summary written by rules", extra={"call": conversation.call_id, "code": error.code})
            return ""
        well, missed = _proven(answer.went_well, said, prompt), _proven(answer.missed, said, prompt)
        advice = [sentence for sentence in answer.next_time if not leaks(sentence, prompt)][:3]
        return page.rep(review(conversation, said), well, missed, advice) if well or missed else ""

    def _prompt(self, conversation: Conversation, said: Sequence[Utterance], focus: Focus) -> Prompt:
        transcript = "\n".join(f"{one.speaker.role}: {' '.join(one.text.split())}" for one in said)
        tips = "\n".join(given.insight.content.splitlines()[0] for given in conversation.given)
        material = [Material("Transcript", transcript[-_MOST_CHARACTERS:]), Material("Tips shown", tips)]
        name = "summary_client" if focus is Focus.CLIENT else "summary_rep"
        return self._library.prompt(name, conversation.language, material, seconds=_SECONDS)


def _answers(conversation: Conversation) -> list[Insight]:
    """The knowledge answers that were shown."""
    return [given.insight for given in conversation.given if given.insight.passages]


def _silence(said: Sequence[Utterance], focus: Focus) -> str:
    """The sentence for a call in which the side looked at said nothing; empty when it spoke."""
    if not said:
        return "summary.nothing_said"
    if focus is Focus.CLIENT and not side(said, CLIENT_SIDE):
        return "summary.only_other_side"
    if focus is Focus.REP and not side(said, REP_SIDE):
        return "summary.rep_silent"
    return ""


def _client_lines(conversation: Conversation, said: Sequence[Utterance]) -> dict[str, list[Line]]:
    client = side(said, CLIENT_SIDE)
    needs = glean("needs", client)
    if conversation.playbook == "support":
        needs = _troubles(conversation, client)
    lines = {
        "needs": needs[:MOST],
        "pain_points": [line for finding in conversation.pain_points if (line := prove(finding, client))],
        "objections": [line for finding in conversation.objections if (line := prove(finding, client))],
        "budget": glean("budget", client)[:MOST],
        "timing": glean("timing", client)[:MOST],
        "next_step": glean("next_step", said)[-2:],
    }
    return lines if any(lines.values()) else {"said": telling(client), **lines}


def _troubles(conversation: Conversation, client: Sequence[Utterance]) -> list[Line]:
    """What a technician was helped with: the first words behind each question and answer, and the trouble at hand."""
    first = dict.fromkeys(given.insight.because[0] for given in conversation.given if given.insight.because)
    lines = [Line("", utterance.text, utterance) for utterance in client if utterance.id in first]
    open_one = claim("", conversation.issue, client)
    return lines + ([open_one] if open_one and open_one.utterance.id not in first else [])


def _proven(claims: Iterable[Claim], said: Sequence[Utterance], prompt: Prompt) -> list[Line]:
    """What the model claims, as far as somebody said it."""
    lines = (claim(one.text, one.quote, said) for one in claims if not leaks(one.text, prompt))
    return [line for line in lines if line][:MOST]
