"""What a token with `read` learns of the audit: its events, and whether they are as sealed."""

from dataclasses import replace
from typing import LiteralString

import pytest

from tests.unit.tillroll_durable.server.test_server import PARAMS, TRIGGER, Client, body_of, opened
from tillroll_durable.audit import Audited, append, event_of_account
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_testing.host.signing import HostSigner, new_signing_key

VERIFY = "/api/audit/verify"
NOW = "2026-03-01T09:00:00.000Z"


async def with_key(permissions: tuple[str, ...]) -> Client:
    """A deployment that seals its audit."""
    client = await opened(permissions)
    host = client.world.host
    host.platform = replace(host.platform, signer=HostSigner(new_signing_key()))
    return client


async def sealed(permissions: tuple[str, ...] = ("read", "run", "operate")) -> Client:
    """A deployment with a run whose events are sealed."""
    client = await with_key(permissions)
    await client.ask("POST", TRIGGER, PARAMS)
    await client.world.settle()
    assert (await seal_new_events(client.world.host.platform)).seals == 1
    return client


async def edit(client: Client, which: LiteralString) -> None:
    """Change who did something, as an intruder in the database would."""
    await client.world.rows("DROP TRIGGER audit_events_no_update")
    await client.world.rows(f"UPDATE audit_events SET actor = 'user:usr_8' WHERE {which}")


async def test_a_sealed_audit_is_intact() -> None:
    client = await sealed()
    reply = await client.ask("GET", VERIFY)
    assert reply.status == 200
    assert body_of(reply) == {
        "checked": 1,
        "seals": 1,
        "nextSeal": None,
        "isIntact": True,
        "findings": [],
        "elsewhere": 0,
    }


async def test_an_edited_event_is_named() -> None:
    client = await sealed()
    await edit(client, "action = 'run.created'")
    body = body_of(await client.ask("GET", VERIFY))
    assert not body["isIntact"]
    [finding] = body["findings"]
    assert "is not what was sealed" in finding
    assert body["elsewhere"] == 0


async def test_of_another_accounts_event_only_the_number_is_told() -> None:
    client = await with_key(("read",))
    platform = client.world.host.platform
    event = event_of_account(
        "acc_other", Audited.RUN_CREATED, "key", actor="user:usr_9", at=NOW, detail={}
    )
    await platform.database.batch([append(event)])
    await seal_new_events(platform)
    await edit(client, "account_id = 'acc_other'")
    body = body_of(await client.ask("GET", VERIFY))
    assert (body["isIntact"], body["findings"], body["elsewhere"]) == (False, [], 1)


@pytest.mark.parametrize("number", ["0", "-1", "one", "9" * 17, "\u0661"])
async def test_what_is_no_number_of_a_seal_is_refused(number: str) -> None:
    client = await opened()
    reply = await client.ask("GET", VERIFY, query=(("fromSeal", number),))
    assert (reply.status, reply.headers["content-type"]) == (422, "application/problem+json")


async def test_only_a_token_that_reads_may_verify() -> None:
    client = await opened(("run",))
    assert (await client.ask("GET", VERIFY)).status == 403
