"""Rows of expenses, read: as the API shows them, in the base currency, as files show them; and what
became of them.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, LiteralString, cast

from tillroll.expenses.columns import amounts_of, selected
from tillroll.expenses.exported import ExportedExpense, decimal_amount
from tillroll.expenses.models import (
    Base,
    BaseMissing,
    Expense,
    ExpenseChange,
    ExpenseDetail,
    ExpenseItem,
    ExpenseTaxLine,
    ExpenseValues,
    ListedExpense,
    PartShape,
    PersonName,
    Stage,
    ValueChange,
)
from tillroll.expenses.sellers import seller_country
from tillroll_documents.money import EURO, Money
from tillroll_documents.reading.extraction import ProposedCategory
from tillroll_durable import statement
from tillroll_durable.archive.files import archived_rows
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    integer,
    of_row,
    optional_integer,
    optional_text,
    text,
)
from tillroll_durable.platform.json import dump, load, load_object
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.sight import Sight

FIRST_PUBLICATION: Final = date(1999, 1, 4)
"""The day of the European Central Bank's first reference rates."""

# An expense in the base currency that its account has now; what was converted into an earlier one
# is not shown.
BASE_COLUMNS: Final = """
  base.base_currency, base.total_minor AS base_total_minor, base.tax_minor AS base_tax_minor,
  base.rate AS base_rate,
  base.rate_date AS base_rate_date, base.source AS base_source, base.created_at AS base_created_at,
  expenses.awaits_conversion,
  (SELECT accounts.base_currency FROM accounts
      WHERE accounts.id = expenses.account_id) AS books_currency,
  EXISTS (SELECT 1 FROM exchange_rates
      WHERE exchange_rates.date = expenses.awaits_conversion) AS has_rates,
  EXISTS (SELECT 1 FROM exchange_rates WHERE exchange_rates.date = expenses.awaits_conversion
            AND exchange_rates.currency = expenses.currency) AS is_quoted
"""
JOIN_BASE: Final = """
  LEFT JOIN expense_conversions AS base ON base.expense_id = expenses.id
    AND base.base_currency = (SELECT base_currency FROM accounts
        WHERE accounts.id = expenses.account_id)
"""
# What changes with each answer of the two functions below.
BASE_CHANGED: Final = """
  COALESCE(base.created_at, expenses.awaits_conversion || '-' || EXISTS (
    SELECT 1 FROM exchange_rates WHERE exchange_rates.date = expenses.awaits_conversion))
"""


def base_of(row: Row) -> Base | None:
    """The expense in the account's base currency; `row` has BASE_COLUMNS."""
    currency = optional_text(row, "base_currency")
    if currency is None:
        return None
    return Base(
        currency=currency,
        total=_amount(integer(row, "base_total_minor"), currency),
        tax=decimal_amount(optional_integer(row, "base_tax_minor"), currency),
        rate=text(row, "base_rate"),
        rate_date=text(row, "base_rate_date"),
        source=text(row, "base_source"),
    )


def base_missing(row: Row) -> BaseMissing | None:
    """Why the expense has no amount in the base currency; None where it has one, or the account
    chose none.
    """
    books = optional_text(row, "books_currency")
    awaits = optional_text(row, "awaits_conversion")
    if books is None or optional_text(row, "base_currency") is not None:
        return None
    if awaits == "now":
        return BaseMissing(reason="pending", date=None, currency=None)
    if awaits is None:
        return BaseMissing(reason="too_large", date=None, currency=None)
    if date.fromisoformat(awaits) < FIRST_PUBLICATION:
        return BaseMissing(reason="before_rates", date=awaits, currency=None)
    if not row["has_rates"]:
        return BaseMissing(reason="rates_missing", date=awaits, currency=None)
    currency = text(row, "currency")
    if row["is_quoted"] or currency == EURO:
        unquoted = books
    else:
        unquoted = currency
    return BaseMissing(reason="not_quoted", date=awaits, currency=unquoted)


