"""A claim as the invoice that it is to a client, or a credit note of it as one.

An expense is charged with its tax in it: the sums are rounded, not the lines.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Protocol

from tillroll.claims.contract import InvoiceParams, InvoiceParty
from tillroll.claims.models import Claim, ClaimEvent, ClaimItem
from tillroll.claims.payer_locale import Locale
from tillroll.conversion.rates import convert
from tillroll_documents.invoice_writer.model import (
    AccountingTax,
    Exemption,
    Invoice,
    Line,
    Party,
    Preceding,
    VatCategory,
    tax_groups,
)
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.words import Say

DISBURSED: Final = (
    "Paid in your name and for your account: no part of the taxable amount "
    "(Article 79 (c) of Directive 2006/112/EC)."
)
REVERSE_CHARGE: Final = "Reverse charge: the recipient owes the tax."
OUTSIDE: Final = "Not subject to VAT in the supplier's country."


class Charged(Protocol):
    """An expense as it is charged, in minor units."""

    @property
    def expense_id(self) -> str: ...

    @property
    def amount(self) -> int: ...


def category_of(expense_id: str, params: InvoiceParams) -> VatCategory:
    """How an expense is taxed. What is outside of VAT stands alone (BR-O-11)."""
    category = VatCategory(params.vat_category or VatCategory.STANDARD)
    if category is not VatCategory.OUTSIDE and params.is_disbursed(expense_id):
        return VatCategory.EXEMPT
    return category


def nets(items: Sequence[Charged], params: InvoiceParams) -> Mapping[str, int]:
    """The net amount of each expense of a claim. Those at a rate come to the net of their sum."""
    reckoned: dict[str, int] = {}
    so_far = 0
    for item in items:
        if category_of(item.expense_id, params) is VatCategory.STANDARD:
            before = _net_of(so_far, params.rate)
            so_far += item.amount
            reckoned[item.expense_id] = _net_of(so_far, params.rate) - before
        else:
            reckoned[item.expense_id] = item.amount
    return reckoned


def tax_of(
    items: Sequence[Charged], params: InvoiceParams | None, chosen: Sequence[Charged]
) -> int:
    """The tax in what is `chosen` of a claim's expenses; 0 without an invoice."""
    if params is None:
        return 0
    net = nets(items, params)
    return sum(each.amount - net[each.expense_id] for each in chosen)


def _net_of(gross: int, rate: Decimal) -> int:
    return int((Decimal(gross) * 100 / (100 + rate)).quantize(Decimal(1), ROUND_HALF_UP))


def compose(
    claim: Claim,
    items: Sequence[ClaimItem],
    params: InvoiceParams,
    *,
    say: Say,
    locale: Locale,
    note: ClaimEvent | None = None,
) -> Invoice:
    """The invoice of an issued claim with all its expenses; with `note`, the credit note that the
    event is, over what it took out. Raises ValueError: it is not issued, or names no sides."""
    if claim.number is None or claim.issued_on is None:
        raise ValueError(f"the claim {claim.run_id} was not issued")
    if params.seller is None or params.buyer is None:
        raise ValueError("an invoice names both sides")
    net = nets(items, params)
    charged = items
    number = claim.number
    issued_on = claim.issued_on
    due_on = claim.standing.due_on
    preceding = None
    if note is not None:
        charged = [item for item in items if item.released_in == note.version]
        number = note.number or number
        issued_on = from_text(note.at).date()
        due_on = None
        preceding = Preceding(claim.number, claim.issued_on)
    lines = [
        _line(item, params, name=_name(item, say, locale), net=net[item.expense_id])
        for item in charged
    ]
    standard = (VatCategory.STANDARD, params.rate)
    tax = sum(item.amount - net[item.expense_id] for item in charged)
    days = [line.day for line in lines if line.day is not None] or [claim.issued_on]
    return Invoice(
        number=number,
        issued_on=issued_on,
        due_on=due_on,
        currency=claim.standing.currency,
        seller=_party(params.seller),
        buyer=_party(params.buyer),
        lines=lines,
        taxes=tax_groups(lines, _exemptions(params, say), {standard: tax}),
        first_day=min(days),
        last_day=max(days),
        reference=params.reference,
        iban=params.iban,
        preceding=preceding,
        accounting=_accounting(tax, claim.standing.currency, params),
    )


def _accounting(tax: int, currency: str, params: InvoiceParams) -> AccountingTax | None:
    """BT-111, where there is tax to account for."""
    other = params.accounting_currency
    if other is None or not tax:
        return None
    rate = params.accounting_rate
    return AccountingTax(other, convert(tax, currency, target=other, rate=rate), rate)


def _line(item: ClaimItem, params: InvoiceParams, *, name: str, net: int) -> Line:
    category = category_of(item.expense_id, params)
    rate = Decimal(0)
    if category is VatCategory.STANDARD:
        rate = params.rate
    day = None
    if item.date is not None:
        day = date.fromisoformat(item.date)
    return Line(name, net, category, rate=rate, day=day)


def _name(item: ClaimItem, say: Say, locale: Locale) -> str:
    """Describe an item of the invoice, with what was spent in another currency; an erased expense
    goes by its place."""
    facts = [item.merchant, item.category]
    if item.date is not None:
        facts.append(locale.date(item.date))
    if item.foreign is not None:
        facts.append(locale.money(item.foreign.minor, item.foreign.currency))
    described = [each for each in facts if each]
    return ", ".join(described) or say(f"Expense no. {item.place}")


def _exemptions(params: InvoiceParams, say: Say) -> Mapping[VatCategory, Exemption]:
    reasons: list[str] = []
    if params.vat_category == VatCategory.EXEMPT and params.vat_reason:
        reasons.append(say(params.vat_reason))
    if params.disbursements:
        reasons.append(say(DISBURSED))
    code = None
    if params.vat_category != VatCategory.EXEMPT:
        code = "VATEX-EU-79-C"
    exempt = Exemption(" ".join(reasons), code)
    return {
        VatCategory.EXEMPT: exempt,
        VatCategory.REVERSE_CHARGE: Exemption(say(REVERSE_CHARGE), "VATEX-EU-AE"),
        VatCategory.OUTSIDE: Exemption(say(OUTSIDE), "VATEX-EU-O"),
    }


def _party(party: InvoiceParty) -> Party:
    return Party(
        party.name,
        party.country,
        street=party.street,
        postal_code=party.postal_code,
        city=party.city,
        vat_id=party.vat_id,
        tax_number=party.tax_number,
        registration_id=party.registration_id,
        mail=party.mail,
    )
