"""Several languages and a hint, over real HTTP: the fields each model knows, what its answer says."""

from collections.abc import AsyncIterator

import pytest

from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_speech import OpenAITranscriber, TranscriberOptions
from kitt_rtc.ports import Transcription
from tests.fakes.openai_server import OpenAIServer
from tests.sounds.made import tone

BOTH = ("fr", "en")
TERMS = ("Argus View", "NVR")
FRENCH, ENGLISH = "La caméra n'enregistre plus.", "The camera does not record any more."


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        server.transcripts = [FRENCH]
        yield server


@pytest.fixture
async def client(server: OpenAIServer) -> AsyncIterator[OpenAIClient]:
    client = OpenAIClient(OpenAIOptions(base_url=server.base_url, pause=0.001))
    yield client
    await client.close()


async def heard(
    client: OpenAIClient, model: str, *, among: tuple[str, ...] = BOTH, terms: tuple[str, ...] = ()
) -> Transcription:
    engine = OpenAITranscriber(client, TranscriberOptions(model=model))
    return await engine.transcribe(tone(1.5), language="fr", hint="Bonjour.", among=among, terms=terms)


async def test_R02_the_newest_model_is_told_the_set_and_the_terms(server: OpenAIServer, client: OpenAIClient) -> None:
    server.spoken, server.transcripts = ["en"], [ENGLISH]
    assert (await heard(client, "gpt-transcribe", terms=TERMS)).language == "en"
    [seen] = server.requests
    assert seen.body == {
        "model": "gpt-transcribe",
        "languages": ["fr", "en"],
        "keywords": ["Argus View", "NVR"],
        "prompt": "Bonjour.",
        "response_format": "json",
    }


@pytest.mark.parametrize("among", [(), ("fr",)])
async def test_R02_where_one_language_is_certain_it_alone_is_told(
    among: tuple[str, ...], server: OpenAIServer, client: OpenAIClient
) -> None:
    server.spoken = ["en"]
    assert (await heard(client, "gpt-transcribe", among=among)).language == "fr"
    [seen] = server.requests
    assert seen.body["language"] == "fr"
    assert "languages" not in seen.body


@pytest.mark.parametrize(("spoken", "language"), [("fr", "fr"), ("en", "en")])
async def test_R02_whisper_finds_the_language_out_and_says_it_by_name(
    spoken: str, language: str, server: OpenAIServer, client: OpenAIClient
) -> None:
    server.spoken = [spoken]
    assert (await heard(client, "whisper-1", terms=TERMS)).language == language
    [seen] = server.requests
    assert not {"language", "languages", "keywords"} & set(seen.body)
    assert seen.body["prompt"] == "Argus View, NVR. Bonjour."


@pytest.mark.parametrize("model", ["whisper-1", "gpt-transcribe"])
async def test_R02_accented_french_that_is_taken_for_italian_is_asked_once_more_in_french(
    model: str, server: OpenAIServer, client: OpenAIClient
) -> None:
    server.spoken, server.transcripts = ["it"], ["La camera non registra più.", FRENCH]
    told = await heard(client, model)
    assert (told.text, told.language) == (FRENCH, "fr")
    assert [seen.body.get("language") for seen in server.requests] == [None, "fr"]


async def test_R02_a_model_that_does_not_tell_is_judged_by_its_words(
    server: OpenAIServer, client: OpenAIClient
) -> None:
    told = await heard(client, "gpt-4o-transcribe", terms=TERMS)
    assert (told.text, told.language) == (FRENCH, "")
    [seen] = server.requests
    assert not {"language", "languages", "keywords"} & set(seen.body)


@pytest.mark.parametrize(
    "foreign", ["Камера больше не записывает.", "Kamera nimmt seit gestern abend nichts mehr auf.", "カメラ"]
)
async def test_R02_words_of_no_allowed_language_are_asked_for_once_more(
    foreign: str, server: OpenAIServer, client: OpenAIClient
) -> None:
    server.transcripts = [foreign, FRENCH]
    told = await heard(client, "gpt-4o-mini-transcribe")
    assert (told.text, told.language) == (FRENCH, "fr")
    assert [seen.body.get("language") for seen in server.requests] == [None, "fr"]


async def test_R02_a_language_that_cannot_be_told_is_not_asked_for_again(
    server: OpenAIServer, client: OpenAIClient
) -> None:
    server.transcripts = ["Argus 2000, PoE, OK."]
    assert (await heard(client, "gpt-transcribe")).language == ""
    assert len(server.requests) == 1


async def test_R02_of_two_languages_in_one_sentence_the_expected_one_counts(
    server: OpenAIServer, client: OpenAIClient
) -> None:
    server.spoken = ["en,fr"]
    assert (await heard(client, "gpt-transcribe")).language == "fr"
