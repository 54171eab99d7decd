"""What an account knows of its merchants: rows of how each was printed and who confirmed it, and what follows."""

from dataclasses import dataclass

from tillroll.durable.audit import append, event_of_account
from tillroll.durable.runs import Run
from tillroll.platform.database import Database, Row, Statement, integer, optional_text, statement, text
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, dump
from tillroll.receipts.correction import ExpenseFields
from tillroll.receipts.extraction import Extraction
from tillroll.receipts.names.known_merchants import (
    Sightings,
    look_key,
    merchant_key,
    read_name,
    recognise,
    usual_category,
    with_category,
    with_known_merchant,
)
from tillroll.receipts.reading import Reading

_APPROVED_BY = """
  (SELECT d.actor FROM reviews r JOIN review_decisions d ON d.review_id = r.id
   WHERE r.run_id = ?1 AND d.decision = 'approve' ORDER BY r.number DESC LIMIT 1)
"""
"""The person who approved the run's review, if one did."""


async def remember(database: Database, account_id: str, reading: Reading) -> Reading:
    """The reading with its merchant snapped to a known one, and with that one's usual category."""
    name, tax_id = reading.extraction.merchant.value, reading.extraction.tax_id.value
    found = recognise(name, tax_id, await _known(database, account_id, look_key(name), tax_id))
    if found is None:
        return reading
    snapped = with_known_merchant(reading, found)
    counts = await _categories_of(database, account_id, found.merchant)
    category = usual_category(counts)
    return snapped if category is None else with_category(snapped, category, counts[category])


async def _known(database: Database, account_id: str, look: str | None, tax_id: str | None) -> list[Sightings]:
    # A UNION, since for an OR the planner would read all of the account's rows.
    rows = await database.all(
        statement(
            """
            SELECT merchant, spelling, tax_id, COUNT(*) AS times, COUNT(confirmed_by) AS confirmed, MIN(at) AS since
            FROM merchant_sightings WHERE run_id IN (
              SELECT run_id FROM merchant_sightings WHERE account_id = ?1 AND undone_at IS NULL AND look_key = ?2
              UNION
              SELECT run_id FROM merchant_sightings WHERE account_id = ?1 AND undone_at IS NULL AND tax_id = ?3
            )
            GROUP BY merchant, spelling, tax_id
            """,
            account_id,
            look,
            tax_id,
        )
    )
    return [_sightings(row) for row in rows]


def _sightings(row: Row) -> Sightings:
    return Sightings(
        merchant=text(row, "merchant"),
        spelling=optional_text(row, "spelling"),
        tax_id=optional_text(row, "tax_id"),
        times=integer(row, "times"),
        confirmed=integer(row, "confirmed"),
        since=text(row, "since"),
    )


async def _categories_of(database: Database, account_id: str, merchant: str) -> dict[str, int]:
    """How often people chose each category for the merchant."""
    rows = await database.all(
        statement(
            """
            SELECT e.category, COUNT(*) AS times FROM merchant_sightings s JOIN expenses e ON e.run_id = s.run_id
            WHERE s.account_id = ? AND s.merchant_key = ? AND s.undone_at IS NULL
              AND e.category IS NOT NULL AND e.category_by IS NOT NULL
            GROUP BY e.category
            """,
            account_id,
            merchant_key(merchant),
        )
    )
    return {text(row, "category"): integer(row, "times") for row in rows}


def learn(run: Run, extraction: Extraction | None, fields: ExpenseFields, now: str) -> list[Statement]:
    """What the run's expense teaches, to stand behind its row in the same batch: a sighting, and its category. Only an
    approved review makes them count as confirmed."""
    name = read_name(extraction)
    sighting = statement(
        f"""
        INSERT INTO merchant_sightings
          (run_id, account_id, spelling, look_key, tax_id, merchant, merchant_key, confirmed_by, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, {_APPROVED_BY}, ?8)
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
    category = statement(
        f"UPDATE expenses SET category = ?2, category_by = {_APPROVED_BY} WHERE run_id = ?1",  # noqa: S608 - likewise
        run.id,
        fields.category,
    )
    return [sighting] if fields.category is None else [sighting, category]


def confirm(run_id: str, actor: str) -> Statement:
    """A person has looked at the expense after all."""
    return statement(
        """
        UPDATE merchant_sightings SET confirmed_by = ? WHERE run_id = ? AND confirmed_by IS NULL AND undone_at IS NULL
        """,
        actor,
        run_id,
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
