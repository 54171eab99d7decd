"""Fees, returns, names, tips and card processors, with the words of other banks and languages."""

from datetime import timedelta

import pytest

from tests.support.bank_matching import FIRST, claim, document, line, only
from tillroll.bank.decisions.documents import FEE_WORDS
from tillroll_documents.matching.matching import match
from tillroll_documents.matching.models import Document, DocumentKind, Level, MatchKind
from tillroll_documents.matching.trades import is_of_trade
from tillroll_documents.reading.languages import Concept, later_language
from tillroll_documents.reading.languages.later import LATER
from tillroll_documents.reading.text.folding import (
    fold,
)


def fees() -> Document:
    """The rule for the bank's own fees."""
    return document(-5_000, None, "", kind=DocumentKind.FEE, remainder=0, names=FEE_WORDS, id="fee")


# --- Fees


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("FEENSTAUB KERZEN", "VISA"),
        ("Friseur Gebuhr", "Kartenzahlung"),
        ("COMMISSION COFFEE ROASTERS", "CARD 0411"),
        ("CHARGE UND GO LADEPARK", "Ladevorgang"),
        ("SPESE E SAPORI", "PAGAMENTO POS"),
        ("TARIFA PLAYA HOTEL", "COMPRA TARJETA"),
        ("AVGIFTSFRITT KAFFE AB", "KORTKOP"),
        ("PROWIZJA STUDIO TATUAZU", "ZAKUP KARTA"),
        ("PRODUITS FRAIS DU MARCHE", "CB 0203"),
        (None, "FRAIS DU MARCHE PARIS 11 CARTE 4711"),
        (None, "SPESE E SAPORI ROMA CARTA 4711"),
        (None, "COMPRA TARIFA PLAYA HOTEL"),
        (None, "FEELGOOD YOGA KARTE 4711"),
        (None, "KOSTENLOS LADEN AG KARTE 4711"),
    ],
)
def test_a_merchant_whose_name_has_a_word_of_fees_is_no_certain_fee(
    name: str | None, text: str
) -> None:
    assert match([line(-450, 0, name, text=text)], [fees()]).automatic() == ()


@pytest.mark.parametrize(
    "text",
    [
        "Commissione tenuta conto",
        "Spese di tenuta conto marzo",
        "Comisión de mantenimiento",
        "Frais de tenue de compte",
        "Cotisation carte Visa",
        "Opłata za prowadzenie rachunku",
        "Opłata za kartę",
        "Kontoavgift mars",
        "Poplatek za vedení účtu",
        "Számlavezetési díj",
        "Monthly service fee",
        "Monthly account charge",
        "Kosten betaalrekening",
        "Despesas de manutenção de conta",
        "Palvelumaksu",
        "Comision administrare cont",
        "Gebyr for nettbank",
        "Kontoführungsgebühr Q1",
    ],
)
def test_the_banks_own_fee_is_found_in_its_language(text: str) -> None:
    found = only([line(-490, 0, None, text=text)], [fees()])
    assert found.kind is MatchKind.FEE


# --- Tips and taxes


@pytest.mark.parametrize(
    ("total", "paid", "currency"),
    [
        (40_000, 50_000, "DKK"),
        (40_000, 50_000, "SEK"),
        (10_000, 12_100, "EUR"),
        (12_000, 12_972, "CHF"),
        (10_000, 11_350, "EUR"),
        (1_000_000, 1_270_000, "HUF"),
        (10_000, 12_300, "PLN"),
        (10_000, 12_200, "EUR"),
        (20_000, 25_100, "EUR"),
        (10_000, 11_400, "EUR"),
        (10_000, 10_550, "EUR"),
        (10_000, 10_900, "EUR"),
        (10_000, 11_300, "EUR"),
        (10_000, 12_400, "EUR"),
        (50_000, 50_000 + 1_300, "CHF"),
        (10_000, 11_000, "JPY"),
    ],
)
@pytest.mark.parametrize("allows", [True, False])
def test_the_total_without_tax_is_no_tip(
    total: int, paid: int, currency: str, *, allows: bool
) -> None:
    bill = document(-total, 0, "Trattoria Lago", allows_tip=allows, currency=currency)
    found = match([line(-paid, 1, "TRATTORIA LAGO", currency=currency)], [bill])
    assert found.automatic() == ()
    assert all(each.kind is not MatchKind.TIP for each in found.matches)


