"""What a run is begun with: a model that its workflow declares, checked once, kept on the run, read by the body."""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from tillroll.platform.faults.saying import faults_of
from tillroll.platform.json import JsonObject, dump, load_object

# Params name things; what is large lies in the object store, and its key is named.
LARGEST_PARAMS_BYTES = 64 * 1024

Model = TypeVar("Model", bound=BaseModel)


class Params(BaseModel):
    """The base of a workflow's params: unknown names are refused, and nothing changes them. They are kept by the names
    of the model, and come from outside in camelCase."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, validate_by_name=True, validate_by_alias=True
    )


class NoParams(Params):
    """For a workflow that needs none."""


class InvalidParams(ValueError):
    """The params are not what the workflow declares; the message names each fault."""


def checked(model: type[Model], params: BaseModel | JsonObject) -> tuple[Model, str]:
    """The params as the workflow's model, and as the JSON text that is kept.

    Raises:
        InvalidParams: they do not fit the model, or exceed LARGEST_PARAMS_BYTES.
    """
    values = params.model_dump(mode="json") if isinstance(params, BaseModel) else params
    try:
        valid = model.model_validate(values)
    except ValidationError as error:
        raise InvalidParams(faults_of(error, "params", model)) from error
    kept = dump(valid.model_dump(mode="json"))
    if len(kept.encode()) > LARGEST_PARAMS_BYTES:
        raise InvalidParams(f"params exceed {LARGEST_PARAMS_BYTES} bytes: put what is large into the object store")
    return valid, kept


def read(model: type[Model], kept: str) -> Model:
    """The params that a run was begun with.

    Raises:
        InvalidParams: they do not fit the model (any more).
    """
    return checked(model, load_object(kept))[0]
