"""The OpenAPI 3.1 document, made from the table of doors; the routes are made from the same rows."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from kitt_rtc.api.door import Door, Who
from kitt_rtc.api.forms import ID_PATTERN, Refusal

_REF = "#/components/schemas/{model}"
_PARAMETER = re.compile(r"\{(\w+)(?::[^{}]*)?\}")
_TEXT = {"type": "string"}
_PATH_SCHEMAS = {"session_id": {"type": "string", "pattern": ID_PATTERN}}
_SECURITY: Mapping[Who, list[dict[str, list[str]]]] = {
    Who.ANYONE: [],
    Who.OPERATOR: [{"key": []}],
    Who.CALLER: [{"key": []}, {"token": []}],
    Who.NETWORK: [{"signature": []}],
}
_SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "KITT_API_KEY; not needed on this machine without one"},
    "token": {"type": "http", "scheme": "bearer", "description": "A call's token, from POST /calls/start"},
    "signature": {"type": "apiKey", "in": "header", "name": "X-Twilio-Signature"},
}


def document(doors: Sequence[Door], *, version: str, server: str = "") -> dict[str, Any]:
    """The document of these doors. `server` is the public address, where there is one."""
    forms = _Forms(doors)
    paths: dict[str, dict[str, Any]] = {}
    for door in doors:
        paths.setdefault(_plain(door.path), {})[door.method.lower()] = _operation(door, forms)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "KITT RTC",
            "version": version,
            "description": "Listens to a call while it happens and puts the right words in front of who needs them.",
        },
        "servers": [{"url": server or "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(door.tag for door in doors)],
        "paths": paths,
        "components": {"schemas": forms.schemas, "securitySchemes": _SCHEMES},
    }


class _Forms:
    """Every form's schema: as it is read for what comes in, as it is written for what goes out."""

    def __init__(self, doors: Sequence[Door]) -> None:
        incoming = {form for door in doors for form in (door.body, door.query) if form}
        outgoing = {door.answer for door in doors if door.answer} | {Refusal}
        pairs: list[tuple[type[BaseModel], JsonSchemaMode]] = [(form, "validation") for form in incoming]
        pairs += [(form, "serialization") for form in outgoing]
        pairs.sort(key=lambda pair: (pair[0].__name__, pair[1]))
        self._by_form, definitions = models_json_schema(pairs, ref_template=_REF)
        self.schemas: dict[str, Any] = definitions.get("$defs", {})

    def read(self, form: type[BaseModel]) -> dict[str, Any]:
        return self._by_form[form, "validation"]

    def written(self, form: type[BaseModel]) -> dict[str, Any]:
        return self._by_form[form, "serialization"]

    def fields(self, form: type[BaseModel]) -> Mapping[str, Any]:
        """A query form's fields by name."""
        fields: Mapping[str, Any] = self.schemas[self.read(form)["$ref"].rpartition("/")[2]]["properties"]
        return fields


def _operation(door: Door, forms: _Forms) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(door),
        "summary": door.summary,
        "tags": [door.tag],
        "security": _SECURITY[door.who],
        "parameters": [*_path_parameters(door), *_query_parameters(door, forms)],
        "responses": {str(door.status): _answer(door, forms), "default": _refusal(forms)},
    }
    if door.body is not None:
        schema = {"schema": forms.read(door.body)}
        operation["requestBody"] = {"required": door.body_needed, "content": {door.body_type: schema}}
    return operation


def _answer(door: Door, forms: _Forms) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "As asked" if door.status != 101 else "A WebSocket"}
    if door.answer is not None:
        answer["content"] = {door.answer_type: {"schema": forms.written(door.answer)}}
    elif door.status == 200:
        answer["content"] = {door.answer_type: {"schema": _TEXT}}
    return answer


def _refusal(forms: _Forms) -> dict[str, Any]:
    content = {"application/json": {"schema": forms.written(Refusal)}}
    return {"description": "An error, always in this shape", "content": content}


def _path_parameters(door: Door) -> list[dict[str, Any]]:
    names = _PARAMETER.findall(door.path)
    return [{"name": name, "in": "path", "required": True, "schema": _PATH_SCHEMAS.get(name, _TEXT)} for name in names]


def _query_parameters(door: Door, forms: _Forms) -> list[dict[str, Any]]:
    if door.query is None:
        return []
    return [
        {"name": name, "in": "query", "required": door.query.model_fields[name].is_required(), "schema": schema}
        for name, schema in forms.fields(door.query).items()
    ]


def _plain(path: str) -> str:
    return _PARAMETER.sub(r"{\1}", path)


def _operation_id(door: Door) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "_", _plain(door.path)).strip("_") or "index"
    return f"{door.method.lower()}_{words}"
