"""A WebSocket of the server as the plain text wire that a telephone line speaks over."""

from aiohttp import ClientError, WSCloseCode, WSMsgType, web

_LARGEST_MESSAGE = 4 * 1024 * 1024
"""More than any message that is merely skipped; beyond it the socket is closed."""
_CLOSE_SECONDS = 1.0
_REASON_BYTES = 120
"""A closing frame has room for 123."""


class MediaSocket:
    """Fits `transports.twilio.opening.Socket`."""

    def __init__(self) -> None:
        self.response = web.WebSocketResponse(
            max_msg_size=_LARGEST_MESSAGE, timeout=_CLOSE_SECONDS, compress=False, autoping=True
        )

    async def prepare(self, request: web.Request) -> None:
        """Answer the handshake."""
        await self.response.prepare(request)

    async def receive(self) -> str | None:
        try:
            message = await self.response.receive()
        except ConnectionError:
            return None  # gone while its ping was being answered
        if message.type is WSMsgType.TEXT:
            return str(message.data)
        if message.type is WSMsgType.BINARY:
            return ""  # not of this protocol: counted as unreadable
        return None

    async def send(self, text: str) -> None:
        try:
            await self.response.send_str(text)
        except (ClientError, RuntimeError) as error:
            raise ConnectionResetError("the far end has closed") from error

    async def close(self, reason: str) -> None:
        await self.response.close(code=WSCloseCode.OK, message=reason.encode()[:_REASON_BYTES])
