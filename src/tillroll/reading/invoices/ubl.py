"""UBL 2.1 Invoice and CreditNote; EN 16931-3-2 binds the terms to the elements."""

from tillroll.reading.invoices.e_invoice import (
    Adjustment,
    Amount,
    ElectronicInvoice,
    Element,
    InvoiceLine,
    Party,
    Payment,
    Syntax,
    TaxBreakdown,
    Text,
    Totals,
    amount_of,
    day_of,
    text_of,
)


def read_ubl(root: Element, syntax: Syntax) -> ElectronicInvoice:
    """The invoice of an Invoice or a CreditNote.

    Raises:
        InvalidInvoice: an amount or a day is none.
    """
    is_credit = syntax is Syntax.UBL_CREDIT_NOTE
    currency = text_of(root.first("DocumentCurrencyCode"))
    due = root.first("DueDate") or root.first("PaymentMeans", "PaymentDueDate")
    taxes = _own_taxes(root, currency)
    lines = root.all("CreditNoteLine" if is_credit else "InvoiceLine")
    return ElectronicInvoice(
        syntax=syntax,
        profile=text_of(root.first("CustomizationID")),
        number=text_of(root.first("ID")),
        type_code=text_of(root.first("CreditNoteTypeCode" if is_credit else "InvoiceTypeCode")),
        issue_date=day_of(root.first("IssueDate")),
        due_date=day_of(due),
        currency=currency,
        seller=_party(root.first("AccountingSupplierParty", "Party")),
        buyer=_party(root.first("AccountingCustomerParty", "Party")),
        totals=_totals(root.first("LegalMonetaryTotal"), taxes),
        taxes=tuple(_tax(element) for total in taxes for element in total.named("TaxSubtotal")),
        adjustments=tuple(_adjustments(root)),
        lines=tuple(_line(element, "CreditedQuantity" if is_credit else "InvoicedQuantity") for element in lines),
        payment=Payment(
            iban=text_of(root.first("PaymentMeans", "PayeeFinancialAccount", "ID")),
            reference=text_of(root.first("PaymentMeans", "PaymentID")),
        ),
        preceding=text_of(root.first("BillingReference", "InvoiceDocumentReference", "ID")),
    )


def _party(party: Element | None) -> Party:
    """The legal name, or the name alone, which is then no trading name beside it."""
    if party is None:
        return Party()
    legal, called = (
        text_of(party.first("PartyLegalEntity", "RegistrationName")),
        text_of(party.first("PartyName", "Name")),
    )
    numbers = {_scheme(element): text_of(element.first("CompanyID")) for element in party.all("PartyTaxScheme")}
    vat = numbers.pop("VAT", None)
    return Party(
        name=legal or called,
        trading_name=called if legal else None,
        vat_id=vat,
        tax_number=next(iter(numbers.values()), None),
    )


def _scheme(element: Element) -> str:
    found = element.first("TaxScheme", "ID")
    return "" if found is None else found.value


def _own_taxes(root: Element, currency: Text | None) -> list[Element]:
    """The TaxTotal in the invoice's currency, alone: it may be stated again in that of accounting (BT-111)."""
    taxes = [*root.named("TaxTotal")]
    for total in taxes:
        amount = total.first("TaxAmount")
        if currency and amount is not None and amount.attributes.get("currencyID") == currency.value:
            return [total]
    return taxes[:1]


def _totals(total: Element | None, taxes: list[Element]) -> Totals:
    tax = amount_of(taxes[0].first("TaxAmount")) if taxes else None
    if total is None:
        return Totals(tax=tax)

    def amount(name: str) -> Amount | None:
        return amount_of(total.first(name))

    return Totals(
        lines=amount("LineExtensionAmount"),
        allowances=amount("AllowanceTotalAmount"),
        charges=amount("ChargeTotalAmount"),
        net=amount("TaxExclusiveAmount"),
        tax=tax,
        gross=amount("TaxInclusiveAmount"),
        prepaid=amount("PrepaidAmount"),
        rounding=amount("PayableRoundingAmount"),
        due=amount("PayableAmount"),
    )


def _tax(subtotal: Element) -> TaxBreakdown:
    category = subtotal.first("TaxCategory", "ID")
    return TaxBreakdown(
        base=amount_of(subtotal.first("TaxableAmount")),
        tax=amount_of(subtotal.first("TaxAmount")),
        rate=amount_of(subtotal.first("TaxCategory", "Percent")),
        category=None if category is None else category.value,
    )


def _adjustments(root: Element) -> list[Adjustment]:
    found: list[Adjustment] = []
    for element in root.named("AllowanceCharge"):
        amount, indicator = amount_of(element.first("Amount")), element.first("ChargeIndicator")
        if amount is not None:
            found.append(Adjustment(amount, is_charge=indicator is not None and indicator.value in {"true", "1"}))
    return found


def _line(line: Element, quantity: str) -> InvoiceLine:
    return InvoiceLine(
        path=line.path,
        name=text_of(line.first("Item", "Name")),
        quantity=amount_of(line.first(quantity)),
        unit_price=amount_of(line.first("Price", "PriceAmount")),
        amount=amount_of(line.first("LineExtensionAmount")),
    )
