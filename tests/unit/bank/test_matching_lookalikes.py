"""Lines that look like something else: names of shops with words of fees, short names in longer
words, taxes that look like tips, numbers of other customers.

The cases were written from banks' published forms before the rules were opened."""

import pytest

from tests.support.bank_matching import claim, document, line, matched
from tillroll.bank.decisions.documents import FEE_WORDS
from tillroll_documents.matching.models import (
    Document,
    DocumentKind,
    Level,
    Line,
    MatchKind,
)

SHOPS = """
    FEE & BROWN COFFEE, GEBUEHREN-OASE KIOSK, CAFE PROVISION, THE CHARGE BAR, ZINSER MODEHAUS,
    INTEREST BOOKSHOP, KOMMISSION BRAUHAUS, FEENHAUS SPIELWAREN, KONTO KEBAB, SPESEN TRATTORIA,
    ENTGELT SERVICE GMBH, FRAIS ET BIO, HOTEL COSTES, PORTO RESTAURANTE, AGIO STORE,
    SERVICE CHARGE DINER, BANK BAR BERLIN, KARTENHAUS SPIELE, COMISION CAFE, PROWIZJA BISTRO,
    AVGIFT KAFE, OVERDRAFT TAPROOM, MONTHLY FEE GYM, ACCOUNT FEE RECORDS, CARD FEE POKER ROOM
"""
TEXTS = """
    CB FRAIS ET BIO 03/03, CARTE 12/03 COMMISSION CAFE LYON, POS FEE AND BROWN LONDON GB,
    MAESTRO ZINSER TUEBINGEN, KARTENZAHLUNG ENTGELT BAR, COMPRA TARJETA COMISION BAR MADRID,
    PAGAMENTO POS SPESE BAR ROMA, CARD PURCHASE INTEREST BOOKS, Entgelt Maerz Putzhilfe,
    Provision Q1 Vertrieb, Honorar und Gebuehren Notar Klein, Fee for translation March,
    Zinsen Darlehen Oma, Gebuehrenbescheid Stadt Kiel, Rundfunkbeitrag Gebuehr,
    Interest rate swap, Mahngebuehr Stadtwerke, Kontofuehrung Beratung Meier
"""
NAMES = """
    Aral: ARALSEE FISCHRESTAURANT, Esso: ESSOUIRA RESTAURANT, BP: BPOST BRUSSEL,
    OBI: OBIWAN COMICS, Total: TOTALIZATOR SPORTOWY, Ibis: IBISCUS GARDEN,
    Spar: SPARKASSE KOELN, Aldi: GARIBALDI TRATTORIA, Apple: APPLEBEES GRILL, Eni: GENIUS BAR,
    Norma: NORMANDIE HOTEL, Metro: METROPOL KINO, Coop: COOPER TOOLS,
    Deutsche Post: HOTEL ZUR POST, Uber: UEBERLINGEN THERME, Shell: SHELLEY BOOKS,
    Netto: NETTOYAGE EXPRESS, Rewe: REWERBUNG GMBH, Bolt: BOLTON HARDWARE,
    Star: STARBUCKS COFFEE, Jet: JETBRAINS SRO, Lime: LIMELIGHT BAR, Orange: ORANGERIE CAFE,
    Ana Li: DIANA LINDNER
"""


def _split(text: str) -> list[str]:
    return [" ".join(each.split()) for each in text.split(",")]


def _automatic(lines: list[Line], documents: list[Document]) -> list[tuple[str, ...]]:
    found, _ = matched(lines, documents)
    return [each.documents for each in found if each.level is Level.AUTOMATIC]


def _fees() -> Document:
    names = {"remainder": 0, "names": FEE_WORDS}
    return document(-5_000, None, "", kind=DocumentKind.FEE, id="fee", **names)


@pytest.mark.parametrize("shop", _split(SHOPS))
def test_a_shop_is_no_fee(shop: str) -> None:
    assert _automatic([line(-1_850, 0, shop, text="KARTENZAHLUNG")], [_fees()]) == []


@pytest.mark.parametrize("text", _split(TEXTS))
def test_a_purchase_without_a_name_is_no_fee(text: str) -> None:
    assert _automatic([line(-1_850, 0, None, text=text)], [_fees()]) == []


@pytest.mark.parametrize("names", _split(NAMES))
def test_a_short_name_in_a_longer_word_is_another_party(names: str) -> None:
    short, printed = names.split(": ")
    assert _automatic([line(-4_367, 1, printed)], [document(-4_367, 0, short)]) == []
    assert _automatic([line(4_367, 1, printed)], [claim(4_367, 0, short)]) == []


@pytest.mark.parametrize(
    ("currency", "net", "gross"),
    [
        ("EUR", 4_200, 4_998),
        ("EUR", 10_000, 12_100),
        ("EUR", 10_000, 12_200),
        ("EUR", 10_000, 12_550),
        ("EUR", 3_000, 3_003),
        ("GBP", 5_000, 6_000),
        ("CHF", 10_000, 10_810),
        ("SEK", 10_000, 12_500),
        ("DKK", 10_000, 12_500),
        ("NOK", 10_000, 12_500),
        ("PLN", 10_000, 12_300),
        ("CZK", 10_000, 12_100),
        ("HUF", 10_000, 12_700),
    ],
)
def test_a_tax_is_no_tip(currency: str, net: int, gross: int) -> None:
    meal = document(-net, 0, "Trattoria Luce", currency=currency, allows_tip=True)
    found, _ = matched([line(-gross, 0, "TRATTORIA LUCE", currency=currency)], [meal])
    assert all(each.kind is not MatchKind.TIP for each in found)
    assert all(each.level is not Level.AUTOMATIC for each in found)


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("RG 2026-0102", ()),
        ("Rechnung Nr. 20260102", ()),
        ("invoice 2026/0102", ()),
        ("", ("2026-0102",)),
    ],
)
@pytest.mark.parametrize("payer", ["Greta Holm", "Praxis Dr. Vogt"])
def test_the_number_of_another_customer_is_asked(
    payer: str, text: str, references: tuple[str, ...]
) -> None:
    named = claim(23_800, 0, "Ole Holm", references=("2026-0102",))
    own = claim(23_800, 0, payer, references=("2026-0105",))
    paid = line(23_800, 6, payer.upper(), text=text, references=references)
    assert _automatic([paid], [named, own]) == []


@pytest.mark.parametrize(
    "printed", ["HOTEL ASTRA LEIPZIG", "SUMUP *HOTEL ASTRA", "PAYPAL *HOTELASTRA"]
)
def test_what_an_employee_paid_is_asked_however_the_card_prints_it(printed: str) -> None:
    names = ("Tom Wolf", "Hotel Astra")
    room = document(-15_430, 0, "Hotel Astra", employee="Tom Wolf", names=names)
    assert _automatic([line(-15_430, 1, printed)], [room]) == []
    assert _automatic([line(-15_430, 1, "THOMAS WOLFF")], [room]) == []
