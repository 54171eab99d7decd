"""Each doubt about a printed invoice: a document that is asked for it, and its near twin that goes
through.
"""

from collections.abc import Mapping
from datetime import date

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.company_names import Own

TODAY = date(2026, 11, 1)
OWN = Own.of(["Nordkap Handel GmbH"], [])
PAGE = """
Lindner Papier GmbH                                        RECHNUNG
Lange Reihe 45                                             Rechnungsnummer   RE-2044
10115 Berlin                                               Rechnungsdatum    09.03.2026

Kunde
Elmtal Gärtnerei KG
Neue Straße 9
14467 Potsdam

Pos   Bezeichnung                  Menge         Preis         Betrag
1     Papier A4                       10         10,00         100,00
                                        Netto                100,00 EUR
                                        MwSt 19 %             19,00 EUR
                                        Gesamtbetrag         119,00 EUR
Zahlbar ohne Abzug.
Lindner Papier GmbH   Amtsgericht Berlin HRB 77123   USt-IdNr. DE136695976
"""
HEAD = "Lindner Papier GmbH   "
FOOT = "Lindner Papier GmbH   Amts"
TAX = "                                        MwSt 19 %             19,00 EUR\n"
NET = "                                        Netto                100,00 EUR\n"
IN_DOLLARS = {"100,00 EUR": "100,00 USD", "119,00 EUR": "119,00 USD", "19,00 EUR": "19,00 USD"}
TOTAL = "Gesamtbetrag         119,00 EUR"


def reasons(changes: Mapping[str, str], own: Own | None = None) -> tuple[str, ...]:
    text = PAGE
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    reading = read_printed(Page.of(Transcript.from_text(text)), today=TODAY, own=own)
    assert reading is not None
    return reading.reasons


def test_the_page_as_it_is_goes_through() -> None:
    assert reasons({}) == ()


NAMES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "a word that joins stands at the end of the line above": (
        {FOOT: "Gruber und\nLindner Papier GmbH   Amts"},
        {FOOT: "Gerichtsstand: Berlin\nLindner Papier GmbH   Amts"},
    ),
    "words of a name precede it on a line": (
        {FOOT: "Im Auftrag von Gruber & Lindner Papier GmbH   Amts"},
        {FOOT: "Im Auftrag von Lindner Papier GmbH   Amts"},
    ),
    "two lines above end with the same word": (
        {HEAD: "Nordlicht Kontor" + " " * 43 + "Blatt\n" + HEAD, FOOT: "Kontor\n" + FOOT},
        {HEAD: "Nordlicht Kontor" + " " * 43 + "Blatt\n" + HEAD},
    ),
    "it lacks the legal form below it": (
        {
            HEAD: "Lindner Papier        ",
            "Lange": "AG & Co KG\nLange",
            FOOT: "Lindner Papier   Amts",
        },
        {HEAD: "Lindner Papier        ", FOOT: "Lindner Papier   Amts"},
    ),
    "it is printed with a legal form elsewhere": (
        {
            HEAD: "Lindner Papier        ",
            "Zahlbar ohne Abzug.": "Lindner Papier, GmbH",
            FOOT: "Lindner Papier   Amts",
        },
        {HEAD: "Lindner Papier        ", FOOT: "Lindner Papier   Amts"},
    ),
    "the line above it has the words of the web address": (
        {
            FOOT: (
                "Nordlicht Schreibwaren\nLindner Papier GmbH   www.nordlicht-schreibwaren.de   Amts"
            )
        },
        {FOOT: "Nordlicht Schreibwaren\nLindner Papier GmbH   www.lindner-papier.de   Amts"},
    ),
    "the line below goes on with &": (
        {HEAD: "Lindner Papier        ", "Lange": "& Söhne\nLange", FOOT: "Lindner Papier   Amts"},
        {HEAD: "Lindner Papier        ", FOOT: "Lindner Papier   Amts"},
    ),
    "it begins small, and has no legal form": (
        {HEAD: "papierwaren           ", FOOT: "papierwaren   Amts"},
        {HEAD: "papierwaren AG        ", FOOT: "papierwaren AG   Amts"},
    ),
    "it is a town of the page": (
        {HEAD: "Berlin GmbH           ", FOOT: "Berlin GmbH   Amts"},
        {HEAD: "Berlina GmbH          ", FOOT: "Berlina GmbH   Amts"},
    ),
    "another cell stands close to it": (
        {HEAD: "Lindner Papier GmbH   Handel   "},
        {HEAD: HEAD + "   "},
    ),
    "a sentence says that another one sells": (
        {"Zahlbar ohne Abzug.": "Im Namen und für Rechnung von Krause Druck OHG"},
        {"Zahlbar ohne Abzug.": "Im Namen und für Rechnung von Lindner Papier GmbH"},
    ),
    "another one is paid": (
        {"Zahlbar ohne Abzug.": "Kontoinhaber: Krause Druck OHG"},
        {"Zahlbar ohne Abzug.": "Kontoinhaber: Lindner Papier"},
    ),
    "another one handed the order on": (
        {"Zahlbar ohne Abzug.": "Ihr Kauf über Lindner Papier GmbH"},
        {"Zahlbar ohne Abzug.": "Ihr Kauf bei Lindner Papier GmbH"},
    ),
    "a longer name that begins so stands over an address": (
        {"Zahlbar ohne Abzug.": "Lindner Papier Service GmbH\nWeg 7\n20095 Hamburg"},
        {"Zahlbar ohne Abzug.": "Lindner Papier GmbH\nWeg 7\n20095 Hamburg"},
    ),
    "its legal form goes on below": (
        {
            HEAD: "Lindner Papier Spółka z ",
            "Lange": "o.o.\nLange",
            FOOT: "Lindner Papier Spółka z o.o.   Amts",
        },
        {HEAD: "Lindner Papier Sp. z o.o. ", FOOT: "Lindner Papier Sp. z o.o.   Amts"},
    ),
    "only its place speaks for it": (
        {
            HEAD: "Lindner Papier        ",
            FOOT: "www.nordlicht-kontor.de\nLindner Papier        Amts",
        },
        {HEAD: "Lindner Papier        ", FOOT: "www.lindner-papier.de\nLindner Papier        Amts"},
    ),
    "two names stand over addresses, and both sell": (
        {
            "Zahlbar ohne Abzug.": (
                "Krause Druck OHG   HRB 5112\nWeg 7\n20095 Hamburg\nDE136695976 www.krause-druck.de"
            )
        },
        {"Zahlbar ohne Abzug.": "Weg 7\n20095 Hamburg"},
    ),
}


