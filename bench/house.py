"""The server under measurement, in a process of its own: the whole house, with a transcriber that writes nothing.

Says where it listens on its first line; then answers each line of its input with a line of figures: `hold`, `begin`,
`end`. The telephone network is a stand-in that is never asked for anything, so that nothing but calls is counted.
"""

import asyncio
import gc
import json
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from bench.gauges import Holdings, Stopwatch
from kitt_rtc import logbook
from kitt_rtc.app import listening, open_house
from kitt_rtc.ports import DialOrder, DialReceipt, Transcription
from kitt_rtc.settings import Settings
from kitt_rtc.toolbox import Toolbox, open_toolbox


class Server:
    """The house in its process, and what it says of itself."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.address = self._line()

    def ask(self, what: str) -> Any:
        """`hold`: what it holds now; `begin` and `end`: what it used between them. Each tells the utterances heard."""
        assert self._process.stdin is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        return json.loads(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            raise RuntimeError("the server is gone")
        return line


@contextmanager
def server() -> Iterator[Server]:
    command = [sys.executable, "-m", "bench.house"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Server(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(30)


# The process itself.

TOKEN = "bench"
"""Signs the telephone network's requests."""
MAX_CALLS = 2_000


@dataclass(slots=True)
class Ear:
    """A transcriber that counts what it is given. Fits `ports.Transcriber`."""

    heard: int = 0
    languages = None

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        self.heard += 1
        return Transcription("", language)


class Network:
    """A telephone network that says that all is well. Fits `ports.Telephony`."""

    simulated = True

    async def dial(self, order: DialOrder) -> DialReceipt:
        raise NotImplementedError

    async def hang_up(self, call_sid: str) -> str:
        return "completed"

    async def status(self, call_sid: str) -> str:
        return "in-progress"


def settings(folder: str) -> Settings:
    return Settings.load(
        host="127.0.0.1",
        port=0,
        data_folder=folder,
        engine_transcriber="none",
        engine_model="none",
        engine_voice="none",
        twilio_auth_token=TOKEN,
        max_calls=MAX_CALLS,
        max_connections=2 * MAX_CALLS,
        log_level="ERROR",
    )


async def serve(folder: str) -> None:
    ear = Ear()

    @asynccontextmanager
    async def engines(chosen: Settings) -> AsyncIterator[Toolbox]:
        async with open_toolbox(chosen) as toolbox:
            yield replace(toolbox, transcriber=ear, telephony=Network())

    async with open_house(settings(folder), engines=engines) as house, listening(house) as address:
        await house.filled.wait()
        gc.freeze()  # as `serve` does
        print(address, flush=True)
        await _obey(ear)


async def _obey(ear: Ear) -> None:
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    watch, watching = Stopwatch(), None
    while line := (await lines.readline()).decode().strip():
        figures: dict[str, Any] = {"heard": ear.heard}
        match line:
            case "hold":
                gc.collect()
                figures |= asdict(Holdings.now())
            case "begin":
                watch = Stopwatch()
                watching = asyncio.create_task(watch.run())
            case "end":
                figures |= watch.read()
                assert watching is not None
                watching.cancel()
        print(json.dumps(figures), flush=True)


def main() -> None:
    logbook.configure(level="ERROR")
    try:
        import uvloop  # noqa: PLC0415 - an extra
    except ImportError:
        factory = None
    else:
        factory = uvloop.new_event_loop
    with tempfile.TemporaryDirectory(prefix="kitt-bench-") as folder, asyncio.Runner(loop_factory=factory) as runner:
        runner.run(serve(folder))


if __name__ == "__main__":
    main()
