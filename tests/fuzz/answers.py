"""What an answer may be: what the OpenAPI document tells of, and never a 5xx."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

import httpx
import schemathesis


class _Operation(Protocol):
    """Of schemathesis' operation, whose types are not stated, what is used here."""

    def validate_response(self, response: httpx.Response) -> object: ...


class Description:
    """The OpenAPI document, which answers are held to."""

    def __init__(self, client: httpx.Client) -> None:
        document = client.get("/api/openapi.json").raise_for_status().json()
        schema = cast("Any", schemathesis.openapi).from_dict(document)
        found = [operation.ok() for operation in schema.get_all_operations()]
        self._operations: dict[tuple[str, str], _Operation] = {
            (operation.method.upper(), operation.path): operation for operation in found
        }

    def addresses(self, random_: random.Random, ids: Mapping[str, Sequence[str]]) -> list[str]:
        """The paths, each with ids that exist and with ones that do not. `ids` stand by the names
        of parameters; any other parameter is something that does not exist.
        """
        templates = sorted({path for _, path in self._operations})
        known = {name: random_.choice(there) for name, there in ids.items()}
        chosen = [defaultdict(lambda: "x", known), defaultdict[str, str](lambda: "x")]
        return sorted({template.format_map(names) for template in templates for names in chosen})

    def hold(self, answer: httpx.Response, what: str) -> None:
        """Where the document tells of the path and the method, the answer is one that it tells of.

        Raises:
            AssertionError: it is not; or, wherever, it is a 5xx, or a refusal that does not say
                why.
        """
        status, method = answer.status_code, answer.request.method
        assert status < 500, f"{status} for {what}: {answer.text[:300]}"
        if status >= 400 and method != "HEAD":
            assert answer.headers["content-type"] == "application/problem+json", (
                f"{answer.text[:300]} for {what}"
            )
            assert answer.json()["detail"], what
        if status == 405:
            assert answer.headers["allow"], what
        operation = self._find(method, answer.request.url.raw_path.split(b"?")[0].decode())
        if operation is not None:
            answer.request.read()  # schemathesis shows it with what it finds
            operation.validate_response(answer)

    def _find(self, method: str, path: str) -> _Operation | None:
        for (known, template), operation in self._operations.items():
            if known == method and _is_like(path.split("/"), template.split("/")):
                return operation
        return None


def _is_like(parts: Sequence[str], template: Sequence[str]) -> bool:
    return len(parts) == len(template) and all(
        part == wanted or wanted.startswith("{")
        for part, wanted in zip(parts, template, strict=True)
    )
