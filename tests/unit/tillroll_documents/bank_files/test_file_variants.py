"""States, headers, signs and amounts of CSV files of other banks and languages, and formats that
are refused by name.

Headers are those of the banks' exports; the rows are invented.
"""

from datetime import date

import pytest

from tests.unit.tillroll_documents.bank_files.reading import from_csv, proposed, refused
from tillroll_documents.bank_files.printed import EntryStatus


def encoded(*rows: str) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode()


# --- States


@pytest.mark.parametrize(
    ("header", "day", "pending", "booked"),
    [
        ("Date;Description;Amount;Status", "2026-03-05", "Pending", "Posted"),
        ("Date;Description;Amount;Status", "2026-03-05", "PROVISIONAL", "Settled"),
        ("Date;Description;Amount;State", "2026-03-05", "Authorised", "Completed"),
        ("Date;Description;Amount;Status", "2026-03-05", "Not yet posted", "Posted"),
        ("Date;Description;Amount;Status", "2026-03-05", "Processing", "Cleared"),
        ("Datum;Verwendungszweck;Betrag;Status", "05.03.2026", "Ausstehend", "Gebucht"),
        ("Datum;Verwendungszweck;Betrag;Umsatzstatus", "05.03.2026", "vorgemerkt", "gebucht"),
        ("Datum;Verwendungszweck;Betrag;Status", "05.03.2026", "Vormerkung", "Verbucht"),
        ("Datum;Verwendungszweck;Betrag;Status", "05.03.2026", "nicht gebucht", "gebucht"),
        ("Datum;Verwendungszweck;Betrag;Status", "05.03.2026", "Reserviert", "Abgerechnet"),
        ("Date;Libellé;Montant;Statut", "05/03/2026", "En attente", "Comptabilisé"),
        ("Date;Libellé;Montant;Statut", "05/03/2026", "À venir", "Passée"),
        ("Date;Libellé;Montant;État", "05/03/2026", "En cours", "Exécuté"),
        ("Fecha;Concepto;Importe;Estado", "05/03/2026", "Pendiente", "Contabilizado"),
        ("Fecha;Concepto;Importe;Estado", "05/03/2026", "Retenido", "Realizado"),
        ("Data;Descrizione;Importo;Stato", "05/03/2026", "In attesa", "Contabilizzato"),
        ("Data;Descrizione;Importo;Stato", "05/03/2026", "Non contabilizzato", "Contabilizzato"),
        ("Data;Descrizione;Importo;Stato", "05/03/2026", "Autorizzato", "Contabilizzato"),
        ("Datum;Omschrijving;Bedrag;Status", "05-03-2026", "In behandeling", "Geboekt"),
        ("Datum;Omschrijving;Bedrag;Status", "05-03-2026", "Gereserveerd", "Verwerkt"),
        ("Data operacji;Opis operacji;Kwota;Status", "2026-03-05", "Zarezerwowane", "Zaksięgowane"),
        ("Data operacji;Opis operacji;Kwota;Status", "2026-03-05", "Oczekująca", "Rozliczona"),
        ("Data operacji;Opis operacji;Kwota;Stan", "2026-03-05", "Blokada", "Zrealizowana"),
        ("Datum;Popis;Částka;Stav", "05.03.2026", "Čekající", "Zaúčtováno"),
        ("Datum;Popis;Částka;Stav", "05.03.2026", "Blokace", "Zaúčtovaná"),
        ("Datum;Beskrivning;Belopp;Status", "2026-03-05", "Reserverat", "Bokförd"),
        ("Datum;Beskrivning;Belopp;Status", "2026-03-05", "Preliminär", "Bokfört"),
        ("Dato;Tekst;Beløb;Status", "05-03-2026", "Afventer", "Udført"),
        ("Dato;Forklaring;Beløp;Status", "05.03.2026", "Reservert", "Bokført"),
        ("Päivämäärä;Selite;Määrä;Tila", "05.03.2026", "Katevaraus", "Kirjattu"),
        ("Data;Descrição;Valor;Estado", "05-03-2026", "Pendente", "Lançado"),
        ("Dátum;Közlemény;Összeg;Állapot", "2026.03.05", "Függőben", "Könyvelt"),
        ("Data;Detalii;Suma;Stare", "05.03.2026", "În așteptare", "Procesat"),
    ],
)
def test_a_pending_row_is_not_booked(header: str, day: str, pending: str, booked: str) -> None:
    content = encoded(header, f"{day};SHOP ONE;-15,20;{pending}", f"{day};SHOP TWO;-50,10;{booked}")
    _, entries = from_csv(content)
    assert [(each.amount, each.status) for each in entries] == [
        (-1_520, EntryStatus.PENDING),
        (-5_010, EntryStatus.BOOKED),
    ]


