"""Invoices drawn in many layouts, each from the same kind of facts, with what stands on them as
truth.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTHS_DE = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)
_MONTHS_FR = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


@dataclass(frozen=True)
class Firm:
    name: str
    street: str
    town: str
    vat: str
    site: str


@dataclass(frozen=True)
class Bill:
    """What one invoice says; amounts in cents. `prepaid` was paid before, `balance` is from an
    earlier bill.
    """

    seller: Firm
    buyer: Firm
    number: str
    issued: date
    due: date
    ordered: date
    items: tuple[tuple[str, int, int], ...]
    rate: int
    prepaid: int = 0

    @property
    def net(self) -> int:
        return sum(quantity * price for _, quantity, price in self.items)

    @property
    def tax(self) -> int:
        return (self.net * self.rate + 50) // 100

    @property
    def total(self) -> int:
        return self.net + self.tax


@dataclass(frozen=True)
class Drawn:
    """The lines of a page, and the truth: kind, seller, number, day and total as an extraction
    writes them.
    """

    layout: str
    lines: list[str]
    kind: str
    seller: str
    number: str
    day: str
    total: str


GERMAN = (
    Firm(
        "Papierhaus Lindner GmbH",
        "Hafenstraße 12",
        "20457 Hamburg",
        "DE136695976",
        "papierhaus-lindner.de",
    ),
    Firm(
        "Elektro Brandt & Söhne KG",
        "Am Markt 3",
        "04109 Leipzig",
        "DE123456788",
        "elektro-brandt.de",
    ),
    Firm(
        "Nordlicht Medien AG", "Kieler Weg 88a", "24103 Kiel", "DE811128135", "nordlicht-medien.de"
    ),
    Firm(
        "Bäckerei Moosgruber OHG", "Lange Gasse 7", "86150 Augsburg", "DE129273398", "moosgruber.de"
    ),
)
FREELANCERS = (
    Firm("Katrin Wiesner", "Rosenweg 4", "50667 Köln", "DE136695976", "katrinwiesner.de"),
    Firm(
        "Tischlerei Jonas Ahlers",
        "Dorfstr. 19",
        "26122 Oldenburg",
        "DE123456788",
        "tischlerei-ahlers.de",
    ),
)
ENGLISH = (
    Firm(
        "Harbour Analytics Ltd",
        "14 Fleet Lane",
        "London EC4M 7RA",
        "GB123456788",
        "harbouranalytics.com",
    ),
    Firm(
        "Bright Pine Software Inc",
        "500 Mission St",
        "San Francisco, CA 94105",
        "US123456789",
        "brightpine.com",
    ),
    Firm(
        "Oakfield Print Limited",
        "Unit 7, Mill Road",
        "Leeds LS1 4AP",
        "GB123456788",
        "oakfieldprint.co.uk",
    ),
)
FRENCH = (
    Firm(
        "Imprimerie Caradec SARL", "8 rue des Lilas", "35000 Rennes", "FR40303265045", "caradec.fr"
    ),
    Firm(
        "Atelier du Port SAS",
        "21 quai de la Loire",
        "44000 Nantes",
        "FR40303265045",
        "atelierduport.fr",
    ),
)
ITALIAN = (
    Firm(
        "Officina Bellini S.r.l.",
        "Via Roma 15",
        "20121 Milano",
        "IT00743110157",
        "officinabellini.it",
    ),
)
DUTCH = (
    Firm(
        "Drukkerij De Vries B.V.",
        "Kerkstraat 9",
        "1017 GB Amsterdam",
        "NL123456782B90",
        "drukkerijdevries.nl",
    ),
)
GOODS = (
    "Kopierpapier A4",
    "Wartung Drucker",
    "Beratung",
    "Toner schwarz",
    "Serviceleistung",
    "Kabel 5 m",
    "Schulung",
)


def comma(cents: int) -> str:
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}".replace(",", ".") + f",{rest:02}"


def point(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02}"


def spaced(cents: int) -> str:
    return comma(cents).replace(".", " ")


def plain(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def row(*cells: tuple[int, str]) -> str:
    """A line with each text beginning in its column, or two spaces behind the one before."""
    line = ""
    for column, text in cells:
        line = line.ljust(column) if len(line) + 2 <= column or not line else f"{line}  "
        line += text
    return line


def _items(bill: Bill, write: Callable[[int], str]) -> list[str]:
    return [
        row(
            (0, str(number)),
            (5, name),
            (40, str(quantity)),
            (50, write(price)),
            (65, write(quantity * price)),
        )
        for number, (name, quantity, price) in enumerate(bill.items, start=1)
    ]


def letter(bill: Bill) -> list[str]:
    """A German letter: the sender's line over the window, data on the right, an imprint in three
    columns.
    """
    seller, buyer = bill.seller, bill.buyer
    return [
        row((55, seller.name)),
        "",
        f"{seller.name} · {seller.street} · {seller.town}",
        "",
        row((0, buyer.name), (55, f"Rechnungsnr.: {bill.number}")),
        row((0, "Einkauf"), (55, f"Rechnungsdatum: {bill.issued:%d.%m.%Y}")),
        row((0, buyer.street), (55, "Kundennr.: 10117")),
        row((0, buyer.town), (55, f"Bestelldatum: {bill.ordered:%d.%m.%Y}")),
        "",
        "Rechnung",
        "Sehr geehrte Damen und Herren, wir berechnen Ihnen wie folgt:",
        row((0, "Pos"), (5, "Bezeichnung"), (40, "Menge"), (50, "Preis EUR"), (65, "Betrag EUR")),
        *_items(bill, comma),
        row((40, "Summe netto"), (65, comma(bill.net))),
        row((40, f"zzgl. {bill.rate} % MwSt."), (65, comma(bill.tax))),
        row((40, "Rechnungsbetrag"), (65, f"{comma(bill.total)} €")),
        f"Zahlbar bis {bill.due:%d.%m.%Y} ohne Abzug.",
        "Mit freundlichen Grüßen",
        row((0, seller.name), (35, "Bankverbindung"), (65, f"USt-IdNr.: {seller.vat}")),
        row((0, seller.street), (35, "IBAN DE02120300000000202051"), (65, "Amtsgericht HRB 4711")),
        row((0, seller.town), (35, "BIC BYLADEM1001"), (65, f"www.{seller.site}")),
    ]


def heading_table(bill: Bill) -> list[str]:
    """The data in a table: headings in one line, values under them."""
    seller, buyer = bill.seller, bill.buyer
    day = f"{bill.issued.day}. {_MONTHS_DE[bill.issued.month - 1]} {bill.issued.year}"
    return [
        seller.name,
        f"{seller.street}, {seller.town}",
        f"Tel. 040 1234567   info@{seller.site}",
        "",
        "Rechnungsempfänger",
        buyer.name,
        buyer.street,
        buyer.town,
        "",
        "RECHNUNG",
        row(
            (0, "Rechnungsnummer"),
            (22, "Rechnungsdatum"),
            (44, "Leistungsdatum"),
            (64, "Kundennummer"),
        ),
        row((0, bill.number), (22, day), (44, f"{bill.ordered:%d.%m.%Y}"), (64, "200931")),
        row((0, "Pos"), (5, "Artikel"), (40, "Anzahl"), (50, "Einzelpreis"), (65, "Gesamt")),
        *_items(bill, comma),
        row((40, "Nettobetrag"), (65, comma(bill.net))),
        row((40, f"Umsatzsteuer {bill.rate},00 %"), (65, comma(bill.tax))),
        row((40, "Gesamtbetrag inkl. USt."), (65, comma(bill.total))),
        f"Bitte überweisen Sie den Betrag bis zum {bill.due:%d.%m.%Y} auf das Konto:",
        f"Kontoinhaber: {seller.name}   IBAN: DE02 1203 0000 0000 2020 51",
        f"Steuernummer 201/113/40209   USt-ID {seller.vat}   Geschäftsführer: Hans Muster",
    ]


def software(bill: Bill) -> list[str]:
    """An American or British subscription's bill."""
    seller, buyer = bill.seller, bill.buyer
    sign = "£" if seller.vat.startswith("GB") else "$"

    def day(value: date) -> str:
        return f"{_MONTHS_EN[value.month - 1]} {value.day}, {value.year}"

    def money(cents: int) -> str:
        return f"{sign}{point(cents)}"

    return [
        "Invoice",
        row((0, "Invoice number"), (20, bill.number)),
        row((0, "Date of issue"), (20, day(bill.issued))),
        row((0, "Date due"), (20, day(bill.due))),
        "",
        row((0, seller.name), (45, "Bill to")),
        row((0, seller.street), (45, buyer.name)),
        row((0, seller.town), (45, buyer.street)),
        row((0, f"billing@{seller.site}"), (45, buyer.town)),
        "",
        f"{money(bill.total)} due {day(bill.due)}",
        row((0, "Description"), (40, "Qty"), (50, "Unit price"), (65, "Amount")),
        *[
            row((0, name), (40, str(quantity)), (50, money(price)), (65, money(quantity * price)))
            for name, quantity, price in bill.items
        ],
        row((40, "Subtotal"), (65, money(bill.net))),
        row((40, f"VAT ({bill.rate}%)"), (65, money(bill.tax))),
        row((40, "Total"), (65, money(bill.total))),
        row((40, "Amount due"), (65, money(bill.total))),
        f"VAT number {seller.vat}. Registered in England, company no. 4711881.",
    ]


