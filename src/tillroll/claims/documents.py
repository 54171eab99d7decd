"""Writes a claim's documents: the statement, the e-invoice, and the e-invoices of its credit notes."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from tillroll.claims import repository
from tillroll.claims.contract import ClaimParams, InvoiceParams
from tillroll.claims.models import Claim, ClaimEvent, ClaimItem
from tillroll.claims.repository import WRITING_NOTES
from tillroll.durable import Outcome, StepContext, statement
from tillroll.expenses.exported import decimal_amount
from tillroll.expenses.repository import EXPORTED_COLUMNS, EXPORTED_JOINS, exported
from tillroll.exports.writers.writer import About
from tillroll.jobs.job import Job
from tillroll.jobs.scans import each_row
from tillroll.platform.bindings.database import Row, integer, optional_text, text
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.bindings.objects import ObjectWriter, Stored
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.json import Json, load_object
from tillroll.platform.services import Platform
from tillroll.reading.money import Money

MEDIA_TYPES: Final = {"statement": "application/pdf", "invoice": "application/xml", "credit_note": "application/xml"}


async def write_files(context: StepContext, params: ClaimParams) -> Outcome:
    """Write them as the claim was issued; a credit note changes neither."""
    platform = context.platform
    claim = await repository.load_claim(platform.database, context.run.id)
    if claim is None or claim.number is None or claim.issued_on is None or claim.standing.due_on is None:
        raise NonRetryable(f"the claim of the run {context.run.id} was not issued")
    items = await repository.list_items(platform.database, claim.run_id)
    if any(item.merchant is None for item in items):
        raise NonRetryable("an expense of the claim was erased: cancel the claim, and make it anew")
    # Another claim, or other expenses, never come under the same key.
    said = "\n".join([claim.number, *(f"{item.expense_id} {item.amount}" for item in items)])
    prefix = f"{claim.account_id}/claims/{claim.run_id}/{hashlib.sha256(said.encode()).hexdigest()[:16]}"
    files = {"statement": await _write_statement(platform, claim, items, f"{prefix}-statement.pdf")}
    if params.invoice is not None:
        key = f"{prefix}-invoice.xml"
        files["invoice"] = await _write_invoice(platform, claim, items, params.invoice, key)
    names: list[Json] = [*files]
    return Outcome(
        output={"files": names},
        statements=[repository.insert_file(claim.run_id, name, stored) for name, stored in files.items()],
    )


async def _write_statement(platform: Platform, claim: Claim, items: Sequence[ClaimItem], key: str) -> Stored:
    # Nothing but a report needs what draws pages.
    from tillroll.exports.papers import begin_pages  # noqa: PLC0415 - see above

    query = f"""
      SELECT {EXPORTED_COLUMNS} FROM expenses {EXPORTED_JOINS}
      WHERE expenses.id IN (SELECT expense_id FROM claim_items WHERE run_id = ?)
    """  # noqa: S608 - constants
    rows = await platform.database.all(statement(query, claim.run_id))
    expenses = {text(row, "id"): exported(row) for row in rows}
    writer, add = await begin_pages(platform, claim.account_id, await _about(platform, claim))
    sink = ObjectWriter(platform.objects, key, MEDIA_TYPES["statement"])
    await sink.add(writer.begin())
    for item in items:
        as_claimed = replace(
            expenses[item.expense_id],
            total=decimal_amount(item.amount, item.currency) or "",
            tax=decimal_amount(item.tax, item.currency),
            # What colleagues note for each other is not for a customer.
            note=None if claim.payer_kind == "customer" else expenses[item.expense_id].note,
        )
        await sink.add(await add(as_claimed))
        await platform.pause()
    await sink.add(writer.end())
    return await sink.close()


async def _about(platform: Platform, claim: Claim) -> About:
    query = """
      SELECT accounts.name, accounts.base_currency, MIN(expenses.date) AS earliest, MAX(expenses.date) AS latest
      FROM accounts JOIN claim_items ON claim_items.run_id = ?2
      JOIN expenses ON expenses.id = claim_items.expense_id WHERE accounts.id = ?1
    """
    [row] = await platform.database.all(statement(query, claim.account_id, claim.run_id))
    standing = claim.standing
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
            ("To be paid", f"{Money(standing.claimed, standing.currency).to_decimal_string()} {standing.currency}"),
            ("Issued", _written(claim.issued_on)),
            ("Due", _written(standing.due_on)),
        ],
        title=f"Claim {claim.number}",
    )


def _written(day: date | None) -> str:
    return "" if day is None else day.isoformat()


async def write_notes(platform: Platform, run_id: str | None = None) -> int:
    """Write the credit notes of a claim, or of all, that have no file; how many. One that cannot be written now is
    left to the next time."""
    rows = await repository.find_unwritten_notes(platform.database, to_text(platform.clock.now()), run_id)
    return await each_row(platform, WRITING_NOTES, rows, "note", lambda row: _write_note(platform, row))


async def _write_note(platform: Platform, row: Row) -> None:
    run_id, version = text(row, "run_id"), integer(row, "version")
    claim = await repository.load_claim(platform.database, run_id)
    run = await platform.database.first(statement("SELECT params FROM runs WHERE id = ?", run_id))
    event = (await repository.list_events(platform.database, run_id))[version - 1]
    if claim is None or run is None or event.number is None:
        raise NonRetryable(f"the claim of the run {run_id} was not issued")
    params = ClaimParams.model_validate(load_object(text(run, "params"))).invoice
    if params is None:
        raise NonRetryable(f"the claim of the run {run_id} has no e-invoice")
    items = [item for item in await repository.list_items(platform.database, run_id) if item.released_at == event.at]
    if sum(item.amount for item in items) != event.amount:
        raise NonRetryable(f"what the credit note {event.number} took out is not what it is over")
    key = f"{claim.account_id}/claims/{run_id}/{event.number}.xml"
    stored = await _write_invoice(platform, claim, items, params, key, note=event)
    await platform.database.batch([repository.insert_note_file(run_id, version, stored)])


async def _write_invoice(
    platform: Platform,
    claim: Claim,
    items: Sequence[ClaimItem],
    params: InvoiceParams,
    key: str,
    *,
    note: ClaimEvent | None = None,
) -> Stored:
    """The e-invoice of a claim, or of the credit note that an event of it is."""
    # Nothing but an invoice needs what writes XML.
    from tillroll.claims.invoice import IssuedInvoice, IssuedLine, Preceding, write_ubl  # noqa: PLC0415 - see above

    if claim.number is None or claim.issued_on is None:
        raise NonRetryable(f"the claim of the run {claim.run_id} was not issued")
    lines: list[IssuedLine] = []
    for item in items:
        # One that was erased goes by its place.
        said = [each for each in (item.merchant, item.category, item.date) if each] or [f"Expense {item.place}"]
        lines.append(IssuedLine(", ".join(said), Decimal(Money(item.amount, item.currency).to_decimal_string())))
    invoice = IssuedInvoice(
        number=(note and note.number) or claim.number,
        issued_on=from_text(note.at).date() if note else claim.issued_on,
        due_on=None if note else claim.standing.due_on,
        currency=claim.standing.currency,
        terms=params,
        lines=lines,
        preceding=Preceding(claim.number, claim.issued_on) if note else None,
    )
    sink = ObjectWriter(platform.objects, key, MEDIA_TYPES["invoice"])
    await sink.add(write_ubl(invoice))
    return await sink.close()


JOBS: Final = (Job(WRITING_NOTES, write_notes, 15),)
