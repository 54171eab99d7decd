"""Invoices whose buyer stands in one line without a label: name, street and town.

Written from what VAT laws ask for (name and address of both, no label), in ten languages, before the
rules that tell seller and buyer were opened. The seller is at the head, or in the foot.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """Who sells, who may buy, how people are addressed, and the rows of the invoice."""

    seller: tuple[str, str, str]
    """Name, address and tax id, a line each."""
    buyers: tuple[str, ...]
    forms_of_address: tuple[str, ...]
    street: str
    town: str
    rows: tuple[str, ...]


@dataclass(frozen=True)
class OneLine:
    """The text of a digital PDF, and its seller's name."""

    text: str
    seller: str


_COUNTRIES = (
    Country(
        ("Kanzlei Vogel", "Ludwigstr. 1, 80539 München", "USt-IdNr. DE136695976"),
        ("Petra Lang", "Brandt Optik GmbH", "Familie Huber", "Dr. Karl Maier"),
        ("", "Frau ", "Herrn ", "An: ", "z. Hd. "),
        "Am Hang 3",
        "80331 München",
        (
            "Rechnung Nr. 2024-0815",
            "Rechnungsdatum 11.04.2024",
            "Beratung 200,00",
            "Netto 200,00",
            "19 % MwSt 38,00",
            "Gesamtbetrag 238,00 EUR",
        ),
    ),
    Country(
        ("Cabinet Moreau", "5 rue de Metz, 54000 Nancy", "N° TVA FR44732829320"),
        ("Claire Petit", "Optique Roy SARL", "M. et Mme Blanc"),
        ("", "Mme ", "Monsieur ", "À l'attention de "),
        "8 rue Haute",
        "54000 Nancy",
        (
            "Facture n° 2024-0815",
            "Date de facture : 11/04/2024",
            "Conseil 200,00",
            "Total HT 200,00",
            "TVA 20 % 40,00",
            "Total TTC 240,00 €",
        ),
    ),
    Country(
        ("Studio Ferri", "Via Roma 1, 10121 Torino", "P.IVA 00743110157"),
        ("Anna Neri", "Ottica Blu SRL"),
        ("", "Sig.ra ", "Gent.mo ", "Spett.le "),
        "Via Po 9",
        "10123 Torino",
        (
            "Fattura n. 2024-0815",
            "Data fattura 11/04/2024",
            "Consulenza 200,00",
            "Imponibile 200,00",
            "IVA 22% 44,00",
            "Totale fattura 244,00 EUR",
        ),
    ),
    Country(
        ("Asesoría Luna", "Calle Mayor 5, 28013 Madrid", "CIF B58818501"),
        ("Ana Ruiz", "Óptica Sol SL"),
        ("", "Sra. ", "Don ", "A la atención de "),
        "Calle Sol 3",
        "28012 Madrid",
        (
            "Factura nº 2024-0815",
            "Fecha de factura 11/04/2024",
            "Asesoría 200,00",
            "Base imponible 200,00",
            "IVA 21% 42,00",
            "Total factura 242,00 €",
        ),
    ),
    Country(
        ("Kantoor De Boer", "Damrak 1, 1012 LG Amsterdam", "BTW NL004495445B01"),
        ("Eva Smit", "Optiek Blauw B.V."),
        ("", "Mevrouw ", "Dhr. ", "t.a.v. "),
        "Singel 3",
        "1012 AB Amsterdam",
        (
            "Factuur 2024-0815",
            "Factuurdatum 11-04-2024",
            "Advies 200,00",
            "Subtotaal 200,00",
            "BTW 21% 42,00",
            "Totaal € 242,00",
        ),
    ),
    Country(
        ("Vogel Chambers", "1 Park Lane, London W1K 1AA", "VAT GB 980 7806 84"),
        ("Petra Lang", "Bright Optics Ltd"),
        ("", "Mrs ", "Mr ", "Attn: ", "FAO "),
        "3 Hill St",
        "London W1J 5LA",
        (
            "Invoice No. 2024-0815",
            "Invoice date 11 April 2024",
            "Advice 200.00",
            "Net 200.00",
            "VAT 20% 40.00",
            "Total GBP 240.00",
        ),
    ),
    Country(
        ("Kancelaria Wilk", "ul. Długa 5, 31-147 Kraków", "NIP 676-217-44-83"),
        ("Anna Nowak", "Optyka Sowa Sp. z o.o."),
        ("", "Pani ", "Pan ", "Szanowna Pani "),
        "ul. Krótka 2",
        "31-150 Kraków",
        (
            "Faktura VAT nr 2024/0815",
            "Data wystawienia 2024-04-11",
            "Porada 200,00",
            "Netto 200,00",
            "VAT 23% 46,00",
            "Razem brutto 246,00 PLN",
        ),
    ),
    Country(
        ("Byrån Ek", "Storgatan 1, 111 22 Stockholm", "Momsreg.nr SE556036079301"),
        ("Anna Berg", "Optik Blå AB"),
        ("", "Fru ", "Herr ", "Att: "),
        "Lillgatan 3",
        "111 23 Stockholm",
        (
            "Faktura 20240815",
            "Fakturadatum 2024-04-11",
            "Rådgivning 200,00",
            "Netto 200,00",
            "Moms 25% 50,00",
            "Att betala 250,00 SEK",
        ),
    ),
    Country(
        ("Kontoret Lund", "Nygade 1, 1164 København K", "CVR DK13585628"),
        ("Anna Holm", "Optik Blå ApS"),
        ("", "Fru ", "Hr. ", "Att. "),
        "Lille Gade 3",
        "1165 København K",
        (
            "Faktura nr. 20240815",
            "Fakturadato 11-04-2024",
            "Rådgivning 200,00",
            "Netto 200,00",
            "Moms 25% 50,00",
            "I alt 250,00 DKK",
        ),
    ),
    Country(
        ("Gabinete Lopes", "Rua Nova 1, 1100-001 Lisboa", "NIF 501442600"),
        ("Ana Costa", "Ótica Azul Lda"),
        ("", "Sra. ", "Exmo. Sr. ", "A/C "),
        "Rua Velha 3",
        "1100-002 Lisboa",
        (
            "Fatura nº 2024-0815",
            "Data da fatura 11/04/2024",
            "Consultoria 200,00",
            "Base 200,00",
            "IVA 23% 46,00",
            "Total 246,00 €",
        ),
    ),
)


def _blocks(country: Country, buyer: str) -> Iterator[list[str]]:
    yield [f"{buyer}, {country.street}, {country.town}"]
    yield [f"{buyer} · {country.street} · {country.town}"]
    yield [f"{buyer} | {country.street} | {country.town}"]
    yield [buyer, f"{country.street}, {country.town}"]
    yield [buyer, country.street, country.town]


def _texts(country: Country, block: list[str]) -> Iterator[list[str]]:
    head = [*country.seller]
    rows = [*country.rows]
    yield [*head, "", *block, "", *rows]
    yield [*block, "", *rows, "", *head]
    yield [*block, "", *rows, "", ", ".join(head)]
    yield [" - ".join(head[:2]), "", *block, "", *rows, "", head[2]]
    yield [head[0], "", *rows[:2], *block, "", *rows[2:], "", *head[1:]]


def in_one_line() -> Iterator[OneLine]:
    """All of them."""
    for country in _COUNTRIES:
        for name in country.buyers:
            for form in country.forms_of_address:
                for block in _blocks(country, form + name):
                    for lines in _texts(country, block):
                        yield OneLine("\n".join(lines), country.seller[0])
