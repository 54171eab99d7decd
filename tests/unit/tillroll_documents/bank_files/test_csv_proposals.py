"""What is proposed for the CSV files of more banks: signs, states, names, and headers of other
languages. Headers are those of the banks' exports; the rows are invented.
"""

from collections.abc import Sequence

import pytest

from tests.unit.tillroll_documents.bank_files.reading import from_csv, proposed, statements
from tillroll_documents.bank_files.csv.files import MappingNeeded
from tillroll_documents.bank_files.printed import EntryStatus, Foreign

AMEX = "Date,Description,Amount,Extended Details,Appears On Your Statement As,Reference\n"
SPARKASSE = (
    "Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;Beguenstigter/Zahlungspflichtiger;"
    "Betrag;Info\n"
)
REVOLUT = "Type,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n"


def file(header: str, *rows: str, encoding: str = "utf-8") -> bytes:
    return (header + "".join(f"{row}\n" for row in rows)).encode(encoding)


def amounts(content: bytes, currency: str = "EUR") -> list[int]:
    return [each.amount for each in from_csv(content, currency)[1]]


def test_a_card_prints_purchases_without_a_sign() -> None:
    content = file(
        AMEX,
        "03/02/2026,CORNER BAKERY,12.00,,CORNER BAKERY,AT1",
        "04/02/2026,CLOUD HOST,23.45,,CLOUD HOST,AT2",
        "28/02/2026,PAYMENT RECEIVED - THANK YOU,-500.00,,PAYMENT RECEIVED,AT3",
    )
    mapping = proposed(content)
    assert mapping.purchases_positive
    assert mapping.doubts == ("signs",)
    assert amounts(content) == [-1200, -2345, 50000]
    assert [each.amount for each in from_csv(content, purchases_positive=False)[1]] == [
        1200,
        2345,
        -50000,
    ]


def test_the_preview_says_what_goes_out_and_comes_in() -> None:
    content = file(
        "Date,Description,Amount\n", "2026-03-01,A,-1.00", "2026-03-02,B,5.00", "2026-03-03,C,-2.00"
    )
    with pytest.raises(MappingNeeded) as needed:
        statements(content, currency="EUR")
    totals = needed.value.totals
    assert (totals.rows, totals.money_out, totals.money_in, totals.currency) == (
        3,
        -300,
        500,
        "EUR",
    )


@pytest.mark.parametrize(
    ("rows", "is_turned", "doubts"),
    [
        (
            ("2026-03-01,A,1.00,9.00", "2026-03-02,B,2.00,7.00", "2026-03-03,C,-5.00,12.00"),
            True,
            (),
        ),
        (
            ("2026-03-01,A,-1.00,9.00", "2026-03-02,B,-2.00,7.00", "2026-03-03,C,5.00,12.00"),
            False,
            (),
        ),
        (
            ("2026-03-03,C,5.00,12.00", "2026-03-02,B,-2.00,7.00", "2026-03-01,A,-1.00,9.00"),
            False,
            (),
        ),
        (("2026-03-01,A,-1.00,50.00", "2026-03-02,B,-2.00,70.00"), False, ("signs",)),
    ],
)
def test_only_balances_or_two_columns_prove_the_signs(
    rows: Sequence[str], is_turned: bool, doubts: Sequence[str]
) -> None:
    mapping = proposed(file("Date,Description,Amount,Balance\n", *rows))
    assert (mapping.purchases_positive, [*mapping.doubts]) == (is_turned, [*doubts])


def test_the_kind_of_a_transaction_may_be_the_mark() -> None:
    header = "Date,Description,Amount,Transaction Type,Account Name\n"
    content = file(
        header, "3/10/2026,Bakery,12.45,debit,Card", "3/17/2026,Acme,1000.00,credit,Card"
    )
    assert proposed(content).mark == "Transaction Type"
    assert amounts(content) == [-1245, 100000]


