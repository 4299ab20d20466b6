"""What the README and the packaging promise is so."""

import re
import tomllib
from pathlib import Path

import pytest

from kitt_rtc.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_every_setting_is_in_the_readme_with_its_default(name: str):
    (row,) = re.findall(rf"^\| `{name}` \| (.*?) \|", README, re.MULTILINE)
    default = Settings.model_fields[name.lower()].default
    told = getattr(default, "get_secret_value", lambda: default)()
    expected = ", ".join(told) if isinstance(told, tuple) else str(told)
    assert row == (f"`{expected}`" if expected else "–")


def test_every_file_the_readme_points_to_is_there():
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_every_make_target_of_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = set(re.findall(r"`?make ([a-z-]+)", README))
    assert {"demo", "test", "run"} <= named
    assert [target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


def test_the_wheel_holds_every_package():
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"])
    there = {".".join(page.parent.relative_to(ROOT).parts) for page in (ROOT / "kitt_rtc").rglob("__init__.py")}
    assert listed == there | {"kitt_rtc.web"}
