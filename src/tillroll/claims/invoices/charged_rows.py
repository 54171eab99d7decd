"""Rows of what customers are charged, by claims and by their credit notes.

A line has net, tax and treatment as the e-invoice has them: both are reckoned by `nets`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll.claims.charged import ChargedClaim, ChargedCredit, ChargedFile, ChargedLine
from tillroll.claims.contract import ClaimParams, InvoiceParams
from tillroll.claims.invoices.composing import nets
from tillroll.claims.invoices.sales import sale_key
from tillroll.claims.naming import NUMBER
from tillroll_durable.platform.bindings.database import (
    Row,
    Statement,
    integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.json import dump, load, load_object

# Of an item, which credit note let it go: a withdrawal has the same mark, and is none here.
_ITEMS: Final = """
  (SELECT json_group_array(json_array(expense_id, said, category, amount, note)) FROM (
    SELECT claim_items.expense_id,
      COALESCE(expenses.merchant || ', ' || expenses.date, 'An expense') AS said,
      expenses.category, claim_items.amount, (
        SELECT version FROM claim_events WHERE run_id = claim_items.run_id
          AND version = claim_items.released_in AND kind = 'credited') AS note
    FROM claim_items LEFT JOIN expenses ON expenses.id = claim_items.expense_id
    WHERE claim_items.run_id = claims.run_id ORDER BY claim_items.place
  )) AS items
"""
_CLAIMS: Final = f"""
  SELECT claims.run_id AS id, claims.version,
    {NUMBER.format(claims="claims")} AS number,
    claims.payer_name AS payer, claims.currency, claims.issued_on, claims.due_on,
    claims.is_withdrawn,
    claims.has_invoice, runs.params, {_ITEMS},
    claim_files.object_key, claim_files.sha256, claim_files.size
  FROM claims JOIN runs ON runs.id = claims.run_id
  LEFT JOIN claim_files ON claim_files.run_id = claims.run_id
    AND claim_files.name = iif(claims.has_invoice, 'invoice_pdf', 'statement')
  WHERE claims.account_id = ?1 AND claims.payer_kind = 'customer' AND claims.number IS NOT NULL
    AND claims.run_id IN (SELECT value FROM json_each(?2))
"""
_CREDIT_NOTES: Final = f"""
  SELECT events.run_id || ':' || events.version AS id, events.run_id AS claim_id,
    printf('CN-%d-%04d', events.year, events.number) AS number, claims.payer_name AS payer,
    events.currency,
    substr(events.at, 1, 10) AS issued_on, events.amount, COALESCE(events.said, '') AS reason,
    events.version, claims.has_invoice, runs.params, {_ITEMS}
  FROM claim_events AS events JOIN claims ON claims.run_id = events.run_id
  JOIN runs ON runs.id = claims.run_id
  WHERE events.account_id = ?1 AND events.kind = 'credited' AND claims.payer_kind = 'customer'
    AND events.run_id || ':' || events.version IN (SELECT value FROM json_each(?2))
    AND events.run_id IN (SELECT substr(value, 1, instr(value, ':') - 1) FROM json_each(?2))
"""


@dataclass(frozen=True)
class _Item:
    """An expense of a claim. `note` is the version of the credit note that let it go."""

    expense_id: str
    description: str
    category: str | None
    amount: int
    note: int | None


def select_claims(account_id: str, ids: Sequence[str]) -> Statement:
    """The query for `claim_of`; others' ids, and drafts, are left out."""
    return statement(_CLAIMS, [account_id, dump([*ids])])


def select_credit_notes(account_id: str, ids: Sequence[str]) -> Statement:
    """The query for `credit_note_of`."""
    return statement(_CREDIT_NOTES, [account_id, dump([*ids])])


def claim_of(row: Row) -> ChargedClaim:
    items = _items_of(row)
    key = optional_text(row, "object_key")
    return ChargedClaim(
        id=text(row, "id"),
        version=integer(row, "version"),
        number=text(row, "number"),
        payer=text(row, "payer"),
        currency=text(row, "currency"),
        issued=date.fromisoformat(text(row, "issued_on")),
        due=date.fromisoformat(text(row, "due_on")),
        lines=_lines(items, _invoice_of(row)),
        is_withdrawn=row["is_withdrawn"] == 1,
        statement=None
        if key is None
        else ChargedFile(key, text(row, "sha256"), integer(row, "size")),
    )


def credit_note_of(row: Row) -> ChargedCredit:
    items = _items_of(row)
    version = integer(row, "version")
    pairs = zip(items, _lines(items, _invoice_of(row)), strict=True)
    lines = [line for item, line in pairs if item.note == version]
    if sum(line.amount for line in lines) != integer(row, "amount"):
        lines = []
    return ChargedCredit(
        id=text(row, "id"),
        claim_id=text(row, "claim_id"),
        number=text(row, "number"),
        payer=text(row, "payer"),
        currency=text(row, "currency"),
        issued=date.fromisoformat(text(row, "issued_on")),
        lines=lines,
        reason=text(row, "reason"),
    )


def _invoice_of(row: Row) -> InvoiceParams | None:
    """What the claim's invoice was asked for by; None where it is no invoice."""
    if row["has_invoice"] != 1:
        return None
    return ClaimParams.model_validate(load_object(text(row, "params"))).invoice


def _items_of(row: Row) -> Sequence[_Item]:
    stored = load(text(row, "items"))
    assert isinstance(stored, list)  # noqa: S101 - the query makes it
    items: list[_Item] = []
    for each in stored:
        match each:
            case [
                str(expense_id),
                str(description),
                str() | None as category,
                int(amount),
                int() | None as note,
            ]:
                items.append(_Item(expense_id, description, category, amount=amount, note=note))
            case _:
                raise TypeError("the items of a claim have no such form")
    return items


def _lines(items: Sequence[_Item], invoice: InvoiceParams | None) -> Sequence[ChargedLine]:
    """A line for each item, in their order."""
    net: Mapping[str, int] = {}
    if invoice is not None:
        net = nets(items, invoice)
    lines: list[ChargedLine] = []
    for item in items:
        key = None
        if invoice is not None:
            key = sale_key(item.expense_id, invoice)
        own_net = net.get(item.expense_id, item.amount)
        line = ChargedLine(
            item.description,
            item.category,
            net=own_net,
            tax=item.amount - own_net,
            key=key,
            is_credited=item.note is not None,
        )
        lines.append(line)
    return lines
