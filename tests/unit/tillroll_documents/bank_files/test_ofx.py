"""OFX and QFX: SGML and XML."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bank_files import ofx
from tests.support.bank_month import IBAN, month
from tests.unit.tillroll_documents.bank_files.reading import only, refused, statements
from tillroll_documents.bank_files.printed import Balance, EntryStatus, Foreign

SGML = b"OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n"
TRANSACTION = (
    "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260302120000[-5:EST]<TRNAMT>-12.50<FITID>202603021"
    "<NAME>AT&T</STMTTRN>"
)


def sgml(transactions: str = TRANSACTION, *, currency: str = "USD", more: str = "") -> bytes:
    return SGML + (
        f"<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>0<STMTRS><CURDEF>{currency}<BANKACCTFROM>"
        "<BANKID>121000248<ACCTID>12345"
        "<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20260301"
        f"<DTEND>20260331{transactions}</BANKTRANLIST>"
        f"<LEDGERBAL><BALAMT>987.50<DTASOF>20260331</LEDGERBAL>{more}</STMTRS></STMTTRNRS>"
        "</BANKMSGSRSV1></OFX>"
    ).encode("cp1252")


@pytest.mark.parametrize("version", [1, 2])
def test_both_versions_say_the_same(version: int) -> None:
    of = month(3, 40)
    statement, entries = only(ofx(of, version))
    assert (statement.account, statement.currency, statement.states_period) == (IBAN, "EUR", True)
    assert (statement.from_day, statement.to_day) == (of.from_day, of.to_day)
    assert (statement.opening, statement.closing) == (None, Balance(of.closing, of.to_day))
    assert [each.amount for each in entries] == [line.amount for line in of.lines]
    assert [each.booked_on for each in entries] == [line.booked_on for line in of.lines]
    assert [each.counterparty.name for each in entries] == [line.name for line in of.lines]
    assert [each.text for each in entries] == [line.text for line in of.lines]
    assert [each.bank_reference for each in entries] == [
        f"OFX{line.reference}" for line in of.lines
    ]


def test_sgml_has_no_end_tags_and_ampersands_as_they_are() -> None:
    statement, [entry] = only(sgml())
    assert (statement.account, statement.bank) == ("12345", "121000248")
    assert (entry.counterparty.name, entry.booked_on) == ("AT&T", date(2026, 3, 2))
    assert (entry.amount, entry.bank_reference, entry.code) == (-1250, "202603021", "DEBIT")


def test_empty_values_and_end_tags_of_values() -> None:
    given = (
        "<STMTTRN>\n<TRNTYPE>DEBIT</TRNTYPE>\n<DTPOSTED>20260302\n<TRNAMT>-1\n<FITID>\n<MEMO>\n"
        "</STMTTRN>"
    )
    _, [entry] = only(sgml(given))
    assert (entry.amount, entry.bank_reference, entry.text) == (-100, None, "")


def test_references_and_cdata() -> None:
    given = TRANSACTION.replace("AT&T", "<![CDATA[A <b> & C]]>").replace(
        "<FITID>", "<MEMO>R&amp;D &#233;<FITID>"
    )
    _, [entry] = only(sgml(given))
    assert (entry.counterparty.name, entry.text) == ("A <b> & C", "R&D é")


def test_a_credit_card() -> None:
    file = sgml().replace(b"STMTRS>", b"CCSTMTRS>").replace(b"BANKACCTFROM>", b"CCACCTFROM>")
    statement, entries = only(file)
    assert (statement.account, len(entries)) == ("12345", 1)


def test_pending_transactions() -> None:
    pending = (
        "<BANKTRANLISTP><DTASOF>20260331<STMTTRNP><TRNTYPE>DEBIT<DTTRAN>20260331<TRNAMT>-3.50"
        "<NAME>COFFEE"
        "</STMTTRNP></BANKTRANLISTP>"
    )
    _, entries = only(sgml(more=pending))
    assert [(each.status, each.booked_on, each.day) for each in entries] == [
        (EntryStatus.BOOKED, date(2026, 3, 2), date(2026, 3, 2)),
        (EntryStatus.PENDING, None, date(2026, 3, 31)),
    ]


def test_an_amount_in_another_currency_is_converted_by_the_bank_or_by_its_rate() -> None:
    by_bank = TRANSACTION.replace(
        "</STMTTRN>", "<ORIGCURRENCY><CURRATE>1.25<CURSYM>EUR</ORIGCURRENCY></STMTTRN>"
    )
    _, [entry] = only(sgml(by_bank))
    assert (entry.amount, entry.foreign) == (-1250, Foreign(-1000, "EUR", "1.25"))
    by_rate = TRANSACTION.replace(
        "</STMTTRN>", "<CURRENCY><CURRATE>1.25<CURSYM>EUR</CURRENCY></STMTTRN>"
    )
    _, [entry] = only(sgml(by_rate))
    assert (entry.amount, entry.foreign) == (-1563, Foreign(-1250, "EUR", "1.25"))


@pytest.mark.parametrize(
    ("action", "is_deletion"), [("DELETE", True), ("REPLACE", False), ("replace", False)]
)
def test_a_correction_names_the_earlier_entry(action: str, is_deletion: bool) -> None:
    file = TRANSACTION.replace("<NAME>", f"<CORRECTFITID>202602011<CORRECTACTION>{action}<NAME>")
    _, [entry] = only(sgml(file))
    assert (entry.corrects, entry.is_deletion) == ("202602011", is_deletion)


@pytest.mark.parametrize(("name", "says"), [("INVSTMTRS", "investments"), ("LOANSTMTRS", "a loan")])
def test_other_statements_are_refused_by_name(name: str, says: str) -> None:
    problem = str(refused(f"<OFX><{name}><CURDEF>EUR</{name}></OFX>".encode()))
    assert says in problem
    assert "Download camt.053" in problem


def test_another_action_is_refused() -> None:
    file = TRANSACTION.replace("<NAME>", "<CORRECTFITID>202602011<CORRECTACTION>MERGE<NAME>")
    assert "neither REPLACE nor DELETE" in str(refused(sgml(file)))


@pytest.mark.parametrize("begin", ["<!-- by a bank -->\n", "<!-- a > b\n<OFX> -->", ""])
def test_comments_are_left_out(begin: str) -> None:
    file = (
        sgml(TRANSACTION)
        .decode()
        .replace("<OFX>", f"{begin}<OFX>", 1)
        .replace("<NAME>", "<!-- x -->\n<NAME>")
    )
    for piece in (1, 1 << 16):
        assert len(only(file.encode(), piece=piece)[1]) == 1


@pytest.mark.parametrize("name", ["ASCII", "US-ASCII", "utf-8", "ISO-8859-1"])
def test_names_of_encodings_are_known(name: str) -> None:
    of = month(1, 3)
    file = ofx(of, 2).replace(b'encoding="UTF-8"', f'encoding="{name}"'.encode())
    assert len(only(file)[1]) == len(of.lines)


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (sgml(TRANSACTION.replace("-12.50", "NaN")), "“NaN” is not an amount"),
        (sgml(TRANSACTION.replace("-12.50", "Infinity")), "“Infinity” is not an amount"),
        (sgml(TRANSACTION.replace("<TRNAMT>-12.50", "")), "the amount (TRNAMT) is missing"),
        (sgml(TRANSACTION.replace("20260302", "20260230")), "is not a day"),
        (sgml(TRANSACTION.replace("20260302", "99991231")), "is not a day"),
        (sgml(currency="XYZ"), "“XYZ” is not a currency"),
        (sgml()[:-40], "The file is cut off"),
        (sgml().replace(b"</STMTTRN>", b""), "</STMTTRN> is missing before </BANKTRANLIST>"),
        (sgml().replace(b"<OFX>", b"<!DOCTYPE x><OFX>", 1), "document type (DTD)"),
        (SGML + b"<OFX></OFX>", "The file has no statement"),
        (sgml("<STMTTRN>" * 60), "nested more than 40 deep"),
        (sgml("<MEMO>" + "x" * 30_000), "more than 10000 characters"),
        (sgml().replace(b"CHARSET:1252", b"CHARSET:EBCDIC"), "The encoding “EBCDIC” is not known"),
    ],
)
def test_what_cannot_be_right_is_refused(file: bytes, says: str) -> None:
    assert says in str(refused(file))


@settings(max_examples=30)
@given(st.integers(0, 1000), st.sampled_from([1, 2]), st.integers(1, 400))
def test_pieces_do_not_matter(seed: int, version: int, piece: int) -> None:
    file = ofx(month(seed, 6), version)
    assert statements(file, piece=piece) == statements(file)
