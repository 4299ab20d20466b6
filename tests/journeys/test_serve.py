"""`kitt-rtc serve` as a process: how it starts, where it listens, what it refuses, how it leaves."""

import asyncio
import shlex
import signal
import sys
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientSession

from kitt_rtc.engines.booth_call import Pace
from kitt_rtc.engines.booth_caller import CallerScript
from kitt_rtc.engines.phonebooth import BoothOptions, PhoneBooth
from kitt_rtc.engines.sqlite import SqliteStore
from kitt_rtc.model.facts import CallEnded, CallResumed, CallStarted, Entry, LegJoined, Trouble
from tests.support.desk import Desk
from tests.support.server import ROOT, environment, free_port, run, serving

pytestmark = pytest.mark.engines

QUICK = {"engine_transcriber": "none", "engine_voice": "none"}
SECRETS = {
    "kitt_api_key": "key-of-the-house-8f3a",
    "openai_api_key": "sk-very-secret-1b7c",
    "twilio_auth_token": "token-of-the-network-55d0",
    "qdrant_api_key": "key-of-the-base-90aa",
    "turn_secret": "secret-of-the-relay-17ee",
}


async def refusing(address: str) -> bool:
    try:
        async with ClientSession() as client, client.get(f"{address}/health"):
            return False
    except ClientConnectionError:
        return True


async def draining(desk: Desk) -> tuple[int, int]:
    """Until the server says that it is leaving; with which status, and when to come again in seconds."""
    async with asyncio.timeout(10):
        while True:
            async with desk.client.get("/health") as answer:
                told = await answer.json()
                if "calls: the server is shutting down" in told["missing"]:
                    return answer.status, int(answer.headers["Retry-After"])
            await asyncio.sleep(0.02)


async def test_E11_without_a_key_only_this_machine_is_served_and_SIGINT_ends_calls_at_once(tmp_path: Path) -> None:
    port = free_port()
    async with serving(tmp_path, port=port, shutdown_seconds=600, **QUICK) as server:
        assert server.address == f"http://127.0.0.1:{port}"
        assert await refusing(f"http://127.0.0.2:{port}")
        call_id = (await server.desk.post("/calls/start"))["session_id"]
        async with server.desk.following(call_id) as story:
            server.send(signal.SIGINT)
            assert (await story.until(CallEnded)).reason == "shutdown"
        assert await server.gone() == 0
        assert "Traceback" not in server.log


async def test_E11_with_a_key_every_address_is_served_and_no_secret_is_told(tmp_path: Path) -> None:
    async with serving(tmp_path, log_level="DEBUG", **QUICK, **SECRETS) as server:
        port = server.address.rpartition(":")[2]
        async with ClientSession(f"http://127.0.0.2:{port}") as stranger:
            assert (await stranger.get("/health")).status in {200, 503}
            assert (await stranger.post("/calls/start", json={})).status == 401
        call_id = (await server.desk.post("/calls/start", {"playbook": "support"}))["session_id"]
        await server.desk.post(f"/calls/{call_id}/end")
        wrong = {"Authorization": "Bearer sk-another-key-77"}
        async with ClientSession(server.address, headers=wrong) as stranger:
            assert (await stranger.post("/calls/start", json={})).status in {401, 403}
        server.send(signal.SIGTERM)
        assert await server.gone() == 0
        assert "call_started" in server.log
        for secret in [*SECRETS.values(), "sk-another-key-77"]:
            assert secret not in server.log


async def test_the_command_of_the_procfile_serves_on_PORT(tmp_path: Path) -> None:
    name, _, command = (ROOT / "Procfile").read_text().partition(":")
    assert (name, command.strip()) == ("web", "python -m kitt_rtc serve")
    assert command.strip() in (ROOT / "docs" / "operations.md").read_text()
    port = free_port()
    _, *arguments = shlex.split(command)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments,
        cwd=tmp_path, env=environment(port=port, **QUICK), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(30):
        assert f"http://127.0.0.1:{port}" in (await process.stdout.readline()).decode()
    process.send_signal(signal.SIGTERM)
    await process.communicate()
    assert process.returncode == 0


async def test_a_dotenv_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LANGUAGE=fr\nMAX_CALLS=1\nENGINE_TRANSCRIBER=parrot\nENGINE_VOICE=none\n")
    async with serving(tmp_path, engine_transcriber="none", port=0) as server:
        assert (await server.desk.post("/calls/start"))["language"] == "fr"
        async with server.desk.client.post("/calls/start", json={}) as answer:
            assert answer.status == 503
            assert "MAX_CALLS" in await answer.text()
    refused = await run(tmp_path, "serve", port=0)
    assert (refused.code, refused.err) == (
        2,
        "kitt-rtc: ENGINE_TRANSCRIBER: must be auto, openai, whisper, moonshine, none\n",
    )


