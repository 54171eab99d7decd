"""E-invoices in every syntax, written from the same few facts."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

CII_PROFILES = {
    "MINIMUM": "urn:factur-x.eu:1p0:minimum",
    "BASIC WL": "urn:factur-x.eu:1p0:basicwl",
    "BASIC": "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic",
    "EN 16931": "urn:cen.eu:en16931:2017",
    "EXTENDED": "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended",
    "XRechnung": "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
}
ZUGFERD_1_PROFILES = {
    "BASIC": "urn:ferd:CrossIndustryDocument:invoice:1p0:basic",
    "COMFORT": "urn:ferd:CrossIndustryDocument:invoice:1p0:comfort",
    "EXTENDED": "urn:ferd:CrossIndustryDocument:invoice:1p0:extended",
}
WITHOUT_LINES = frozenset({"MINIMUM", "BASIC WL"})


@dataclass(frozen=True)
class Facts:
    """What an invoice says. Each line is its name, its quantity and its unit price; one rate of tax
    for all.
    """

    number: str = "RE-2026-0042"
    type_code: str = "380"
    issued: date = date(2026, 3, 5)
    due: date | None = date(2026, 4, 4)
    currency: str = "EUR"
    seller: str = "Papierhaus Lindner GmbH"
    trading_name: str | None = None
    seller_vat: str = "DE136695976"
    buyer: str = "Kontor Nord AG"
    buyer_vat: str = "DE123456788"
    lines: tuple[tuple[str, Decimal, Decimal], ...] = (
        ("Kopierpapier A4", Decimal(12), Decimal("4.50")),
        ("Ordner, blau", Decimal(5), Decimal("3.20")),
    )
    rate: Decimal = Decimal(19)
    allowance: Decimal = Decimal(0)
    charge: Decimal = Decimal(0)
    prepaid: Decimal = Decimal(0)
    iban: str = "DE02120300000000202051"
    reference: str = "RE-2026-0042 / 10117"
    preceding: str | None = None
    stated: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    """Totals that are stated otherwise than they come to, by the name of the property below."""

    def amount(self, name: str) -> Decimal:
        computed: Decimal = getattr(self, f"_{name}")
        return self.stated.get(name, computed)

    @property
    def _lines(self) -> Decimal:
        return sum((cents(quantity * price) for _, quantity, price in self.lines), Decimal(0))

    @property
    def _net(self) -> Decimal:
        return self._lines - self.allowance + self.charge

    @property
    def _tax(self) -> Decimal:
        return cents(self._net * self.rate / 100)

    @property
    def _row(self) -> Decimal:
        return self._tax

    @property
    def _gross(self) -> Decimal:
        return self._net + self._tax

    @property
    def _due(self) -> Decimal:
        return self._gross - self.prepaid

    @property
    def _allowances(self) -> Decimal:
        return self.allowance

    @property
    def _charges(self) -> Decimal:
        return self.charge


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


def ubl(facts: Facts, *, credit_note: bool = False) -> bytes:
    """A UBL 2.1 Invoice or CreditNote."""
    root = "CreditNote" if credit_note else "Invoice"
    quantity = "CreditedQuantity" if credit_note else "InvoicedQuantity"
    cur = f'currencyID="{facts.currency}"'
    due = f"<cbc:DueDate>{facts.due}</cbc:DueDate>" if facts.due and not credit_note else ""
    pay_by = (
        f"<cbc:PaymentDueDate>{facts.due}</cbc:PaymentDueDate>" if facts.due and credit_note else ""
    )
    lines = "".join(
        f"<cac:{root}Line><cbc:ID>{number}</cbc:ID><cbc:{quantity} "
        f"unitCode='H87'>{amount}</cbc:{quantity}>"
        f"<cbc:LineExtensionAmount {cur}>{cents(amount * price)}</cbc:LineExtensionAmount>"
        f"<cac:Item><cbc:Name>{escape(name)}</cbc:Name></cac:Item>"
        f"<cac:Price><cbc:PriceAmount {cur}>{price}</cbc:PriceAmount></cac:Price></cac:{root}Line>"
        for number, (name, amount, price) in enumerate(facts.lines, start=1)
    )
    adjustments = "".join(
        f"<cac:AllowanceCharge><cbc:ChargeIndicator>{flag}</cbc:ChargeIndicator><cbc:Amount "
        f"{cur}>{value}</cbc:Amount>"
        "</cac:AllowanceCharge>"
        for flag, value in (("false", facts.allowance), ("true", facts.charge))
        if value
    )
    preceding = (
        "<cac:BillingReference><cac:InvoiceDocumentReference>"
        f"<cbc:ID>{facts.preceding}</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>"
        if facts.preceding
        else ""
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0</cbc:CustomizationID>
<cbc:ID>{escape(facts.number)}</cbc:ID><cbc:IssueDate>{facts.issued}</cbc:IssueDate>{due}
<cbc:{root}TypeCode>{facts.type_code}</cbc:{root}TypeCode>
<cbc:DocumentCurrencyCode>{facts.currency}</cbc:DocumentCurrencyCode>{preceding}
{_ubl_party("Supplier", facts.seller, facts.seller_vat, facts.trading_name)}
{_ubl_party("Customer", facts.buyer, facts.buyer_vat)}
<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>{pay_by}
<cbc:PaymentID>{escape(facts.reference)}</cbc:PaymentID>
<cac:PayeeFinancialAccount><cbc:ID>{facts.iban}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>{adjustments}
<cac:TaxTotal><cbc:TaxAmount {cur}>{facts.amount("tax")}</cbc:TaxAmount><cac:TaxSubtotal>
<cbc:TaxableAmount {cur}>{facts.amount("net")}</cbc:TaxableAmount>
<cbc:TaxAmount {cur}>{facts.amount("row")}</cbc:TaxAmount>
<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>{facts.rate}</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal>
<cbc:LineExtensionAmount {cur}>{facts.amount("lines")}</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount {cur}>{facts.amount("net")}</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount {cur}>{facts.amount("gross")}</cbc:TaxInclusiveAmount>
<cbc:AllowanceTotalAmount {cur}>{facts.amount("allowances")}</cbc:AllowanceTotalAmount>
<cbc:ChargeTotalAmount {cur}>{facts.amount("charges")}</cbc:ChargeTotalAmount>
<cbc:PrepaidAmount {cur}>{facts.prepaid}</cbc:PrepaidAmount>
<cbc:PayableAmount {cur}>{facts.amount("due")}</cbc:PayableAmount>
</cac:LegalMonetaryTotal>{lines}</{root}>""".encode()


