"""Half a name is none: what is certain only by a whole one."""

from dataclasses import replace

import pytest

from tests.support.bank_matching import claim, document, line, matched, only
from tillroll_documents.matching.learning import learn
from tillroll_documents.matching.models import (
    NOTHING_LEARNED,
    Decision,
    Level,
)

_UNEVEN = 23_847


@pytest.mark.parametrize(
    ("bank", "merchant"),
    [
        ("GOOGLE *ADS", "Google Workspace"),
        ("GOOGLE *ADS1234567", "Google Workspace Ireland Ltd"),
        ("AMERICAN EXPRESS", "American Express Global Business Travel"),
        ("AMEX ABRECHNUNG", "Amex Reisen"),
        ("ANNA WEBER", "Anna Weber Consulting GmbH"),
        ("MICROSOFT *XBOX", "Microsoft Azure"),
        ("VODAFONE KABEL", "Vodafone Mobilfunk GmbH"),
        ("STADTWERKE BONN VERKEHR", "Stadtwerke Bonn"),
        ("UBER *EATS", "Uber"),
        ("AMAZON PRIME", "Amazon Web Services"),
        ("Kontor Nord Immobilien", "Kontor Nord"),
        ("Kontor Nord AG", "Kontor Nord GmbH"),
        ("Kontor Nord GmbH", "Kontor Nord GmbH & Co. KG"),
        ("MUELLER BAU VERWALTUNGS GMBH", "Müller Bau GmbH"),
        ("NETFLIX", "Netflix Animation Studios"),
        ("KRANZ KASSEL", "Café Kranz"),
        ("GALERIA MUENCHEN", "Galeria Ka5fhof"),
        ("DM DROGERIEMARKTPLATZ", "dm-drogerie markt"),
        ("DM DROGERIEMARKT EINKAUF KOELN", "dm-drogerie markt"),
        ("APOTHEKE BERLIN DE", "Apotheke"),
        ("KioskPost WIEN", "Kiosk"),
    ],
)
@pytest.mark.parametrize("text", ["", "KAUF 02.03."])
def test_half_a_name_is_never_certain(bank: str, merchant: str, text: str) -> None:
    bill = document(-_UNEVEN, 0, merchant)
    found, _ = matched([line(-_UNEVEN, 2, bank, text=text)], [bill])
    assert [each for each in found if each.level is Level.AUTOMATIC] == []


@pytest.mark.parametrize("bank", ["Kontor Nord Holding GmbH", "Kontor Nord GmbH"])
def test_a_sister_company_pays_no_claim_without_a_person(bank: str) -> None:
    owed = claim(_UNEVEN, 0, "Kontor Nord AG")
    found, _ = matched([line(_UNEVEN, 5, bank)], [owed])
    assert [each for each in found if each.level is Level.AUTOMATIC] == []


@pytest.mark.parametrize(
    ("bank", "merchant"),
    [
        ("STADTWERKE BERLIN", "Stadtwerke Berlin"),
        ("REWE KOELN", "REWE Markt GmbH"),
        ("LUFTHANSA", "Lufthansa AG"),
        ("PAYPAL *SPOTIFY", "Spotify AB"),
        ("SQ *BLUE BOTTLE COFF", "Blue Bottle Coffee"),
        ("FOTO QUANDT/Graz", "Foto Quandt"),
        ("DEUTSCHE POST AG 2183", "Deutsche Post AG"),
        ("CONRAD ELECTRONIC HAMB", "Conrad Electronic SE"),
        ("GEBAEUDETECHNIK SANDOV", "Gebäudetechnik Sandoval GmbH"),
        ("Hetzner Online GmbH", "Hetzner Online GmbH"),
        ("IKEA DEUTSCHLAND GMBH & CO", "IKEA Deutschland GmbH & Co. KG"),
        ("Acme Limited", "ACME Ltd."),
        ("DM DROGERIEMARKT DRESDEN DE", "dm-drogerie markt"),
        ("DM DROGERIEMARKT 1232 WIEN", "dm-drogerie markt"),
        ("HotelZumLoewen STUTTGART", "Hotel Zum Löwen"),
    ],
)
def test_a_whole_name_is_certain(bank: str, merchant: str) -> None:
    found = only([line(-_UNEVEN, 2, bank)], [document(-_UNEVEN, 0, merchant)])
    assert found.level is Level.AUTOMATIC


def test_what_a_person_taught_stays_certain() -> None:
    bill = document(-_UNEVEN, 0, "Google Workspace")
    first = line(-_UNEVEN, 2, "GOOGLE *ADS")
    knowledge = learn(NOTHING_LEARNED, Decision(is_accepted=True, line=first, documents=(bill,)))
    found = only([replace(first, id="next")], [replace(bill, id="next bill")], knowledge)
    assert found.level is Level.AUTOMATIC


def test_a_registered_name_of_another_form_is_asked() -> None:
    bill = document(-_UNEVEN, 0, names=("Kontor Nord", "Kontor Nord AG"))
    found, _ = matched([line(-_UNEVEN, 2, "Kontor Nord GmbH")], [bill])
    assert [each.level for each in found] == [Level.PROPOSED]


@pytest.mark.parametrize("code", ["PMNT-ICDT-SALA", "PMNT-ICDT-ESCT+SALA", "SALA"])
def test_wages_by_their_code_pay_no_bill(code: str) -> None:
    bill = document(-250_000, 0, "Anna Weber", references=("RE-2026-17",))
    found, _ = matched([line(-250_000, 2, "ANNA WEBER", code=code, text="RE-2026-17")], [bill])
    assert found == []


@pytest.mark.parametrize(
    "text", ["Gehalt März", "LOHN 03/2026", "Salary March", "Salaire mars", "PURP+SALA"]
)
def test_wages_in_words_are_asked(text: str) -> None:
    bill = document(-250_000, 0, "Anna Weber")
    found = only([line(-250_000, 2, "ANNA WEBER", text=text)], [bill])
    assert found.level is Level.PROPOSED
    assert "but the text says wages: they pay no bill" in found.reasons


def test_a_word_that_begins_like_wages_is_none() -> None:
    bill = document(-250_100, 0, "Datenwerk GmbH")
    found = only([line(-250_100, 2, "DATENWERK GMBH", text="Lohnabrechnung 03/2026")], [bill])
    assert found.level is Level.AUTOMATIC
