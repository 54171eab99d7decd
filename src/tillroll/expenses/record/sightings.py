"""What an account learns about its merchants: rows of how each was printed and who confirmed it."""

from dataclasses import dataclass

from tillroll.durable.record.audit import append, event_of_account
from tillroll.durable.record.runs import Run
from tillroll.platform.bindings.database import Database, Statement, statement, text
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, dump
from tillroll.receipts.correction import ExpenseFields
from tillroll.receipts.extraction import Extraction
from tillroll.receipts.names.known_merchants import look_key, merchant_key, read_name

APPROVED_BY = """
  (SELECT d.actor FROM reviews r JOIN review_decisions d ON d.review_id = r.id
   WHERE r.run_id = ?1 AND d.decision = 'approve' ORDER BY r.number DESC LIMIT 1)
"""
"""The person who approved the run's review, if one did."""


def learn(run: Run, extraction: Extraction | None, fields: ExpenseFields, now: str) -> Statement:
    """The sighting that the run's expense is, to stand behind its row in the same batch. Only an approved review makes
    it count as confirmed."""
    name = read_name(extraction)
    return statement(
        f"""
        INSERT INTO merchant_sightings
          (run_id, account_id, spelling, look_key, tax_id, merchant, merchant_key, confirmed_by, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, {APPROVED_BY}, ?8)
        """,  # noqa: S608 - a constant above
        run.id,
        run.account_id,
        name,
        look_key(name),
        None if extraction is None else extraction.tax_id.value,
        fields.merchant,
        merchant_key(fields.merchant),
        now,
    )


def confirm(run_id: str, actor: str) -> Statement:
    """A person has looked at the expense after all."""
    return statement(
        """
        UPDATE merchant_sightings SET confirmed_by = ? WHERE run_id = ? AND confirmed_by IS NULL AND undone_at IS NULL
        """,
        actor,
        run_id,
    )


def confirm_as(run_id: str, merchant: str, actor: str) -> Statement:
    """A person has said what the expense's merchant is called: the spelling that was read leads there from now on."""
    return statement(
        """
        UPDATE merchant_sightings SET merchant = ?1, merchant_key = ?2, confirmed_by = ?3, undone_at = NULL,
          undone_by = NULL
        WHERE run_id = ?4
        """,
        merchant,
        merchant_key(merchant),
        actor,
        run_id,
    )


def take_back_name(run_id: str, merchant: str) -> Statement:
    """A person took back what the merchant was called: the spelling leads to the name from before, which counts as
    confirmed only where a review was approved with it."""
    return statement(
        f"""
        UPDATE merchant_sightings SET merchant = ?2, merchant_key = ?3, confirmed_by = {APPROVED_BY}
        WHERE run_id = ?1 AND undone_at IS NULL
        """,  # noqa: S608 - a constant
        run_id,
        merchant,
        merchant_key(merchant),
    )


@dataclass(frozen=True)
class Lead:
    """A spelling, a tax id, or both, that lead to a merchant."""

    merchant: str
    spelling: str | None
    tax_id: str | None


async def forget(database: Database, account_id: str, lead: Lead, actor: str, now: str) -> int:
    """Take back that it leads there; return how many sightings that undid."""
    rows = await database.all(
        statement(
            """
            SELECT run_id FROM merchant_sightings
            WHERE account_id = ?1 AND undone_at IS NULL AND merchant_key = ?2 AND (look_key = ?3 OR tax_id = ?4)
            """,
            account_id,
            merchant_key(lead.merchant),
            look_key(lead.spelling),
            lead.tax_id,
        )
    )
    runs: list[Json] = [text(row, "run_id") for row in rows]
    if not runs:
        return 0
    event = event_of_account(
        account_id,
        "merchant.forgotten",
        new_id("mem"),
        actor=actor,
        at=now,
        detail={"sightings": len(runs), "newest": runs[-1]},
    )
    undo = statement(
        """
        UPDATE merchant_sightings SET undone_at = ?1, undone_by = ?2
        WHERE undone_at IS NULL AND run_id IN (SELECT value FROM json_each(?3))
        """,
        now,
        actor,
        dump(runs),
    )
    await database.batch([undo, append(event)])
    return len(runs)
