"""Settings to engines: which vendor stands behind which port, and what it cannot do.

`auto` picks the hosted engine where a key or a base URL is given, a local one where weights are given, else the
embedded one. Nothing is chosen in silence: every choice is a `Standing`, told by /health, the pages and the log.
"""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kitt_rtc import samples
from kitt_rtc.engines.booth_caller import CallerScript
from kitt_rtc.engines.echo import EchoCancellation
from kitt_rtc.engines.energy import GatedDetector, LoudnessDetector
from kitt_rtc.engines.espeak import EspeakOptions, EspeakSynthesizer
from kitt_rtc.engines.fallback import Candidate, FallbackTranscriber
from kitt_rtc.engines.lexicon import Lexicon, LexiconOptions
from kitt_rtc.engines.meaning import HOSTED, SENTENCES, MeaningScale
from kitt_rtc.engines.moonshine import MoonshineOptions, MoonshineTranscriber
from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_speech import (
    OpenAISynthesizer,
    OpenAITranscriber,
    SynthesizerOptions,
    TranscriberOptions,
)
from kitt_rtc.engines.openai_text import ModelOptions, OpenAIModel
from kitt_rtc.engines.openai_vectors import EmbedderOptions, OpenAIEmbedder
from kitt_rtc.engines.phonebooth import BOOTH_NUMBER, BoothOptions, PhoneBooth
from kitt_rtc.engines.pico import PicoSynthesizer
from kitt_rtc.engines.pyannote import PyannoteEncoder, PyannoteOptions
from kitt_rtc.engines.qdrant import Qdrant, QdrantOptions
from kitt_rtc.engines.recordings import RecordingFiles, RecordingOptions
from kitt_rtc.engines.sentences import MODEL as SENTENCES_MODEL
from kitt_rtc.engines.sentences import SentenceEncoder
from kitt_rtc.engines.silero import Silero
from kitt_rtc.engines.sqlite import SqliteStore
from kitt_rtc.engines.sqlite_lacks import SqliteLacks
from kitt_rtc.engines.sqlite_profiles import SqliteProfiles
from kitt_rtc.engines.sqlite_proposals import SqliteProposals
from kitt_rtc.engines.tape_files import TapeFiles, TapeOptions
from kitt_rtc.engines.twilio_rest import TwilioOptions, TwilioTelephony
from kitt_rtc.engines.voiceprint import VoiceprintEncoder, VoiceprintOptions
from kitt_rtc.engines.web_pages import WebOptions, WebPages
from kitt_rtc.engines.whisper import ENGLISH_ONLY, WhisperOptions, WhisperTranscriber
from kitt_rtc.media.files import read_sound
from kitt_rtc.model.errors import EngineUnavailable, SettingsError
from kitt_rtc.pipeline import spending, taping
from kitt_rtc.pipeline.foresight import ForesightModel
from kitt_rtc.pipeline.guard import Guard
from kitt_rtc.pipeline.setbacks import FrankModel
from kitt_rtc.pipeline.spending import Prices
from kitt_rtc.pipeline.taping import TapedModel, TapedTranscriber
from kitt_rtc.pipeline.wary import WaryModel
from kitt_rtc.ports import (
    EchoCanceller,
    Embedder,
    Lacks,
    LanguageModel,
    PageFetcher,
    Profiles,
    ProposedArticles,
    Readiness,
    Recordings,
    SpeechDetector,
    Standing,
    Store,
    Synthesizer,
    Tapes,
    Telephony,
    Transcriber,
    Usage,
    VoiceEncoder,
)
from kitt_rtc.settings import Settings

LANGUAGES = ("fr", "en")
CLIENT_NUMBER = "+33199000009"
"""In the phone booth, the client of the sample sales call lives here; everybody else is the sample technician."""


