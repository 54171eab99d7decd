"""The types that the page checks its requests by, from the OpenAPI document:
public/js/api/types.d.ts.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

_HEAD = """\
// Made from the API's OpenAPI document by `make setup`. Edits are lost.
// `paths` has for each path and method what is asked (`query`, `body`) and
// what is answered (`answer`).
"""
_METHODS = ("get", "post", "put", "patch", "delete")
_PLAIN = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def api_types(document: Mapping[str, Any]) -> str:
    """Return the TypeScript declarations for an OpenAPI 3.1 document."""
    schemas = document.get("components", {}).get("schemas", {})
    parts = [_HEAD]
    parts.extend(
        f"export type {_name(name)} = {_type(schemas[name], 0)};\n" for name in sorted(schemas)
    )
    parts.append("export interface paths {\n" + "".join(_paths(document["paths"])) + "}\n")
    return "\n".join(parts)


def _paths(paths: Mapping[str, Any]) -> Iterator[str]:
    for path in sorted(paths):
        yield f"  {json.dumps(path)}: {{\n"
        for method in _METHODS:
            if method in paths[path]:
                yield f"    {method}: {_operation(paths[path][method])};\n"
        yield "  };\n"


def _operation(operation: Mapping[str, Any]) -> str:
    asked = [
        parameter for parameter in operation.get("parameters", []) if parameter["in"] == "query"
    ]
    query = {
        "type": "object",
        # What is null is left out of a query, by the page's one way to the API.
        "properties": {
            each["name"]: each["schema"]
            if each.get("required")
            else {"anyOf": [each["schema"], {"type": "null"}]}
            for each in asked
        },
        "required": [each["name"] for each in asked if each.get("required")],
    }
    body = _content(operation.get("requestBody", {}))
    answers = [
        _content(answer)
        for status, answer in operation["responses"].items()
        if status.startswith("2")
    ]
    answer = next((schema for schema in answers if schema is not None), None)
    types = {"query": _type(query, 2), "body": _type(body, 2), "answer": _type(answer, 2)}
    return "{ " + "; ".join(f"{name}: {type_}" for name, type_ in types.items()) + " }"


def _content(message: Mapping[str, Any]) -> Any:
    """The schema of a JSON body; None where it has none, or another media type."""
    return message.get("content", {}).get("application/json", {}).get("schema")


def _name(of_a_schema: str) -> str:
    """Where a model is asked for and answered in two ways, the document calls these Name-Input and
    Name-Output.
    """
    return of_a_schema.replace("-", "")


def _type(schema: Any, depth: int) -> str:
    if schema is None:
        return "null"
    if "$ref" in schema:
        return _name(str(schema["$ref"]).rsplit("/", 1)[-1])
    if several := _several(schema, depth):
        return several
    kind = schema.get("type")
    if kind == "array":
        return f"Array<{_type(schema.get('items', {}), depth)}>"
    return _object(schema, depth) if kind == "object" else _PLAIN.get(str(kind), "unknown")


def _several(schema: Mapping[str, Any], depth: int) -> str | None:
    """The type of a schema that names more than one, or the values there can be; None where it does
    not.
    """
    for word, mark in (("anyOf", " | "), ("oneOf", " | "), ("allOf", " & ")):
        if word in schema:
            return mark.join(dict.fromkeys(_type(each, depth) for each in schema[word]))
    values: list[Any] | None = [schema["const"]] if "const" in schema else schema.get("enum")
    return " | ".join(json.dumps(value) for value in values) if values else None


def _object(schema: Mapping[str, Any], depth: int) -> str:
    properties: Mapping[str, Any] = schema.get("properties", {})
    if not properties:
        others = schema.get("additionalProperties", False)
        if isinstance(others, dict):
            return f"Record<string, {_type(others, depth)}>"
        return "Record<string, unknown>" if others else "Record<string, never>"
    indent = "  " * (depth + 1)
    required = set(schema.get("required", []))
    lines = [
        f"{indent}{json.dumps(name)}{'' if name in required else '?'}: {_type(each, depth + 1)};\n"
        for name, each in properties.items()
    ]
    return "{\n" + "".join(lines) + "  " * depth + "}"