@pytest.mark.parametrize(
    ("total", "paid", "currency"),
    [
        (3_870, 4_300, "EUR"),
        (5_210, 6_000, "CHF"),
        (2_350, 2_773, "USD"),
        (18_400, 20_000, "PLN"),
        (61_200, 70_000, "DKK"),
    ],
)
def test_a_tip_is_proposed(total: int, paid: int, currency: str) -> None:
    meal = document(-total, 0, "Trattoria Lago", allows_tip=True, currency=currency)
    found = only([line(-paid, 1, "TRATTORIA LAGO", currency=currency)], [meal])
    assert (found.kind, found.level) == (MatchKind.TIP, Level.PROPOSED)


@pytest.mark.parametrize(
    ("total", "paid", "currency"),
    [
        (12_345, 12_300, "CZK"),
        (123_300, 123_500, "HUF"),
        (7_530, 7_550, "DKK"),
        (18_930, 18_900, "NOK"),
        (1_842, 1_840, "NZD"),
        (1_843, 1_845, "AUD"),
        (2_318, 2_320, "CAD"),
    ],
)
def test_rounded_cash_is_no_tip(total: int, paid: int, currency: str) -> None:
    meal = document(-total, 0, "Trattoria Lago", allows_tip=True, currency=currency)
    found = only([line(-paid, 0, "TRATTORIA LAGO", currency=currency)], [meal])
    assert found.kind is MatchKind.EXACT


# --- Returns


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ruecklastschrift AC01 2026-0033", None),
        ("Rückgabe AM04 mangels Deckung RE 2026-0033", "109"),
        ("REJET DE PRELEVEMENT MD01 FACTURE 2026-0033", None),
        ("PRELEVEMENT IMPAYE 2026-0033", None),
        ("DEVOLUCION RECIBO MS02 FRA 2026-0033", None),
        ("INSOLUTO SDD FATTURA 2026-0033", None),
        ("TERUGBOEKING INCASSO MD06 FACTUUR 2026-0033", None),
        ("ZWROT POLECENIA ZAPLATY FAKTURA 2026-0033", None),
        ("UNPAID DIRECT DEBIT 2026-0033", None),
        ("VRACENI INKASA 2026-0033", None),
        ("DEVOLUCAO DEBITO DIRETO 2026-0033", None),
        ("RETURNERET BETALING 2026-0033", None),
        ("2026-0033", "PMNT-RDDT-UPDD"),
        ("2026-0033", "PMNT-IDDT-PRDD"),
        ("Erstattung 2026-0033", None),
        ("CHARGEBACK 2026-0033 REASON 4853", None),
    ],
)
def test_a_returned_debit_takes_the_payment_back(text: str, code: str | None) -> None:
    paid = claim(6_150, 0, remainder=0, references=("2026-0033",))
    open_one = claim(6_150, 1, "Kontor Nord AG", references=("2026-0034",))
    found = only([line(-6_150, 6, "Kontor Nord AG", text=text, code=code)], [paid, open_one])
    assert found.kind is MatchKind.REFUND
    assert [(each.document, each.settles) for each in found.pairs] == [(paid.id, -6_150)]


@pytest.mark.parametrize(
    "text",
    [
        "RETOURE BE04 RUN-0123456789",
        "VIREMENT RETOURNE RUN-0123456789",
        "STORNO BONIFICO AC04 RUN-0123456789",
        "TRANSFERENCIA DEVUELTA RUN-0123456789",
        "ZWROT PRZELEWU RUN-0123456789",
        "RETOUR OVERBOEKING RUN-0123456789",
        "RETURNED PAYMENT RR03 RUN-0123456789",
        "VRACENA PLATBA RUN-0123456789",
    ],
)
@pytest.mark.parametrize("kept", [0, 700])
def test_a_payout_that_comes_back_is_its_refund(text: str, kept: int) -> None:
    sent = document(
        -28_000, 0, "Ann Lee", kind=DocumentKind.PAYOUT, remainder=0, references=("RUN-0123456789",)
    )
    found = only([line(28_000 - kept, 5, "Ann Lee", text=text)], [sent, fees()])
    assert found.kind is MatchKind.REFUND
    assert (found.pairs[0].document, found.pairs[0].settles) == (sent.id, 28_000)
    assert sum(each.amount for each in found.pairs) == 28_000 - kept


@pytest.mark.parametrize(
    "text",
    ["RETOURE 2026-0033", "REJET AC04 2026-0033", "DEVOLUCION 2026-0033", "AVVISO 2026-0033"],
)
@pytest.mark.parametrize("fee", [150, 350, 1_250])
def test_a_return_with_the_banks_fee_is_no_payment(text: str, fee: int) -> None:
    paid = claim(9_900, 0, remainder=0, references=("2026-0033",))
    back = line(-9_900 - fee, 6, "Kontor Nord AG", text=text, charges=fee)
    found = only([back], [paid, fees()])
    assert found.kind is MatchKind.REFUND
    assert [(each.document, each.amount) for each in found.pairs] == [
        (paid.id, -9_900),
        ("fee", -fee),
    ]