@dataclass(frozen=True, slots=True)
class Toolbox:
    """One engine per port."""

    detectors: Callable[[], SpeechDetector]
    """A detector for one voice that is there whole, without a gate."""
    live_detectors: Callable[[], SpeechDetector]
    """The same for a voice that comes in real time."""
    canceller: Callable[[], EchoCanceller] | None
    """Takes the far side out of one live voice."""
    transcriber: Transcriber | None
    guard: Guard | None
    """Weighs what the transcriber hears; None: it is believed."""
    captions: bool
    """Are words shown while they are spoken?"""
    at_once: Callable[[], int]
    """How many pieces of speech it writes down side by side, now."""
    stand_in: Callable[[str], str]
    """Who writes a language in the place of the first transcriber that hears it; empty while that one does."""
    coach: LanguageModel | None
    """Writes insights."""
    analyst: LanguageModel | None
    """Reads the context and writes summaries."""
    nearness: Embedder | None
    """Sentences by their meaning, on this machine; None: words alone decide."""
    knowledge: Qdrant
    pages: PageFetcher
    """Fetches what operators name for the knowledge base."""
    voices: VoiceEncoder | None
    """Tells apart those who share a microphone."""
    voice: Synthesizer | None
    store: Store
    profiles: Profiles
    lacks: Lacks
    proposals: ProposedArticles
    """Customers, in the store's file."""
    recordings: Recordings
    tapes: Tapes
    """Where calls are taped, and where old tapes are, whether any call is taped or not."""
    telephony: Telephony
    webhook_secret: str
    """Signs and checks the telephone network's requests."""
    language: str
    """Of calls that do not say theirs."""
    languages: tuple[str, ...]
    """What people may go on in, in such calls."""
    standings: tuple[Standing, ...]

    def detector(self) -> SpeechDetector:
        """For one live voice: the energy gate in front, the network behind it."""
        return GatedDetector(self.live_detectors())


@asynccontextmanager
async def open_toolbox(settings: Settings) -> AsyncIterator[Toolbox]:
    """Every engine the settings ask for; closed again, last opened first. Raises SettingsError, EngineUnavailable."""
    async with AsyncExitStack() as stack:
        bench = _Bench(settings, stack)
        store = await SqliteStore.open(
            bench.folder / "kitt.sqlite" if not settings.database_path else settings.database_path
        )
        stack.push_async_callback(store.close)
        recordings = RecordingFiles(RecordingOptions(bench.folder / "recordings"))
        stack.push_async_callback(recordings.close)
        tapes = TapeFiles(TapeOptions(bench.folder / "tapes"))
        stack.push_async_callback(tapes.close)
        detectors, live_detectors = bench.detectors()
        canceller = bench.canceller()
        hearing = await bench.hearing()
        coach, analyst = bench.models()
        lexicon = Lexicon(LexiconOptions(glossary=settings.glossary))
        nearness = bench.nearness()
        knowledge = bench.knowledge(lexicon, bench.embedder(nearness))
        voices = await bench.voices()
        voice = bench.voice()
        telephony, secret = await bench.telephony()
        bench.stand("store", "SQLite")
        if settings.kitt_tape:
            days = f"for {settings.tape_days:g} days" if settings.tape_days else "as long as their calls"
            bench.stand("tape", f"every call is taped: its sound and words are kept {days} (KITT_TAPE)")
        yield Toolbox(
            detectors=detectors,
            live_detectors=live_detectors,
            canceller=canceller,
            transcriber=TapedTranscriber(hearing) if hearing and settings.kitt_tape else hearing,
            guard=Guard(),
            captions=hearing is not None and bench.captions(),
            at_once=(lambda: hearing.at_once) if hearing else (lambda: settings.transcriber_threads),
            stand_in=hearing.stand_in if hearing else (lambda _: ""),
            coach=coach,
            analyst=analyst,
            nearness=nearness,
            knowledge=knowledge,
            pages=page_fetcher(settings),
            voices=voices,
            voice=voice,
            store=store,
            profiles=SqliteProfiles(store),
            lacks=SqliteLacks(store),
            proposals=SqliteProposals(store),
            recordings=recordings,
            tapes=tapes,
            telephony=telephony,
            webhook_secret=secret,
            language=_language(settings, hearing),
            languages=_languages(settings, hearing),
            standings=tuple(bench.standings),
        )


def page_fetcher(settings: Settings) -> PageFetcher:
    return WebPages(WebOptions(private=settings.ingest_private_addresses))


