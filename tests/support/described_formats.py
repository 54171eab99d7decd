"""Whether an answer's texts have the formats that the API's description names."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

_FORMS: Final = {
    "date": re.compile(r"\d{4}-\d{2}-\d{2}"),
    # RFC 3339, section 5.6; the API's own are in UTC.
    "date-time": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z"),
}


def misfits(
    schema: Mapping[str, Any], value: Any, *, schemas: Mapping[str, Any], place: str = ""
) -> Iterator[str]:
    """Place and value of each text without the form of its format. `schemas` are the components;
    of a choice, the formats of all alternatives for a text count."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from misfits(each, value, schemas=schemas, place=place)
    form = _FORMS.get(schema.get("format", ""))
    if form is not None and isinstance(value, str) and form.fullmatch(value) is None:
        yield f"{place}: {value}"
    if isinstance(value, list):
        for each in cast("list[Any]", value):
            inner = schema.get("items", {})
            yield from misfits(inner, each, schemas=schemas, place=f"{place}[]")
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        for name, inner in schema.get("properties", {}).items():
            yield from misfits(inner, members.get(name), schemas=schemas, place=f"{place}.{name}")