# --- Whose money


@pytest.mark.parametrize(
    ("payer", "text"),
    [
        ("Paul Vogt", "Facture 2026-0061"),
        ("VOGT PAUL", "Factura 2026-0061"),
        ("Vogt, Paul", "Fattura n. 2026-0061"),
        ("Dr. Paul Vogt", "RE-Nr 2026-0061"),
        ("Herr Paul Vogt", "Faktura 2026-0061"),
        ("PAUL VOGT GMBH", "Invoice #2026-0061"),
        ("Paul Vogt", "Factuur 2026-0061 klant 881"),
        ("PAUL VOGT", "20260061"),
    ],
)
def test_the_number_of_another_customer_is_asked(payer: str, text: str) -> None:
    named = claim(8_330, 0, "Lena Vogt", references=("2026-0061",))
    own = claim(8_330, 1, "Paul Vogt", references=("2026-0062",))
    assert match([line(8_330, 8, payer, text=text)], [named, own]).automatic() == ()


@pytest.mark.parametrize("currency", ["EUR", "CHF", "GBP", "PLN"])
@pytest.mark.parametrize(
    ("name", "printed"), [("Scandic Malmen", "SCANDIC MALMEN"), ("Trenitalia", "TRENITALIA SPA")]
)
def test_what_an_employee_paid_is_asked(name: str, printed: str, currency: str) -> None:
    night = document(-21_037, 0, name, employee="Mia Brand", currency=currency)
    found = only([line(-21_037, 1, printed, text="Kauf vom 02.03.", currency=currency)], [night])
    assert found.level is Level.PROPOSED


@pytest.mark.parametrize(
    ("merchant", "payer", "text"),
    [
        ("Librairie Dumas", "Boucherie Colin", "Avoir F-20817"),
        ("Ferretería Sol", "Óptica Luna", "Abono F-20817"),
        ("Elektro Brandt", "Malerei Kunze", "Gutschrift F-20817"),
        ("Drukkerij Smit", "Fietsen Bakker", "Creditnota F-20817"),
    ],
)
def test_a_refund_of_another_party_is_asked(merchant: str, payer: str, text: str) -> None:
    paid = document(-7_340, 0, merchant, remainder=0, references=("F-20817",))
    assert match([line(7_340, 9, payer, text=text)], [paid]).automatic() == ()


@pytest.mark.parametrize("amount", [500, 512, 2_000, 3_017])
def test_what_may_be_a_part_of_a_later_purchase_is_asked(amount: int) -> None:
    bought = [
        document(-amount, 0, "Lufthansa", remainder=0),
        document(-amount - 1_501, 20, "Lufthansa", remainder=0),
    ]
    assert match([line(amount, 28, "LUFTHANSA AG")], bought).automatic() == ()


@pytest.mark.parametrize(
    ("amount", "is_sure"), [(500, False), (8_000, False), (512, True), (12_345, True)]
)
def test_a_plain_refund_is_asked(amount: int, *, is_sure: bool) -> None:
    found = only(
        [line(amount, 28, "LUFTHANSA AG")], [document(-amount, 0, "Lufthansa", remainder=0)]
    )
    assert (found.level is Level.AUTOMATIC) is is_sure


def test_a_part_that_is_the_whole_of_another_claim_is_asked() -> None:
    named = claim(65_068, 0, "Delta Pharma KG", references=("2026-0542",))
    other = claim(35_734, 20, "Hansa Logistik AG", references=("2026-0304",))
    paid = line(35_734, 30, "DELTA PHARMA KG", text="Zahlung 2026-0542")
    assert match([paid], [named, other]).automatic() == ()
    assert only([paid], [named]).level is Level.AUTOMATIC


# --- Names


