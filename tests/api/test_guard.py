import pytest
from aiohttp import WSServerHandshakeError

from kitt_rtc.api.guard import Guard, GuardOptions, is_loopback
from kitt_rtc.model.errors import CallNotFound, NotAllowed
from tests.fakes.doors import House, Plan, open_house

KEY = "a-key-for-servers"
SERVER = {"Authorization": f"Bearer {KEY}"}


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def plan():
    return Plan(guard=GuardOptions(api_key=KEY, token_seconds=60))


@pytest.fixture
async def house(plan: Plan):
    async with open_house(plan) as opened:
        for call_id in ("mine", "theirs"):
            answer = await opened.client.post("/calls/start", json={"session_id": call_id}, headers=SERVER)
            assert answer.status == 200
        yield opened


async def _state(house: House, call_id: str, headers: dict[str, str]) -> tuple[int, dict]:
    answer = await house.client.get(f"/calls/{call_id}/state", headers=headers)
    return answer.status, await answer.json()


async def test_with_a_key_no_credential_is_a_401(house: House):
    for method, path in (
        ("GET", "/calls"),
        ("POST", "/calls/start"),
        ("GET", "/calls/mine/state"),
        ("GET", "/metrics"),
    ):
        answer = await house.client.request(method, path)
        assert answer.status == 401, path
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert (await answer.json())["error"]["code"] == "not_allowed"


@pytest.mark.parametrize("path", ["/health", "/openapi.json"])
async def test_what_tells_of_no_call_is_open(house: House, path: str):
    assert (await house.client.get(path)).status == 200


@pytest.mark.parametrize("credential", ["", "wrong", "a.b", "é.è", ".", "a" * 4_000, f"{KEY}x"])
async def test_a_wrong_credential_is_a_403(house: House, credential: str):
    status, told = await _state(house, "mine", _bearer(credential))
    assert (status, told["error"]["code"]) == (403, "not_allowed")


async def test_another_scheme_is_a_403(house: House):
    status, _ = await _state(house, "mine", {"Authorization": "Basic YTpi"})
    assert status == 403


async def test_the_key_opens_every_call(house: House):
    assert (await _state(house, "mine", SERVER))[0] == 200
    assert (await _state(house, "theirs", SERVER))[0] == 200


async def test_a_token_opens_its_own_call_and_absent_and_foreign_calls_answer_alike(house: House):
    mine = _bearer(house.guard.token_for("mine"))
    assert (await _state(house, "mine", mine))[0] == 200
    foreign, absent = await _state(house, "theirs", mine), await _state(house, "nobody", mine)
    assert foreign == absent
    assert foreign[0] == 404
    assert foreign[1]["error"]["message"] == "Session non trouvée"


async def test_a_token_opens_its_call_where_the_query_names_it(house: House):
    mine = _bearer(house.guard.token_for("mine"))
    statuses = [
        (await house.client.get("/demo/get-session-suggestions", params={"session_id": who}, headers=mine)).status
        for who in ("mine", "theirs", "nobody")
    ]
    assert statuses == [200, 404, 404]


@pytest.mark.parametrize(("method", "path"), [("GET", "/calls"), ("POST", "/calls/start"), ("GET", "/metrics")])
async def test_a_token_does_not_open_the_doors_of_operators(house: House, method: str, path: str):
    answer = await house.client.request(method, path, headers=_bearer(house.guard.token_for("mine")))
    assert answer.status == 403


async def test_a_stale_token_is_a_403(house: House, plan: Plan):
    mine = _bearer(house.guard.token_for("mine"))
    plan.now[0] += 59
    assert (await _state(house, "mine", mine))[0] == 200
    plan.now[0] += 1
    assert (await _state(house, "mine", mine))[0] == 403


async def test_a_token_is_renewed_while_its_call_lives(house: House, plan: Plan):
    mine = _bearer(house.guard.token_for("mine"))
    plan.now[0] += 59
    told = await (await house.client.post("/calls/mine/token", headers=mine)).json()
    plan.now[0] += 59
    assert (await _state(house, "mine", mine))[0] == 403
    assert (await _state(house, "mine", _bearer(told["token"])))[0] == 200
    await house.client.post("/calls/mine/end", headers=_bearer(told["token"]))
    late = await house.client.post("/calls/mine/token", headers=_bearer(told["token"]))
    assert late.status == 404


async def test_a_token_in_the_query_counts_on_sockets_only(house: House):
    token = house.guard.token_for("mine")
    assert (await house.client.get("/calls/mine/state", params={"token": token})).status == 401


async def test_a_socket_is_opened_by_the_token_in_its_address(house: House, plan: Plan):
    async def knock(call_id: str, token: str | None) -> int:
        query = {} if token is None else {"token": token}
        try:
            async with house.client.ws_connect(f"/calls/{call_id}/events", params=query) as socket:
                assert (await socket.receive_json())["type"] == "call_started"
                return 101
        except WSServerHandshakeError as error:
            return error.status

    mine = house.guard.token_for("mine")
    seen = [await knock("mine", mine), await knock("theirs", mine), await knock("nobody", mine)]
    assert seen == [101, 404, 404]
    assert await knock("mine", None) == 401
    plan.now[0] += 60
    assert await knock("mine", mine) == 403


async def test_without_a_key_this_machine_is_the_operator_and_a_wrong_token_is_still_wrong():
    async with open_house() as house:
        await house.start(session_id="c")
        assert (await _state(house, "c", {}))[0] == 200
        assert (await _state(house, "c", _bearer("wrong")))[0] == 403


async def test_without_a_key_nobody_comes_in_by_another_name():
    async with open_house() as house:
        answer = await house.client.get("/calls", headers={"Host": "desk.example.com"})
        assert answer.status == 401
        assert "KITT_API_KEY" in (await answer.json())["error"]["message"]


def test_without_a_key_a_token_outlives_a_restart_by_a_secret_that_is_kept():
    before, after = (Guard(GuardOptions(token_secret=b"kept")) for _ in range(2))
    assert after.holder(before.token_for("session_1")).call_id == "session_1"
    with pytest.raises(NotAllowed):
        Guard(GuardOptions(token_secret=b"another")).holder(before.token_for("session_1"))
    assert "kept" not in repr(GuardOptions(token_secret=b"kept"))


def test_a_token_outlives_a_restart_with_the_key_and_not_without():
    options = GuardOptions(api_key=KEY)
    token = Guard(options).token_for("c")
    assert Guard(options).holder(token).call_id == "c"
    other = Guard(GuardOptions()).token_for("c")
    with pytest.raises(NotAllowed):
        Guard(GuardOptions()).holder(other)


def test_no_changed_letter_of_a_token_passes():
    guard = Guard(GuardOptions())
    token = guard.token_for("call:with.all-its_letters")
    assert guard.holder(token).call_id == "call:with.all-its_letters"
    for place, letter in enumerate(token):
        forged = f"{token[:place]}{'A' if letter != 'A' else 'B'}{token[place + 1 :]}"
        with pytest.raises(NotAllowed):
            guard.holder(forged)


def test_the_holder_of_a_token_enters_one_call_only():
    guard = Guard(GuardOptions())
    caller = guard.holder(guard.token_for("mine"))
    caller.enter("mine")
    with pytest.raises(CallNotFound):
        caller.enter("theirs")
    assert not caller.operator


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("kitt.localhost", True),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_by_name(host: str, known: bool):
    assert is_loopback(host) is known