def test_marks_stand_behind_amounts() -> None:
    content = file(
        "Datum;Text;Betrag\n",
        "14.03.2026;A;12,45 S",
        "15.03.2026;B;1.000,00 H",
        "16.03.2026;C;7,00 Dr",
    )
    assert amounts(content) == [-1245, 100000, -700]


def test_the_amount_in_another_currency_is_not_the_accounts() -> None:
    header = "id,created,amount,currency,local_amount,local_currency,description\n"
    content = file(
        header,
        "tx_1,2026-03-02 12:34:56,-8.62,GBP,-10.00,EUR,PARIS",
        "tx_2,2026-03-03,1.00,GBP,1.00,GBP,X",
    )
    statement, entries = from_csv(content, "GBP")
    assert statement.currency == "GBP"
    assert [(each.amount, each.foreign) for each in entries] == [
        (-862, Foreign(-1000, "EUR")),
        (100, None),
    ]


def test_a_currency_that_differs_from_row_to_row_is_that_of_the_purchases() -> None:
    header = (
        "Date,Details,Transaction Amount,Transaction Currency,Billing Amount,Billing Currency\n"
    )
    content = file(header, "2026-03-02,A,-10.00,EUR,-8.62,GBP", "2026-03-03,B,-9.00,USD,-7.10,GBP")
    statement, entries = from_csv(content, "GBP")
    assert (statement.currency, [each.amount for each in entries]) == ("GBP", [-862, -710])
    assert entries[1].foreign == Foreign(-900, "USD")


def test_without_headers_an_id_is_no_amount() -> None:
    content = file(
        "",
        "2026-03-01,900001,A,-1.00,99.00",
        "2026-03-02,900002,B,-4.00,95.00",
        "2026-03-03,900003,C,5.00,100.00",
    )
    mapping = proposed(content)
    assert (mapping.amount, mapping.balance, mapping.doubts) == ("Column 4", "Column 5", ())


def test_without_headers_two_columns_of_which_each_row_has_one_are_debit_and_credit() -> None:
    mapping = proposed(file("", "18.09.2026;A;;33,87", "19.09.2026;B;12,00;", "20.09.2026;C;;1,00"))
    assert (mapping.debit, mapping.credit) == ("Column 3", "Column 4")
    assert "signs" in mapping.doubts


@pytest.mark.parametrize(
    ("printed", "status"),
    [
        ("Umsatz vorgemerkt", EntryStatus.PENDING),
        ("Umsatz gebucht", EntryStatus.BOOKED),
        ("noch nicht gebucht", EntryStatus.PENDING),
        ("abgelehnt", EntryStatus.INFORMATION),
    ],
)
def test_the_content_tells_which_column_is_the_status(printed: str, status: EntryStatus) -> None:
    content = file(
        SPARKASSE,
        "23.07.26;23.07.26;MIETE;Miete;IMMO;-500,00;Umsatz gebucht",
        f"24.07.26;;K;V;HOTEL;-1,50;{printed}",
    )
    assert proposed(content).status == "Info"
    assert [each.status for each in from_csv(content)[1]] == [EntryStatus.BOOKED, status]


@pytest.mark.parametrize("printed", ["offen", "Pending", "vorgemerkt"])
def test_a_word_in_the_place_of_the_day_says_that_a_row_is_pending(printed: str) -> None:
    content = file(
        "Buchungstag;Wertstellung;Vorgang;Buchungstext;Umsatz in EUR\n",
        *(f"{day}.03.2026;{day}.03.2026;Karte;A;-1,00" for day in range(14, 19)),
        f"{printed};--;Karte;HOTEL;-150,00",
    )
    entries = from_csv(content)[1]
    assert [each.status for each in entries[-2:]] == [EntryStatus.BOOKED, EntryStatus.PENDING]


