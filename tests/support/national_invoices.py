"""Invoices in national forms, written from the same few facts.

Each writer follows the published description of its form: FatturaPA, "Specifiche tecniche" 1.2 to
1.9 of the Agenzia delle Entrate (fatturapa.gov.it); KSeF, the logical structures FA(2) and FA(3) of
Poland's Ministry of Finance (crd.gov.pl/wzor/2023/06/29/12648 and 2025/06/25/13775); Facturae 3.2.2
(facturae.gob.es); ebInterface 6.1 (ebinterface.at). They were written before what reads them.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from xml.sax.saxutils import escape

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Row:
    """What is taxed at one rate, in percent. `kind` names the row where it bears no tax: see the
    writers.
    """

    rate: Decimal
    net: Decimal
    kind: str = ""

    @property
    def tax(self) -> Decimal:
        return (self.net * self.rate / 100).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class National:
    """What an invoice says. `of` is the number of the invoice that it corrects or follows."""

    number: str = "12/2026"
    issued: date = date(2026, 9, 24)
    due: date | None = date(2026, 10, 24)
    currency: str = "EUR"
    seller: str = "Officine Esempio S.r.l."
    seller_id: str = "01234567897"
    buyer: str = "Exempla Srl"
    buyer_id: str = "09876543217"
    iban: str = "IT60X0542811101000000123456"
    rows: tuple[Row, ...] = (Row(Decimal(22), Decimal("100.00")),)
    document_type: str = ""
    of: str | None = None
    withheld: Decimal = Decimal(0)
    prepaid: Decimal = Decimal(0)
    stated_total: Decimal | None = None
    states_total: bool = True
    more: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def net(self) -> Decimal:
        return sum((row.net for row in self.rows), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((row.tax for row in self.rows), Decimal(0))

    @property
    def total(self) -> Decimal:
        if self.stated_total is not None:
            return self.stated_total
        return self.net + self.tax


def _element(name: str, content: object) -> str:
    return f"<{name}>{content}</{name}>"


def _text(name: str, content: object) -> str:
    return _element(name, escape(str(content)))


def fattura(facts: National, version: str = "FPR12") -> bytes:
    """FatturaPA. `Row.kind` is the Natura, such as N6.3. `document_type` is the TipoDocumento."""
    lines = "".join(
        _element(
            "DettaglioLinee",
            _text("NumeroLinea", number)
            + _text("Descrizione", f"Voce {number}")
            + _text("Quantita", "1.00")
            + _text("PrezzoUnitario", row.net)
            + _text("PrezzoTotale", row.net)
            + _text("AliquotaIVA", f"{row.rate:.2f}")
            + (_text("Natura", row.kind) if row.kind else ""),
        )
        for number, row in enumerate(facts.rows, start=1)
    )
    sums = "".join(
        _element(
            "DatiRiepilogo",
            _text("AliquotaIVA", f"{row.rate:.2f}")
            + (_text("Natura", row.kind) if row.kind else "")
            + _text("ImponibileImporto", row.net)
            + _text("Imposta", row.tax)
            + facts.more.get("esigibilita", ""),
        )
        for row in facts.rows
    )
    withheld = ""
    if facts.withheld:
        withheld = _element(
            "DatiRitenuta",
            _text("TipoRitenuta", "RT01")
            + _text("ImportoRitenuta", facts.withheld)
            + _text("AliquotaRitenuta", "20.00")
            + _text("CausalePagamento", "A"),
        )
    document = _element(
        "DatiGeneraliDocumento",
        _text("TipoDocumento", facts.document_type or "TD01")
        + _text("Divisa", facts.currency)
        + _text("Data", facts.issued)
        + _text("Numero", facts.number)
        + withheld
        + (_text("ImportoTotaleDocumento", facts.total) if facts.states_total else ""),
    )
    linked = ""
    if facts.of is not None:
        linked = _element("DatiFattureCollegate", _text("IdDocumento", facts.of))
    payment = _element(
        "DatiPagamento",
        _text("CondizioniPagamento", "TP02")
        + _element(
            "DettaglioPagamento",
            _text("ModalitaPagamento", "MP05")
            + (_text("DataScadenzaPagamento", facts.due) if facts.due else "")
            + _text("ImportoPagamento", facts.total - facts.withheld)
            + _text("IBAN", facts.iban),
        ),
    )
    body = _element(
        "FatturaElettronicaBody",
        _element("DatiGenerali", document + linked)
        + _element("DatiBeniServizi", lines + sums)
        + payment,
    )
    header = _element(
        "FatturaElettronicaHeader",
        _element(
            "CedentePrestatore",
            _element(
                "DatiAnagrafici",
                _element(
                    "IdFiscaleIVA", _text("IdPaese", "IT") + _text("IdCodice", facts.seller_id)
                )
                + _element("Anagrafica", _text("Denominazione", facts.seller))
                + _text("RegimeFiscale", "RF01"),
            )
            + _element("Sede", _text("Indirizzo", "Via Esempio 1") + _text("Nazione", "IT")),
        )
        + _element(
            "CessionarioCommittente",
            _element(
                "DatiAnagrafici",
                _element("IdFiscaleIVA", _text("IdPaese", "IT") + _text("IdCodice", facts.buyer_id))
                + _element("Anagrafica", _text("Denominazione", facts.buyer)),
            ),
        )
        + facts.more.get("emittente", ""),
    )
    namespace = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
    bodies = body * int(facts.more.get("bodies", "1"))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><p:FatturaElettronica xmlns:p="{namespace}"'
        f' versione="{version}">{header}{bodies}</p:FatturaElettronica>'
    ).encode()


# By the rate, or the row's kind, the fields of net and tax in the logical structure.
_KSEF_FIELDS = {
    "23": ("P_13_1", "P_14_1"),
    "22": ("P_13_1", "P_14_1"),
    "8": ("P_13_2", "P_14_2"),
    "5": ("P_13_3", "P_14_3"),
    "0 KR": ("P_13_6_1", None),
    "0 WDT": ("P_13_6_2", None),
    "0 EX": ("P_13_6_3", None),
    "zw": ("P_13_7", None),
    "np I": ("P_13_8", None),
    "np II": ("P_13_9", None),
    "oo": ("P_13_10", None),
}


def ksef(facts: National, variant: int = 3) -> bytes:
    """KSeF FA(2) or FA(3). `Row.kind` is the rate's name without a tax, such as "oo".
    `document_type` is the RodzajFaktury. A corrective invoice states the differences.
    """
    sums = ""
    for row in facts.rows:
        net, tax = _KSEF_FIELDS[row.kind or f"{row.rate.normalize():f}"]
        sums += _text(net, row.net) + (_text(tax, row.tax) if tax else "")
    lines = "".join(
        _element(
            "FaWiersz",
            _text("NrWierszaFa", number)
            + _text("P_7", f"Pozycja {number}")
            + _text("P_8A", "szt.")
            + _text("P_8B", "1")
            + _text("P_9A", row.net)
            + _text("P_11", row.net)
            + _text("P_12", row.kind or f"{row.rate.normalize():f}"),
        )
        for number, row in enumerate(facts.rows, start=1)
    )
    kind = facts.document_type or "VAT"
    linked = ""
    if facts.of is not None and kind.startswith("KOR"):
        linked = _element(
            "DaneFaKorygowanej",
            _text("DataWystFaKorygowanej", "2026-08-01") + _text("NrFaKorygowanej", facts.of),
        )
    elif facts.of is not None:
        linked = _element("FakturaZaliczkowa", _text("NrFaZaliczkowej", facts.of))
    payment = _element(
        "Platnosc",
        (_element("TerminPlatnosci", _text("Termin", facts.due)) if facts.due else "")
        + _text("FormaPlatnosci", "6")
        + _element("RachunekBankowy", _text("NrRB", facts.iban)),
    )
    invoice = _element(
        "Fa",
        _text("KodWaluty", facts.currency)
        + _text("P_1", facts.issued)
        + _text("P_2", facts.number)
        + sums
        + _text("P_15", facts.total)
        + _element(
            "Adnotacje",
            _text("P_16", "2")
            + _text("P_17", facts.more.get("self_billed", "2"))
            + _text("P_18", "2"),
        )
        + _text("RodzajFaktury", kind)
        + linked
        + lines
        + payment,
    )

    def party(name: str, nip: str, title: str) -> str:
        data = _element("DaneIdentyfikacyjne", _text("NIP", nip) + _text("Nazwa", title))
        return _element(
            name,
            data + _element("Adres", _text("KodKraju", "PL") + _text("AdresL1", "ul. Prosta 1")),
        )

    namespace = {
        2: "http://crd.gov.pl/wzor/2023/06/29/12648/",
        3: "http://crd.gov.pl/wzor/2025/06/25/13775/",
    }[variant]
    head = _element(
        "Naglowek",
        f'<KodFormularza kodSystemowy="FA ({variant})" wersjaSchemy="1-0E">FA</KodFormularza>'
        + _text("WariantFormularza", variant),
    )
    parties = party("Podmiot1", facts.seller_id, facts.seller) + party(
        "Podmiot2", facts.buyer_id, facts.buyer
    )
    begin = f'<?xml version="1.0" encoding="UTF-8"?><Faktura xmlns="{namespace}">'
    return f"{begin}{head}{parties}{invoice}</Faktura>".encode()


def facturae(facts: National) -> bytes:
    """Facturae 3.2.2. `Row.kind` is the TaxTypeCode, 01 (IVA) unless it says otherwise.
    `document_type` is the InvoiceClass.
    """

    def amount(name: str, value: Decimal) -> str:
        return _element(name, _text("TotalAmount", value))

    taxes = "".join(
        _element(
            "Tax",
            _text("TaxTypeCode", row.kind or "01")
            + _text("TaxRate", f"{row.rate:.2f}")
            + amount("TaxableBase", row.net)
            + amount("TaxAmount", row.tax),
        )
        for row in facts.rows
    )
    lines = "".join(
        _element(
            "InvoiceLine",
            _text("ItemDescription", f"Concepto {number}")
            + _text("Quantity", "1.0")
            + _text("UnitPriceWithoutTax", row.net)
            + _text("TotalCost", row.net)
            + _text("GrossAmount", row.net),
        )
        for number, row in enumerate(facts.rows, start=1)
    )
    corrective = ""
    if facts.of is not None:
        corrective = _element(
            "Corrective", _text("InvoiceNumber", facts.of) + _text("ReasonCode", "01")
        )
    withheld = ""
    if facts.withheld:
        withheld = _element(
            "TaxesWithheld",
            _element(
                "Tax",
                _text("TaxTypeCode", "04")
                + _text("TaxRate", "15.00")
                + amount("TaxableBase", facts.net)
                + amount("TaxAmount", facts.withheld),
            ),
        )
    totals = _element(
        "InvoiceTotals",
        _text("TotalGrossAmount", facts.net)
        + _text("TotalGrossAmountBeforeTaxes", facts.net)
        + _text("TotalTaxOutputs", facts.tax)
        + _text("TotalTaxesWithheld", facts.withheld)
        + _text("InvoiceTotal", facts.total - facts.withheld)
        + _text("TotalOutstandingAmount", facts.total - facts.withheld)
        + _text("TotalExecutableAmount", facts.total - facts.withheld),
    )
    payment = _element(
        "PaymentDetails",
        _element(
            "Installment",
            _text("InstallmentDueDate", facts.due or facts.issued)
            + _text("InstallmentAmount", facts.total - facts.withheld)
            + _text("PaymentMeans", "04")
            + _element("AccountToBeCredited", _text("IBAN", facts.iban)),
        ),
    )
    invoice = _element(
        "Invoice",
        _element(
            "InvoiceHeader",
            _text("InvoiceNumber", facts.number)
            + facts.more.get("series", "")
            + _text("InvoiceDocumentType", "FC")
            + _text("InvoiceClass", facts.document_type or "OO")
            + corrective,
        )
        + _element(
            "InvoiceIssueData",
            _text("IssueDate", facts.issued)
            + _text("InvoiceCurrencyCode", facts.currency)
            + _text("TaxCurrencyCode", facts.currency)
            + _text("LanguageName", "es"),
        )
        + _element("TaxesOutputs", taxes)
        + withheld
        + totals
        + _element("Items", lines)
        + payment,
    )

    def party(name: str, number: str, title: str) -> str:
        identity = _element(
            "TaxIdentification",
            _text("PersonTypeCode", "J")
            + _text("ResidenceTypeCode", "R")
            + _text("TaxIdentificationNumber", number),
        )
        address = _element(
            "AddressInSpain", _text("Address", "Calle Mayor 1") + _text("CountryCode", "ESP")
        )
        return _element(
            name, identity + _element("LegalEntity", _text("CorporateName", title) + address)
        )

    parties = _element(
        "Parties",
        party("SellerParty", facts.seller_id, facts.seller)
        + party("BuyerParty", facts.buyer_id, facts.buyer),
    )
    head = _element("FileHeader", _text("SchemaVersion", "3.2.2") + _text("Modality", "I"))
    invoices = _element("Invoices", invoice * int(facts.more.get("invoices", "1")))
    namespace = "http://www.facturae.gob.es/formato/Versiones/Facturaev3_2_2.xml"
    begin = f'<?xml version="1.0" encoding="UTF-8"?><fe:Facturae xmlns:fe="{namespace}">'
    return f"{begin}{head}{parties}{invoices}</fe:Facturae>".encode()


def ebinterface(facts: National, version: str = "6p1") -> bytes:
    """ebInterface 6. `Row.kind` is the TaxCategoryCode, S unless it says otherwise. `document_type`
    is the root's DocumentType.
    """

    def tax_item(row: Row) -> str:
        percent = f'<TaxPercent TaxCategoryCode="{row.kind or "S"}">{row.rate:.2f}</TaxPercent>'
        return _element(
            "TaxItem", _text("TaxableAmount", row.net) + percent + _text("TaxAmount", row.tax)
        )

    lines = "".join(
        _element(
            "ListLineItem",
            _text("Description", f"Position {number}")
            + '<Quantity Unit="C62">1</Quantity>'
            + _text("UnitPrice", row.net)
            + tax_item(row)
            + _text("LineItemAmount", row.net),
        )
        for number, row in enumerate(facts.rows, start=1)
    )
    linked = ""
    if facts.of is not None:
        linked = _element(
            "CancelledOriginalDocument",
            _text("InvoiceNumber", facts.of) + _text("InvoiceDate", "2026-08-01"),
        )

    def party(name: str, number: str, title: str) -> str:
        address = _element(
            "Address", _text("Name", title) + '<Country CountryCode="AT">Österreich</Country>'
        )
        return _element(name, _text("VATIdentificationNumber", number) + address)

    prepaid = ""
    if facts.prepaid:
        prepaid = _text("PrepaidAmount", facts.prepaid)
    body = (
        _text("InvoiceNumber", facts.number)
        + _text("InvoiceDate", facts.issued)
        + linked
        + party("Biller", facts.seller_id, facts.seller)
        + party("InvoiceRecipient", facts.buyer_id, facts.buyer)
        + _element("Details", _element("ItemList", lines))
        + _element("Tax", "".join(map(tax_item, facts.rows)))
        + _text("TotalGrossAmount", facts.total)
        + prepaid
        + _text("PayableAmount", facts.total - facts.prepaid)
        + _element(
            "PaymentMethod",
            _element(
                "UniversalBankTransaction",
                _element("BeneficiaryAccount", _text("IBAN", facts.iban)),
            ),
        )
        + (_element("PaymentConditions", _text("DueDate", facts.due)) if facts.due else "")
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Invoice xmlns="http://www.ebinterface.at/schema/{version}/"'
        f' GeneratingSystem="Tests" DocumentType="{facts.document_type or "Invoice"}"'
        f' InvoiceCurrency="{facts.currency}" Language="ger">{body}</Invoice>'
    ).encode()
