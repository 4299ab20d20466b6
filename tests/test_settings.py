import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.settings import Settings

EXAMPLE = Path(__file__).parent.parent / ".env.example"
UNITS = re.compile(r"in seconds|in bytes|in days|a number|16-bit units|0 to 1|TCP port")
ACCOUNT = "AC" + "0" * 32
KEY = "SK" + "f" * 32


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of ours in the environment, and no .env in the working directory."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return Settings.load()


def refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str, **others: str) -> str:
    with pytest.raises(SettingsError, match=name) as error:
        given(monkeypatch, **{name: value}, **others)
    return str(error.value)


def secret(value: SecretStr) -> str:
    return value.get_secret_value()


def test_V01_the_openai_key_is_read_and_none_is_needed(monkeypatch):
    assert not Settings.load().model_is_hosted
    settings = given(monkeypatch, OPENAI_API_KEY="sk-abc")
    assert secret(settings.openai_api_key) == "sk-abc"
    assert settings.model_is_hosted


def test_V02_silence_threshold(monkeypatch):
    assert Settings.load().silence_threshold == 620.0
    assert given(monkeypatch, SILENCE_THRESHOLD="800.5").silence_threshold == 800.5
    for wrong in ("loud", "-1", "40000", ""):
        refused(monkeypatch, "SILENCE_THRESHOLD", wrong)


def test_V03_min_insight_interval(monkeypatch):
    assert Settings.load().min_insight_interval == 1
    assert given(monkeypatch, MIN_INSIGHT_INTERVAL="2").min_insight_interval == 2
    for wrong in ("soon", "-1"):
        refused(monkeypatch, "MIN_INSIGHT_INTERVAL", wrong)


def test_V04_log_level(monkeypatch):
    assert Settings.load().log_level == "INFO"
    assert given(monkeypatch, LOG_LEVEL="debug").log_level == "DEBUG"
    refused(monkeypatch, "LOG_LEVEL", "chatty")


def test_V05_V06_an_account_needs_the_token_that_checks_signatures(monkeypatch):
    assert not Settings.load().telephone_is_real
    settings = given(monkeypatch, TWILIO_ACCOUNT_SID=ACCOUNT, TWILIO_AUTH_TOKEN="t" * 32)
    assert settings.telephone_is_real
    assert secret(settings.twilio_auth_token) == "t" * 32
    monkeypatch.delenv("TWILIO_AUTH_TOKEN")
    with pytest.raises(SettingsError, match="TWILIO_AUTH_TOKEN"):
        Settings.load()


def test_V05_an_account_of_the_wrong_shape_is_refused(monkeypatch):
    for wrong in ("AC123", "XX" + "0" * 32, KEY):
        refused(monkeypatch, "TWILIO_ACCOUNT_SID", wrong, TWILIO_AUTH_TOKEN="t" * 32)


def test_V07_the_number_is_e164(monkeypatch):
    assert given(monkeypatch, TWILIO_PHONE_NUMBER="+33123456789").twilio_phone_number == "+33123456789"
    for wrong in ("0123456789", "+0123456789", "+33 1 23 45 67 89", "phone"):
        refused(monkeypatch, "TWILIO_PHONE_NUMBER", wrong)


@pytest.mark.parametrize(
    ("address", "stream", "base"),
    [
        ("https://desk.example.com", "wss://desk.example.com/twilio/media-stream", "https://desk.example.com"),
        ("https://desk.example.com/", "wss://desk.example.com/twilio/media-stream", "https://desk.example.com"),
        ("wss://desk.example.com/my/stream", "wss://desk.example.com/my/stream", "https://desk.example.com"),
        ("https://desk.example.com:8443/x", "wss://desk.example.com:8443/x", "https://desk.example.com:8443"),
    ],
)
def test_V08_the_stream_is_told_wss_whatever_was_given(monkeypatch, address: str, stream: str, base: str):
    settings = given(monkeypatch, TWILIO_WEBSOCKET_URL=address)
    assert settings.stream_url == stream
    assert settings.public_base == base


def test_V08_other_addresses_are_refused(monkeypatch):
    for wrong in ("http://desk.example.com", "ws://desk.example.com", "desk.example.com", "https://"):
        refused(monkeypatch, "TWILIO_WEBSOCKET_URL", wrong)


def test_V09_V10_an_api_key_and_its_secret_go_together(monkeypatch):
    settings = given(monkeypatch, TWILIO_API_KEY_SID=KEY, TWILIO_API_KEY_SECRET="s3cret")
    assert (settings.twilio_api_key_sid, secret(settings.twilio_api_key_secret)) == (KEY, "s3cret")
    monkeypatch.delenv("TWILIO_API_KEY_SECRET")
    with pytest.raises(SettingsError, match="TWILIO_API_KEY_SECRET"):
        Settings.load()
    refused(monkeypatch, "TWILIO_API_KEY_SID", ACCOUNT, TWILIO_API_KEY_SECRET="s3cret")


