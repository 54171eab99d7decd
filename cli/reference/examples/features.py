"""Examples that a module has in a file of its name beside this one."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from tillroll.app import MODULES


def of_features(constant: str) -> dict[str, Any]:
    """What these files have at a constant, `BODIES` or `ANSWERS`, together."""
    examples: dict[str, Any] = {}
    for module in MODULES:
        name = f"cli.reference.examples.{module.name}"
        if find_spec(name) is not None:
            examples.update(getattr(import_module(name), constant))
    return examples
