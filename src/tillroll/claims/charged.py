"""What customers are charged by claims, and by their credit notes: for other books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll.claims.naming import NUMBER
from tillroll_durable.platform.bindings.database import (
    Row,
    Statement,
    integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.json import dump, load

_CLAIMS: Final = f"""
  SELECT claims.run_id AS id, claims.version,
    {NUMBER.format(claims="claims")} AS number,
    claims.payer_name AS payer, claims.currency, claims.issued_on, claims.due_on,
    claims.is_withdrawn,
    COALESCE((SELECT SUM(amount) FROM claim_events WHERE run_id = claims.run_id
      AND kind = 'credited'), 0) AS credited,
    (SELECT json_group_array(json_array(said, category, amount)) FROM (
      SELECT COALESCE(expenses.merchant || ', ' || expenses.date, 'An expense') AS said,
        expenses.category,
        claim_items.amount
      FROM claim_items LEFT JOIN expenses ON expenses.id = claim_items.expense_id
      WHERE claim_items.run_id = claims.run_id ORDER BY claim_items.place
    )) AS lines,
    claim_files.object_key, claim_files.sha256, claim_files.size
  FROM claims LEFT JOIN claim_files ON claim_files.run_id = claims.run_id
    AND claim_files.name = iif(claims.has_invoice, 'invoice_pdf', 'statement')
  WHERE claims.account_id = ?1 AND claims.payer_kind = 'customer' AND claims.number IS NOT NULL
    AND claims.run_id IN (SELECT value FROM json_each(?2))
"""
_CREDIT_NOTES: Final = """
  SELECT events.run_id || ':' || events.version AS id, events.run_id AS claim_id,
    printf('CN-%d-%04d', events.year, events.number) AS number, claims.payer_name AS payer,
    events.currency,
    substr(events.at, 1, 10) AS issued_on, events.amount, COALESCE(events.said, '') AS reason
  FROM claim_events AS events JOIN claims ON claims.run_id = events.run_id
  WHERE events.account_id = ?1 AND events.kind = 'credited' AND claims.payer_kind = 'customer'
    AND events.run_id || ':' || events.version IN (SELECT value FROM json_each(?2))
    AND events.run_id IN (SELECT substr(value, 1, instr(value, ':') - 1) FROM json_each(?2))
"""


@dataclass(frozen=True)
class ChargedFile:
    """The statement of a claim, or its invoice, in PDF. `size` is in bytes."""

    object_key: str
    sha256: str
    size: int


@dataclass(frozen=True)
class ChargedLine:
    """`amount` is what is charged, in minor units, tax included."""

    description: str
    category: str | None
    amount: int


@dataclass(frozen=True)
class ChargedClaim:
    """A claim against a customer that was issued. `credited` is what credit notes took back of it,
    in minor units; what its withdrawal takes back comes on top."""

    id: str
    version: int
    number: str
    payer: str
    currency: str
    issued: date
    due: date
    lines: Sequence[ChargedLine]
    credited: int
    is_withdrawn: bool
    statement: ChargedFile | None


@dataclass(frozen=True)
class ChargedCredit:
    """A credit note over a part of a claim. `id` is RUN:VERSION; `amount` is in minor units."""

    id: str
    claim_id: str
    number: str
    payer: str
    currency: str
    issued: date
    amount: int
    reason: str


def select_claims(account_id: str, ids: Sequence[str]) -> Statement:
    """The query for `claim_of`; others' ids, and drafts, are left out."""
    return statement(_CLAIMS, [account_id, dump([*ids])])


def select_credit_notes(account_id: str, ids: Sequence[str]) -> Statement:
    """The query for `credit_note_of`."""
    return statement(_CREDIT_NOTES, [account_id, dump([*ids])])


def claim_of(row: Row) -> ChargedClaim:
    stored_lines = load(text(row, "lines"))
    assert isinstance(stored_lines, list)  # noqa: S101 - the query makes it
    lines: list[ChargedLine] = []
    for each in stored_lines:
        match each:
            case [str(said), str() | None as category, int(amount)]:
                lines.append(ChargedLine(said, category, amount))
            case _:
                raise TypeError("the lines of a claim have no such form")
    key = optional_text(row, "object_key")
    return ChargedClaim(
        id=text(row, "id"),
        version=integer(row, "version"),
        number=text(row, "number"),
        payer=text(row, "payer"),
        currency=text(row, "currency"),
        issued=date.fromisoformat(text(row, "issued_on")),
        due=date.fromisoformat(text(row, "due_on")),
        lines=lines,
        credited=integer(row, "credited"),
        is_withdrawn=row["is_withdrawn"] == 1,
        statement=None
        if key is None
        else ChargedFile(key, text(row, "sha256"), integer(row, "size")),
    )


def credit_note_of(row: Row) -> ChargedCredit:
    return ChargedCredit(
        id=text(row, "id"),
        claim_id=text(row, "claim_id"),
        number=text(row, "number"),
        payer=text(row, "payer"),
        currency=text(row, "currency"),
        issued=date.fromisoformat(text(row, "issued_on")),
        amount=integer(row, "amount"),
        reason=text(row, "reason"),
    )
