"""No word of a call can dial, send or pay: what thinks about words knows nothing that could (contract N9)."""

import ast
from pathlib import Path

import pytest

import kitt_rtc
from kitt_rtc import ports

HOUSE = Path(kitt_rtc.__file__).parent
THINKING = sorted(
    path for wing in ("playbooks", "pipeline", "prompts", "model") for path in (HOUSE / wing).rglob("*.py")
)
REACHING_OUT = ("aiohttp", "urllib", "http", "socket", "requests", "httpx", "subprocess", "twilio", "openai")
OURS = ("kitt_rtc.transports", "kitt_rtc.api", "kitt_rtc.engines", "kitt_rtc.calls", "kitt_rtc.readers")


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", THINKING, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_N9_what_thinks_about_words_cannot_dial_or_send(path: Path):
    forbidden = {
        name
        for name in _imports(path)
        if name.split(".")[0] in REACHING_OUT or name.startswith(OURS) or name == "kitt_rtc.ports.Telephony"
    }
    assert not forbidden


def test_N9_the_telephone_that_they_must_not_know_is_called_so():
    assert hasattr(ports, "Telephony")
    assert len(THINKING) > 60
