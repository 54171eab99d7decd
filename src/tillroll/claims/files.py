"""Files of a claim: the statement, the invoice and its credit notes, and where they are kept."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal, cast

from tillroll.claims.contract import ClaimParams, InvoiceParams
from tillroll.claims.issued_invoice import IssuedInvoice, IssuedLine
from tillroll.claims.repository import Claim, Item, list_items, load_claim
from tillroll.durable import ObjectsInUse, Outcome, Statement, StepContext, statement
from tillroll.expenses.exported import decimal_amount
from tillroll.expenses.repository import EXPORTED_COLUMNS, EXPORTED_JOINS, exported
from tillroll.exports.writers.formats import About
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN
from tillroll.platform.bindings.database import Database, Row, integer, optional_text, text
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.bindings.objects import ObjectWriter, Stored
from tillroll.platform.json import Json
from tillroll.platform.services import Platform
from tillroll.reading.money import Money

FileName = Literal["statement", "invoice"]
ListedName = Literal["statement", "invoice", "credit_note"]
MEDIA_TYPES: Final = {"statement": "application/pdf", "invoice": "application/xml", "credit_note": "application/xml"}

# By the account, the word, the run and the name.
OBJECTS_IN_USE = ObjectsInUse(
    keys=r"[^/]+/claims/run_[^/]+/[^/]+",
    query="""
      SELECT object_key FROM claim_files WHERE object_key IN (SELECT value FROM json_each(?1))
      UNION ALL SELECT object_key FROM claim_note_files WHERE object_key IN (SELECT value FROM json_each(?1))
    """,
)

_FILES: Final = """
  SELECT claim_files.*, claims.year, claims.number FROM claim_files JOIN claims ON claims.run_id = claim_files.run_id
  WHERE claim_files.run_id = ?
"""
_NOTES: Final = """
  SELECT f.*, 'credit_note' AS name, e.year, e.number FROM claim_note_files f
  JOIN claim_events e ON e.run_id = f.run_id AND e.version = f.version JOIN claims ON claims.run_id = f.run_id
  WHERE f.run_id = ?
"""
# Credit notes of claims that have an e-invoice, and have none themselves.
WRITING_NOTES: Final = "credit notes"
_UNWRITTEN: Final = f"""
  SELECT e.run_id, e.version, e.run_id || ' ' || e.version AS note, s.failures AS setbacks FROM claim_events e
  JOIN claim_files i ON i.run_id = e.run_id AND i.name = 'invoice'
  {JOIN.format(part=f"'{WRITING_NOTES}'", subject="e.run_id || ' ' || e.version")}
  WHERE e.kind = 'credited' AND (?2 IS NULL AND {IS_DUE} OR e.run_id = ?2)
    AND NOT EXISTS (SELECT 1 FROM claim_note_files f WHERE f.run_id = e.run_id AND f.version = e.version)
  ORDER BY {IN_TURN}, e.at LIMIT 20
"""  # noqa: S608 - constants
_NOTE_NUMBER: Final = re.compile(r"CN-([0-9]{4})-([0-9]{4,9})", re.ASCII)


@dataclass(frozen=True)
class ClaimFile:
    """`number` is the claim's, or the credit note's, `size` in bytes, `sha256` hexadecimal."""

    name: ListedName
    object_key: str
    number: str
    size: int
    sha256: str


def insert_file(run_id: str, name: FileName, stored: Stored) -> Statement:
    return statement(
        "INSERT INTO claim_files (run_id, name, object_key, size, sha256) VALUES (?, ?, ?, CAST(? AS INTEGER), ?)",
        run_id,
        name,
        stored.key,
        stored.size,
        stored.sha256,
    )


def insert_note_file(run_id: str, version: int, stored: Stored) -> Statement:
    """The e-invoice of the credit note that a claim's event of this version is; the first that is written stands."""
    return statement(
        """
        INSERT INTO claim_note_files (run_id, version, object_key, size, sha256)
        VALUES (?, CAST(? AS INTEGER), ?, CAST(? AS INTEGER), ?) ON CONFLICT (run_id, version) DO NOTHING
        """,
        *(run_id, version, stored.key, stored.size, stored.sha256),
    )


async def find_unwritten_notes(database: Database, now: str, run_id: str | None) -> Sequence[Row]:
    """Credit notes whose file is missing, of one claim or of all that are not set aside: `run_id`, `version`, and
    `note`, which names one."""
    return await database.all(statement(_UNWRITTEN, now, run_id))


async def find_note_file(database: Database, account_id: str, run_id: str, number: str) -> ClaimFile | None:
    """None where the account has no such claim, or that no such credit note, or it has no file (yet)."""
    match = _NOTE_NUMBER.fullmatch(number)
    if match is None:
        return None
    query = f"{_NOTES} AND claims.account_id = ? AND e.year = CAST(? AS INTEGER) AND e.number = CAST(? AS INTEGER)"
    row = await database.first(statement(query, run_id, account_id, match[1], match[2]))
    return None if row is None else _file(row)


async def find_claim_file(database: Database, account_id: str, run_id: str, name: FileName) -> ClaimFile | None:
    """None where the account has no such claim, or that no such file (yet)."""
    row = await database.first(
        statement(f"{_FILES} AND claims.account_id = ? AND claim_files.name = ?", run_id, account_id, name)
    )
    return None if row is None else _file(row)


async def list_claim_files(database: Database, run_id: str) -> list[ClaimFile]:
    """Those that there are, the statement first and credit notes last."""
    rows = await database.all(statement(f"{_FILES} ORDER BY claim_files.name DESC", run_id))
    notes = await database.all(statement(f"{_NOTES} ORDER BY f.version", run_id))
    return [_file(row) for row in (*rows, *notes)]


