"""Faults that are planted into the ledger, one for each invariant, which must find it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

from tests.ledger import invariants as of
from tests.ledger.books import TriedBooks, open_books
from tests.ledger.invariants import Case
from tillroll_durable.platform.bindings.database import ByBatch, Database, Row, Statement
from tillroll_testing.host.sqlite import SqliteDatabase

LEDGER_MIGRATIONS = ("0012_payments_ledger.sql", "0001_baseline.sql")
"""Where its tables are made."""


@dataclass(frozen=True)
class Fault:
    """What is wrong: a text of the ledger's migration (`in_schema`) or of its statements stands for
    another, or ids are forgotten. `found_by` is the invariant.
    """

    found_by: Case
    true: LiteralString = ""
    wrong: LiteralString = ""
    in_schema: bool = False
    forgets_ids: bool = False


FAULTS: tuple[Fault, ...] = (
    Fault(
        of.each_currency_balances,
        "COALESCE(last.credits_posted, 0) + NEW.posted",
        "COALESCE(last.credits_posted, 0) + NEW.posted + 1",
        in_schema=True,
    ),
    Fault(
        of.facts_are_append_only,
        "CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries",
        "CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries WHEN 0",
        in_schema=True,
    ),
    Fault(
        of.facts_are_chained_to_the_audit, """'$."' || came.outcome || '"'""", """'$."applied"'"""
    ),
    Fault(of.a_replay_is_a_no_op, forgets_ids=True),
    Fault(of.duplicates_at_once_give_one, forgets_ids=True),
    Fault(
        of.no_update_is_lost,
        "COALESCE(last.debits_posted, 0) + NEW.posted",
        "MAX(COALESCE(last.debits_posted, 0), NEW.posted)",
        in_schema=True,
    ),
    Fault(
        of.money_is_conserved,
        "COALESCE(last.debits_pending, 0) + NEW.pending",
        "COALESCE(last.debits_pending, 0)",
        in_schema=True,
    ),
    Fault(
        of.balances_are_what_the_journal_says,
        "'credit', NEW.posted,",
        "'credit', NEW.posted + 1,",
        in_schema=True,
    ),
    Fault(
        of.an_account_is_drained_to_its_limit_and_no_further,
        "< asked.least THEN",
        "< asked.least - 60 THEN",
    ),
    Fault(
        of.small_moves_add_up_exactly,
        "json_extract(value, '$.posted')",
        "MAX(1, CAST(json_extract(value, '$.posted') * 0.6 AS INTEGER))",
    ),
    Fault(of.currencies_never_mix, "AND currency = NEW.currency) <> 2", ") <> 2", in_schema=True),
    Fault(of.a_reversal_compensates, "reversing.reverses_id = asked.target", "0"),
    Fault(
        of.everything_can_be_rebuilt,
        "'credit', NEW.posted, NEW.pending",
        "'credit', NEW.posted, 0",
        in_schema=True,
    ),
    Fault(
        of.order_is_monotonic,
        "COALESCE((SELECT at FROM ledger_transactions WHERE account_id = ?1",
        "COALESCE((SELECT NULL FROM ledger_transactions WHERE account_id = ?1",
    ),
    Fault(
        of.a_repetition_of_a_refused_one_is_refused,
        "w.outcome, w.reason,",
        "w.outcome, NULL AS reason,",
    ),
)


class FaultyStatements(ByBatch):
    """A database that is asked another statement than it should be."""

    def __init__(self, database: Database, fault: Fault) -> None:
        self._database = database
        self._true: LiteralString = fault.true
        self._wrong: LiteralString = fault.wrong
        self.was_planted = False

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        self.was_planted = self.was_planted or any(self._true in each.sql for each in statements)
        asked = [
            Statement(each.sql.replace(self._true, self._wrong), each.parameters)
            for each in statements
        ]
        return await self._database.batch(asked)


def faulty_schema(migrations: Path, folder: Path, fault: Fault) -> None:
    """A copy of the migrations in `folder`, with the fault in it."""
    for path in migrations.glob("*.sql"):
        script = path.read_text(encoding="utf-8")
        if path.name in LEDGER_MIGRATIONS and fault.in_schema:
            assert fault.true in script, "the fault cannot be planted any more"
            script = script.replace(fault.true, fault.wrong)
        (folder / path.name).write_text(script, encoding="utf-8")


async def faulty_books(
    migrations: Path, folder: Path, fault: Fault
) -> tuple[TriedBooks, FaultyStatements | None]:
    """Books on a database of their own that has the fault."""
    faulty_schema(migrations, folder, fault)
    database = SqliteDatabase()
    database.migrate(folder)
    if fault.in_schema or fault.forgets_ids:
        return await open_books(database, forgets_ids=fault.forgets_ids), None
    statements = FaultyStatements(database, fault)
    return await open_books(statements), statements
