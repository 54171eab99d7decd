"""What a step was given, as it is kept for whoever looks at its run: bounded, without what its contract withholds.

A step is done once in a run and answers with what it handed back, so what it is given again must be the same.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from tillroll.durable.contract import Step
from tillroll.durable.record.outputs import OMITTED, UnfitOutput, as_stored
from tillroll.durable.telling.withholding import withhold
from tillroll.platform.json import dump, load

LARGEST_INPUT_BYTES: Final = 16 * 1024
# Of each of two inputs that differ, so much is shown, from shortly before the place where they do.
_SHOWN: Final = 60
_BEFORE: Final = 20


@dataclass(frozen=True)
class Given:
    """`kept` is JSON text, None where it is given nothing; `digest` is that of all of it."""

    kept: str | None
    digest: str


def given(run_id: str, step: Step, inputs: Sequence[object]) -> Given:
    """What a step is given."""
    return given_text(run_id, step.name, _as_text(step, inputs) if inputs else None, step.withheld)


def given_text(run_id: str, name: str, whole: str | None, withheld: Collection[str] = ()) -> Given:
    """The same, of canonical JSON text."""
    # The run's id keeps two runs that were given the same secret from being told so by their digests.
    digest = hashlib.sha256(f"{run_id}:{name}:{whole or ''}".encode()).hexdigest()
    return Given(None if whole is None else _kept(whole, withheld), digest)


def as_given(step: Step, inputs: Sequence[object]) -> str | None:
    """The inputs as the JSON text of a list; None where there are none.

    A model stands as its values, what is no JSON as the name of its type, and all of them as their size where they
    exceed LARGEST_INPUT_BYTES. What is withheld is not even kept: an input is for reading only, nothing goes on by it.
    """
    return _kept(_as_text(step, inputs), step.withheld) if inputs else None


def side_by_side(before: str | None, now: str | None) -> str:
    """Two inputs, as they are kept, in a sentence that shows where they differ."""
    one, other = before or "nothing", now or "nothing"
    if one == other:
        return "They differ in what is withheld, or too large to be kept"
    same = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    return f"It was given {_around(one, same)}, and is given {_around(other, same)} now"


def _around(text: str, place: int) -> str:
    begin = max(0, place - _BEFORE)
    shown = text[begin : begin + _SHOWN]
    return f"{'…' if begin else ''}{shown}{'…' if begin + _SHOWN < len(text) else ''}"


def _kept(whole: str, withheld: Collection[str]) -> str:
    kept = dump(withhold(load(whole), withheld)) if withheld else whole
    size = len(kept.encode())
    return kept if size <= LARGEST_INPUT_BYTES else dump({OMITTED: size})


def _as_text(step: Step, inputs: Sequence[object]) -> str:
    return f"[{','.join(_one_as_text(step, each) for each in inputs)}]"


def _one_as_text(step: Step, value: object) -> str:
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    try:
        return as_stored(step.name, plain)  # pyright: ignore[reportArgumentType] - it finds out
    except UnfitOutput:
        return dump({"$type": type(value).__name__})
