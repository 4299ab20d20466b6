"""Tips by a model that thinks for a second: when their first word and their card come: `python -m evals.coach model`.

In real time, over real HTTP, with and without answers begun early, in one run. The end of a sentence is laid out as
hearing gives it (docs/hearing.md): the voice falls silent, the caption has its last words, and later the pause and the
transcriber are done. A server on this machine streams each form: the first word after a part of the second, the last at
its end. The context's question and the tip's are asked one after the other, so that two seconds pass where nothing is
begun early. A sentence in four is written otherwise than its caption said: its early answers are thrown away.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.figure import Figure, quantile
from kitt_rtc.model.facts import InsightGiven, ModelAsked
from tests.support.coach import SALE, TIP, Sale, selling

ANSWER_SECONDS = 1.0
"""From a question to the last word of its answer."""
FIRST_SECONDS = 0.3
"""To its first."""
CAPTION_SECONDS = 0.25
"""From the last sample of a sentence to its whole caption: a look every 0.1 s, and one pass over the sound."""
HEARD_SECONDS = 0.65
"""To the utterance: a pause of 0.4 s, and the transcriber."""
_PATIENCE = 10.0
_SAID = (
    "Honestly your offer is too expensive for us",
    "We looked at it and it is too expensive",
    "I am afraid this is too expensive this year",
    "For what it does that is simply too expensive",
)
_OTHERWISE = 3
"""The last of every four ends in other words than it was thought to."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Of one sentence, in seconds from its end."""

    word: float
    card: float
    taken: bool
    tokens: int
    wasted: int
    """Tokens that were thrown away."""


async def figures(quick: bool = False) -> Sequence[Figure]:
    sentences = [(text, number == _OTHERWISE) for number, text in enumerate(_SAID)] * (1 if quick else 3)
    plain = [await _timed(text, otherwise, ahead=False) for text, otherwise in sentences]
    early = [await _timed(text, otherwise, ahead=True) for text, otherwise in sentences]
    taken = [one for one in early if one.taken]
    wasted = 100 * sum(one.wasted for one in early) / sum(one.tokens for one in early)
    on = f"{len(sentences)} sentences, a model of 1 s"
    return (
        _median("first word of a draft, nothing begun early", [one.word for one in plain], on),
        _median("first word of a draft, begun early", [one.word for one in early], on),
        _median("card, nothing begun early", [one.card for one in plain], on),
        _median("card, begun early", [one.card for one in early], on),
        _median("card, begun early and taken over", [one.card for one in taken], f"{len(taken)} of {len(early)}"),
        Figure("model: tokens thrown away", wasted, "%", note="a sentence in four ends otherwise than its caption"),
    )


def _median(measure: str, values: Sequence[float], note: str) -> Figure:
    return Figure(f"model: {measure}, from the last sample, p50", 1_000 * quantile(values, 0.5), "ms", note=note)


async def _timed(text: str, otherwise: bool, *, ahead: bool) -> Timing:
    async with selling(ahead=ahead) as sale, asyncio.timeout(_PATIENCE):
        sale.server.pace = _thinking(sale)
        loop = asyncio.get_running_loop()
        began = loop.time()
        word = asyncio.create_task(_first_word(sale))
        card = asyncio.create_task(_card(sale))
        await asyncio.sleep(CAPTION_SECONDS)
        sale.caption(text)
        await asyncio.sleep(began + HEARD_SECONDS - loop.time())
        sale.hear(f"{text}, I must say." if otherwise else f"{text}.")
        times = await asyncio.gather(word, card)
        asked: list[ModelAsked] = sale.facts(ModelAsked)
        thrown = [one for one in asked if one.outcome == "thrown_away"]
        tokens, wasted = (sum(one.tokens_in + one.tokens_out for one in some) for some in (asked, thrown))
        return Timing(times[0] - began, times[1] - began, ahead and not thrown, tokens, wasted)


def _thinking(sale: Sale) -> Callable[[int], Awaitable[None]]:
    """The pieces of a streamed answer come evenly between its first and its last word; a whole one comes at its end."""
    loop, begun = asyncio.get_running_loop(), dict[int, tuple[float, int]]()

    async def pace(number: int) -> None:
        task = id(asyncio.current_task())
        if number == 0:
            begun[task] = loop.time(), _pieces(sale.server.requests[-1].body)
        since, pieces = begun[task]
        part = min(1.0, number / pieces) if pieces else 1.0
        due = since + FIRST_SECONDS + part * (ANSWER_SECONDS - FIRST_SECONDS)
        await asyncio.sleep(max(0.0, due - loop.time()))

    return pace


def _pieces(asked: Mapping[str, Any]) -> int:
    """Of the answer to this request; 0 where it is not streamed."""
    form = asked["response_format"]["json_schema"]["name"]
    return len(json.dumps({"SaleForm": SALE, "TipForm": TIP}[form])) // 5 if asked.get("stream") else 0


async def _first_word(sale: Sale) -> float:
    async for _ in sale.call.drafts.follow():
        return asyncio.get_running_loop().time()
    raise RuntimeError("no draft was shown")


async def _card(sale: Sale) -> float:
    async for entry in sale.call.journal.follow():
        if isinstance(entry.fact, InsightGiven):
            return asyncio.get_running_loop().time()
    raise RuntimeError("no card was shown")