def _ubl_party(role: str, name: str, vat: str, called: str | None = None) -> str:
    trading = (
        f"<cac:PartyName><cbc:Name>{escape(called)}</cbc:Name></cac:PartyName>" if called else ""
    )
    return (
        f"<cac:Accounting{role}Party><cac:Party>{trading}<cac:PartyTaxScheme><cbc:CompanyID>{vat}"
        "</cbc:CompanyID>"
        "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
        "<cac:PartyLegalEntity>"
        f"<cbc:RegistrationName>{escape(name)}</cbc:RegistrationName></cac:PartyLegalEntity>"
        "</cac:Party>"
        f"</cac:Accounting{role}Party>"
    )


def cii(facts: Facts, profile: str = "EN 16931") -> bytes:
    """A Cross Industry Invoice D16B, as Factur-X, ZUGFeRD 2 and XRechnung have it."""
    lines = "" if profile in WITHOUT_LINES else _cii_lines(facts, is_zugferd_1=False)
    body = f"""<rsm:CrossIndustryInvoice
    xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
  xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
  xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>{CII_PROFILES[profile]}</ram:ID>
</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>{escape(facts.number)}</ram:ID><ram:TypeCode>{facts.type_code}</ram:TypeCode>
<ram:IssueDateTime>{_cii_day(facts.issued)}</ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction>{lines}
<ram:ApplicableHeaderTradeAgreement>{_cii_parties(facts)}</ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery/>
<ram:ApplicableHeaderTradeSettlement>
{_cii_settlement(facts, is_zugferd_1=False)}
</ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode()


def zugferd_1(facts: Facts, profile: str = "COMFORT") -> bytes:
    """A CrossIndustryDocument of ZUGFeRD 1."""
    body = f"""<rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0"
  xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:12"
  xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:15">
