"""What a language model is asked to answer with, and the answer as a checked value."""

import json
from typing import Final, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

FIELDS: Final = ("merchant", "date", "total", "tax", "currency")

_LONGEST_VALUE: Final = 200


class InvalidAnswer(ValueError):
    """The text is no answer: no JSON (prose, a refusal, cut off), or JSON of another shape. The message says which."""


class Said(BaseModel):
    """A value and where it stands, as the model says."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    value: str = Field(max_length=_LONGEST_VALUE, description="copied from the line")
    line: int = Field(ge=0, description="the number at the start of that line")


class ModelAnswer(BaseModel):
    """The fields of a receipt; null for what is not printed on it."""

    model_config = ConfigDict(frozen=True)

    merchant: Said | None = Field(description="the shop's name")
    date: Said | None = Field(description="the day of the purchase, YYYY-MM-DD")
    total: Said | None = Field(description="what was to be paid in the end, digits with a decimal point")
    tax: Said | None = Field(description="all tax in it, digits with a decimal point")
    currency: Said | None = Field(description="ISO 4217 code")

    def said(self, field: str) -> Said | None:
        """What it says of one of FIELDS."""
        return getattr(self, field)


def answer_schema() -> Json:
    """The JSON schema of ModelAnswer without references, which not every model's JSON mode follows."""
    schema = ModelAnswer.model_json_schema()
    return _inlined(schema, schema.pop("$defs"))


def _inlined(node: Json, definitions: dict[str, Json]) -> Json:
    match node:
        case list():
            return [_inlined(item, definitions) for item in node]
        case {"$ref": str(reference)}:
            return _inlined(definitions[reference.rpartition("/")[2]], definitions)
        case dict():
            return {key: _inlined(value, definitions) for key, value in node.items()}
        case _:
            return node


def parse_answer(text: str) -> ModelAnswer:
    """Read a model's answer; prose or a code fence around the object is forgiven.

    Raises:
        InvalidAnswer: there is no object in it, or one of another shape.
    """
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        raise InvalidAnswer("the answer holds no JSON object")
    try:
        return ModelAnswer.model_validate(json.loads(text[start : end + 1]))
    except ValidationError as error:
        places = sorted({".".join(map(str, problem["loc"])) for problem in error.errors()})
        raise InvalidAnswer(f"the answer's JSON has another shape at {', '.join(places)}") from error
    except (ValueError, RecursionError) as error:
        raise InvalidAnswer("the answer is no valid JSON") from error