@pytest.mark.parametrize(
    ("merchant", "printed"),
    [
        ("Aral", "ARALSEE TOURS"),
        ("Lidl", "LIDLER BAUSTOFFE"),
        ("Shell", "SHELLEYS PUB"),
        ("OMV", "OMVANG BV"),
        ("BP", "BPOST BRUXELLES"),
        ("dm", "DMITRI BAR"),
        ("Esso", "ESSONNE TAXI"),
        ("Spar", "SPARKASSE ULM"),
        ("Spar", "SPARTA GYROS"),
        ("Action", "ACTIONSPORT KLETTERN"),
        ("Total", "TOTALMENTE LOCO"),
        ("Norma", "NORMANDIE HOTEL"),
        ("Real", "REALITY ESCAPE"),
        ("Penny", "PENNYLANE MUSIC"),
        ("Orange", "ORANGERIE CAFE"),
        ("Via", "VIAGGI BLU"),
        ("Sixt", "SIXTIES DINER"),
        ("Bolt", "BOLTON HARDWARE"),
        ("Free", "FREESTYLE SKATESHOP"),
        ("Uno", "PIZZA UNOX"),
    ],
)
def test_a_short_name_in_a_longer_word_is_not_certain(merchant: str, printed: str) -> None:
    paid = line(-4_217, 1, printed, text="Kauf vom 02.03.")
    assert match([paid], [document(-4_217, 0, merchant)]).automatic() == ()


@pytest.mark.parametrize(
    ("merchant", "printed"),
    [
        ("Aral", "ARAL STATION 4711 ULM"),
        ("Lidl", "LIDL SAGT DANKE"),
        ("OMV", "OMV 2531 WIEN"),
        ("Shell", "SHELL 0815 KOELN"),
        ("Esso", "ESSO STATION MUENCHEN"),
        ("Spar", "SPAR 8841 LINZ"),
    ],
)
def test_a_short_name_as_a_word_is_certain(merchant: str, printed: str) -> None:
    paid = line(-4_217, 1, printed, text="Kauf vom 02.03.")
    assert only([paid], [document(-4_217, 0, merchant)]).level is Level.AUTOMATIC


@pytest.mark.parametrize(
    ("merchant", "printed"),
    [
        ("Restaurant Adler", "PAYPAL *RESTAURANT"),
        ("Restaurant Adler", "RESTAURANT"),
        ("Restaurant Adler", "RESTAURANT KRONE"),
        ("Hotel Post", "HOTEL"),
        ("Hotel Post", "HOTEL LOEWEN ULM"),
        ("Taxi Schmidt", "TAXI"),
        ("Taxi Schmidt", "SUMUP *TAXI"),
        ("Bäckerei Huber", "SUMUP *BAECKEREI"),
        ("Gasthaus Krone", "GASTHAUS LINDE"),
        ("Café Kranz", "ZETTLE_*CAFE"),
        ("Apotheke am Markt", "APOTHEKE"),
        ("Tankstelle Nord", "TANKSTELLE"),
        ("Parkhaus Mitte", "PARKHAUS"),
        ("Autohaus Krüger", "AUTOHAUS"),
        ("Blumen Weber", "BLUMEN"),
        ("Pizzeria Roma", "SQ *PIZZERIA"),
        ("Boulangerie Martin", "BOULANGERIE"),
        ("Pharmacie Centrale", "PHARMACIE"),
        ("Farmacia Rossi", "FARMACIA"),
        ("Ristorante Vinci", "RISTORANTE"),
        ("Albergo Sole", "ALBERGO"),
        ("Panadería López", "PANADERIA"),
        ("Restaurante Sol", "RESTAURANTE"),
        ("Padaria Lisboa", "PADARIA"),
        ("Restauracja Krokodyl", "RESTAURACJA"),
        ("Apteka Zdrowie", "APTEKA"),
        ("Piekarnia Nowak", "PIEKARNIA"),
        ("Lékárna U Lva", "LEKARNA"),
        ("Restaurace Lokál", "RESTAURACE"),
        ("Étterem Gundel", "ETTEREM"),
        ("Ravintola Saari", "RAVINTOLA"),
        ("Bakkerij Jansen", "BAKKERIJ"),
        ("Apotheek Zuid", "APOTHEEK"),
        ("Bageri Lund", "BAGERI"),
        ("Restaurang Pelikan", "RESTAURANG"),
        ("Bakery Lane", "BAKERY"),
        ("Pharmacy First", "PHARMACY"),
        ("Supermarket Zielona", "SUPERMARKET"),
        ("Garage Dubois", "GARAGE"),
        ("Librairie Dumas", "LIBRAIRIE"),
    ],
)
def test_a_word_of_a_trade_is_no_name(merchant: str, printed: str) -> None:
    paid = line(-4_217, 1, printed, text="Kauf vom 02.03.")
    assert match([paid], [document(-4_217, 0, merchant)]).automatic() == ()


