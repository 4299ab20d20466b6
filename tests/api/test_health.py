import pytest

from kitt_rtc.ports import Readiness, Standing
from kitt_rtc.settings import Settings
from tests.fakes.doors import STANDINGS, Plan, open_house


async def test_E08_ready_tells_what_stands_behind_each_port():
    async with open_house() as house:
        await house.start()
        answer = await house.client.get("/health")
        told = await answer.json()
        assert (answer.status, told["status"], told["live_calls"], told["missing"]) == (200, "ready", 1, [])
        assert told["version"]
        assert told["engines"][1] == {
            "port": "transcriber",
            "engine": "scripted",
            "readiness": "limited",
            "limits": "writes its script only",
        }


async def test_E08_not_ready_is_a_503_that_says_what_is_missing():
    deaf = (*STANDINGS[:1], Standing("transcriber", "none", Readiness.ABSENT, "set OPENAI_API_KEY"), STANDINGS[2])
    async with open_house(Plan(standings=deaf)) as house:
        answer = await house.client.get("/health")
        told = await answer.json()
        assert (answer.status, told["status"]) == (503, "not_ready")
        assert told["missing"] == ["transcriber: set OPENAI_API_KEY"]
        assert answer.headers["Retry-After"]


async def test_E08_a_port_that_is_only_nice_to_have_may_be_absent():
    mute = (*STANDINGS, Standing("synthesizer", "none", Readiness.ABSENT, "nothing is spoken"))
    async with open_house(Plan(standings=mute)) as house:
        assert (await house.client.get("/health")).status == 200


async def test_a_house_that_is_going_is_not_ready_and_refuses_calls():
    async with open_house() as house:
        house.switchboard.drain()
        answer = await house.client.get("/health")
        refused = await house.client.post("/calls/start")
        assert (answer.status, refused.status) == (503, 503)
        assert refused.headers["Retry-After"]


async def test_metrics_are_told_to_this_machine():
    async with open_house() as house:
        answer = await house.client.get("/metrics")
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert "kitt" in await answer.text()


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "127.0.0.1"),
        ({"kitt_api_key": "k"}, "0.0.0.0"),
        ({"host": "10.0.0.5"}, "10.0.0.5"),
        ({"host": "::1", "kitt_api_key": "k"}, "::1"),
    ],
)
def test_E11_every_address_only_behind_a_key(given: dict[str, str], address: str):
    settings = Settings.load(_env_file=None, **given)
    assert (settings.address, settings.port) == (address, 8000)
