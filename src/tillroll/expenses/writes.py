"""Rows of expenses, written: the expense, its lines, and what is learnt about its merchant."""

from collections.abc import Mapping
from typing import Final, LiteralString

from tillroll.expenses.columns import stored
from tillroll.expenses.values import as_texts, objects_in
from tillroll_documents.money import AmountError, minor_from_decimal_string, written_rate
from tillroll_documents.reading.correction import ExpenseFields
from tillroll_documents.reading.extraction import Extraction, ProposedCategory
from tillroll_documents.reading.recognition import (
    duplicate_key,
    look_key,
    merchant_key,
    plain_iban,
    read_name,
)
from tillroll_documents.reading.voucher import MEDIA_TYPES
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Row, Value, place, text, word
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.runs import Run

APPROVED_BY = """
  (SELECT d.actor FROM reviews r JOIN review_decisions d ON d.review_id = r.id
   WHERE r.run_id = ?1 AND d.decision = 'approve' ORDER BY r.number DESC LIMIT 1)
"""
"""The person who approved the run's review, if one did."""
EXPENSE_OF: Final = "'exp_' || substr({0}, 5)"
"""As `expense_id`, for a column of runs' ids."""
OF_MERCHANT: Final = """
  (s.account_id = {0} AND s.undone_at IS NULL AND s.look_key = {1} AND s.merchant_key = {1}
   OR s.account_id = {0} AND s.undone_at IS NULL AND s.merchant_key = {1}
   AND s.merchant_key IS NOT s.look_key)
"""
"""The condition for an account's sightings `s` that lead to a merchant, by its key. Most were
printed as it is called, and are in the index of looks alone. Each half is whole: an index leads to
it only so.
"""


def learn(run: Run, extraction: Extraction | None, fields: ExpenseFields, now: str) -> Statement:
    """The sighting that the run's expense is, behind its row in the same batch. Only an approved
    review confirms it.
    """
    read = extraction or Extraction()
    name = read_name(extraction)
    return statement(
        f"""
        INSERT INTO merchant_sightings
          (run_id, account_id, spelling, look_key, tax_id, merchant, merchant_key, confirmed_by, at,
              iban, contact,
           country)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, {APPROVED_BY}, ?8, ?9, ?10, ?11)
        """,
        [
            run.id,
            run.account_id,
            name,
            look_key(name),
            read.tax_id.value,
            fields.merchant,
            merchant_key(fields.merchant),
            now,
            plain_iban(extraction),
            read.contact.value,
            read.seller_country.value,
        ],
    )


def confirm(run_id: str, actor: str) -> Statement:
    """Mark the merchant of this receipt as confirmed by a person."""
    update = """
      UPDATE merchant_sightings SET confirmed_by = ?
      WHERE run_id = ? AND confirmed_by IS NULL AND undone_at IS NULL
    """
    return statement(update, [actor, run_id])


def confirm_as(run_id: str, merchant: str, actor: str) -> Statement:
    """A person named the merchant: the spelling that was read leads there from now on."""
    update = """
      UPDATE merchant_sightings
      SET merchant = ?1, merchant_key = ?2, confirmed_by = ?3, undone_at = NULL,
        undone_by = NULL
      WHERE run_id = ?4
    """
    return statement(update, [merchant, merchant_key(merchant), actor, run_id])


def unconfirmed(run_id: str, category: str | None) -> Statement:
    """A row where no person has confirmed the expense's merchant, or its category where one is
    given.
    """
    query = """
      SELECT run_id FROM merchant_sightings WHERE run_id = ?1 AND (confirmed_by IS NULL
          OR undone_at IS NOT NULL)
      UNION ALL
      SELECT run_id FROM expenses WHERE id = ?2 AND category_by IS NULL AND category = ?3
    """
    return statement(query, [run_id, expense_id(run_id), category])


def confirm_category(run_id: str, category: str, actor: str, now: str) -> Statement:
    update = """
      UPDATE expenses SET category_by = ?1, category_at = ?2
      WHERE id = ?3 AND category_by IS NULL AND category = ?4
    """
    return statement(update, [actor, now, expense_id(run_id), category])


def take_back_name(run_id: str, merchant: str) -> Statement:
    """The spelling leads to the name from before again, confirmed only where a review was approved
    with it.
    """
    update = f"""
      UPDATE merchant_sightings SET merchant = ?2, merchant_key = ?3, confirmed_by = {APPROVED_BY}
      WHERE run_id = ?1 AND undone_at IS NULL
    """
    return statement(update, [run_id, merchant, merchant_key(merchant)])


