"""CSV files: the layout, the mapping that is proposed for it, and the rows by a mapping."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bank_csv import STYLES, csv_file
from tests.support.bank_month import IBAN, month
from tests.unit.tillroll_documents.bank_files.reading import (
    from_csv,
    only,
    proposed,
    refused,
    statements,
)
from tillroll_documents.bank_files.csv.files import MappingNeeded, OtherLayout
from tillroll_documents.bank_files.csv.layout import CsvMapping
from tillroll_documents.bank_files.printed import EntryStatus, Foreign

ENGLISH = "Date,Description,Amount,Balance\n"


def rows(*given: str, header: str = ENGLISH) -> bytes:
    return (header + "".join(f"{row}\n" for row in given)).encode()


@pytest.mark.parametrize("style", STYLES)
def test_the_proposed_mapping_reads_every_style(style: str) -> None:
    of = month(5, 40)
    file = csv_file(of, style)
    mapping = proposed(file)
    assert mapping.is_sure
    assert mapping.missing() is None
    statement, entries = only(file, mapping=mapping, currency="EUR")
    lines = of.lines[::-1] if STYLES[style].is_newest_first else of.lines
    assert [each.amount for each in entries] == [line.amount for line in lines]
    assert [each.booked_on for each in entries] == [line.booked_on for line in lines]
    assert statement.currency == "EUR"
    assert statement.problems == ()
    kinds = {kind for _, kind in STYLES[style].columns}
    if "balance" in kinds:
        assert statement.opening is not None
        assert statement.closing is not None
        assert (statement.opening.minor, statement.closing.minor) == (of.opening, of.closing)
    if "account" in kinds:
        assert [each.counterparty.account for each in entries] == [
            line.account or None for line in lines
        ]


def test_the_account_is_read_from_the_lines_before_the_header_or_from_a_column() -> None:
    assert from_csv(csv_file(month(1, 4), "german"))[0].account == IBAN
    assert from_csv(csv_file(month(1, 4), "dutch"))[0].account == IBAN


def test_without_a_mapping_the_first_rows_are_shown() -> None:
    with pytest.raises(MappingNeeded) as needed:
        statements(
            rows(
                "2026-03-01,COFFEE,-3.50,96.50",
                "2026-03-02,TEA,x,1.00",
                *["2026-03-03,TEA,1.00,2.00"] * 3,
            )
        )
    assert needed.value.layout.columns == ("Date", "Description", "Amount", "Balance")
    read, wrong, *_ = needed.value.preview
    assert read.entry is not None
    assert (read.line, read.entry.amount, read.entry.text) == (2, -350, "COFFEE")
    assert (wrong.line, wrong.entry, wrong.problem) == (3, None, "“x” is not an amount")


def test_a_confirmed_mapping_is_used_for_each_file_of_its_layout() -> None:
    first, second = (
        rows("2026-03-01,COFFEE,-3.50,96.50"),
        rows("2026-04-01,TEA,-2.00,94.50", "2026-04-02,X,1.00,95.50"),
    )
    mapping = proposed(first).model_copy(update={"currency_code": "GBP"})
    statement, entries = only(second, mappings={mapping.fingerprint: mapping})
    assert (statement.currency, [each.amount for each in entries]) == ("GBP", [-200, 100])


def test_a_mapping_of_another_layout_is_refused() -> None:
    mapping = proposed(rows("2026-03-01,COFFEE,-3.50,96.50"))
    with pytest.raises(OtherLayout, match="no column Date, Amount, Balance, Description"):
        statements(
            rows("01.03.2026;-3,50;X", header="Datum;Betrag;Verwendungszweck\n"), mapping=mapping
        )


def test_an_incomplete_mapping_is_refused() -> None:
    file = rows("2026-03-01,COFFEE,-3.50,96.50")
    mapping = proposed(file).model_copy(update={"amount": None})
    assert str(refused(file, mapping=mapping, currency="EUR")) == (
        "The mapping is incomplete: name the column of the amount, or those of debit and credit"
    )


def test_a_mapping_is_kept_as_json() -> None:
    mapping = proposed(csv_file(month(1, 4), "german"))
    assert CsvMapping.model_validate_json(mapping.model_dump_json()) == mapping


def test_days_and_decimals_that_can_be_read_in_two_ways_are_not_sure() -> None:
    assert not proposed(rows("03/04/2026,COFFEE,-3.50,96.50")).is_sure
    assert proposed(rows("03/14/2026,COFFEE,-3.50,96.50")).order == "mdy"
    assert proposed(rows("14/03/2026,COFFEE,-3.50,96.50")).order == "dmy"
    assert not proposed(rows("2026-03-01,COFFEE,-1.500,1.000")).is_sure


@pytest.mark.parametrize(
    ("printed", "minor"),
    [
        ("-1.234,56", -123456),
        ("1.234,56-", -123456),
        ("−1 234,56", -123456),  # noqa: RUF001 - banks write the minus sign
        ("(1.234,56)", -123456),
        ("1'234,56", 123456),
        ("€ 1.234,56", 123456),
        ("1.234,56 EUR", 123456),
        ("+12", 1200),
        ("0,5", 50),
    ],
)
def test_amounts_with_a_comma(printed: str, minor: int) -> None:
    header = "Buchungstag;Verwendungszweck;Betrag\n"
    file = rows(f"01.03.2026;X;{printed}", "02.03.2026;Y;-1,23", header=header)
    _, entries = from_csv(file)
    assert entries[0].amount == minor


def test_debit_and_credit_are_two_columns() -> None:
    _, entries = from_csv(
        rows(
            "2026-03-01,X,3.50,",
            "2026-03-01,X,,4.00",
            "2026-03-01,X,-5.00,0.00",
            header="Date,Text,Debit,Credit\n",
        )
    )
    assert [each.amount for each in entries] == [-350, 400, -500]


def test_a_column_may_mark_the_direction() -> None:
    header = "Buchungstag;Verwendungszweck;Umsatz;Soll/Haben\n"
    _, entries = from_csv(rows("01.03.2026;X;3,50;S", "02.03.2026;X;4,00;H", header=header))
    assert [each.amount for each in entries] == [-350, 400]


def test_charges_apart_are_taken_from_the_amount() -> None:
    header = "Date,Description,Amount,Fee,Currency,Balance\n"
    file = rows(
        "2026-03-01,X,-10.00,0.00,EUR,90.00", "2026-03-02,Y,-9.00,1.00,EUR,80.00", header=header
    )
    statement, entries = from_csv(file)
    assert [(each.amount, each.charges) for each in entries] == [(-1000, 0), (-1000, 100)]
    assert (
        statement.opening and statement.opening.minor,
        statement.closing and statement.closing.minor,
    ) == (
        10_000,
        8_000,
    )


def test_charges_that_the_amount_contains_stay_in_it() -> None:
    header = "Date,Description,Amount,Fee,Currency,Balance\n"
    file = rows(
        "2026-03-01,X,-10.00,1.00,EUR,90.00", "2026-03-02,Y,-9.00,0.50,EUR,81.00", header=header
    )
    assert not proposed(file).charges_apart
    _, entries = from_csv(file)
    assert [(each.amount, each.charges) for each in entries] == [(-1000, 100), (-900, 50)]


def test_a_foreign_amount() -> None:
    header = "Date,Description,Amount,Currency,Original Amount,Original Currency,Exchange Rate\n"
    _, [entry] = from_csv(rows("2026-03-01,HOTEL,-10.00,EUR,-11.00,USD,1.1", header=header))
    assert entry.foreign == Foreign(-1100, "USD", "1.1")


def test_the_status_tells_what_is_booked() -> None:
    header = "Date,Description,Amount,State\n"
    file = rows(
        "2026-03-01,A,-1.00,COMPLETED",
        "2026-03-01,B,-1.00,Pending",
        "2026-03-01,C,-1.00,REVERTED",
        header=header,
    )
    _, entries = from_csv(file)
    assert [each.status for each in entries] == [
        EntryStatus.BOOKED,
        EntryStatus.PENDING,
        EntryStatus.INFORMATION,
    ]
    unknown = rows("2026-03-01,A,-1.00,Teleported", header=header)
    assert "“Teleported” is not a status" in str(
        refused(unknown, mapping=proposed(unknown), currency="EUR")
    )


def test_quotes_may_have_separators_and_lines() -> None:
    file = rows('2026-03-01,"A, ""B""\nC",-1.00,99.00', '2026-03-02,5" pipe,-2.00,97.00')
    _, entries = from_csv(file)
    assert [(each.text, each.line) for each in entries] == [('A, "B" C', 2), ('5" pipe', 4)]


def test_lines_that_sum_up_are_left_out_and_noted() -> None:
    statement, entries = from_csv(rows("2026-03-01,COFFEE,-3.50,96.50", "Total,,-3.50,", ",,,"))
    assert len(entries) == 1
    assert [each.says for each in statement.problems] == [
        "Line 3 has no day, and is left out: “Total  -3.50 ”."
    ]


def test_rows_without_headers() -> None:
    _, entries = from_csv(b"01.03.2026;COFFEE;-3,50\n02.03.2026;SALARY;1.000,00\n")
    assert [(each.amount, each.text) for each in entries] == [(-350, "COFFEE"), (100_000, "SALARY")]


@pytest.mark.parametrize(
    ("row", "says", "line"),
    [
        ("2026-03-02,X,NaN,1.00", "Line 3: “NaN” is not an amount", 3),
        ("2026-02-30,X,-1.00,1.00", "Line 3: “2026-02-30” is not a day", 3),
        ("9999-12-31,X,-1.00,1.00", "Line 3: “9999-12-31” is not a day", 3),
        ("2026-03-02,X,,1.00", "Line 3: the row has a day, but no amount", 3),
        (",X,-1.00,1.00", "Line 3: the row has an amount, but no day", 3),
        ("2026-03-02,X,-1.00,1.00,more", "Line 3: the row has 5 columns, but the header has 4", 3),
        ('2026-03-02,"X,-1.00,1.00', "Line 3: a quote does not end", 3),
        ("2026-03-02,X,1.000.000,1.00", "Line 3: “1.000.000” is not an amount", 3),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_line(row: str, says: str, line: int) -> None:
    mapping = proposed(rows("2026-03-01,COFFEE,-3.50,96.50"))
    error = refused(rows("2026-03-01,COFFEE,-3.50,96.50", row), mapping=mapping, currency="EUR")
    assert str(error).startswith(says)
    assert error.line == line


def test_two_accounts_or_currencies_in_one_file_are_refused() -> None:
    header = "Date,Description,Amount,Currency,Account\n"
    for row in ("2026-03-02,X,-1.00,USD,A1", "2026-03-02,X,-1.00,EUR,A2"):
        file = rows("2026-03-01,X,-1.00,EUR,A1", row, header=header)
        mapping = proposed(file).model_copy(update={"own_account": "Account", "account": None})
        assert "export each account by itself" in str(refused(file, mapping=mapping))


def test_the_file_must_be_a_table() -> None:
    assert str(refused(b"Dear customer,\nthis is no table.\n")) == (
        "The file is no table with a day and an amount in each row"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_encodings(encoding: str) -> None:
    file = "Buchungstag;Verwendungszweck;Betrag\n01.03.2026;Käse;-3,50\n".encode(encoding)
    _, [entry] = from_csv(file)
    assert entry.text == "Käse"


cells = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=30)


@settings(max_examples=60)
@given(st.integers(0, 1000), st.sampled_from(sorted(STYLES)), st.integers(1, 300))
def test_pieces_do_not_matter(seed: int, style: str, piece: int) -> None:
    file = csv_file(month(seed, 6), style)
    mapping = proposed(file)
    whole = statements(file, mapping=mapping, currency="EUR")
    assert statements(file, piece=piece, mapping=mapping, currency="EUR") == whole


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.dates(date(2000, 1, 13)), st.integers(-(10**9), 10**9), cells),
        min_size=1,
        max_size=20,
    )
)
def test_what_is_written_is_read(given: list[tuple[date, int, str]]) -> None:
    written = ["Date;Description;Amount"]
    for day, minor, text in given:
        quoted = text.replace('"', '""')
        written.append(
            f'{day:%Y-%m-%d};"{quoted}";{"-" if minor < 0 else ""}{abs(minor) // 100}.'
            f"{abs(minor) % 100:02d}"
        )
    mapping = CsvMapping(
        fingerprint=proposed(b"Date;Description;Amount\n2026-01-13;x;1.25\n").fingerprint,
        booked_on="Date",
        amount="Amount",
        text=("Description",),
        order="ymd",
    )
    _, entries = only("\n".join(written).encode(), mapping=mapping, currency="EUR")
    assert [(each.booked_on, each.amount, each.text) for each in entries] == [
        (day, minor, " ".join(text.split())) for day, minor, text in given
    ]
