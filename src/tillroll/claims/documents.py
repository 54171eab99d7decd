"""Writes a claim's documents: the statement in PDF, and the e-invoices of the claim and of its
credit notes.

E-invoices are UBL 2.1, an Invoice or a CreditNote. Terms (BT) and groups (BG) are of EN 16931-1; EN
16931-3-2 binds them to the elements. `reading.invoices` reads them back.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from tillroll.claims import repository
from tillroll.claims.contract import ClaimParams, Files, InvoiceParams, InvoiceParty
from tillroll.claims.cron import WRITING_NOTES
from tillroll.claims.documents_repository import find_unwritten_notes, insert_file, insert_note_file
from tillroll.claims.models import MEDIA_TYPES, Claim, ClaimEvent, ClaimItem
from tillroll.claims.payer_locale import locale_for
from tillroll.company.service import find_logo
from tillroll.expenses.exported import decimal_amount
from tillroll.expenses.repository import EXPORTED_COLUMNS, EXPORTED_JOINS, exported
from tillroll.exports.files import begin_pages, scaled
from tillroll.exports.writers.formats import About, DateForm, ProfileOptions
from tillroll.exports.writers.report_layout import Form
from tillroll_documents.money import Money
from tillroll_durable import Outcome, StepContext, statement
from tillroll_durable.jobs.scans import each_row
from tillroll_durable.platform.bindings.database import Row, integer, optional_text, text
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.bindings.objects import ObjectWriter, Stored
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.words import words_in

_CENT: Final = Decimal("0.01")
_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_INVOICE: Final = f"{_UBL}Invoice-2"
_CREDIT_NOTE: Final = f"{_UBL}CreditNote-2"
_BASIC: Final = f"{_UBL}CommonBasicComponents-2"
_WHOLE: Final = f"{_UBL}CommonAggregateComponents-2"
_PROFILE: Final = "urn:cen.eu:en16931:2017"
# UNTDID 1001: a commercial invoice, a credit note. UN/ECE Rec 20: one. UNTDID 4461: a credit
# transfer.
_TYPE = "380"
_CREDIT_TYPE = "381"
_UNIT = "C62"
_TRANSFER = "30"
# XML 1.0 takes no other letters: https://www.w3.org/TR/xml/#charsets
_NO_LETTERS: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

register_namespace("ubl", _INVOICE)
register_namespace("cn", _CREDIT_NOTE)
register_namespace("cbc", _BASIC)
register_namespace("cac", _WHOLE)


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
        key = f"{prefix}-invoice.xml"
        files["invoice"] = await _write_invoice(
            platform, claim, items=items, params=params.invoice, key=key
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
    rows = await platform.database.all(statement(query, claim.run_id))
    expenses = {text(row, "id"): exported(row) for row in rows}
    writer, add = await begin_pages(platform, claim.account_id, await _about(platform, claim))
    sink = ObjectWriter(platform.objects, key, MEDIA_TYPES["statement"])
    await sink.add(writer.begin())
    for item in items:
        as_claimed = expenses[item.expense_id].changed(
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
      SELECT COALESCE((SELECT name FROM company_profiles
        WHERE account_id = ?1), accounts.name) AS name,
        accounts.base_currency, MIN(expenses.date) AS earliest, MAX(expenses.date) AS latest
      FROM accounts JOIN claim_items ON claim_items.run_id = ?2
      JOIN expenses ON expenses.id = claim_items.expense_id WHERE accounts.id = ?1
    """
    [row] = await platform.database.all(statement(query, claim.account_id, claim.run_id))
    standing = claim.standing
    logo = await find_logo(platform.database, claim.account_id)
    locale = locale_for(claim.language, None)
    is_german = locale.code.startswith("de")
    if is_german:
        profile = ProfileOptions(decimal_mark=",", date_form=DateForm.GERMAN)
    else:
        profile = ProfileOptions()
    form = Form(profile)
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
            ("To be paid by", claim.payer_name),
            ("To be paid", form.amount(amount, standing.currency)),
            ("Issued", "" if claim.issued_on is None else form.day(claim.issued_on.isoformat())),
            ("Due", "" if standing.due_on is None else form.day(standing.due_on.isoformat())),
        ],
        title=f"Claim {claim.number}",
        logo=None if logo is None else await scaled(platform, logo[0]),
        profile=profile,
        say=await words_in(platform.assets, locale.code),
    )


