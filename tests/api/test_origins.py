import pytest

from kitt_rtc.api.origins import Origins
from kitt_rtc.model.errors import SettingsError
from kitt_rtc.settings import Settings
from tests.fakes.doors import House, Plan, open_house

DESK = "https://desk.example.com"
EVIL = "https://evil.example.com"
ASKS = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


@pytest.fixture
async def house():
    async with open_house(Plan(origins=Origins(frozenset({DESK}), "https://kitt.example.com/base"))) as opened:
        yield opened


@pytest.mark.parametrize("origin", [EVIL, "null", "", "http://127.0.0.1.evil.example.com", "file://", "http://["])
async def test_a_foreign_origin_changes_nothing_and_opens_no_socket(house: House, origin: str):
    for headers in ({"Origin": origin}, {"Origin": origin, "Connection": "Upgrade", "Upgrade": "websocket"}):
        method = "GET" if "Upgrade" in headers else "POST"
        path = "/calls/c/events" if method == "GET" else "/calls/start"
        answer = await house.client.request(method, path, headers=headers)
        assert answer.status == 403
        assert (await answer.json())["error"]["code"] == "not_allowed"
    assert house.switchboard.live() == ()


async def test_a_foreign_page_is_never_told_that_it_may_read(house: House):
    answer = await house.client.get("/health", headers={"Origin": EVIL})
    assert answer.status == 200
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("origin", [DESK, "https://kitt.example.com"])
async def test_allowed_and_public_origins_come_in(house: House, origin: str):
    assert (await house.client.post("/calls/start", headers={"Origin": origin})).status == 200


async def test_the_house_s_own_page_comes_in_and_a_server_needs_no_origin(house: House):
    own = f"http://127.0.0.1:{house.client.port}"
    assert (await house.client.post("/calls/start", headers={"Origin": own})).status == 200
    assert (await house.client.post("/calls/start", headers={"Origin": "http://127.0.0.1:1"})).status == 403
    assert (await house.client.post("/calls/start")).status == 200


async def test_a_page_that_rebinds_its_own_name_is_foreign(house: House):
    answer = await house.client.post("/calls/start", headers={"Origin": EVIL, "Host": "evil.example.com"})
    assert answer.status == 403


async def test_X01_allowed_origins_are_told_by_name_and_never_by_a_star(house: House):
    asked = await house.client.options("/calls/start", headers={"Origin": DESK, **ASKS})
    answer = await house.client.post("/calls/start", headers={"Origin": DESK})
    refused = await house.client.get("/calls/nobody", headers={"Origin": DESK})
    assert asked.status == 204
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    for told in (asked, answer, refused):
        assert told.headers["Access-Control-Allow-Origin"] == DESK
        assert told.headers["Vary"] == "Origin"


async def test_X01_without_the_setting_nobody_from_elsewhere_is_let_in():
    async with open_house() as house:
        asked = await house.client.options("/calls/start", headers={"Origin": DESK, **ASKS})
        assert asked.status == 403
        assert "Access-Control-Allow-Origin" not in asked.headers


@pytest.mark.parametrize("origins", ["*", "https://*.example.com"])
def test_X01_a_star_is_refused_at_start(origins: str):
    with pytest.raises(SettingsError, match="CORS_ORIGINS"):
        Settings.load(_env_file=None, cors_origins=origins)