async def test_a_port_or_a_database_that_is_taken_is_told_in_one_line(tmp_path: Path) -> None:
    async with serving(tmp_path, **QUICK) as server:
        port = server.address.rpartition(":")[2]
        same_port, same_data = await asyncio.gather(
            run(tmp_path, "serve", "--port", port, data_folder="another", **QUICK),
            run(tmp_path, "serve", port=0, **QUICK),
        )
        assert (await server.desk.engines())["store"]["readiness"] == "ready"
    assert (same_port.code, same_data.code) == (2, 2)
    last = same_port.err.splitlines()[-1]
    assert last.startswith("kitt-rtc: ")
    assert port in last
    assert "in use" in last
    assert same_data.err.startswith("kitt-rtc: another server owns this database")
    assert "DATABASE_PATH" in same_data.err
    for told in (same_port, same_data):
        assert "Traceback" not in told.told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "eighty"),
        ("twilio_account_sid", "AC-not-a-sid-3344"),
        ("log_level", "LOUD"),
        ("max_buffer_seconds", "-1"),
        ("cors_origins", "*"),
    ],
)
async def test_a_wrong_setting_is_refused_with_its_name(tmp_path: Path, name: str, value: str) -> None:
    told = await run(tmp_path, "serve", **(QUICK | SECRETS | {name: value}))
    assert told.code == 2
    assert told.err.startswith(f"kitt-rtc: {name.upper()}")
    assert len(told.err.splitlines()) == 1
    for secret in SECRETS.values():
        assert secret not in told.told


async def test_SIGTERM_takes_no_new_calls_and_lets_the_live_ones_end(tmp_path: Path) -> None:
    booth_options = BoothOptions(auth_token=SECRETS["twilio_auth_token"], pace=Pace(ring_seconds=0.0))
    async with (
        serving(tmp_path, twilio_auth_token=SECRETS["twilio_auth_token"], **QUICK) as server,
        PhoneBooth(booth_options) as booth,
    ):
        desk = server.desk
        call_id = (await desk.post("/calls/start", {"playbook": "support"}))["session_id"]
        async with desk.following(call_id) as story:
            line = booth.call_in(f"{server.address}/twilio/voice?session_id={call_id}", CallerScript())
            await story.until(LegJoined)
            server.send(signal.SIGTERM)
            status, seconds = await draining(desk)
            assert status == 503
            assert seconds > 0
            async with desk.client.post("/calls/start", json={}) as answer:
                assert answer.status == 503
                assert int(answer.headers["Retry-After"]) > 0
                assert "shutting down" in await answer.text()
            (leg,) = (await desk.get(f"/calls/{call_id}/state"))["legs"]
            assert leg["transport"] == "twilio"
            line.hang_up()
            ended = await story.until(CallEnded)
            assert ended.reason == "everyone_left"
        assert await server.gone() == 0
        assert "Traceback" not in server.log


async def test_SIGTERM_leaves_what_does_not_end_by_itself_to_the_next_process(tmp_path: Path) -> None:
    told: list[Entry] = []
    for number in (1, 2):  # two deploys in a row
        async with serving(tmp_path, shutdown_seconds=0.3, **QUICK) as server:
            call_id = "session_of_the_day"
            if number == 1:
                token = (await server.desk.post("/calls/start", {"session_id": call_id}))["token"]
            async with server.desk.following(call_id, after=len(told)) as story:
                server.send(signal.SIGTERM)
                await story.end()
                assert story.close_code == 1012  # come again
                told += story.entries
            assert await server.gone() == 0
    assert [type(entry.fact) for entry in told] == [CallStarted, Trouble, CallResumed]  # nobody hears here
    async with serving(tmp_path, **QUICK) as server:
        async with ClientSession(server.address, headers={"Authorization": f"Bearer {token}"}) as page:
            state = await (await page.get(f"/calls/{call_id}/state")).json()
        assert state["status"] == "active"  # and the page's old token still opens it
        server.send(signal.SIGINT)  # ends calls
        assert await server.gone() == 0
    async with serving(tmp_path, **QUICK) as server:
        assert (await server.desk.get(f"/calls/{call_id}"))["status"] == "ended"


async def test_SIGTERM_ends_what_does_not_end_by_itself_where_calls_do_not_outlive_it(tmp_path: Path) -> None:
    async with serving(tmp_path, shutdown_seconds=0.3, resume_seconds=0, **QUICK) as server:
        call_id = (await server.desk.post("/calls/start"))["session_id"]
        async with server.desk.following(call_id) as story:
            server.send(signal.SIGTERM)
            ended = await story.until(CallEnded)
            assert ended.reason == "shutdown"
            await story.end()
            assert story.close_code == 1012  # come again
        assert await server.gone() == 0
    store = await SqliteStore.open(tmp_path / "var" / "kitt.sqlite")
    try:
        (row,), _ = await store.calls()
        assert (row.call_id, row.reason) == (call_id, "shutdown")
    finally:
        await store.close()
