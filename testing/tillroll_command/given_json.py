"""JSON that a person gives a command: what can be sent, and not all that Python takes for it."""

import json
from typing import Any, cast

from tillroll_command.endings import Code, Stopped


def read_json(given: str | bytes) -> Any:
    """Raises ValueError: it is no JSON, or has half a surrogate pair, which cannot be sent."""
    try:
        content = json.loads(given, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("it nests too deep") from error
    json.dumps(content, ensure_ascii=False).encode()
    return content


def json_object(given: str, what: str = "params") -> dict[str, Any]:
    """Raises Stopped: it is no JSON object; `what` it was to be is said."""
    try:
        content = read_json(given)
    except ValueError as error:
        raise Stopped(
            Code.USAGE, f'The {what}: no JSON ({error}). Write an object, as {{"name": "value"}}.'
        ) from error
    if not isinstance(content, dict):
        raise Stopped(Code.USAGE, f'The {what}: no JSON object. Write one, as {{"name": "value"}}.')
    return cast("dict[str, Any]", content)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