def test_what_is_not_booked_may_have_no_day_and_no_balance() -> None:
    content = file(
        REVOLUT,
        "TOPUP,2026-03-01 08:00:00,2026-03-01 08:00:01,Acme,1000.00,0.00,GBP,COMPLETED,1000.00",
        "ATM,2026-03-04 12:00:00,2026-03-05 03:00:00,Cash,-200.00,4.00,GBP,COMPLETED,796.00",
        "CARD_PAYMENT,,,Hold,-150.00,0.00,GBP,PENDING,",
        "CARD_PAYMENT,2026-03-06 10:00:00,,Shop,-15.00,0.00,GBP,REVERTED,",
    )
    statement, entries = from_csv(content, "GBP")
    assert [each.status for each in entries[2:]] == [EntryStatus.PENDING, EntryStatus.INFORMATION]
    assert statement.closing is not None
    assert statement.closing.minor == 79600


@pytest.mark.parametrize(
    ("cleared", "status"), [("yes", EntryStatus.BOOKED), ("no", EntryStatus.PENDING)]
)
def test_a_yes_or_no_answers_to_its_header(cleared: str, status: EntryStatus) -> None:
    content = file(
        "Date,Payee,Amount,Cleared\n", "2026-03-01,A,-1.00,yes", f"2026-03-02,B,-2.00,{cleared}"
    )
    assert from_csv(content)[1][1].status is status


def test_payer_and_payee_are_two_columns() -> None:
    header = (
        '"Buchungsdatum";"Zahlungspflichtige*r";"Zahlungsempfänger*in";"Verwendungszweck";'
        '"Betrag (€)"\n'
    )
    content = file(
        header, "14.03.26;Sam;Cafe Brücke;VISA;-4,50", "01.03.26;ACME GmbH;Sam;Rechnung 7;1.000"
    )
    statement, entries = from_csv(content, "CHF")
    assert statement.currency == "EUR"
    assert [each.counterparty.name for each in entries] == ["Cafe Brücke", "ACME GmbH"]


@pytest.mark.parametrize(
    ("header", "row", "text"),
    [
        (
            "Buchungstag;Umsatzart;Buchungstext;Betrag\n",
            "14.03.2026;Lastschrift;CAFE//Hamburg;-4,50",
            "CAFE//Hamburg",
        ),
        ("Datum;Beschreibung1;Beschreibung2;Betrag\n", "14.03.2026;Cafe;Karte;-4,50", "Cafe Karte"),
        ("Bokföringsdag;Belopp;Rubrik;Saldo\n", "2026-03-14;-4,50;ICA Nära;95,50", "ICA Nära"),
        ("Dato;Tekst;Beløb;Saldo\n", "14.03.2026;Netto Århus;-4,50;95,50", "Netto Århus"),
        ("Bokført dato;Forklaring;Ut fra konto;Inn på konto\n", "14.03.2026;Rema;4,50;", "Rema"),
        ("Kirjauspäivä;Määrä;Saaja/Maksaja;Selite\n", "14.03.2026;-4,50;K-Market;Ostos", "Ostos"),
        ("Datum zaúčtování;Částka;Měna;Popis\n", "14.03.2026;-4,50;CZK;Kavárna", "Kavárna"),
        ("Könyvelés dátuma;Összeg;Devizanem;Közlemény\n", "2026.03.14;-4,50;HUF;Kávézó", "Kávézó"),
    ],
)
def test_headers_of_more_banks_are_known(header: str, row: str, text: str) -> None:
    content = file(header, row, row)
    assert amounts(content) == [-450, -450]
    assert from_csv(content)[1][0].text == text


def test_the_day_on_which_it_counts_may_stand_behind_the_booking_day() -> None:
    content = file(
        "Date,Description,Amount\n", "11/20/2026 as of 11/18/2026,A,-1.00", "11/21/2026,B,-2.00"
    )
    assert [each.booked_on.day for each in from_csv(content)[1] if each.booked_on] == [20, 21]


