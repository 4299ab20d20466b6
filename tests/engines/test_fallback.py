"""Several transcribers in order: by language, by health, within one deadline; and the first again when it is well."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from kitt_rtc.engines.breaker import BreakerOptions
from kitt_rtc.engines.fallback import Candidate, FallbackOptions, FallbackTranscriber
from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_speech import OpenAITranscriber, TranscriberOptions
from kitt_rtc.model.errors import EngineError, EngineRefused, EngineTimeout, EngineUnavailable
from kitt_rtc.ports import Transcription
from tests.fakes.openai_server import FAULTS, OpenAIServer
from tests.sounds.made import silence, tone
from tests.support.clock import StillLoop

SPEECH = tone(1.0)
ENGLISH = frozenset({"en"})
AWAY = EngineUnavailable("first", "nobody is there", retryable=True)


@dataclass
class Engine:
    """Does as it is told, and counts how often it was asked."""

    name: str
    languages: frozenset[str] | None = None
    error: EngineError | None = None
    takes: float = 0.0
    asked: int = 0
    given: list[dict[str, Any]] = field(default_factory=list)

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        self.asked += 1
        self.given.append({"language": language, "hint": hint, "among": among, "terms": terms})
        await asyncio.sleep(self.takes)
        if self.error:
            raise self.error
        return Transcription(f"{self.name} heard", language)


def house(*engines: Engine, at_once: int = 2) -> FallbackTranscriber:
    options = FallbackOptions(breaker=BreakerOptions(failures=2, seconds=4.0))
    candidates = [Candidate(engine.name, engine, at_once + place) for place, engine in enumerate(engines)]
    return FallbackTranscriber(candidates, options, clock=lambda: asyncio.get_running_loop().time())


async def hear(transcriber: FallbackTranscriber, language: str = "en", **given: Any) -> str:
    """Who wrote it."""
    written = await transcriber.transcribe(SPEECH, language=language, hint="", **given)
    assert written.text == f"{written.engine} heard"
    return written.engine


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """On a clock that jumps."""
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        runner.run(scenario())


async def test_the_first_writes_while_it_is_well_and_it_is_known_who_did():
    first, second = Engine("first"), Engine("second")
    assert await hear(house(first, second)) == "first"
    assert second.asked == 0


@pytest.mark.parametrize(
    "error", [AWAY, EngineTimeout("first", "late", retryable=True), EngineRefused("first", "the quota is used up")]
)
async def test_the_next_writes_the_same_sentence_when_the_first_fails_in_any_way(error: EngineError):
    assert await hear(house(Engine("first", error=error), Engine("second"))) == "second"


async def test_an_engine_never_gets_a_language_it_does_not_hear():
    english = Engine("english", ENGLISH)
    transcriber = house(Engine("first", error=AWAY), english)
    with pytest.raises(EngineUnavailable, match="nobody is there"):
        await hear(transcriber, "fr")
    with pytest.raises(EngineUnavailable):
        await hear(transcriber, "en", among=("en", "fr"))  # it may be French
    assert english.asked == 0
    with pytest.raises(EngineRefused, match="fr"):
        await hear(house(english), "fr")


async def test_the_first_that_hears_the_language_is_the_first_for_it():
    french = Engine("french", frozenset({"fr"}))
    assert await hear(house(Engine("english", ENGLISH), french), "fr") == "french"


def test_it_hears_what_any_of_them_hears():
    english, french = Engine("english", ENGLISH), Engine("french", frozenset({"fr"}))
    assert house(english, french).languages == {"en", "fr"}
    assert house(english, Engine("all")).languages is None


async def test_all_that_is_known_is_handed_on():
    first, second = Engine("first", error=AWAY), Engine("second")
    await house(first, second).transcribe(SPEECH, language="en", hint="last words", among=("en",), terms=("Veldra",))
    assert (
        first.given
        == second.given
        == [{"language": "en", "hint": "last words", "among": ("en",), "terms": ("Veldra",)}]
    )


async def test_when_all_fail_the_first_one_says_why():
    with pytest.raises(EngineUnavailable, match="nobody is there"):
        await hear(house(Engine("first", error=AWAY), Engine("second", error=EngineRefused("second", "no"))))


def test_a_first_that_hangs_leaves_the_second_its_time():
    async def scenario() -> None:
        transcriber = house(Engine("first", takes=3_600.0), Engine("second", takes=1.0))
        assert await hear(transcriber) == "second"
        assert asyncio.get_running_loop().time() == pytest.approx(7.0)

    run(scenario)


def test_one_deadline_holds_for_all_of_them():
    async def scenario() -> None:
        transcriber = house(Engine("first", takes=3_600.0), Engine("second", takes=3_600.0))
        with pytest.raises(EngineTimeout) as failure:
            await hear(transcriber)
        assert failure.value.retryable
        assert asyncio.get_running_loop().time() == pytest.approx(20.0)

    run(scenario)


def test_one_that_failed_lately_is_not_waited_for_as_long():
    async def scenario() -> None:
        transcriber = house(Engine("first", takes=3_600.0), Engine("second"))
        loop = asyncio.get_running_loop()
        waits = []
        for _ in range(3):
            began = loop.time()
            await hear(transcriber)
            waits.append(loop.time() - began)
        assert waits == [pytest.approx(6.0), pytest.approx(2.5), 0.0]

    run(scenario)


def test_one_that_fails_twice_is_left_alone_and_asked_again_within_five_seconds_of_being_well():
    async def scenario() -> None:
        first = Engine("first", error=AWAY)
        transcriber = house(first, Engine("second"))
        for _ in range(60):  # a minute of sentences, one a second
            assert await hear(transcriber) == "second"
            await asyncio.sleep(1.0)
        assert first.asked <= 2 + 60 / 4
        first.error = None
        wrote = []
        for _ in range(6):
            wrote.append(await hear(transcriber))
            await asyncio.sleep(1.0)
        assert wrote[-2:] == ["first", "first"]

    run(scenario)


def test_the_last_one_there_is_is_always_asked():
    async def scenario() -> None:
        only = Engine("only", error=AWAY)
        transcriber = house(only)
        for _ in range(5):
            with pytest.raises(EngineUnavailable):
                await hear(transcriber)
        only.error = None
        assert await hear(transcriber) == "only"

    run(scenario)


async def test_who_stands_in_and_how_much_they_can_do_at_once_is_known_until_the_first_is_well():
    first, second = Engine("first", error=AWAY), Engine("second", ENGLISH)
    transcriber = house(first, second, at_once=16)
    assert (transcriber.stand_in("en"), transcriber.at_once) == ("", 16)
    await hear(transcriber)
    assert (transcriber.stand_in("en"), transcriber.at_once) == ("second", 17)
    assert transcriber.stand_in("fr") == ""  # nobody does
    await transcriber.transcribe(silence(1.0), language="en", hint="")  # heals nobody
    assert transcriber.stand_in("en") == "second"
    first.error = None
    assert await hear(transcriber) == "first"
    assert (transcriber.stand_in("en"), transcriber.at_once) == ("", 16)


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_word_is_lost_while_a_server_breaks_in_any_way_and_it_is_not_stormed(fault: str):
    now = 0.0
    async with OpenAIServer() as server:
        client = OpenAIClient(OpenAIOptions(base_url=server.base_url, pause=0.001), clock=lambda: now)
        hosted = OpenAITranscriber(client, TranscriberOptions(seconds=0.2, patience=0.1))
        candidates = [Candidate("first", hosted, 2), Candidate("second", Engine("second"), 2)]
        transcriber = FallbackTranscriber(candidates, clock=lambda: now)
        server.transcripts = ["first heard"]
        server.fail_next(fault, times=99)
        for sentence in range(12):  # one every two seconds
            assert await hear(transcriber) == "second"
            assert len(server.requests) <= 2 * (2 + sentence / 2)
            now += 2.0
        server.heal()
        now += 4.0
        assert await hear(transcriber) == "first"
        await client.close()


async def test_who_is_cancelled_is_not_held_against_the_engine():
    first = Engine("first", takes=3_600.0)
    transcriber = house(first, Engine("second"))
    waiting = asyncio.create_task(hear(transcriber))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert transcriber.stand_in("en") == ""
