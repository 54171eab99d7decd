"""All of them."""

from importlib import import_module
from typing import Any, Final

from tillroll.api.problems import PROBLEM_RESPONSES
from tillroll.app import has

_DESCRIBED: Final = {
    "receipts": "receipts",
    "bank": "bank",
    "company": "company",
    "inbound": "inbound",
    "claims": "claims",
    "exports": "exports",
    "privacy": "data_exports",
}
"""By a module its file beside this one."""

NATIVE_PATHS: Final[dict[str, Any]] = {
    path: operations
    for module, file in _DESCRIBED.items()
    if has(module)
    for path, operations in import_module(f"cli.reference.native.{file}").PATHS.items()
}

for _operations in NATIVE_PATHS.values():
    for _operation in _operations.values():
        _operation["responses"].setdefault("429", PROBLEM_RESPONSES[429])
        # whatever needs a permission is refused to a token that lacks it
        if _operation.get("security") != []:
            _operation["responses"].setdefault("403", PROBLEM_RESPONSES[403])