# What other tables have of an expense: JSON arrays where there are several.
BESIDE_COLUMNS = """
  (SELECT json_group_array(tag) FROM (
    SELECT tag FROM expense_tags WHERE expense_id = expenses.id ORDER BY tag
  )) AS tags,
  (SELECT json_group_array(json_array(category, amount_minor, tax_minor, note)) FROM (
    SELECT * FROM expense_parts WHERE expense_id = expenses.id AND expenses.is_split = 1
    ORDER BY number
  )) AS parts,
  (SELECT name FROM users WHERE users.id = expenses.person
      AND users.account_id = expenses.account_id) AS person_name
"""
_IDENTITY = frozenset({"id", "run_id", "receipt_id", "created_at"})
# The columns of `expenses` that are shown, but for its ids and when it was created.
SHOWN_COLUMNS = f"""
  {selected(Expense, without=_IDENTITY)}, expenses.is_split, {BESIDE_COLUMNS}, {BASE_COLUMNS}
"""
SELECT_EXPENSES = f"SELECT expenses.*, {BESIDE_COLUMNS}, {BASE_COLUMNS} FROM expenses {JOIN_BASE}"
# Whether the money of an expense has moved, by its account, id and total: payouts have paid it
# back, or entries of the bank settle it.
PAID: Final = """
  (
    COALESCE((
      SELECT SUM(abs(back.of_amount)) FROM payout_expenses AS back
      WHERE back.expense_id = {id} AND back.paid_at IS NOT NULL AND back.released_at IS NULL
    ) >= abs({total}), 0)
    OR COALESCE((
      SELECT abs(SUM(pair.settles)) FROM bank_pairs AS pair
      WHERE pair.account_id = {account} AND pair.document_id = {id} AND pair.counts = 1
    ) >= abs({total}), 0)
  )
"""
MEDIA_TYPE: Final = (
    "(SELECT media_type FROM receipts WHERE id = expenses.receipt_id "
    "AND expenses.origin = 'receipt') AS media_type"
)
# What stage_in looks at, beside the status.
STAGE_COLUMNS: Final = f"""
  EXISTS (
    SELECT 1 FROM export_items AS held JOIN exports ON exports.id = held.export_id
    WHERE held.expense_id = expenses.id AND held.corrects IS NULL
      AND exports.finished_at IS NOT NULL
  ) AS is_exported,
  {PAID.format(account="expenses.account_id", id="expenses.id", total="expenses.total_minor")}
    AS is_paid
"""
# What became of an expense, and its document's media type. A claim is paid where nothing of it is
# open, and some of it came in.
LISTED_COLUMNS = f"""
  {STAGE_COLUMNS},
  (
    SELECT CASE
      WHEN claims.applied > 0
        AND claims.claimed <= claims.credited + claims.applied + claims.written_off
      THEN iif(claims.payer_kind = 'company', 'paid_back', 'received')
      ELSE iif(claims.payer_kind = 'company', 'claimed', 'billed')
    END
    FROM claim_items JOIN claims ON claims.run_id = claim_items.run_id
    WHERE claim_items.expense_id = expenses.id AND claim_items.released_at IS NULL
  ) AS billing,
  {MEDIA_TYPE}
"""
_LISTED = (
    f"SELECT expenses.*, {BESIDE_COLUMNS}, {BASE_COLUMNS}, {LISTED_COLUMNS} "
    f"FROM expenses {JOIN_BASE}"
)
# One expense with what its document lists.
SELECT_DETAILS = f"""
  SELECT expenses.*, {BESIDE_COLUMNS}, {BASE_COLUMNS}, {LISTED_COLUMNS},
    (SELECT json_group_array(json_array(rate, base_minor, tax_minor, vat_category)) FROM (
      SELECT * FROM expense_tax_lines WHERE expense_id = expenses.id ORDER BY number
    )) AS tax_lines,
    COALESCE((SELECT items FROM expense_items WHERE expense_id = expenses.id), '[]') AS items
  FROM expenses {JOIN_BASE}
"""


def expense_from(row: Row) -> Expense:
    """A row of SELECT_EXPENSES, or one with SHOWN_COLUMNS, `id`, `run_id`, `receipt_id` and
    `created_at`.
    """
    return of_row(
        Expense,
        row,
        **_values_of(row),
        base=base_of(row),
        base_missing=base_missing(row),
    )


def _values_of(row: Row) -> dict[str, object]:
    """What no column of `expenses` has as it is shown; `row` has BESIDE_COLUMNS."""
    currency = text(row, "currency")
    return {
        **amounts_of(ExpenseValues, row),
        "proposed_category": _proposed(row),
        "tags": [str(tag) for tag in _array(row, "tags")],
        "parts": [
            PartShape(
                category=category,
                amount=_amount(amount, currency),
                tax=decimal_amount(tax, currency),
                note=note,
            )
            for category, amount, tax, note in _array(row, "parts")
        ],
        "person": _person(row, "person", "person_name"),
    }


