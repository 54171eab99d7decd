"""Conditional requests, HEAD and deprecation, by RFC 9110, 9745 and 8594."""

import json
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import assemble, migrated_database
from tillroll.access.permissions import Permission
from tillroll.api.answers import Answers
from tillroll.api.dependencies import needs
from tillroll.api.deprecation import leaves
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.host.platform import HostPlatform

EXPENSE = "/api/expenses/exp_000001"


@pytest.fixture
async def host() -> HostPlatform:
    database = await migrated_database()
    await add_expenses(database, Given(1, total_minor=1290, date="2026-02-05"))
    return assemble(database, {})


@pytest.mark.parametrize("path", [EXPENSE, "/api/expenses", "/api/session", "/api/categories"])
async def test_what_did_not_change_is_not_sent_again(host: HostPlatform, path: str) -> None:
    async with api_client(host.platform) as client:
        first = await client.get(path)
        tag = first.headers["etag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', f'"a,b" , W/{tag}', "*"):
            again = await client.get(path, headers={"if-none-match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), (
                known
            )
            assert "content-length" not in again.headers or again.headers["content-length"] == "0"
        for other in ('"other"', f'"{tag}"', tag.strip('"'), ""):
            again = await client.get(path, headers={"if-none-match": other})
            assert (again.status_code, again.content) == (200, first.content), other


async def test_what_changed_beside_its_version_is_sent(host: HostPlatform) -> None:
    async with api_client(host.platform) as client:
        tag = (await client.get(EXPENSE)).headers["etag"]
        await host.database.all(statement("UPDATE expenses SET status = 'approved'"))
        again = await client.get(EXPENSE, headers={"if-none-match": tag})
        assert again.status_code == 200
        assert again.headers["etag"] != tag


async def test_a_refusal_is_never_a_304(host: HostPlatform) -> None:
    async with api_client(host.platform) as client:
        answer = await client.get("/api/expenses/exp_none", headers={"if-none-match": "*"})
    assert answer.status_code == 404


async def test_head_is_get_without_its_body(host: HostPlatform) -> None:
    async with api_client(host.platform) as client:
        for path in (EXPENSE, "/api/expenses", "/api/expenses/exp_none"):
            whole = await client.get(path)
            head = await client.head(path)
            assert (head.status_code, head.content) == (whole.status_code, b"")
            for name in ("etag", "content-type", "content-length", "link"):
                assert head.headers.get(name) == whole.headers.get(name), name
        refused = await client.head("/api/approvals/check")
        assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
        allowed = (await client.put(EXPENSE)).headers["allow"]
        assert allowed == "GET, HEAD, PATCH"


async def _patch(host: HostPlatform, note: str, if_match: str) -> httpx.Response:
    async with api_client(host.platform) as client:
        return await client.patch(EXPENSE, json={"note": note}, headers={"if-match": if_match})


async def test_one_of_several_tags_is_enough_to_match(host: HostPlatform) -> None:
    async with api_client(host.platform) as client:
        tag = (await client.get(EXPENSE)).headers["etag"]
    assert (await _patch(host, "a", f'"999", {tag}')).status_code == 200
    assert (await _patch(host, "b", '"998", "999-abc"')).status_code == 412
    assert (await _patch(host, "b", f'{tag}, "999"')).status_code == 412
    assert (await _patch(host, "b", "*")).status_code == 200
    for malformed in ("3", '"3', '"3",,"4', "nothing"):
        assert (await _patch(host, "c", malformed)).status_code == 400


async def test_a_body_that_is_no_json_is_415(host: HostPlatform) -> None:
    async with api_client(host.platform) as client:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
            answer = await client.patch(
                EXPENSE, content=b'{"note":"x"}', headers={"content-type": kind}
            )
            assert answer.status_code == 415, kind
            assert answer.json()["type"].endswith(":unsupported-body")
            assert answer.headers["accept"] == "application/json"
        fits = await client.patch(
            EXPENSE,
            content=b'{"note":"x"}',
            headers={"content-type": "application/merge-patch+json; charset=utf-8"},
        )
        assert fits.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b'{"note":"a","note":"b"}',
        b'{"note":"a","n\\u006fte":"b"}',
        b'{"parts":[{"amount":"1","amount":"2"}]}',
    ],
)
async def test_a_name_that_stands_twice_is_refused(host: HostPlatform, body: bytes) -> None:
    async with api_client(host.platform) as client:
        answer = await client.patch(
            EXPENSE, content=body, headers={"content-type": "application/json"}
        )
        shown = (await client.get(EXPENSE)).json()
    assert answer.status_code == 422
    assert "twice" in json.dumps(answer.json())
    assert shown["note"] is None


async def test_a_route_that_leaves_says_since_when_and_until() -> None:
    app = FastAPI()
    extra = needs(Permission.OPEN) | leaves(
        since=datetime(2027, 1, 1, tzinfo=UTC),
        until=datetime(2027, 7, 1, tzinfo=UTC),
        instead="/api/new",
    )

    async def old() -> dict[str, str]:
        return {}

    app.add_api_route("/api/old", old, openapi_extra=extra)
    app.add_api_route("/api/new", old)
    app.add_middleware(Answers)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://tillroll.test") as client:
        answer = await client.get("/api/old")
        new = await client.get("/api/new")
    assert answer.headers["deprecation"] == "@1798761600"
    assert answer.headers["sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
    assert answer.headers["link"] == '</api/new>; rel="successor-version"'
    assert "deprecation" not in new.headers
    assert app.openapi()["paths"]["/api/old"]["get"]["deprecated"] is True
