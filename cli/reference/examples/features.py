"""Examples that a module has in a file of its name beside this one."""

from importlib import import_module
from pathlib import Path
from typing import Any, Final

from tillroll.app import MODULES

_FOLDER: Final = Path(__file__).parent


def of_features(constant: str) -> dict[str, Any]:
    """What these files have at a constant, `BODIES` or `ANSWERS`, together."""
    examples: dict[str, Any] = {}
    for module in MODULES:
        if (_FOLDER / f"{module.name}.py").is_file():
            found = import_module(f"cli.reference.examples.{module.name}")
            examples.update(getattr(found, constant))
    return examples
