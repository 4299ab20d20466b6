"""The call on a page, for the client's side or for the rep: every claim with the line that proves it.

With a model its statements are looked up in the call, and what nobody said is left out; of a long call it reads the
parts side by side, so that an hour takes no longer than a minute. Without one, or when it fails, the page is put
together from the call's own sentences, and says so.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.figures import CLIENT_SIDE, REP_SIDE
from kitt_rtc.model.insight import Focus, Insight, Summary
from kitt_rtc.model.speech import Utterance
from kitt_rtc.model.words import clip, fold
from kitt_rtc.pipeline.gleaner import MOST, Line, claim, glean, prove, telling
from kitt_rtc.pipeline.page import Page, Written, clock
from kitt_rtc.pipeline.parts import parts_of, together
from kitt_rtc.pipeline.review import review, side
from kitt_rtc.ports import LanguageModel
from kitt_rtc.prompts.leak import leaks
from kitt_rtc.prompts.library import Library
from kitt_rtc.prompts.orders import speaks_to_a_machine
from kitt_rtc.prompts.prompt import Material, Prompt

log = logging.getLogger(__name__)

_SECONDS = 10.0
_MOST_ADVICE = 3
Form = TypeVar("Form", bound=BaseModel)
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
        said = await asyncio.to_thread(_people_talk, utterances)
        page = Page(self._library, conversation.language)
        silence = _silence(said, focus)
        if silence:
            return Summary(focus, page.phrase(silence), conversation.language, "rules")
        if self._model is not None:
            written = await self._by_model(self._model, conversation, said, focus, page)
            if written is not None:
                return Summary(focus, written.text, conversation.language, self._model.name, written.claims)
        # Reading an hour by rules takes the processor for a twentieth of a second: not on the loop of other calls.
        by_rules = await asyncio.to_thread(_by_rules, conversation, said, focus, page)
        return Summary(focus, by_rules.text, conversation.language, "rules", by_rules.claims)

    async def _by_model(
        self, model: LanguageModel, conversation: Conversation, said: Sequence[Utterance], focus: Focus, page: Page
    ) -> Written | None:
        """The page as the model sees it; None when it fails, or can prove nothing of what it says."""
        if focus is Focus.CLIENT:
            return await self._client(model, conversation, said, page)
        return await self._rep(model, conversation, said, page)

    async def _client(
        self, model: LanguageModel, conversation: Conversation, said: Sequence[Utterance], page: Page
    ) -> Written | None:
        read = await self._read(model, conversation, said, "summary_client", ClientForm)

        def written() -> Written | None:
            lines = {name: _proven(read, name) for name in ClientForm.model_fields}
            if not any(lines.values()):
                return None
            return _noting_gaps(page.client(lines, _answers(conversation)), read, page)

        return await asyncio.to_thread(written)

    async def _rep(
        self, model: LanguageModel, conversation: Conversation, said: Sequence[Utterance], page: Page
    ) -> Written | None:
        read = await self._read(model, conversation, said, "summary_rep", RepForm)

        def written() -> Written | None:
            well, missed = _proven(read, "went_well"), _proven(read, "missed")
            if not well and not missed:
                return None
            return _noting_gaps(page.rep(review(conversation, said), well, missed, _advice(read)), read, page)

        return await asyncio.to_thread(written)

    async def _read(
        self,
        model: LanguageModel,
        conversation: Conversation,
        said: Sequence[Utterance],
        name: str,
        form: type[Form],
    ) -> "list[_Read[Form]]":
        """What the model makes of each part of the call, all asked at once."""

        async def read(part: Sequence[Utterance]) -> _Read[Form]:
            prompt = self._prompt(conversation, part, name)
            try:
                return _Read(part, prompt, await model.fill(prompt, form))
            except EngineError as error:
                log.warning("a part is left out of a summary", extra={"call": conversation.call_id, "code": error.code})
                return _Read(part, prompt, None)

        return list(await asyncio.gather(*map(read, parts_of(said))))

    def _prompt(self, conversation: Conversation, part: Sequence[Utterance], name: str) -> Prompt:
        transcript = "\n".join(f"{one.speaker.role}: {' '.join(one.text.split())}" for one in part)
        tips = "\n".join(given.insight.content.splitlines()[0] for given in conversation.given)
        material = [Material("Transcript", transcript), Material("Tips shown", tips, told=True)]
        return self._library.prompt(name, conversation.language, material, seconds=_SECONDS)


@dataclass(frozen=True, slots=True)
class _Read(Generic[Form]):
    """A part of a call, what was asked of it, and what came back; None: nothing did."""

    part: Sequence[Utterance]
    prompt: Prompt
    form: Form | None


def _people_talk(utterances: Iterable[Utterance]) -> list[Utterance]:
    """What was said from one person to another, in the order spoken: nobody is to sum up an order to a machine."""
    heard = (one for one in utterances if one.text.strip() and not speaks_to_a_machine(one.text))
    return sorted(heard, key=lambda one: one.start)


def _by_rules(conversation: Conversation, said: Sequence[Utterance], focus: Focus, page: Page) -> Written:
    written = (
        page.client(_client_lines(conversation, said), _answers(conversation))
        if focus is Focus.CLIENT
        else page.rep(review(conversation, said))
    )
    return written.with_note(page.phrase("summary.by_rules"))


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


def _proven(read: "Sequence[_Read[Form]]", name: str) -> list[Line]:
    """What the model claims under this name, as far as somebody said it; each line of the call proves one claim."""
    found = [
        [
            line
            for one in getattr(part.form, name)
            if not leaks(one.text, part.prompt) and (line := claim(one.text, one.quote, part.part))
        ]
        for part in read
        if part.form is not None
    ]
    kept = together(found, lambda line: (line.utterance.id, fold(line.quote)), MOST)
    return sorted(kept, key=lambda line: line.utterance.start)


def _advice(read: "Sequence[_Read[RepForm]]") -> list[str]:
    told = [
        [sentence for sentence in part.form.next_time if not leaks(sentence, part.prompt)]
        for part in read
        if part.form is not None
    ]
    return together(told, fold, _MOST_ADVICE)


def _noting_gaps(written: Written, read: "Sequence[_Read[Form]]", page: Page) -> Written:
    """Where the model failed for a part of the call, the page says which minutes it tells nothing of."""
    unread = [part.part for part in read if part.form is None]
    if not unread:
        return written
    times = ", ".join(f"{clock(part[0].start)}-{clock(part[-1].end)}" for part in unread)
    return written.with_note(page.phrase("summary.unread", times=times))
