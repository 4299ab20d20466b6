"""Summaries: how long an hour takes, and whether every claim stands in the call: `python -m evals.coach summaries`.

The hour is the sample sales call told over and over with a running number. The model is a server on this machine that
speaks OpenAI's API over HTTP, answers after a second, and claims one thing that was said and one that was not.
"""

import asyncio
import time
from collections.abc import Sequence

from evals.figure import Figure
from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_text import ModelOptions, OpenAIModel
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import CallStarted, ContextRead, Entry, UtteranceHeard
from kitt_rtc.model.insight import Focus, Summary
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.pipeline.parts import parts_of
from kitt_rtc.pipeline.summarizer import Summarizer
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.coaching import CoachingPlaybook
from kitt_rtc.prompts.library import Library
from tests.fakes.openai_server import OpenAIServer

ANSWER_SECONDS = 1.0
_LINES = (
    (Role.REP, "Hello, what brings you here, and how do you work today, in shop number {number}?"),
    (Role.CUSTOMER, "We need a better system in shop {number}, ours goes down every week and nobody tells us why."),
    (Role.REP, "I see. What does an outage like that cost you, all in all, before anybody notices it?"),
    (
        Role.CUSTOMER,
        "But yours is too expensive, our budget for shop {number} is 20 000 euros, before the end of June.",
    ),
    (Role.REP, "Compared to what? Let us put it beside the two outages of last month, and then decide together."),
    (Role.CUSTOMER, "Fine. Send me the offer for shop {number}, and let us meet on Thursday."),
)
_SPEAKERS = {role: Speaker(role.value, role) for role in (Role.REP, Role.CUSTOMER)}
_SECONDS_A_LINE = 6.0


def hour(seconds: float = 3_600.0) -> list[Utterance]:
    said = []
    for place in range(int(seconds / _SECONDS_A_LINE)):
        role, text = _LINES[place % len(_LINES)]
        start = place * _SECONDS_A_LINE
        words = text.format(number=place // len(_LINES) + 1)
        said.append(Utterance(f"u{place}", _SPEAKERS[role], words, "en", start, start + _SECONDS_A_LINE - 0.5))
    return said


async def heard(said: Sequence[Utterance]) -> Conversation:
    """The call as the rules have read it, line by line."""
    playbook = CoachingPlaybook(Cards.load(), Library())
    conversation = Conversation.of([Entry(1, 0.0, CallStarted("eval", "coaching", "en", 0.0))])
    for utterance in said:
        conversation = conversation.after(Entry(1, utterance.end, UtteranceHeard(utterance, 0.1)))
        read = await playbook.read(conversation)
        conversation = conversation.after(Entry(1, utterance.end, read or ContextRead((utterance.id,), "opening")))
    return conversation


async def figures(quick: bool = False) -> Sequence[Figure]:
    said = hour(600.0 if quick else 3_600.0)
    conversation = await heard(said)
    return [*await _by_rules(conversation, said), *await _by_model(conversation, said)]


async def _by_rules(conversation: Conversation, said: Sequence[Utterance]) -> list[Figure]:
    seconds, claims, proven = 0.0, 0, 0
    for focus in Focus:
        began = time.process_time()
        summary = await Summarizer().write(conversation, said, focus)
        seconds = max(seconds, time.process_time() - began)
        claims, proven = claims + len(summary.claims), proven + _proven(summary, said)
    note = f"{len(said)} lines, the slower of two lenses, processor time"
    return [
        Figure("summaries: by rules", seconds, "s", 3.0, note=note),
        Figure(
            "summaries: claims proven, by rules",
            100 * proven / max(1, claims),
            "%",
            100.0,
            at_least=True,
            note=f"{claims} claims",
        ),
    ]


async def _by_model(conversation: Conversation, said: Sequence[Utterance]) -> list[Figure]:
    async with OpenAIServer() as server:
        server.pace = _thinking
        quote = _LINES[3][1].split(",")[0]
        server.answer(
            "ClientForm", {"objections": [_claim("Too expensive", quote), _claim("Wants a yacht", "we need a yacht")]}
        )
        server.answer(
            "RepForm", {"went_well": [_claim("Asked back", "Compared to what")], "next_time": ["Ask for a date."]}
        )
        client = OpenAIClient(OpenAIOptions(base_url=server.base_url))
        model = OpenAIModel(client, ModelOptions("scripted"))
        seconds, claims, proven, invented = 0.0, 0, 0, 0
        for focus in Focus:
            began = time.monotonic()
            summary = await Summarizer(model).write(conversation, said, focus)
            seconds = max(seconds, time.monotonic() - began)
            claims, proven = claims + len(summary.claims), proven + _proven(summary, said)
            invented += "yacht" in summary.text
        await client.close()
    parts = len(parts_of(said))
    note = f"{parts} parts, a model that answers in {ANSWER_SECONDS:g} s, over HTTP; the old system: 1 to 3 s"
    return [
        Figure("summaries: T08, by a model", seconds, "s", 3.0, note=note),
        Figure(
            "summaries: claims proven, by a model",
            100 * proven / max(1, claims),
            "%",
            100.0,
            at_least=True,
            note=f"{claims} claims",
        ),
        Figure("summaries: invented claims shown", float(invented), "", 0.0, note="one is claimed in every part"),
    ]


async def _thinking(piece: int) -> None:
    """A second before the first words."""
    if piece == 0:
        await asyncio.sleep(ANSWER_SECONDS)


def _claim(text: str, quote: str) -> dict[str, str]:
    return {"text": text, "quote": quote}


def _proven(summary: Summary, said: Sequence[Utterance]) -> int:
    lines = {utterance.id: utterance.text for utterance in said}
    return sum(claim.quote in lines.get(claim.utterance_id, "") for claim in summary.claims)
