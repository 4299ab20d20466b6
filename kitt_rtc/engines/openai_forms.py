"""A form as the strict schema a model must fill, and an answer read back into the form."""

import json
import re
import unicodedata
from typing import Any

from pydantic import BaseModel, ValidationError

from kitt_rtc.engines.openai_faults import OutOfForm
from kitt_rtc.ports import Form

_UNKNOWN_TO_STRICT = ("default", "title", "minLength", "maxLength", "examples")
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
"""Some open models think aloud before they answer."""
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
"""Control, format and unassigned characters: they hide words, turn them round, or break the store."""


def strict_schema(form: type[BaseModel]) -> dict[str, Any]:
    """Every field required, none added: what strict servers ask for. The form itself checks the rest afterwards."""
    schema: dict[str, Any] = _strict(form.model_json_schema())
    return schema


def read_form(form: type[Form], answer: str, *, longest: int) -> Form:
    """The form, its texts cleaned and cut to `longest` characters. Raises OutOfForm without the answer's words."""
    try:
        data = json.loads(_object_in(answer))
        return form.model_validate_json(json.dumps(_tidy(data, longest)))
    except ValidationError as error:
        wrong = ", ".join(f"{_place(fault['loc'])}: {fault['type']}" for fault in error.errors(include_input=False)[:3])
        raise OutOfForm(f"the answer does not fit {form.__name__} ({wrong})") from None
    except (ValueError, RecursionError):
        raise OutOfForm(f"the answer is not the JSON of {form.__name__}") from None


def tidy(text: str, longest: int) -> str:
    """A model's text without its thoughts and without what cannot be seen, at most `longest` characters."""
    seen = (mark for mark in _THOUGHTS.sub("", text) if mark in "\n\t" or unicodedata.category(mark) not in _UNSEEN)
    return "".join(seen).strip()[:longest]


def _object_in(answer: str) -> str:
    """The outermost braces: an answer may come in a code fence, or with a word around it."""
    body = _THOUGHTS.sub("", answer)
    first, last = body.find("{"), body.rfind("}")
    if first < 0 or last < first:
        raise OutOfForm("the answer holds no JSON object")
    return body[first : last + 1]


def _tidy(value: Any, longest: int) -> Any:
    if isinstance(value, str):
        return tidy(value, longest)
    if isinstance(value, list):
        return [_tidy(part, longest) for part in value]
    if isinstance(value, dict):
        return {name: _tidy(part, longest) for name, part in value.items()}
    return value


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(part) for part in node]
    if not isinstance(node, dict):
        return node
    strict: dict[str, Any] = {}
    for name, part in node.items():
        if name in ("properties", "$defs"):  # names of ours, not words of the schema
            strict[name] = {ours: _strict(inner) for ours, inner in part.items()}
        elif name not in _UNKNOWN_TO_STRICT:
            strict[name] = _strict(part)
    if "properties" in strict:
        strict |= {"additionalProperties": False, "required": list(strict["properties"])}
    return strict


def _place(place: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in place) or "form"
