import logging

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from kitt_rtc.api.middleware import STATUS, errors
from kitt_rtc.model import errors as kitt_errors
from kitt_rtc.model.errors import EngineUnavailable, KittError, NotAllowed, TooManyRequests
from tests.fakes.doors import House, open_house


@pytest.fixture
async def house():
    async with open_house() as opened:
        yield opened


async def _answer_to(error: Exception):
    async def fail(request: web.Request) -> web.Response:
        raise error

    application = web.Application(middlewares=[errors])
    application.router.add_get("/", fail)
    async with TestClient(TestServer(application)) as client:
        answer = await client.get("/")
        return answer.status, answer.headers, await answer.json()


def test_every_error_of_the_house_has_a_status():
    kinds = {kind for kind in vars(kitt_errors).values() if isinstance(kind, type) and issubclass(kind, KittError)}
    assert all(any(parent in STATUS for parent in kind.__mro__) for kind in kinds)


async def test_an_unknown_caller_is_a_401_and_a_known_one_a_403():
    assert (await _answer_to(NotAllowed("who?", known=False)))[0] == 401
    assert (await _answer_to(NotAllowed("not you")))[0] == 403


async def test_too_often_says_when_to_come_back():
    status, headers, _ = await _answer_to(TooManyRequests("slowly", retry_seconds=12.2))
    assert (status, headers["Retry-After"]) == (429, "13")


async def test_an_engine_that_is_away_is_a_503_with_retry_after():
    status, headers, told = await _answer_to(EngineUnavailable("qdrant", "the base is away", retryable=True))
    assert (status, told["error"]["code"]) == (503, "engine_unavailable")
    assert headers["Retry-After"]


async def test_what_nobody_foresaw_is_a_500_without_words(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        status, _, told = await _answer_to(ValueError("+33123456789 said: my card is 4970"))
    assert (status, told["error"]["code"]) == (500, "internal")
    everything = told["error"]["message"] + caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert "4970" not in everything
    (record,) = [record for record in caplog.records if record.name == "kitt_rtc.api.middleware"]
    assert vars(record)["request"] in told["error"]["message"]
    assert vars(record)["error"] == "ValueError"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/no/such/door", 404, "not_found"),
        ("DELETE", "/health", 405, "method_not_allowed"),
        ("GET", "/static/nothing.js", 404, "not_found"),
        ("GET", "/calls/nobody/state", 404, "call_not_found"),
        ("POST", "/calls/start", 422, "bad_form"),
    ],
)
async def test_one_error_shape_everywhere(house: House, method: str, path: str, status: int, code: str):
    body = {"json": {"nonsense": 1}} if method == "POST" else {}
    answer = await house.client.request(method, path, **body)
    told = await answer.json()
    assert answer.status == status
    assert told["success"] is False
    assert told["error"]["code"] == code
    assert told["error"]["message"]
    assert not told["error"]["message"].startswith(str(status))


async def test_a_wrong_method_is_told_the_right_ones(house: House):
    assert "GET" in (await house.client.delete("/health")).headers["Allow"]


async def test_every_answer_wears_the_house_s_headers(house: House):
    ids = set()
    for path in ("/health", "/no/such/door", "/openapi.json"):
        answer = await house.client.get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Server"] == "KITT RTC"
        ids.add(answer.headers["X-Request-Id"])
    assert len(ids) == 3
