"""A house that only tells a recorded story: the doors that the pages use, with nothing behind them.

The story is told as far as a test says; the data channel and the events socket tell the same envelopes.
"""

import asyncio
import io
import json
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from aiohttp import web
from aiortc import RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaBlackhole
from aiortc.mediastreams import AudioStreamTrack

from kitt_rtc.api.middleware import HEADERS

ROOT = Path(__file__).resolve().parents[2]
STORIES = ROOT / "tests" / "stories"
TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}

ENGINES = [
    {"port": "transcriber", "engine": "Moonshine (embedded)", "readiness": "limited", "limits": "Hears English only."},
    {"port": "model", "engine": "cards and rules", "readiness": "limited", "limits": "Advice by rules."},
    {"port": "embedder", "engine": "lexicon: stems, letters and a glossary (embedded)", "readiness": "ready"},
    {"port": "knowledge", "engine": "Qdrant, local mode (embedded)", "readiness": "ready"},
    {"port": "voice", "engine": "espeak-ng", "readiness": "limited", "limits": "Sounds robotic."},
    {"port": "telephone", "engine": "phone booth", "readiness": "simulated", "limits": "Nobody's telephone rings."},
    {"port": "detector", "engine": "Silero behind an energy gate", "readiness": "ready"},
    {"port": "store", "engine": "SQLite", "readiness": "ready"},
]


def story(name: str) -> list[dict[str, Any]]:
    """The envelopes of tests/stories/<name>.jsonl."""
    return [json.loads(line) for line in (STORIES / f"{name}.jsonl").read_text("utf-8").splitlines()]


