"""What a person says of two expenses that may be one."""

from typing import Final

from tillroll.durable import Statement, ValuesRefused, statement
from tillroll.durable.record.audit import append, event_of_account
from tillroll.expenses.approving.moving import Moved, Step, move_to
from tillroll.expenses.changing.telling import nudge
from tillroll.expenses.record.reading import NoSuchExpense, expense_of, show
from tillroll.expenses.record.shapes import ExpenseDetailShape
from tillroll.platform.bindings.database import ConstraintFailed, Database, Row, integer, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform
from tillroll.platform.shape import Shape

_TRIES: Final = 5


class DocumentShape(Shape):
    """A document of an expense: its own, or that of one which was merged into it and is voided."""

    expense_id: str
    run_id: str
    receipt_id: str
    file_name: str | None
    is_own: bool


class CannotMerge(Exception):
    """The two are not merged as they are; the message says why, and what to do."""


async def tell_apart(platform: Platform, account_id: str, ids: tuple[str, str], actor: str) -> None:
    """The two are two purchases: they are not asked about again. Where they were merged, the one that was voided for
    that counts again. Once more changes nothing.

    Raises:
        NoSuchExpense: the account has not both of them.
        ValuesRefused: they are one and the same.
        CannotMerge: others change them again and again.
    """
    for _ in range(_TRIES):
        first, second = await _both(platform.database, account_id, ids)
        pair = text(first, "id"), text(second, "id")
        there = await _verdict_on(platform.database, pair)
        if there is not None and there["verdict"] == "apart":
            return
        now = to_text(platform.clock.now())
        kept = None if there is None else optional_text(there, "kept_id")
        dropped = [each for each in (first, second) if kept not in (None, text(each, "id"))]
        voided = [each for each in dropped if text(each, "status") == "voided"]
        restored = [_moved(platform, each, actor, now) for each in voided]
        detail: JsonObject = {"expenses": [*pair]}
        event = event_of_account(account_id, "duplicates.told_apart", new_id("dup"), actor=actor, at=now, detail=detail)
        verdict = _verdict((first, second), None, actor, now)
        try:
            await platform.database.batch([verdict, *_statements(restored), append(event)])
        except ConstraintFailed:
            continue
        await _nudge(platform, restored)
        return
    raise CannotMerge("Others change these expenses: try again in a moment.")


async def merge(platform: Platform, account_id: str, keep: str, drop: str, actor: str) -> ExpenseDetailShape:
    """The two are one purchase: `drop` is voided, and its document is linked to `keep`; return the latter. Nothing of
    the voided one is lost: telling them apart lets it count again. Once more is the same.

    Raises:
        NoSuchExpense: the account has not both of them.
        ValuesRefused: they are one and the same.
        CannotMerge: the one to be kept is voided, the other approved, or others change them again and again.
    """
    for _ in range(_TRIES):
        first, second = await _both(platform.database, account_id, (keep, drop))
        kept, dropped = (first, second) if text(first, "id") == keep else (second, first)
        there = await _verdict_on(platform.database, (text(first, "id"), text(second, "id")))
        if there is not None and there["kept_id"] == keep and text(dropped, "status") == "voided":
            break
        if text(kept, "status") == "voided":
            raise CannotMerge("The expense to be kept is voided: keep the other one, or restore it first.")
        if text(dropped, "status") == "approved":
            raise CannotMerge("The expense to be voided is approved: keep that one, or take its approval back first.")
        now = to_text(platform.clock.now())
        is_counted = text(dropped, "status") != "voided"
        voided = [_moved(platform, dropped, actor, now, keep)] if is_counted else []
        try:
            await platform.database.batch([_verdict((first, second), keep, actor, now), *_statements(voided)])
        except ConstraintFailed:
            continue
        await _nudge(platform, voided)
        break
    else:
        raise CannotMerge("Others change these expenses: try again in a moment.")
    return await show(platform.database, account_id, keep)