@pytest.mark.parametrize(
    ("header", "day", "declined", "booked"),
    [
        ("Date;Description;Amount;Status", "2026-03-05", "Declined", "Posted"),
        ("Date;Description;Amount;Status", "2026-03-05", "FAILED", "COMPLETED"),
        ("Date;Description;Amount;Status", "2026-03-05", "Cancelled", "Completed"),
        ("Date;Description;Amount;Status", "2026-03-05", "Expired", "Settled"),
        ("Date;Description;Amount;Status", "2026-03-05", "Voided", "Settled"),
        ("Datum;Verwendungszweck;Betrag;Status", "05.03.2026", "Abgelehnt", "Gebucht"),
        ("Datum;Verwendungszweck;Betrag;Status", "05.03.2026", "Fehlgeschlagen", "Gebucht"),
        ("Datum;Verwendungszweck;Betrag;Status", "05.03.2026", "Storniert", "Gebucht"),
        ("Date;Libellé;Montant;Statut", "05/03/2026", "Refusé", "Comptabilisé"),
        ("Date;Libellé;Montant;Statut", "05/03/2026", "Annulée", "Passée"),
        ("Fecha;Concepto;Importe;Estado", "05/03/2026", "Rechazada", "Contabilizado"),
        ("Data;Descrizione;Importo;Stato", "05/03/2026", "Rifiutato", "Contabilizzato"),
        ("Datum;Omschrijving;Bedrag;Status", "05-03-2026", "Geweigerd", "Geboekt"),
        ("Data operacji;Opis operacji;Kwota;Status", "2026-03-05", "Odrzucona", "Zaksięgowane"),
        ("Datum;Popis;Částka;Stav", "05.03.2026", "Zamítnuto", "Zaúčtováno"),
        ("Datum;Beskrivning;Belopp;Status", "2026-03-05", "Nekad", "Bokförd"),
        ("Dato;Tekst;Beløb;Status", "05-03-2026", "Afvist", "Bogført"),
        ("Päivämäärä;Selite;Määrä;Tila", "05.03.2026", "Hylätty", "Kirjattu"),
        ("Data;Descrição;Valor;Estado", "05-03-2026", "Recusado", "Lançado"),
        ("Dátum;Közlemény;Összeg;Állapot", "2026.03.05", "Elutasítva", "Könyvelt"),
    ],
)
def test_a_declined_row_is_not_booked(header: str, day: str, declined: str, booked: str) -> None:
    content = encoded(
        header, f"{day};SHOP ONE;-15,20;{declined}", f"{day};SHOP TWO;-50,10;{booked}"
    )
    _, entries = from_csv(content)
    assert [each.amount for each in entries if each.status is EntryStatus.BOOKED] == [-5_010]
    assert [each.amount for each in entries if each.status is EntryStatus.PENDING] == []


# --- Headers


