"""Money that may have gone back, beside an open document of the same party and amount.

The cases were written from banks' published texts and reasons of returns before the rule."""

import pytest

from tests.support.bank_matching import claim, document, line, matched, only
from tillroll_documents.matching.models import Document, DocumentKind, Level, MatchKind

RETURNED_DEBITS = (
    "SEPA LASTSCHRIFT RUECKGABE AC04 KONTO AUFGELOEST",
    "REJET PRLV SEPA MOTIF MD06",
    "DEVOLUCION RECIBO IMPAGADO MS02",
    "STORNERING INCASSO MD01",
    "INSOLUTO SDD AM04",
)
BOUNCED_PAYOUTS = (
    "RUECKLAEUFER UEBERWEISUNG KONTO UNBEKANNT",
    "REJET DE VIREMENT AC01",
    "DEVOLUCION TRANSFERENCIA EMITIDA",
    "RETOUR OVERBOEKING",
    "BONIFICO RESPINTO AC03",
    "ZWROT PRZELEWU",
)


def payout(amount: int, name: str) -> Document:
    """A payment to somebody that has left."""
    return document(-amount, 0, name, kind=DocumentKind.PAYOUT, remainder=0)


@pytest.mark.parametrize("text", [*RETURNED_DEBITS, ""])
def test_a_returned_debit_is_not_the_bill_of_a_customer_who_sells_too(text: str) -> None:
    paid = claim(4_567, 0, "Nordlicht Optik GmbH", remainder=0)
    bill = document(-4_567, 10, "Nordlicht Optik GmbH")
    found = only([line(-4_567, 12, "NORDLICHT OPTIK GMBH", text=text)], [paid, bill])
    assert found.level is Level.TIE
    assert paid.id in found.twins
    assert "but it may be what was paid before, and went back" in found.reasons


@pytest.mark.parametrize("text", RETURNED_DEBITS)
def test_a_returned_debit_is_of_the_claim_that_it_names(text: str) -> None:
    paid = claim(4_567, 0, "Nordlicht Optik GmbH", remainder=0, references=("2026-0301",))
    bill = document(-4_567, 10, "Nordlicht Optik GmbH")
    found = only([line(-4_567, 12, "NORDLICHT OPTIK GMBH", text=f"{text} 2026-0301")], [paid, bill])
    assert (found.kind, found.documents) == (MatchKind.REFUND, (paid.id,))


@pytest.mark.parametrize("text", [*BOUNCED_PAYOUTS, ""])
def test_a_bounced_payout_is_no_payment_of_a_claim(text: str) -> None:
    sent = payout(25_010, "Jana Kuhn")
    owed = claim(25_010, 1, "Jana Kuhn")
    found = only([line(25_010, 4, "JANA KUHN", text=text)], [sent, owed])
    assert found.level is Level.TIE
    assert sent.id in found.twins


def test_money_of_a_shop_that_is_a_customer_too_is_asked() -> None:
    bought = document(-8_990, 0, "Moebel Rast", remainder=0)
    owed = claim(8_990, 2, "Moebel Rast")
    assert only([line(8_990, 8, "MOEBEL RAST")], [bought, owed]).level is Level.TIE


def test_a_text_that_says_return_is_no_first_payment() -> None:
    owed = claim(32_145, 1, "Volksbank Nord Immobilien")
    found = only([line(32_145, 5, "VOLKSBANK NORD IMMOBILIEN", text="RUECKUEBERWEISUNG")], [owed])
    assert found.level is Level.PROPOSED
    assert "but its text says that a payment went back" in found.reasons


@pytest.mark.parametrize("text", ["Rechnung 2026-0400", "Rechnung 2026-0400 nach Ruecklastschrift"])
def test_who_names_the_open_claim_pays_it(text: str) -> None:
    """A customer whose debit was returned pays by a transfer, and says so."""
    sent = payout(25_010, "Jana Kuhn")
    owed = claim(25_010, 1, "Jana Kuhn", references=("2026-0400",))
    found = only([line(25_010, 4, "JANA KUHN", text=text)], [sent, owed])
    assert (found.level, found.documents) == (Level.AUTOMATIC, (owed.id,))


def test_a_credit_note_explains_what_came_back() -> None:
    bought = document(-8_990, 0, "Moebel Rast", remainder=0)
    note = document(8_990, 4, "Moebel Rast")
    found = only([line(8_990, 8, "MOEBEL RAST", text="RUECKZAHLUNG")], [bought, note])
    assert (found.level, found.documents) == (Level.AUTOMATIC, (note.id,))


def test_what_another_party_was_paid_says_nothing() -> None:
    sent = payout(25_010, "Lars Petersen")
    owed = claim(25_010, 1, "Jana Kuhn")
    assert only([line(25_010, 4, "JANA KUHN")], [sent, owed]).level is Level.AUTOMATIC


def test_two_returned_payments_of_one_amount_are_asked() -> None:
    first = claim(6_123, 0, "Imkerei Sommer", remainder=0)
    second = claim(6_123, 1, "Imkerei Sommer", remainder=0)
    found, _ = matched(
        [line(-6_123, 9, "IMKEREI SOMMER", text="RUECKLASTSCHRIFT AM04")], [first, second]
    )
    assert all(each.level is not Level.AUTOMATIC for each in found)