def proposed_of(extraction: Extraction | None, fields: ExpenseFields) -> ProposedCategory | None:
    """The category that is proposed for an expense of these fields: none where it has one, or the
    merchant that the proposal stands on was corrected.
    """
    if extraction is None:
        proposed = None
    else:
        proposed = extraction.proposed_category
    if extraction is None or proposed is None or fields.category is not None:
        return None
    is_of_merchant = proposed.source in {"history", "merchant"}
    if is_of_merchant and extraction.merchant.value != fields.merchant:
        return None
    return proposed


# What an expense was made from, by the media type of its document.
_WHENS = " ".join(
    f"WHEN '{media_type}' THEN '{word(origin)}'" for origin, media_type in MEDIA_TYPES.items()
)
_ORIGIN = f"CASE (SELECT media_type FROM receipts WHERE id = ?2) {_WHENS} ELSE 'receipt' END"


def expense_id(run_id: str) -> str:
    """Make the expense's id from the run's: a run makes one expense."""
    return f"exp_{run_id.removeprefix('run_')}"


def insert_expense(
    run: Run,
    fields: ExpenseFields,
    now: str,
    *,
    payment_method: str | None = None,
    note: str | None = None,
    proposed: ProposedCategory | None = None,
) -> Statement:
    """Unique on the receipt and on the run: a second one is refused. Its person and who paid are
    the receipt's, its origin follows from the media type, and a person who approved the run's
    review chose its category.
    """
    columns: dict[LiteralString, Value] = {
        **stored(as_texts(fields)),
        "duplicate_key": key_of(fields),
        "id": expense_id(run.id),
        "account_id": run.account_id,
        "created_at": now,
        "payment_method": payment_method,
        "note": note,
        "proposed_category": None if proposed is None else dump(proposed.model_dump(mode="json")),
    }
    places: dict[LiteralString, LiteralString] = {
        name: place(number) for number, name in enumerate(columns, start=4)
    }
    # Where the account has no currency to convert into, nothing is awaited: choosing one wakes all
    # of its expenses. Nor is it where the expense is in that currency.
    insert = f"""
      INSERT INTO expenses (
        receipt_id, category, category_by, origin, person, paid_by, awaits_conversion,
        {", ".join(columns)})
      VALUES (
        ?2, ?3, CASE WHEN ?3 IS NULL THEN NULL ELSE {APPROVED_BY} END, {_ORIGIN},
        (SELECT uploaded_by FROM receipts WHERE id = ?2),
        COALESCE((SELECT paid_by FROM receipts WHERE id = ?2), 'company'),
        (SELECT iif(base_currency IS NULL OR base_currency = {places["currency"]}, NULL, 'now')
          FROM accounts WHERE id = {places["account_id"]}),
        {", ".join(places.values())})
    """
    return statement(insert, [run.id, run.subject, fields.category, *columns.values()])


def update_expense(
    expense: Row, fields: ExpenseFields, values: JsonObject, actor: str, version: int, now: str
) -> Statement:
    """Change a row of `expenses` that is at `version` to `fields` and `values`; the statement hits
    no other. It is not split until its parts are written.
    """
    columns: dict[LiteralString, Value] = {
        **stored(values),
        "duplicate_key": key_of(fields),
        "status": str(values["status"]),
        "updated_at": now,
    }
    sets = ", ".join(f"{name} = {place(number)}" for number, name in enumerate(columns, start=6))
    update = f"""
      UPDATE expenses SET {sets}, category = ?3, is_split = 0, version = ?2 + 1,
        category_by = CASE
          WHEN ?3 IS NULL THEN NULL WHEN category IS ?3 THEN category_by ELSE ?4 END,
        category_at = CASE
          WHEN ?3 IS NULL THEN NULL WHEN category IS ?3 THEN category_at ELSE ?5 END
      WHERE id = ?1 AND version = ?2
    """
    return statement(
        update, [text(expense, "id"), version, fields.category, actor, now, *columns.values()]
    )


def move_expense(expense: Row, status: str, version: int, now: str) -> Statement:
    """Give a row of `expenses` that is at `version` another status; the statement hits no other."""
    update = (
        "UPDATE expenses SET status = ?3, updated_at = ?4, version = ?2 + 1 WHERE id = ?1 "
        "AND version = ?2"
    )
    return statement(update, [text(expense, "id"), version, status, now])