@pytest.mark.parametrize(
    ("rows", "amounts", "currency"),
    [
        (
            (
                '"Dato";"Forklaring";"Rentedato";"Ut fra konto";"Inn på konto"',
                '"05.03.2026";"Varekjøp Kiwi 412";"05.03.2026";"129,50";""',
                '"06.03.2026";"Lønn";"06.03.2026";"";"31000,00"',
            ),
            [-12_950, 3_100_000],
            "NOK",
        ),
        (
            (
                '"Kirjauspäivä";"Arvopäivä";"Määrä EUROA";"Laji";"Selitys";"Saaja/Maksaja";"Viite"',
                '"2026-03-05";"2026-03-05";-12,90;"162";"PKORTTIMAKSU";"K-MARKET TÖÖLÖ";""',
                '"2026-03-06";"2026-03-06";1250,00;"588";"VIITESIIRTO";"ACME OY";"ref=123"',
            ),
            [-1_290, 125_000],
            "EUR",
        ),
        (
            (
                "Data_Operazione;Data_Valuta;Entrate;Uscite;Descrizione;Descrizione_Completa",
                "05/03/2026;05/03/2026;;-23,40;Pagamento Visa Debit;CAFFE GRECO",
                "06/03/2026;06/03/2026;1.000,00;;Bonifico SEPA;ACME SRL",
            ),
            [-2_340, 100_000],
            "EUR",
        ),
        (
            (
                "F.Valor;Fecha;Concepto;Movimiento;Importe;Divisa;Disponible;Divisa;Observaciones",
                "05/03/2026;05/03/2026;Pago con tarjeta;MERCADO SOL;-18,75;EUR;981,25;EUR;4711",
                "06/03/2026;06/03/2026;Transferencia recibida;ACME SL;500,00;EUR;1.481,25;EUR;",
            ),
            [-1_875, 50_000],
            "EUR",
        ),
        (
            (
                "Data Mov.;Data Valor;Descrição;Débito;Crédito;Saldo contabilístico",
                "05-03-2026;05-03-2026;COMPRA PADARIA SUL;7,35;;992,65",
                "06-03-2026;06-03-2026;TRF ACME LDA;;250,00;1.242,65",
            ),
            [-735, 25_000],
            "EUR",
        ),
        (
            (
                (
                    '"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af '
                    'Bij","Bedrag (EUR)"'
                ),
                '"20260305","Albert Heijn 1521","NL02INGB0001234567","","BA","Af","21,15"',
                (
                    '"20260306","ACME BV","NL02INGB0001234567","NL91ABNA0417164300","OV","Bij",'
                    '"800,00"'
                ),
            ),
            [-2_115, 80_000],
            "EUR",
        ),
        (
            (
                (
                    "dateOp;dateVal;label;category;categoryParent;supplierFound;amount;comment;"
                    "accountNum;accountbalance"
                ),
                (
                    "2026-03-05;2026-03-05;CARTE 04/03/26 "
                    "MONOP;Alimentation;Vie;monop;-9,80;;00040;990.20"
                ),
                (
                    "2026-03-06;2026-03-06;VIR ACME SARL;Virements;Revenus;acme;1 "
                    "200,00;;00040;2190.20"
                ),
            ),
            [-980, 120_000],
            "EUR",
        ),
        (
            (
                "Date;Libellé;Débit euros;Crédit euros;",
                "05/03/2026;PAIEMENT CARTE FNAC;45,99;;",
                "06/03/2026;VIREMENT ACME;;640,00;",
            ),
            [-4_599, 64_000],
            "EUR",
        ),
        (
            (
                "Bokföringsdag;Belopp;Avsändare;Mottagare;Namn;Rubrik;Saldo;Valuta",
                "2026/03/05;-249,00;1234 56;;;Kortköp ICA NARA;9751,00;SEK",
                "2026/03/06;5000,00;;1234 56;Acme AB;Betalning;14751,00;SEK",
            ),
            [-24_900, 500_000],
            "SEK",
        ),
        (
            (
                (
                    '"ID pohybu";"Datum";"Objem";"Měna";"Protiúčet";"Název protiúčtu";"Zpráva '
                    'pro příjemce"'
                ),
                '"22811110001";"05.03.2026";"-412,00";"CZK";"";"";"Nákup: Kavárna"',
                (
                    '"22811110002";"06.03.2026";"15000,00";"CZK";"2000000001";"Acme s.r.o.";'
                    '"Faktura 7"'
                ),
            ),
            [-41_200, 1_500_000],
            "CZK",
        ),
        (
            (
                "Könyvelés dátuma;Értéknap;Összeg;Devizanem;Partner neve;Közlemény;Egyenleg",
                "2026.03.05;2026.03.05;-4 990;HUF;SPAR 114;Vásárlás;95 010",
                "2026.03.06;2026.03.06;250 000;HUF;Acme Kft;Számla 7;345 010",
            ),
            [-499_000, 25_000_000],
            "HUF",
        ),
        (
            (
                "Data;Detalii tranzactie;Debit;Credit",
                "05.03.2026;Cumparare POS Kaufland;89,30;",
                "06.03.2026;Incasare Acme SRL;;1.200,00",
            ),
            [-8_930, 120_000],
            "RON",
        ),
        (
            (
                "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #",
                "DEBIT,03/25/2026,CORNER DELI,-14.20,DEBIT_CARD,985.80,",
                "CREDIT,03/26/2026,ACME INC PAYROLL,2000.00,ACH_CREDIT,2985.80,",
            ),
            [-1_420, 200_000],
            "USD",
        ),
        (
            (
                "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit",
                "2026-03-05,2026-03-06,4711,CORNER DELI,Dining,14.20,",
                "2026-03-08,2026-03-09,4711,AUTOPAY PYMT,Payment,,300.00",
            ),
            [-1_420, 30_000],
            "USD",
        ),
        (
            (
                (
                    '"TransferWise ID",Date,Amount,Currency,Description,"Payment '
                    'Reference","Running Balance"'
                ),
                "CARD-1,05-03-2026,-22.10,EUR,Card transaction of 22.10 EUR issued by Cafe,,977.90",
                "TRANSFER-2,06-03-2026,400.00,EUR,Received money from Acme,INV 7,1377.90",
            ),
            [-2_210, 40_000],
            "EUR",
        ),
        (
            (
                (
                    '"Booking Date","Partner Name",Type,"Amount (EUR)","Original '
                    'Amount","Original Currency"'
                ),
                '2026-03-05,"Cafe Sol",Presentment,-8.62,-10.00,USD',
                '2026-03-06,"Acme GmbH","Credit Transfer",500.00,,',
            ),
            [-862, 50_000],
            "EUR",
        ),
        (
            (
                (
                    "Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP),Spending "
                    "Category,Notes"
                ),
                "25/03/2026,Corner Cafe,CARD,CONTACTLESS,-4.85,995.15,EATING_OUT,",
                "26/03/2026,Acme Ltd,INV 7,FASTER PAYMENT,700.00,1695.15,INCOME,",
            ),
            [-485, 70_000],
            "GBP",
        ),
        (
            (
                (
                    '"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee",'
                    '"Net","Balance"'
                ),
                (
                    '"25/03/2026","10:00","CET","Lena Vogt","Payment","Completed","EUR","100.00",'
                    '"-2.84","97.16","97.16"'
                ),
                (
                    '"26/03/2026","11:00","CET","Cloud Host","Payment","Completed","EUR","-20.'
                    '00","0.00","-20.00","77.16"'
                ),
            ),
            [9_716, -2_000],
            "EUR",
        ),
        (
            (
                "Trans. Date,Post Date,Description,Amount,Category",
                "03/25/2026,03/26/2026,CORNER DELI,14.20,Restaurants",
                "03/27/2026,03/27/2026,INTERNET PAYMENT - THANK YOU,-100.00,Payments",
                "03/28/2026,03/29/2026,BOOK SHOP,31.07,Merchandise",
            ),
            [-1_420, 10_000, -3_107],
            "USD",
        ),
        (
            (
                "Valutadatum;Betrag CHF;Buchungstext;Buchungsdatum",
                "05.03.2026;-1'234.50;Miete Atelier;05.03.2026",
                "06.03.2026;2'000.00;Gutschrift Acme AG;06.03.2026",
            ),
            [-123_450, 200_000],
            "CHF",
        ),
        (
            (
                "Tarih;Açıklama;Tutar;Bakiye",
                "05.03.2026;MARKET;-120,50;879,50",
                "06.03.2026;ACME;500,00;1.379,50",
            ),
            [-12_050, 50_000],
            "TRY",
        ),
        (
            ("Дата;Описание;Сумма", "05.03.2026;МАГАЗИН;-120,50", "06.03.2026;АКМЕ;500,00"),
            [-12_050, 50_000],
            "EUR",
        ),
        (
            ("Ημερομηνία;Αιτιολογία;Ποσό", "05/03/2026;ΑΓΟΡΑ;-12,50", "06/03/2026;ACME;500,00"),
            [-1_250, 50_000],
            "EUR",
        ),
        (
            ("Datum knjiženja;Opis;Iznos", "05.03.2026;TRGOVINA;-12,50", "06.03.2026;ACME;500,00"),
            [-1_250, 50_000],
            "EUR",
        ),
    ],
)
def test_a_banks_header_is_understood(
    rows: tuple[str, ...], amounts: list[int], currency: str
) -> None:
    _, entries = from_csv(encoded(*rows), currency)
    assert [each.amount for each in entries] == amounts


