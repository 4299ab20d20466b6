import io
import json
import logging
from collections.abc import Iterator

import pytest

from kitt_rtc import logbook
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import UtteranceHeard
from tests.fakes.phone_house import open_phones

log = logging.getLogger("kitt_rtc.somewhere")


@pytest.fixture(autouse=True)
def _tidy() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    known = {name: logging.getLogger(name).level for name in ("aiosqlite", "asyncio", "aiohttp.access", "twilio")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, quietest in known.items():
        logging.getLogger(name).setLevel(quietest)


@pytest.fixture
def book() -> io.StringIO:
    stream = io.StringIO()
    logbook.configure(stream=stream)
    return stream


def as_json(level: str = "INFO") -> io.StringIO:
    stream = io.StringIO()
    logbook.configure(level=level, form="json", stream=stream)
    return stream


def fail_privately() -> None:
    try:
        int("mon numéro de carte")
    except ValueError as error:
        raise EngineUnavailable("voice", "the voice is away") from error


def test_V04_info_is_the_level_when_nobody_says_otherwise(book: io.StringIO):
    log.debug("unheard")
    log.info("heard")
    assert "heard" in book.getvalue()
    assert "unheard" not in book.getvalue()


def test_for_people_a_line_is_the_message_and_its_fields(book: io.StringIO):
    log.info("utterance_heard", extra={"call": "session_1", "role": "technician", "seconds": 2.1, "empty": ""})
    [line] = book.getvalue().splitlines()
    assert line.endswith("info    utterance_heard call=session_1 role=technician seconds=2.1 logger=kitt_rtc.somewhere")


def test_for_machines_a_line_is_json():
    stream = as_json()
    log.warning("store away", extra={"call": "session_1", "seconds": 2.1, "simulated": True})
    [line] = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert line["event"] == "store away"
    assert (line["level"], line["call"], line["seconds"], line["simulated"]) == ("warning", "session_1", 2.1, True)
    assert line["logger"] == "kitt_rtc.somewhere"
    assert line["timestamp"].endswith("Z")


def test_call_and_leg_come_from_the_context(book: io.StringIO):
    with logbook.about(call="session_1"):
        with logbook.about(leg="leg_2"):
            log.info("inside")
        log.info("outside the leg")
    log.info("outside")
    inside, outer, outside = book.getvalue().splitlines()
    assert "inside call=session_1 leg=leg_2" in inside
    assert "call=session_1" in outer
    assert "leg=" not in outer
    assert "call=" not in outside


def test_configuring_again_replaces_what_was(book: io.StringIO):
    again = io.StringIO()
    logbook.configure(stream=again)
    log.info("once")
    assert book.getvalue() == ""
    assert again.getvalue().count("once") == 1


@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-abcdefghijklmnop1234",
        "0123456789abcdef0123456789abcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJjYWxsIjoxfQ.c2lnbmF0dXJl",
        "+33612345678",
        "+33 6 12 34 56 78",
        "06 12 34 56 78",
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_secrets_and_numbers_are_starred_wherever_they_stand(secret: str, form):
    stream = io.StringIO()
    logbook.configure(form=form, stream=stream)
    log.info("message with %s in it", secret, extra={"field": secret, "deep": {"list": [secret]}})
    assert secret not in stream.getvalue()
    assert stream.getvalue().count("***") == 3


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer ***"),
        ("?token=abcdefgh&x=1", "?token=***&x=1"),
        ("auth_token='abcdefgh'", "auth_token='***'"),
        ('{"api_key": "abcdefgh"}', '{"api_key": "***"}'),
    ],
)
def test_a_named_secret_keeps_its_name(told: str, shown: str):
    assert logbook.starred(told) == shown


@pytest.mark.parametrize(
    "harmless",
    [
        "session_0a1b2c3d4e5f6071 seq=17 took=0.3412345678",
        "CA0123456789abcdef0123456789abcdef",
        "2026-11-20T16:50:16.616412Z",
        "12 of 345 tokens, 1700000000.5 seconds",
        "10.0.0.1:8000",
    ],
)
def test_ids_and_figures_are_left(harmless: str):
    assert logbook.starred(harmless) == harmless


def test_a_failure_tells_its_place_and_our_words_but_not_a_strangers(book: io.StringIO):
    try:
        fail_privately()
    except EngineUnavailable:
        log.exception("leg failed")
    told = book.getvalue()
    assert "mon numéro" not in told
    assert "builtins.ValueError" in told
    assert "EngineUnavailable: the voice is away" in told
    assert "in fail_privately" in told


def test_at_debug_a_failure_says_all_it_knows():
    stream = as_json("DEBUG")
    try:
        fail_privately()
    except EngineUnavailable:
        log.exception("leg failed")
    assert "invalid literal" in json.loads(stream.getvalue())["failure"]


def test_the_members_of_a_group_are_told():
    stream = as_json()
    try:
        raise ExceptionGroup("two", [ValueError("private"), KeyError("words")])
    except ExceptionGroup:  # caught whole: how a group is logged is what is looked at
        log.exception("call failed")
    failure = json.loads(stream.getvalue())["failure"]
    assert "builtins.ValueError" in failure
    assert "builtins.KeyError" in failure
    assert "private" not in failure


def test_nobodys_words_begin_a_line_of_their_own(book: io.StringIO):
    log.info("message\n2026-01-01 error forged", extra={"text": "a\nb\r\x1b[31m \ud800"})
    [line] = book.getvalue().splitlines()
    assert r"message\n2026-01-01 error forged" in line
    assert "\x1b" not in line


def test_chatty_libraries_are_quiet_even_at_debug():
    stream = as_json("DEBUG")
    for name in ("aiosqlite", "asyncio", "aiohttp.access", "twilio.http_client"):
        logging.getLogger(name).info("what people said")
    assert stream.getvalue() == ""


async def test_L02_at_debug_a_voice_is_told_with_its_call_and_its_leg():
    stream = as_json("DEBUG")
    async with open_phones() as house:
        told = await house.dial(session_id="session_1")
        await house.story(told["session_id"], UtteranceHeard)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    heard = [line for line in lines if line["event"] in ("sound is converted", "frames")]
    assert {line["event"] for line in heard} == {"sound is converted", "frames"}
    assert {line["call"] for line in heard} == {"session_1"}
    assert all(line["leg"].startswith("phone-") for line in heard)


@pytest.mark.parametrize(("level", "seen"), [("DEBUG", 4), ("INFO", 3), ("WARNING", 2), ("ERROR", 1)])
def test_V04_each_level_hides_what_is_below_it(level: str, seen: int):
    stream = as_json(level)
    for number in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        log.log(number, "line")
    assert len(stream.getvalue().splitlines()) == seen
