"""Expenses that may be one: why, their pairs, and what a person says: told apart, or merged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from tillroll.access.roles import person_of
from tillroll.expenses.approval.chain_steps import notices_of_merge
from tillroll.expenses.approval.moves import (
    move_to,
)
from tillroll.expenses.duplicates.last_word import (
    VERDICT_STANDS,
    VERDICTS,
    may_settle,
    stands,
)
from tillroll.expenses.events import Audited, Written, nudge
from tillroll.expenses.models import ExpenseDetail, ListedExpense
from tillroll.expenses.repository import NoSuchExpense, expense_of, expenses_by_id, show
from tillroll.expenses.writes import key_of
from tillroll_documents.reading.correction import ExpenseFields
from tillroll_documents.reading.recognition import has_other_number, look_key, merchant_key
from tillroll_durable import Statement, ValuesRefused, statement
from tillroll_durable.audit import append, event_of_account
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    digits,
    insert_row,
    integer,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hold
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run
from tillroll_durable.sight import IS_SEEN, Sight

Likeness = Literal["same", "number", "near"]

DAYS: Final = 3
"""So many days may lie between the two: a card is charged later than the till prints."""
_DAYS: Final = digits(DAYS)
_SHORTEST_PART: Final = 4


@dataclass(frozen=True)
class Seen:
    """What is compared; `total_minor` in minor units of `currency`, `day` as its ordinal."""

    merchant: str
    registered_name: str | None
    day: int
    total_minor: int
    currency: str
    document_kind: str | None
    number: str | None


def likeness(one: Seen, other: Seen) -> Likeness | None:
    """`same`: merchant, day and amount; `number`: alike merchants, one document number; `near`:
    alike merchants, one amount, at most DAYS days apart. None for the rest, and for invoices of
    different numbers.
    """
    if has_other_number(
        one.document_kind, one.number, other_kind=other.document_kind, other_number=other.number
    ):
        return None
    # One of the names is the same, but for signs that OCR confuses, or a part of the other's.
    if not any(_is_alike(a, b) for a in _names(one) for b in _names(other)):
        return None
    same_amount = (one.total_minor, one.currency) == (other.total_minor, other.currency)
    if same_amount and one.day == other.day:
        return "same" if merchant_key(one.merchant) == merchant_key(other.merchant) else "near"
    if one.number and other.number and merchant_key(one.number) == merchant_key(other.number):
        return "number"
    return "near" if same_amount and abs(one.day - other.day) <= DAYS else None


def _names(traits: Seen) -> list[str]:
    return [name for name in (traits.merchant, traits.registered_name) if name]


def _is_alike(one: str, other: str) -> bool:
    a = look_key(one)
    b = look_key(other)
    if a is None or b is None:
        return merchant_key(one) == merchant_key(other)
    short, long = sorted((a, b), key=len)
    return short == long or (len(short) >= _SHORTEST_PART and short in long)


async def find_duplicate(
    database: Database,
    run: Run,
    fields: ExpenseFields,
    read_as: str | None,
) -> str | None:
    """The run whose expense has the same merchant, date, total and currency, from another receipt,
    and not an invoice of another number. `read_as` is the merchant's name before it was snapped,
    which an older expense may have.
    """
    rows = await database.all(
        statement(
            """
            SELECT run_id, document_kind, receipt_number
            FROM expenses INDEXED BY expenses_duplicates
            WHERE account_id = ? AND duplicate_key IN (?, ?, ?) AND receipt_id <> ?
              AND status <> 'voided'
            ORDER BY id
            """,
            [
                run.account_id,
                key_of(fields),
                key_of(replace(fields, merchant=read_as or fields.merchant)),
                key_of(replace(fields, merchant=fields.registered_name or fields.merchant)),
                run.subject,
            ],
        )
    )
    return next((text(row, "run_id") for row in rows if not is_other_document(fields, row)), None)


def is_other_document(fields: ExpenseFields, row: Row) -> bool:
    """Whether an expense's number tells that it is of another document, however alike the two
    are.
    """
    if fields.document.kind is None:
        kind = None
    else:
        kind = fields.document.kind.value
    of_row = optional_text(row, "document_kind"), optional_text(row, "receipt_number")
    return has_other_number(kind, fields.document.number, *of_row)


# Behind each id.
_NEWEST: Final = "~"
# Expenses that are looked at for a page, and candidates that are compared.
WINDOW: Final = 2_000
COMPARED: Final = 1_000

_WORD_STANDS: Final = stands("said.actor", "said.at", right="said.may_settle")
# Nobody is asked again who said it, however much others still are.
_SETTLED: Final = f"""
  EXISTS (
    SELECT 1 FROM ({VERDICTS}) AS said
    WHERE {person_of("said.actor")} = ?3 OR {_WORD_STANDS}
  )
