"""What a route does not know is refused: parameters, fields of bodies, and bodies where none is
taken.
"""

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, cast, get_args

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from tests.support.host_api import api_client, description, the_app
from tests.support.host_platform import TOKEN, assemble, migrated_database
from tests.support.uploads import MemoryUpload
from tillroll.api.native import native_route
from tillroll.api.problems import Problem
from tillroll_durable.platform.models import RequestBody

# A trigger's body is of its kind's own model, which refuses what it does not have
# (test_triggers.py). The others are what another system says of its events, verified by its
# signature.
_OF_OTHERS = {"/api/workflows/{kind}/trigger", "/api/mail/events", "/api/inbound/{source_id}"}


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    paths = cast("dict[str, dict[str, Any]]", description()["paths"])
    return [
        (method, path, operation)
        for path, answers in paths.items()
        for method, operation in answers.items()
    ]


def request_models() -> list[dict[str, Any]]:
    schemas = description()["components"]["schemas"]
    contents = [
        operation["requestBody"]["content"]
        for _, path, operation in operations()
        if "requestBody" in operation and path not in _OF_OTHERS
    ]
    schemes = [
        content["application/json"]["schema"]
        for content in contents
        if "application/json" in content
    ]
    names = [each["$ref"] for scheme in schemes for each in models_of(scheme)]
    return [schemas[name.rsplit("/", 1)[1]] for name in names]


def models_of(scheme: dict[str, Any]) -> list[dict[str, Any]]:
    """The models that a body may be of; one that may be left out has null beside it."""
    choices = [*scheme.get("anyOf", []), *scheme.get("oneOf", [])] or [scheme]
    return [each for each in choices if each != {"type": "null"}]


def test_every_body_refuses_fields_that_it_does_not_have() -> None:
    models = request_models()
    assert len(models) > 10
    assert [
        model["title"] for model in models if model.get("additionalProperties") is not False
    ] == []


async def test_no_body_takes_the_name_that_a_field_has_in_python() -> None:
    """Whoever finds it by chance would depend on what nobody promised."""
    description()  # so that all are imported
    asked = [
        (method, route.path, name)
        for route in the_app().routes
        if isinstance(route, APIRoute)
        and route.body_field is not None
        and route.path not in _OF_OTHERS
        for method in route.methods or ()
        for name in names_in_python(route.body_field.field_info.annotation)
    ]
    assert len(asked) > 100
    database = await migrated_database()
    taken: list[tuple[str, str, str]] = []
    async with api_client(assemble(database, {}).platform) as client:
        for method, path, name in asked:
            answer = await client.request(method, path, json={name: None})
            errors = {each["field"]: each["message"] for each in answer.json().get("errors", [])}
            if answer.status_code != 422 or "No such field" not in errors.get(name, ""):
                taken.append((method, path, name))
    assert taken == []


def names_in_python(annotation: object) -> list[str]:
    """Of a body's fields: those that it is not sent by. Of one that is a choice, nothing."""
    if not isinstance(annotation, type) or not issubclass(annotation, BaseModel):
        return []
    aliases = {field.alias for field in annotation.model_fields.values()}
    return [name for name in annotation.model_fields if name not in aliases]


async def test_nor_inside_a_body() -> None:
    database = await migrated_database()
    bodies = {
        "/api/claims": {"currency": "EUR", "invoice": {"vat_category": "S"}},
        "/api/rules": {"when": {"merchant": "Tea"}, "gives": {"cost_center": "A"}},
    }
    async with api_client(assemble(database, {}).platform) as client:
        for path, body in bodies.items():
            answer = await client.post(path, json=body)
            assert answer.status_code == 422, answer.text
            errors = [each for each in answer.json()["errors"] if "_" in each["field"]]
            assert ["Did you mean" in each["message"] for each in errors] == [True], answer.text


async def test_no_query_takes_the_name_that_a_parameter_has_in_python() -> None:
    database = await migrated_database()
    asked = [
        (method, path, _in_python(each["name"]))
        for method, path, operation in operations()
        for each in operation.get("parameters", [])
        if each["in"] == "query" and _in_python(each["name"]) != each["name"]
    ]
    assert len(asked) > 5
    async with api_client(assemble(database, {}).platform) as client:
        for method, path, name in asked:
            if native_route(method.upper(), path) is None:
                answer = await client.request(method, path, params={name: "1"})
                assert answer.status_code == 422, (path, name)
                assert name in answer.text, (path, name)


def _in_python(name: str) -> str:
    return re.sub("([A-Z])", lambda capital: f"_{capital[0].lower()}", name)


def test_no_body_takes_another_kind_of_value_for_a_number_or_a_truth() -> None:
    """In Python's eyes true is 1, and "1" is a number. A caller who sends them has made a slip."""
    assert description()["paths"]  # all routes are there
    fields = {
        f"{model.__name__}.{name}": (field, model)
        for model in body_models()
        for name, field in model.model_fields.items()
        if {"boolean", "integer", "number"} & {*types_of(field)}
    }
    assert len(fields) > 40
    assert [name for name, (field, _) in fields.items() if not is_strict(field)] == []


def body_models() -> set[type[BaseModel]]:
    """The models of all bodies that the API's own routes take, and those inside them."""
    found: set[type[BaseModel]] = set()
    waiting: list[object] = [
        route.body_field.field_info.annotation
        for route in the_app().routes
        if isinstance(route, APIRoute)
        and route.body_field is not None
        and route.path not in _OF_OTHERS
    ]
    while waiting:
        annotation = waiting.pop()
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            if annotation not in found:
                found.add(annotation)
                waiting += [field.annotation for field in annotation.model_fields.values()]
        else:
            waiting += get_args(annotation)
    return found


