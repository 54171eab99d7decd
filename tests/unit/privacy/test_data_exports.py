"""Somebody's data, by HTTP: who may ask for whose, what is in it and what is not, and fetching
it.
"""

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest

from tests.simulation.data_export import BOB, open_kept, unpacked
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN, TOKEN
from tests.unit.tillroll_documents.pictures import samples
from tillroll.access.permissions import Permission
from tillroll.api.answers import ObjectReply
from tillroll.identity.authentication import secret_hash
from tillroll.privacy.service import show_data
from tillroll_durable.archive.archiving import told_of
from tillroll_durable.archive.files import TABLES, packed_run
from tillroll_durable.audit import append
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.refusals import Refusal
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

_CODE, _BOBS, _LIMITED_TOKEN = "a-code-that-lets-in", "till_bob", "till_limited"


@pytest.fixture
async def world() -> World:
    world = await open_kept(Faults())
    scopes = json.dumps([Permission.PERSONAL, Permission.ADMINISTER])
    tokens = (
        ("tok_bob", BOB, secret_hash(_BOBS), None),
        ("tok_lim", "usr_first", secret_hash(_LIMITED_TOKEN), scopes),
    )
    await world.host.database.batch(
        [
            statement("INSERT INTO user_roles (user_id, role) VALUES (?, 'submitter')", [BOB]),
            *(
                statement(
                    "INSERT INTO tokens (id, user_id, hash, name, created_at, scopes) "
                    "VALUES (?, ?, ?, '', '', ?)",
                    [*each],
                )
                for each in tokens
            ),
            statement(
                "INSERT INTO sign_in_codes (hash, user_id, created_at, expires_at, purpose) "
                "VALUES (?, 'usr_first', '', '2027', 'invitation')",
                [secret_hash(_CODE)],
            ),
        ]
    )
    return world


async def ask(world: World, method: str, path: str, token: str = TOKEN) -> Any:
    async with api_client(world.host.platform, token) as client:
        return await client.request(method, path)


async def fetched(
    world: World, export_id: str, token: str = TOKEN, number: str | None = None
) -> ObjectReply:
    return await show_data(
        world.host.platform, {"authorization": f"Bearer {token}"}.get, export_id, number
    )


async def refused(world: World, export_id: str, token: str, number: str | None = None) -> int:
    with pytest.raises(Refusal) as refused:
        await fetched(world, export_id, token, number)
    return refused.value.kind.status


async def test_one_asks_for_ones_own_and_fetches_it(world: World) -> None:
    asked = await ask(world, "POST", "/api/data-exports")
    again = await ask(world, "POST", "/api/data-exports")
    assert (asked.status_code, again.json()) == (202, asked.json())
    assert (asked.json()["status"], asked.json()["files"], asked.json()["expiresAt"]) == (
        "making",
        [],
        None,
    )
    export_id = asked.json()["id"]
    assert await refused(world, export_id, TOKEN) == 404
    await world.settle()
    [listed] = (await ask(world, "GET", "/api/data-exports")).json()["items"]
    assert (listed["status"], listed["what"], listed["target"]) == ("ready", "person", "usr_first")
    [file] = listed["files"]
    assert (file["documents"], file["missing"]) == (2, 0)
    reply = await fetched(world, export_id)
    content = world.host.pieces.objects.content[reply.key]
    assert len(content) == file["size"]
    assert reply.headers["cache-control"] == "private, no-store"
    archive = zipfile.ZipFile(io.BytesIO(content))
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["withheld"]["sign_in_codes"] == "secrets, or their hashes"
    assert {each["table"]: each["rows"] for each in manifest["tables"]}["receipts"] == 2
    assert (
        archive.read("rows/receipts.csv")
        .decode("utf-8-sig")
        .splitlines()[0]
        .startswith("id,account_id")
    )
    assert await refused(world, export_id, TOKEN, "2") == 404
    assert await refused(world, export_id, TOKEN, "x") == 422


async def test_an_owner_asks_for_the_accounts(world: World) -> None:
    export_id = (await ask(world, "POST", "/api/account/data-export")).json()["id"]
    await world.settle()
    [listed] = (await ask(world, "GET", "/api/data-exports")).json()["items"]
    assert (listed["id"], listed["what"], listed["files"][0]["documents"]) == (
        export_id,
        "account",
        3,
    )
    assert (await ask(world, "GET", "/api/data-exports", _BOBS)).json()["items"] == []
    assert (await ask(world, "POST", "/api/account/data-export", _BOBS)).status_code == 403
    assert await refused(world, export_id, _BOBS) == 403


async def test_nobody_gets_anothers(world: World) -> None:
    export_id = (await ask(world, "POST", "/api/data-exports", _BOBS)).json()["id"]
    await world.settle()
    assert (await ask(world, "GET", "/api/data-exports")).json()["items"] == []
    assert (await ask(world, "GET", "/api/data-exports", OTHER_TOKEN)).json()["items"] == []
    # Not an owner either: it has what one keeps for oneself.
    assert await refused(world, export_id, TOKEN) == 404
    assert await refused(world, export_id, OTHER_TOKEN) == 404
    assert await refused(world, export_id, "nobody's") == 401
    tables, documents = await unpacked(world)
    assert [row["id"] for row in tables["users"]] == [BOB]
    assert [*documents] == ["documents/rec_000003.pdf"]