def test_words_for_a_day_and_an_amount_may_be_part_of_a_header() -> None:
    content = file("ID,Datetime,Note,Amount (total)\n", "77,2026-03-14T03:15:53,Tutoring,- $220.00")
    assert amounts(content, "USD") == [-22000]


def test_a_row_that_has_a_balance_only_is_left_out() -> None:
    header = "Date,Description,Amount,Running Bal.\n"
    content = file(
        header, '03/01/2026,Beginning balance as of 03/01/2026,,"0.00"', "03/14/2026,A,1.00,1.00"
    )
    assert amounts(content, "USD") == [100]


def test_two_columns_beside_the_amount_prove_its_signs() -> None:
    header = "Date,Name,Amount,Money Out,Money In\n"
    rows = ["2026-03-14,A,-4.50,-4.50,", "2026-03-15,B,100.00,,100.00"]
    assert proposed(file(header, *rows)).doubts == ()
    assert proposed(file(header, *rows, "2026-03-16,C,7.00,7.00,")).doubts == ("signs",)


def test_the_net_amount_is_what_the_balance_moves_by() -> None:
    header = "Datum;Name;Status;Brutto;Gebühr;Netto;Guthaben\n"
    content = file(header, "14.03.2026;A;Abgeschlossen;103,00;-3,00;100,00;100,00")
    [entry] = from_csv(content)[1]
    assert (entry.amount, entry.charges) == (10_000, 300)


def test_a_dash_is_no_day() -> None:
    header = "Buchungstag;Wertstellung (Valuta);Vorgang;Buchungstext;Umsatz in EUR\n"
    content = file(header, "offen;--;Karte;HOTEL;-150,00", "14.03.2026;14.03.2026;Karte;A;-1,00")
    assert [each.status for each in from_csv(content)[1]] == [
        EntryStatus.PENDING,
        EntryStatus.BOOKED,
    ]


def test_any_three_known_words_are_a_header() -> None:
    content = file(
        "Report of March\n",
        "Payee,Memo,Posted at day,Sum",
        "Cafe,Visa,2026-03-14,-4.50",
        "Shop,Visa,2026-03-15,-1.00",
    )
    assert proposed(content).name == "Payee"


def test_three_decimals_are_read_where_the_rest_is_nothing() -> None:
    content = file(
        "Date,Text,Amount\n", "2026-03-01,A,-12.340", "2026-03-02,B,1234.560", "2026-03-03,C,-.5"
    )
    assert amounts(content) == [-1234, 123456, -50]


def test_balances_above_the_header_prove_the_sum() -> None:
    content = file(
        "Anfangssaldo:;10,00;\nSchlusssaldo:;5,50;\n\nDatum;Text;Belastung;Gutschrift\n",
        "14.03.2026;A;5,50;",
        "15.03.2026;B;;1,00",
    )
    statement, _ = from_csv(content)
    assert statement.opening is not None
    assert statement.closing is not None
    assert (statement.opening.minor, statement.closing.minor) == (1000, 550)


def test_the_headings_of_an_austrian_bank_are_known() -> None:
    """Of George, the export of Erste Bank and Sparkasse in Austria. The payee's name and the
    company's own account were taken for texts.
    """
    content = file(
        "Buchungsdatum;Partnername;Partner IBAN;Betrag;Währung;Buchungs-Details;Eigene IBAN\n",
        "05.10.2026;Papier Huber;AT483200000012345864;-180,00;EUR;PH-1001;AT611904300234573201",
        "26.10.2026;Papier Huber GmbH;AT483200000012345864;36,00;EUR;GS-55;AT611904300234573201",
    )
    mapping = proposed(content)
    assert (mapping.name, mapping.account) == ("Partnername", "Partner IBAN")
    assert (mapping.own_account, mapping.text) == ("Eigene IBAN", ("Buchungs-Details",))
    assert from_csv(content)[1][0].counterparty.name == "Papier Huber"