def labelled_parties(bill: Bill) -> list[str]:
    """From and to, each under its label, in one column; the total before what was paid already."""
    seller, buyer = bill.seller, bill.buyer
    return [
        row((0, "TAX INVOICE"), (50, f"No. {bill.number}")),
        row((50, f"Date: {bill.issued:%d/%m/%Y}")),
        "From:",
        seller.name,
        seller.street,
        seller.town,
        "Sold to:",
        buyer.name,
        buyer.street,
        buyer.town,
        f"Order date: {bill.ordered:%d/%m/%Y}",
        row((0, "#"), (5, "Item"), (40, "Qty"), (50, "Price"), (65, "Total")),
        *_items(bill, point),
        row((40, "Net total"), (65, f"GBP {point(bill.net)}")),
        row((40, f"VAT @ {bill.rate}%"), (65, f"GBP {point(bill.tax)}")),
        row((40, "Invoice total"), (65, f"GBP {point(bill.total)}")),
        row((40, "Deposit paid"), (65, f"GBP {point(bill.prepaid)}")),
        row((40, "Balance due"), (65, f"GBP {point(bill.total - bill.prepaid)}")),
        f"Payment due by {bill.due:%d/%m/%Y}",
        f"VAT Reg No {seller.vat}   Account name: {seller.name}",
    ]