async def write_notes(platform: Platform, run_id: str | None = None) -> int:
    """Write the credit notes of a claim, or of all, that have no file; how many. One that fails is
    left to the next time."""
    rows = await find_unwritten_notes(platform.database, to_text(platform.clock.now()), run_id)
    return await each_row(
        platform,
        WRITING_NOTES,
        rows=rows,
        subject="note",
        do=lambda row: _write_note(platform, row),
    )


async def _write_note(platform: Platform, row: Row) -> None:
    run_id = text(row, "run_id")
    version = integer(row, "version")
    claim = await repository.load_claim(platform.database, run_id)
    run = await platform.database.first(statement("SELECT params FROM runs WHERE id = ?", run_id))
    event = (await repository.list_events(platform.database, run_id))[version - 1]
    if claim is None or run is None or event.number is None:
        raise NonRetryable(f"the claim of the run {run_id} was not issued")
    params = ClaimParams.model_validate(load_object(text(run, "params"))).invoice
    if params is None:
        raise NonRetryable(f"the claim of the run {run_id} has no e-invoice")
    items = [
        item
        for item in await repository.list_items(platform.database, run_id)
        if item.released_at == event.at
    ]
    if sum(item.amount for item in items) != event.amount:
        raise NonRetryable(f"what the credit note {event.number} took out is not what it is over")
    key = f"{claim.account_id}/claims/{run_id}/{event.number}.xml"
    stored = await _write_invoice(platform, claim, items=items, params=params, key=key, note=event)
    await platform.database.batch([insert_note_file(run_id, version, stored)])


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
    if claim.number is None or claim.issued_on is None:
        raise NonRetryable(f"the claim of the run {claim.run_id} was not issued")
    lines: list[IssuedLine] = []
    for item in items:
        # One that was erased goes by its place.
        description = [each for each in (item.merchant, item.category, item.date) if each] or [
            f"Expense {item.place}"
        ]
        lines.append(
            IssuedLine(
                ", ".join(description),
                Decimal(Money(item.amount, item.currency).to_decimal_string()),
            )
        )
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


@dataclass(frozen=True)
class IssuedLine:
    """What is charged. `gross` is what is to be paid for it, tax included; below zero, it is given
    back."""

    name: str
    gross: Decimal


@dataclass(frozen=True)
class Preceding:
    """The invoice that a credit note takes something back of (BG-3)."""

    number: str
    issued_on: date


@dataclass(frozen=True)
class IssuedInvoice:
    """An invoice, or, with `preceding`, a credit note, whose amounts are what is given back and
    which has no `due_on`."""

    number: str
    issued_on: date
    due_on: date | None
    currency: str
    terms: InvoiceParams
    lines: Sequence[IssuedLine]
    preceding: Preceding | None = None

    @property
    def gross(self) -> Decimal:
        """BT-112: what the lines come to."""
        return sum((line.gross for line in self.lines), Decimal(0))

    @property
    def net(self) -> Decimal:
        """BT-109. Tax is what lies between: EN 16931, BR-CO-17, holds to the cent."""
        return self._net_of(self.gross)

    @property
    def tax(self) -> Decimal:
        """BT-110."""
        return self.gross - self.net

    @property
    def net_lines(self) -> list[Decimal]:
        """BT-131 of each line. They come to the net amount exactly, since the sums are rounded, not
        the lines."""
        nets = list[Decimal]()
        so_far = Decimal(0)
        for line in self.lines:
            nets.append(self._net_of(so_far + line.gross) - self._net_of(so_far))
            so_far += line.gross
        return nets

    def _net_of(self, gross: Decimal) -> Decimal:
        return (gross * 100 / (100 + self.terms.rate)).quantize(_CENT, ROUND_HALF_UP)


