"""Hosted hearing and speaking over real HTTP: what is sent, what is believed, what is heard."""

import io
import wave
from collections.abc import AsyncIterator

import pytest

from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_speech import (
    OpenAISynthesizer,
    OpenAITranscriber,
    SynthesizerOptions,
    TranscriberOptions,
)
from kitt_rtc.model.audio import seconds_of
from kitt_rtc.model.errors import EngineTimeout, EngineUnavailable
from tests.fakes.openai_server import OpenAIServer
from tests.sounds.made import loudest_hertz, silence, tone


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        server.transcripts = ["La caméra n'enregistre plus."]
        yield server


@pytest.fixture
async def client(server: OpenAIServer) -> AsyncIterator[OpenAIClient]:
    client = OpenAIClient(OpenAIOptions(base_url=server.base_url, pause=0.001))
    yield client
    await client.close()


async def test_F09_F10_whisper_gets_wav_pcm_16_bit_16_khz_mono(server: OpenAIServer, client: OpenAIClient) -> None:
    pcm = tone(0.75)
    engine = OpenAITranscriber(client, TranscriberOptions(model="whisper-1"))
    heard = await engine.transcribe(pcm, language="fr", hint="Bonjour, je vous écoute.")
    assert heard.text == "La caméra n'enregistre plus."
    assert heard.language == "fr"
    [seen] = server.requests
    assert seen.path == "/v1/audio/transcriptions"
    assert seen.body == {
        "model": "whisper-1",
        "language": "fr",
        "prompt": "Bonjour, je vous écoute.",
        "response_format": "verbose_json",
    }
    assert (seen.file_name, seen.file_type) == ("speech.wav", "audio/wav")
    with wave.open(io.BytesIO(seen.wav)) as sound:
        assert sound.getparams()[:4] == (1, 2, 16_000, 12_000)
        assert sound.readframes(12_000) == pcm


async def test_silence_is_never_sent(server: OpenAIServer, client: OpenAIClient) -> None:
    engine = OpenAITranscriber(client, TranscriberOptions())
    assert (await engine.transcribe(silence(2.0), language="fr", hint="")).text == ""
    assert server.requests == []


async def test_newer_models_are_asked_for_plain_json(server: OpenAIServer, client: OpenAIClient) -> None:
    engine = OpenAITranscriber(client, TranscriberOptions(model="gpt-transcribe"))
    assert (await engine.transcribe(tone(0.5), language="fr", hint="")).confidence is None
    assert server.requests[0].body["response_format"] == "json"
    assert "prompt" not in server.requests[0].body


async def test_only_the_end_of_a_long_hint_is_sent(server: OpenAIServer, client: OpenAIClient) -> None:
    engine = OpenAITranscriber(client, TranscriberOptions(model="whisper-1"))
    await engine.transcribe(tone(0.5), language="fr", hint="début " + "du texte " * 80 + "et fin", terms=("PoE", "NVR"))
    prompt = server.requests[0].body["prompt"]
    assert len(prompt) == 600
    assert prompt.startswith("PoE, NVR. ")
    assert prompt.endswith("texte et fin")


async def test_verbose_numbers_become_a_confidence(client: OpenAIClient) -> None:
    engine = OpenAITranscriber(client, TranscriberOptions(model="whisper-1"))
    assert (await engine.transcribe(tone(0.5), language="fr", hint="")).confidence == pytest.approx(0.819, abs=1e-3)


async def test_what_whisper_doubts_is_told_piece_by_piece_and_not_judged_here(
    server: OpenAIServer, client: OpenAIClient
) -> None:
    server.scores = {"no_speech_prob": 0.8, "avg_logprob": -1.2, "compression_ratio": 3.0}
    engine = OpenAITranscriber(client, TranscriberOptions(model="whisper-1"))
    heard = await engine.transcribe(tone(0.5), language="fr", hint="")
    assert heard.text == "La caméra n'enregistre plus."
    [piece] = heard.pieces
    assert (piece.no_speech, piece.logprob, piece.compression) == (0.8, -1.2, 3.0)
    assert piece.text == heard.text


async def test_a_compatible_server_without_numbers_is_believed(server: OpenAIServer, client: OpenAIClient) -> None:
    server.scores = {}
    engine = OpenAITranscriber(client, TranscriberOptions(model="whisper-large-v3"))
    heard = await engine.transcribe(tone(0.5), language="fr", hint="")
    assert (heard.text, heard.confidence) == ("La caméra n'enregistre plus.", None)


async def test_a_voice_becomes_house_sound(server: OpenAIServer, client: OpenAIClient) -> None:
    server.voice_seconds = 1.5
    voice = OpenAISynthesizer(client, SynthesizerOptions(model="some-voice", voice="nova"))
    sound = b"".join([block async for block in voice.speak(" Avez-vous\nredémarré ? ", language="fr")])
    assert seconds_of(sound) == pytest.approx(1.5, abs=0.005)
    assert loudest_hertz(sound) == pytest.approx(440, abs=2)
    [seen] = server.requests
    wanted = {"model": "some-voice", "voice": "nova", "input": "Avez-vous redémarré ?", "response_format": "pcm"}
    assert seen.body == wanted


async def test_nothing_to_say_sends_nothing(server: OpenAIServer, client: OpenAIClient) -> None:
    voice = OpenAISynthesizer(client, SynthesizerOptions(model="fake"))
    assert [block async for block in voice.speak(" ", language="fr")] == []
    assert server.requests == []


async def listen(voice: OpenAISynthesizer, heard: list[bytes]) -> None:
    async for block in voice.speak("Bonjour", language="fr"):
        heard.append(block)


async def test_a_voice_that_is_cut_is_an_error_after_what_was_heard(server: OpenAIServer, client: OpenAIClient) -> None:
    server.cut_voice = True
    heard: list[bytes] = []
    with pytest.raises(EngineUnavailable):
        await listen(OpenAISynthesizer(client, SynthesizerOptions(model="fake")), heard)
    assert heard
    assert len(server.requests) == 1, "what was heard is not said again"


async def test_a_voice_that_stops_is_given_up(server: OpenAIServer, client: OpenAIClient) -> None:
    server.hold_voice = True
    heard: list[bytes] = []
    with pytest.raises(EngineTimeout, match="middle of a sentence"):
        await listen(OpenAISynthesizer(client, SynthesizerOptions(model="fake", seconds=1.0)), heard)
    assert heard