async def documents_of(database: Database, account_id: str, expense_id: str) -> list[DocumentShape]:
    """The documents of an expense: its own first, then those of expenses merged into it, or into one of these.

    Raises:
        NoSuchExpense: the account has no such expense.
    """
    rows = await database.all(
        statement(
            """
            WITH RECURSIVE linked (id) AS (
              SELECT ?2
              UNION
              SELECT CASE v.kept_id WHEN v.first_id THEN v.second_id ELSE v.first_id END
              FROM linked JOIN duplicate_verdicts v ON v.kept_id = linked.id AND v.verdict = 'merged'
            )
            SELECT e.id, e.run_id, e.receipt_id, r.file_name FROM linked JOIN expenses e ON e.id = linked.id
            JOIN receipts r ON r.id = e.receipt_id
            WHERE e.account_id = ?1 AND (e.id = ?2 OR e.status = 'voided') ORDER BY e.id <> ?2, e.id
            """,
            account_id,
            expense_id,
        )
    )
    if not rows:
        raise NoSuchExpense(expense_id)
    return [
        DocumentShape(
            expense_id=text(row, "id"),
            run_id=text(row, "run_id"),
            receipt_id=text(row, "receipt_id"),
            file_name=optional_text(row, "file_name"),
            is_own=text(row, "id") == expense_id,
        )
        for row in rows
    ]


async def _both(database: Database, account_id: str, ids: tuple[str, str]) -> tuple[Row, Row]:
    """The older first."""
    first, second = sorted(ids)
    if first == second:
        raise ValuesRefused([("second", "Name two expenses.")])
    return await expense_of(database, account_id, first), await expense_of(database, account_id, second)


async def _verdict_on(database: Database, ids: tuple[str, str]) -> Row | None:
    return await database.first(
        statement("SELECT * FROM duplicate_verdicts WHERE first_id = ? AND second_id = ?", *ids)
    )


def _verdict(pair: tuple[Row, Row], kept: str | None, actor: str, now: str) -> Statement:
    """What is said of two expenses. The batch is refused where one of them is at another version than its row, so that
    of two who merge the same pair at once, each keeping the other one, not both are voided. It stands before what moves
    them."""
    first, second = pair
    return statement(
        """
        INSERT INTO duplicate_verdicts (account_id, first_id, second_id, verdict, kept_id, decided_by, decided_at)
        VALUES (
          CASE WHEN (SELECT COUNT(*) FROM expenses WHERE (id, version) IN (VALUES (?2, ?8), (?3, ?9))) = 2 THEN ?1 END,
          ?2, ?3, ?4, ?5, ?6, ?7
        )
        ON CONFLICT (first_id, second_id) DO UPDATE SET verdict = ?4, kept_id = ?5, decided_by = ?6, decided_at = ?7
        """,
        text(first, "account_id"),
        text(first, "id"),
        text(second, "id"),
        "apart" if kept is None else "merged",
        kept,
        actor,
        now,
        integer(first, "version"),
        integer(second, "version"),
    )


def _moved(platform: Platform, expense: Row, actor: str, now: str, kept: str | None = None) -> Moved:
    """An expense that is voided for the one that is kept, or without such a one counts again. That is a change of it,
    without values: telling the two apart, or merging them, is what takes it back."""
    change_id, version = new_id("chg"), integer(expense, "version")
    to, action = ("ready", "duplicates.parted") if kept is None else ("voided", "duplicates.merged")
    moved = move_to(platform, expense, Step(to, action, change_id, actor, now, kept))
    change = statement(
        """
        INSERT INTO expense_changes (id, account_id, expense_id, kind, from_version, version, actor, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?5 + 1, ?6, ?7)
        """,
        change_id,
        text(expense, "account_id"),
        text(expense, "id"),
        action.removeprefix("duplicates."),
        version,
        actor,
        now,
    )
    return Moved(expense, [*moved.statements, change], moved.event)


def _statements(moved: list[Moved]) -> list[Statement]:
    return [line for each in moved for line in each.statements]


async def _nudge(platform: Platform, moved: list[Moved]) -> None:
    for each in moved:
        await nudge(platform, each.expense, each.event)