def test_a_day_of_america_is_a_day_of_america() -> None:
    rows = (
        "Date,Description,Amount",
        "03/25/2026,CORNER DELI,-14.20",
        "03/04/2026,BOOK SHOP,-31.07",
    )
    _, entries = from_csv(encoded(*rows), "USD")
    assert [each.booked_on for each in entries] == [date(2026, 3, 25), date(2026, 3, 4)]


# --- Amounts


@pytest.mark.parametrize(
    ("out", "into", "amounts"),
    [
        ("-1.234,50", "10,00", [-123_450, 1_000]),
        ("-1'234.50", "10.00", [-123_450, 1_000]),
        ("-1 234,50", "10,00", [-123_450, 1_000]),
        ("-1\u00a0234,50", "10,00", [-123_450, 1_000]),
        ("-1\u202f234,50", "10,00", [-123_450, 1_000]),
        ("(1,234.50)", "10.00", [-123_450, 1_000]),
        ("1.234,50-", "10,00", [-123_450, 1_000]),
        ("1.234,50-", "10,00+", [-123_450, 1_000]),
        ("\u22121.234,50", "10,00", [-123_450, 1_000]),
        ("\u20131.234,50", "+10,00", [-123_450, 1_000]),
        ("1.234,50 S", "10,00 H", [-123_450, 1_000]),
        ("1,234.50 DR", "10.00 CR", [-123_450, 1_000]),
        ("1,234.50 D", "10.00 C", [-123_450, 1_000]),
        ("-€1,234.50", "€10.00", [-123_450, 1_000]),
        ("€ -1.234,50", "€ 10,00", [-123_450, 1_000]),
        ("EUR -1.234,50", "EUR 10,00", [-123_450, 1_000]),
        ("-1.234,50 EUR", "10,00 EUR", [-123_450, 1_000]),
        ("-,50", "10,00", [-50, 1_000]),
        ("-1234,5", "10", [-123_450, 1_000]),
    ],
)
def test_an_amount_is_read_as_it_is_printed(out: str, into: str, amounts: list[int]) -> None:
    content = encoded(
        "Datum;Text;Betrag", f'05.03.2026;SHOP ONE;"{out}"', f'06.03.2026;ACME;"{into}"'
    )
    _, entries = from_csv(content)
    assert [each.amount for each in entries] == amounts


