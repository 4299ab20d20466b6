from openapi_spec_validator import validate
from openapi_spec_validator.validation import OpenAPIV31SpecValidator

from kitt_rtc.api.door import Who
from kitt_rtc.api.openapi import document
from kitt_rtc.api.routes import DOORS
from tests.fakes.doors import open_house

FREE_FORM = {"text/html", "text/plain", "audio/ogg", "text/xml", "application/json"}


async def _told() -> tuple[dict, set[tuple[str, str]]]:
    async with open_house() as house:
        answer = await house.client.get("/openapi.json")
        routes = {
            (route.method, route.resource.canonical)
            for route in house.client.app.router.routes()
            if route.resource is not None and route.method != "HEAD"
        }
        return await answer.json(), routes


async def test_E09_E10_the_document_is_valid_openapi_3_1():
    told, _ = await _told()
    assert told["openapi"].startswith("3.1")
    validate(told, cls=OpenAPIV31SpecValidator)


async def test_E09_E10_every_mounted_route_is_in_the_document():
    told, routes = await _told()
    listed = {(method.upper(), path) for path, item in told["paths"].items() for method in item}
    assert listed == {(method, path) for method, path in routes}
    assert len(listed) == len(DOORS)


async def test_E09_E10_every_route_is_listed_with_its_forms():
    told, _ = await _told()
    for door in DOORS:
        operation = told["paths"][door.path.replace(":.+", "")][door.method.lower()]
        assert operation["summary"]
        assert operation["tags"]
        assert str(door.status) in operation["responses"]
        named = {parameter["name"] for parameter in operation["parameters"]}
        assert named >= set(door.query.model_fields if door.query else ())
        assert ("requestBody" in operation) is (door.body is not None)
        if door.answer is None:
            assert door.answer_type in FREE_FORM
        else:
            schema = operation["responses"][str(door.status)]["content"][door.answer_type]["schema"]
            assert schema["$ref"].rpartition("/")[2] in told["components"]["schemas"]


def test_operation_ids_are_all_different():
    told = document(DOORS, version="1")
    ids = [operation["operationId"] for item in told["paths"].values() for operation in item.values()]
    assert len(ids) == len(set(ids))


def test_every_door_that_tells_of_a_call_is_guarded():
    for door in DOORS:
        if door.who is Who.ANYONE:
            assert "session_id" not in door.path
