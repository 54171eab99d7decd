"""Vectorize, behind the platform's protocol. No test has asked the genuine index: it has no local
counterpart, and wrangler asks the one of the account."""

from collections.abc import Sequence
from typing import Any

from pyodide.ffi import JsException

from tillroll_durable.platform.bindings.vectors import (
    MOST_IDS,
    Match,
    Vector,
    VectorsRefused,
    VectorsUnavailable,
    check_query,
    check_vectors,
)
from tillroll_durable.platform.cloudflare.runtime import from_object, to_object
from tillroll_durable.platform.json import Json, as_object

# An error whose text begins so speaks of the request: "VECTOR_UPSERT_ERROR (code = 40012): …".
_ABOUT_THE_REQUEST = "code = 40"


class VectorizeIndex:
    """`Vectors` on a Vectorize binding."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def upsert(self, vectors: Sequence[Vector]) -> str:
        check_vectors(vectors)
        rows: list[Json] = [
            {"id": each.id, "values": [*each.values], "metadata": as_object(each.metadata)}
            for each in vectors
        ]
        answer = await self._ask("upsert", to_object(rows))
        return str(answer["mutationId"])

    async def present(self, ids: Sequence[str]) -> set[str]:
        ids_there: set[str] = set()
        for first in range(0, len(ids), MOST_IDS):
            piece: list[Json] = [*ids[first : first + MOST_IDS]]
            rows = await self._ask("getByIds", to_object(piece))
            ids_there |= {str(row["id"]) for row in rows}
        return ids_there

    async def query(self, values: Sequence[float], most: int = 5) -> list[Match]:
        check_query(most)
        answer = await self._ask("query", to_object([*values]), to_object({"topK": most}))
        return [Match(str(each["id"]), float(each["score"])) for each in answer["matches"]]

    async def _ask(self, verb: str, *arguments: Any) -> Any:
        try:
            return from_object(await getattr(self._binding, verb)(*arguments))
        except JsException as error:
            if _ABOUT_THE_REQUEST in error.message:
                raise VectorsRefused(error.message) from error
            raise VectorsUnavailable(error.message) from error
