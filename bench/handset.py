"""A telephone that speaks and listens: one media stream of the network, by aiohttp, in real time.

It sends what its mouth says every twenty milliseconds and hands over what it hears the moment it comes.
"""

import asyncio
import base64
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from bench.telephones import ring
from kitt_rtc.api.signature import HEADER, signature
from kitt_rtc.model.audio import FRAME_SECONDS


@asynccontextmanager
async def handset(
    client: ClientSession, address: str, token: str, *, mouth: Callable[[], bytes], ear: Callable[[bytes], None]
) -> AsyncIterator[str]:
    """Rings the house and talks until left; gives the call's id. Mouth and ear are of mu-law at 8 kHz."""
    call_sid, stream_sid = "CA" + secrets.token_hex(16), "MZ" + secrets.token_hex(16)
    url, parameters = await asyncio.to_thread(ring, address, token, call_sid)
    async with client.ws_connect(url, headers={HEADER: signature(token, url)}) as socket:
        await socket.send_json({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        start = {
            "streamSid": stream_sid, "callSid": call_sid, "accountSid": "AC0", "tracks": ["inbound"],
            "customParameters": parameters,
        }  # fmt: skip
        await socket.send_json({"event": "start", "sequenceNumber": "1", "streamSid": stream_sid, "start": start})
        async with asyncio.TaskGroup() as group:
            halves = [group.create_task(_speak(socket, stream_sid, mouth)), group.create_task(_listen(socket, ear))]
            yield parameters["session_id"]
            for half in halves:
                half.cancel()
        await socket.send_json({"event": "stop", "streamSid": stream_sid})


async def _speak(socket: ClientWebSocketResponse, stream_sid: str, mouth: Callable[[], bytes]) -> None:
    clock = asyncio.get_running_loop().time
    began, chunk = clock(), 0
    while True:
        await asyncio.sleep(began + chunk * FRAME_SECONDS - clock())
        media = {
            "track": "inbound", "chunk": str(chunk + 1), "timestamp": str(chunk * 20),
            "payload": base64.b64encode(mouth()).decode(),
        }  # fmt: skip
        await socket.send_json(
            {"event": "media", "sequenceNumber": str(chunk + 2), "media": media, "streamSid": stream_sid}
        )
        chunk += 1


async def _listen(socket: ClientWebSocketResponse, ear: Callable[[bytes], None]) -> None:
    async for message in socket:
        if message.type is WSMsgType.TEXT and (told := json.loads(message.data))["event"] == "media":
            ear(base64.b64decode(told["media"]["payload"]))