def listed_from(row: Row) -> ListedExpense:
    """A row of SELECT_EXPENSES with LISTED_COLUMNS."""
    fields = expense_from(row).model_dump()
    is_exported = row["is_exported"] == 1
    return of_row(ListedExpense, row, **fields, stage=stage_in(row), is_exported=is_exported)


def stage_in(row: Row) -> Stage:
    """How far the expense has come of a row with STAGE_COLUMNS."""
    return stage_of(
        text(row, "status"),
        is_exported=row["is_exported"] == 1,
        is_paid=row["is_paid"] == 1,
    )


def stage_of(status: str, *, is_exported: bool, is_paid: bool) -> Stage:
    """How far an expense has come. Billing it to a client is no stage of its own."""
    if status == "approved" and is_paid:
        return "paid"
    if status == "approved" and is_exported:
        return "exported"
    return cast("Stage", status)


def detail_from(row: Row) -> ExpenseDetail:
    """A row of SELECT_DETAILS."""
    currency = text(row, "currency")
    return ExpenseDetail(
        **listed_from(row).model_dump(),
        tax_lines=[
            ExpenseTaxLine(
                rate=rate,
                base=decimal_amount(base, currency),
                tax=_amount(tax, currency),
                vat_category=category,
            )
            for rate, base, tax, category in _array(row, "tax_lines")
        ],
        items=[
            ExpenseItem(
                description=description,
                quantity=quantity,
                unit_price=price,
                amount=_amount(amount, currency),
            )
            for description, quantity, price, amount in _array(row, "items")
        ],
    )


def _proposed(row: Row) -> ProposedCategory | None:
    """What is proposed while the expense has no category. An approval covers no category, so what
    is proposed may be taken after it, too.
    """
    stored = optional_text(row, "proposed_category")
    takes_one = text(row, "status") != "voided" and not row["is_split"]
    if stored is None or optional_text(row, "category") is not None or not takes_one:
        return None
    return ProposedCategory.model_validate_json(stored)


def _person(row: Row, column: str, name: str) -> PersonName | None:
    person = optional_text(row, column)
    if person is None:
        return None
    return PersonName(id=person, name=optional_text(row, name))


def _array(row: Row, column: str) -> list[Any]:
    """A column that the queries above made as a JSON array; empty where it is NULL."""
    value = optional_text(row, column)
    if value is None:
        return []
    return cast("list[Any]", load(value))


def _amount(minor: int, currency: str) -> str:
    return Money(minor, currency).to_decimal_string()


class NoSuchExpense(Refusal):
    thing = "expense"


async def expense_of(
    database: Database, sight: Sight, expense_id: str, select: LiteralString = SELECT_EXPENSES
) -> Row:
    """The expense as `select` (or SELECT_DETAILS) has it, where it is seen."""
    narrowing, only = sight.narrowing("expenses.person")
    query = f"{select} WHERE expenses.id = ? AND expenses.account_id = ?{narrowing}"
    row = await database.first(statement(query, [expense_id, sight.account_id, *only]))
    if row is None:
        raise NoSuchExpense(expense_id)
    return row


async def show(database: Database, sight: Sight, expense_id: str) -> ExpenseDetail:
    return detail_from(
        await expense_of(database, sight, expense_id=expense_id, select=SELECT_DETAILS)
    )


async def expenses_by_id(database: Database, ids: Iterable[str]) -> dict[str, ListedExpense]:
    """The expenses that were found to be seen already."""
    listed = dump([*dict.fromkeys(ids)])
    query = f"{_LISTED} WHERE expenses.id IN (SELECT value FROM json_each(?))"
    if listed == "[]":
        rows = []
    else:
        rows = await database.all(statement(query, [listed]))
    return {text(row, "id"): listed_from(row) for row in rows}


