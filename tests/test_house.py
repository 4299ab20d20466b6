"""Whole houses in one process: side by side, and gone without a trace."""

import asyncio
import threading
from pathlib import Path

import pytest

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.model.facts import InsightGiven
from tests.fakes.browser import nothing_left
from tests.fakes.whole_house import open_whole_house, settings


async def test_two_houses_stand_side_by_side_and_know_nothing_of_each_other(tmp_path: Path):
    async with (
        open_whole_house(settings(tmp_path / "one", max_calls=1)) as one,
        open_whole_house(settings(tmp_path / "two", language="fr")) as two,
    ):
        assert one.address != two.address
        call_id = await one.start()
        one.say(call_id, "It is too expensive.")
        await one.until(call_id, InsightGiven)
        assert (await two.client.get(f"/calls/{call_id}/state")).status == 404
        assert (await one.client.post("/calls/start", json={})).status == 503
        other = await two.start()
        assert (await (await two.client.get(f"/calls/{other}/state")).json())["language"] == "fr"
        given = 'kitt_insights_total{outcome="given",type="coaching"} 1.0'
        assert given in await (await one.client.get("/metrics")).text()
        assert given not in await (await two.client.get("/metrics")).text()
    assert (tmp_path / "one" / "kitt.sqlite").is_file()
    assert (tmp_path / "two" / "kitt.sqlite").is_file()


async def test_a_house_that_closes_leaves_no_task_no_socket_and_no_thread(tmp_path: Path):
    async with open_whole_house(settings(tmp_path / "warm")):
        """What libraries keep for the life of a process is there now."""
    threads = threading.active_count()
    async with nothing_left(), open_whole_house(settings(tmp_path / "measured")) as house:
        call_id = await house.start(playbook="support")
        order = {"phone_number": "+33199001234", "session_id": call_id}
        assert (await house.client.post("/twilio/initiate-call", json=order)).status == 200
        await house.house.filled.wait()
    await asyncio.get_running_loop().shutdown_default_executor()
    assert threading.active_count() <= threads


async def test_a_house_on_a_port_that_is_taken_does_not_open_and_leaves_nothing(tmp_path: Path):
    async with open_whole_house(settings(tmp_path / "first")) as first:
        port = int(first.address.rpartition(":")[2])
        async with nothing_left():
            with pytest.raises(OSError, match="in use"):
                async with open_whole_house(settings(tmp_path / "second", port=port)):
                    raise AssertionError("it opened")
        assert (await first.client.get("/health")).status in {200, 503}


async def test_a_house_of_unknown_engines_leaves_nothing(tmp_path: Path):
    async with nothing_left():
        with pytest.raises(SettingsError, match="ENGINE_MODEL"):
            async with open_whole_house(settings(tmp_path, engine_model="parrot")):
                raise AssertionError("it opened")


async def test_E08_health_tells_every_port_and_what_is_missing(tmp_path: Path):
    async with open_whole_house(settings(tmp_path)) as house:
        await house.house.filled.wait()
        async with house.client.get("/health") as answer:
            told = await answer.json()
            assert answer.status == 503
        assert told["status"] == "not_ready"
        assert [line.partition(":")[0] for line in told["missing"]] == ["transcriber"]
        ports = {engine["port"] for engine in told["engines"]}
        assert ports == {
            "detector", "echo", "embedder", "knowledge", "model", "playbook", "store", "telephone", "transcriber",
            "voice", "voices",
        }  # fmt: skip
        knowledge = await house.engine("knowledge")
        assert knowledge["readiness"] == "ready"
        assert "passages" in knowledge["engine"]


@pytest.mark.engines
async def test_E08_health_is_ready_with_the_embedded_engines_and_tells_the_limit_of_french(tmp_path: Path):
    async with open_whole_house(settings(tmp_path, engine_transcriber="auto")) as house:
        async with house.client.get("/health") as answer:
            told = await answer.json()
            assert (answer.status, told["status"], told["missing"]) == (200, "ready", [])
        transcriber = await house.engine("transcriber")
        assert transcriber["readiness"] == "limited"
        assert transcriber["limits"].startswith("Hears English only. French needs")


async def test_knowledge_that_is_away_is_told_and_calls_go_on(tmp_path: Path):
    away = settings(tmp_path, qdrant_url="http://127.0.0.1:9")
    async with open_whole_house(away) as house:
        call_id = await house.start(playbook="coaching")
        house.say(call_id, "It is too expensive.")
        await house.until(call_id, InsightGiven)
        await house.house.filled.wait()
        knowledge = await house.engine("knowledge")
        assert knowledge["readiness"] == "limited"
        assert knowledge["limits"]