def _file(row: Row) -> ClaimFile:
    series = "CN-" if row["name"] == "credit_note" else ""
    return ClaimFile(
        cast("ListedName", text(row, "name")),  # the table takes no other
        text(row, "object_key"),
        f"{series}{integer(row, 'year')}-{integer(row, 'number'):04}",
        integer(row, "size"),
        text(row, "sha256"),
    )


async def write_files(context: StepContext, params: ClaimParams) -> Outcome:
    """Write them as the claim was issued; a credit note changes neither."""
    platform = context.platform
    claim = await load_claim(platform.database, context.run.id)
    if claim is None or claim.number is None:
        raise NonRetryable(f"the claim of the run {context.run.id} was not issued")
    items = await list_items(platform.database, claim.run_id)
    if any(item.merchant is None for item in items):
        raise NonRetryable("an expense of the claim was erased: cancel the claim, and make it anew")
    files: dict[FileName, Stored] = {"statement": await _write_statement(platform, claim, items)}
    if params.invoice is not None:
        files["invoice"] = await _write_invoice(platform, claim, items, params.invoice)
    names: list[Json] = [*files]
    return Outcome(
        output={"files": names},
        statements=[insert_file(claim.run_id, name, stored) for name, stored in files.items()],
    )


async def _write_statement(platform: Platform, claim: Claim, items: list[Item]) -> Stored:
    # Nothing but a report needs what draws pages.
    from tillroll.exports.files import begin_pages  # noqa: PLC0415 - see above

    rows = await platform.database.all(
        statement(
            f"""
            SELECT {EXPORTED_COLUMNS} FROM expenses {EXPORTED_JOINS}
            WHERE expenses.id IN (SELECT expense_id FROM claim_items WHERE run_id = ?)
            """,  # noqa: S608 - constants
            claim.run_id,
        )
    )
    expenses = {text(row, "id"): exported(row) for row in rows}
    writer, add = await begin_pages(platform, claim.account_id, await _about(platform, claim))
    key = _key(claim, items, "statement.pdf")
    sink, currency = ObjectWriter(platform.objects, key, MEDIA_TYPES["statement"]), claim.standing.currency
    await sink.add(writer.begin())
    for item in items:
        as_claimed = replace(
            expenses[item.expense_id],
            total=decimal_amount(item.amount, currency) or "",
            tax=decimal_amount(item.tax, currency),
            # What colleagues note for each other is not for a customer.
            note=None if claim.payer_kind == "customer" else expenses[item.expense_id].note,
        )
        await sink.add(await add(as_claimed))
        await platform.pause()
    await sink.add(writer.end())
    return await sink.close()


async def _about(platform: Platform, claim: Claim) -> About:
    row = await platform.database.first(
        statement(
            """
            SELECT accounts.name, accounts.base_currency, MIN(expenses.date) AS earliest, MAX(expenses.date) AS latest
            FROM accounts JOIN claim_items ON claim_items.run_id = ?2
            JOIN expenses ON expenses.id = claim_items.expense_id WHERE accounts.id = ?1
            """,
            claim.account_id,
            claim.run_id,
        )
    )
    if row is None:
        raise NonRetryable(f"the account {claim.account_id} is missing")
    issued, due = claim.issued_on, claim.standing.due_on
    total = f"{Money(claim.standing.claimed, claim.standing.currency).to_decimal_string()} {claim.standing.currency}"
    return About(
        account_name=text(row, "name"),
        first_day=None,
        last_day=None,
        asked_at=claim.created_at,
        earliest=optional_text(row, "earliest"),
        latest=optional_text(row, "latest"),
        base_currency=optional_text(row, "base_currency"),
        choice=[
            ("To be paid by", claim.payer_name),
            ("To be paid", total),
            ("Issued", "" if issued is None else issued.isoformat()),
            ("Due", "" if due is None else due.isoformat()),
        ],
        title=f"Claim {claim.number}",
    )


async def _write_invoice(platform: Platform, claim: Claim, items: list[Item], params: InvoiceParams) -> Stored:
    # Nothing but an invoice needs what writes XML.
    from tillroll.claims.ubl import write_ubl  # noqa: PLC0415 - see above

    if claim.issued_on is None or claim.standing.due_on is None or claim.number is None:
        raise NonRetryable(f"the claim of the run {claim.run_id} was not issued")
    invoice = IssuedInvoice(
        number=claim.number,
        issued_on=claim.issued_on,
        due_on=claim.standing.due_on,
        currency=claim.standing.currency,
        seller=params.seller.issued(),
        buyer=params.buyer.issued(),
        vat=params.vat(),
        lines=[line_of(item, claim.standing.currency) for item in items],
        reference=params.reference,
        iban=params.iban,
    )
    sink = ObjectWriter(platform.objects, _key(claim, items, "invoice.xml"), MEDIA_TYPES["invoice"])
    await sink.add(write_ubl(invoice))
    return await sink.close()


def line_of(item: Item, currency: str) -> IssuedLine:
    """An expense as an invoice's line; one that was erased goes by its place."""
    said = [each for each in (item.merchant, item.category, item.date) if each] or [f"Expense {item.place}"]
    return IssuedLine(", ".join(said), Decimal(Money(item.amount, currency).to_decimal_string()))


def _key(claim: Claim, items: list[Item], name: str) -> str:
    """Another claim, or other expenses, never come under the same key."""
    said = "\n".join([claim.number or "", *(f"{item.expense_id} {item.amount}" for item in items)])
    return f"{claim.account_id}/claims/{claim.run_id}/{hashlib.sha256(said.encode()).hexdigest()[:16]}-{name}"
