"""docs/adding-a-route.md, followed to the letter: its own code blocks are what is run."""

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from aiohttp.test_utils import TestClient, TestServer
from openapi_spec_validator import validate

from kitt_rtc import api
from kitt_rtc.api.application import make_application
from kitt_rtc.api.door import Door, Who
from kitt_rtc.api.routes import DOORS
from tests.fakes.doors import open_house

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-route.md"


def _blocks() -> list[str]:
    fenced = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    return ["\n".join(line.removeprefix("   ") for line in block.splitlines()) for block in fenced]


@pytest.fixture
def row(monkeypatch: pytest.MonkeyPatch) -> Door:
    """The page's forms and handler as rooms of the api, and its row."""
    forms, handler, line = _blocks()
    for name, code in (("note_forms", forms), ("notes", handler)):
        room = ModuleType(f"kitt_rtc.api.{name}")
        monkeypatch.setitem(sys.modules, room.__name__, room)
        monkeypatch.setattr(api, name, room, raising=False)
        exec(compile(code, name, "exec"), room.__dict__)
    made = eval(
        f"({line.strip().removesuffix(',')})",
        {"Door": Door, "CALLER_ONLY": Who.CALLER, "notes": api.notes, "note_forms": api.note_forms},
    )
    assert isinstance(made, Door)
    return made


async def test_X03_X05_a_route_added_as_the_page_says_is_served_guarded_and_in_the_document(row: Door):
    async with open_house() as house:
        application = make_application(house.doors, (*DOORS, row))
        async with TestClient(TestServer(application)) as client:
            await house.start(session_id="c")
            made = await client.post("/notes", json={"session_id": "c", "text": "call back on Monday"})
            wrong = await client.post("/notes", json={"session_id": "c", "words": 7})
            absent = await client.post("/notes", json={"session_id": "nobody", "text": "x"})
            forged = await client.post("/notes", json={}, headers={"Authorization": "Bearer x"})
            told = await (await client.get("/openapi.json")).json()
            assert await made.json() == {"success": True, "session_id": "c", "words": 4}
    assert (wrong.status, absent.status, forged.status) == (422, 404, 403)
    validate(told)
    operation = told["paths"]["/notes"]["post"]
    assert operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/NoteForm")
    assert operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/Noted")
    assert told["components"]["schemas"]["NoteForm"]["required"] == ["session_id", "text"]
