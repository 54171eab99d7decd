"""All of them."""

from typing import Any, Final

from cli.reference.native import claims, data_exports, exports, inbound, receipts
from tillroll.api.problems import PROBLEM_RESPONSES

NATIVE_PATHS: Final[dict[str, Any]] = {
    **receipts.PATHS,
    **inbound.PATHS,
    **claims.PATHS,
    **exports.PATHS,
    **data_exports.PATHS,
}

for _operations in NATIVE_PATHS.values():
    for _operation in _operations.values():
        _operation["responses"].setdefault("429", PROBLEM_RESPONSES[429])
        if _operation.get("security") != []:  # whatever needs a permission is refused to a token that lacks it
            _operation["responses"].setdefault("403", PROBLEM_RESPONSES[403])
