"""The product as people run it: `python -m kitt_rtc` in a process of its own, in a folder that the test owns."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiohttp import ClientSession

from kitt_rtc.settings import Settings
from tests.support.desk import Desk

ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 60.0
"""For a process to be ready, or to come to its end, on a busy machine."""
_READY = "KITT RTC is at "


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that came to its end."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> str:
        return self.out + self.err


@dataclass
class Server:
    """A server in a process of its own."""

    address: str
    folder: Path
    process: Process
    desk: Desk

    @property
    def log(self) -> str:
        """What it has told on stderr."""
        return (self.folder / "server.log").read_text("utf-8")

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    async def gone(self) -> int:
        """Wait for its end; the exit code."""
        async with asyncio.timeout(_SECONDS):
            return await self.process.wait()


def environment(**settings: object) -> dict[str, str]:
    """This machine's environment without anything the product reads, and these settings."""
    ours = {name.upper() for name in Settings.model_fields}
    plain = {name: value for name, value in os.environ.items() if name.upper() not in ours}
    return plain | {"PYTHONPATH": str(ROOT)} | {name.upper(): str(value) for name, value in settings.items()}


def free_port() -> int:
    """A TCP port nobody listens on, for a server whose address must be known before it starts."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


async def run(
    folder: Path, *arguments: str, seconds: float = _SECONDS, cores: set[int] | None = None, **settings: object
) -> Finished:
    """One command of the product, to its end, in this folder; on these processor cores alone where they are given."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "kitt_rtc", *arguments,
        cwd=folder, env=environment(**settings), stdin=DEVNULL, stdout=PIPE, stderr=PIPE,
        preexec_fn=partial(os.sched_setaffinity, 0, cores) if cores else None,
    )  # fmt: skip
    try:
        async with asyncio.timeout(seconds):
            out, err = await process.communicate()
    except BaseException:
        process.kill()
        await process.communicate()
        raise
    return Finished(process.returncode or 0, out.decode(), err.decode())


@asynccontextmanager
async def serving(folder: Path, **settings: object) -> AsyncIterator[Server]:
    """A server on a free port of this machine, its data in this folder; told to stop afterwards if it still runs.

    Words alone decide in it unless `engine_embedder` is given: learning the sheets by meaning takes every new process
    ten seconds of a processor that the call of the test wants too.
    """
    settings = {"port": 0, "engine_embedder": "lexicon", **settings}
    with (folder / "server.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "kitt_rtc", "serve",
            cwd=folder, env=environment(**settings), stdin=DEVNULL, stdout=PIPE, stderr=log,
        )  # fmt: skip
    try:
        address = await _address(process, folder)
        headers = {"Authorization": f"Bearer {settings['kitt_api_key']}"} if "kitt_api_key" in settings else {}
        async with ClientSession(address, headers=headers) as client:
            yield Server(address, folder, process, Desk(client))
    finally:
        await _stop(process)


async def _address(process: Process, folder: Path) -> str:
    """Where it listens; it says so once it does."""
    assert process.stdout is not None
    async with asyncio.timeout(_SECONDS):
        while line := (await process.stdout.readline()).decode():
            if line.startswith(_READY):
                return line.removeprefix(_READY).split()[0]
    raise AssertionError(f"the server did not start:\n{(folder / 'server.log').read_text('utf-8')}")


async def _stop(process: Process) -> None:
    """SIGINT ends calls at once. Whoever does not go is killed."""
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
    try:
        async with asyncio.timeout(_SECONDS):
            await process.communicate()
    except TimeoutError:
        process.kill()
        await process.communicate()
        raise