"""
# The newest who said so, though their word is not the last one.
_TOLD_APART_BY: Final = f"""
  (
    SELECT users.name FROM ({VERDICTS}) AS said JOIN users ON users.id = {person_of("said.actor")}
    ORDER BY said.at DESC LIMIT 1
  )
"""
# Two people who travel together are owed the same for it: each has their own meals and car.
_OF_ONE_JOURNEY: Final = (
    "(a.origin IN ('mileage', 'per_diem') AND b.origin = a.origin AND a.person IS NOT b.person)"
)
# The unary plus keeps the planner to the amount and the number: ids alone would be half of all
# pairs. A pair is found only where the caller sees both: what is put in for `narrowed` holds of
# either.
COMPARISON: Final = f"""
  SELECT found.newer, found.older,
    a.merchant, a.registered_name, a.date, a.total_minor, a.currency, a.document_kind,
        a.receipt_number,
    b.merchant AS o_merchant, b.registered_name AS o_registered_name, b.date AS o_date,
    b.total_minor AS o_total_minor,
    b.currency AS o_currency, b.document_kind AS o_document_kind,
    b.receipt_number AS o_receipt_number, {_TOLD_APART_BY} AS told_apart_by,
    (SELECT name FROM users WHERE users.id = a.person) AS person_name,
    (SELECT name FROM users WHERE users.id = b.person) AS o_person_name
  FROM found CROSS JOIN expenses a ON a.id = found.newer CROSS JOIN expenses b ON b.id = found.older
  WHERE NOT {_OF_ONE_JOURNEY} AND NOT {_SETTLED}{{both}}
  ORDER BY found.newer DESC, found.older DESC
"""
"""Candidates that nobody has settled for the user ?3: each pair of `found` with what `likeness`
compares, who told them apart all the same, and the names of who handed them in.
"""
FOUND_IN: Final = f"{COMPARISON} LIMIT {digits(COMPARED)}"
_CANDIDATES: Final = f"""
  WITH newest AS (
    SELECT * FROM expenses WHERE account_id = ?1 AND id < ?2 AND status <> 'voided'{{narrowed}}
    ORDER BY id DESC LIMIT {digits(WINDOW)}
  ), found AS (
    SELECT a.id AS newer, b.id AS older FROM newest a CROSS JOIN expenses b
      ON b.account_id = ?1 AND b.currency = a.currency AND b.total_minor = a.total_minor
      AND b.date BETWEEN date(a.date, '-{_DAYS} days') AND date(a.date, '+{_DAYS} days')
    WHERE +b.id < a.id AND b.status <> 'voided'
    UNION
    SELECT a.id, b.id FROM newest a CROSS JOIN expenses b
      ON b.account_id = ?1 AND b.receipt_number = a.receipt_number
    WHERE a.receipt_number IS NOT NULL AND +b.id < a.id AND b.status <> 'voided'
  )
  {FOUND_IN}
"""
_WINDOWS_END: Final = f"""
  SELECT id FROM expenses WHERE account_id = ? AND id < ? AND status <> 'voided'{{narrowed}}
  ORDER BY id DESC LIMIT 1
  OFFSET {digits(WINDOW - 1)}