@pytest.mark.parametrize(
    ("merchant", "printed"),
    [
        ("Metzgerei Huber", "BAECKEREI HUBER"),
        ("Hotel Krone", "APOTHEKE KRONE"),
        ("Farmacia Rossi", "PANETTERIA ROSSI"),
        ("Boulangerie Martin", "GARAGE MARTIN"),
        ("Taxi Schmidt Berlin", "TAXI MUELLER BERLIN"),
        ("Ristorante Sole", "HOTEL SOLE"),
    ],
)
def test_the_same_name_of_another_trade_is_asked(merchant: str, printed: str) -> None:
    paid = line(-4_217, 1, printed, text="Kauf vom 02.03.")
    assert match([paid], [document(-4_217, 0, merchant)]).automatic() == ()


@pytest.mark.parametrize(
    ("merchant", "printed"),
    [
        ("Restaurant Adler", "PAYPAL *RESTAURANT ADLER"),
        ("Restaurant Adler GmbH", "REST. ADLER ULM"),
        ("Apotheke am Markt", "APOTHEKE AM MARKT"),
        ("Hotel Europa", "HOTEL EUROPA"),
        ("Taxi Schmidt", "TAXI SCHMIDT BERLIN"),
        ("Boulangerie Martin", "BOULANGERIE MARTIN PARIS"),
        ("Bolt", "BOLT.EU"),
    ],
)
def test_a_name_beside_its_trade_is_certain(merchant: str, printed: str) -> None:
    paid = line(-4_217, 1, printed, text="Kauf vom 02.03.")
    assert only([paid], [document(-4_217, 0, merchant)]).level is Level.AUTOMATIC


@pytest.mark.parametrize(
    ("merchant", "printed"),
    [
        ("Weber Bürobedarf GmbH", "Anna Weber"),
        ("Weber Druckerei GmbH", "ANNA WEBER"),
        ("Weber GmbH", "Anna Weber"),
        ("Martin SARL", "Claire Martin"),
        ("Rossi S.r.l.", "MARIO ROSSI"),
        ("Nowak Sp. z o.o.", "JAN NOWAK"),
        ("Papeterie Dubois", "LUC DUBOIS"),
    ],
)
def test_a_person_with_a_companys_surname_is_asked(merchant: str, printed: str) -> None:
    bill = document(-100_437, 0, merchant, due=FIRST + timedelta(days=30))
    assert match([line(-100_437, 13, printed)], [bill]).automatic() == ()
    paid = document(-11_937, 0, merchant, remainder=0)
    assert match([line(11_937, 13, printed)], [paid]).automatic() == ()


@pytest.mark.parametrize("printed", ["Weber Anna", "WEBER ANNA MUENCHEN", "Anna Weber"])
def test_a_transfer_has_the_whole_name(printed: str) -> None:
    bills = [
        document(-119_037, 0, "Weber Reinigung GmbH", due=FIRST + timedelta(days=30)),
        *(
            document(-each, 0, f"{name} Reinigung GmbH")
            for each, name in ((7_211, "Kunz"), (8_177, "Ott"))
        ),
    ]
    assert (
        match([line(-119_037, 14, printed, counterparty="DE87", text="Miete")], bills).automatic()
        == ()
    )


_TWO_MEANINGS = {"abc", "bolt", "san"}
"""Words of a trade that are names elsewhere."""


@pytest.mark.parametrize("code", [code for code, later in LATER.items() if later.is_spaced])
def test_matching_knows_the_trades_of_a_language_that_is_imported_later(code: str) -> None:
    phrases = later_language(code).words[Concept.TRADE]
    words = {word for phrase in phrases for word in fold(phrase).split() if len(word) > 2}
    assert {word for word in words if not is_of_trade(word)} <= _TWO_MEANINGS


# --- Card processors


@pytest.mark.parametrize(
    "processor",
    [
        "Worldline Financial Services",
        "PAYONE GmbH",
        "Concardis GmbH",
        "Nexi Payments SpA",
        "Zettle by PayPal",
        "Squareup International",
        "myPOS Europe",
        "Viva Wallet",
        "Elavon Financial Services",
        "Global Payments",
        "Teya Iceland",
        "GoCardless Ltd",
        "Klarna Bank AB",
        "Shopify Payments",
        "Checkout.com",
        "Dojo",
        "Mollie BV",
        "Adyen NV",
        "Nets Denmark A/S",
        "Viva.com",
    ],
)
def test_a_payout_of_a_processor_is_gross_and_fee(processor: str) -> None:
    sold = [claim(9_130, 0, "Lena Vogt"), claim(5_460, 1, "Ole Thies")]
    paid = line(14_590 - 277, 3, processor, text="SETTLEMENT 0304")
    found = only([paid], [*sold, fees()])
    assert found.level is Level.PROPOSED
    assert [(each.document, each.amount) for each in found.pairs] == [
        (sold[0].id, 9_130),
        (sold[1].id, 5_460),
        ("fee", -277),
    ]
