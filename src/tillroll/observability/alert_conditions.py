"""Conditions that no single record shows, of this feature and others; each tick looks at them anew."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tillroll.durable.operations.archive_checks import OPEN_FLAWS, flaw_of_row
from tillroll.durable.operations.quarantine import SWEEP_STOPPED
from tillroll.durable.record.archive import safe_to_do
from tillroll.durable.record.audit import BAD_SEAL
from tillroll.jobs.job import overdue, overdue_sentence
from tillroll.jobs.scans import kept_position
from tillroll.observability.alert_rules import DEPLOYMENT, Cause, Rule, Watched
from tillroll.observability.beside import DISAGREEING_PAYMENTS, SPENT_BUDGETS
from tillroll.observability.metrics import FIRST_UNSEALED
from tillroll.observability.settings import AlertSettings
from tillroll.platform.bindings.database import Row, integer, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

_WINDOW: Final = timedelta(hours=1)
# A seal is made each minute; where there is a key, and none was made for so long, sealing fails.
_SEALED_WITHIN: Final = timedelta(minutes=10)
# Of fewer runs an hour, a rate says nothing: each failure has its own alert.
_FEWEST_RUNS: Final = 10

# So many failed attempts of one event take over half an hour: it is not a short outage of the receiver.
_FAILED_ATTEMPTS: Final = 4

# Of files of the archive that are wrong, an alert names so many.
_FILES_NAMED: Final = 3

_FAILING: Final = """
  SELECT count(*) AS events, min(created_at) AS since FROM outbox
  WHERE state = 'pending' AND next_attempt_at IS NOT NULL AND last_error IS NOT NULL AND attempts >= CAST(? AS INTEGER)
"""

_ENDINGS: Final = """
  SELECT COALESCE(sum(ended), 0) AS ended, COALESCE(sum(failed), 0) AS failed FROM run_endings WHERE minute >= ?
"""


_KEPT_BESIDE: tuple[Watched, ...] = (SPENT_BUDGETS, DISAGREEING_PAYMENTS)


async def conditions_now(platform: Platform) -> list[Cause]:
    """The conditions that hold."""
    now = platform.clock.now()
    today = to_text(now)[:10]
    [endings], unsealed, bad, stopped, [failing], flawed, late, *beside = await platform.database.batch(
        [
            statement(_ENDINGS, to_text(now - _WINDOW)[:16]),
            statement(FIRST_UNSEALED),
            kept_position(BAD_SEAL),
            kept_position(SWEEP_STOPPED),
            statement(_FAILING, _FAILED_ATTEMPTS),
            statement(OPEN_FLAWS),
            overdue(now),
            *(kept.rows(platform) for kept in _KEPT_BESIDE),
        ]
    )
    found = [kept.cause_of(row, today) for kept, rows in zip(_KEPT_BESIDE, beside, strict=True) for row in rows]
    ended, failed = integer(endings, "ended"), integer(endings, "failed")
    limit = platform.settings.of(AlertSettings).error_rate_percent
    if limit and ended >= _FEWEST_RUNS and 100 * failed >= limit * ended:
        sentence = f"{failed} of {ended} runs that ended within an hour failed."
        found.append(Cause(Rule.ERROR_RATE, DEPLOYMENT, sentence))
    if events := integer(failing, "events"):
        waits = "1 event waits" if events == 1 else f"{events} events wait"
        sentence = f"{waits} for a receiver that has not taken them, the first since {text(failing, 'since')}."
        found.append(Cause(Rule.DELIVERY_FAILING, DEPLOYMENT, sentence))
    since = text(unsealed[0], "since") if unsealed and platform.signer.has_key else None
    if since is not None and since < to_text(now - _SEALED_WITHIN):
        found.append(Cause(Rule.SEAL_MISSING, DEPLOYMENT, f"Events of the audit are not sealed since {since}."))
    if bad and text(bad[0], "position"):
        number, _, flaw = text(bad[0], "position").partition(":")
        found.append(Cause(Rule.SEAL_FAILING, DEPLOYMENT, f"Seal {number} of the audit does not verify: {flaw}."))
    if stopped and text(stopped[0], "position"):
        sentence = f"The sweep of orphaned objects has stopped: {text(stopped[0], 'position')}."
        found.append(Cause(Rule.SWEEP_STOPPED, DEPLOYMENT, sentence))
    if flawed:
        found.append(_of_archive(flawed))
    if jobs := overdue_sentence(late):
        found.append(Cause(Rule.JOB_OVERDUE, DEPLOYMENT, jobs, count=len(late)))
    return found


def _of_archive(flawed: Sequence[Row]) -> Cause:
    """All files that are wrong now: how many, the first few by name, and what is safe to do."""
    count = integer(flawed[0], "flaws")
    named = [flaw_of_row(row) for row in flawed[:_FILES_NAMED]]
    if count == 1:
        return Cause(Rule.ARCHIVE_FAILING, DEPLOYMENT, named[0].says)
    which = "; ".join(each.told for each in named)
    more = count - len(named)
    rest = f"; and {more} more, which `tillroll archive` lists" if more else ""
    sentence = f"{count} files of the archive are not as they were written: {which}{rest}. {safe_to_do('them')}"
    return Cause(Rule.ARCHIVE_FAILING, DEPLOYMENT, sentence, count=count)