def write_ubl(invoice: IssuedInvoice) -> bytes:
    """The file. The same invoice gives the same bytes."""
    preceding = invoice.preceding
    terms = invoice.terms
    is_credit = preceding is not None
    root = Element(f"{{{_CREDIT_NOTE}}}CreditNote" if is_credit else f"{{{_INVOICE}}}Invoice")
    _say(root, "CustomizationID", _PROFILE)
    _say(root, "ID", invoice.number)
    _say(root, "IssueDate", invoice.issued_on.isoformat())
    _say(root, "DueDate", None if invoice.due_on is None else invoice.due_on.isoformat())
    _say(
        root,
        "CreditNoteTypeCode" if is_credit else "InvoiceTypeCode",
        _CREDIT_TYPE if is_credit else _TYPE,
    )
    _say(root, "DocumentCurrencyCode", invoice.currency)
    _say(root, "BuyerReference", terms.reference)
    if preceding is not None:
        referred = _in(_in(root, "BillingReference"), "InvoiceDocumentReference")
        _say(referred, "ID", preceding.number)
        _say(referred, "IssueDate", preceding.issued_on.isoformat())
    _party(_in(root, "AccountingSupplierParty"), terms.seller)
    _party(_in(root, "AccountingCustomerParty"), terms.buyer)
    if terms.iban and preceding is None:
        means = _in(root, "PaymentMeans")
        _say(means, "PaymentMeansCode", _TRANSFER)
        _say(means, "PaymentID", invoice.number)
        _say(_in(means, "PayeeFinancialAccount"), "ID", terms.iban)
    if preceding is not None:  # in place of a day on which it is due (BR-CO-25)
        _say(
            _in(root, "PaymentTerms"),
            "Note",
            f"Taken off what the invoice {preceding.number} is over.",
        )
    taxes = _in(root, "TaxTotal")
    _amount(taxes, "TaxAmount", amount=invoice.tax, invoice=invoice)
    subtotal = _in(taxes, "TaxSubtotal")
    _amount(subtotal, "TaxableAmount", amount=invoice.net, invoice=invoice)
    _amount(subtotal, "TaxAmount", amount=invoice.tax, invoice=invoice)
    _category(_in(subtotal, "TaxCategory"), terms, reason=terms.exemption)
    totals = _in(root, "LegalMonetaryTotal")
    for name, amount in (
        ("LineExtensionAmount", invoice.net),
        ("TaxExclusiveAmount", invoice.net),
        ("TaxInclusiveAmount", invoice.gross),
        ("PayableAmount", invoice.gross),
    ):
        _amount(totals, name, amount=amount, invoice=invoice)
    for number, (line, net) in enumerate(
        zip(invoice.lines, invoice.net_lines, strict=True), start=1
    ):
        _line(
            _in(root, "CreditNoteLine" if is_credit else "InvoiceLine"),
            number,
            name=line.name,
            net=net,
            invoice=invoice,
        )
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


def _party(parent: Element, party: InvoiceParty | None) -> None:
    if party is None:
        raise ValueError("an e-invoice names both sides")
    element = _in(parent, "Party")
    address = _in(element, "PostalAddress")
    _say(address, "StreetName", party.street)
    _say(address, "CityName", party.city)
    _say(address, "PostalZone", party.postal_code)
    _say(_in(address, "Country"), "IdentificationCode", party.country)
    if party.vat_id:
        scheme = _in(element, "PartyTaxScheme")
        _say(scheme, "CompanyID", party.vat_id)
        _say(_in(scheme, "TaxScheme"), "ID", "VAT")
    legal = _in(element, "PartyLegalEntity")
    _say(legal, "RegistrationName", party.name)
    _say(legal, "CompanyID", party.registration_id)


def _line(parent: Element, number: int, name: str, net: Decimal, invoice: IssuedInvoice) -> None:
    """What is given back is one of less than none: a price is never below zero (BR-27)."""
    _say(parent, "ID", str(number))
    if invoice.preceding is None:
        counted = "InvoicedQuantity"
    else:
        counted = "CreditedQuantity"
    quantity = _say(parent, counted, "-1" if net < 0 else "1")
    if quantity is not None:
        quantity.set("unitCode", _UNIT)
    _amount(parent, "LineExtensionAmount", amount=net, invoice=invoice)
    item = _in(parent, "Item")
    _say(item, "Name", name)
    _category(_in(item, "ClassifiedTaxCategory"), invoice.terms)
    _amount(_in(parent, "Price"), "PriceAmount", amount=abs(net), invoice=invoice)


def _category(parent: Element, terms: InvoiceParams, reason: str | None = None) -> None:
    """What is outside of the tax has no rate (BR-O-05)."""
    _say(parent, "ID", terms.vat_category)
    _say(parent, "Percent", None if terms.vat_category == "O" else f"{terms.rate:f}")
    _say(parent, "TaxExemptionReason", reason)
    _say(_in(parent, "TaxScheme"), "ID", "VAT")


def _amount(parent: Element, name: str, amount: Decimal, invoice: IssuedInvoice) -> None:
    element = _say(parent, name, f"{amount:.2f}")
    if element is not None:
        element.set("currencyID", invoice.currency)


def _in(parent: Element, name: str) -> Element:
    return SubElement(parent, f"{{{_WHOLE}}}{name}")


def _say(parent: Element, name: str, content: str | None) -> Element | None:
    """An element with a text; none where there is nothing to say."""
    text = _NO_LETTERS.sub(" ", content or "").strip()
    if not text:
        return None
    element = SubElement(parent, f"{{{_BASIC}}}{name}")
    element.text = text
    return element
