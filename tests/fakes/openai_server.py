"""A server on this machine that speaks OpenAI's HTTP API, and breaks on order in thirteen ways.

async with OpenAIServer() as server:
    server.transcripts = ["I cannot see my cameras"]
    server.answer(ContextForm, {"phase": "discovery"})     # or by name, or "text" for plain answers
    server.fail_next("server_error", times=2)
    client = OpenAIClient(OpenAIOptions(base_url=server.base_url))
    ...
    assert server.requests[0].wav_seconds == 1.5
"""

import asyncio
import base64
import hashlib
import io
import json
import math
import struct
import wave
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import BodyPartReader, web
from pydantic import BaseModel

FAULTS = (
    "rate_limit",  # 429, with Retry-After when asked for
    "server_error",  # 500
    "hang",  # no answer at all
    "reset",  # the connection is cut
    "garbage",  # 200 and JSON that is not even UTF-8
    "empty",  # 200 and nothing
    "html",  # 200 and a page
    "truncated",  # 200 and half a JSON
    "wrong_fields",  # 200 and a JSON of something else
    "no_choices",  # 200 and an answer with an empty list
    "refusal",  # 200 and "I will not"
    "length",  # 200 and an answer cut off by its length limit
    "quota",  # 429, insufficient_quota
)
"""All ways to fail; where an answer has no choices, refusal or length, these are a JSON of something else."""
LANGUAGE_NAMES = {"en": "english", "fr": "french", "it": "italian", "nl": "dutch"}
"""As Whisper calls them."""


@dataclass(slots=True)
class Seen:
    """A request as it came in."""

    path: str
    authorization: str
    body: dict[str, Any] = field(default_factory=dict)
    """The JSON body, or the plain fields of a multipart form; those that are sent as `name[]` are lists."""
    wav: bytes = b""
    """The uploaded file, whole."""
    file_name: str = ""
    file_type: str = ""

    @property
    def wav_seconds(self) -> float:
        with wave.open(io.BytesIO(self.wav)) as sound:
            return sound.getnframes() / sound.getframerate()

    @property
    def messages(self) -> dict[str, str]:
        """What was said to a chat model, by role."""
        return {message["role"]: message["content"] for message in self.body["messages"]}


@dataclass(slots=True)
class _Order:
    fault: str
    path: str
    retry_after: str