EXPORTED_COLUMNS = f"""
  expenses.id, expenses.receipt_id, expenses.version, expenses.status, expenses.is_split,
  {selected(ExpenseValues)}, {BESIDE_COLUMNS},
  (SELECT json_group_array(json_array(rate, base_minor, tax_minor, vat_category)) FROM (
    SELECT * FROM expense_tax_lines WHERE expense_id = expenses.id ORDER BY number
  )) AS tax_lines,
  base.base_currency, base.total_minor AS base_total_minor, base.tax_minor AS base_tax_minor,
  base.rate,
  base.rate_date, receipts.file_name, receipts.size, expenses.origin,
  taxed.treatment AS tax_treatment, taxed.rate AS tax_rate_owed, taxed.deductible AS tax_deductible,
  seller.tax_id AS seller_tax_id, seller.country AS seller_country,
  iif(expenses.status = 'approved', (
    SELECT json_array(users.name, substr(decision.at, 1, 10))
    FROM approval_decisions AS decision
    LEFT JOIN tokens ON decision.actor LIKE 'token:%' AND tokens.id = substr(decision.actor, 7)
    LEFT JOIN users ON users.account_id = expenses.account_id
      AND users.id = COALESCE(tokens.user_id, substr(decision.actor, 6))
    WHERE decision.expense_id = expenses.id AND decision.decision = 'approved'
    ORDER BY decision.from_version DESC LIMIT 1
  ), NULL) AS approval
"""
EXPORTED_JOINS = f"""
  JOIN receipts ON receipts.id = expenses.receipt_id {JOIN_BASE}
  LEFT JOIN expense_tax AS taxed ON taxed.expense_id = expenses.id
  LEFT JOIN merchant_sightings AS seller ON seller.run_id = expenses.run_id
"""


def exported(row: Row) -> ExportedExpense:
    """An expense with EXPORTED_COLUMNS."""
    currency = text(row, "currency")
    base = optional_text(row, "base_currency")
    approver, approved_on = _array(row, "approval") or (None, None)
    return of_row(
        ExportedExpense,
        row,
        **_values_of(row),
        approver=approver,
        approved_on=approved_on,
        base_total=decimal_amount(optional_integer(row, "base_total_minor"), base),
        base_tax=decimal_amount(optional_integer(row, "base_tax_minor"), base),
        tax_lines=[
            {
                "rate": rate,
                "base": decimal_amount(net, currency),
                "tax": decimal_amount(tax, currency),
                "vat_category": category,
            }
            for rate, net, tax, category in _array(row, "tax_lines")
        ],
        corrects=None,
        after_closing=row.get("after_closing"),
        part=None,
        tax_deductible=_deductible(row),
        seller_country=seller_country(
            optional_text(row, "seller_tax_id"),
            optional_text(row, "seller_country"),
        ),
    )


def _deductible(row: Row) -> int:
    """Percent of the tax: nothing without an invoice, all of it where nobody decided otherwise."""
    if text(row, "origin") != "receipt":
        return 0
    decided = optional_integer(row, "tax_deductible")
    if decided is None:
        return 100
    return decided


