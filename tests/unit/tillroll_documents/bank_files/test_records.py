"""BAI2, CODA, CFONB 120, Norma 43 and QIF: what is written by their descriptions is read as it
was.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from tests.support.bank_month import Line, Month, month
from tests.support.bank_records import bai2, cfonb, coda, norma43, qif
from tests.unit.tillroll_documents.bank_files.reading import (
    from_csv,
    only,
    proposed,
    refused,
    statements,
)
from tillroll_documents.bank_files.printed import EntryStatus, Format
from tillroll_documents.bank_files.sums import Closing, Sums

OF = replace(month(3, 25, opening=-4_500), currency="EUR")
Writer = Callable[[Month], bytes]
WITH_BALANCES = [
    (bai2, Format.BAI2),
    (coda, Format.CODA),
    (cfonb, Format.CFONB),
    (norma43, Format.NORMA_43),
]


@pytest.mark.parametrize(("write", "format_"), WITH_BALANCES)
def test_amounts_days_texts_and_balances_are_read(write: Writer, format_: Format) -> None:
    statement, entries = only(write(OF))
    assert statement.format is format_
    assert [each.amount for each in entries] == [line.amount for line in OF.lines]
    assert statement.opening is not None
    assert statement.closing is not None
    assert (statement.opening.minor, statement.closing.minor) == (OF.opening, OF.closing)
    sums = Sums()
    for each in entries:
        sums.add(each)
    assert sums.close(statement).state is Closing.CLOSES
    for each, line in zip(entries, OF.lines, strict=True):
        assert line.text[:12] in f"{each.text} {each.counterparty.name}"
        if format_ is not Format.BAI2:
            assert each.booked_on == line.booked_on


@pytest.mark.parametrize("write", [bai2, coda, cfonb, norma43])
@pytest.mark.parametrize("piece", [1, 7, 500])
def test_pieces_do_not_matter(write: Writer, piece: int) -> None:
    assert statements(write(OF), piece=piece) == statements(write(OF))


@pytest.mark.parametrize("write", [bai2, coda, cfonb, norma43])
def test_a_file_that_is_cut_off_is_refused_by_name_with_the_way_out(write: Writer) -> None:
    says = str(refused(write(OF)[:-200]))
    assert "The file is " in says
    assert "Download camt.053, MT940, OFX or CSV" in says


def test_the_account_is_named_as_the_iban_has_it() -> None:
    assert only(coda(OF))[0].account == "BE68539007547034"
    # The key of this RIB and the check digits of this CCC are those of published examples.
    french = (
        cfonb(OF)
        .replace(b"30002    01234", b"20041    01005")
        .replace(b"0001234567A", b"0500013M026")
    )
    assert only(french)[0].account == "20041010050500013M02606"
    spanish = norma43(OF).replace(b"004900010123456789", b"210004180200051332")
    assert only(spanish)[0].account == "21000418450200051332"


def test_a_batch_of_coda_has_its_single_payments() -> None:
    parts = (-1_000, -2_345)
    of = Month(opening=0, lines=(Line(amount=sum(parts), booked_on=date(2026, 3, 2), parts=parts),))
    _, [entry] = only(coda(of))
    assert [each.amount for each in entry.payments] == [*parts]


def test_names_and_references_of_cfonb_are_in_its_complements() -> None:
    _, entries = only(cfonb(OF))
    assert [each.counterparty.name for each in entries] == [line.name for line in OF.lines]
    assert [each.end_to_end for each in entries] == [line.end_to_end or None for line in OF.lines]


def test_what_a_bank_posts_within_the_day_is_pending() -> None:
    file = bai2(OF).replace(b",EUR,2/", b",EUR,3/")
    assert {each.status for each in only(file)[1]} == {EntryStatus.PENDING}


@pytest.mark.parametrize(
    ("status", "says"), [(b"2", "takes back"), (b"3", "corrects"), (b"4", "is a test")]
)
def test_a_correction_of_bai2_is_refused_with_what_to_do(status: bytes, says: str) -> None:
    file = bai2(OF).replace(
        b"02,031001234,122099999,1,", b"02,031001234,122099999," + status + b","
    )
    assert says in str(refused(file))


def test_totals_that_differ_are_refused() -> None:
    of = Month(opening=0, lines=(Line(amount=-700, booked_on=date(2026, 3, 2)),))
    another = norma43(of).replace(b"00000000000700", b"00000000000800", 1)
    assert "totals" in str(refused(another))


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (b"101 012345678 1234567892603010200A094101\n", "NACHA"),
        (b"3100000120260320E    30066\n", "CFONB 240"),
        (b"01BGMAX               0120260301\n", "Bankgiro"),
        (b"NY00001000008000\n", "Nets"),
        (b"T00322100 1234\n", "TITO"),
        (b"UNA:+.? '\nUNB+UNOC:3\n", "EDIFACT"),
        (b"ISA*00*          *00*\n", "X12"),
        (b"{\\rtf1 Statement}", "RTF"),
        (b"!Type:Invst\nD3/1'26\n^\n", "QIF"),
        (b"0430002    00001EUR2 0001234567A  010326\n", "CFONB 120"),
    ],
)
def test_other_formats_are_refused_by_name_with_the_way_out(file: bytes, name: str) -> None:
    says = str(refused(file))
    assert name in says
    assert "Download camt.053, MT940, OFX or CSV" in says


def test_a_qif_is_read_by_a_mapping() -> None:
    statement, entries = from_csv(qif(OF), currency="USD")
    assert (statement.format, statement.currency) == (Format.QIF, "USD")
    assert [each.amount for each in entries] == [line.amount for line in OF.lines]
    assert [each.booked_on for each in entries] == [line.booked_on for line in OF.lines]
    assert [each.counterparty.name for each in entries] == [line.name for line in OF.lines]


def test_days_of_a_qif_that_can_be_read_in_two_ways_are_asked_each_time() -> None:
    clear = b"!Type:Bank\nD03/14/2026\nT-1.00\nPCafe\n^\n"
    doubtful = b"!Type:Bank\nD3/ 4'26\nT-1.00\nPCafe\n^\n"
    remembered = {proposed(clear).fingerprint: proposed(clear)}
    assert only(clear, mappings=remembered, currency="USD")[1][0].booked_on == date(2026, 3, 14)
    assert proposed(doubtful).order == "mdy"
    assert "order" in proposed(doubtful).doubts


@pytest.mark.parametrize(
    "begin", ["!Type:Bank\n", "!type:bank\n", "!Account\nNGiro\nTBank\n^\n!Type:CCard\n"]
)
def test_the_opening_balance_of_a_qif_moved_no_money(begin: str) -> None:
    file = (
        f"{begin}D03/13/2026\nT900.00\nPOpening "
        "Balance\nL[Giro]\n^\nD03/14/2026\nT-1.00\nPCafe\n^\n"
    )
    assert [each.amount for each in from_csv(file.encode())[1]] == [-100]
