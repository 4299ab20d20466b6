import asyncio

import pytest

from kitt_rtc.api.keys import ApiOptions
from tests.fakes.doors import House, Plan, open_house

JSON = {"Content-Type": "application/json"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.fixture
async def house():
    async with open_house() as opened:
        await opened.start(session_id="c")
        yield opened


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"{not json", JSON),
        (b'{"profile_id": NaN}', JSON),
        (b'{"profile_id": ' + b"9" * 5_000 + b"}", JSON),
        (b"[" * 100_000, JSON),
        (b'{"profile_id": "\\ud800"}', JSON),
        (b'{"profile_id": "\xff\xfe"}', JSON),
        (b"{}", {"Content-Type": "application/json; charset=bogus"}),
        (b"{}", {"Content-Type": "application/json; charset=rot13"}),
        (b"{}", {"Content-Type": "application/json; charset=utf-16"}),
        (b"not deflated", JSON | {"Content-Encoding": "deflate"}),
        (b"not gzipped", JSON | {"Content-Encoding": "gzip"}),
        (b"{}", {"Content-Type": "text/plain"}),
        (b"playbook=coaching", {"Content-Type": "application/x-www-form-urlencoded"}),
    ],
)
async def test_a_body_that_is_not_json_is_a_400_in_the_one_shape(house: House, body: bytes, headers: dict[str, str]):
    answer = await house.client.post("/calls/start", data=body, headers=headers)
    told = await answer.json()
    assert answer.status == 400
    assert told["success"] is False
    assert told["error"]["code"] == "bad_request"
    assert len(house.switchboard.live()) == 1


PART = b'Content-Disposition: form-data; name="client_audio"; filename="a.wav"'


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {"Content-Type": "multipart/form-data"}),
        (b"x", {"Content-Type": "multipart/form-data"}),
        (b"x", {"Content-Type": 'multipart/form-data; boundary=""'}),
        (b"no boundary in here", MULTIPART),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", MULTIPART),
        (b"--b\r\n" + PART.replace(b"a.wav", b"a\0.wav") + b"\r\n\r\nx\r\n--b--\r\n", MULTIPART),
        (b"--b\r\n" + PART.replace(b'"a.wav"', b'"a.wav') + b"\r\n\r\nx\r\n--b--\r\n", MULTIPART),
        (b"--b\r\nno colon\r\n\r\nx\r\n--b--\r\n", MULTIPART),
        (b"--b\r\n" + PART + b"\r\nContent-Length: -7\r\n\r\nx\r\n--b--\r\n", MULTIPART),
        (b"--b\r\n" + PART + b"\r\nContent-Length: x\r\n\r\nx\r\n--b--\r\n", MULTIPART),
        (b"--b\r\n" + PART + b"\r\nContent-Length: 900\r\n\r\nx\r\n--b--\r\n", MULTIPART),
        (b"--b\r\n" + PART + b"\r\nContent-Transfer-Encoding: bogus\r\n\r\nx\r\n--b--\r\n", MULTIPART),
        (b"--b\r\n" + PART + b"\r\n" + b"X: y\r\n" * 5_000 + b"\r\nx\r\n--b--\r\n", MULTIPART),
        (b"--b\r\n" + PART + b"\r\nX: " + b"y" * 50_000 + b"\r\n\r\nx\r\n--b--\r\n", MULTIPART),
        (b"--b\r\n" + PART + b"\r\n\r\nnever closed", MULTIPART),
        (b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--\r\n", MULTIPART),
        (b"--b\r\n" + PART + b"\r\n\r\nx\r\n--b--\r\n", MULTIPART | {"Content-Encoding": "deflate"}),
    ],
)
async def test_a_multipart_body_that_cannot_be_read_is_a_4xx_in_the_one_shape(
    house: House, body: bytes, headers: dict[str, str]
):
    answer = await house.client.post("/audio/c", data=body, headers=headers)
    told = await answer.json()
    assert 400 <= answer.status < 500
    assert told["success"] is False
    assert told["error"]["code"] in {"bad_request", "bad_form", "bad_sound", "unsupported_media_type"}
    assert len(house.switchboard.find("c").call.journal.entries()) == 1


async def test_a_body_larger_than_json_ever_is_is_a_413_with_or_without_its_length(house: House):
    async def pieces():
        for _ in range(40):
            yield b" " * 10_000

    told = await house.client.post("/calls/start", data=b" " * 300_000, headers=JSON)
    untold = await house.client.post("/calls/start", data=pieces(), headers=JSON)
    assert (told.status, untold.status) == (413, 413)
    assert (await untold.json())["error"]["code"] == "too_large"


async def test_a_body_that_inflates_without_end_is_a_413(house: House):
    import zlib

    bomb = zlib.compress(b" " * 50_000_000)
    answer = await house.client.post("/calls/start", data=bomb, headers=JSON | {"Content-Encoding": "deflate"})
    assert answer.status in {400, 413}


@pytest.mark.parametrize(("path", "headers"), [("/calls/start", JSON), ("/audio/c", MULTIPART)])
async def test_a_body_that_does_not_come_is_a_408(path: str, headers: dict[str, str]):
    async def never():
        yield b"{" if headers is JSON else b"--b\r\n"
        await asyncio.Event().wait()

    async with open_house(Plan(options=ApiOptions(body_seconds=0.05))) as house:
        await house.start(session_id="c")
        answer = await house.client.post(path, data=never(), headers=headers)
        assert (answer.status, (await answer.json())["error"]["code"]) == (408, "too_slow")