@asynccontextmanager
async def open_knowledge(settings: Settings) -> AsyncIterator[Qdrant]:
    """The knowledge base alone, for those who only fill it."""
    async with AsyncExitStack() as stack:
        bench = _Bench(settings, stack)
        lexicon = Lexicon(LexiconOptions(glossary=settings.glossary))
        yield bench.knowledge(lexicon, bench.embedder(bench.nearness()))


@dataclass(frozen=True, slots=True)
class Ears:
    """What hears speech and writes it down, alone."""

    detector: Callable[[], SpeechDetector]
    """For one live voice."""
    transcriber: Transcriber | None
    embedded: bool
    """Is it written down on this machine?"""
    voices: VoiceEncoder | None


@asynccontextmanager
async def open_ears(settings: Settings) -> AsyncIterator[Ears]:
    """For those who hear a tape again. Raises SettingsError, EngineUnavailable."""
    async with AsyncExitStack() as stack:
        bench = _Bench(settings, stack)
        _, live_detectors = bench.detectors()
        hearing = await bench.hearing()
        voices = await bench.voices()
        yield Ears(lambda: GatedDetector(live_detectors()), hearing, bench.hears_here, voices)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What gives the knowledge base its vectors of meaning, and their name; neither where words are enough."""

    embedder: Embedder | None = None
    model: str = ""
    scale: MeaningScale = HOSTED


class _Bench:
    """Where the engines are picked, and what was picked is written down."""

    def __init__(self, settings: Settings, stack: AsyncExitStack) -> None:
        self.standings: list[Standing] = []
        self.hears_here = False
        """Is what is said written down on this machine?"""
        """The transcriber that costs nothing but our own processor time, where there is one."""
        self.folder = Path(settings.data_folder)
        self._no_sentences = ""
        """Why no sentence encoder is there, where one was wanted."""
        self._settings = settings
        self._stack = stack
        self._hosted = OpenAIClient(
            OpenAIOptions(api_key=settings.openai_api_key.get_secret_value(), base_url=settings.openai_base_url)
        )
        stack.push_async_callback(self._hosted.close)

    def stand(self, port: str, engine: str, readiness: Readiness = Readiness.READY, limits: str = "") -> None:
        self.standings.append(Standing(port, engine, readiness, limits))

    def detectors(self) -> tuple[Callable[[], SpeechDetector], Callable[[], SpeechDetector]]:
        """For voices that are there whole, and for live ones."""
        try:
            network = Silero()
        except EngineUnavailable as error:
            self.stand("detector", "loudness", Readiness.LIMITED, f"Takes noise for speech. {error.message}")
            return LoudnessDetector, LoudnessDetector
        self.stand("detector", "Silero behind an energy gate")
        return network.detector, network.live_detector

    def canceller(self) -> Callable[[], EchoCanceller] | None:
        if self._settings.echo_canceller == "none":
            limits = "A loudspeaker is heard as a second speaker: use headsets, or set ECHO_CANCELLER=auto."
            self.stand("echo", "none", Readiness.ABSENT, limits)
            return None
        cancellation = EchoCancellation()
        self._stack.push_async_callback(cancellation.close)
        self.stand("echo", "canceller (embedded)")
        return cancellation.canceller

    async def hearing(self) -> FallbackTranscriber | None:
        """The chosen transcriber; behind it, in reserve, those that keep more in the house."""
        settings = self._settings
        engines = {"openai": self._openai, "whisper": self._whisper, "moonshine": self._moonshine}
        choice = self._choice("ENGINE_TRANSCRIBER", settings.engine_transcriber, (*engines, "none"))
        if choice == "auto":
            choice = "openai" if settings.model_is_hosted else "whisper" if settings.whisper_folder else "moonshine"
        if choice == "none":
            self.stand("transcriber", "none", Readiness.ABSENT, f"Nothing is written down. {_HEAR_MORE}")
            return None
        try:
            first = engines[choice]()
            await first.warm()
        except EngineUnavailable as error:
            if choice != "moonshine":
                raise
            self.stand("transcriber", "none", Readiness.ABSENT, f"{error.message}. {_HEAR_MORE}")
            return None
        behind = list(engines)[list(engines).index(choice) + 1 :]
        reserve = [self._in_reserve(engines[name]) for name in behind if name != "whisper" or settings.whisper_folder]
        candidates = [first, *(candidate for candidate in reserve if candidate is not None)]
        why = ENGLISH_ONLY if choice == "whisper" else _HEAR_MORE
        english_only = first.engine.languages == frozenset({"en"})
        limits = (Readiness.LIMITED, f"Hears English only. {why}") if english_only else ()
        self.hears_here = choice != "openai"
        self.stand("transcriber", ", then ".join(candidate.name for candidate in candidates), *limits)
        return FallbackTranscriber(candidates)

    def captions(self) -> bool:
        """Is what is still being said written down? Each pass over an open sentence costs as much as the sentence."""
        return {"auto": self.hears_here, "on": True, "off": False}[self._settings.live_captions]

    def _in_reserve(self, engine: Callable[[], Candidate]) -> Candidate | None:
        """Loaded when first needed; None where none is wanted, or the embedded one is not installed."""
        if not self._settings.transcriber_fallback:
            return None
        try:
            return engine()
        except EngineUnavailable:
            if engine == self._whisper:
                raise  # its folder was named: that is a mistake to be told
            return None

    def _openai(self) -> Candidate:
        settings = self._settings
        self._need_hosted("ENGINE_TRANSCRIBER")
        engine = OpenAITranscriber(self._hosted, TranscriberOptions(model=settings.transcribe_model))
        return Candidate(f"OpenAI API, {settings.transcribe_model}", engine, settings.transcriptions_at_once)

    def _whisper(self) -> Candidate:
        settings = self._settings
        engine = WhisperTranscriber(WhisperOptions(settings.whisper_folder, threads=settings.transcriber_threads))
        self._stack.push_async_callback(engine.close)
        return Candidate("Whisper, local weights", engine, settings.transcriber_threads, engine.warm)

    def _moonshine(self) -> Candidate:
        threads = self._settings.transcriber_threads
        engine = MoonshineTranscriber(MoonshineOptions(threads=threads))
        self._stack.push_async_callback(engine.close)
        return Candidate("Moonshine (embedded)", engine, threads, engine.warm)

    async def voices(self) -> VoiceEncoder | None:
        """The user's own weights where they are named; a mistake in them is told, and nothing stands in for them."""
        if self._settings.pyannote_folder:
            named = PyannoteEncoder(PyannoteOptions(self._settings.pyannote_folder))
            self._stack.push_async_callback(named.close)
            await named.warm()
            self.stand("voices", "pyannote, local weights")
            return named
        try:
            engine = VoiceprintEncoder(VoiceprintOptions(self._settings.voices_weights))
        except EngineUnavailable as error:
            if self._settings.voices_weights:
                raise
            limits = f"A shared microphone stays one speaker: {error.message}."
            self.stand("voices", "none", Readiness.ABSENT, limits)
            return None
        self._stack.push_async_callback(engine.close)
        self.stand("voices", "voiceprints")
        return engine

    def models(self) -> tuple[LanguageModel | None, LanguageModel | None]:
        settings = self._settings
        choice = self._choice("ENGINE_MODEL", settings.engine_model, ("openai", "none"))
        if choice == "none" or (choice == "auto" and not settings.model_is_hosted):
            self.stand(
                "model",
                "cards and rules",
                Readiness.LIMITED,
                "Advice and summaries by rules. Set OPENAI_API_KEY for more.",
            )
            return None, None
        self._need_hosted("ENGINE_MODEL")
        self.stand("model", f"OpenAI API, {settings.coach_model}")
        return self._model(settings.coach_model), self._model(settings.analysis_model)

    def _model(self, name: str) -> LanguageModel:
        """What stands around a model: its answers are taped as they came, weighed, counted, and asked for early."""
        prices = Prices(self._settings.model_price_in, self._settings.model_price_out)
        model = OpenAIModel(self._hosted, ModelOptions(name), _note_usage)
        taped = TapedModel(model) if self._settings.kitt_tape else model
        wary = WaryModel(taped, own_wording=self._settings.coach_wording == "model")
        return ForesightModel(FrankModel(wary, prices))

    def knowledge(self, lexicon: Lexicon, meaning: "_Meaning") -> Qdrant:
        settings = self._settings
        engine = Qdrant(
            lexicon,
            QdrantOptions(
                folder=str(self.folder / "knowledge"),
                url=settings.qdrant_url,
                api_key=settings.qdrant_api_key.get_secret_value(),
                collection=settings.qdrant_collection,
                embed_model=meaning.model,
                meaning=meaning.scale,
            ),
            embedder=meaning.embedder,
        )
        self._stack.push_async_callback(engine.close)
        self.stand("knowledge", "Qdrant server" if settings.qdrant_url else "Qdrant, local mode (embedded)")
        return engine

    def nearness(self) -> SentenceEncoder | None:
        """What tells on this machine whether two sentences mean the same; None where the words are to decide."""
        settings = self._settings
        choice = self._choice("ENGINE_EMBEDDER", settings.engine_embedder, ("openai", "sentences", "lexicon"))
        if choice == "lexicon":
            return None
        try:
            engine = SentenceEncoder()
        except EngineUnavailable as error:
            if choice == "sentences":
                raise
            self._no_sentences = error.message
            return None
        self._stack.push_async_callback(engine.close)
        return engine

    def embedder(self, nearness: SentenceEncoder | None) -> "_Meaning":
        """What the knowledge base is searched by beside words: the hosted model, else what is on this machine."""
        settings = self._settings
        choice = settings.engine_embedder.strip().lower()
        if choice == "openai" or (choice == "auto" and settings.model_is_hosted):
            self._need_hosted("ENGINE_EMBEDDER")
            self.stand("embedder", f"OpenAI API, {settings.embed_model}, beside the lexicon")
            return _Meaning(OpenAIEmbedder(self._hosted, EmbedderOptions(settings.embed_model)), settings.embed_model)
        if nearness is not None:
            self.stand("embedder", "sentence encoder, beside the lexicon (embedded)")
            return _Meaning(nearness, SENTENCES_MODEL, SENTENCES)
        limits = (Readiness.LIMITED, f"Searches by words. {self._no_sentences}") if self._no_sentences else ()
        self.stand("embedder", "lexicon: stems, letters and a glossary (embedded)", *limits)
        return _Meaning()

    def voice(self) -> Synthesizer | None:
        settings = self._settings
        choice = self._choice("ENGINE_VOICE", settings.engine_voice, ("openai", "espeak", "none"))
        if choice == "openai" or (choice == "auto" and settings.model_is_hosted):
            self._need_hosted("ENGINE_VOICE")
            self.stand("voice", f"OpenAI API, {settings.voice_model}")
            return OpenAISynthesizer(self._hosted, SynthesizerOptions(settings.voice_model, settings.voice_name))
        if choice == "none":
            self.stand("voice", "none", Readiness.ABSENT, "Nothing is said aloud.")
            return None
        try:
            engine: Synthesizer = EspeakSynthesizer(EspeakOptions())
        except EngineUnavailable as error:
            self.stand("voice", "none", Readiness.ABSENT, error.message)
            return None
        name = "espeak-ng"
        if choice == "auto":
            with suppress(EngineUnavailable):  # without it espeak-ng speaks French too
                engine, name = PicoSynthesizer(engine), "espeak-ng, French by Pico"
        self.stand("voice", name, Readiness.LIMITED, "Sounds robotic; a hosted voice needs OPENAI_API_KEY.")
        return engine

    async def telephony(self) -> tuple[Telephony, str]:
        """The telephone network, and the secret its requests are signed with."""
        settings = self._settings
        token = settings.twilio_auth_token.get_secret_value()
        if settings.telephone_is_real:
            options = TwilioOptions(
                account_sid=settings.twilio_account_sid,
                auth_token=token,
                api_key_sid=settings.twilio_api_key_sid,
                api_key_secret=settings.twilio_api_key_secret.get_secret_value(),
                from_number=settings.twilio_phone_number,
                base_url=settings.twilio_base_url,
                region=settings.twilio_region,
                edge=settings.twilio_edge,
                ring_seconds=settings.ring_seconds,
            )
            self.stand("telephone", "Twilio", *_address_limits(settings))
            return await self._stack.enter_async_context(TwilioTelephony(options)), token
        secret = webhook_secret(settings)
        booth = await self._stack.enter_async_context(PhoneBooth(BoothOptions(auth_token=secret, **_callers(settings))))
        self.stand("telephone", "phone booth", Readiness.SIMULATED, _BOOTH_LIMITS)
        options = TwilioOptions(
            account_sid=booth.account.sid,
            auth_token=secret,
            from_number=settings.twilio_phone_number or BOOTH_NUMBER,
            base_url=booth.base_url,
            simulated=True,
            ring_seconds=settings.ring_seconds,
        )
        return await self._stack.enter_async_context(TwilioTelephony(options)), secret

    def _choice(self, variable: str, value: str, known: tuple[str, ...]) -> str:
        chosen = value.strip().lower()
        if chosen not in ("auto", *known):
            raise SettingsError(f"{variable}: must be auto, {', '.join(known)}")
        return chosen

    def _need_hosted(self, variable: str) -> None:
        if not self._settings.model_is_hosted:
            raise SettingsError(f"{variable}: openai needs OPENAI_API_KEY or OPENAI_BASE_URL")


