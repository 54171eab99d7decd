"""How far one expense has come: read, approved, exported, claimed, received, paid, in the books.

Each module that takes it further says so by rows of one form, which are all asked for at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, LiteralString

from tillroll.access.permissions import Permission
from tillroll.expenses.repository import NoSuchExpense
from tillroll.module import Hook
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, Row, of_row, text
from tillroll_durable.platform.models import Model
from tillroll_durable.sight import IS_SEEN, Sight

StageName = Literal["read", "approved", "exported", "claimed", "received", "paid", "in_books"]
STAGES: Final[tuple[StageName, ...]] = (
    "read",
    "approved",
    "exported",
    "claimed",
    "received",
    "paid",
    "in_books",
)


@dataclass(frozen=True)
class ProgressPart:
    """What one module says of an expense. `sql` takes the account as ?1 and the expense as ?2. Its
    columns are those of COLUMNS. `holds` is reached, open (something is to come), expected (it
    would come), or over. `needs` is what somebody may who is shown the row's links and words;
    anybody else is shown the stage and the day alone.

    `story` is what the audit's story of the expense has of the module, by the same ids: a row has
    `at` (UTC text), `actor` (as the audit names them, or NULL), `says` (a sentence) and `path` (or
    NULL).
    """

    sql: LiteralString
    needs: Permission
    story: LiteralString


PROGRESS: Final = Hook[ProgressPart]("expenses.progress")
"""What says how far an expense has come, and its story for the audit."""

COLUMNS: Final = ("stage", "holds", "at", "subject", "subject_id", "name", "state", "says", "url")


class ProgressFact(Model):
    """Why a stage is reached, or how far it is. `subject` is run, decision, export, claim, payout,
    bank_entry, books (a connection) or closed_period. `at` is a time or a day. `name` of an export
    is that of its profile, else its format. `state` is closing of an export that nobody chose: it
    wrote down what was in its days as they were closed. It is draft of a claim, on_its_way of a
    payout or paid_too_much (it paid for what is not the person's approved expense any more),
    coded_since of a decision (what the expense is sorted by was changed after the approval),
    proposed of a bank entry, and the item's state of the books. `subject_id`, `name`, `says` and
    `url` are null where the caller may not see the subject.
    """

    at: str | None
    subject: str
    subject_id: str | None
    name: str | None
    state: str | None
    says: str | None
    url: str | None


class ProgressStage(Model):
    """`state` is reached (`at` says since when), waits, or not_due: nothing leads there, such as to
    a claim where the company paid and no client is billed. `received`: the client paid the claim;
    `paid`: the seller or the person who paid has the money.
    """

    stage: StageName
    state: Literal["reached", "waits", "not_due"]
    at: str | None
    facts: list[ProgressFact]


class ExpenseProgress(Model):
    """The stages in their order, without those of modules that are not there. `closed_period` is
    the closed period that the expense's day lies in.
    """

    stages: list[ProgressStage]
    closed_period: ProgressFact | None


# What an expense (e) is sorted by was changed after its approval (d), and not changed back.
_CODED_SINCE: Final = """
  EXISTS (
    SELECT 1 FROM expense_changes AS change
    WHERE change.expense_id = e.id AND change.from_version > d.from_version
      AND change.undoes IS NULL
      AND NOT EXISTS (SELECT 1 FROM expense_changes AS undoing WHERE undoing.undoes = change.id))
  OR EXISTS (
    SELECT 1 FROM bulk_act_changes AS changed JOIN bulk_acts AS act ON act.id = changed.act_id
    WHERE changed.expense_id = e.id AND act.created_at > d.at
      AND act.state IN ('applying', 'applied')
      AND act.kind NOT IN ('void', 'send_back', 'approve', 'unapprove'))
"""

# The newest decision is the approval while the expense is approved.
_OWN: Final = f"""
  SELECT 'read' AS stage, 'reached' AS holds, e.created_at AS at, 'run' AS subject,
    e.run_id AS subject_id,
    NULL AS name, e.status AS state, NULL AS says, NULL AS url
  FROM expenses e
  WHERE e.id = ?2 AND e.account_id = ?1 AND {IS_SEEN.format(person="e.person", only="?3")}
  UNION ALL
  SELECT 'approved', iif(e.status = 'approved', 'reached', 'expected'),
    iif(e.status = 'approved', COALESCE(d.at, e.updated_at), NULL),
    iif(e.status = 'approved', 'decision', NULL),
    'decision:' || e.id || ':' || d.from_version, users.name,
    iif(e.status = 'approved' AND ({_CODED_SINCE}), 'coded_since', NULL), NULL, NULL
  FROM expenses e
  LEFT JOIN approval_decisions d ON d.expense_id = e.id AND d.decision = 'approved'
    AND d.from_version = (SELECT MAX(from_version) FROM approval_decisions WHERE expense_id = e.id)
  LEFT JOIN tokens ON d.actor LIKE 'token:%' AND tokens.id = substr(d.actor, 7)
  LEFT JOIN users ON users.account_id = ?1
    AND users.id = COALESCE(tokens.user_id, substr(d.actor, 6))
  WHERE e.id = ?2 AND e.account_id = ?1
"""


async def show_progress(
    database: Database,
    sight: Sight,
    may: Callable[[Permission], bool],
    expense_id: str,
    parts: Sequence[ProgressPart],
) -> ExpenseProgress:
    """The progress of an expense that is seen, by one batch. `may` says what of it the caller is
    shown.
    """
    ids = (sight.account_id, expense_id)
    results = await database.batch(
        [statement(_OWN, [*ids, sight.only]), *(statement(each.sql, [*ids]) for each in parts)],
    )
    own = results[0]
    others = results[1:]
    if not own or text(own[0], "stage") != "read":
        raise NoSuchExpense(expense_id)
    rows = [*own]
    for part, part_rows in zip(parts, others, strict=True):
        rows += part_rows if may(part.needs) else [_bare(row) for row in part_rows]
    return progress_of(rows, is_voided=text(own[0], "state") == "voided")


def progress_of(rows: Sequence[Row], *, is_voided: bool) -> ExpenseProgress:
    """What rows of COLUMNS come to. Nothing further comes of a voided expense. Pure."""
    closed = [row for row in rows if text(row, "stage") == "closed"]
    stages = [
        _stage(name, its, is_voided=is_voided) for name in STAGES if (its := _rows_of(rows, name))
    ]
    return ExpenseProgress(stages=stages, closed_period=_fact(closed[0]) if closed else None)


def _rows_of(rows: Sequence[Row], stage: str) -> list[Row]:
    return [row for row in rows if text(row, "stage") == stage]


def _stage(name: StageName, rows: Sequence[Row], *, is_voided: bool) -> ProgressStage:
    """What is still open outweighs what was reached: a claim that is paid in part is not paid."""
    holds = {text(row, "holds") for row in rows}
    days = [text(row, "at") for row in rows if row["holds"] == "reached" and row["at"] is not None]
    is_reached = "reached" in holds and "open" not in holds
    waits = not is_voided and bool(holds & {"open", "expected"})
    return ProgressStage(
        stage=name,
        state="reached" if is_reached else "waits" if waits else "not_due",
        at=max(days) if is_reached and days else None,
        facts=[_fact(row) for row in rows if row["subject"] is not None],
    )


def _fact(row: Row) -> ProgressFact:
    # The expense's own status stands in the first row, which is no state of its run.
    return of_row(ProgressFact, {**row, "state": None} if row["subject"] == "run" else row)


def _bare(row: Row) -> Row:
    return {**row, "subject_id": None, "name": None, "says": None, "url": None}
