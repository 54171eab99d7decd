"""What a key is, which requests are the same, and how many keys are swept in one turn."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest

from tests.support.host_platform import assemble, migrated_database
from tillroll_durable.idempotency.keys import InvalidKey, fingerprint, read_key, sweep_keys
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.limits import Turn
from tillroll_durable.platform.services import Platform
from tillroll_testing.host.platform import ACCOUNT, HostPlatform

# RFC 9651, section 3.3.3: a string is in quotes, and \ stands before " and \ in it.
KEYS: Final = {
    "k": "k",
    " k ": "k",
    '"k"': "k",
    '"a b"': "a b",
    r'"a\"b"': 'a"b',
    r'"a\\b"': r"a\b",
    r"a\b": r"a\b",
    "~": "~",
    "x" * 255: "x" * 255,
    f'"{"x" * 255}"': "x" * 255,
    '"' + r"\\" * 255 + '"': "\\" * 255,
}
NO_KEYS: Final = {
    "": "empty",
    " ": "empty",
    '""': "empty",
    '"k': "no quoted string",
    r'"a\b"': "no quoted string",
    '"a"b"': "no quoted string",
    "x" * 256: "256 characters",
    "\x7f": "not printable",
    "a\tb": "not printable",
    "é": "not printable",
}


@pytest.mark.parametrize(("header", "key"), KEYS.items())
def test_a_key_is_a_string_in_quotes_or_bare(header: str, key: str) -> None:
    assert read_key(header) == key


@pytest.mark.parametrize(("header", "why"), NO_KEYS.items())
def test_what_is_no_key_is_refused_with_its_reason(header: str, why: str) -> None:
    with pytest.raises(InvalidKey, match=why):
        read_key(header)


def of_parts(*parts: str) -> str:
    """The hash of parts as canonical JSON."""
    text = json.dumps(parts, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def mark(body: bytes, *, if_match: str | None = None) -> str:
    return fingerprint("POST", "/api/x", query="q=1", if_match=if_match, body=body)


@pytest.mark.parametrize(
    ("body", "canonical"),
    [
        (b"", ""),
        (b'{ "b": [1, 2],\n"a": null }', '{"a":null,"b":[1,2]}'),
        (b"\xff\x00", hashlib.sha256(b"\xff\x00").hexdigest()),
        (b"a=1&b=2", hashlib.sha256(b"a=1&b=2").hexdigest()),
    ],
)
def test_the_hash_is_the_same_in_each_release(body: bytes, canonical: str) -> None:
    """A request of yesterday's release is sent again to today's."""
    assert mark(body) == of_parts("POST", "/api/x", "q=1", "", canonical)
    assert mark(body, if_match='"7"') == of_parts("POST", "/api/x", "q=1", '"7"', canonical)


@pytest.mark.parametrize("other", [b'{"a":"1"}', b'{"a":1,"b":2}', b"", b"{", b"{{", b"[1]"])
def test_another_body_has_another_hash(other: bytes) -> None:
    assert mark(other) != mark(b'{"a":1}')


def test_bodies_that_are_no_json_are_told_apart() -> None:
    assert len({mark(body) for body in (b"", b"{", b"{{", b"\xff", b"\xfe")}) == 5


async def with_old_keys(count: int) -> HostPlatform:
    """A deployment with so many keys that are more than a day old."""
    host = assemble(await migrated_database(), {})
    begun_at = to_text(host.pieces.clock.now() - timedelta(hours=25))
    insert = """
      WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?3)
      INSERT INTO idempotency_keys
        (account_id, actor, route, key, id, fingerprint, attempt, begun_at, lapses_at)
      SELECT ?1, 'user:ann', 'POST /x', n, 'idk_' || n, 'f', 1, ?2, ?2 FROM numbers
    """
    if count:
        await host.database.all(statement(insert, [ACCOUNT, begun_at, count]))
    return host


async def sweep(platform: Platform) -> tuple[int, bool]:
    """How many keys one turn swept, and whether it left some to the next one."""
    turn = Turn()
    swept = await sweep_keys(replace(platform, turn=turn))
    return swept, turn.is_cut


async def test_a_turn_sweeps_ten_thousand_keys_and_leaves_the_rest() -> None:
    host = await with_old_keys(10_001)
    assert await sweep(host.platform) == (10_000, True)
    assert await sweep(host.platform) == (1, False)
    assert await sweep(host.platform) == (0, False)


@pytest.mark.parametrize(("count", "asked"), [(0, 1), (499, 1), (500, 2), (501, 2)])
async def test_a_turn_ends_with_the_first_sweep_that_finds_few(count: int, asked: int) -> None:
    host = await with_old_keys(count)
    queries: list[Any] = []

    class Counting:
        async def all(self, query: Any) -> Sequence[Any]:
            queries.append(query)
            return await host.database.all(query)

    counting: Any = Counting()
    assert await sweep(replace(host.platform, database=counting)) == (count, False)
    assert len(queries) == asked
