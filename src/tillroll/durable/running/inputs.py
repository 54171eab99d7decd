"""What a step was given, as it is kept for whoever looks at its run: bounded, without what its contract withholds."""

from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel

from tillroll.durable.contract import Step
from tillroll.durable.record.outputs import OMITTED, UnfitOutput, as_stored
from tillroll.durable.telling.withholding import withhold
from tillroll.platform.json import Json, dump

LARGEST_INPUT_BYTES: Final = 16 * 1024


def as_given(step: Step, inputs: Sequence[object]) -> str | None:
    """The inputs as the JSON text of a list; None where there are none.

    A model stands as its values, what is no JSON as the name of its type, and all of them as their size where they
    exceed LARGEST_INPUT_BYTES. What is withheld is not even kept: an input is for reading only, nothing goes on by it.
    """
    if not inputs:
        return None
    given = dump(withhold([_as_json(step, each) for each in inputs], step.withheld))
    size = len(given.encode())
    return given if size <= LARGEST_INPUT_BYTES else dump({OMITTED: size})


def _as_json(step: Step, value: object) -> Json:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    try:
        as_stored(step.name, value)  # pyright: ignore[reportArgumentType] - it finds out
    except UnfitOutput:
        return {"$type": type(value).__name__}
    return value  # pyright: ignore[reportReturnType] - found out
