"""Settings to engines: which one stands behind each port, and what it says of itself."""

import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from kitt_rtc.engines.twilio_rest import TwilioTelephony
from kitt_rtc.model.errors import EngineUnavailable, KittError, SettingsError
from kitt_rtc.ports import Readiness, Standing
from kitt_rtc.prompts.library import Library
from kitt_rtc.settings import Settings
from kitt_rtc.toolbox import Toolbox, open_knowledge, open_toolbox, webhook_secret
from tests.fakes.browser import nothing_left
from tests.fakes.openai_server import OpenAIServer
from tests.sounds.made import tone
from tests.sounds.spoken import spoken

ACCOUNT = {"twilio_account_sid": "AC" + "0" * 32, "twilio_auth_token": "network-token"}
NONE = {"engine_transcriber": "none", "engine_voice": "none"}
"""Nothing that takes a second to open."""


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@asynccontextmanager
async def opened(folder: Path, **given: Any) -> AsyncIterator[Toolbox]:
    async with open_toolbox(Settings.load(_env_file=None, data_folder=str(folder), **given)) as toolbox:
        yield toolbox


def standing(toolbox: Toolbox, port: str) -> Standing:
    (found,) = [one for one in toolbox.standings if one.port == port]
    return found


async def refused(folder: Path, **given: Any) -> KittError:
    with pytest.raises(KittError) as error:
        async with opened(folder, **given):
            raise AssertionError("it opened")
    return error.value


PORTS = ["detector", "echo", "embedder", "knowledge", "model", "store", "telephone", "transcriber", "voice", "voices"]


@pytest.mark.engines
async def test_with_nothing_set_everything_is_embedded_and_says_what_it_cannot_do(tmp_path: Path) -> None:
    async with opened(tmp_path) as toolbox:
        assert sorted(one.port for one in toolbox.standings) == PORTS
        ears, mind = standing(toolbox, "transcriber"), standing(toolbox, "model")
        assert (ears.engine, ears.readiness) == ("Moonshine (embedded)", Readiness.LIMITED)
        assert "English only" in ears.limits
        assert "OPENAI_API_KEY" in ears.limits
        assert mind.readiness is Readiness.LIMITED
        assert (toolbox.coach, toolbox.analyst) == (None, None)
        assert standing(toolbox, "detector").readiness is Readiness.READY
        assert standing(toolbox, "telephone").readiness is Readiness.SIMULATED
        assert toolbox.telephony.simulated
        assert toolbox.language == "en"
        assert toolbox.transcriber is not None
        assert toolbox.transcriber.languages == {"en"}


async def test_a_base_url_makes_ears_mind_memory_and_voice_hosted(tmp_path: Path) -> None:
    async with OpenAIServer() as server, opened(tmp_path, openai_base_url=server.base_url) as toolbox:
        for port, model in {
            "transcriber": "gpt-transcribe",
            "model": "gpt-6-luna",
            "embedder": "text-embedding-3-small",
            "voice": "gpt-4o-mini-tts",
        }.items():
            told = standing(toolbox, port)
            assert model in told.engine
            assert told.readiness is Readiness.READY
        assert toolbox.language == "fr"

        server.transcripts = ["Bonjour."]
        assert toolbox.transcriber is not None
        assert (await toolbox.transcriber.transcribe(tone(1.0), language="fr", hint="")).text == "Bonjour."
        server.answer("text", "Demandez combien.")
        assert toolbox.coach is not None
        assert await toolbox.coach.write(Library().prompt("coach", "fr", [], seconds=5)) == "Demandez combien."
        assert toolbox.voice is not None
        assert [block async for block in toolbox.voice.speak("Bonjour.", language="fr")]
        assert {seen.authorization for seen in server.requests} == {"Bearer no-key"}


async def test_a_key_alone_is_enough_and_is_what_the_server_is_shown(tmp_path: Path) -> None:
    async with OpenAIServer() as server:
        server.key = "sk-ours"
        chosen = {"openai_api_key": "sk-ours", "engine_voice": "none", "engine_embedder": "lexicon"}
        async with opened(tmp_path, **chosen) as toolbox:  # opening asks nobody anything
            assert "OpenAI API" in standing(toolbox, "transcriber").engine
        async with opened(tmp_path, **chosen, openai_base_url=server.base_url) as toolbox:
            assert toolbox.transcriber is not None
            await toolbox.transcriber.transcribe(tone(1.0), language="fr", hint="")
        assert "sk-ours" not in repr(toolbox.standings)


