"""Layouts of banks' CSV exports: what the proposed mapping makes of them.

Headers are those of the banks, after their help pages and public importers; the rows are invented.
They were written before the rules were opened."""

from typing import NamedTuple

import pytest

from tests.unit.tillroll_documents.bank_files.reading import from_csv, proposed
from tillroll_documents.bank_files.printed import EntryStatus


class _Layout(NamedTuple):
    """A file, and the amounts that are booked and pending in it."""

    content: str
    booked: list[int]
    pending: list[int]
    currency: str = "EUR"


LAYOUTS = {
    "Comdirect prints “offen” in the place of the day": _Layout(
        '"Buchungstag";"Wertstellung (Valuta)";"Vorgang";"Buchungstext";"Umsatz in EUR";\n'
        '"offen";"--";"Lastschrift / Belastung";"REWE KOELN";"-22,40";\n'
        '"03.03.2026";"03.03.2026";"Überweisung";"ACME GmbH Miete";"-450,00";\n',
        [-45_000],
        [-2_240],
    ),
    "Fineco authorizes": _Layout(
        "Data_Operazione;Data_Valuta;Entrate;Uscite;Descrizione;Stato\n"
        "03/03/2026;03/03/2026;;-35,20;Visa;Autorizzato\n"
        "02/03/2026;02/03/2026;1.500,00;;Bonifico;Contabilizzato\n"
        "01/03/2026;01/03/2026;;-12,00;Visa;Contabilizzato\n",
        [150_000, -1_200],
        [-3_520],
    ),
    "Danske waits": _Layout(
        '"Dato";"Tekst";"Beløb";"Saldo";"Status";"Afstemt"\n'
        '"02.03.2026";"NETTO";"-125,00";"875,00";"Udført";"Nej"\n'
        '"03.03.2026";"FØTEX";"-75,00";"";"Venter";"Nej"\n',
        [-12_500],
        [-7_500],
        "DKK",
    ),
    "Handelsbanken leaves day and balance out": _Layout(
        "Reskontradatum;Transaktionsdatum;Text;Belopp;Saldo\n"
        ";2026-03-03;Prel ICA;-99,00;\n"
        "2026-03-02;2026-03-01;Acme AB;1000,00;1500,00\n",
        [100_000],
        [-9_900],
        "SEK",
    ),
    "Citi prints payments with a minus": _Layout(
        "Status,Date,Description,Debit,Credit\n"
        "Pending,03/15/2026,GAS STATION,40.00,\n"
        "Cleared,03/14/2026,DINER,23.10,\n"
        "Cleared,03/13/2026,PAYMENT,,-500.00\n",
        [-2_310, 50_000],
        [-4_000],
        "USD",
    ),
    "Capital One prints them without": _Layout(
        "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n"
        "2026-03-02,2026-03-03,1234,DINER,Dining,23.10,\n"
        "2026-03-14,2026-03-14,1234,PAYMENT,Payment/Credit,,500.00\n",
        [-2_310, 50_000],
        [],
        "USD",
    ),
    "Barclaycard calls booked rows “Berechnet”": _Layout(
        "Referenznummer;Buchungsdatum;Buchungstext;Betrag;Währung;Originalbetrag;Originalwährung;Status\n"
        "123;03.03.2026;HOTEL LONDON;-117,20 €;EUR;-100,00 £;GBP;Berechnet\n"
        "124;05.03.2026;KINO;-10,00 €;EUR;-10,00 €;EUR;Vorgemerkt\n",
        [-11_720],
        [-1_000],
    ),
    "PayPal takes its fee": _Layout(
        '"Date","Name","Type","Status","Currency","Gross","Fee","Net","Transaction ID"\n'
        '"13/03/2026","Ann","Website Payment","Completed","EUR","100.00","-3.20","96.80","TX1"\n'
        '"14/03/2026","Shop","Checkout","Pending","EUR","-20.00","0.00","-20.00","TX2"\n'
        '"15/03/2026","Shop","Checkout","Denied","EUR","-30.00","0.00","-30.00","TX3"\n',
        [9_680],
        [-2_000],
    ),
    "Nordea reserves": _Layout(
        "Kirjauspäivä;Määrä;Maksaja;Maksunsaaja;Nimi;Otsikko;Viitenumero;Saldo;Valuutta\n"
        "Varaus;-9,90;FI1;;K-MARKET;K-MARKET;;;EUR\n"
        "2026/03/02;500,00;ACME;FI1;ACME;Lasku;;500,00;EUR\n",
        [50_000],
        [-990],
    ),
    "a row is yet to be booked, in Portuguese": _Layout(
        "Data;Descrição;Montante;Estado\n"
        "02/03/2026;CONTINENTE;-20,00;Contabilizado\n"
        "14/03/2026;WORTEN;-40,00;Por contabilizar\n",
        [-2_000],
        [-4_000],
    ),
    "a row was refused, in French": _Layout(
        "Date;Libellé;Montant;Statut\n"
        "02/03/2026;CARREFOUR;-20,00;Comptabilisé\n"
        "03/03/2026;FNAC;-30,00;Refusé\n"
        "14/03/2026;DARTY;-40,00;En attente\n",
        [-2_000],
        [-4_000],
    ),
    "a row is blocked, in Czech": _Layout(
        "Datum;Popis;Částka;Stav\n02.03.2026;ALBERT;-200,00;Zaúčtováno\n14.03.2026;BILLA;-400,00;Blokace\n",
        [-20_000],
        [-40_000],
        "CZK",
    ),
    "Amex prints purchases without a sign, in German": _Layout(
        "Datum,Beschreibung,Betrag,Weitere Details,Erscheint auf Ihrer Abrechnung als,Betreff\n"
        '02/03/2026,HOTEL NORD,"120,50",,HOTEL NORD,A1\n'
        '14/03/2026,ZAHLUNG ERHALTEN. BESTEN DANK.,"-300,00",,ZAHLUNG,A2\n'
        '20/03/2026,BAR SUED,"8,00",,BAR,A3\n',
        [-12_050, 30_000, -800],
        [],
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_read_as_its_bank_means_it(name: str) -> None:
    layout = LAYOUTS[name]
    _, entries = from_csv(layout.content.encode(), layout.currency)
    by_status = {
        status: [each.amount for each in entries if each.status is status]
        for status in (EntryStatus.BOOKED, EntryStatus.PENDING)
    }
    assert by_status == {EntryStatus.BOOKED: layout.booked, EntryStatus.PENDING: layout.pending}


def test_money_in_with_a_minus_is_asked() -> None:
    mapping = proposed(LAYOUTS["Citi prints payments with a minus"].content.encode())
    assert (mapping.purchases_positive, mapping.doubts, mapping.is_sure) == (
        True,
        ("signs",),
        False,
    )


def test_a_mapping_without_a_day_is_never_sure() -> None:
    content = (
        "ID,Status,Direction,Reference,Source currency,Exchange "
        "rate\nT-1,COMPLETED,OUT,rent,EUR,1.0\n"
    )
    assert not proposed(content.encode()).is_sure
