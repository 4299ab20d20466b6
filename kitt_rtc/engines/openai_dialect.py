"""What a server knows of OpenAI's API: older ones know fewer forms, some do not stream, some do not count."""

from dataclasses import dataclass, replace
from typing import Any


def _strictly(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    form = {"name": name, "schema": schema, "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": form}}


def _loosely(_name: str, _schema: dict[str, Any]) -> dict[str, Any]:
    return {"response_format": {"type": "json_object"}}


def _in_words_alone(_name: str, _schema: dict[str, Any]) -> dict[str, Any]:
    return {}


_WAYS = (_strictly, _loosely, _in_words_alone)
"""How a form is asked for: the strict way, and what older servers know."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a server is asked: the best way first, and what it is known to know once it was."""

    way: int = 0
    """Of `_WAYS`."""
    streams: bool = True
    counted: bool = True
    """A streamed answer ends with what it cost."""

    def form(self, name: str, schema: dict[str, Any]) -> dict[str, Any]:
        """The fields of a request that ask for this form."""
        return _WAYS[self.way](name, schema)

    def below(self, *, streaming: bool, about_streams: bool) -> "Dialect | None":
        """What a server that refused this one may know; None when there is nothing less.

        `streaming`: the answer was to be told as it is written; `about_streams`: the server said that this was wrong.
        """
        streaming = streaming and self.streams
        if streaming and about_streams:
            return replace(self, counted=False) if self.counted else replace(self, streams=False)
        if self.way < len(_WAYS) - 1:
            return replace(self, way=self.way + 1)
        return Dialect(streams=False) if streaming else None
