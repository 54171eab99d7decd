"""What was reported of a payout's payment, and by whom. Who takes a report back takes back their
own, and no other."""

from collections.abc import Sequence
from typing import Final

from tillroll.payouts.models import OutcomeSource, ReportedOutcome
from tillroll.payouts.payments import PaymentStatus
from tillroll_durable import Statement, statement
from tillroll_durable.operations import NotPossible
from tillroll_durable.platform.bindings.database import Database, of_row, text
from tillroll_durable.platform.bindings.guards import must_hold
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.refusals import Refusal

# What a source reported last of all is no other report once more.
_REPORT: Final = """
  INSERT INTO payout_outcomes (run_id, number, account_id, source, by, status, reason, at)
  SELECT p.run_id,
    COALESCE((SELECT MAX(number) FROM payout_outcomes WHERE run_id = ?1), 0) + 1, p.account_id,
    ?2, ?3, ?4, ?5, ?6
  FROM payouts p WHERE p.run_id = ?1 AND {holds} AND ?2 || ?4 IS NOT (
    SELECT source || status FROM payout_outcomes WHERE run_id = ?1 AND taken_back_at IS NULL
    ORDER BY number DESC LIMIT 1)
"""
_OF_PAYMENT: Final = "p.payment_status = ?4"
_OF_INSTRUCTION: Final = """
  EXISTS (SELECT 1 FROM payment_instructions i WHERE i.run_id = p.run_id AND i.status = ?4)
"""

_LEFT_BY_MATCH: Final = """
  SELECT run_id FROM payout_outcomes
  WHERE run_id IN (SELECT value FROM json_each(?1)) AND source = 'match' AND status = 'posted'
    AND taken_back_at IS NULL
  ORDER BY run_id LIMIT 1
"""
_IS_UNMATCHED: Final = f"NOT EXISTS ({_LEFT_BY_MATCH})"


class HasLeft(Refusal):
    """An entry of the bank shows that the payment left the account. The message is its payout."""

    kind = NotPossible.kind
    explanation = (
        "An entry of the bank is matched with {}, so the money has left: undo that match first. "
        "Nothing was changed."
    )


async def check_unmatched(database: Database, run_ids: Sequence[str]) -> None:
    """Hold a report that payments never left against the bank's entries.

    Raises:
        HasLeft: an entry that left the bank is matched with one of these payouts.
    """
    if not run_ids:
        return
    row = await database.first(statement(_LEFT_BY_MATCH, [dump([*run_ids])]))
    if row is not None:
        raise HasLeft(text(row, "run_id"))


def must_be_unmatched(run_ids: Sequence[str]) -> Statement:
    """Guard a batch against a match that is made at the same moment."""
    return must_hold(_IS_UNMATCHED, dump([*run_ids]))


def report_outcome(
    run_id: str,
    source: OutcomeSource,
    *,
    by: str,
    status: PaymentStatus,
    reason: str | None,
    now: str,
    in_file: bool = False,
) -> Statement:
    """Keep what was reported, behind the statement that changed the payment; where that changed
    nothing, nothing is kept. `in_file`: it was reported of the payment in a file, which its payout
    hears of later."""
    query = _REPORT.format(holds=_OF_PAYMENT)
    if in_file:
        query = _REPORT.format(holds=_OF_INSTRUCTION)
    return statement(query, [run_id, source, by, status.value, reason, now])


def insert_outcome(
    run_id: str,
    source: OutcomeSource,
    *,
    by: str,
    status: PaymentStatus,
    reason: str | None,
    now: str,
) -> Statement:
    """Keep what was reported, whatever the payment says by then."""
    return statement(_REPORT.format(holds="true"), [run_id, source, by, status.value, reason, now])


def take_outcomes_back(
    account_id: str, run_id: str, *, source: OutcomeSource, now: str
) -> Statement:
    """Take back what a source reported of an account's payout. What others reported stays."""
    query = """
      UPDATE payout_outcomes SET taken_back_at = ?3
      WHERE run_id = ?1 AND source = ?2 AND taken_back_at IS NULL
    """
    return statement(query, [run_id, source, now], account=account_id)


async def list_outcomes(database: Database, run_id: str) -> list[ReportedOutcome]:
    """All that was reported of a payout, the oldest first."""
    query = "SELECT * FROM payout_outcomes WHERE run_id = ? ORDER BY number"
    return [of_row(ReportedOutcome, row) for row in await database.all(statement(query, [run_id]))]


async def reported_of(
    database: Database, run_ids: Sequence[str], source: OutcomeSource
) -> dict[str, PaymentStatus]:
    """What a source reported last of some payouts, and did not take back."""
    query = """
      SELECT run_id, status FROM payout_outcomes
      WHERE run_id IN (SELECT value FROM json_each(?1)) AND source = ?2 AND taken_back_at IS NULL
      ORDER BY number
    """
    rows = await database.all(statement(query, [dump([*run_ids]), source]))
    return {text(row, "run_id"): PaymentStatus(text(row, "status")) for row in rows}


def standing_of(
    outcomes: Sequence[ReportedOutcome], *, without: OutcomeSource | None = None
) -> ReportedOutcome | None:
    """What holds: the newest that was not taken back. An entry that left the bank says nothing
    against a payment that came back, since it left before."""
    valid = [each for each in outcomes if each.taken_back_at is None and each.source != without]
    for each in reversed(valid):
        is_entry = each.source == "match" and each.status is PaymentStatus.POSTED
        if is_entry and any(other.status is PaymentStatus.RETURNED for other in valid):
            continue
        return each
    return None


def status_of(outcome: ReportedOutcome | None) -> PaymentStatus:
    """On its way, where nothing was reported."""
    if outcome is None:
        return PaymentStatus.PROCESSING
    return outcome.status


def reason_of(outcome: ReportedOutcome | None) -> str | None:
    """Why the money stayed or came back, as was reported."""
    if outcome is None:
        return None
    return outcome.reason
