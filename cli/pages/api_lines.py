"""The API in lines: docs/api.txt has one for each route, query parameter and field. `make docs`
writes it.

The OpenAPI document is made, not committed. These lines are committed: each change of the API is
read with the code.
"""

import json
from collections.abc import Iterator, Mapping, Set
from typing import Any, Final

_HEAD: Final = """\
# The API in lines, made by `make docs`. `?` marks what may be left out; (…) has bounds;
# = has a default.
# Each route may also answer {common}.

"""
_METHODS: Final = ("get", "post", "put", "patch", "delete")
_BOUNDS: Final = (
    "format",
    "minLength",
    "maxLength",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "pattern",
)
_GROUPS: Final = (("anyOf", " | "), ("oneOf", " | "), ("allOf", " & "))


def api_lines(document: Mapping[str, Any]) -> str:
    """Return the lines for an OpenAPI 3.1 document: its routes, then the fields of its schemas,
    then its webhooks.
    """
    lines: list[str] = []
    routes = dict(_routes(document["paths"]))
    common = frozenset[str].intersection(
        *(frozenset(each["responses"]) for each in routes.values())
    )
    for route, operation in routes.items():
        lines.extend(_route_lines(route, operation, common=common))
    schemas = document.get("components", {}).get("schemas", {})
    for name in sorted(schemas):
        lines.extend(_schema_lines(name, schemas[name]))
    webhooks = document.get("webhooks", {})
    for name in sorted(webhooks):
        body = webhooks[name]["post"].get("requestBody", {})
        lines.append(f"webhook {name}: {_bodies(body)}")
    return _HEAD.format(common=", ".join(sorted(common))) + "\n".join(lines) + "\n"


def _routes(paths: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each route, such as `GET /api/runs`, with its operation."""
    for path in sorted(paths):
        for method in _METHODS:
            if method in paths[path]:
                yield f"{method.upper()} {path}", paths[path][method]


def _route_lines(route: str, operation: Mapping[str, Any], *, common: Set[str]) -> Iterator[str]:
    parameters = operation.get("parameters", [])
    parts = [route, operation["operationId"]]
    if "x-permission" in operation:
        parts.append(f"permission {operation['x-permission']}")
    headers = [each for each in parameters if each["in"] == "header"]
    parts.extend(_marked(each["name"], optional=not each.get("required")) for each in headers)
    body = operation.get("requestBody")
    if body is not None:
        parts.append(f"body {_bodies(body)}")
    answers = [
        f"{status} {_bodies(answer)}".rstrip()
        for status, answer in sorted(operation["responses"].items())
        if status not in common
    ]
    parts.append(", ".join(answers))
    yield " · ".join(parts)
    for each in parameters:
        if each["in"] == "query":
            yield (
                f"{route} {_field(each['name'], each['schema'], optional=not each.get('required'))}"
            )


def _bodies(message: Mapping[str, Any]) -> str:
    """The media types of a message with their schemas; a plain name where the body is JSON."""
    contents: list[str] = []
    for media_type, content in message.get("content", {}).items():
        described = _type(content["schema"]) if "schema" in content else ""
        if media_type in {"application/json", "application/problem+json"} and described:
            contents.append(described)
        else:
            contents.append(f"{media_type} {described}".rstrip())
    return " or ".join(contents)


def _schema_lines(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    properties = schema.get("properties")
    if not properties:
        yield f"{name}: {_type(schema)}"
        return
    required = set(schema.get("required", []))
    for field, described in properties.items():
        yield f"{name}.{_field(field, described, optional=field not in required)}"
    if schema.get("additionalProperties"):
        yield f"{name}.*: {_others(schema['additionalProperties'])}"


def _field(name: str, schema: Mapping[str, Any], *, optional: bool) -> str:
    line = f"{_marked(name, optional=optional)}: {_type(schema)}"
    if "default" in schema:
        line += f" = {_json(schema['default'])}"
    return line


def _marked(name: str, *, optional: bool) -> str:
    return f"{name}?" if optional else name


def _type(schema: Mapping[str, Any]) -> str:
    bounds = [f"{bound} {_json(schema[bound])}" for bound in _BOUNDS if bound in schema]
    described = _type_without_bounds(schema)
    return f"{described} ({', '.join(bounds)})" if bounds else described


def _type_without_bounds(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    for word, mark in _GROUPS:
        if word in schema:
            return mark.join(_type(each) for each in schema[word])
    if "const" in schema:
        return _json(schema["const"])
    if "enum" in schema:
        return " | ".join(_json(value) for value in schema["enum"])
    return _type_by_kind(schema)


def _type_by_kind(schema: Mapping[str, Any]) -> str:
    kind: str | list[str] = schema.get("type", "any")
    if isinstance(kind, list):
        return " | ".join(kind)
    if kind == "array":
        return f"[{_type(schema.get('items', {}))}]"
    if kind == "object":
        return _object(schema)
    return kind


def _object(schema: Mapping[str, Any]) -> str:
    properties = schema.get("properties", {})
    required = set(schema.get("required", []))
    fields = [
        _field(name, each, optional=name not in required) for name, each in properties.items()
    ]
    others = schema.get("additionalProperties")
    if others:
        fields.append(f"*: {_others(others)}")
    return f"{{{'; '.join(fields)}}}"


def _others(schema: Mapping[str, Any] | bool) -> str:
    if isinstance(schema, bool):
        return "any"
    return _type(schema)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
