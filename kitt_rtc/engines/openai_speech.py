"""Hosted hearing and speaking: a WAV file up, words down; words up, sound down as it is made."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from kitt_rtc.engines.confidence import confidence
from kitt_rtc.engines.energy import loud_seconds
from kitt_rtc.engines.openai_client import OpenAIClient
from kitt_rtc.engines.openai_faults import ENGINE, OutOfForm, cause_of, fault_of, vendor_errors
from kitt_rtc.engines.openai_tongues import asking, heard_in
from kitt_rtc.media.resample import Resampler
from kitt_rtc.media.wav import write_wav
from kitt_rtc.model.errors import EngineTimeout
from kitt_rtc.ports import Scores, Transcription

_VOICE_RATE = 24_000
"""Samples per second of the endpoint's raw sound."""
_LONGEST_TEXT = 4_096
"""Characters the endpoint takes."""


@dataclass(frozen=True, slots=True)
class TranscriberOptions:
    model: str = "gpt-transcribe"
    seconds: float = 8.0
    """Deadline of one piece of speech, all tries together."""
    patience: float = 4.0
    """After so many seconds without an answer another try is worth more than waiting on."""


class OpenAITranscriber:
    """Writes down any language. Silence is never sent."""

    def __init__(self, client: OpenAIClient, options: TranscriberOptions) -> None:
        self._client = client
        self._options = options
        self._verbose = "whisper" in options.model.lower()

    @property
    def languages(self) -> frozenset[str] | None:
        return None

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        if not loud_seconds(pcm):
            return Transcription("", language)
        form: dict[str, Any] = {
            "model": self._options.model,
            "file": ("speech.wav", write_wav(pcm), "audio/wav"),
            # Only Whisper tells how sure it is; the newer models answer in plain JSON alone.
            "response_format": "verbose_json" if self._verbose else "json",
        }

        async def question(sdk: Any) -> tuple[str, str, list[Scores]]:
            """In any of these languages; and once more in the expected one where it was heard in none of them."""
            for may_be in (among, ()):
                fields = asking(self._options.model, language=language, among=may_be, terms=terms, hint=hint)
                answer = await sdk.audio.transcriptions.create(**form, **fields)
                heard_as = heard_in(answer, language=language, among=may_be)
                if heard_as is not None:
                    break
            return heard_as or "", *_heard(answer)

        heard_as, text, pieces = await self._client.ask(
            question, work="transcribe", seconds=self._options.seconds, patience=self._options.patience
        )
        return Transcription(text, heard_as, confidence(pieces), tuple(pieces))


@dataclass(frozen=True, slots=True)
class SynthesizerOptions:
    model: str
    voice: str = "alloy"
    seconds: float = 8.0
    """Deadline until the first sound, all tries together, and of every block after it."""


class OpenAISynthesizer:
    """Speaks as soon as the first sound has come."""

    def __init__(self, client: OpenAIClient, options: SynthesizerOptions) -> None:
        self._client = client
        self._options = options

    async def speak(self, text: str, *, language: str) -> AsyncIterator[bytes]:
        """House sound. `language` is heard from the text itself."""
        line = " ".join(text.split())[:_LONGEST_TEXT]
        if not line:
            return
        resampler = Resampler(rate=_VOICE_RATE)
        odd = b""
        async with AsyncExitStack() as open_response:
            blocks = await self._client.ask(
                lambda sdk: self._begin(sdk, line, open_response), work="speak", seconds=self._options.seconds
            )
            while block := await self._next(blocks):
                whole = odd + block
                odd = whole[len(whole) & ~1 :]
                if pcm := resampler.feed(whole[: len(whole) & ~1]):
                    yield pcm
        if pcm := resampler.flush():
            yield pcm

    async def _begin(self, sdk: Any, text: str, open_response: AsyncExitStack) -> "_Blocks":
        """Ask for the voice and wait for its first block: until then another try is worth something."""
        await open_response.aclose()  # of the try before
        response = await open_response.enter_async_context(
            sdk.audio.speech.with_streaming_response.create(
                model=self._options.model, voice=self._options.voice, input=text, response_format="pcm"
            )
        )
        kind = response.headers.get("content-type", "")
        if kind.startswith("text/") or "json" in kind:
            raise OutOfForm("the server answered with text instead of sound")
        rest = response.iter_bytes()
        first = await anext(rest, b"")
        if not first:
            raise OutOfForm("the server answered with no sound")
        return _Blocks(first, rest)

    async def _next(self, blocks: "_Blocks") -> bytes:
        """The next block, empty at the end. The deadline is per block: whoever listens sets the pace."""
        try:
            async with asyncio.timeout(self._options.seconds):
                return await blocks.next()
        except TimeoutError as error:
            raise EngineTimeout(ENGINE, "the voice stopped in the middle of a sentence") from error
        except vendor_errors() as error:
            raise fault_of(error).error from cause_of(error)


@dataclass(slots=True)
class _Blocks:
    """The blocks of a sound of which the first has come."""

    first: bytes
    rest: AsyncIterator[bytes]

    async def next(self) -> bytes:
        if self.first:
            block, self.first = self.first, b""
            return block
        return await anext(self.rest, b"")


def _heard(answer: Any) -> tuple[str, list[Scores]]:
    """The words, and how sure the model is of each piece."""
    text = getattr(answer, "text", None)
    if not isinstance(text, str):
        raise OutOfForm("an answer without text")
    return text, [_scores(piece) for piece in getattr(answer, "segments", None) or ()]


def _scores(piece: Any) -> Scores:
    """Servers that speak the same API leave numbers out."""
    return Scores(
        (_number(piece, "end") or 0.0) - (_number(piece, "start") or 0.0),
        _number(piece, "no_speech_prob"),
        _number(piece, "avg_logprob"),
        _number(piece, "compression_ratio"),
        str(getattr(piece, "text", "")).strip(),
    )


def _number(piece: Any, name: str) -> float | None:
    value = getattr(piece, name, None)
    return float(value) if isinstance(value, int | float) else None