async def test_a_token_that_may_not_read_gets_no_documents_by_it(world: World) -> None:
    assert (await ask(world, "POST", "/api/data-exports", _LIMITED_TOKEN)).status_code == 403
    assert (await ask(world, "POST", "/api/account/data-export", _LIMITED_TOKEN)).status_code == 403
    export_id = (await ask(world, "POST", "/api/data-exports")).json()["id"]
    await world.settle()
    assert await refused(world, export_id, _LIMITED_TOKEN) == 403


@pytest.mark.parametrize("path", ["/api/data-exports", "/api/account/data-export"])
async def test_no_secret_is_in_it(world: World, path: str) -> None:
    export_id = (await ask(world, "POST", path)).json()["id"]
    await world.settle()
    content = world.host.pieces.objects.content[(await fetched(world, export_id)).key]
    archive = zipfile.ZipFile(io.BytesIO(content))
    everything = b"\n".join(archive.read(name) for name in archive.namelist()).decode()
    tables, _ = await unpacked(world)
    assert "hash" not in tables["tokens"][0]
    for secret in (TOKEN, _BOBS, _LIMITED_TOKEN, _CODE):
        assert secret not in everything
        assert secret_hash(secret) not in everything


async def test_a_photo_tells_of_its_place_whom_it_is_of_and_nobody_else(world: World) -> None:
    await world.rows("UPDATE receipts SET media_type = 'image/jpeg'")
    for key in [key for key in world.host.pieces.objects.content if key.endswith("/original")]:
        await world.host.pieces.objects.put_bytes(key, samples.jpeg(), "image/jpeg")
    own = (await ask(world, "POST", "/api/data-exports")).json()["id"]
    accounts = (await ask(world, "POST", "/api/account/data-export")).json()["id"]
    await world.settle()
    found: list[bytes] = []
    for export_id in (own, accounts):
        content = world.host.pieces.objects.content[(await fetched(world, export_id)).key]
        found.append(zipfile.ZipFile(io.BytesIO(content)).read("documents/rec_000001.jpg"))
    assert b"SECRET-XMP" in found[0]
    assert b"SECRET-XMP" not in found[1]


async def test_a_formula_is_none_in_a_table(world: World) -> None:
    await world.rows("UPDATE expenses SET merchant = '=1+1' WHERE id = 'exp_000001'")
    export_id = (await ask(world, "POST", "/api/data-exports")).json()["id"]
    await world.settle()
    archive = zipfile.ZipFile(
        io.BytesIO(world.host.pieces.objects.content[(await fetched(world, export_id)).key])
    )
    assert "'=1+1" in archive.read("rows/expenses.csv").decode()
    assert '"=1+1"' in archive.read("rows/expenses.jsonl").decode()


async def test_one_that_failed_for_a_lost_file_is_retried_or_asked_for_again(world: World) -> None:
    """By an owner: its run goes on once the file is back, or another is made in its place."""
    content = packed_run({table: [] for table in TABLES})
    key = f"{ACCOUNT}/archive/arc_{'0' * 26}.jsonl.gz"
    await world.rows(
        "INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status, "
        "next_safe_action, created_at, updated_at) "
        "VALUES ('run_0', ?, 'receipt', 1, 'x', 'x', 'complete', 'none', '', '')",
        ACCOUNT,
    )
    await world.rows(
        "INSERT INTO archive_bundles (id, account_id, object_key, sha256, state, created_at) "
        "VALUES (1, ?, ?, ?, 'archived', '')",
        *(ACCOUNT, key, hashlib.sha256(content).hexdigest()),
    )
    await world.rows(
        "INSERT INTO archived_runs (run_id, bundle_id, place, size, last_seq) "
        "VALUES ('run_0', 1, 0, CAST(? AS INTEGER), 1)",
        str(len(content)),
    )
    told = told_of(ACCOUNT, 1, {"run_0": hashlib.sha256(content).hexdigest()}, "")
    await world.host.database.batch([append(told)])
    first = (await ask(world, "POST", "/api/account/data-export")).json()
    await world.settle()
    assert (await standing(world))[first["id"]] == "failed"
    run = (await ask(world, "GET", f"/api/runs/{first['runId']}")).json()
    assert run["error"]["errorClass"] == "ArchiveLost"
    assert run["nextSafeAction"] == "retry_from_step"
    assert f"{key} is gone from the object store" in run["whatHappened"]
    world.host.pieces.objects.content[key] = content
    async with api_client(world.host.platform) as client:
        retried = await client.post(
            f"/api/runs/{first['runId']}/retry", json={"reason": "its file is back"}
        )
    assert retried.status_code == 202, retried.text
    await world.settle()
    assert (await standing(world))[first["id"]] == "ready"
    del world.host.pieces.objects.content[key]
    second = (await ask(world, "POST", "/api/account/data-export")).json()
    await world.settle()
    world.host.pieces.objects.content[key] = content
    third = (await ask(world, "POST", "/api/account/data-export")).json()
    await world.settle()
    stands = await standing(world)
    assert [stands[each["id"]] for each in (second, third)] == ["stopped", "ready"]


async def standing(world: World) -> dict[str, str]:
    return {
        each["id"]: each["status"]
        for each in (await ask(world, "GET", "/api/data-exports")).json()["items"]
    }
