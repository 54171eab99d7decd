"""What banks write otherwise than others: headers, marks, signs, and where they put a text.

Invented after published exports and public bug reports.
"""

from datetime import date

import pytest

from tests.unit.tillroll_documents.bank_files.reading import from_csv, only, proposed
from tillroll_documents.bank_files.printed import EntryStatus, UnreadableFile

CSV = {
    "Qonto says by which clock": (
        (
            "Status;Settlement date (local);Total amount (incl. VAT);Currency;Counterparty name;"
            "Transaction ID\n"
            "Settled;05-03-2026 10:11:12;-4.50;EUR;Cafe;q1\n"
            "Declined;02-03-2026 10:11:12;-99.00;EUR;Shop;q2\n"
        ),
        [-450],
    ),
    "Stripe keeps its fee": (
        (
            "id,Type,Amount,Fee,Net,Currency,Created (UTC),Description\n"
            "t1,charge,100.00,3.20,96.80,eur,2026-03-03 10:00,RE 1\n"
        ),
        [9_680],
    ),
    "Swedbank marks by D and K": (
        (
            '"Saskaitos Nr.","","Data","Gavejas","Tekstas","Suma","Valiuta","D/K","Iraso Nr."\n'
            '"LT12","20","2024-01-01","P","X","13.44","EUR","D","1"\n'
            '"LT12","20","2024-01-02","K","Y","100.00","EUR","K","2"\n'
        ),
        [-1_344, 10_000],
    ),
    "a mark under a header of its own": (
        (
            "Date,Description,Amount,Currency,Way\n"
            "2026-03-03,A,45.00,EUR,D\n2026-03-04,B,100.00,EUR,K\n"
        ),
        [-4_500, 10_000],
    ),
    "Amount Debit and Amount Credit": (
        (
            "Date,Description,Amount Debit,Amount Credit,Balance\n"
            "2026-03-03,A,45.00,,955.00\n2026-03-04,B,,100.00,1055.00\n"
        ),
        [-4_500, 10_000],
    ),
    "Betrag Soll and Betrag Haben": (
        (
            "Datum;Text;Betrag Soll (EUR);Betrag Haben (EUR)\n"
            "03.03.2026;A;45,00;\n04.03.2026;B;;100,00\n"
        ),
        [-4_500, 10_000],
    ),
}


@pytest.mark.parametrize("name", CSV)
def test_columns_are_proposed_right(name: str) -> None:
    content, amounts = CSV[name]
    _, entries = from_csv(content.encode())
    booked = [each.amount for each in entries if each.status is EntryStatus.BOOKED]
    assert booked == amounts


def test_an_amount_by_another_clock_is_another_amount() -> None:
    mapping = proposed(b"Date,Description,Amount,Amount (local)\n2026-03-03,A,-45.00,-50.00\n")
    assert mapping.amount == "Amount"


def test_a_variable_symbol_is_in_the_text() -> None:
    _, [entry] = from_csv(
        "Datum;Částka;Měna;Protistrana;Variabilní symbol;Zpráva\n"
        "03.03.2026;-45,00;CZK;Acme;20260017;Nájem\n".encode()
    )
    assert "20260017" in entry.text


def ofx(*entries: str, root: str = "<OFX>", balance: str = "1.00") -> bytes:
    listed = "".join(f"<STMTTRN>{each}</STMTTRN>" for each in entries)
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n"
        f"{root}<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>1234567"
        f"</BANKACCTFROM><BANKTRANLIST>{listed}</BANKTRANLIST><LEDGERBAL><BALAMT>{balance}"
        "<DTASOF>20260331</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    ).encode()


def entry(amount: str, kind: str = "OTHER", number: int = 1) -> str:
    return f"<TRNTYPE>{kind}<DTPOSTED>20260303<TRNAMT>{amount}<FITID>F00000{number}<NAME>Shop"


@pytest.mark.parametrize("root", ["<OFX>", "<OFX >", "<ofx\t>", "<OFX\n>"])
def test_a_blank_in_the_root_is_nothing(root: str) -> None:
    _, entries = only(ofx(entry("-4.50"), root=root))
    assert [each.amount for each in entries] == [-450]


def test_a_debit_without_a_minus_is_money_out_and_noted() -> None:
    statement, entries = only(
        ofx(entry("45.00", "DEBIT"), entry("-45.00", "DEBIT", 2), entry("45.00", "CREDIT", 3))
    )
    assert [each.amount for each in entries] == [-4_500, -4_500, 4_500]
    assert [(each.entry, each.field) for each in statement.problems] == [(1, "TRNTYPE")]


@pytest.mark.parametrize(
    ("printed", "minor"),
    [
        ("1.400,82", 140_082),
        ("-1.400,82", -140_082),
        ("1,400.82", 140_082),
        ("1'400.82", 140_082),
        ("1.400.000", 140_000_000),
        ("1 400,82", 140_082),
        ("1.400", 140),
        ("-4,50", -450),
    ],
)
def test_thousands_are_read(printed: str, minor: int) -> None:
    statement, entries = only(ofx(entry(printed), balance="1.400,82" if "," in printed else "1.00"))
    assert [each.amount for each in entries] == [minor]
    assert statement.closing is not None


def test_the_other_amounts_say_what_a_point_is() -> None:
    _, entries = only(ofx(entry("-4,50"), entry("1.400", number=2), balance="1.400"))
    assert [each.amount for each in entries] == [-450, 140_000]


def test_what_could_have_been_a_thousand_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="before three digits"):
        only(ofx(entry("1.400"), entry("-4,50", number=2)))


def mt940(*lines: str) -> bytes:
    return "\r\n".join(
        [
            ":20:STARTUMS",
            ":25:CZ6508000000192000145399",
            ":28C:1/1",
            ":60F:C260301CZK100,00",
            *lines,
            ":62F:C260331CZK87,50",
            "-",
        ]
    ).encode()


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (
            [":61:2603030303D12,50NMSCNONREF", ":NS:01Rent of March", "02Flat 7"],
            "Rent of March Flat 7",
        ),
        (
            [":61:2603030303D12,50NMSCNONREF", ":86:Rent", ":NS:01of March"],
            "Rent of March",
        ),
        ([":61:2603030303D12,50NMSCNONREF", ":NS:2026 is the year"], "2026 is the year"),
        ([":61:2603030303D12,50NTRFVS0020260017//B1", ":86:Rent"], "Rent VS 20260017"),
        ([":61:2603030303D12,50NTRFNONREF//VS:20260017", ":86:Rent"], "Rent VS 20260017"),
        ([":61:2603030303D12,50NTRFVS20260017//B1", ":86:Rent 20260017"], "Rent 20260017"),
    ],
)
def test_texts_beside_the_text_are_kept(lines: list[str], text: str) -> None:
    _, [read] = only(mt940(*lines))
    assert (read.text, read.amount, read.booked_on) == (text, -1_250, date(2026, 3, 3))


def test_a_field_of_the_bank_outside_of_entries_belongs_to_none() -> None:
    _, [read] = only(mt940(":NS:01Account of Acme", ":61:2603030303D12,50NMSCNONREF", ":86:Rent"))
    assert read.text == "Rent"