<rsm:SpecifiedExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>
<ram:ID>{ZUGFERD_1_PROFILES[profile]}</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter>
</rsm:SpecifiedExchangedDocumentContext>
<rsm:HeaderExchangedDocument><ram:ID>{escape(facts.number)}</ram:ID><ram:Name>RECHNUNG</ram:Name>
<ram:TypeCode>{facts.type_code}</ram:TypeCode><ram:IssueDateTime>{_cii_day(facts.issued)}</ram:IssueDateTime>
</rsm:HeaderExchangedDocument>
<rsm:SpecifiedSupplyChainTradeTransaction>
<ram:ApplicableSupplyChainTradeAgreement>{_cii_parties(facts)}</ram:ApplicableSupplyChainTradeAgreement>
<ram:ApplicableSupplyChainTradeDelivery/>
<ram:ApplicableSupplyChainTradeSettlement>
{_cii_settlement(facts, is_zugferd_1=True)}</ram:ApplicableSupplyChainTradeSettlement>
{_cii_lines(facts, is_zugferd_1=True)}
</rsm:SpecifiedSupplyChainTradeTransaction></rsm:CrossIndustryDocument>"""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode()


def _cii_day(day: date) -> str:
    return f'<udt:DateTimeString format="102">{day:%Y%m%d}</udt:DateTimeString>'


def _cii_parties(facts: Facts) -> str:
    trading = (
        "<ram:SpecifiedLegalOrganization>"
        f"<ram:TradingBusinessName>{escape(facts.trading_name)}</ram:TradingBusinessName>"
        "</ram:SpecifiedLegalOrganization>"
        if facts.trading_name
        else ""
    )
    return "".join(
        f"<ram:{role}TradeParty><ram:Name>{escape(name)}</ram:Name>{extra}"
        f'<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">{vat}</ram:ID>'
        "</ram:SpecifiedTaxRegistration>"
        f"</ram:{role}TradeParty>"
        for role, name, vat, extra in (
            ("Seller", facts.seller, facts.seller_vat, trading),
            ("Buyer", facts.buyer, facts.buyer_vat, ""),
        )
    )


def _cii_settlement(facts: Facts, *, is_zugferd_1: bool) -> str:
    percent = "ApplicablePercent" if is_zugferd_1 else "RateApplicablePercent"
    summation = f"SpecifiedTradeSettlement{'' if is_zugferd_1 else 'Header'}MonetarySummation"
    due = (
        f"<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>{_cii_day(facts.due)}"
        "</ram:DueDateDateTime>"
        "</ram:SpecifiedTradePaymentTerms>"
        if facts.due
        else ""
    )
    adjustments = "".join(
        f"<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>{flag}"
        "</udt:Indicator>"
        f"</ram:ChargeIndicator><ram:ActualAmount>{value}</ram:ActualAmount>"
        "</ram:SpecifiedTradeAllowanceCharge>"
        for flag, value in (("false", facts.allowance), ("true", facts.charge))
        if value
    )
    preceding = (
        f"<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>{facts.preceding}"
        "</ram:IssuerAssignedID>"
        "</ram:InvoiceReferencedDocument>"
        if facts.preceding
        else ""
    )
    return (
        f"<ram:PaymentReference>{escape(facts.reference)}</ram:PaymentReference>"
        f"<ram:InvoiceCurrencyCode>{facts.currency}</ram:InvoiceCurrencyCode>"
        "<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode>"
        f"<ram:PayeePartyCreditorFinancialAccount><ram:IBANID>{facts.iban}</ram:IBANID>"
        "</ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>"
        f"<ram:ApplicableTradeTax><ram:CalculatedAmount>{facts.amount('row')}"
        "</ram:CalculatedAmount>"
        f"<ram:TypeCode>VAT</ram:TypeCode><ram:BasisAmount>{facts.amount('net')}</ram:BasisAmount>"
        f"<ram:CategoryCode>S</ram:CategoryCode><ram:{percent}>{facts.rate}</ram:{percent}>"
        "</ram:ApplicableTradeTax>"
        f"{adjustments}{due}<ram:{summation}>"
        f"<ram:LineTotalAmount>{facts.amount('lines')}</ram:LineTotalAmount>"
        f"<ram:ChargeTotalAmount>{facts.amount('charges')}</ram:ChargeTotalAmount>"
        f"<ram:AllowanceTotalAmount>{facts.amount('allowances')}</ram:AllowanceTotalAmount>"
        f"<ram:TaxBasisTotalAmount>{facts.amount('net')}</ram:TaxBasisTotalAmount>"
        f'<ram:TaxTotalAmount currencyID="{facts.currency}">{facts.amount("tax")}'
        "</ram:TaxTotalAmount>"
        f"<ram:GrandTotalAmount>{facts.amount('gross')}</ram:GrandTotalAmount>"
        f"<ram:TotalPrepaidAmount>{facts.prepaid}</ram:TotalPrepaidAmount>"
        f"<ram:DuePayableAmount>{facts.amount('due')}</ram:DuePayableAmount>"
        f"</ram:{summation}>{preceding}"
    )


def _cii_lines(facts: Facts, *, is_zugferd_1: bool) -> str:
    agreement, delivery, settlement, summation = (
        (
            "SpecifiedSupplyChainTradeAgreement",
            "SpecifiedSupplyChainTradeDelivery",
            "SpecifiedSupplyChainTradeSettlement",
            "SpecifiedTradeSettlementMonetarySummation",
        )
        if is_zugferd_1
        else (
            "SpecifiedLineTradeAgreement",
            "SpecifiedLineTradeDelivery",
            "SpecifiedLineTradeSettlement",
            "SpecifiedTradeSettlementLineMonetarySummation",
        )
    )
    return "".join(
        "<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument>"
        f"<ram:LineID>{number}</ram:LineID>"
        f"</ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct><ram:Name>{escape(name)}"
        "</ram:Name>"
        f"</ram:SpecifiedTradeProduct><ram:{agreement}><ram:NetPriceProductTradePrice>"
        f"<ram:ChargeAmount>{price}</ram:ChargeAmount></ram:NetPriceProductTradePrice>"
        f"</ram:{agreement}>"
        f'<ram:{delivery}><ram:BilledQuantity unitCode="H87">{amount}</ram:BilledQuantity>'
        f"</ram:{delivery}>"
        f"<ram:{settlement}><ram:{summation}><ram:LineTotalAmount>{cents(amount * price)}"
        "</ram:LineTotalAmount>"
        f"</ram:{summation}></ram:{settlement}></ram:IncludedSupplyChainTradeLineItem>"
        for number, (name, amount, price) in enumerate(facts.lines, start=1)
    )


def every_syntax(facts: Facts) -> dict[str, bytes]:
    """The same invoice in each syntax and profile."""
    return {
        "UBL": ubl(facts),
        "UBL credit note": ubl(replace(facts, type_code="381"), credit_note=True),
        **{f"CII {name}": cii(facts, name) for name in CII_PROFILES},
        **{f"ZUGFeRD 1 {name}": zugferd_1(facts, name) for name in ZUGFERD_1_PROFILES},
    }