def test_V11_env_file_is_read_and_the_environment_wins(monkeypatch, tmp_path: Path):
    (tmp_path / ".env").write_text(
        "SILENCE_THRESHOLD=700\nMIN_INSIGHT_INTERVAL=3\nGREETING_FR=Bonjour à vous\nOTHER=x\n"
    )
    settings = given(monkeypatch, MIN_INSIGHT_INTERVAL="4")
    assert settings.silence_threshold == 700
    assert settings.min_insight_interval == 4
    assert settings.greeting_fr == "Bonjour à vous"


def test_V11_an_env_file_in_other_letters_is_refused_in_plain_words(tmp_path: Path):
    (tmp_path / ".env").write_bytes("GREETING_FR=caf\u00e9".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"\.env.*UTF-8"):
        Settings.load()


def listed() -> dict[str, tuple[str, str]]:
    """Default and comment of each variable in .env.example."""
    found, comment = {}, ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            comment = line.lstrip("# ")
        elif line:
            name, _, value = line.partition("=")
            assert name not in found, f"{name} is listed twice"
            found[name], comment = (value, comment), ""
    return found


def test_V11_the_example_lists_every_variable_and_no_other():
    assert set(listed()) == {name.upper() for name in Settings.model_fields}


def test_V11_the_example_gives_the_defaults():
    assert Settings(_env_file=EXAMPLE) == Settings()


def test_V11_the_example_says_what_each_is_and_numbers_have_a_unit():
    for name, field in Settings.model_fields.items():
        _, comment = listed()[name.upper()]
        assert comment.endswith("."), f"{name.upper()} is not explained"
        if field.annotation in (int, float):
            assert UNITS.search(comment), f"{name.upper()} has no unit"


@pytest.mark.parametrize("name", [n for n, f in Settings.model_fields.items() if f.annotation is SecretStr])
def test_a_secret_is_never_printed(monkeypatch, name: str):
    others = {"TWILIO_API_KEY_SID": KEY} if name == "twilio_api_key_secret" else {}
    settings = given(monkeypatch, **{name.upper(): "hush-hush-42"}, **others)
    assert "hush" not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"


def test_a_secret_is_not_in_a_refusal(monkeypatch):
    monkeypatch.setenv("TWILIO_API_KEY_SECRET", "hush-hush-42")
    message = refused(monkeypatch, "PORT", "99999", OPENAI_API_KEY="hush-hush-43", KITT_API_KEY="hush-hush-44")
    assert "hush" not in message


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PUBLIC_URL", "desk.example.com"),
        ("PUBLIC_URL", "ftp://desk.example.com"),
        ("LOG_FORMAT", "xml"),
        ("TOKEN_SECONDS", "5"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "https://*.example.com"),
        ("CORS_ORIGINS", "https://a.example.com, b.example.com"),
        ("MAX_UPLOAD_BYTES", "many"),
        ("OPENAI_BASE_URL", "localhost:9000"),
        ("BUFFER_SECONDS", "0"),
        ("MAX_BUFFER_SECONDS", "2"),
        ("CONTEXT_MESSAGES", "0"),
        ("SPEAK_TO_TECHNICIAN", "perhaps"),
        ("LANGUAGE", "de"),
        ("MIN_SCORE", "62.6"),
        ("RETENTION_DAYS", "-1"),
        ("MAX_CALLS", "0"),
        ("QDRANT_URL", "qdrant"),
        ("TWILIO_REGION", "Dublin"),
        ("TWILIO_REGION", "ie1.evil.example"),
        ("RING_SECONDS", "1"),
        ("INCOMING_PLAYBOOK", "survey"),
        ("MESSAGE_SECONDS", "0"),
    ],
)
def test_a_wrong_shape_is_refused_with_the_variables_name(monkeypatch, name: str, wrong: str):
    refused(monkeypatch, name, wrong)


def test_an_edge_needs_its_region(monkeypatch):
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    with pytest.raises(SettingsError, match="TWILIO_EDGE needs TWILIO_REGION"):
        Settings.load(_env_file=None)
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    chosen = Settings.load(_env_file=None)
    assert (chosen.twilio_region, chosen.twilio_edge) == ("ie1", "dublin")


def test_E11_every_address_only_with_a_key(monkeypatch):
    assert Settings.load().address == "127.0.0.1"
    assert given(monkeypatch, KITT_API_KEY="k").address == "0.0.0.0"
    assert given(monkeypatch, HOST="::1").address == "::1"


@pytest.mark.parametrize(
    "written", ["https://a.example.com,https://b.example.com/", " https://a.example.com  https://b.example.com "]
)
def test_lists_are_written_with_commas_or_blanks(monkeypatch, written: str):
    assert given(monkeypatch, CORS_ORIGINS=written).cors_origins == ("https://a.example.com", "https://b.example.com")


def test_numbers_and_names_of_the_contract_are_the_defaults():
    settings = Settings.load()
    assert (settings.port, settings.buffer_seconds, settings.max_buffer_seconds) == (8000, 3, 10)
    assert (settings.context_messages, settings.duplicate_window_seconds) == (24, 60)
    assert settings.cors_origins == ()


def test_settings_do_not_change():
    with pytest.raises(ValueError, match="frozen"):
        Settings.load().port = 9000  # type: ignore[misc]