def webhook_secret(settings: Settings) -> str:
    """What the telephone network's requests are signed with.

    Without TWILIO_AUTH_TOKEN it is made once and kept in the data folder, readable by its owner only, so that
    `kitt-rtc simulate` knows it too.
    """
    return settings.twilio_auth_token.get_secret_value() or kept_secret(settings, "phonebooth")


def kept_secret(settings: Settings, name: str) -> str:
    """A secret of this house, made once and kept in the data folder, readable by its owner only."""
    folder = Path(settings.data_folder)
    path = folder / f"{name}.secret"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(secrets.token_hex(32), "ascii")
    except FileExistsError:
        pass
    return path.read_text("ascii").strip()


def _note_usage(usage: Usage) -> None:
    """For who pays, and for the tape."""
    spending.note_usage(usage)
    taping.note_usage(usage)


def _language(settings: Settings, transcriber: Transcriber | None) -> str:
    """Of calls that do not say theirs: the first of ours that can be heard."""
    if settings.language != "auto":
        return settings.language
    heard = transcriber.languages if transcriber else None
    return next((language for language in LANGUAGES if heard is None or language in heard), LANGUAGES[0])


def _languages(settings: Settings, transcriber: Transcriber | None) -> tuple[str, ...]:
    """What people may go on in, in calls that do not say: of the house's languages those that can be heard."""
    language = _language(settings, transcriber)
    allowed = settings.languages_allowed or (LANGUAGES if settings.language == "auto" else ())
    heard = transcriber.languages if transcriber else frozenset[str]()
    others = [other for other in allowed if other != language and (heard is None or other in heard)]
    return (language, *others)