@pytest.mark.parametrize(("asked", "passes"), NAMES.values(), ids=NAMES)
def test_a_name_that_may_not_be_whole_is_asked(
    asked: Mapping[str, str], passes: Mapping[str, str]
) -> None:
    assert "merchant_uncertain" in reasons(asked)
    assert reasons(passes) == ()


OTHERS: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "nothing confirms the seller": ("seller_unconfirmed", {FOOT: "Amts"}, {}),
    "what confirms it is the buyer's": (
        "seller_unconfirmed",
        {
            FOOT + "gericht Berlin HRB 77123   USt-IdNr. DE136695976": "",
            "14467 Potsdam": "USt-IdNr. DE136695976",
        },
        {"14467 Potsdam": "14467 Potsdam\nUSt-IdNr. DE811907980"},
    ),
    "an account confirms no bank": (
        "seller_unconfirmed",
        {
            FOOT
            + (
                "gericht Berlin HRB 77123   USt-IdNr. DE136695976"
            ): "Lindner Papier GmbH\nIBAN DE44500105175407324931"
        },
        {FOOT: "Lindner Papier GmbH   IBAN DE44500105175407324931   Amts"},
    ),
    "nobody bought": (
        "buyer_unknown",
        {"Kunde\nElmtal Gärtnerei KG\nNeue Straße 9\n14467 Potsdam\n": ""},
        {"Kunde\n": "Rechnungsadresse\n"},
    ),
    "buyer and seller are one": (
        "buyer_unknown",
        {"Elmtal Gärtnerei KG": "Lindner Papier GmbH Filiale"},
        {"Elmtal Gärtnerei KG": "Elmtal Papier GmbH"},
    ),
    "the web address is the buyer's": (
        "buyer_unknown",
        {"Zahlbar ohne Abzug.": "www.elmtal-gaertnerei.de"},
        {"Zahlbar ohne Abzug.": "www.elmtal-gaertnerei.de www.lindner-papier.de"},
    ),
    "no total": ("total_missing", {NET: "", TAX: "", TOTAL: "ohne Betrag"}, {}),
    "net and tax make another total": (
        "total_uncertain",
        {"119,00 EUR": "120,00 EUR"},
        {"19,00 EUR": "20,00 EUR", "119,00 EUR": "120,00 EUR", "19 %": "20 %"},
    ),
    "a larger total is printed": (
        "total_uncertain",
        {"Zahlbar ohne Abzug.": "Gesamtbetrag brutto 142,00 EUR"},
        {"Zahlbar ohne Abzug.": "Gesamtbetrag brutto 119,00 EUR"},
    ),
    "it is what remains of a larger total": (
        "total_uncertain",
        {
            NET: "",
            TAX: "",
            TOTAL: (
                "Rechnungsbetrag 100,00 EUR\nAnzahlung -20,00 EUR\nRestbetrag 80,00 EUR\n"
                "Netto 80,00 EUR\n§ 19"
            ),
        },
        {TOTAL: TOTAL + "\nAnzahlung -20,00 EUR\nRestbetrag 99,00 EUR"},
    ),
    "what confirms it has the customer": (
        "seller_unconfirmed",
        {
            FOOT + "gericht Berlin HRB 77123   USt-IdNr. DE136695976": (
                "Lindner Papier GmbH   Kunden-USt-IdNr. DE136695976"
            )
        },
        {
            FOOT
            + (
                "gericht Berlin HRB 77123   USt-IdNr. DE136695976"
            ): "Lindner Papier GmbH   USt-IdNr. DE136695976"
        },
    ),
    "a tax alone makes no total": ("total_uncertain", {NET: "", "MwSt 19 %": "MwSt"}, {NET: ""}),
    "the page speaks of money that is given back": (
        "total_of_credit_below_zero",
        {"Zahlbar ohne Abzug.": "Do zwrotu"},
        {"Zahlbar ohne Abzug.": "Kein Rückgaberecht."},
    ),
    "the page corrects an invoice": (
        "total_of_credit_below_zero",
        {"Zahlbar ohne Abzug.": "Faktura korygowana: RE-1999"},
        {"Zahlbar ohne Abzug.": "Lieferschein: LS-1999"},
    ),
    "it is a reminder": ("document_is_statement", {"RECHNUNG": "MAHNUNG"}, {}),
    "it is an offer": ("document_is_no_receipt", {"RECHNUNG": "ANGEBOT"}, {}),
    "two numbers are as likely": (
        "number_uncertain",
        {"10115 Berlin     ": "Rechnungsnummer: RE-2045   10115 Berlin     "},
        {"10115 Berlin     ": "Auftragsnummer: RE-2045   10115 Berlin     "},
    ),
    "no number is labelled": ("number_uncertain", {"Rechnungsnummer   RE-2044": ""}, {}),
    "no day": ("date_missing", {"Rechnungsdatum    09.03.2026": ""}, {}),
    "two days are as likely": (
        "date_uncertain",
        {"Zahlbar ohne Abzug.": "Rechnungsdatum: 11.03.2026"},
        {"Zahlbar ohne Abzug.": "Lieferdatum: 11.03.2026"},
    ),
    "day and month may be exchanged": (
        "date_ambiguous",
        {"09.03.2026": "09/03/2026"} | IN_DOLLARS,
        {"09.03.2026": "19/03/2026"} | IN_DOLLARS,
    ),
    "a sort code is no day that tells the order": (
        "date_ambiguous",
        {"09.03.2026": "09/03/2026", "Zahlbar ohne Abzug.": "Sort code: 07-30-45"} | IN_DOLLARS,
        {"09.03.2026": "19/03/2026", "Zahlbar ohne Abzug.": "Sort code: 07-30-45"} | IN_DOLLARS,
    ),
    "it is due before it was made": (
        "date_uncertain",
        {"Zahlbar ohne Abzug.": "Fällig am: 08.03.2026"},
        {"Zahlbar ohne Abzug.": "Fällig am: 09.03.2026"},
    ),
    "the day is to come": (
        "date_implausible",
        {"09.03.2026": "09.12.2026"},
        {"09.03.2026": "09.10.2026"},
    ),
    "no currency": (
        "currency_unknown",
        {"100,00 EUR": "100,00 $", "119,00 EUR": "119,00 $", "19,00 EUR": "19,00 $"},
        {},
    ),
}


@pytest.mark.parametrize(("reason", "asked", "passes"), OTHERS.values(), ids=OTHERS)
def test_each_other_doubt_is_asked(
    reason: str, asked: Mapping[str, str], passes: Mapping[str, str]
) -> None:
    assert reason in reasons(asked)
    assert reasons(passes) == ()


def test_what_the_account_wrote_is_asked() -> None:
    sold = {
        HEAD: "Nordkap Handel GmbH   ",
        FOOT: "Nordkap Handel GmbH   Amts",
        "Kunde": "Rechnung an",
    }
    assert reasons(sold) == ()
    assert reasons(sold, OWN) != ()