def facture(bill: Bill) -> list[str]:
    """A French invoice."""
    seller, buyer = bill.seller, bill.buyer
    day = f"{bill.issued.day} {_MONTHS_FR[bill.issued.month - 1]} {bill.issued.year}"
    return [
        row((0, seller.name), (50, f"FACTURE N° {bill.number}")),
        row((0, seller.street), (50, f"Date : {day}")),
        row((0, seller.town), (50, f"Échéance : {bill.due:%d/%m/%Y}")),
        row((0, f"contact@{seller.site}")),
        "",
        row((50, "Facturé à :")),
        row((50, buyer.name)),
        row((50, buyer.street)),
        row((50, buyer.town)),
        f"Votre commande du {bill.ordered:%d/%m/%Y}",
        row((0, "N°"), (5, "Désignation"), (40, "Qté"), (50, "P.U. HT"), (65, "Total HT")),
        *_items(bill, spaced),
        row((40, "Total HT"), (65, f"{spaced(bill.net)} €")),
        row((40, f"TVA {bill.rate} %"), (65, f"{spaced(bill.tax)} €")),
        row((40, "Total TTC"), (65, f"{spaced(bill.total)} €")),
        row((40, "Net à payer"), (65, f"{spaced(bill.total)} €")),
        (
            f"{seller.name} au capital de 10 000 € - SIRET 303 265 045 00012 - RCS Nantes - TVA "
            f"{seller.vat}"
        ),
    ]