async def test_a_choice_wins_over_what_is_there(tmp_path: Path) -> None:
    chosen = {"engine_model": "none", "engine_embedder": "lexicon", **NONE}
    async with opened(tmp_path, openai_api_key="sk-ours", **chosen) as toolbox:
        assert (toolbox.transcriber, toolbox.coach, toolbox.voice) == (None, None, None)
        assert standing(toolbox, "transcriber").readiness is Readiness.ABSENT
        assert standing(toolbox, "model").engine == "cards and rules"
        assert "lexicon" in standing(toolbox, "embedder").engine
        assert standing(toolbox, "voice").readiness is Readiness.ABSENT


@pytest.mark.engines
async def test_behind_a_hosted_transcriber_stands_the_embedded_one_and_writes_english_when_it_is_away(
    tmp_path: Path,
) -> None:
    chosen = {"engine_voice": "none", "engine_embedder": "lexicon", "transcriptions_at_once": 5}
    async with OpenAIServer() as server, opened(tmp_path, openai_base_url=server.base_url, **chosen) as toolbox:
        assert standing(toolbox, "transcriber").engine == "OpenAI API, gpt-transcribe, then Moonshine (embedded)"
        assert (toolbox.at_once(), toolbox.stand_in("en")) == (5, "")
        server.fail_next("server_error", times=2)
        assert toolbox.transcriber is not None
        written = await toolbox.transcriber.transcribe(spoken("the camera is dark"), language="en", hint="")
        assert "camera" in written.text
        assert written.engine == toolbox.stand_in("en") == "Moonshine (embedded)"
        assert toolbox.at_once() == 2
        assert toolbox.stand_in("fr") == ""
        server.transcripts = ["well again"]
        assert (await toolbox.transcriber.transcribe(tone(1.0), language="en", hint="")).text == "well again"
        assert (toolbox.at_once(), toolbox.stand_in("en")) == (5, "")


async def test_nothing_stands_behind_a_transcriber_where_that_is_not_wanted(tmp_path: Path) -> None:
    chosen = {"openai_api_key": "sk-ours", "engine_voice": "none", "transcriber_fallback": False}
    async with opened(tmp_path, **chosen) as toolbox:
        assert standing(toolbox, "transcriber").engine == "OpenAI API, gpt-transcribe"


@pytest.mark.parametrize("variable", ["ENGINE_TRANSCRIBER", "ENGINE_MODEL", "ENGINE_EMBEDDER", "ENGINE_VOICE"])
async def test_a_choice_nobody_knows_is_refused_with_the_variables_name(tmp_path: Path, variable: str) -> None:
    error = await refused(tmp_path, **(NONE | {variable.lower(): "parrot"}))
    assert isinstance(error, SettingsError)
    assert error.message.startswith(f"{variable}: must be auto, ")


@pytest.mark.parametrize("variable", ["ENGINE_TRANSCRIBER", "ENGINE_MODEL", "ENGINE_EMBEDDER", "ENGINE_VOICE"])
async def test_hosted_without_a_key_or_an_address_is_refused(tmp_path: Path, variable: str) -> None:
    error = await refused(tmp_path, **(NONE | {variable.lower(): "openai"}))
    assert error.message == f"{variable}: openai needs OPENAI_API_KEY or OPENAI_BASE_URL"


async def test_a_choice_is_read_in_any_case(tmp_path: Path) -> None:
    async with opened(tmp_path, engine_transcriber=" None ", engine_voice="NONE") as toolbox:
        assert toolbox.transcriber is None


async def test_a_whisper_folder_in_reserve_that_is_not_there_is_named_too(tmp_path: Path) -> None:
    chosen = {"openai_api_key": "sk-ours", "engine_voice": "none", "whisper_folder": str(tmp_path / "weights")}
    error = await refused(tmp_path, **chosen)
    assert "WHISPER_FOLDER" in error.message
    async with opened(tmp_path, transcriber_fallback=False, **chosen) as toolbox:
        assert standing(toolbox, "transcriber").engine == "OpenAI API, gpt-transcribe"


