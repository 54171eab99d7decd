"""D1."""

from collections.abc import Sequence
from typing import Any, cast

from pyodide.ffi import JsException, to_js

from tillroll.platform.bindings.database import ByBatch, ConstraintFailed, DatabaseError, Row, Statement
from tillroll.platform.cloudflare.values import bound, from_object

_CONSTRAINT = ("SQLITE_CONSTRAINT", "constraint failed")


class D1Database(ByBatch):
    """`Database` on a D1 binding."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        prepared = [self._prepare(item) for item in statements]
        try:
            results = await (self._binding.batch(to_js(prepared)) if len(prepared) > 1 else prepared[0].all())
        except JsException as error:
            raise _translate(error) from error
        answers = cast("list[dict[str, Any]]", from_object(results if len(prepared) > 1 else to_js([results])))
        return [cast("list[Row]", answer.get("results") or []) for answer in answers]

    def _prepare(self, item: Statement) -> Any:
        prepared = self._binding.prepare(item.sql)
        return prepared.bind(*map(bound, item.parameters)) if item.parameters else prepared


def _translate(error: JsException) -> DatabaseError:
    message = error.message
    kind = ConstraintFailed if any(sign in message for sign in _CONSTRAINT) else DatabaseError
    return kind(message)
