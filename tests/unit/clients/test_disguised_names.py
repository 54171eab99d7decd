"""A client or project whose name only looks like another one is that one, or is asked for."""

from typing import Final

import httpx
import pytest

from tests.support.host_platform import ACCOUNT
from tests.unit.clients.test_clients import UNFIT, client, host
from tillroll.clients.folding import fold_anew
from tillroll.clients.imported import Origin, open_imported_client
from tillroll_durable import statement
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client", "host"]

SAME: Final = {
    "zero width": "AC\u200bME AG",
    "soft hyphen": "ACME\u00ad AG",
    "full width": "\uff21\uff23\uff2d\uff25 AG",
}
CYRILLIC: Final = "\u0410CME AG"
PATHS: Final = ("/api/clients", "/api/clients/cli_beta")


async def sent(client: httpx.AsyncClient, path: str, name: str) -> httpx.Response:
    method = "PATCH"
    if path == "/api/clients":
        method = "POST"
    return await client.request(method, path, json={"name": name})


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", SAME.values(), ids=SAME)
async def test_a_name_that_prints_the_same_is_refused(
    client: httpx.AsyncClient, path: str, name: str
) -> None:
    refused = await sent(client, path, name)
    assert refused.status_code == UNFIT, refused.text
    assert "There is a client of this name" in refused.text


@pytest.mark.parametrize("path", PATHS)
async def test_a_name_in_other_letters_names_the_client(
    client: httpx.AsyncClient, path: str
) -> None:
    refused = await sent(client, path, CYRILLIC)
    assert refused.status_code == UNFIT, refused.text
    assert "It looks like ACME AG" in refused.text


async def test_a_project_in_other_letters_names_the_project(client: httpx.AsyncClient) -> None:
    refused = await client.post("/api/clients/cli_acme/projects", json={"name": "Ro\u043ef"})
    assert refused.status_code == UNFIT, refused.text
    assert "It looks like Roof" in refused.text


async def test_words_of_before_are_folded_anew(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """Two that fall together stay two, and a third one of the name is asked for."""
    fold = """
      UPDATE clients SET name = ?1, word = ?2, is_word_old = 1 WHERE id = 'cli_beta'
    """
    wide = "\uff21\uff23\uff2d\uff25 AG"
    await host.database.batch([statement(fold, [wide, wide.casefold()])])
    assert await fold_anew(host.platform) == 1
    rows = await host.database.all(statement("SELECT * FROM clients ORDER BY id"))
    assert [(row["id"], row["name"], row["word"], row["is_word_old"]) for row in rows] == [
        ("cli_acme", "ACME AG", "acme ag", 0),
        ("cli_beta", wide, "acme ag", 0),
        ("cli_other", "Other", "other", 0),
    ]
    assert await fold_anew(host.platform) == 0
    assert (await sent(client, "/api/clients", "Acme AG")).status_code == UNFIT


async def test_a_crm_takes_over_none_of_two_with_its_name(host: HostPlatform) -> None:
    same = "UPDATE clients SET word = 'acme ag' WHERE id = 'cli_beta'"
    await host.database.batch([statement(same)])
    origin = Origin(ACCOUNT, "hubspot", "7")
    opened = open_imported_client(origin, "ACME AG", mail=None, now="2026-03-01T00:00:00.000Z")
    await host.database.batch(opened)
    rows = await host.database.all(
        statement("SELECT id FROM clients WHERE source IS NULL AND account_id = ?", [ACCOUNT])
    )
    assert {row["id"] for row in rows} == {"cli_acme", "cli_beta"}


async def alike(client: httpx.AsyncClient) -> dict[str, list[str]]:
    listed = (await client.get("/api/clients")).json()["items"]
    return {each["id"]: each["alike"] for each in listed}


async def test_two_that_fell_together_are_asked_about(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """Each stays usable; renaming or merging one ends the question."""
    assert await alike(client) == {"cli_acme": [], "cli_beta": []}
    for name in ("AC\u200bME AG", CYRILLIC):
        rename = "UPDATE clients SET name = ?1, word = ?2, is_word_old = 1 WHERE id = 'cli_beta'"
        await host.database.batch([statement(rename, [name, name.casefold()])])
        for _ in ("before the job", "behind it"):
            listed = await alike(client)
            assert listed == {"cli_acme": ["cli_beta"], "cli_beta": ["cli_acme"]}
            await fold_anew(host.platform)
    shown = (await client.get("/api/clients/cli_acme")).json()
    assert shown["alike"] == ["cli_beta"]
    changed = await client.patch("/api/clients/cli_beta", json={"city": "Bonn"})
    assert (changed.status_code, changed.json()["alike"]) == (200, ["cli_acme"])
    assert (await client.patch("/api/clients/cli_beta", json={"name": "Beta"})).is_success
    assert await alike(client) == {"cli_acme": [], "cli_beta": []}


async def test_a_client_of_a_crm_that_looks_like_ours_is_asked_about(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    origin = Origin(ACCOUNT, "hubspot", "7")
    opened = open_imported_client(origin, CYRILLIC, mail=None, now="2026-03-01T00:00:00.000Z")
    await host.database.batch(opened)
    [imported] = (await alike(client))["cli_acme"]
    merged = await client.post(f"/api/clients/{imported}/merge", json={"into": "cli_acme"})
    assert merged.is_success, merged.text
    assert (await alike(client))["cli_acme"] == []
