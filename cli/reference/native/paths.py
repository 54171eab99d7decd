"""All of them: each module with native routes has a file of its name beside this one."""

from importlib import import_module
from typing import Any, Final

from tillroll.api.problems import PROBLEM_RESPONSES
from tillroll.app import MODULES

NATIVE_PATHS: Final[dict[str, Any]] = {
    path: operations
    for module in reversed(MODULES)
    if module.natives
    for path, operations in import_module(f"cli.reference.native.{module.name}").PATHS.items()
}

for _operations in NATIVE_PATHS.values():
    for _operation in _operations.values():
        _operation["responses"].setdefault("429", PROBLEM_RESPONSES[429])
        # whatever needs a permission is refused to a token that lacks it
        if _operation.get("security") != []:
            _operation["responses"].setdefault("403", PROBLEM_RESPONSES[403])
