"""One answer of every operation of the API, as programs get it: recorded, byte for byte.

The operations and their bodies come from the description, so that a new one is recorded too. Each
is asked of the same account, by its owner. Whoever means to change an answer records anew, with
RECORD=1 in the environment of this test, and reads the difference.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from cli.reference.complete import operations_of
from tests.support.described_formats import misfits
from tests.support.expenses import Given
from tests.support.host_api import api_client, description
from tests.support.host_platform import assemble
from tests.unit.api.test_another_account import BODIES, made
from tests.unit.expenses.sorting.sorted_books import open_books
from tillroll.api.native import native_route
from tillroll_durable.platform.bindings.http import HttpReply, HttpRequest

_RECORDED: Final = Path(__file__).parent / "recorded" / "operations"
_JSON: Final = "application/json"
# What is drawn: ids, secrets, digests and cursors that are made of them, and what the database says
# is now. Each is named by its place in the answer.
_DRAWN: Final = re.compile(
    r"(?P<secret>whsec_|code=|\"(?:challenge|code|nextCursor|lastCursor|secret)\":\")[\w+/=-]{18,}"
    r"|\b(?P<id>[a-z]{2,5}_)(?=[\w-]*[0-9A-Z])[\w-]{20,}"
    r"|\b[0-9a-f]{16,}\b"
    rf"|(?P<now>{datetime.now(UTC):%Y-%m})-\d\dT[\d:.]+Z"
)
_HEADERS: Final = ("content-type", "etag", "location", "allow")
# The tag of the bytes themselves says nothing more.
_OF_BYTES: Final = re.compile('"[0-9a-f]{32}"')


def _operations() -> Iterator[tuple[str, str, str, Any]]:
    """Tag, method, path and body of each operation that FastAPI answers."""
    for method, path, operation in operations_of(description()):
        if native_route(method, path) is None:
            content = operation.get("requestBody", {}).get("content", {}).get(_JSON, {})
            yield (
                operation["tags"][0],
                method,
                path,
                BODIES.get(f"{method} {path}", content.get("example")),
            )


def _kind(found: re.Match[str]) -> str:
    return found["secret"] or found["id"] or ("now_" if found["now"] else "digest_")


def _named(answer: str) -> str:
    known: dict[str, str] = {}
    numbers = count(1)

    def name(found: re.Match[str]) -> str:
        if found[0] not in known:
            known[found[0]] = f"{_kind(found)}{next(numbers)}"
        return known[found[0]]

    return _DRAWN.sub(name, answer)


def _told(key: str, answer: httpx.Response) -> str:
    shown = [name for name in _HEADERS if name in answer.headers]
    headers = [
        f"{name}: {answer.headers[name]}"
        for name in shown
        if not _OF_BYTES.fullmatch(answer.headers[name])
    ]
    return _named("\n".join([key, str(answer.status_code), *headers, answer.text, ""]))


class Books:
    """Books at the other end of the line, which have no accounts."""

    async def send(self, request: HttpRequest) -> HttpReply:
        assert request.url == "https://hooks.test/books"
        return HttpReply(200, '{"company": "A", "currency": "EUR", "accounts": [], "taxCodes": []}')


def _misfits(method: str, path: str, answer: httpx.Response) -> Iterator[str]:
    """What is no moment, or no day, though the description says so. Rows that `made` writes have an
    empty text for most moments: of these nothing is told.
    """
    described = description()
    responses = described["paths"][path][method.lower()]["responses"]
    content = responses.get(str(answer.status_code), {}).get("content", {})
    if _JSON in content and answer.headers.get("content-type") == _JSON:
        schemas = described["components"]["schemas"]
        unfit = misfits(content[_JSON]["schema"], answer.json(), schemas=schemas)
        yield from (each for each in unfit if not each.endswith(": "))


async def _answers() -> dict[str, str]:
    """What is answered, by tag."""
    first = await open_books(
        Given(1, merchant="TEO HENG", category="Meals"), Given(2, merchant="TEO HENG")
    )
    ids = {**await made(first), "by": "category"}
    told: dict[str, str] = {}
    unfit: list[str] = []
    for tag, method, path, body in _operations():
        # Each meets the account as it was, whatever the one before has changed.
        host = assemble(first.host.database.copy(), {})
        async with api_client(replace(host.platform, exchange=Books())) as client:
            answer = await client.request(method, path.format_map(ids), json=body)
        unfit += [f"{path}{each}" for each in _misfits(method, path, answer)]
        told[tag] = told.get(tag, "") + _told(f"{method} {path}", answer) + "\n"
    assert unfit == []
    return told


async def test_answers_are_as_recorded() -> None:
    now = await _answers()
    if os.environ.get("RECORD"):
        _RECORDED.mkdir(exist_ok=True)
        for path in _RECORDED.iterdir():
            path.unlink()
        for tag, told in now.items():
            (_RECORDED / f"{tag}.txt").write_bytes(told.encode())
    assert now == {path.stem: path.read_bytes().decode() for path in _RECORDED.iterdir()}


def test_what_is_drawn_is_named_by_its_place() -> None:
    first, second = "run_01M7W5NGV645S0BRJVWMNMGREZ", "exp_01M7W5NGV645S0BRJVWMNMGREZ"
    assert _named(json.dumps([first, second, first])) == '["run_1", "exp_2", "run_1"]'
    assert _named("till_abcdefghijklmnopqrst7Wx") == "till_1"
    assert _named("a till_roll") == "a till_roll"


@pytest.mark.parametrize("path", sorted(_RECORDED.glob("*.txt")), ids=lambda path: path.stem)
def test_nothing_recorded_is_a_fault_of_ours(path: Path) -> None:
    statuses = re.findall(r"^(\d{3})$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert statuses
    assert not [status for status in statuses if status.startswith("5")]
