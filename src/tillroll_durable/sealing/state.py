"""Whether the audit is as it was sealed, for people of one account."""

from collections.abc import Sequence
from typing import Final

from tillroll_durable.audit import BAD_SEAL
from tillroll_durable.jobs.scans import position_of
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import Database, statement, text
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform
from tillroll_durable.sealing.checks import Finding
from tillroll_durable.sealing.repository import entries_after, last_number, last_seal
from tillroll_durable.sealing.verification import verify


class SealState(Model):
    """How far the audit is sealed. `seals` counts the seals, and `sealed_at` is when the last was
    made. `is_sealing` says whether this deployment has a key. `is_intact` says whether the check of
    each minute found nothing. `waiting` counts the events, up to 500, that wait for the next seal.
    """

    is_sealing: bool
    seals: int
    sealed_at: str | None
    waiting: int
    is_intact: bool


class SealCheck(Model):
    """What a check of some seals found. `checked` counts them; go on with `next_seal` until it is
    null. `findings` are sentences about events of this account and about the seals themselves.
    `elsewhere` counts those that are about other accounts.
    """

    checked: int
    seals: int
    next_seal: int | None
    is_intact: bool
    findings: list[str]
    elsewhere: int


_MOST_WAITING: Final = 500
MOST_SEALS: Final = 20
"""How many seals one check looks at."""


async def state_of(platform: Platform) -> SealState:
    """Load how far sealing is, and whether all seals were good."""
    last = await last_seal(platform.database)
    bad = await position_of(platform.database, BAD_SEAL)
    waiting = await entries_after(platform.database, last.seal.to_id if last else 0, _MOST_WAITING)
    return SealState(
        is_sealing=await platform.signer.public_key() is not None,
        seals=last.number if last else 0,
        sealed_at=last.seal.sealed_at if last else None,
        waiting=len(waiting),
        is_intact=not bad,
    )


async def check_for_account(platform: Platform, account_id: str, first: int) -> SealCheck:
    """Check up to 20 seals from `first` on."""
    report = await verify(platform, first, MOST_SEALS)
    if report.findings:
        log.error("audit.not_intact", count=len(report.findings), seal=first)
    own = await _of_account(platform.database, account_id, report.findings)
    return SealCheck(
        checked=report.seals,
        seals=await last_number(platform.database),
        next_seal=report.next_seal,
        is_intact=not report.findings,
        findings=[each.says for each in own],
        elsewhere=len(report.findings) - len(own),
    )


async def _of_account(
    database: Database, account_id: str, findings: Sequence[Finding]
) -> list[Finding]:
    """The findings about no event, and those about events of the account."""
    streams = {each.stream for each in findings if each.stream is not None}
    query = """
      SELECT value AS stream FROM json_each(?2) AS asked
      WHERE asked.value = 'account:' || ?1
        OR EXISTS (SELECT 1 FROM runs WHERE id = asked.value AND account_id = ?1)
    """
    if streams:
        rows = await database.all(statement(query, [account_id, dump([*sorted(streams)])]))
    else:
        rows = []
    own = {text(row, "stream") for row in rows}
    return [each for each in findings if each.event is None or each.stream in own]
