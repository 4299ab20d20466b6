"""The old system's times beside ours (T05 to T08), in one run: `python -m evals.coach old_times`.

Without a key, everything is done in this process by the embedded engines and by rules, so that a figure is what this
machine's processor takes. Through a scripted model, a server on this machine speaks OpenAI's API over HTTP and answers
in a fixed time: what is above that time is ours.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from evals.figure import Figure, quantile
from kitt_rtc import samples
from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_text import ModelOptions, OpenAIModel
from kitt_rtc.engines.sentences import SentenceEncoder, SentenceOptions
from kitt_rtc.media.files import read_sound
from kitt_rtc.model.audio import RATE, SAMPLE_BYTES
from kitt_rtc.model.conversation import Conversation, GivenInsight
from kitt_rtc.model.facts import InsightGiven, SummaryWritten, UtteranceHeard
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.pipeline.deduper import Deduper
from kitt_rtc.ports import Vector
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.whole_house import WholeHouse, open_whole_house, settings

ANSWER_SECONDS = 0.25
"""What the scripted model thinks for, each time it is asked."""
_CLIENT, _REP = (20.7, 26.2), (28.3, 32.3)
"""One sentence of either side, in seconds of the sample call."""
_LINES = (
    (Role.REP, "What does an outage like that cost you?"),
    (Role.CUSTOMER, "About ten thousand euros a day. But honestly, your offer is too expensive for us."),
    (Role.REP, "Compared to what? I will send you the figures on Thursday."),
)
_TIP = {
    "speak": True,
    "topic": "objection.price",
    "title": "Price",
    "say": "Compared to what?",
    "reason": "They find it too expensive.",
    "quote": "your offer is too expensive for us",
}
_ANSWERS: Mapping[str, Mapping[str, object]] = {
    "SaleForm": {"phase": "objection", "phase_reason": "They find it too expensive."},
    "TipForm": _TIP,
    "SameForm": {"same": False, "reason": "Another idea."},
    "ClientForm": {"objections": [{"text": "Too expensive", "quote": "your offer is too expensive for us"}]},
    "RepForm": {"went_well": [{"text": "Asked back", "quote": "Compared to what?"}], "next_time": ["Ask for a date."]},
}


@dataclass(frozen=True, slots=True)
class Took:
    """One piece of work."""

    seconds: float
    processor: float
    """Seconds of this process, threads included."""
    by: str = ""
    """Who wrote what came of it, where somebody did."""


async def figures(quick: bool = False) -> Sequence[Figure]:
    times = 2 if quick else 5
    async with _houses() as (rules, scripted):
        found = []
        for name, old, most, act in (
            ("T05 two audios", "200 to 500 ms", 500.0, _two_audios),
            ("T06 insight", "300 to 800 ms", 800.0, _insight),
            ("T07 duplicate check", "200 to 500 ms", 500.0, _duplicate),
            ("T08 summary", "1 to 3 s", 3_000.0, _summary),
        ):
            for house, how in ((rules, "no key"), (scripted, f"a model that answers in {1_000 * ANSWER_SECONDS:g} ms")):
                took = [await act(house) for _ in range(times)]
                found.append(_figure(f"old times: {name}, {how}", old, most, took))
    return found


def _figure(measure: str, old: str, most: float, took: Sequence[Took]) -> Figure:
    p50, worst = (1_000 * quantile((one.seconds for one in took), share) for share in (0.5, 1.0))
    processor = 1_000 * quantile((one.processor for one in took), 0.5)
    authors = ", ".join(sorted({one.by for one in took if one.by}))
    note = f"p50 of {len(took)}, worst {worst:.0f}; processor {processor:.1f}; the old system: {old}" + (
        f"; by {authors}" if authors else ""
    )
    return Figure(measure, p50, "ms", most, note=note)


@asynccontextmanager
async def _houses() -> AsyncIterator[tuple[WholeHouse, WholeHouse]]:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        async with OpenAIServer() as server:
            for form, answer in _ANSWERS.items():
                server.answer(form, dict(answer))
            server.transcripts = ["Honestly, your offer is too expensive for us."]
            server.pace = _think
            api = {"openai_base_url": server.base_url, "openai_api_key": "scripted"}
            embedded = {"engine_transcriber": "moonshine", "engine_model": "none", "engine_embedder": "lexicon"}
            remote = {"engine_transcriber": "openai", "engine_model": "openai", "engine_embedder": "lexicon"}
            async with (
                open_whole_house(settings(Path(one), **embedded)) as rules,
                open_whole_house(settings(Path(other), **remote, **api)) as scripted,
            ):
                yield rules, scripted


async def _think(piece: int) -> None:
    if piece == 0:
        await asyncio.sleep(ANSWER_SECONDS)


async def _timed(work: Callable[[], Awaitable[object]]) -> Took:
    began, processor = time.perf_counter(), time.process_time()
    await work()
    return Took(time.perf_counter() - began, time.process_time() - processor)


async def _two_audios(house: WholeHouse) -> Took:
    """Both sides through the door, until the last of their words is in the story."""
    call_id = await house.start(playbook="coaching", language="en")
    clock = house.house.switchboard.find(call_id).call.clock
    sides = {"client_audio": _sound("customer", _CLIENT), "commercial_audio": _sound("rep", _REP)}
    began = clock()
    whole = await _timed(lambda: house.upload(call_id, **sides))
    story = await house.house.switchboard.story(call_id)
    written = max(entry.at for entry in story if isinstance(entry.fact, UtteranceHeard))
    await house.house.switchboard.end(call_id)
    return replace(whole, seconds=written - began)


async def _insight(house: WholeHouse) -> Took:
    """From the adviser's waking to the card."""
    call_id = await house.start(playbook="coaching", language="en")
    processor = time.process_time()
    house.say(call_id, _LINES[1][1])
    given = (await house.until(call_id, InsightGiven))[-1].fact
    assert isinstance(given, InsightGiven)
    spent = time.process_time() - processor
    await house.house.switchboard.end(call_id)
    return Took(given.took, spent, given.insight.written_by)


