"""The embedded English transcriber: real words from real sound, and none from noise."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kitt_rtc.engines.moonshine import MoonshineOptions, MoonshineTranscriber
from kitt_rtc.model.errors import EngineRefused, EngineUnavailable
from tests.sounds.made import noise, silence, square, tone
from tests.sounds.spoken import spoken


@pytest.fixture(scope="module")
def options() -> MoonshineOptions:
    return MoonshineOptions(threads=2, waiting=3)


@pytest.fixture
async def moonshine(options: MoonshineOptions) -> AsyncIterator[MoonshineTranscriber]:
    engine = MoonshineTranscriber(options)
    await engine.warm()
    yield engine
    await engine.close()


async def words(engine: MoonshineTranscriber, pcm: bytes) -> str:
    return (await engine.transcribe(pcm, language="en", hint="")).text


def test_weights_that_are_missing_are_told(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="weights are missing"):
        MoonshineTranscriber(MoonshineOptions(folder=str(tmp_path)))


@pytest.mark.engines
async def test_weights_that_are_not_weights_are_told(tmp_path: Path) -> None:
    for name in ("encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin"):
        (tmp_path / name).write_bytes(b"not a model")
    engine = MoonshineTranscriber(MoonshineOptions(folder=str(tmp_path)))
    with pytest.raises(EngineUnavailable):
        await words(engine, spoken("hello"))
    await engine.close()


@pytest.mark.engines
async def test_french_is_refused_and_not_turned_into_english(moonshine: MoonshineTranscriber) -> None:
    assert moonshine.languages == {"en"}
    with pytest.raises(EngineRefused):
        await moonshine.transcribe(spoken("bonjour", voice="fr"), language="fr", hint="")


@pytest.mark.engines
async def test_several_voices_at_once_keep_their_words(moonshine: MoonshineTranscriber) -> None:
    texts = ["the camera does not record any more", "could you send me the price list", "that is too expensive"]
    heard = await asyncio.gather(*(words(moonshine, spoken(text)) for text in texts))
    assert [text.lower().rstrip(".?") for text in heard] == texts


@pytest.mark.engines
@pytest.mark.parametrize("answer", ["yes", "no", "thank you", "I see"])
async def test_a_short_answer_is_heard(moonshine: MoonshineTranscriber, answer: str) -> None:
    assert (await words(moonshine, spoken(answer))).lower().rstrip(".,") == answer.lower()


@pytest.mark.engines
async def test_noise_after_speech_has_no_words(moonshine: MoonshineTranscriber) -> None:
    """The library remembers from piece to piece that somebody spoke; it must not go on in the next one."""
    for sound in (noise(2.0), noise(2.0, level=0.2), tone(2.0), square(2.0, 0.1), tone(2.0, hertz=50.0)):
        assert await words(moonshine, spoken("the camera does not record any more"))
        assert await words(moonshine, sound) == ""


@pytest.mark.engines
async def test_a_piece_does_not_begin_with_words_of_the_one_before(moonshine: MoonshineTranscriber) -> None:
    cut = spoken("the camera does not record any more")[:40_000]
    for _ in range(3):
        await words(moonshine, cut)
        assert (await words(moonshine, silence(0.2) + spoken("the light stays red"))).startswith("The light")


@pytest.mark.engines
async def test_a_crowd_is_turned_away_with_a_word_to_come_back(moonshine: MoonshineTranscriber) -> None:
    speech = spoken("the light stays red")
    tries = await asyncio.gather(*(words(moonshine, speech) for _ in range(9)), return_exceptions=True)
    turned_away = [error for error in tries if isinstance(error, EngineUnavailable) and error.retryable]
    assert len(turned_away) == 4
    assert await words(moonshine, speech)


@pytest.mark.engines
async def test_a_piece_shorter_than_a_frame_is_no_trouble(moonshine: MoonshineTranscriber) -> None:
    assert await words(moonshine, square(0.01, 0.2)) == ""


async def test_the_first_pieces_may_come_at_once_before_anything_is_loaded() -> None:
    script = (
        "import asyncio\n"
        "from kitt_rtc.engines.moonshine import MoonshineOptions, MoonshineTranscriber\n"
        "from tests.sounds.made import noise\n"
        "async def main():\n"
        "    engine = MoonshineTranscriber(MoonshineOptions(threads=4))\n"
        "    await asyncio.gather(*(engine.transcribe(noise(1.0), language='en', hint='') for _ in range(4)))\n"
        "    await engine.close()\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stderr=asyncio.subprocess.PIPE)
    _, told = await process.communicate()
    assert process.returncode == 0, told.decode()