@pytest.mark.parametrize("choice", ["auto", "whisper"])
async def test_a_whisper_folder_that_is_not_there_is_named(tmp_path: Path, choice: str) -> None:
    nowhere = str(tmp_path / "weights")
    error = await refused(tmp_path, engine_transcriber=choice, engine_voice="none", whisper_folder=nowhere)
    assert isinstance(error, EngineUnavailable)
    assert "WHISPER_FOLDER" in error.message


async def test_R05_a_pyannote_folder_that_is_not_there_is_named_and_nothing_stands_in_for_it(tmp_path: Path) -> None:
    error = await refused(tmp_path, pyannote_folder=str(tmp_path / "weights"), **NONE)
    assert isinstance(error, EngineUnavailable)
    assert "PYANNOTE_FOLDER" in error.message


async def test_a_glossary_that_is_not_there_is_named(tmp_path: Path) -> None:
    error = await refused(tmp_path, glossary=str(tmp_path / "mine.yaml"), **NONE)
    assert "mine.yaml" in error.message


async def test_the_database_lies_in_the_data_folder_or_where_it_is_said(tmp_path: Path) -> None:
    async with opened(tmp_path / "data", **NONE):
        assert (tmp_path / "data" / "kitt.sqlite").is_file()
    elsewhere = tmp_path / "elsewhere" / "calls.sqlite"
    elsewhere.parent.mkdir()
    async with opened(tmp_path / "other", database_path=str(elsewhere), **NONE):
        assert elsewhere.is_file()
        assert not (tmp_path / "other" / "kitt.sqlite").exists()


async def test_the_networks_secret_is_made_once_kept_private_and_shared(tmp_path: Path) -> None:
    settings = Settings.load(_env_file=None, data_folder=str(tmp_path))
    async with opened(tmp_path, **NONE) as toolbox:
        made = toolbox.webhook_secret
    assert len(made) >= 32
    assert stat.S_IMODE((tmp_path / "phonebooth.secret").stat().st_mode) == 0o600
    assert webhook_secret(settings) == made
    async with opened(tmp_path, **NONE) as toolbox:
        assert toolbox.webhook_secret == made


async def test_the_accounts_token_is_the_networks_secret_where_there_is_one(tmp_path: Path) -> None:
    async with opened(tmp_path, **ACCOUNT, **NONE) as toolbox:
        assert toolbox.webhook_secret == "network-token"
        assert not toolbox.telephony.simulated
        told = standing(toolbox, "telephone")
        assert told.readiness is Readiness.ABSENT
        assert "TWILIO_PHONE_NUMBER" in told.limits
    assert not (tmp_path / "phonebooth.secret").exists()


async def test_a_real_telephone_says_what_it_lacks_and_then_that_it_is_ready(tmp_path: Path) -> None:
    number = {"twilio_phone_number": "+33123456789"}
    async with opened(tmp_path, **ACCOUNT, **number, **NONE) as toolbox:
        assert "TWILIO_WEBSOCKET_URL or PUBLIC_URL" in standing(toolbox, "telephone").limits
    public = {"twilio_websocket_url": "https://desk.example.com/twilio/media-stream"}
    async with opened(tmp_path, **ACCOUNT, **number, **public, **NONE) as toolbox:
        assert standing(toolbox, "telephone") == Standing("telephone", "Twilio", Readiness.READY)


async def test_a_real_telephone_is_reached_in_its_region(tmp_path: Path) -> None:
    place = {"twilio_region": "ie1", "twilio_edge": "dublin"}
    async with opened(tmp_path, **ACCOUNT, **place, **NONE) as toolbox:
        assert isinstance(toolbox.telephony, TwilioTelephony)
        assert toolbox.telephony.address == "https://api.dublin.ie1.twilio.com"


