"""Writes a claim's documents: the statement in PDF, and the invoices of the claim and of its credit
notes.
"""

import hashlib
from collections.abc import Sequence
from datetime import date

from tillroll.claims import repository
from tillroll.claims.contract import ClaimParams, Files
from tillroll.claims.cron import WRITING_NOTES
from tillroll.claims.documents_repository import (
    find_unwritten_notes,
    insert_file,
    insert_note_file,
    invoice_of,
)
from tillroll.claims.invoices.files import write_invoice
from tillroll.claims.models import MEDIA_TYPES, Claim, ClaimItem
from tillroll.claims.payer_locale import locale_for
from tillroll.company.places import zone_here
from tillroll.company.service import find_logo
from tillroll.expenses.exported import decimal_amount
from tillroll.expenses.repository import EXPORTED_COLUMNS, EXPORTED_JOINS, exported
from tillroll.exports.files import begin_pages, scaled
from tillroll.exports.writers.formats import About, ProfileOptions, for_readers
from tillroll.exports.writers.report_layout import Form
from tillroll_documents.money import Money
from tillroll_durable import Outcome, StepContext, statement
from tillroll_durable.jobs.scans import each_row
from tillroll_durable.platform.bindings.database import Row, integer, optional_text, text
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.bindings.objects import ObjectWriter, Stored
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform, without_journal
from tillroll_durable.platform.words import words_in


async def write_files(context: StepContext, params: ClaimParams) -> Outcome[Files]:
    """Write them as the claim was issued; a credit note changes neither."""
    platform = context.platform
    claim = await repository.load_claim(platform.database, context.run.id)
    if (
        claim is None
        or claim.number is None
        or claim.issued_on is None
        or claim.standing.due_on is None
    ):
        raise NonRetryable(f"the claim of the run {context.run.id} was not issued")
    items = await repository.list_items(platform.database, claim.run_id)
    if any(item.merchant is None for item in items):
        raise NonRetryable("an expense of the claim was erased: cancel the claim, and make it anew")
    # Another claim, or other expenses, never come under the same key.
    content = "\n".join([claim.number, *(f"{item.expense_id} {item.amount}" for item in items)])
    digest = hashlib.sha256(content.encode()).hexdigest()
    prefix = f"{claim.account_id}/claims/{claim.run_id}/{digest[:16]}"
    files = {
        "statement": await _write_statement(
            platform, claim, items=items, key=f"{prefix}-statement.pdf"
        )
    }
    if params.invoice is not None:
        files |= await write_invoice(
            platform, claim, items=items, params=params.invoice, prefix=f"{prefix}-invoice"
        )
    return Outcome(
        Files(files=[*files]),
        statements=[insert_file(claim.run_id, name, stored) for name, stored in files.items()],
    )


async def _write_statement(
    platform: Platform, claim: Claim, items: Sequence[ClaimItem], key: str
) -> Stored:
    query = f"""
      SELECT {EXPORTED_COLUMNS} FROM expenses {EXPORTED_JOINS}
      WHERE expenses.id IN (SELECT expense_id FROM claim_items WHERE run_id = ?)
    """
    rows = await platform.database.all(statement(query, [claim.run_id]))
    expenses = {text(row, "id"): exported(row) for row in rows}
    writer, add = await begin_pages(platform, claim.account_id, await _about(platform, claim))
    sink = ObjectWriter(platform.objects, key, MEDIA_TYPES["statement"])
    await sink.add(writer.begin())
    for item in items:
        expense = expenses[item.expense_id]
        if item.foreign is None:
            expense = expense.changed(
                total=decimal_amount(item.amount, item.currency) or "",
                tax=decimal_amount(item.tax, item.currency),
            )
        as_claimed = expense.changed(
            # What colleagues note for each other is not for a customer.
            note=None if claim.payer_kind == "customer" else expense.note,
        )
        await sink.add(await add(as_claimed))
        await platform.pause()
    await sink.add(writer.end())
    return await sink.close()


async def _about(platform: Platform, claim: Claim) -> About:
    query = """
      SELECT COALESCE((SELECT name FROM company_profiles
        WHERE account_id = ?1), accounts.name) AS name,
        accounts.base_currency, MIN(expenses.date) AS earliest, MAX(expenses.date) AS latest
      FROM accounts JOIN claim_items ON claim_items.run_id = ?2
      JOIN expenses ON expenses.id = claim_items.expense_id WHERE accounts.id = ?1
    """
    [row] = await platform.database.all(statement(query, [claim.account_id, claim.run_id]))
    standing = claim.standing
    logo = await find_logo(platform.database, claim.account_id)
    locale = locale_for(claim.written_in, None)
    say = await words_in(platform.assets, locale.code)
    profile = for_readers(ProfileOptions(), locale.code)
    form = Form(profile)
    title = f"Expense claim {claim.number}"
    if claim.has_invoice:
        title = f"Receipts of {claim.number}"
    amount = Money(standing.claimed, standing.currency).to_decimal_string()
    return About(
        account_name=text(row, "name"),
        first_day=None,
        last_day=None,
        asked_at=claim.created_at,
        earliest=optional_text(row, "earliest"),
        latest=optional_text(row, "latest"),
        base_currency=optional_text(row, "base_currency"),
        choice=[
            (say("To be paid by"), claim.payer_name),
            (say("To be paid"), form.amount(amount, standing.currency)),
            (say("Issued"), _day(form, claim.issued_on)),
            (say("Due"), _day(form, standing.due_on)),
        ],
        title=title,
        logo=None if logo is None else await scaled(platform, logo.key),
        profile=profile,
        say=say,
        zone=zone_here(platform.zones, claim.company_country),
        # A customer has no use for them.
        names_ids=claim.payer_kind != "customer",
    )


def _day(form: Form, day: date | None) -> str:
    if day is None:
        return ""
    return form.day(day.isoformat())


async def write_notes(platform: Platform, run_id: str | None = None) -> int:
    """Write the credit notes of a claim, or of all, that have no file; how many. One that fails is
    left to the next time."""
    with without_journal(platform) as direct:
        rows = await find_unwritten_notes(direct.database, to_text(direct.clock.now()), run_id)
        return await each_row(
            direct,
            WRITING_NOTES,
            rows=rows,
            subject="note",
            do=lambda row: _write_note(direct, row),
        )


async def _write_note(platform: Platform, row: Row) -> None:
    run_id = text(row, "run_id")
    version = integer(row, "version")
    claim = await repository.load_claim(platform.database, run_id)
    event = (await repository.list_events(platform.database, run_id))[version - 1]
    if claim is None or event.number is None:
        raise NonRetryable(f"the claim of the run {run_id} was not issued")
    params = await invoice_of(platform.database, run_id)
    if params is None:
        raise NonRetryable(f"the claim of the run {run_id} has no invoice")
    items = await repository.list_items(platform.database, run_id)
    if sum(item.amount for item in items if item.released_in == version) != event.amount:
        raise NonRetryable(f"what the credit note {event.number} took out is not what it is over")
    prefix = f"{claim.account_id}/claims/{run_id}/{event.number}"
    files = await write_invoice(
        platform, claim, items=items, params=params, prefix=prefix, note=event
    )
    await platform.database.batch(
        [
            insert_note_file(run_id, version, name=name, stored=stored)
            for name, stored in files.items()
        ]
    )
