"""The files of a claim: a statement in PDF with the pictures behind, and the e-invoice of a customer's."""

import hashlib
from dataclasses import replace
from decimal import Decimal

from tillroll.durable import NonRetryable, Outcome, StepContext, statement
from tillroll.expenses.papers.rows import COLUMNS, JOINS, exported
from tillroll.exports.expense import decimal_amount
from tillroll.exports.writer import About
from tillroll.invoices.written.issued import IssuedInvoice, IssuedLine
from tillroll.platform.bindings.database import optional_text, text
from tillroll.platform.bindings.objects import ObjectWriter, Stored
from tillroll.platform.json import Json
from tillroll.platform.services import Platform
from tillroll.receipts.amounts.money import Money
from tillroll.workflows.claim.contract import ClaimParams
from tillroll.workflows.claim.invoice_params import InvoiceParams
from tillroll.workflows.claim.rows.claims import Claim, load_claim
from tillroll.workflows.claim.rows.files import MEDIA_TYPES, FileName, insert_file
from tillroll.workflows.claim.rows.items import Item, list_items


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
    from tillroll.expenses.papers.pages import begin_pages  # noqa: PLC0415 - see above

    rows = await platform.database.all(
        statement(
            f"""
            SELECT {COLUMNS} FROM expenses {JOINS}
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
    from tillroll.invoices.written.ubl import write_ubl  # noqa: PLC0415 - see above

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