class OpenAIServer:
    """Everything is a plain attribute, to be set before the request it is for."""

    def __init__(self) -> None:
        self.base_url = ""
        self.requests: list[Seen] = []
        """Everything that was asked, broken or not."""
        self.key = ""
        """When given, another key is refused with 401."""
        self.transcripts: list[str] = []
        """Texts of the next uploads, in turn; the last one stays. Empty: nobody said anything."""
        self.spoken: list[str] = []
        """Languages of the next uploads in turn, "fr" or for one upload "en,fr"; the last stays. Empty: not told."""
        self.scores: dict[str, float] = {"avg_logprob": -0.2, "no_speech_prob": 0.01, "compression_ratio": 1.2}
        """Of every segment of a verbose answer; without any, such an answer has no segments."""
        self.formats = {"text", "json_object", "json_schema"}
        """Response formats the chat model knows; others are refused with 400."""
        self.embedding_size = 16
        self.voice_seconds = 1.0
        """Length of whatever is spoken: a tone of 440 Hz."""
        self.cut_voice = False
        """Cut the connection in the middle of the sound."""
        self.hold_voice = False
        """Say nothing more after the first quarter of a second."""
        self.streams: bool | None = True
        """False: whoever asks for a stream is refused; None: it gets the whole answer at once."""
        self.counts = {"whole", "streamed"}
        """Which answers end with what they cost; a server that cannot count streams refuses to be asked for it."""
        self.cut_stream = 0
        """Cut the connection after so many pieces of a stream; 0: never."""
        self.held: dict[str, asyncio.Event] = {}
        """Answers that wait for theirs, by form."""
        self.pace: Callable[[int], Awaitable[None]] = _at_once
        """Awaited before each piece of an answer, by its number; a whole answer is one piece."""
        self.redirect_to = ""
        """Send whoever asks to this address (307)."""
        self._answers: dict[str, str] = {}
        self._orders: deque[_Order] = deque()
        self._news = asyncio.Event()
        self._over = asyncio.Event()
        self._runner: web.AppRunner | None = None

    def answer(self, name: str | type[BaseModel], payload: str | dict[str, Any] | BaseModel) -> None:
        """What the chat model says from now on when this form is asked for; "text" when none is."""
        key = name if isinstance(name, str) else name.__name__
        if isinstance(payload, BaseModel):
            payload = payload.model_dump(mode="json")
        self._answers[key] = payload if isinstance(payload, str) else json.dumps(payload)

    def fail_next(self, fault: str, times: int = 1, *, path: str = "", retry_after: str = "") -> None:
        """Break the next requests (whose path ends with `path`); a rate limit may say when to come back."""
        if fault not in FAULTS:
            raise ValueError(f"no such fault: {fault}; there are {', '.join(FAULTS)}")
        self._orders.extend(_Order(fault, path, retry_after) for _ in range(times))

    def heal(self) -> None:
        """Forget the faults that are still to come."""
        self._orders.clear()

    def asked(self, path: str) -> list[Seen]:
        """The requests whose path ends like this."""
        return [seen for seen in self.requests if seen.path.endswith(path)]

    async def until_asked(self, times: int = 1) -> None:
        """Until so many requests have come in."""
        while len(self.requests) < times:
            self._news.clear()
            await self._news.wait()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=50_000_000)
        app.router.add_post("/v1/audio/transcriptions", self._transcribe)
        app.router.add_post("/v1/audio/speech", self._speak)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_post("/v1/embeddings", self._embed)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        assert self._runner is not None
        await self._runner.cleanup()

    # doors

    async def _transcribe(self, request: web.Request) -> web.StreamResponse:
        seen = await self._see_form(request)
        if broken := await self._break(request, seen):
            return broken
        wrong = _objection(seen)
        if wrong:
            return _refused(400, wrong)
        await self.pace(0)
        text, spoken = _next_of(self.transcripts), seen.body.get("language") or _next_of(self.spoken)
        if seen.body.get("response_format") != "verbose_json":
            answer = {"text": text, "usage": {"type": "duration", "seconds": 1}}
            told = (
                {"languages": [{"code": code} for code in spoken.split(",") if code]}
                if "gpt-transcribe" in seen.body["model"]
                else {}
            )
            return web.json_response(answer | told)
        segment = {
            "id": 0,
            "seek": 0,
            "start": 0.0,
            "end": seen.wav_seconds,
            "text": text,
            "tokens": [],
            "temperature": 0,
        }
        name = LANGUAGE_NAMES.get(spoken, spoken or "english")
        answer = {"task": "transcribe", "language": name, "duration": seen.wav_seconds, "text": text}
        return web.json_response(answer | ({"segments": [segment | self.scores]} if self.scores else {}))

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        seen = await self._see_json(request)
        if broken := await self._break(request, seen):
            return broken
        wanted = seen.body.get("response_format", {"type": "text"})
        if wanted["type"] not in self.formats:
            return _refused(400, f"response_format {wanted['type']} is not supported")
        name = wanted["json_schema"]["name"] if wanted["type"] == "json_schema" else "text"
        if name not in self._answers:
            return _refused(400, f"the test has prepared no answer for {name!r}")
        if name in self.held:
            await self.held[name].wait()
        if seen.body.get("stream") and self.streams is not None:
            if not self.streams:
                return _refused(400, "this server does not stream")
            if "stream_options" in seen.body and "streamed" not in self.counts:
                return _refused(422, "unknown field stream_options")
            return await self._stream(request, self._answers[name], told="stream_options" in seen.body)
        await self.pace(0)
        usage = {"usage": _usage(self._answers[name])} if "whole" in self.counts else {}
        return web.json_response(_completion({"content": self._answers[name]}) | usage)

    async def _stream(self, request: web.Request, text: str, *, told: bool) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        pieces = [text[start : start + 5] for start in range(0, len(text), 5)]
        chunks = [_chunk(piece) for piece in pieces]
        chunks.append(_chunk("", finish="stop"))
        if told:
            chunks.append({**_chunk(""), "choices": [], "usage": _usage(text)})
        for number, chunk in enumerate(chunks):
            await self.pace(number)
            if self.cut_stream and number == self.cut_stream and request.transport:
                request.transport.abort()
                return response
            await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
        await response.write(b"data: [DONE]\n\n")
        return response

    async def _embed(self, request: web.Request) -> web.StreamResponse:
        seen = await self._see_json(request)
        if broken := await self._break(request, seen):
            return broken
        texts = seen.body["input"] if isinstance(seen.body["input"], list) else [seen.body["input"]]
        if not all(texts):
            return _refused(400, "an input cannot be an empty string")
        encoded = seen.body.get("encoding_format") == "base64"
        rows = [
            {"object": "embedding", "index": index, "embedding": _encoded(vector) if encoded else vector}
            for index, vector in enumerate(_vector(text, self.embedding_size) for text in texts)
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        # Last first: whoever relies on the order of the rows is wrong.
        return web.json_response({"object": "list", "data": rows[::-1], "model": "fake", "usage": usage})

    async def _speak(self, request: web.Request) -> web.StreamResponse:
        seen = await self._see_json(request)
        if broken := await self._break(request, seen):
            return broken
        response = web.StreamResponse(headers={"content-type": "application/octet-stream"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        sent = 0
        async for block in _tone(self.voice_seconds):
            await response.write(block)
            sent += len(block)
            if sent < 12_000:
                continue
            if self.cut_voice and request.transport:
                request.transport.abort()
                break
            if self.hold_voice:
                await self._over.wait()
        return response

    # seeing and breaking

    async def _see_json(self, request: web.Request) -> Seen:
        seen = Seen(request.path, request.headers.get("authorization", ""), body=await request.json())
        self._keep(seen)
        return seen

    async def _see_form(self, request: web.Request) -> Seen:
        seen = Seen(request.path, request.headers.get("authorization", ""))
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            if part.name == "file":
                seen.wav = bytes(await part.read(decode=True))
                seen.file_name = part.filename or ""
                seen.file_type = part.headers.get("content-type", "")
            elif (part.name or "").endswith("[]"):
                seen.body.setdefault((part.name or "")[:-2], []).append(await part.text())
            else:
                seen.body[part.name or ""] = await part.text()
        self._keep(seen)
        return seen

    def _keep(self, seen: Seen) -> None:
        self.requests.append(seen)
        self._news.set()

    async def _break(self, request: web.Request, seen: Seen) -> web.StreamResponse | None:
        """The next fault that is ordered for this path, as an answer."""
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            return _refused(401, "Incorrect API key provided", code="invalid_api_key")
        if self.redirect_to:
            return web.Response(status=307, headers={"location": self.redirect_to})
        order = next((order for order in self._orders if request.path.endswith(order.path)), None)
        if order is None:
            return None
        self._orders.remove(order)
        if order.fault == "hang":
            await self._over.wait()
        if order.fault in ("hang", "reset"):
            if request.transport is not None:  # whoever asked may have left
                request.transport.abort()
            return web.Response()
        return _broken(order, json.dumps(seen.body, ensure_ascii=False))


def _broken(order: _Order, said: str) -> web.Response:
    """Real servers like to repeat what was said in their errors; so does this one."""
    match order.fault:
        case "rate_limit":
            return _refused(
                429, f"slow down: {said}", headers={"retry-after": order.retry_after} if order.retry_after else {}
            )
        case "quota":
            return _refused(429, f"You exceeded your current quota: {said}", code="insufficient_quota")
        case "server_error":
            return _refused(500, f"The server had an error: {said}")
        case "garbage":
            return web.Response(body=b'\xff\xfe\x00{"text": \x80\x81', content_type="application/json")
        case "empty":
            return web.Response(body=b"", content_type="application/json")
        case "html":
            return web.Response(text="<html><body>Please log in</body></html>", content_type="text/html")
        case "truncated":
            return web.Response(body=b'{"id": "c", "text": "half a sen', content_type="application/json")
        case "no_choices":
            return web.json_response(_completion({}) | {"choices": []})
        case "refusal":
            return web.json_response(_completion({"content": None, "refusal": "I will not"}))
        case "length":
            return web.json_response(_completion({"content": '{"half": "a sent'}, finish="length"))
        case _:
            return web.json_response({"weather": "fine"})


def _refused(status: int, message: str, *, code: str = "", headers: dict[str, str] | None = None) -> web.Response:
    error = {"message": message, "type": code or "error", "param": None, "code": code or None}
    return web.json_response({"error": error}, status=status, headers=headers)


async def _at_once(number: int) -> None:
    """No waiting."""


def _chunk(text: str, *, finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "fake", "choices": [choice]}


def _usage(text: str) -> dict[str, int]:
    return {"prompt_tokens": 100, "completion_tokens": len(text), "total_tokens": 100 + len(text)}


def _completion(message: dict[str, Any], *, finish: str = "stop") -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "refusal": None} | message}
    return {"id": "c", "object": "chat.completion", "created": 0, "model": "fake", "choices": [choice]}


def _objection(seen: Seen) -> str:
    """What a real server would say against this upload; empty when nothing."""
    if not seen.body.get("model"):
        return "you must provide a model parameter"
    only_newest = {"languages", "keywords"} & set(seen.body)
    if only_newest and "gpt-transcribe" not in seen.body["model"]:
        return f"{min(only_newest)} is supported by gpt-transcribe only"
    try:
        with wave.open(io.BytesIO(seen.wav)) as sound:
            return "" if sound.getnframes() else "Audio file is too short"
    except (wave.Error, EOFError):
        return "Invalid file format"


def _next_of(script: list[str]) -> str:
    """The next of a script, the last one again and again; empty without one."""
    if not script:
        return ""
    return script.pop(0) if len(script) > 1 else script[0]


def _vector(text: str, size: int) -> list[float]:
    """Not of unit length, and always the same for the same text."""
    digest = hashlib.shake_256(text.encode()).digest(size)
    return [(byte - 127.5) / 40.0 for byte in digest]


def _encoded(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


async def _tone(seconds: float) -> AsyncIterator[bytes]:
    """24 kHz, in blocks of an odd number of bytes."""
    samples = (round(8_000 * math.sin(2 * math.pi * 440 * place / 24_000)) for place in range(int(seconds * 24_000)))
    sound = b"".join(struct.pack("<h", sample) for sample in samples)
    for start in range(0, len(sound), 4_001):
        yield sound[start : start + 4_001]
