"""An extraction as it is stored: nothing that is as by default, each line of the paper once,
evidence as the number of its line with start and end, and reasons as weights by their codes. Values
stand where they stand in full, so that SQL finds them by the same paths.
"""

from collections.abc import Callable, Mapping
from typing import Final

from tillroll_documents.json import Json, JsonObject, dump, load_object
from tillroll_documents.reading.extraction import Extraction

# The lines that values stand on, by number.
_LINES: Final = "lines"
# What a line item need not say, and has no default.
_UNSAID: Final[JsonObject] = {"quantity": None, "unitPrice": None}


def to_stored(read: Extraction) -> str:
    """JSON text, about half of the whole."""
    lines: JsonObject = {}
    stored = _shortened(read.model_dump(mode="json", exclude_defaults=True), lines)
    match stored:
        case {"merchant": {"value": str(name)} as merchant, "registeredName": firm} if (
            firm == merchant
        ):
            # Of most, the firm's name is the merchant's, read on the same grounds.
            stored["registeredName"] = {"value": name, "as": "merchant"}
        case _:
            pass
    if "lineItems" in stored:
        stored["lineItems"] = _inside(stored["lineItems"], _said)
    return dump({**stored, _LINES: lines} if lines else stored)


def from_stored(stored: str) -> Extraction:
    """The extraction; what `to_stored` leaves out may also be there."""
    values = load_object(stored)
    match values:
        case {"merchant": {**merchant}, "registeredName": {"as": "merchant"}}:
            values["registeredName"] = merchant
        case _:
            pass
    if "lineItems" in values:
        values["lineItems"] = _inside(values["lineItems"], lambda item: {**_UNSAID, **item})
    lines = values.pop(_LINES, {})
    whole = _lengthened(values, lines if isinstance(lines, dict) else {})
    return Extraction.model_validate_json(dump(whole))


def in_full(stored: str) -> JsonObject:
    """An extraction as JSON with all of its fields."""
    return load_object(from_stored(stored).model_dump_json())


def _said(item: JsonObject) -> JsonObject:
    return {name: value for name, value in item.items() if name not in _UNSAID or value is not None}


def _shortened(part: JsonObject, lines: JsonObject) -> JsonObject:
    """The short form of a part of an extraction; its lines are put into `lines`."""
    short: JsonObject = {}
    for name, value in part.items():
        match name, value:
            case "evidence", {"line": line, "text": text, "start": start, "end": end, **path} if (
                not path and lines.setdefault(str(line), text) == text
            ):
                short[name] = [line, start, end]
            case "reasons", [*reasons] if (weights := _weights(reasons)) is not None:
                short[name] = weights
            case _:
                short[name] = _inside(value, lambda each: _shortened(each, lines))
    return short


def _inside(value: Json, change: Callable[[JsonObject], JsonObject]) -> Json:
    """A value with the parts in it changed."""
    if isinstance(value, list):
        return [change(each) if isinstance(each, dict) else each for each in value]
    if isinstance(value, dict):
        return change(value)
    return value


def _weights(reasons: list[Json]) -> JsonObject | None:
    """Weights by codes; None where a code stands there twice."""
    weights = {str(each["code"]): each["weight"] for each in reasons if isinstance(each, dict)}
    if len(weights) == len(reasons):
        return weights
    return None


def _lengthened(part: JsonObject, lines: Mapping[str, Json]) -> JsonObject:
    whole: JsonObject = {}
    for name, value in part.items():
        match name, value:
            case "evidence", [line, start, end]:
                whole[name] = {
                    "line": line,
                    "text": lines.get(str(line)),
                    "start": start,
                    "end": end,
                }
            case "reasons", dict():
                whole[name] = [{"code": code, "weight": weight} for code, weight in value.items()]
            case _:
                whole[name] = _inside(value, lambda each: _lengthened(each, lines))
    return whole