@pytest.mark.parametrize(
    ("given", "language"),
    [
        ({"engine_transcriber": "none"}, "fr"),
        ({"engine_transcriber": "auto", "openai_api_key": "sk-ours"}, "fr"),
        ({"engine_transcriber": "none", "language": "en"}, "en"),
        ({"engine_transcriber": "auto", "openai_api_key": "sk-ours", "language": "en"}, "en"),
    ],
)
async def test_calls_that_do_not_say_their_language_are_in_the_first_that_is_heard(
    tmp_path: Path, given: dict[str, str], language: str
) -> None:
    async with opened(tmp_path, **(given | {"engine_voice": "none", "engine_embedder": "lexicon"})) as toolbox:
        assert toolbox.language == language


@pytest.mark.parametrize(
    ("given", "languages"),
    [
        ({"openai_api_key": "sk-ours"}, ("fr", "en")),
        ({"openai_api_key": "sk-ours", "language": "en"}, ("en",)),
        ({"openai_api_key": "sk-ours", "language": "en", "languages_allowed": "fr,en"}, ("en", "fr")),
        ({"openai_api_key": "sk-ours", "languages_allowed": "FR"}, ("fr",)),
        ({"engine_transcriber": "none"}, ("fr",)),
    ],
)
async def test_R02_people_may_go_on_in_what_the_house_allows_and_an_engine_hears(
    tmp_path: Path, given: dict[str, str], languages: tuple[str, ...]
) -> None:
    async with opened(tmp_path, **(given | {"engine_voice": "none", "engine_embedder": "lexicon"})) as toolbox:
        assert toolbox.languages == languages


@pytest.mark.engines
async def test_R02_an_ear_for_english_alone_lets_nobody_change(tmp_path: Path) -> None:
    async with opened(tmp_path, languages_allowed="fr,en", engine_voice="none") as toolbox:
        assert (toolbox.language, toolbox.languages) == ("en", ("en",))


@pytest.mark.engines
async def test_a_language_that_is_chosen_stays_chosen_though_nobody_hears_it(tmp_path: Path) -> None:
    async with opened(tmp_path, language="fr", engine_voice="none") as toolbox:
        assert toolbox.language == "fr"


async def test_two_toolboxes_stand_side_by_side_and_nothing_of_them_stays(tmp_path: Path) -> None:
    async with opened(tmp_path / "one", **NONE) as one, opened(tmp_path / "two", **NONE) as two:
        assert one.webhook_secret != two.webhook_secret
        assert one.knowledge is not two.knowledge
        await one.knowledge.count()
        await two.knowledge.count()
    async with opened(tmp_path / "one", **NONE) as again:  # its files were let go
        assert await again.knowledge.count() == 0


async def test_a_toolbox_that_cannot_open_closes_what_was_open(tmp_path: Path) -> None:
    await refused(tmp_path, engine_voice="parrot", engine_transcriber="none")
    async with opened(tmp_path, **NONE) as toolbox:
        assert (await toolbox.store.calls())[1] == 0


async def test_the_knowledge_base_opens_alone(tmp_path: Path) -> None:
    settings = Settings.load(_env_file=None, data_folder=str(tmp_path))
    async with open_knowledge(settings) as knowledge:
        assert await knowledge.count() == 0
    assert not (tmp_path / "kitt.sqlite").exists()


async def test_nothing_of_a_toolbox_stays_open(tmp_path: Path) -> None:
    async with nothing_left(), opened(tmp_path, **NONE) as toolbox:
        await toolbox.knowledge.count()
        assert await toolbox.telephony.status("CA" + "0" * 32) == "completed"


@pytest.mark.parametrize(("chosen", "shown"), [("auto", False), ("on", True), ("off", False)])
async def test_a_hosted_engine_captions_only_where_it_is_told_to(tmp_path: Path, chosen: str, shown: bool) -> None:
    async with OpenAIServer() as server:
        given = {"openai_base_url": server.base_url, "engine_voice": "none", "live_captions": chosen}
        async with opened(tmp_path, **given) as toolbox:
            assert toolbox.captions is shown


@pytest.mark.engines
@pytest.mark.parametrize(("chosen", "shown"), [("auto", True), ("off", False)])
async def test_an_embedded_engine_captions_unless_it_is_told_not_to(tmp_path: Path, chosen: str, shown: bool) -> None:
    async with opened(tmp_path, engine_voice="none", live_captions=chosen) as toolbox:
        assert toolbox.captions is shown