def test_a_column_of_numbers_is_no_amount() -> None:
    rows = (
        "Buchungstag;Auftragsnummer;Betrag;Verwendungszweck",
        "05.03.2026;4711001;-12,90;Cafe",
        "06.03.2026;4711002;500,00;Acme",
    )
    assert proposed(encoded(*rows)).amount == "Betrag"


# --- Formats that are refused by name


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (
            b"PK\x03\x04\x14\x00\x06\x00" + b"[Content_Types].xml xl/workbook.xml" + b"\x00" * 60,
            "Excel",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "Excel"),
        (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "PDF"),
        (
            b"<!DOCTYPE html>\n<html><body><table><tr><td>1</td></tr></table></body></html>",
            "web page",
        ),
        (b"<html><head><title>Login</title></head><body></body></html>", "web page"),
        (
            (
                b'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.'
                b'001.03"><X/></Document>'
            ),
            "pain.001",
        ),
        (
            (
                b'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.'
                b'001.03"><X/></Document>'
            ),
            "pain.002",
        ),
        (
            b"UNA:+.? 'UNB+UNOC:3+BANK+KUNDE+260305:0600+1'UNH+1+FINSTA:D:96A:UN'BGM+310+1'",
            "FINSTA",
        ),
        (b"0128AGK37040044000000000EXAMPLE GMBH               050326    0532013000", "DTAUS"),
        (b"0740000000000123456EXAMPLE SRO         010326000000001000000", "ABO"),
        (
            b'#FLAGGA 0\r\n#PROGRAM "Books" 1.0\r\n#FORMAT PC8\r\n#GEN 20260305\r\n#SIETYP 4\r\n',
            "SIE",
        ),
        (b'"EXTF";700;21;"Buchungsstapel";9;20260305;;"RE";"";"";1001;1;20260101;4\n', "DATEV"),
        (b'{"transactions": [{"amount": "-12.90", "date": "2026-03-05"}]}', "JSON"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03abc", "gzip"),
        (b"Rar!\x1a\x07\x00abcdefgh", "RAR"),
        (b"7z\xbc\xaf\x27\x1cabcdefgh", "7z"),
        (b"\x89PNG\r\n\x1a\nabcdefgh", "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIFabc", "picture"),
        (b"{\\rtf1\\ansi Kontoauszug}", "RTF"),
    ],
)
def test_a_format_is_refused_by_its_name(content: bytes, name: str) -> None:
    assert name.lower() in str(refused(content, currency="EUR")).lower()