"""


class Pair(Model):
    """Two expenses that may be one; `first` is the older. `likeness` is same, number or near.
    `toldApartBy` is the name of the person who says that they are two purchases, where theirs is
    not the last word; null where nobody does.
    """

    likeness: Likeness
    first: ListedExpense
    second: ListedExpense
    told_apart_by: str | None


async def list_pairs(
    database: Database,
    sight: Sight,
    asker: str,
    before: str,
    limit: int,
) -> tuple[list[Pair], str | None]:
    """Pairs whose newer expense stands behind the id `before`, about `limit` of them, and the id
    after which the next page begins; None where there is none. A page looks at WINDOW expenses, so
    it may be empty and not the last. `asker` is the user's id.
    """
    narrowed, only = sight.narrowing("person", "?4")
    both, _ = sight.narrowing("b.person", "?4")
    query = _CANDIDATES.format(narrowed=narrowed, both=both)
    candidates = statement(query, [sight.account_id, before, asker, *only])
    of_person, _ = sight.narrowing("person")
    end = statement(_WINDOWS_END.format(narrowed=of_person), [sight.account_id, before, *only])
    rows, ends = await database.batch([candidates, end])
    following = text(ends[0], "id") if ends else None
    if len(rows) == COMPARED:
        # The newer one of the last row may have more candidates: it begins the next page, unless it
        # fills this one.
        last = text(rows[-1], "newer")
        whole = [row for row in rows if text(row, "newer") != last]
        rows, following = (whole, text(whole[-1], "newer")) if whole else (rows, last)
    chosen: list[tuple[Row, Likeness]] = []
    for row in rows:
        if len(chosen) >= limit and text(row, "newer") != text(chosen[-1][0], "newer"):
            following = text(chosen[-1][0], "newer")
            break
        like = likeness_of(row)
        if like is not None:
            chosen.append((row, like))
    return await shown_pairs(database, chosen), following


async def shown_pairs(database: Database, chosen: Sequence[tuple[Row, Likeness]]) -> list[Pair]:
    """Rows of `FOUND_IN`, each with its likeness, as people see them."""
    details = await expenses_by_id(
        database, [text(row, name) for row, _ in chosen for name in ("newer", "older")]
    )
    return [
        Pair(
            likeness=like,
            first=details[text(row, "older")],
            second=details[text(row, "newer")],
            told_apart_by=optional_text(row, "told_apart_by"),
        )
        for row, like in chosen
    ]


def likeness_of(row: Row) -> Likeness | None:
    """Why the two of a row of `FOUND_IN` may be one; None where they are not alike."""
    like = likeness(_likeness_traits(row, ""), _likeness_traits(row, "o_"))
    # A review compares more of two papers than this. Those who may settle it see what it asked.
    if like is None and row["told_apart_by"] is not None:
        return "near"
    return like


async def candidates(database: Database, sight: Sight, asker: str) -> list[Row]:
    """Pairs with one of the newest expenses, as rows of `FOUND_IN`; not all of them are alike."""
    narrowed, only = sight.narrowing("person", "?4")
    both, _ = sight.narrowing("b.person", "?4")
    query = _CANDIDATES.format(narrowed=narrowed, both=both)
    values = [sight.account_id, _NEWEST, asker, *only]
    return await database.all(statement(query, [*values]))


def _likeness_traits(row: Row, prefix: str) -> Seen:
    return Seen(
        text(row, f"{prefix}merchant"),
        optional_text(row, f"{prefix}registered_name"),
        day=date.fromisoformat(text(row, f"{prefix}date")).toordinal(),
        total_minor=integer(row, f"{prefix}total_minor"),
        currency=text(row, f"{prefix}currency"),
        document_kind=optional_text(row, f"{prefix}document_kind"),
        number=optional_text(row, f"{prefix}receipt_number"),
    )


_TRIES: Final = 5


class ExpenseDocument(Model):
    """A document of an expense: its own, or that of one which was merged into it and is voided."""

    expense_id: str
    run_id: str
    receipt_id: str
    file_name: str | None
    is_own: bool


class CannotMerge(Refusal):
    """The two are not merged as they are; the message says why, and what to do."""

    kind = Kind("cannot-merge", 409, "The two expenses cannot be merged as they are")


async def tell_apart(platform: Platform, sight: Sight, ids: tuple[str, str], actor: str) -> None:
    """The two are two purchases: they are not asked about again, and one that was voided for the
    other counts again.
    """
    for _ in range(_TRIES):
        first, second = await _both(platform.database, sight, ids)
        pair = text(first, "id"), text(second, "id")
        now = to_text(platform.clock.now())
        existing = await _verdict_on(platform.database, pair, actor=actor, now=now)
        # The word of somebody who may not settle it is not the last one. Who may now says it anew.
        if (
            existing is not None
            and existing["verdict"] == "apart"
            and (existing["stands"] == 1 or existing["is_repeated"] == 1)
        ):
            return
        kept_id = None if existing is None else optional_text(existing, "kept_id")
        dropped = [each for each in (first, second) if kept_id not in (None, text(each, "id"))]
        voided = [each for each in dropped if text(each, "status") == "voided"]
        restored = [_moved(platform, each, actor=actor, now=now) for each in voided]
        detail: JsonObject = {"expenses": [*pair]}
        event = event_of_account(
            sight.account_id,
            Audited.DUPLICATES_TOLD_APART,
            new_id("dup"),
            actor=actor,
            at=now,
            detail=detail,
        )
        verdict = _verdict((first, second), None, actor=actor, now=now)
        if await _write(platform, verdict, restored, append(event)):
            return
    raise CannotMerge("Others change these expenses: try again in a moment.")


async def merge(
    platform: Platform,
    sight: Sight,
    keep: str,
    drop: str,
    actor: str,
) -> ExpenseDetail:
    """The two are one purchase: `drop` is voided, and its document is linked to `keep`, which is
    returned.
    """
    for _ in range(_TRIES):
        first, second = await _both(platform.database, sight, (keep, drop))
        survivor, dropped = (first, second) if text(first, "id") == keep else (second, first)
        now = to_text(platform.clock.now())
        pair = text(first, "id"), text(second, "id")
        existing = await _verdict_on(platform.database, pair, actor=actor, now=now)
        if (
            existing is not None
            and existing["kept_id"] == keep
            and text(dropped, "status") == "voided"
        ):
            break
        if text(survivor, "status") == "voided":
            raise CannotMerge(
                "The expense to be kept is voided: keep the other one, or restore it first."
            )
        if text(dropped, "status") == "approved":
            raise CannotMerge(
                "The expense to be voided is approved: keep that one, or take its approval back "
                "first."
            )
        is_counted = text(dropped, "status") != "voided"
        voided: list[Written] = []
        notices: Sequence[Statement] = ()
        if is_counted:
            voided = [_moved(platform, dropped, actor=actor, now=now, kept_id=keep)]
            notices = notices_of_merge(dropped, actor, now)
        verdict = _verdict((first, second), keep, actor=actor, now=now)
        if await _write(platform, verdict, voided, *notices):
            break
    else:
        raise CannotMerge("Others change these expenses: try again in a moment.")
    return await show(platform.database, sight, keep)


async def documents_of(database: Database, sight: Sight, expense_id: str) -> list[ExpenseDocument]:
    """The documents of an expense: its own first, then those of expenses merged into it, or into
    one of these, as far as these are seen.
    """
    visible = IS_SEEN.format(person="e.person", only="?3")
    query = f"""
      WITH RECURSIVE linked (id) AS (
        SELECT ?2
        UNION
        SELECT CASE v.kept_id WHEN v.first_id THEN v.second_id ELSE v.first_id END
        FROM linked JOIN duplicate_verdicts v ON v.kept_id = linked.id AND v.verdict = 'merged'
      )
      SELECT e.id, e.run_id, e.receipt_id, r.file_name FROM linked
      JOIN expenses e ON e.id = linked.id
      JOIN receipts r ON r.id = e.receipt_id
      WHERE e.account_id = ?1 AND {visible} AND (e.id = ?2 OR e.status = 'voided')
      ORDER BY e.id <> ?2, e.id
    """
    rows = await database.all(statement(query, [sight.account_id, expense_id, sight.only]))
    if not rows or text(rows[0], "id") != expense_id:
        raise NoSuchExpense(expense_id)
    return [
        of_row(
            ExpenseDocument, row, expense_id=text(row, "id"), is_own=text(row, "id") == expense_id
        )
        for row in rows
    ]


async def _both(database: Database, sight: Sight, ids: tuple[str, str]) -> tuple[Row, Row]:
    """The older first."""
    first, second = sorted(ids)
    if first == second:
        raise ValuesRefused([("second", "Name two expenses.")])
    return await expense_of(database, sight, first), await expense_of(database, sight, second)


async def _verdict_on(database: Database, ids: tuple[str, str], actor: str, now: str) -> Row | None:
    """What was said of them, and whether it `stands` as the last word. `is_repeated`: `actor` said
    it, and may settle it now no more than then.
    """
    query = f"""
      SELECT verdict.*, {VERDICT_STANDS} AS stands,
        verdict.decided_by = ?3 AND COALESCE(verdict.may_settle, 0) >= {may_settle("?3", "?4")}
          AS is_repeated
      FROM duplicate_verdicts AS verdict
      JOIN expenses AS a ON a.id = verdict.second_id JOIN expenses AS b ON b.id = verdict.first_id
      WHERE verdict.first_id = ?1 AND verdict.second_id = ?2
    """
    return await database.first(statement(query, [*ids, actor, now]))


def _verdict(
    pair: tuple[Row, Row], kept_id: str | None, actor: str, now: str
) -> Sequence[Statement]:
    """What is said of two expenses. The batch is refused where one of them is at another version
    than its row, so that of two who merge the same pair at once, each keeping the other one, not
    both are voided. It stands before what moves them.
    """
    first, second = pair
    stand = "(SELECT COUNT(*) FROM expenses WHERE (id, version) IN (VALUES (?1, ?2), (?3, ?4))) = 2"
    versions = [value for row in pair for value in (text(row, "id"), integer(row, "version"))]
    verdict = statement(
        f"""
        INSERT INTO duplicate_verdicts (
          account_id, first_id, second_id, verdict, kept_id, decided_by, decided_at, may_settle)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, {may_settle("?6", "?7")})
        ON CONFLICT (first_id, second_id) DO UPDATE
        SET verdict = ?4, kept_id = ?5, decided_by = ?6, decided_at = ?7,
          may_settle = excluded.may_settle
        """,
        [
            text(first, "account_id"),
            text(first, "id"),
            text(second, "id"),
            "apart" if kept_id is None else "merged",
            kept_id,
            actor,
            now,
        ],
    )
    return must_hold(stand, *versions), verdict


def _moved(
    platform: Platform, expense: Row, actor: str, now: str, kept_id: str | None = None
) -> Written:
    """Void an expense for the one that is kept, or let it count again: a change of it without
    values.
    """
    change_id = new_id("chg")
    version = integer(expense, "version")
    to, action = (
        ("ready", Audited.DUPLICATES_PARTED)
        if kept_id is None
        else ("voided", Audited.DUPLICATES_MERGED)
    )
    moved = move_to(
        platform,
        expense,
        to=to,
        action=action,
        change_id=change_id,
        actor=actor,
        now=now,
        kept_id=kept_id,
    )
    change = {
        "id": change_id,
        "account_id": text(expense, "account_id"),
        "expense_id": text(expense, "id"),
        "kind": action.removeprefix("duplicates."),
        "from_version": version,
        "version": version + 1,
        "actor": actor,
        "at": now,
    }
    return replace(moved, statements=[*moved.statements, insert_row("expense_changes", change)])


async def _write(
    platform: Platform,
    verdict: Sequence[Statement],
    moved: list[Written],
    *also: Statement,
) -> bool:
    """False where an expense has changed meanwhile: nothing was written."""
    try:
        await platform.database.batch(
            [*verdict, *(line for each in moved for line in each.statements), *also]
        )
    except ConstraintFailed:
        return False
    await nudge(platform, moved)
    return True
