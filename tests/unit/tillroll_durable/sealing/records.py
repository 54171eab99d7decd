"""An audit with a few runs in it, sealed tick by tick, and the ways to verify it."""

from datetime import timedelta
from typing import LiteralString

from tests.support.host_platform import ACCOUNT, assemble, migrated_database
from tillroll_durable.audit import Audited, AuditEvent, append
from tillroll_durable.platform.bindings.database import Row, Value, statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.sealing.checks import Finding, SealChecker
from tillroll_durable.sealing.files import copy_key, export
from tillroll_durable.sealing.repository import last_seal
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_durable.sealing.verification import Report, verify
from tillroll_durable.sealing.verifier import Verified, verify_export
from tillroll_testing.host.platform import HostPlatform, Pieces
from tillroll_testing.host.signing import HostSigner

TICK = timedelta(minutes=1)


async def open_audit(
    seals: int = 0, events: int = 8, *, pieces: Pieces | None = None
) -> HostPlatform:
    """A platform with so many seals over so many events each."""
    host = assemble(await migrated_database(), {}, pieces)
    for number in range(seals):
        await happen(host, events, f"tick {number}")
        await seal_new_events(host.platform)
        host.pieces.clock.advance(TICK)
    await seal_new_events(host.platform)  # which confirms the last copy
    return host


async def happen(host: HostPlatform, count: int, what: str) -> None:
    """Events of three runs, by turns."""
    now = to_text(host.pieces.clock.now())
    for number in range(count):
        run = f"run_{number % 3}"
        event = AuditEvent(
            stream=run,
            event_key=f"{run}:{what}:{number}",
            account_id=ACCOUNT,
            actor="workflow:receipt" if number % 2 else "user:usr_first",
            action=Audited.STEP_COMPLETED if number % 2 else Audited.REVIEW_DECIDED,
            outcome="success",
            at=now,
            contract_version=1 if number % 2 else None,
            detail={"step": what, "number": number, "naïve": "收據"},
        )
        await host.database.batch([append(event)])


async def rows(host: HostPlatform, sql: LiteralString, *values: Value) -> list[Row]:
    return await host.database.all(statement(sql, [*values]))


async def verify_all(host: HostPlatform, limit: int = 20) -> list[Report]:
    """Every page."""
    pages: list[Report] = []
    first: int | None = 1
    while first is not None:
        pages.append(await verify(host.platform, first, limit))
        first = pages[-1].next_seal
    return pages


async def findings_of(host: HostPlatform) -> list[Finding]:
    return [finding for page in await verify_all(host) for finding in page.findings]


async def export_of(host: HostPlatform) -> str:
    """All that the database has."""
    head = await last_seal(host.database)
    return await export(host.database, 1, head.number if head else 0)


def copies_of(host: HostPlatform) -> str:
    """The object store's copies, one after the other."""
    content = host.pieces.objects.content
    return "".join(content[key].decode() for key in sorted(content) if key.startswith("audit/"))


def copy_of(host: HostPlatform, number: int) -> bytes | None:
    return host.pieces.objects.content.get(copy_key(number))


async def verified(host: HostPlatform, exported: str, first: int = 1) -> Verified:
    """What somebody finds who has the export and the public key, and nothing else."""
    key = await host.pieces.signer.public_key()
    assert key is not None
    return await verify_export(
        SealChecker([key], HostSigner().is_signed), exported.split("\n"), first
    )
