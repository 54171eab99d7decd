"""What an answer shows once is not kept, and is null in the answer that is given again."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tillroll.platform.json import Json, dump, load
from tillroll.platform.shape import SHOWN_ONCE


def without_secrets(model: Any, body: str) -> str:
    """The JSON of an answer of a route whose response model is `model`, with null in place of what is shown once."""
    if not has_secrets(model):
        return body
    answer = load(body)
    _blank(model, answer)
    return dump(answer)


def has_secrets(model: Any) -> bool:
    """True where something in it is shown once."""
    return any(
        _is_secret(field) or has_secrets(field.annotation)
        for each in _models(model)
        for field in _fields(each).values()
    )


def _blank(model: Any, value: Json) -> None:
    if isinstance(value, list):
        for each in value:
            _blank(model, each)
        return
    if not isinstance(value, dict):
        return
    for each in _models(model):
        for name, field in _fields(each).items():
            shown = field.serialization_alias or field.alias or name
            if shown not in value:
                continue
            if _is_secret(field):
                value[shown] = None
            else:
                _blank(field.annotation, value[shown])


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation names: itself, of a list, of a union."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models(each)


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return model.model_fields


def _is_secret(field: FieldInfo) -> bool:
    return field.json_schema_extra == {SHOWN_ONCE: True}
