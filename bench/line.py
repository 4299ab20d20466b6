"""What one telephone frame costs, from the text on the socket to the track: `python -m bench.line`."""

import asyncio
import base64
import json
import time

from kitt_rtc.model.audio import AudioFrame
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.transports.twilio.line import Line
from kitt_rtc.transports.twilio.messages import StartDetails
from kitt_rtc.transports.twilio.opening import Opening

FRAMES = 20_000
ROUNDS = 3
STREAM = "MZ18ad3ab5a668481ce02b83e7395059f0"


class _Tape:
    """A socket that has everything at once and then closes."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = iter(texts)

    async def receive(self) -> str | None:
        return next(self._texts, None)

    async def send(self, text: str) -> None:
        raise ConnectionResetError

    async def close(self, reason: str) -> None:
        pass


class _Count:
    """A listener that only counts."""

    def __init__(self) -> None:
        self.frames = 0

    def offer(self, frame: AudioFrame) -> None:
        self.frames += 1

    def end(self) -> None:
        pass


def _tape() -> list[str]:
    payload = base64.b64encode(bytes(range(160))).decode()
    return [
        json.dumps(
            {
                "event": "media",
                "sequenceNumber": str(chunk + 1),
                "media": {
                    "track": "inbound",
                    "chunk": str(chunk),
                    "timestamp": str((chunk - 1) * 20),
                    "payload": payload,
                },
                "streamSid": STREAM,
            }
        )
        for chunk in range(1, FRAMES + 1)
    ]


async def _round(texts: list[str]) -> tuple[float, int]:
    opening = Opening(StartDetails(STREAM, "CA1"))
    speaker = Speaker("TECH001", Role.TECHNICIAN)
    line = Line(_Tape(texts), opening, leg_id="bench", speaker=speaker, clock=time.monotonic)
    listener = _Count()
    line.microphone.attach(listener)
    began = time.process_time()
    await line.run()
    return (time.process_time() - began) / FRAMES * 1e6, listener.frames


def main() -> None:
    texts = _tape()
    costs = []
    for _ in range(ROUNDS):
        cost, heard = asyncio.run(_round(texts))
        costs.append(cost)
        assert heard >= FRAMES - 1, f"{heard} frames of {FRAMES} reached the track"
    print(f"telephone, text to track: {min(costs):.1f} µs a frame (best of {ROUNDS}, {FRAMES} frames)")
    print(f"one core carries {20_000 / min(costs):.0f} telephones that only listen")


if __name__ == "__main__":
    main()