def fattura(bill: Bill) -> list[str]:
    """An Italian invoice."""
    seller, buyer = bill.seller, bill.buyer
    return [
        seller.name,
        f"{seller.street} - {seller.town} - P.IVA {seller.vat}",
        "",
        row((45, "Spett.le")),
        row((0, f"Fattura n. {bill.number}"), (45, buyer.name)),
        row((0, f"del {bill.issued:%d/%m/%Y}"), (45, buyer.street)),
        row((45, buyer.town)),
        f"Cliente: {buyer.name}",
        row((0, "N."), (5, "Descrizione"), (40, "Q.tà"), (50, "Prezzo"), (65, "Importo")),
        *_items(bill, comma),
        row((40, "Imponibile"), (65, comma(bill.net))),
        row((40, f"IVA {bill.rate}%"), (65, comma(bill.tax))),
        row((40, "Totale fattura"), (65, f"€ {comma(bill.total)}")),
        f"Scadenza: {bill.due:%d/%m/%Y}   IBAN IT60X0542811101000000123456",
    ]


def factuur(bill: Bill) -> list[str]:
    """A Dutch invoice."""
    seller, buyer = bill.seller, bill.buyer
    return [
        row((0, "FACTUUR"), (50, seller.name)),
        row((0, f"Factuurnummer: {bill.number}"), (50, seller.street)),
        row((0, f"Factuurdatum: {bill.issued:%d-%m-%Y}"), (50, seller.town)),
        row((0, f"Vervaldatum: {bill.due:%d-%m-%Y}"), (50, f"BTW {seller.vat}")),
        "",
        "Klant:",
        buyer.name,
        buyer.street,
        buyer.town,
        row((0, "Nr"), (5, "Omschrijving"), (40, "Aantal"), (50, "Prijs"), (65, "Bedrag")),
        *_items(bill, comma),
        row((40, "Subtotaal"), (65, f"€ {comma(bill.net)}")),
        row((40, f"{bill.rate}% btw"), (65, f"€ {comma(bill.tax)}")),
        row((40, "Totaal incl. btw"), (65, f"€ {comma(bill.total)}")),
        f"KvK 12345678   IBAN NL91ABNA0417164300 t.n.v. {seller.name}",
    ]


def small_business(bill: Bill) -> list[str]:
    """A freelancer without a legal form, who owes no tax."""
    seller, buyer = bill.seller, bill.buyer
    return [
        seller.name,
        seller.street,
        seller.town,
        f"mail@{seller.site}",
        "",
        buyer.name,
        buyer.street,
        buyer.town,
        "",
        row((50, f"{seller.town.split()[1]}, {bill.issued:%d.%m.%Y}")),
        f"Rechnung Nr. {bill.number}",
        f"Leistungszeitraum: {bill.ordered:%d.%m.%Y} - {bill.issued:%d.%m.%Y}",
        *_items(bill, comma),
        row((40, "Gesamtbetrag"), (65, f"{comma(bill.net)} €")),
        "Gemäß § 19 UStG wird keine Umsatzsteuer berechnet.",
        (
            f"Zahlbar bis zum {bill.due:%d.%m.%Y}. IBAN: DE02 1203 0000 0000 2020 51, "
            f"Kontoinhaber: {seller.name}"
        ),
    ]


def two_pages(bill: Bill) -> list[str]:
    """The sums stand on a second page, behind what is carried over."""
    seller, buyer = bill.seller, bill.buyer
    half = sum(quantity * price for _, quantity, price in bill.items[:1])
    items = _items(bill, comma)
    return [
        row((0, seller.name), (60, "Seite 1 von 2")),
        f"{seller.name} | {seller.street} | {seller.town}",
        buyer.name,
        buyer.street,
        buyer.town,
        "",
        f"Rechnung {bill.number} vom {bill.issued:%d.%m.%Y}",
        f"Auftrag vom {bill.ordered:%d.%m.%Y}, Lieferdatum {bill.issued:%d.%m.%Y}",
        items[0],
        row((40, "Übertrag"), (65, comma(half))),
        "\f",
        row((0, seller.name), (60, "Seite 2 von 2")),
        row((40, "Übertrag"), (65, comma(half))),
        *items[1:],
        row((40, "Zwischensumme"), (65, comma(bill.net))),
        row((30, f"{bill.rate} % USt auf {comma(bill.net)}"), (65, comma(bill.tax))),
        row((40, "Gesamtsumme"), (65, comma(bill.total))),
        row((40, "Bereits gezahlt"), (65, comma(bill.prepaid))),
        row((40, "Zu zahlen"), (65, comma(bill.total - bill.prepaid))),
        f"Fällig am {bill.due:%d.%m.%Y}",
        (
            f"{seller.name}, Geschäftsführer H. Muster, USt-IdNr. {seller.vat}, IBAN "
            "DE02120300000000202051"
        ),
    ]