def _address_limits(settings: Settings) -> tuple[Readiness, str]:
    if not settings.twilio_phone_number:
        return Readiness.ABSENT, "Set TWILIO_PHONE_NUMBER: calls are made from it."
    if not settings.public_base:
        return Readiness.ABSENT, "Set TWILIO_WEBSOCKET_URL or PUBLIC_URL: Twilio must reach this server by https."
    return Readiness.READY, ""


def _callers(settings: Settings) -> dict[str, Any]:
    """Who is rung in the booth: the house's own sound file, else the sample calls' client and technician."""
    if settings.phonebooth_sound:
        return {"script": CallerScript(speech=read_sound(settings.phonebooth_sound))}
    return {
        "script": CallerScript(speech=read_sound(samples.CALLS / "support" / "technician.ogg")),
        "scripts": {CLIENT_NUMBER: CallerScript(speech=read_sound(samples.CALLS / "sales" / "customer.ogg"))},
    }


_HEAR_MORE = "French needs OPENAI_API_KEY, OPENAI_BASE_URL or WHISPER_FOLDER."
_BOOTH_LIMITS = (
    f"Simulated: nobody's telephone rings. {CLIENT_NUMBER} plays a client, other numbers a technician. "
    "Set TWILIO_ACCOUNT_SID and its companions for a real one."
)
