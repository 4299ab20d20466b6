"""The house's own words, from the file that CORRECTIONS names."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from kitt_rtc.model.errors import SettingsError

_MOST = 500
"""Names a file may hold: every sentence is held against all of them."""


def read_wordbook(path: str) -> Mapping[str, tuple[str, ...]]:
    """Each name as it is written, and what the engine writes instead. Raises SettingsError; no path: no words.

    A file is a list of names ("- Hikvision"), lines ("Hikvision: [hick vision]"), or both: a line may have no slips.
    """
    if not path:
        return {}
    file = Path(path)
    try:
        content = yaml.safe_load(file.read_text("utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"CORRECTIONS: {file.name} cannot be read as YAML in UTF-8") from error
    entries = dict.fromkeys(content) if isinstance(content, list) and _are_words(content) else content
    if not isinstance(entries, dict):
        raise SettingsError(f'CORRECTIONS: {file.name} must be lines like "Hikvision: [hick vision]"')
    if len(entries) > _MOST:
        raise SettingsError(f"CORRECTIONS: {file.name} has {len(entries)} names; {_MOST} can be looked for in time")
    return {_name(name, file): _slips(name, slips, file) for name, slips in entries.items()}


def _are_words(entries: list[Any]) -> bool:
    return all(isinstance(entry, str) for entry in entries)


def _name(name: object, file: Path) -> str:
    if not isinstance(name, str) or not name.strip():
        raise SettingsError(f"CORRECTIONS: {file.name}: {name!r} must be words (quote yes, no and numbers)")
    return name.strip()


def _slips(name: object, slips: object, file: Path) -> tuple[str, ...]:
    listed = [slips] if isinstance(slips, str) else slips or []
    if not isinstance(listed, list) or not _are_words(listed):
        raise SettingsError(f"CORRECTIONS: {file.name}: what is heard for {name!r} must be words in a list")
    return tuple(listed)