def types_of(field: FieldInfo) -> list[str]:
    """JSON's types of a field's own values; a model inside it is looked at by itself."""
    schema = adapter_of(field).json_schema()
    choices = [schema, *schema.get("anyOf", [])]
    return [choice["type"] for choice in choices if "type" in choice]


def is_strict(field: FieldInfo) -> bool:
    """Whether no value is taken as one of another type."""
    adapter = adapter_of(field)
    values = [True, 1, 5, 30, 1.0, "true", "1", "5", "30"]
    taken = [value for value in values if adapts(adapter, value)]
    return len({type(value) for value in taken}) <= 1 and not {str, float} & {*map(type, taken)}


def adapts(adapter: TypeAdapter[Any], value: object) -> bool:
    try:
        adapter.validate_json(json.dumps(value))
    except ValidationError:
        return False
    return True


def adapter_of(field: FieldInfo) -> TypeAdapter[Any]:
    annotated: Any = Annotated
    return TypeAdapter(annotated[field.annotation, field.description, *field.metadata])


async def test_every_route_refuses_a_parameter_that_it_does_not_have() -> None:
    database = await migrated_database()
    asked = [
        (method, path)
        for method, path, _ in operations()
        if native_route(method.upper(), path) is None
    ]
    assert len(asked) > 30
    async with api_client(assemble(database, {}).platform) as client:
        answers = {each: await client.request(*each, params={"colour": "red"}) for each in asked}
    wrong = {
        each
        for each, answer in answers.items()
        if "colour" not in answer.text or answer.status_code != 422
    }
    # These are looked at later than their body is, which is missing here.
    assert {each for each in wrong if answers[each].status_code != 422} == set()
    assert {method for method, _ in wrong} <= {"post", "patch"}


async def test_no_parameter_takes_a_number_for_a_day() -> None:
    """Pydantic by itself takes 0 for the first of January 1970."""
    asked = [
        (method, path, each["name"])
        for method, path, operation in operations()
        for each in operation.get("parameters", [])
        if each["in"] == "query" and '"format": "date' in json.dumps(each["schema"])
    ]
    assert len(asked) > 5
    database = await migrated_database()
    async with api_client(assemble(database, {}).platform) as client:
        for method, path, name in asked:
            answer = await client.request(method, path, params={name: "0"})
            wrong = {error["field"] for error in answer.json().get("errors", [])}
            assert (answer.status_code, name in wrong) == (422, True), (path, name, answer.text)


def test_no_body_takes_a_number_for_a_day() -> None:
    description()  # so that all are imported
    days = [
        (model, name)
        for model in _models(RequestBody)
        for name, field in model.model_fields.items()
        if _is_day(field)
    ]
    assert len(days) > 3
    taken = [
        (model.__name__, name) for model, name in days if not _is_written(model.model_fields[name])
    ]
    assert taken == []


def _models(model: type[RequestBody]) -> Iterator[type[RequestBody]]:
    for each in model.__subclasses__():
        yield each
        yield from _models(each)


def _is_day(field: FieldInfo) -> bool:
    return field.annotation is not None and "datetime." in str(field.annotation)


def _is_written(field: FieldInfo) -> bool:
    """Whether what is sent is looked at before pydantic makes a day or a time of it."""
    return "BeforeValidator" in f"{field.annotation}{field.metadata}"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("statis=failed", "did you mean status?"),
        ("colour=red", "there are"),
        ("limit=1&limit=2", "given twice"),
    ],
)
async def test_what_there_is_instead_is_said(query: str, says: str) -> None:
    database = await migrated_database()
    async with api_client(assemble(database, {}).platform) as client:
        answer = await client.get(f"/api/runs?{query}")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == query.split("=", 1)[0]
    assert says in error["message"]


async def test_whoever_may_not_ask_learns_no_names() -> None:
    database = await migrated_database()
    async with api_client(assemble(database, {}).platform, None) as client:
        assert (await client.get("/api/runs?colour=red")).status_code == 401


async def test_a_body_that_nothing_reads_is_refused() -> None:
    database = await migrated_database()
    async with api_client(assemble(database, {}).platform) as client:
        refused = await client.post("/api/sign-in-codes", json={"role": "owner"})
        taken = await client.post("/api/sign-in-codes", json={})
    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {"field": "body", "message": "This route takes no body: leave it out."}
    ]
    assert taken.status_code == 201


async def test_native_routes_know_their_parameters() -> None:
    platform = assemble(await migrated_database(), {}).platform
    request = MemoryUpload([], {"authorization": f"Bearer {TOKEN}"})
    picture, upload = (
        native_route("GET", "/api/receipts/rcp_1/image"),
        native_route("POST", "/api/receipts"),
    )
    assert picture
    assert upload
    await picture.check_parameters(platform, request, [("width", "1")])
    with pytest.raises(Problem, match="errors"):
        await picture.check_parameters(platform, request, [("widht", "1")])
    with pytest.raises(Problem, match="errors"):
        await upload.check_parameters(platform, request, [("category", "1")])


def test_no_name_of_a_module_is_in_the_description() -> None:
    """Two models of one name are told apart by their modules, which are nobody's business."""
    assert [name for name in description()["components"]["schemas"] if "__" in name] == []