def credit_note(bill: Bill) -> list[str]:
    """Money comes back, printed without sign; the invoice that it corrects is named too."""
    seller, buyer = bill.seller, bill.buyer
    return [
        f"{seller.name} · {seller.street} · {seller.town}",
        buyer.name,
        buyer.street,
        buyer.town,
        "",
        f"Rechnungskorrektur Nr. {bill.number}",
        f"Datum: {bill.issued:%d.%m.%Y}",
        f"zur Rechnung Nr. ALT-{bill.number} vom {bill.ordered:%d.%m.%Y}",
        *_items(bill, comma),
        row((40, "Netto"), (65, comma(bill.net))),
        row((40, f"USt {bill.rate} %"), (65, comma(bill.tax))),
        row((40, "Gutschriftsbetrag"), (65, comma(bill.total))),
        f"USt-IdNr. {seller.vat}   {seller.name}   Amtsgericht Musterstadt HRB 12",
    ]


def credit_memo(bill: Bill) -> list[str]:
    """Money comes back, printed below zero."""
    lines = software(bill)
    turned = [line.replace("£", "-£").replace("$", "-$") for line in lines]
    return [
        line.replace("Invoice number", "Credit note number")
        .replace("Invoice", "Credit note")
        .replace("Amount due", "Credit")
        for line in turned
    ]


LAYOUTS: dict[str, tuple[Callable[[Bill], list[str]], tuple[Firm, ...], tuple[Firm, ...], int]] = {
    "letter": (letter, GERMAN, ENGLISH, 19),
    "heading table": (heading_table, GERMAN, FRENCH, 7),
    "software": (software, ENGLISH, GERMAN, 20),
    "labelled parties": (labelled_parties, (ENGLISH[0], ENGLISH[2]), GERMAN, 20),
    "facture": (facture, FRENCH, GERMAN, 20),
    "fattura": (fattura, ITALIAN, GERMAN, 22),
    "factuur": (factuur, DUTCH, GERMAN, 21),
    "small business": (small_business, FREELANCERS, GERMAN, 0),
    "two pages": (two_pages, GERMAN, DUTCH, 19),
    "credit note": (credit_note, GERMAN, FRENCH, 19),
    "credit memo": (credit_memo, ENGLISH, GERMAN, 20),
}


def draw(layout: str, seed: int) -> Drawn:
    """One invoice of a layout; a seed gives the same one whatever else changes."""
    chance = random.Random(f"{layout}{seed}")
    write, sellers, buyers, rate = LAYOUTS[layout]
    issued = date(2025, 1, 1) + timedelta(days=chance.randrange(400))
    items = tuple(
        (chance.choice(GOODS), chance.randint(1, 12), chance.randint(150, 90_000))
        for _ in range(chance.randint(2, 5))
    )
    number = chance.choice(
        [
            f"RE-{issued.year}-{chance.randint(1, 9999):04}",
            f"{chance.randint(10000, 999999)}",
            f"{issued.year}/{chance.randint(1, 999)}",
            f"INV{chance.randint(1000, 99999)}",
        ]
    )
    bill = Bill(
        seller=chance.choice(sellers),
        buyer=chance.choice(buyers),
        number=number,
        issued=issued,
        due=issued + timedelta(days=chance.choice([14, 30])),
        ordered=issued - timedelta(days=chance.randint(2, 20)),
        items=items,
        rate=rate,
        prepaid=chance.randint(100, 5000),
    )
    gives_back = layout in {"credit note", "credit memo"}
    return Drawn(
        layout=layout,
        lines=write(bill),
        kind="credit_note" if gives_back else "invoice",
        seller=bill.seller.name,
        number=bill.number,
        day=bill.issued.isoformat(),
        total=plain(-bill.total if gives_back else bill.total),
    )