async def _duplicate(house: WholeHouse) -> Took:
    """One judgement between two ideas that are neither the same nor far apart."""
    earlier = Insight("i1", InsightType.COACHING, "Ask what an outage costs them in a day.")
    later = Insight("i2", InsightType.COACHING, "Ask how many hours an outage costs a month.")
    conversation = Conversation(call_id="c", playbook="coaching", language="en", given=(GivenInsight(1.0, earlier),))
    address = house.house.settings.openai_base_url
    if not address:
        by_rules = Deduper(SentenceEncoder(SentenceOptions(inline=True)))
        return await _timed(lambda: by_rules.judge(later, conversation, 20.0))
    client = OpenAIClient(OpenAIOptions(base_url=address))
    deduper = Deduper(_Grey(), OpenAIModel(client, ModelOptions("scripted")))
    took = await _timed(lambda: deduper.judge(later, conversation, 20.0))
    await client.close()
    return took


async def _summary(house: WholeHouse) -> Took:
    call_id = await house.start(playbook="coaching", language="en")
    for role, text in _LINES:
        house.say(call_id, text, by=Speaker(role.value, role))
    took = await _timed(lambda: house.client.post(f"/resume/{call_id}"))
    conversation = await house.house.switchboard.story(call_id)
    (written,) = (entry.fact.summary for entry in conversation if isinstance(entry.fact, SummaryWritten))
    await house.house.switchboard.end(call_id)
    return replace(took, by=written.written_by)


_UNSURE = 0.62


class _Grey:
    """Any two texts lie at a cosine at which only a model can tell: so that it is asked."""

    size = 64

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        common, own = _UNSURE**0.5, (1.0 - _UNSURE) ** 0.5
        return [[common, *(own * (place == axis) for axis in range(1, self.size))] for place, _ in enumerate(texts, 1)]


def _sound(side: str, span: tuple[float, float]) -> bytes:
    start, end = (round(at * RATE) * SAMPLE_BYTES for at in span)
    return read_sound(samples.CALLS / "sales" / f"{side}.ogg")[start:end]
