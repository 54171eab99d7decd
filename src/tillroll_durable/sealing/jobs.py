"""Jobs of the audit: sealing what is new, verifying what was sealed before, and archiving."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tillroll_durable.archive.archiving import Archiving
from tillroll_durable.audit import BAD_SEAL
from tillroll_durable.jobs.job import Job
from tillroll_durable.jobs.scans import keep_position, positions_of
from tillroll_durable.platform import log
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform
from tillroll_durable.sealing.archive import move_old
from tillroll_durable.sealing.checks import Finding, Flaw
from tillroll_durable.sealing.repository import last_number
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_durable.sealing.settings import ArchiveSettings
from tillroll_durable.sealing.verification import Report, verify

_NEXT: Final = "audit: next to verify"
# A round takes a week of ticks at most: as many seals a tick as were made in it, and this part of
# all there are.
ROUND_TICKS: Final = 7 * 24 * 60
# So that a young audit comes round within hours.
_FEWEST: Final = 5
# Three queries and one object each, of what a tick may ask for.
_MOST_SEALS: Final = 200
# Seconds of a tick, of the 30 that a cron may compute. A tick that needs more leaves the rest to
# the next, and says so.
_BUDGET_SECONDS: Final = 10.0
# Seals that are verified between two looks at the clock.
_SLICE: Final = 5
# Events that wait for a seal have an alert of their own, and so have the archive's files.
_NOT_OF_A_SEAL: Final = frozenset(
    {Flaw.NOT_SEALING, Flaw.SEALING_LATE, Flaw.ARCHIVE_MISSING, Flaw.ARCHIVE_DIFFERS}
)


async def seal_and_verify(platform: Platform) -> None:
    """Seal and verify in one tick. It verifies more where more was sealed, so that a round ends
    within ROUND_TICKS under any load. Without a bucket nothing is sealed: a seal has a copy there.
    """
    if not platform.has_objects:
        return
    sealed = await seal_new_events(platform)
    await verify_next(platform, share_of(await last_number(platform.database), sealed.seals))


def share_of(seals: int, new_seals: int) -> int:
    """How many of so many seals a tick verifies that has made some itself."""
    return min(_MOST_SEALS, max(_FEWEST, new_seals - (-seals // ROUND_TICKS)))


async def verify_next(platform: Platform, share: int) -> None:
    """Verify the next seals, and a bad one until it is right again; alerts read what is found."""
    database = platform.database
    now = to_text(platform.clock.now())
    before, was_bad = await positions_of(database, _NEXT, BAD_SEAL)
    first = int(before or "1")
    last_bad = was_bad.partition(":")[0]
    following, findings = await _verify_some(platform, first, share)
    bad = _first_bad(findings)
    if bad is None and last_bad:
        bad = _first_bad((await verify(platform, int(last_bad), 1)).findings)
    is_bad = ""
    if bad:
        number = bad.seal or await last_number(database)
        log.error("audit.not_intact", seal=number, reason=bad.flaw.value)
        is_bad = f"{number}:{bad.flaw}"
    for name, old, new in (
        (BAD_SEAL, was_bad, is_bad),
        (_NEXT, before or "1", str(following or 1)),
    ):
        if new != old:
            await keep_position(database, name, position=new, now=now)


async def _verify_some(
    platform: Platform, first: int, share: int
) -> tuple[int | None, list[Finding]]:
    """Where the next tick goes on (None: the round is done), and what was found."""
    began = time.monotonic()
    remaining = share
    following: int | None = first
    findings: list[Finding] = []
    while following is not None and remaining > 0:
        if remaining < share and not platform.turn.has_room:
            break
        if remaining < share and time.monotonic() - began > _BUDGET_SECONDS:
            log.warning("audit.verification_behind", seal=following, count=remaining)
            break
        report: Report = await verify(platform, following, min(_SLICE, remaining))
        findings += report.findings
        following = report.next_seal
        remaining = remaining - _SLICE
    return following, findings


def _first_bad(findings: Sequence[Finding]) -> Finding | None:
    return next((each for each in findings if each.flaw not in _NOT_OF_A_SEAL), None)


async def archive_old(platform: Platform, what: Archiving) -> None:
    """Archive what is old, where it is set how old that is."""
    days = platform.settings.of(ArchiveSettings).after_days
    if days is not None:
        before = platform.clock.now() - timedelta(days=days)
        await move_old(platform, before, what, whole=False)


JOBS: Final = (Job("seals", seal_and_verify, 30),)
