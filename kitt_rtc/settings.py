"""Every environment variable: its name, its unit, its default. Nothing else in the house reads the environment.

A field's name in capitals is the variable's name. `.env` in the working directory is read too; the environment wins.
"""

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from kitt_rtc.model.errors import SettingsError

EngineChoice = str
STREAM_PATH = "/twilio/media-stream"
_PHONE = re.compile(r"\+[1-9]\d{6,14}")

_ON_TAPE = (
    "pause_seconds", "buffer_seconds", "max_buffer_seconds", "min_insight_interval", "duplicate_window_seconds",
    "insights_per_minute", "insights_per_call", "context_messages", "coach_budget_tokens", "hint_terms", "min_score",
    "speak_to_technician", "spoken_dialogue", "coach_model", "coach_wording", "engine_embedder", "analysis_model",
    "transcribe_model", "embed_model",
)  # fmt: skip
"""Settings that decide what comes of a call."""


def _words(value: object) -> object:
    """A list written with commas or spaces."""
    return tuple(re.split(r"[,\s]+", value.strip())) if isinstance(value, str) and value.strip() else value or ()


Words = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """Read once, at start. A secret is a `SecretStr`: it prints as stars."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    # Server
    host: str = Field("", description="Address to listen on; empty: 0.0.0.0 with KITT_API_KEY, else 127.0.0.1")
    port: int = Field(8000, ge=0, le=65_535, description="TCP port to listen on; 0 takes a free one")
    public_url: str = Field(
        "", description="https address under which the world reaches this server; needed by Twilio's webhooks"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG adds words (masked), frames, conversions, speakers"
    )
    log_format: Literal["text", "json"] = Field("text", description="text for people, json for machines")
    kitt_api_key: SecretStr = Field(
        SecretStr(""),
        description="Key that servers send as `Authorization: Bearer …`; without one only loopback is served",
    )
    token_seconds: int = Field(3_600, ge=60, le=86_400, description="Life of a browser's call token, in seconds")
    cors_origins: Words = Field((), description="Origins that may call from other pages, with commas; never a star")
    max_upload_bytes: int = Field(20_000_000, ge=1_000, description="Largest request body, in bytes")
    max_connections: int = Field(1_000, ge=10, description="Most sockets open at once")
    shutdown_seconds: float = Field(15.0, ge=0, description="Time for live calls to close at shutdown, in seconds")

    # Engines
    engine_transcriber: EngineChoice = Field("auto", description="auto, moonshine, whisper, openai or none")
    engine_model: EngineChoice = Field("auto", description="auto, openai or none")
    engine_embedder: EngineChoice = Field("auto", description="auto, sentences, lexicon or openai")
    engine_voice: EngineChoice = Field("auto", description="auto, espeak, openai or none")
    openai_api_key: SecretStr = Field(SecretStr(""), description="Key of OpenAI or of a server that speaks its API")
    openai_base_url: str = Field("", description="Address of a server that speaks OpenAI's API; empty: OpenAI's own")
    transcribe_model: str = Field("gpt-transcribe", description="Model that writes speech down")
    coach_model: str = Field("gpt-6-luna", description="Model that writes insights; a fine-tuned one goes here")
    analysis_model: str = Field("gpt-6-luna", description="Model that reads the context and writes summaries")
    embed_model: str = Field("text-embedding-3-small", description="Model that turns texts into vectors")
    voice_model: str = Field("gpt-4o-mini-tts", description="Model that speaks; OpenAI ends this one on 2027-01-06")
    voice_name: str = Field("alloy", description="Voice of the model that speaks")
    whisper_folder: str = Field("", description="Folder with faster-whisper weights: writes French without a key")
    voices_weights: str = Field(
        "", description="Resemblyzer's pretrained.pt, to tell apart who shares a microphone; empty: the installed one"
    )
    pyannote_folder: str = Field(
        "", description="Folder of a pyannote speaker embedding (pytorch_model.bin): tells voices apart by it instead"
    )
    transcriber_threads: int = Field(
        2, ge=1, le=16, description="Pieces of speech written down at once, embedded engines"
    )

    transcriptions_at_once: int = Field(
        16, ge=1, le=256, description="Pieces of speech written down at once, hosted engine"
    )
    transcriber_fallback: bool = Field(
        True, description="When the transcriber fails, the next of openai, whisper, moonshine that hears it writes"
    )

    # Hearing
    silence_threshold: float = Field(
        620.0, ge=0, le=32_767, description="Uploads quieter than this are silence, RMS in 16-bit units (620 = 0.0189)"
    )
    buffer_seconds: float = Field(3.0, gt=0, description="Once this much is held, any pause of 0.2 s closes a segment")
    max_buffer_seconds: float = Field(10.0, gt=0, le=30, description="Unbroken speech is cut after this many seconds")
    corrections: str = Field("", description="YAML file of the house's names, each with what an engine writes instead")
    pause_seconds: float = Field(
        0.4,
        ge=0.2,
        le=2.0,
        description="Silence that ends a sentence until a speaker's own pauses are known; seconds",
    )

    live_captions: Literal["auto", "on", "off"] = Field(
        "auto",
        description="Show words while they are spoken; auto: by embedded engines alone, each look costs a request",
    )

    echo_canceller: Literal["auto", "none"] = Field(
        "auto", description="Take the other side out of a microphone that its loudspeaker reaches, before it is heard"
    )

    # Advice
    playbook_folder: str = Field(
        "", description="Folder of a team lead's sheets (fr/*.yaml, en/*.yaml), read anew when saved; empty: ours"
    )
    coach_speculation: Literal["auto", "on", "off"] = Field(
        "auto", description="Ask the model before a client's sentence is quite over; auto: where there are captions"
    )
    coach_wording: Literal["house", "model"] = Field(
        "house",
        description="Whose words a model's tip is shown in: our card's, or its own where they pass the checks",
    )
    coach_budget_tokens: int = Field(
        0, ge=0, description="Tokens that language models may spend on one call, then rules go on alone; 0: no limit"
    )
    model_price_in: float = Field(0.0, ge=0, description="What a million tokens sent to the model cost; 0: not known")
    model_price_out: float = Field(0.0, ge=0, description="What a million tokens it writes cost, in the same currency")
    min_insight_interval: float = Field(1.0, ge=0, description="Least time between two turns of the adviser, seconds")
    duplicate_window_seconds: float = Field(60.0, ge=0, description="How long an idea is not repeated, in seconds")
    insights_per_minute: int = Field(4, ge=0, le=60, description="Most cards a rep is shown in any minute")
    insights_per_call: int = Field(12, ge=0, description="Most cards a rep is shown in a call")
    context_messages: int = Field(24, ge=1, le=200, description="Utterances the context holds")
    speak_to_technician: bool = Field(False, description="Say questions and answers to the technician aloud")
    spoken_dialogue: bool = Field(
        False, description="Alone with a technician: ask and answer aloud, fetch a person where that does not help"
    )
    language: Literal["auto", "fr", "en"] = Field(
        "auto",
        description="Language of calls that do not say theirs; auto: the first the transcriber can hear, fr then en",
    )
    languages_allowed: Words = Field(
        (),
        description="Languages a person may change to in such calls, with commas: fr,en; empty: with LANGUAGE=auto all"
        " that can be heard, else that one alone",
    )
    hint_terms: Words = Field((), description="Names and product words the transcriber is told of, with commas")
    greeting_fr: str = Field("", description="Spoken to the telephone before the call; empty: the built-in sentence")
    greeting_en: str = Field("", description="The same in English")

    # Telephone
    twilio_account_sid: str = Field("", description="Account, AC…; with it and a credential the telephone is real")
    twilio_auth_token: SecretStr = Field(
        SecretStr(""), description="Account token; also checks the network's signatures"
    )
    twilio_phone_number: str = Field("", description="Number calls are made from, E.164")
    twilio_websocket_url: str = Field(
        "",
        description="Public https or wss address of the media stream; its host is the public address of webhooks too",
    )
    twilio_api_key_sid: str = Field("", description="API key, SK…, used instead of the account token for REST")
    twilio_api_key_secret: SecretStr = Field(SecretStr(""), description="Secret of that API key")
    twilio_base_url: str = Field(
        "", description="Address of a server that speaks Twilio's REST API; empty: Twilio's own"
    )
    twilio_region: str = Field(
        "", description="Twilio's region, us1, ie1 or au1; its credentials are that region's; empty: us1"
    )
    twilio_edge: str = Field("", description="Where Twilio is entered, like dublin; goes with TWILIO_REGION")
    ring_seconds: int = Field(30, ge=5, le=600, description="How long a telephone or a desk rings, in seconds")
    machine_detection: bool = Field(True, description="Have the network find out whether a machine picked up")
    incoming_playbook: Literal["support", "coaching"] = Field(
        "support", description="What a call that comes in is: support (a technician rings) or coaching (a customer)"
    )
    consent_notice: bool = Field(False, description="Tell who is on the telephone that the call is listened to")
    voicemail: bool = Field(True, description="Take a message from a caller for whom nobody comes")
    message_seconds: float = Field(60.0, ge=1, le=600, description="Longest message, in seconds")
    dial_countries: Words = Field(
        ("FR", "BE", "CH", "LU", "CA", "GB", "US"), description="Countries that may be dialled, ISO codes with commas"
    )
    dials_per_minute: int = Field(10, ge=1, description="Most numbers dialled in a minute")
    phonebooth_sound: str = Field("", description="Sound file the simulated telephone plays as the person called")

    # Knowledge
    qdrant_url: str = Field("", description="Address of a Qdrant server; empty: Qdrant's local mode in DATA_FOLDER")
    qdrant_api_key: SecretStr = Field(SecretStr(""), description="Key of that server")
    qdrant_collection: str = Field("kitt_articles", description="Collection the articles live in")
    min_score: float = Field(0.36, ge=0, le=1, description="Answers whose passage scores less are not given")
    ingest_private_addresses: bool = Field(
        False, description="May pages of the own network be fetched for the knowledge base?"
    )
    glossary: str = Field("", description="YAML file of word pairs (fr: en) added to the built-in glossary")

    # Store
    data_folder: str = Field("var", description="Folder for the database and the local knowledge base")
    database_path: str = Field("", description="SQLite file; empty: kitt.sqlite in DATA_FOLDER")
    retention_days: float = Field(90.0, ge=0, description="Ended calls older than this are deleted; 0 keeps them")

    record_calls: bool = Field(False, description="Record every call; one call alone: POST /calls/{id}/recording")
    recording_days: float = Field(30.0, ge=0, description="Recordings older than this are deleted; 0: with their call")

    kitt_tape: bool = Field(
        False,
        description="Tape every call for kitt-rtc replay: keeps all sound, word for word, and what engines answered",
    )
    tape_days: float = Field(30.0, ge=0, description="Tapes older than this are deleted; 0: with their call")

    # Calls
    max_calls: int = Field(100, ge=1, description="Most calls at once")
    max_legs: int = Field(8, ge=2, description="Most people in one call")
    drain_seconds: float = Field(5.0, ge=0, description="Time for the last words of a call to be written down, seconds")
    rejoin_seconds: float = Field(30.0, ge=0, description="A call waits this long for somebody to come back, seconds")
    resume_seconds: float = Field(
        120.0, ge=0, description="A call outlives a restart that takes less than this, in seconds; 0: none does"
    )
    idle_seconds: float = Field(900.0, ge=1, description="A call nobody is in ends after this long, seconds")
    ice_servers: Words = Field((), description="STUN and TURN addresses for browsers, with commas")
    turn_secret: SecretStr = Field(SecretStr(""), description="Shared secret for TURN's time-limited credentials")

    @classmethod
    def load(cls, **given: Any) -> "Settings":
        """From the environment, `.env` and what is given. Raises SettingsError naming the variable at fault."""
        try:
            return cls(**given)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            name = str(first["loc"][0]).upper() if first["loc"] else "settings"
            raise SettingsError(f"{name}: {first['msg'].removeprefix('Value error, ')}") from None
        except UnicodeDecodeError:
            raise SettingsError(".env: must be written in UTF-8") from None

    @field_validator("cors_origins", "dial_countries", "ice_servers", "languages_allowed", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return _words(value)

    @field_validator("hint_terms", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @field_validator("languages_allowed")
    @classmethod
    def _our_languages(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        folded = tuple(dict.fromkeys(language.lower() for language in languages))
        if not set(folded) <= {"fr", "en"}:
            raise ValueError("must be fr, en or both, with a comma")
        return folded

    @field_validator(
        "log_level",
        "log_format",
        "language",
        "incoming_playbook",
        "live_captions",
        "echo_canceller",
        "coach_speculation",
        "coach_wording",
        mode="before",
    )
    @classmethod
    def _fold_case(cls, value: object, info: Any) -> object:
        if not isinstance(value, str):
            return value
        return value.upper() if info.field_name == "log_level" else value.lower()

    @field_validator("cors_origins")
    @classmethod
    def _no_star(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            parts = urlsplit(origin)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or "*" in origin:
                raise ValueError(f"{origin!r} is not an origin like https://desk.example.com")
        return tuple(origin.rstrip("/") for origin in origins)

    @field_validator("public_url", "openai_base_url", "qdrant_url", "twilio_base_url")
    @classmethod
    def _web_address(cls, address: str) -> str:
        if address and (urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).hostname):
            raise ValueError("must be an http or https address")
        return address.rstrip("/")

    @field_validator("twilio_websocket_url")
    @classmethod
    def _stream_address(cls, address: str) -> str:
        if address and (urlsplit(address).scheme not in {"https", "wss"} or not urlsplit(address).hostname):
            raise ValueError("must be an https or wss address")
        return address

    @field_validator("twilio_phone_number")
    @classmethod
    def _phone_number(cls, number: str) -> str:
        if number and not _PHONE.fullmatch(number):
            raise ValueError("must be E.164, like +33123456789")
        return number

    @field_validator("twilio_region", "twilio_edge")
    @classmethod
    def _place(cls, name: str, info: Any) -> str:
        form = r"[a-z]{2}[1-9]" if info.field_name == "twilio_region" else r"[a-z]+(-[a-z]+)*"
        if name and not re.fullmatch(form, name):
            example = "us1, ie1 or au1" if info.field_name == "twilio_region" else "ashburn, dublin or sydney"
            raise ValueError(f"must be a name like {example}")
        return name

    @field_validator("twilio_account_sid", "twilio_api_key_sid")
    @classmethod
    def _sid(cls, sid: str, info: Any) -> str:
        prefix = "AC" if info.field_name == "twilio_account_sid" else "SK"
        if sid and not re.fullmatch(rf"{prefix}[0-9a-fA-F]{{32}}", sid):
            raise ValueError(f"must be {prefix} and 32 hexadecimal digits")
        return sid

    @model_validator(mode="after")
    def _together(self) -> "Settings":
        if self.max_buffer_seconds < self.buffer_seconds:
            raise ValueError("MAX_BUFFER_SECONDS must not be less than BUFFER_SECONDS")
        if self.twilio_edge and not self.twilio_region:
            raise ValueError("TWILIO_EDGE needs TWILIO_REGION: an edge alone leads to us1, wherever it is")
        if bool(self.twilio_api_key_sid) != bool(self.twilio_api_key_secret.get_secret_value()):
            raise ValueError("TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET go together")
        if self.twilio_account_sid and not self.twilio_auth_token.get_secret_value():
            raise ValueError("TWILIO_AUTH_TOKEN is needed with TWILIO_ACCOUNT_SID: it checks the network's signatures")
        return self

    @property
    def address(self) -> str:
        """What to listen on (contract E11): every address only where a key guards the doors."""
        return self.host or ("0.0.0.0" if self.kitt_api_key.get_secret_value() else "127.0.0.1")

    @property
    def telephone_is_real(self) -> bool:
        return bool(self.twilio_account_sid)

    @property
    def model_is_hosted(self) -> bool:
        """Is there an OpenAI key, or a server that speaks the same API?"""
        return bool(self.openai_api_key.get_secret_value() or self.openai_base_url)

    @property
    def on_tape(self) -> dict[str, Any]:
        """What a tape says of the house it was made in: what decides the course of a call, and nothing secret."""
        return {name: getattr(self, name) for name in _ON_TAPE}

    @property
    def public_base(self) -> str:
        """The http(s) address webhooks and the media stream are reached under; empty when none was given."""
        if self.public_url:
            return self.public_url
        if self.twilio_websocket_url:
            return f"https://{urlsplit(self.twilio_websocket_url).netloc}"
        return ""

    @property
    def stream_url(self) -> str:
        """The wss address the telephone network is told, whatever scheme was given (V08); empty when none was."""
        if self.twilio_websocket_url:
            parts = urlsplit(self.twilio_websocket_url)
            return f"wss://{parts.netloc}{parts.path if parts.path.strip('/') else STREAM_PATH}"
        if self.public_url:
            parts = urlsplit(self.public_url)
            scheme = "wss" if parts.scheme == "https" else "ws"
            return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}{STREAM_PATH}"
        return ""
