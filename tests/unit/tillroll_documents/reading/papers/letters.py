"""Invoices as letters, whose seller's ids stand in the footer only.

Layouts follow DIN 5008 (sender in small print above the address in the window, business data in the footer), the Dutch
NEN 1026, the French AFNOR NF Z 11-001 (the buyer at the right), and British letters with the sender at the right.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product


@dataclass(frozen=True)
class Party:
    """Who writes or gets a letter."""

    name: str
    street: str
    town: str


@dataclass(frozen=True)
class Words:
    """How a language names the parts of an invoice."""

    title: str
    number: str
    day: str
    total: str
    untaxed: str
    ids: str


@dataclass(frozen=True)
class Letter:
    """A transcript of a digital PDF, and the seller's name."""

    layout: str
    text: str
    seller: str


_SELLERS = (
    Party("Lindner Werkzeugbau GmbH", "Gewerbering 12", "70565 Stuttgart"),
    Party("Grafik Anna Muster", "Gartenweg 5", "01067 Dresden"),
    Party("Van Dijk Advies B.V.", "Keizersgracht 4", "1015 CN Amsterdam"),
    Party("Studio Moreau SARL", "12 rue des Lilas", "69003 Lyon"),
)
_BUYERS = (
    Party("Voorbeeld Handel B.V.", "Markt 5", "5611 EB Eindhoven"),
    Party("Muster Handel KG", "Am Markt 3", "10115 Berlin"),
    Party("Acme Builders Ltd", "9 High Street", "York YO1 7EW"),
    Party("Jana Weber", "Lindenweg 4", "10115 Berlin"),
)
_WORDS = (
    Words(
        "Rechnung",
        "Rechnungsnummer  RE-2026-0902",
        "Rechnungsdatum   24.09.2026",
        "Rechnungsbetrag",
        "Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge)",
        "USt-IdNr. DE123456788   IBAN DE02 1203 0000 0000 2020 51",
    ),
    Words(
        "Factuur",
        "Factuurnummer  2026-0902",
        "Factuurdatum   24-09-2026",
        "Totaal te betalen",
        "Btw verlegd",
        "Btw-nummer NL123456782B90   KvK 12345678   IBAN NL91 ABNA 0417 1643 00",
    ),
    Words(
        "Facture",
        "Facture n° 2026-0902",
        "Date de facture : 24/09/2026",
        "Total TTC",
        "TVA non applicable, art. 293 B du CGI",
        "SIRET 732 829 320 00074   TVA FR40303265045",
    ),
    Words(
        "Invoice",
        "Invoice number  INV-2026-0902",
        "Invoice date   24 Sep 2026",
        "Total due",
        "No VAT is charged: reverse charge",
        "VAT No GB123456782   Company No 01234567",
    ),
)


def _block(party: Party) -> list[str]:
    return [party.name, party.street, party.town]


def _body(words: Words, footer: str) -> list[str]:
    return [
        "",
        words.title,
        words.number,
        words.day,
        "1    Frästeil A              10      25,00 €       250,00 €",
        f"{words.total:<48}   250,00 €",
        words.untaxed,
        "",
        footer,
    ]


def _beside(left: list[str], right: list[str]) -> list[str]:
    return [f"{a:<60}{b}" for a, b in zip(left, right, strict=True)]


def _layouts(seller: Party, buyer: Party, words: Words) -> Iterator[tuple[str, list[str]]]:
    ids = words.ids
    named = f"{seller.name}   {ids}"
    sender = f"{seller.name} · {seller.street} · {seller.town}"
    yield "letterhead, ids in the footer", [*_block(seller), "", *_block(buyer), *_body(words, ids)]
    yield (
        "letterhead, name in the footer",
        [*_block(seller), "", *_block(buyer), *_body(words, named)],
    )
    yield "sender above the window", [sender, *_block(buyer), *_body(words, ids)]
    yield (
        "sender above the window, name in the footer",
        [sender, *_block(buyer), *_body(words, named)],
    )
    yield (
        "sender above the window with bars",
        [sender.replace(" · ", " | "), *_block(buyer), *_body(words, ids)],
    )
    yield (
        "buyer at the left, seller at the right",
        [*_beside(_block(buyer), _block(seller)), *_body(words, ids)],
    )
    yield (
        "seller at the left, buyer at the right",
        [*_beside(_block(seller), _block(buyer)), *_body(words, ids)],
    )
    yield "buyer first", [*_block(buyer), "", *_block(seller), *_body(words, ids)]
    yield "buyer alone, ids in the footer", [*_block(buyer), *_body(words, ids)]
    yield "buyer alone, name in the footer", [*_block(buyer), *_body(words, named)]
    yield "letterhead at the end", [*_block(buyer), *_body(words, ids), *_block(seller)]


def letters() -> Iterator[Letter]:
    """Each layout with each seller, buyer and language."""
    for seller, buyer, words in product(_SELLERS, _BUYERS, _WORDS):
        for layout, lines in _layouts(seller, buyer, words):
            yield Letter(layout, "\n".join(lines), seller.name)


def with_web_address(letter: Letter) -> Letter:
    """The same with the seller's web address above."""
    address = "-".join(letter.seller.lower().replace(".", "").split())
    return replace(letter, text=f"www.{address}.example\n{letter.text}")
