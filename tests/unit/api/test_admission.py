"""What is refused before FastAPI and its JSON parser see a body, and what input may not do to the
rest of the API.
"""

import json

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import assemble, migrated_database
from tillroll.api.admission import LARGEST_BODY_BYTES, check_json
from tillroll.api.problems import Problem
from tillroll_durable.platform.json import DEEPEST


def refusal(body: bytes) -> str | None:
    """The code of the problem, or None where the body may go on."""
    try:
        check_json(body)
    except Problem as problem:
        return problem.kind.code
    return None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"", None, id="nothing"),
        pytest.param(b"no JSON at all {", None, id="what the parser refuses with its own words"),
        pytest.param(b"[" * DEEPEST + b"]" * DEEPEST, None, id="as deep as may be"),
        pytest.param(b"[" * (DEEPEST + 1), "too-deep", id="one deeper"),
        pytest.param(b'{"a":' * 4800, "too-deep", id="4,800 objects"),
        pytest.param(
            json.dumps({"text": "[{" * 1000 + '\\"[[' * 200}).encode(),
            None,
            id="brackets in a string",
        ),
        pytest.param(b'"\\"' + b"[" * 100 + b'"', None, id="a quoted quote"),
        pytest.param(
            b'"' + b"[" * 100, None, id="a string without an end, which no parser goes into"
        ),
        pytest.param(b'{"\xff": 1}', "unreadable-body", id="no UTF-8"),
        pytest.param(b'{"\\ud800": 1}', "invalid-request", id="half a pair in a name"),
        pytest.param(b'{"a": ["\\udfff"]}', "invalid-request", id="half a pair in a value"),
        pytest.param(b'{"a": "\\ud83d\\ude00"}', None, id="a whole pair"),
        pytest.param(b'{"a": NaN}', "invalid-request", id="no number"),
        pytest.param(b"[-Infinity]", "invalid-request", id="an infinity"),
        pytest.param(b'{"a": [1e400]}', "invalid-request", id="a float that is infinite"),
        pytest.param(b'{"a": 9007199254740991}', None, id="the largest whole number that is exact"),
        pytest.param(b'{"a": -9007199254740992}', "invalid-request", id="one beyond it"),
        pytest.param(b"1" * 60_000, "invalid-request", id="a number of sixty thousand digits"),
        pytest.param(b'{"a": "NaN 1e400 99999999999999999999"}', None, id="numbers in a text"),
        pytest.param(b'{"a": 0.12345678901234567890}', None, id="a float of many digits"),
    ],
)
def test_what_comes_to_the_parser(body: bytes, expected: str | None) -> None:
    assert refusal(body) == expected


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        pytest.param(
            "POST",
            "/api/session",
            b'{"code": ' * 4800,
            400,
            "too-deep",
            id="nested, without any sign-in",
        ),
        pytest.param(
            "POST",
            "/api/session",
            b" " * 70_000,
            413,
            "body-too-large",
            id="large, without any sign-in",
        ),
        pytest.param(
            "POST", "/api/session", b'{"code": "\xff"}', 400, "unreadable-body", id="no UTF-8"
        ),
        pytest.param(
            "POST",
            "/api/session",
            b'{"code": 1' + b"1" * 5000 + b"}",
            422,
            "invalid-request",
            id="a number",
        ),
        pytest.param(
            "POST",
            "/api/runs/run_x/retry",
            b"[" * 4800,
            401,
            "unauthenticated",
            id="who asks comes first",
        ),
        pytest.param(
            "POST", "/api/nothing", b"[" * 4800, 401, "unauthenticated", id="also where nothing is"
        ),
    ],
)
async def test_nobody_in_particular_is_refused(
    method: str, path: str, body: bytes, status: int, code: str
) -> None:
    database = await migrated_database()
    async with api_client(assemble(database, {}).platform, token=None) as client:
        answer = await client.request(
            method, path, content=body, headers={"content-type": "application/json"}
        )
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:tillroll:problem:{code}")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/audit?from=0001-01-01T00:00:00", "from"),
        ("/api/audit?to=9999-12-31T23:59:59Z", "to"),
        ("/api/audit?from=9999-12-31T23:59:59-12:00", "from"),
        ("/api/ai-calls?from=0001-01-01", "from"),
        ("/api/ai-calls?to=9999-12-31", "to"),
        ("/api/ai-calls/totals?to=9999-12-31", "to"),
        ("/api/audit?to=0.5", "to"),
        ("/api/audit?from=1767225600", "from"),
        ("/api/ai-calls?to=0", "to"),
        ("/api/ai-calls?from=2026-11-20T00:00:00", "from"),
        ("/api/ai-calls/totals?from=1767225600", "from"),
        ("/api/audit/verify?fromSeal=9007199254740993", "fromSeal"),
        ("/api/audit/verify?fromSeal=99999999999999999999999999", "fromSeal"),
        ("/api/audit/export?fromSeal=1&toSeal=9007199254740993", "toSeal"),
    ],
)
async def test_what_is_no_day_or_lies_beyond_calendar_and_numbers_is_named(
    path: str, field: str
) -> None:
    database = await migrated_database()
    async with api_client(assemble(database, {}).platform) as client:
        answer = await client.get(path)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/api/session", "DELETE, GET, HEAD, POST"),
        ("DELETE", "/api/runs/run_x", "GET, HEAD"),
        ("GET", "/api/receipts", "POST"),
        ("PUT", "/api/receipts/rec_x/image", "GET"),
        ("GET", "/api/runs/run_x/retry", "POST"),
    ],
)
async def test_another_method_is_told_which_there_are(method: str, path: str, allow: str) -> None:
    database = await migrated_database()
    async with api_client(assemble(database, {}).platform) as client:
        answer = await client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (httpx.codes.METHOD_NOT_ALLOWED, allow)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("TRACE", "/api/receipts", 405),
        ("PUT", "/api/runs", 405),
        ("PUT", "/api/health", 405),
        ("POST", "/api/nothing", 404),
    ],
)
async def test_a_body_to_nobody_is_not_looked_at(method: str, path: str, status: int) -> None:
    database = await migrated_database()
    async with api_client(assemble(database, {}).platform) as client:
        answer = await client.request(method, path, content=b"\xff" * (LARGEST_BODY_BYTES + 1))
    assert answer.status_code == status


async def test_an_origin_that_is_no_address_is_another_site() -> None:
    database = await migrated_database()
    platform = assemble(database, {}).platform
    async with api_client(platform) as client:
        code = (await client.post("/api/sign-in-codes")).json()["code"]
    async with api_client(platform, token=None) as browser:
        (await browser.post("/api/session", json={"code": code})).raise_for_status()
        answers = [
            await browser.delete("/api/session", headers={"origin": origin})
            for origin in ("http://[", "null", "")
        ]
    assert [answer.status_code for answer in answers] == [httpx.codes.FORBIDDEN] * 3
