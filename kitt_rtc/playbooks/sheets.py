"""Sheets of rows in YAML, checked so that a complaint names the file and the line."""

from collections.abc import Collection
from dataclasses import dataclass
from importlib.resources.abc import Traversable

import yaml

from kitt_rtc.model.errors import SettingsError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C reads a thousand sentences in a tenth of the time; not every build of the library has it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a sheet, with the place of each of its keys."""

    sheet: str
    line: int
    values: dict[str, object]
    lines: dict[str, int]

    def error(self, message: str, key: str = "") -> SettingsError:
        return SettingsError(f"{self.sheet}:{self.lines.get(key, self.line)}: {message}")

    def only(self, keys: Collection[str]) -> None:
        """Refuse a key nobody reads: most often a slip of the pen."""
        for key in self.values:
            if key not in keys:
                raise self.error(f"unknown key {key!r}; known are {', '.join(sorted(keys))}", key)

    def text(self, key: str, *, longest: int = 400, required: bool = True) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str):
            raise self.error(f"{key!r} must be text; put it in quotes", key)
        line = " ".join(value.split())
        if required and not line:
            raise self.error(f"{key!r} is missing", key)
        if len(line) > longest:
            raise self.error(f"{key!r} has {len(line)} characters, at most {longest} can be read in time", key)
        return line

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.error(f"{key!r} must be a list of texts; yes, no and numbers need quotes", key)
        return tuple(value)

    def number(self, key: str, *, least: int, most: int) -> int:
        value = self.values.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.error(f"{key!r} must be a whole number from {least} to {most}", key)
        return value

    def choice(self, key: str, choices: Collection[str]) -> str:
        value = self.text(key)
        if value not in choices:
            raise self.error(f"{key!r} is {value!r}; it must be one of {', '.join(sorted(choices))}", key)
        return value


def read_rows(sheet: Traversable, name: str) -> list[Row]:
    """The rows of one sheet: a list of mappings. Raises SettingsError naming file and line."""
    try:
        top = yaml.compose(sheet.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{name}:{mark.line + 1}" if mark else name
        raise SettingsError(f"{place}: not YAML: {error.problem or error.context}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}: not YAML in UTF-8") from error
    if top is None:
        return []
    if not isinstance(top, yaml.SequenceNode):
        raise SettingsError(f"{name}:{top.start_mark.line + 1}: a sheet is a list of rows, each beginning with a dash")
    return [_row(name, node) for node in top.value]


def _row(name: str, node: yaml.Node) -> Row:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        raise SettingsError(f"{name}:{line}: a row is written as `key: value` lines")
    builder = yaml.constructor.SafeConstructor()
    values: dict[str, object] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in values:
            raise SettingsError(f"{name}:{key_node.start_mark.line + 1}: {key!r} is written twice in one row")
        values[key] = builder.construct_object(value_node, deep=True)
        lines[key] = key_node.start_mark.line + 1
    return Row(name, line, values, lines)
