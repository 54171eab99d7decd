"""Clients and projects: records that expenses select, archived while they are used, and merged."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from tests.support.expenses import Given, add_client, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_ACCOUNT, assemble, migrated_database
from tests.support.roles import roles_given
from tillroll_durable import statement
from tillroll_testing.host.platform import HostPlatform

ONE, TWO = "exp_000001", "exp_000002"
OK, CREATED, CONFLICT, UNFIT = 200, 201, 409, 422


@pytest.fixture
async def host() -> HostPlatform:
    host = assemble(await migrated_database(), {})
    await add_expenses(host.database, Given(1), Given(2))
    await add_client(host.database, "cli_acme", "ACME AG", prj_roof="Roof", prj_fair="Fair")
    await add_client(host.database, "cli_beta", "Beta GmbH", prj_site="Site")
    await add_client(host.database, "cli_other", "Other", OTHER_ACCOUNT, prj_other="Theirs")
    return host


@pytest.fixture
async def client(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


async def patched(client: httpx.AsyncClient, expense: str = ONE, **values: Any) -> dict[str, Any]:
    answer = await client.patch(f"/api/expenses/{expense}", json=values)
    assert answer.status_code == OK, answer.text
    return answer.json()


def selected(expense: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(expense[name] for name in ("clientId", "client", "projectId", "project"))


async def test_an_expense_selects_a_client_and_a_project_of_it(client: httpx.AsyncClient) -> None:
    roof = ("cli_acme", "ACME AG", "prj_roof", "Roof")
    assert selected(await patched(client, projectId="prj_roof")) == roof
    # Another client takes the project away; a project brings its own client along; null takes both
    # away.
    assert selected(await patched(client, clientId="cli_beta")) == (
        "cli_beta",
        "Beta GmbH",
        None,
        None,
    )
    assert selected(await patched(client, projectId="prj_roof")) == roof
    [change, *_] = (await client.get(f"/api/expenses/{ONE}/history")).json()["items"]
    assert {each["field"] for each in change["values"]} == {
        "clientId",
        "client",
        "projectId",
        "project",
    }
    undone = await client.post(f"/api/expenses/{ONE}/undo", json={"change": change["id"]})
    assert selected(undone.json()) == ("cli_beta", "Beta GmbH", None, None)
    assert selected(await patched(client, clientId=None)) == (None, None, None, None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"clientId": "cli_nobody"}, "clientId"),
        ({"clientId": "cli_other"}, "clientId"),
        ({"projectId": "prj_other"}, "projectId"),
        ({"clientId": "cli_beta", "projectId": "prj_roof"}, "projectId"),
        ({"clientId": "cli_old"}, "clientId"),
    ],
)
async def test_what_is_no_client_of_the_account_is_refused(
    client: httpx.AsyncClient, host: HostPlatform, values: dict[str, str], field: str
) -> None:
    await add_client(host.database, "cli_old", "Old")
    await client.patch("/api/clients/cli_old", json={"archived": True})
    answer = await client.patch(f"/api/expenses/{ONE}", json={"note": "mine", **values})
    assert answer.status_code == UNFIT
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert (await client.get(f"/api/expenses/{ONE}")).json()["note"] is None


async def test_names_are_no_longer_taken(client: httpx.AsyncClient) -> None:
    answer = await client.patch(f"/api/expenses/{ONE}", json={"client": "ACME AG"})
    assert answer.status_code == UNFIT


async def test_a_client_is_added_renamed_and_its_expenses_say_so(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    body = {
        "name": " Gamma  SA ",
        "country": "fr",
        "mail": "Books@gamma.example",
        "termsDays": 14,
        "language": "fr",
    }
    answer = await client.post("/api/clients", json=body)
    assert answer.status_code == CREATED, answer.text
    made = answer.json()
    assert (made["name"], made["country"], made["termsDays"], made["source"]) == (
        "Gamma SA",
        "FR",
        14,
        None,
    )
    await patched(client, clientId=made["id"])
    changed = await client.patch(
        f"/api/clients/{made['id']}", json={"name": "Gamma SAS", "mail": None}
    )
    assert (changed.json()["name"], changed.json()["mail"], changed.json()["language"]) == (
        "Gamma SAS",
        None,
        "fr",
    )
    assert (await client.get(f"/api/expenses/{ONE}")).json()["client"] == "Gamma SAS"
    for taken in ("acme  ag", "GAMMA SAS"):
        refused = await client.post("/api/clients", json={"name": taken})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (UNFIT, "name")
    found = (await client.get("/api/clients", params={"name": "gamma sas"})).json()["items"]
    assert [each["id"] for each in found] == [made["id"]]
    query = "SELECT action, detail FROM audit_events WHERE action LIKE 'client.%' ORDER BY seq"
    created, changed_event = await host.database.all(statement(query))
    assert (created["action"], changed_event["action"]) == ("client.created", "client.changed")
    assert "gamma.example" not in str(created["detail"])


async def test_what_is_used_is_archived_and_what_is_not_deleted(client: httpx.AsyncClient) -> None:
    await patched(client, clientId="cli_beta")
    refused = await client.delete("/api/clients/cli_beta")
    assert (refused.status_code, refused.json()["type"]) == (
        CONFLICT,
        "urn:tillroll:problem:client-in-use",
    )
    archived = (await client.patch("/api/clients/cli_beta", json={"archived": True})).json()
    assert archived["archivedAt"] is not None
    choices = (await client.get("/api/client-choices")).json()["items"]
    projects = [{"id": "prj_fair", "name": "Fair"}, {"id": "prj_roof", "name": "Roof"}]
    assert choices == [{"id": "cli_acme", "name": "ACME AG", "projects": projects}]
    # What selected it before keeps it, also when something else is changed.
    assert selected(await patched(client, clientId="cli_beta", note="kept"))[0] == "cli_beta"
    listed = (await client.get("/api/clients", params={"archived": True})).json()["items"]
    assert [each["id"] for each in listed] == ["cli_beta"]
    assert (await client.patch("/api/clients/cli_beta", json={"archived": False})).json()[
        "archivedAt"
    ] is None
    fresh = (await client.post("/api/clients", json={"name": "Mistake"})).json()
    assert (await client.delete(f"/api/clients/{fresh['id']}")).status_code == 204
    assert (await client.get(f"/api/clients/{fresh['id']}")).status_code == 404


async def test_two_clients_are_merged_into_one(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await patched(client, ONE, clientId="cli_beta", projectId="prj_site")
    before = (await client.get(f"/api/expenses/{ONE}")).json()["version"]
    answer = await client.post("/api/clients/cli_beta/merge", json={"into": "cli_acme"})
    assert (answer.status_code, answer.json()["openProjects"]) == (OK, 3)
    expense = (await client.get(f"/api/expenses/{ONE}")).json()
    assert selected(expense) == ("cli_acme", "ACME AG", "prj_site", "Site")
    assert expense["version"] > before
    # Whoever still names the old one gets the other; a merge is done once, and holds.
    assert selected(await patched(client, TWO, clientId="cli_beta"))[0] == "cli_acme"
    assert (
        await client.post("/api/clients/cli_beta/merge", json={"into": "cli_acme"})
    ).status_code == OK
    for into in ("cli_acme", "cli_beta"):
        refused = await client.post("/api/clients/cli_acme/merge", json={"into": into})
        assert refused.status_code == CONFLICT
    assert (
        await client.patch("/api/clients/cli_beta", json={"archived": False})
    ).status_code == CONFLICT
    assert (
        await client.post("/api/clients/cli_acme/merge", json={"into": "cli_other"})
    ).status_code == 404
    rows = await host.database.all(
        statement("SELECT detail FROM audit_events WHERE action = 'client.merged'")
    )
    assert len(rows) == 1


async def test_projects_are_added_renamed_and_archived(client: httpx.AsyncClient) -> None:
    made = await client.post("/api/clients/cli_beta/projects", json={"name": "Door"})
    assert (made.status_code, made.json()["client"]) == (CREATED, "Beta GmbH")
    assert (
        await client.post("/api/clients/cli_beta/projects", json={"name": "DOOR"})
    ).status_code == UNFIT
    project = made.json()["id"]
    await patched(client, projectId=project)
    await client.patch(f"/api/projects/{project}", json={"name": "Doors"})
    assert (await client.get(f"/api/expenses/{ONE}")).json()["project"] == "Doors"
    assert (await client.patch(f"/api/projects/{project}", json={"archived": True})).json()[
        "closedAt"
    ]
    refused = await client.patch(f"/api/expenses/{TWO}", json={"projectId": project})
    assert refused.status_code == UNFIT
    found = (await client.get("/api/projects", params={"client": "cli_beta", "open": True})).json()[
        "items"
    ]
    assert [each["name"] for each in found] == ["Site"]


async def test_a_submitter_selects_but_changes_no_client(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await host.database.batch(roles_given("usr_first", "submitter"))
    assert (await client.get("/api/client-choices")).status_code == OK
    assert (await client.get("/api/clients")).status_code == 403
    assert (await client.post("/api/clients", json={"name": "Mine"})).status_code == 403


async def test_projects_of_a_client_differ_by_more_than_case_and_spaces(
    client: httpx.AsyncClient,
) -> None:
    path = "/api/clients/cli_beta/projects"
    made = (await client.post(path, json={"name": "ÖBB Bahnhöfe"})).json()["id"]
    same = ("öbb bahnhöfe", "ÖBB BAHNHÖFE", "O\u0308BB  Bahnho\u0308fe")
    for name in same:
        refused = await client.post(path, json={"name": name})
        assert refused.status_code == UNFIT, name
    other = (await client.post(path, json={"name": "OBB Bahnhofe"})).json()["id"]
    for name in same:
        assert (
            await client.patch(f"/api/projects/{other}", json={"name": name})
        ).status_code == UNFIT
    renamed = await client.patch(f"/api/projects/{made}", json={"name": "öbb Bahnhöfe"})
    assert renamed.json()["name"] == "öbb Bahnhöfe"
    elsewhere = await client.post("/api/clients/cli_acme/projects", json={"name": "öbb Bahnhöfe"})
    assert elsewhere.is_success, elsewhere.text


async def test_a_rule_gives_a_project_that_there_is_with_its_client(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    rule = {"when": {"merchant": "Cafe"}, "gives": {"project": "No such"}}
    refused = await client.post("/api/rules", json=rule)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (UNFIT, "gives.project")
    await host.database.batch(
        [statement("UPDATE expenses SET project = 'Roof' WHERE id = ?", [ONE])]
    )
    expense = (await client.get(f"/api/expenses/{ONE}")).json()
    assert selected(expense) == ("cli_acme", "ACME AG", "prj_roof", "Roof")
    await host.database.batch(
        [statement("UPDATE expenses SET project = 'No such' WHERE id = ?", [TWO])]
    )
    assert selected((await client.get(f"/api/expenses/{TWO}")).json()) == (None, None, None, None)


async def test_who_selects_a_client_bills_it_unless_they_say_otherwise(
    client: httpx.AsyncClient,
) -> None:
    assert (await patched(client, clientId=None))["billable"] is False
    assert (await patched(client, clientId="cli_beta"))["billable"] is True
    assert (await patched(client, note="a lunch"))["billable"] is True
    assert (await patched(client, billable=False))["billable"] is False
    assert (await patched(client, note="a dinner"))["billable"] is False
    assert (await patched(client, clientId=None))["billable"] is False
    assert (await patched(client, clientId="cli_beta", billable=False))["billable"] is False


async def test_of_two_merges_at_once_one_is_done(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    answers = await asyncio.gather(
        client.post("/api/clients/cli_beta/merge", json={"into": "cli_acme"}),
        client.post("/api/clients/cli_acme/merge", json={"into": "cli_beta"}),
    )
    assert sorted(answer.status_code for answer in answers) == [OK, CONFLICT]
    query = "SELECT COUNT(*) AS merged FROM clients WHERE merged_into IS NOT NULL"
    assert await host.database.all(statement(query)) == [{"merged": 1}]


@pytest.mark.parametrize("turns", range(0, 12, 3))
async def test_an_expense_never_keeps_a_client_that_was_merged(
    client: httpx.AsyncClient, turns: int
) -> None:
    headers = {"if-match": (await client.get(f"/api/expenses/{ONE}")).headers["etag"]}

    async def merge() -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        merged = await client.post("/api/clients/cli_beta/merge", json={"into": "cli_acme"})
        assert merged.status_code == OK

    body = {"clientId": "cli_beta"}
    selects = client.patch(f"/api/expenses/{ONE}", json=body, headers=headers)
    await asyncio.gather(selects, merge())
    expense = (await client.get(f"/api/expenses/{ONE}")).json()
    assert (expense["clientId"], expense["client"]) in {("cli_acme", "ACME AG"), (None, None)}