def key_of(fields: ExpenseFields) -> str:
    return duplicate_key(
        fields.merchant, fields.date, total_minor=fields.total_minor, currency=fields.currency
    )


_TAX_COLUMNS: Final[Mapping[LiteralString, LiteralString]] = {
    "rate": "rate",
    "base": "base_minor",
    "tax": "tax_minor",
    "vatCategory": "vat_category",
}
# Lines come as the API has them: amounts are decimal strings in the expense's currency. Of each
# list its table, and the columns by the names of the API.
_LINES: Final[Mapping[str, tuple[LiteralString, Mapping[LiteralString, LiteralString]]]] = {
    "parts": (
        "expense_parts",
        {"category": "category", "amount": "amount_minor", "tax": "tax_minor", "note": "note"},
    ),
    "taxLines": ("expense_tax_lines", dict(_TAX_COLUMNS)),
    "items": (
        "expense_items",
        {
            "description": "description",
            "quantity": "quantity",
            "unitPrice": "unit_price",
            "amount": "amount_minor",
        },
    ),
}


def insert_lines(
    expense_id: str, extraction: Extraction | None, fields: ExpenseFields
) -> list[Statement]:
    """The lines that were read, to stand behind the expense in its batch. Tax lines are kept where
    they add up to the expense's tax, which a person may have corrected; lines with amounts that its
    currency cannot have are not.
    """
    if extraction is None:
        return []
    statements: list[Statement] = []
    taxes: list[Json] = [
        {"rate": line.rate, "base": line.net, "tax": line.tax, "vatCategory": line.vat_category}
        for line in extraction.tax_lines
    ]
    items: list[Json] = [
        item.model_dump(by_alias=True, exclude={"evidence"}) for item in extraction.line_items
    ]
    try:
        tax = sum(
            minor_from_decimal_string(line.tax, fields.currency) for line in extraction.tax_lines
        )
        if taxes and tax == (fields.tax_minor or 0):
            statements.append(
                _insert("taxLines", expense_id, lines=taxes, currency=fields.currency)
            )
        if items:
            statements.append(_insert("items", expense_id, lines=items, currency=fields.currency))
    except AmountError:
        return []
    return statements


def _insert(name: str, expense_id: str, lines: Json, currency: str) -> Statement:
    """Raises AmountError: the currency cannot have an amount."""
    table, columns = _LINES[name]
    stored = [_stored(line, columns, currency) for line in objects_in(lines)]
    if name == "items":
        insert = "INSERT INTO expense_items (expense_id, items) VALUES (?, ?)"
        return statement(insert, [expense_id, dump([[*line.values()] for line in stored])])
    insert = f"""
      INSERT INTO {table} (expense_id, number, {", ".join(columns.values())})
      SELECT ?1, line.key + 1, {", ".join(f"line.value ->> '{each}'" for each in columns)}
      FROM json_each(?2) AS line
    """
    return statement(insert, [expense_id, dump([*stored])])


def _stored(
    line: JsonObject, columns: Mapping[LiteralString, LiteralString], currency: str
) -> JsonObject:
    """A rate is kept as a number: it is one however it is printed."""
    stored: JsonObject = {}
    for name, column in columns.items():
        value = line.get(name)
        if value is not None and column.endswith("_minor"):
            value = minor_from_decimal_string(str(value), currency)
        elif name == "rate":
            value = written_rate(str(value)) if value else None
        stored[name] = value
    return stored


def replace_lines(name: str, expense_id: str, lines: Json, currency: str) -> list[Statement]:
    """`name` is parts, taxLines or items. Parts add up, or there are none: an expense must not be
    split when they are written; it is afterwards. Raises AmountError: the currency cannot have an
    amount.
    """
    delete = statement(
        f"DELETE FROM {_LINES[name][0]} WHERE expense_id = ?",
        [expense_id],
    )
    if not lines:
        return [delete]
    split = statement("UPDATE expenses SET is_split = 1 WHERE id = ?", [expense_id])
    return [
        delete,
        _insert(name, expense_id, lines=lines, currency=currency),
        *([split] if name == "parts" else []),
    ]


def replace_tags(expense_id: str, tags: Json) -> list[Statement]:
    insert = "INSERT INTO expense_tags (expense_id, tag) SELECT ?1, value FROM json_each(?2)"
    return [
        statement("DELETE FROM expense_tags WHERE expense_id = ?", [expense_id]),
        statement(insert, [expense_id, dump(tags)]),
    ]
