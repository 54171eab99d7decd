"""What the cron does for the audit: seals what is new, and verifies what was sealed before, seal by seal."""

from typing import Final

from tillroll.audit.findings import Finding, Flaw
from tillroll.audit.sealing import seal_new_events
from tillroll.audit.verifying import verify
from tillroll.durable.audit import BAD_SEAL
from tillroll.durable.reconciliation.cursors import keep_position, position_of
from tillroll.platform import log
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

_NEXT: Final = "audit: next to verify"
# A tick that had more than this to seal has read enough rows.
_MOST_SEALED: Final = 100
# Events that wait for a seal have an alert of their own.
_NOT_OF_A_SEAL: Final = frozenset({Flaw.NOT_SEALING, Flaw.SEALING_LATE})


async def tend_audit(platform: Platform) -> None:
    """One tick. The whole audit is gone through again and again, up to 500 events in each quiet minute."""
    sealed = await seal_new_events(platform)
    if sealed.events <= _MOST_SEALED:
        await verify_next(platform)


async def verify_next(platform: Platform) -> None:
    """Verify the next seal, and the one that was found bad, where there is one. What is found is kept for the alerts
    until that seal is right again."""
    database, now = platform.database, to_text(platform.clock.now())
    number = int(await position_of(database, _NEXT) or "1")
    known = (await position_of(database, BAD_SEAL)).partition(":")[0]
    report = await verify(platform, number, 1)
    bad = _first_bad(report.findings)
    if bad is None and known and known != str(number):
        number = int(known)
        bad = _first_bad((await verify(platform, number, 1)).findings)
    if bad:
        log.error("audit.not_intact", seal=number, reason=bad.flaw.value)
    await keep_position(database, BAD_SEAL, f"{number}:{bad.flaw}" if bad else "", now)
    await keep_position(database, _NEXT, str(report.next_seal or 1), now)


def _first_bad(findings: list[Finding]) -> Finding | None:
    return next((each for each in findings if each.flaw not in _NOT_OF_A_SEAL), None)
