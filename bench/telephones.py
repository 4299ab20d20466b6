"""A telephone network for measurements: many calls over real sockets, in real time, from one thread.

It does what the network does, no more: asks `/twilio/voice` what to do with a call, opens the stream it is told of with
a signed handshake, says `connected` and `start`, then a frame every twenty milliseconds, each call at a moment of its
own, and `stop`. What the house sends is left unread.
"""

import base64
import http.client
import os
import secrets
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

import numpy as np

from bench.speech import breaths
from kitt_rtc.api.signature import HEADER, signature
from kitt_rtc.media import g711
from kitt_rtc.media.resample import Resampler
from kitt_rtc.model.audio import FRAME_SECONDS, RATE

WIRE_FRAME = 160
_LEAST_PAUSE = 50
"""Frames."""
_LINE_NOISE = 8.0
"""RMS in 16-bit units: a telephone is never quite silent."""


def utterances() -> list[bytes]:
    """What people say in one breath, as mu-law in whole frames."""
    return [_wire(pcm) for pcm in breaths()]


def _wire(pcm: bytes) -> bytes:
    resampler = Resampler(rate=RATE, to_rate=8_000)
    ulaw = g711.to_ulaw(resampler.feed(pcm) + resampler.flush())
    return ulaw[: len(ulaw) - len(ulaw) % WIRE_FRAME]


class Speech:
    """What one caller says for ever: an utterance, then silence of the same length."""

    def __init__(self, said: Sequence[bytes], *, seed: int) -> None:
        self.begun = 0
        """Utterances; each is said to its end."""
        self.ending = False
        """No new utterance is begun."""
        self._said = said
        self._turn = np.random.default_rng(seed)
        self._frames = self._talk()

    def next(self) -> bytes:
        """Twenty milliseconds, base64."""
        return next(self._frames)

    def _talk(self) -> Iterator[bytes]:
        yield from self._silence(int(self._turn.integers(25, 150)))
        while not self.ending:
            self.begun += 1
            ulaw = self._said[self._turn.integers(len(self._said))]
            for at in range(0, len(ulaw), WIRE_FRAME):
                yield base64.b64encode(ulaw[at : at + WIRE_FRAME])
            yield from self._silence(max(len(ulaw) // WIRE_FRAME, _LEAST_PAUSE))
        while True:
            yield from self._silence(_LEAST_PAUSE)

    def _silence(self, frames: int) -> Iterator[bytes]:
        noise = self._turn.standard_normal(WIRE_FRAME * 16) * _LINE_NOISE
        ulaw = g711.to_ulaw(noise.astype("<i2").tobytes())
        pieces = [base64.b64encode(ulaw[at : at + WIRE_FRAME]) for at in range(0, len(ulaw), WIRE_FRAME)]
        for number in range(frames):
            yield pieces[number % len(pieces)]


class Telephone:
    """One call."""

    def __init__(self, address: str, token: str, speech: Speech) -> None:
        """Rings, and opens the stream. Raises OSError, RuntimeError."""
        self.speech = speech
        self.call_sid = "CA" + secrets.token_hex(16)
        self._stream = b"MZ" + secrets.token_hex(16).encode()
        self._chunk = 0
        url, parameters = ring(address, token, self.call_sid)
        self._socket = _open(url, token)
        self._send(b'{"event":"connected","protocol":"Call","version":"1.0.0"}')
        shown = ",".join(f'"{name}":"{value}"' for name, value in parameters.items())
        self._send(
            b'{"event":"start","sequenceNumber":"1","streamSid":"%b","start":{"streamSid":"%b","callSid":"%b",'
            b'"accountSid":"AC0","tracks":["inbound"],"customParameters":{%b}}}'
            % (self._stream, self._stream, self.call_sid.encode(), shown.encode())
        )

    def say(self) -> None:
        """The next twenty milliseconds."""
        chunk = self._chunk = self._chunk + 1
        self._send(
            b'{"event":"media","sequenceNumber":"%d","media":{"track":"inbound","chunk":"%d","timestamp":"%d",'
            b'"payload":"%b"},"streamSid":"%b"}'
            % (chunk + 1, chunk, (chunk - 1) * 20, self.speech.next(), self._stream)
        )

    def hang_up(self) -> None:
        self._send(b'{"event":"stop","streamSid":"%b"}' % self._stream)
        self._socket.close()

    def _send(self, text: bytes) -> None:
        """One masked text frame; the mask of zeros costs the receiver what any mask costs."""
        head = struct.pack("!BBI", 0x81, 0x80 | len(text), 0) if len(text) < 126 else b""
        self._socket.sendall((head or struct.pack("!BBHI", 0x81, 0xFE, len(text), 0)) + text)


def talk(telephones: Sequence[Telephone], seconds: float, lateness: list[float]) -> None:
    """So many seconds of all calls, in real time; how late each frame left, in seconds, is added to `lateness`."""
    began = time.perf_counter()
    for frame in range(round(seconds / FRAME_SECONDS)):
        for number, telephone in enumerate(telephones):
            due = began + (frame + number / len(telephones)) * FRAME_SECONDS
            if (wait := due - time.perf_counter()) > 0:
                time.sleep(wait)
            telephone.say()
            lateness.append(max(0.0, time.perf_counter() - due))


def ring(address: str, token: str, call_sid: str) -> tuple[str, dict[str, str]]:
    """What the house says to do with a call: the stream's address and parameters."""
    form = {"CallSid": call_sid, "CallStatus": "in-progress", "From": "+33199000001", "To": "+33199000002"}
    signed = signature(token, f"{address}/twilio/voice", list(form.items()))
    answer = _post(address, "/twilio/voice", form, {HEADER: signed})
    stream = ElementTree.fromstring(answer).find("./Connect/Stream")
    if stream is None:
        raise RuntimeError(f"the call was declined: {answer}")
    return stream.attrib["url"], {child.attrib["name"]: child.attrib["value"] for child in stream}


def _post(address: str, path: str, form: dict[str, str], headers: dict[str, str]) -> str:
    house = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        house.request("POST", path, urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"} | headers)
        return house.getresponse().read().decode()
    finally:
        house.close()


def _open(url: str, token: str) -> socket.socket:
    parts = urlsplit(url)
    wire = socket.create_connection((parts.hostname, parts.port), timeout=30)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    head = (
        f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
        f"{HEADER}: {signature(token, url)}\r\n\r\n"
    )
    wire.sendall(head.encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        piece = wire.recv(4_096)
        if not piece:
            break
        answer += piece
    if not answer.startswith(b"HTTP/1.1 101"):
        raise RuntimeError(f"the handshake was refused: {answer[:200]!r}")
    return wire
