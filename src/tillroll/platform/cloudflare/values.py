"""Between Python's values and JavaScript's."""

import json
from typing import Any

import js
from pyodide.ffi import jsnull, to_js

from tillroll.platform.bindings.database import LARGEST_INTEGER, Value
from tillroll.platform.json import Json


def to_object(value: Json) -> Any:
    """A JSON value as plain JavaScript objects and arrays."""
    return js.JSON.parse(json.dumps(value))


def from_object(value: Any) -> Json:
    """Plain JavaScript objects and arrays as a JSON value; null becomes None, whole numbers become int."""
    return json.loads(js.JSON.stringify(value))


def bound(value: Value) -> Any:
    """A value as D1 binds it.

    Raises:
        ValueError: an integer is too large for a JavaScript number.
    """
    if value is None:
        return jsnull
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise ValueError(f"{value} is beyond 2^53 and would lose digits in D1")
    return value


def is_nothing(value: Any) -> bool:
    """True for JavaScript's null and undefined."""
    return value is None or value is jsnull


def options(**values: Any) -> Any:
    """A JavaScript object of the given values, which are passed as they are."""
    return to_js(values, dict_converter=js.Object.fromEntries)
