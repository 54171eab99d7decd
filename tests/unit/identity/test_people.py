"""The people of an account: invited by a link, let in again, locked out. Only owners do this."""

from collections.abc import AsyncGenerator
from datetime import timedelta

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tests.unit.identity.test_passkeys import registered, sign_in
from tillroll.identity.people import MOST_PEOPLE
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_testing.host.platform import HostPlatform

HOME = {"origin": "http://tillroll.test"}


@pytest.fixture
async def owner(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


@pytest.fixture
async def browser(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    async with api_client(host.platform, token=None) as client:
        yield client


async def link(client: httpx.AsyncClient, path: str, body: JsonObject | None = None) -> JsonObject:
    answer = await client.post(path, json=body)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.json()


async def opened(client: httpx.AsyncClient, made: JsonObject) -> httpx.Response:
    return await client.post("/api/session", json={"code": str(made["url"]).partition("#code=")[2]})


async def people(client: httpx.AsyncClient) -> dict[str, JsonObject]:
    return {str(each["name"]): each for each in (await client.get("/api/people")).json()["items"]}


async def test_a_person_comes_by_a_link_and_makes_a_passkey(
    host: HostPlatform, owner: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    made = await link(owner, "/api/people", {"name": " Bob "})
    assert (await people(owner))["Bob"] == {
        "id": made["userId"],
        "name": "Bob",
        "roles": ["submitter"],
        "removedAt": None,
        "createdAt": (await people(owner))["Bob"]["createdAt"],
        "passkeys": 0,
        "openLinks": 1,
        "mail": "none",
        "lastMail": None,
        "letInBy": [],
    }
    answer = await opened(browser, made)
    assert answer.json()["purpose"] == "invitation"
    assert (await opened(browser, made)).status_code == httpx.codes.UNAUTHORIZED, "it works once"
    browser.headers.update(HOME)
    await registered(browser)
    bob = (await people(owner))["Bob"]
    assert (bob["passkeys"], bob["openLinks"]) == (1, 0)
    assert (await browser.get("/api/people")).status_code == 403, (
        "whoever sees their own documents sees no names"
    )
    await owner.put(f"/api/people/{made['userId']}/roles", json={"roles": ["operator"]})
    seen = await people(browser)
    assert [each["passkeys"] for each in seen.values()] == [None, None], "a member is not told"
    rows = await host.database.all(statement("SELECT hash FROM sign_in_codes"))
    assert str(made["url"]).partition("=")[2] not in {str(row["hash"]) for row in rows}


async def test_who_lost_their_passkey_is_let_in_again(
    owner: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    made = await link(owner, "/api/people", {"name": "Bob", "roles": ["owner"]})
    again = await link(owner, f"/api/people/{made['userId']}/links")
    answer = await opened(browser, again)
    assert answer.json()["purpose"] == "recovery"
    assert answer.json()["user"] == {
        "id": made["userId"],
        "name": "Bob",
        "roles": ["owner"],
        "isOperator": False,
        "paidBy": None,
    }


@pytest.mark.parametrize(
    ("hours", "status"), [(23, httpx.codes.OK), (25, httpx.codes.UNAUTHORIZED)]
)
async def test_a_recovery_is_for_a_day(
    host: HostPlatform,
    owner: httpx.AsyncClient,
    browser: httpx.AsyncClient,
    hours: int,
    status: int,
) -> None:
    made = await link(owner, "/api/people/usr_first/links")
    host.pieces.clock.advance(timedelta(hours=hours))
    assert (await opened(browser, made)).status_code == status


async def test_links_are_taken_back(owner: httpx.AsyncClient, browser: httpx.AsyncClient) -> None:
    made = await link(owner, "/api/people", {"name": "Bob"})
    assert (
        await owner.delete(f"/api/people/{made['userId']}/links")
    ).status_code == httpx.codes.NO_CONTENT
    assert (await opened(browser, made)).status_code == httpx.codes.UNAUTHORIZED
    assert (await people(owner))["Bob"]["openLinks"] == 0


async def test_a_lock_out_ends_sessions_passkeys_and_links_of_that_person_alone(
    host: HostPlatform, owner: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    made = await link(owner, "/api/people", {"name": "Bob"})
    await opened(browser, made)
    browser.headers.update(HOME)
    device = await registered(browser)
    mine = await registered(owner)
    unused = await link(owner, f"/api/people/{made['userId']}/links")
    assert (
        await owner.post(f"/api/people/{made['userId']}/lock-out")
    ).status_code == httpx.codes.NO_CONTENT
    assert (await browser.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED
    assert (await sign_in(browser, device)).status_code == httpx.codes.UNAUTHORIZED
    assert (await opened(browser, unused)).status_code == httpx.codes.UNAUTHORIZED
    assert (await people(owner))["Bob"]["passkeys"] == 0
    async with api_client(host.platform, token=None) as window:
        assert (await sign_in(window, mine)).status_code == httpx.codes.OK
    assert (
        await opened(browser, await link(owner, f"/api/people/{made['userId']}/links"))
    ).status_code == 200


async def test_only_owners_and_only_of_this_account(
    host: HostPlatform, owner: httpx.AsyncClient
) -> None:
    made = await link(owner, "/api/people", {"name": "Bob"})
    asked = [
        ("POST", "/api/people/{}/links"),
        ("DELETE", "/api/people/{}/links"),
        ("POST", "/api/people/{}/lock-out"),
    ]
    async with api_client(host.platform, OTHER_TOKEN) as other:
        for method, path in asked:
            answer = await other.request(method, path.format(made["userId"]))
            assert answer.status_code == httpx.codes.NOT_FOUND
        assert "Bob" not in await people(other)
    async with api_client(host.platform, token=None) as member:
        await opened(member, made)
        member.headers.update(HOME)
        for method, path in asked:
            answer = await member.request(method, path.format("usr_first"))
            assert answer.json()["type"] == "urn:tillroll:problem:owner-only"
        refused = await member.post("/api/people", json={"name": "Eve", "roles": ["owner"]})
        assert refused.status_code == httpx.codes.FORBIDDEN


async def test_what_is_done_is_audited_without_names_and_codes(
    host: HostPlatform, owner: httpx.AsyncClient
) -> None:
    made = await link(owner, "/api/people", {"name": "Bob Brown"})
    user = str(made["userId"])
    await link(owner, f"/api/people/{user}/links")
    await owner.delete(f"/api/people/{user}/links")
    await owner.post(f"/api/people/{user}/lock-out")
    rows = await host.database.all(
        statement("SELECT action, actor, detail FROM audit_events ORDER BY id")
    )
    assert [row["action"] for row in rows] == [
        "user.invited",
        "code.created",
        "code.created",
        "links.taken_back",
        "sessions.ended",
        "user.locked_out",
    ]
    details = [load_object(str(row["detail"])) for row in rows]
    assert [detail["user"] for detail in details] == [user] * 6
    assert [detail.get("purpose") for detail in details[1:3]] == ["invitation", "recovery"]
    assert "Brown" not in str(rows)
    assert str(made["url"]).partition("=")[2] not in str(rows)


async def test_an_account_has_so_many_people_and_no_more(
    host: HostPlatform, owner: httpx.AsyncClient
) -> None:
    for number in range(MOST_PEOPLE - 1):
        await host.database.all(
            statement(
                "INSERT INTO users (id, account_id, name, created_at) "
                "VALUES (?, 'acc_first', 'x', '')",
                [f"usr_{number}"],
            )
        )
    refused = await owner.post("/api/people", json={"name": "One too many"})
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize(
    "body", [{}, {"name": " "}, {"name": "a\nb"}, {"name": "Bob", "roles": ["chief"]}]
)
async def test_what_is_no_invitation_is_refused(owner: httpx.AsyncClient, body: JsonObject) -> None:
    assert (
        await owner.post("/api/people", json=body)
    ).status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_everybody_gives_themselves_a_name(
    host: HostPlatform, owner: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    made = await link(owner, "/api/people", {"name": "Bob"})
    await opened(browser, made)
    browser.headers.update(HOME)
    renamed = await browser.put("/api/session/name", json={"name": " Bob Murphy "})
    assert renamed.json()["user"]["name"] == "Bob Murphy"
    assert (await browser.get("/api/session")).json() == renamed.json()
    assert "Bob Murphy" in await people(owner)
    assert (await browser.put("/api/session/name", json={"name": " "})).is_client_error
    [event] = await host.database.all(
        statement("SELECT detail FROM audit_events WHERE action = 'user.renamed'")
    )
    assert load_object(str(event["detail"])) == {"user": made["userId"]}, "names go with the person"