class Stage:
    """The doors, and what came in through them."""

    def __init__(self, envelopes: list[dict[str, Any]], *, key: str = "", deaf_to_offers: bool = False) -> None:
        self.envelopes = envelopes
        self.call_id = envelopes[0]["call"]
        self.token = "token-of-the-call"
        self.key = key
        self.deaf_to_offers = deaf_to_offers
        self.address = ""
        self.told = 0
        self.bodies: list[tuple[str, dict[str, Any]]] = []
        """What was posted, by path."""
        self.captions: list[dict[str, Any]] = []
        """What was told of what is being said."""
        self.upward: list[dict[str, Any]] = []
        """What came up the data channel or the socket."""
        self.cursors: list[int] = []
        """The `after` of every events socket."""
        self.sockets_open = True
        self.leg_id = next(
            (
                envelope["data"]["leg_id"]
                for envelope in envelopes
                if envelope["type"] == "leg_joined" and envelope["data"]["transport"] == "webrtc"
            ),
            "leg-browser",
        )
        """The leg that every browser gets."""
        self.qualities: dict[str, dict[str, Any]] = {}
        """By leg id, as the state tells them."""
        self.refusals: dict[str, tuple[int, str, str]] = {}
        """By the last word of the path: status, code and message of what is refused."""
        self.waiting: list[dict[str, str]] = []
        """Who sat down at the reception: the queries of its sockets."""
        self.reception_said: list[dict[str, Any]] = []
        """What pages said to the reception."""
        self._desks: set[web.WebSocketResponse] = set()
        self._moved = asyncio.Condition()
        self._peers: list[RTCPeerConnection] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._sockets: set[web.WebSocketResponse] = set()

    async def tell(self, upto: int | None = None) -> None:
        """Tell the story up to this seq; all of it without one."""
        async with self._moved:
            self.told = len(self.envelopes) if upto is None else upto
            self._moved.notify_all()

    async def caption(self, **caption: Any) -> None:
        """Tell what is being said, beside the story."""
        async with self._moved:
            self.captions.append({"v": 1, "call": self.call_id, "caption": caption})
            self._moved.notify_all()

    async def draft(self, **draft: Any) -> None:
        """Tell of a tip that is being written, beside the story."""
        async with self._moved:
            self.captions.append({"v": 1, "call": self.call_id, "draft": draft})
            self._moved.notify_all()

    async def cut(self) -> None:
        """The line to every browser dies."""
        peers, self._peers = self._peers, []
        for peer in peers:
            await peer.close()

    async def cut_sockets(self) -> None:
        self.sockets_open = False
        for socket in list(self._sockets):
            await socket.close()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Stage"]:
        application = web.Application(middlewares=[self._noticing])
        application.router.add_get("/", self._page("index.html"))
        application.router.add_get("/demo/twilio-technician", self._page("technician.html"))
        application.router.add_get("/docs", self._page("docs/swagger.html", loose=True))
        application.router.add_get("/redoc", self._page("docs/redoc.html", loose=True))
        application.router.add_get("/static/{path:.+}", self._static)
        application.router.add_get("/health", self._health)
        application.router.add_get("/rtc/config", self._config)
        application.router.add_post("/rtc/offer", self._offer)
        application.router.add_delete("/rtc/{leg_id}", self._nothing)
        application.router.add_post("/calls/start", self._start)
        application.router.add_post("/calls/{id}/end", self._end)
        application.router.add_post("/calls/{id}/token", self._fresh_token)
        application.router.add_get("/calls/{id}/state", self._state)
        application.router.add_get("/calls/{id}/events", self._events)
        application.router.add_get("/calls", self._calls)
        application.router.add_post("/calls/{id}/legs/{leg_id}/hold", self._ordered)
        application.router.add_post("/calls/{id}/legs/{leg_id}/keys", self._ordered)
        application.router.add_post("/calls/{id}/hand-over", self._ordered)
        application.router.add_post("/calls/{id}/recording", self._ordered)
        application.router.add_get("/calls/{id}/recording", self._sound)
        application.router.add_get("/calls/{id}/transcript", self._transcript)
        application.router.add_get("/reception", self._reception)
        application.router.add_post("/resume/{id}", self._summary)
        application.router.add_post("/summary/{id}", self._summary)
        application.router.add_post("/twilio/initiate-call", self._dial)
        application.router.add_post("/twilio/end-call", self._end)
        application.router.add_get("/demo/get-session-suggestions", self._suggestions)
        application.router.add_get("/openapi.json", self._openapi)
        runner = web.AppRunner(application)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.address = f"http://localhost:{runner.addresses[0][1]}"
            yield self
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self.cut()
            await self.cut_sockets()
            await runner.cleanup()

    async def until(self, seen: Callable[[], object]) -> None:
        """Wait for something to come in through a door."""
        async with asyncio.timeout(10), self._moved:
            await self._moved.wait_for(seen)

    async def _notice(self) -> None:
        async with self._moved:
            self._moved.notify_all()

    @web.middleware
    async def _noticing(self, request: web.Request, handler: Any) -> web.StreamResponse:
        answer: web.StreamResponse = await handler(request)
        await self._notice()
        return answer

    # pages

    def _page(self, name: str, *, loose: bool = False) -> Any:
        async def show(request: web.Request) -> web.StreamResponse:
            return self._file(name, loose=loose)

        return show

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return self._file(request.match_info["path"])

    def _file(self, name: str, *, loose: bool = False) -> web.StreamResponse:
        path = ROOT / "web" / name
        if not path.is_file():
            raise web.HTTPNotFound
        headers = dict(HEADERS)
        if loose:
            headers["Content-Security-Policy"] += "; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:"
        return web.FileResponse(path, headers={**headers, "Content-Type": TYPES[path.suffix]})

    # doors

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response(
            {"status": "ready", "version": "0", "live_calls": 0, "engines": ENGINES, "missing": []}
        )

    async def _start(self, request: web.Request) -> web.Response:
        if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
            status = 403 if "Authorization" in request.headers else 401
            return web.json_response(
                {"success": False, "error": {"code": "not_allowed", "message": "key"}}, status=status
            )
        self.bodies.append((request.path, await request.json()))
        started = {"success": True, "session_id": self.call_id, "warnings": []}
        return web.json_response({**started, "token": self.token, "token_seconds": 3600})

    async def _fresh_token(self, request: web.Request) -> web.Response:
        return web.json_response({"session_id": self.call_id, "token": self.token, "token_seconds": 3600})

    async def _config(self, request: web.Request) -> web.Response:
        return web.json_response({"iceServers": []})

    async def _offer(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append((request.path, body))
        if self.deaf_to_offers:
            error = {"code": "engine_unavailable", "message": "not now"}
            return web.json_response({"success": False, "error": error}, status=503)
        assert request.headers["Authorization"] == f"Bearer {self.token}"
        peer = RTCPeerConnection()
        self._peers.append(peer)
        sink = MediaBlackhole()

        @peer.on("datachannel")
        def on_channel(channel: RTCDataChannel) -> None:
            channel.on("message", lambda text: self.upward.append(json.loads(text)))
            self._go(self._down_channel(channel))

        @peer.on("track")
        def on_track(track: Any) -> None:
            sink.addTrack(track)
            self._go(sink.start())

        await peer.setRemoteDescription(RTCSessionDescription(sdp=body["sdp"], type=body["type"]))
        peer.addTrack(AudioStreamTrack())
        await peer.setLocalDescription(await peer.createAnswer())
        answer = peer.localDescription
        return web.json_response({"leg_id": self.leg_id, "sdp": answer.sdp, "type": answer.type})

    async def _down_channel(self, channel: RTCDataChannel) -> None:
        async for text in self._follow(0):
            if channel.readyState != "open":
                return
            channel.send(text)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if not self.sockets_open or request.query.get("token") != self.token:
            raise web.HTTPForbidden
        after = int(request.query["after"])
        self.cursors.append(after)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        feeding = self._go(self._down_socket(socket, after))
        async for message in socket:
            self.upward.append(json.loads(message.data))
        feeding.cancel()
        self._sockets.discard(socket)
        return socket

    async def _down_socket(self, socket: web.WebSocketResponse, after: int) -> None:
        async for text in self._follow(after):
            await socket.send_str(text)

    async def _follow(self, after: int) -> AsyncIterator[str]:
        cursor, shown = after, 0
        while True:
            async with self._moved:
                while self.told <= cursor and shown == len(self.captions):
                    await self._moved.wait()
                upto = max(self.told, cursor)
            told = [*self.envelopes[cursor:upto], *self.captions[shown:]]
            cursor, shown = upto, len(self.captions)
            for message in told:
                yield json.dumps(message, ensure_ascii=False)

    async def _end(self, request: web.Request) -> web.Response:
        self.bodies.append((request.path, await request.json() if request.can_read_body else {}))
        await self.tell()
        speakers = {
            "TECH001": {"segment_count": 4, "speaker_role": "technician", "role": "technician"},
            "agent-1": {"segment_count": 2, "speaker_role": "support_agent", "role": "support_agent"},
        }
        stats = {"total_segments": 6, "speakers": speakers}
        return web.json_response(
            {"success": True, "session_id": self.call_id, "status": "ended", "duration": 40.6, "session_stats": stats}
        )

    async def _state(self, request: web.Request) -> web.Response:
        legs = [
            {"leg_id": leg_id, "speaker_role": "customer", "speaker_name": "Mme Bernard", "quality": quality}
            for leg_id, quality in self.qualities.items()
        ]
        return web.json_response({"session_id": self.call_id, "status": "active", "recording": "off", "legs": legs})

    async def _calls(self, request: web.Request) -> web.Response:
        if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
            error = {"code": "not_allowed", "message": "key"}
            status = 403 if "Authorization" in request.headers else 401
            return web.json_response({"success": False, "error": error}, status=status)
        return web.json_response({"calls": []})

    async def _ordered(self, request: web.Request) -> web.Response:
        """An order to a call: taken down, and done unless the test has it refused."""
        body = await request.json()
        self.bodies.append((request.path, body))
        refused = self.refusals.get(request.path.rsplit("/", 1)[-1])
        if refused is not None:
            status, code, message = refused
            return web.json_response({"success": False, "error": {"code": code, "message": message}}, status=status)
        return web.json_response({"success": True, **body})

    async def _sound(self, request: web.Request) -> web.Response:
        """A second of silence, to whoever has the call's token."""
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise web.HTTPForbidden
        sound = io.BytesIO()
        with wave.open(sound, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(bytes(16_000))
        return web.Response(body=sound.getvalue(), content_type="audio/wav")

    async def _transcript(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == f"Bearer {self.token}"
        return web.Response(text=f"transcript as {request.query['format']}")

    async def _reception(self, request: web.Request) -> web.StreamResponse:
        self.waiting.append(dict(request.query))
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._desks.add(socket)
        await self._notice()
        self._sockets.add(socket)
        async for message in socket:
            said = json.loads(message.data)
            self.reception_said.append(said)
            await self._notice()
            if said["type"] == "accept":
                await socket.send_json(
                    {
                        "type": "accepted",
                        "call": self.call_id,
                        "token": self.token,
                        "token_seconds": 3600,
                        "playbook": self.envelopes[0]["data"]["playbook"],
                        "language": "fr",
                    }
                )
        self._desks.discard(socket)
        self._sockets.discard(socket)
        return socket

    async def say_at_reception(self, message: dict[str, Any]) -> None:
        """To every page that waits."""
        for socket in list(self._desks):
            await socket.send_json(message)

    async def ring(self, *, seconds: float = 30, note: str = "") -> None:
        playbook = self.envelopes[0]["data"]["playbook"]
        about = {"playbook": playbook, "language": "fr", "from": "+33 …89", "note": note, "seconds": seconds}
        await self.say_at_reception({"type": "ring", "call": self.call_id, **about})

    async def close_reception(self) -> None:
        for socket in list(self._desks):
            await socket.close()

    async def _summary(self, request: web.Request) -> web.Response:
        lost = "Enregistrements perdus <b>deux fois par mois</b>"
        text = f"## Besoin\n- {lost}\n- Prochaine étape : **devis**"
        claims = [{"section": "needs", "text": lost, "quote": "…", "utterance_id": "c2", "at": 7.0}]
        return web.json_response({"success": True, "session_id": self.call_id, "summary": text, "claims": claims})

    async def _dial(self, request: web.Request) -> web.Response:
        self.bodies.append((request.path, await request.json()))
        return web.json_response(
            {"success": True, "call_sid": "CA-sim-1", "session_id": self.call_id, "status": "initiated"}
        )

    async def _suggestions(self, request: web.Request) -> web.Response:
        given = [
            {"id": insight["id"], "type": insight["type"], "content": insight["content"], "title": insight["title"]}
            for envelope in self.envelopes[: self.told]
            if envelope["type"] == "insight_given"
            for insight in [envelope["data"]["insight"]]
        ]
        return web.json_response({"suggestions": given})

    async def _openapi(self, request: web.Request) -> web.Response:
        document = {
            "openapi": "3.1.0",
            "info": {"title": "KITT RTC", "version": "0"},
            "paths": {"/health": {"get": {"summary": "Health", "responses": {"200": {"description": "ready"}}}}},
        }
        return web.json_response(document)

    async def _nothing(self, request: web.Request) -> web.Response:
        return web.Response(status=204)

    def _go(self, work: Any) -> "asyncio.Task[None]":
        task = asyncio.ensure_future(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _quietly(work: Any) -> None:
    with suppress(ConnectionError):
        await work