# The person behind an actor: a signed-in browser is named by its user, a token by its own id.
_PERSON: Final = """
  LEFT JOIN tokens ON actor = 'token:' || tokens.id
  LEFT JOIN users ON users.account_id = ?2 AND users.id = COALESCE(tokens.user_id, substr(actor, 6))
    AND (tokens.id IS NOT NULL OR actor LIKE 'user:%')
"""
# Of two at one moment, the one of the later version is the newer. As `place_of` writes it.
_PLACE: Final = (
    "changes.at || '|' || printf('%09d', COALESCE(changes.from_version, 0)) || '|' || changes.id"
)
_CHANGES: Final = f"""
  WITH changes AS (
    SELECT id, kind, from_version, version, reason, actor, at, undoes,
      (SELECT json_group_array(json_array(field, json(old), json(new))) FROM expense_change_values
       WHERE change_id = expense_changes.id) AS change_values,
      NULL AS act_before, NULL AS act_after
    FROM expense_changes WHERE expense_id = ?1
    UNION ALL
    SELECT acts.id, acts.kind, NULL, NULL, NULL, acts.created_by, acts.created_at, NULL, NULL,
      changed.before,
      changed.after
    FROM bulk_act_changes AS changed JOIN bulk_acts AS acts ON acts.id = changed.act_id
    WHERE changed.expense_id = ?1 AND acts.kind NOT IN ('void', 'send_back', 'approve', 'unapprove')
    UNION ALL
    SELECT 'decision:' || expense_id || ':' || from_version, decision, from_version,
      from_version + 1, reason, actor,
      at, NULL, '[]', NULL, NULL
    FROM approval_decisions WHERE expense_id = ?1
  )
  SELECT changes.*, users.id AS user_id, users.name AS user_name,
    (SELECT id FROM expense_changes AS undoing WHERE undoing.undoes = changes.id) AS undone_by
  FROM changes {_PERSON}
  WHERE {_PLACE} < ?3 ORDER BY {_PLACE} DESC LIMIT ?4
"""
# What an act changes of an expense, by the API's names; the rest of it follows from these.
_OF_ACTS: Final = {
    "category": "category",
    "merchant": "merchant",
    "project": "project",
    "client": "client",
    "paid_by": "paidBy",
    "billable": "billable",
    "note": "note",
    "cost_center": "costCenter",
    "tags": "tags",
    "parts": "parts",
}
_REVIEWS: Final = f"""
  SELECT reviews.id, decisions.actor, decisions.decided_at AS at, decisions.corrections,
    decisions.comment AS reason,
    NULL AS from_version, NULL AS version, NULL AS undoes, NULL AS undone_by,
    expenses.run_id, extractions.body, users.id AS user_id, users.name AS user_name
  FROM expenses
  JOIN reviews ON reviews.run_id = expenses.run_id
  JOIN review_decisions AS decisions ON decisions.review_id = reviews.id
    AND decisions.decision = 'approve'
  LEFT JOIN extractions ON extractions.run_id = expenses.run_id {_PERSON}
  WHERE expenses.id = ?1 ORDER BY reviews.number DESC
"""


async def changes_of(
    database: Database, account_id: str, expense_id: str, before: str, limit: int
) -> list[ExpenseChange]:
    """Up to `limit` changes, acts, approvals and merges behind the place `before`, the newest
    first.
    """
    rows = await database.all(statement(_CHANGES, [expense_id, account_id, before, limit]))
    return [_change(row) for row in rows]


async def reviews_of(platform: Platform, account_id: str, expense_id: str) -> list[ExpenseChange]:
    """What people decided on the reading, the newest first. Raises ArchiveLost;
    ObjectsUnavailable.
    """
    rows = await platform.database.all(statement(_REVIEWS, [expense_id, account_id]))
    if not rows or rows[0]["body"] is not None:
        return [_review(row, optional_text(row, "body")) for row in rows]
    archived = await archived_rows(platform.database, platform.objects, text(rows[0], "run_id"))
    body = next((text(each, "body") for each in (archived or {}).get("extractions", ())), None)
    return [_review(row, body) for row in rows]


def place_of(change: ExpenseChange) -> str:
    """Where a change stands among all of its expense, behind all that came before."""
    return f"{change.at}|{change.from_version or 0:09}|{change.id}"


def _change(row: Row) -> ExpenseChange:
    if row["change_values"] is None:
        values = _values_of_act(row)
    else:
        values = [
            ValueChange(field=field, old=old, new=new)
            for field, old, new in _array(row, "change_values")
        ]
    return of_row(ExpenseChange, row, person=_person(row, "user_id", "user_name"), values=values)


def _values_of_act(row: Row) -> list[ValueChange]:
    before = load_object(text(row, "act_before"))
    after = load_object(text(row, "act_after"))
    changed = [
        ValueChange(field=name, old=before.get(column), new=after[column])
        for column, name in _OF_ACTS.items()
        if column in after and before.get(column) != after[column]
    ]
    if "untag" in after:
        return [*changed, ValueChange(field="tags", old=after["untag"], new=[])]
    return changed


def _review(row: Row, body: str | None) -> ExpenseChange:
    read = load_object(body) if body else {}
    corrections = load_object(text(row, "corrections"))
    values = [
        ValueChange(field=name, old=_was_read(read, name), new=value)
        for name, value in corrections.items()
    ]
    changed = [value for value in values if value.old != value.new]
    return of_row(
        ExpenseChange,
        row,
        kind="reviewed" if changed else "reviewed_as_read",
        person=_person(row, "user_id", "user_name"),
        values=changed,
    )


def _was_read(extraction: dict[str, Any], name: str) -> Any:
    field = extraction.get(name)
    if isinstance(field, dict):
        return cast("dict[str, Any]", field).get("value")
    return None
