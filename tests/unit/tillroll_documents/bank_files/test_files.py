"""Files of any format: detection by content, and files that hurt."""

from collections import deque
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bank_csv import csv_file
from tests.support.bank_files import camt, mt940, ofx
from tests.support.bank_month import month
from tests.support.campaigns import of_campaign
from tests.support.growth import assert_linear
from tests.unit.tillroll_documents.bank_files.reading import only, proposed, refused, statements
from tillroll_documents.bank_files.csv.files import MappingNeeded, OtherLayout
from tillroll_documents.bank_files.files import walk
from tillroll_documents.bank_files.printed import Format, UnreadableFile

OF = month(1, 8)


@pytest.mark.parametrize(
    ("file", "format_"),
    [
        (camt(OF, "052", "06"), Format.CAMT_052),
        (
            camt(OF).replace(b'<?xml version="1.0" encoding="UTF-8"?>\n', b"\xef\xbb\xbf"),
            Format.CAMT_053,
        ),
        (b"\n" + mt940(OF), Format.MT940),
        (b"\xef\xbb\xbf" + mt940(OF), Format.MT940),
        (mt940(OF).replace(b"\r\n", b"\n"), Format.MT940),
        (ofx(OF, 1), Format.OFX),
        (ofx(OF, 2), Format.OFX),
        (ofx(OF, 2).replace(b"<?xml", b"\n<?xml"), Format.OFX),
    ],
)
def test_the_content_tells_the_format(file: bytes, format_: Format) -> None:
    statement, entries = only(file)
    assert statement.format is format_
    assert len(entries) == len(OF.lines)


def test_what_is_nothing_else_is_csv() -> None:
    with pytest.raises(MappingNeeded):
        statements(csv_file(OF))


@pytest.mark.parametrize(
    ("file", "names"),
    [
        (b"", "empty"),
        (b"  \r\n ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "ZIP archive or a spreadsheet"),
        (b"\x1f\x8b\x08....", "gzip"),
        (b"\xd0\xcf\x11\xe0....", "old spreadsheet"),
        (b"\x89PNG\r\n....", "picture"),
        (b"!Type:Bank\nD1/3'26\n", "QIF"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (b"<html><body>Sign in</body></html>", "web page"),
        (b"\x00\x01\x02\x03\x04\x05\x06\x07", "NUL"),
        (bytes(range(128, 256)) * 40, "no table"),
    ],
)
def test_what_is_not_read_is_named(file: bytes, names: str) -> None:
    assert names in str(refused(file))


@pytest.mark.parametrize(
    ("before", "says"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "b">]>', "document type (DTD)"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd">', "document type (DTD)"),
        (b'<!DOCTYPE x [<!ENTITY % p SYSTEM "https://example.org/x"> %p;]>', "document type (DTD)"),
    ],
)
def test_entities_are_refused_by_name(before: bytes, says: str) -> None:
    file = camt(OF).replace(b"\n<Document", b"\n" + before + b"<Document")
    assert says in str(refused(file))


def test_an_entity_that_nobody_declared_is_refused() -> None:
    assert "undefined entity" in str(refused(camt(OF).replace(b"<Ustrd>", b"<Ustrd>&bomb;", 1)))


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (camt(OF)[:-30], "The XML is broken at line"),
        (camt(OF).replace(b'encoding="UTF-8"', b'encoding="UTF-7"'), "The XML is broken at line 1"),
        (camt(OF).replace(b"<Ustrd>", b"<Ustrd>K\xf6ln", 1), "The XML is broken at line"),
        (
            camt(OF).replace(b'encoding="UTF-8"', b'encoding="UTF-16"'),
            "The XML is broken at line 1",
        ),
        (b"<a>" * 100, "The XML is no message of camt"),
        (b"<" + b"a" * 3_000_000, "A tag at line 1 does not end"),
        (
            camt(OF).replace(b"<Ustrd>", b"<Ustrd>" + b"x" * 20_000, 1),
            "Ustrd has more than 10000 characters",
        ),
        (
            camt(OF).replace(b"<NtryDtls>", b"<NtryDtls>" + b"<x>" * 50, 1),
            "nested more than 40 deep",
        ),
        (
            camt(OF).replace(b"<NtryDtls>", b"<NtryDtls>" + b"<TxDtls></TxDtls>" * 20_000, 1),
            "There are more than 10000 of TxDtls in one element",
        ),
    ],
)
def test_xml_that_is_broken_or_too_large_is_refused(file: bytes, says: str) -> None:
    assert says in str(refused(file))


def test_umlauts_in_the_wrong_encoding_are_refused_not_garbled() -> None:
    row = "2026-03-02,Köln,-1.00\n"
    file = b"Date,Description,Amount\n" + row.encode() * 2 + row.encode("cp1252")
    mapping = proposed(b"Date,Description,Amount\n" + row.encode())
    assert "mixes encodings" in str(refused(file, mapping=mapping, currency="EUR"))


def _repeated(begin: bytes, row: bytes, size: int) -> Iterator[bytes]:
    """A file of `size` bytes, in pieces of 64 KB."""
    yield begin
    piece = row * (65_536 // len(row) + 1)
    for _ in range(size // len(piece) + 1):
        yield piece


_ENTRY = (
    b'<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>'
    b"<ValDt><Dt>2026-03-02</Dt></ValDt></Ntry>"
)
_CAMT = (
    b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>'
    b"<Acct><Ccy>EUR</Ccy></Acct>"
)
_MT940 = b":20:X\n:25:DE89370400440532013000\n:28C:1\n:60F:C260301EUR1,00\n"
_OFX = b"<OFX><STMTRS><CURDEF>EUR<BANKTRANLIST>"
_TRN = b"<STMTTRN><DTPOSTED>20260302<TRNAMT>-1.00<FITID>1</STMTTRN>\n"


_BAI2 = b"01,1,1,260301,0200,1,,,2/\n02,1,1,1,260301,,EUR,2/\n03,1,EUR/\n"
_CFONB_HEAD = b"30002    00001EUR2 0001234567A"
_CFONB = b"01" + _CFONB_HEAD + b"  010326" + b" " * 50 + b"0000000010000{" + b" " * 16 + b"\n"
_MOVEMENT = (
    b"04" + _CFONB_HEAD + b"B1020326  020326" + b" " * 42 + b"0000000010000}" + b" " * 16 + b"\n"
)
_NORMA_43 = b"11210004180001234567260301260305200000000010000978" + b"3" + b" " * 29 + b"\n"


@pytest.mark.parametrize(
    ("begin", "row"),
    [
        (_BAI2, b"16,495,100,,,,X\n"),
        (_CFONB, _MOVEMENT),
        (_NORMA_43, b"22    0001260302260302020171" + b"00000000000100".ljust(52) + b"\n"),
        (_CAMT, _ENTRY),
        (_MT940, b":61:2603020302D1,00NTRFNONREF\n"),
        (_OFX, _TRN),
        (b"Date,Description,Amount\n", b"2026-03-02,COFFEE,-1.00\n"),
    ],
    ids=["bai2", "cfonb", "norma43", "camt", "mt940", "ofx", "csv"],
)
def test_a_million_entries_are_refused_at_the_limit(
    begin: bytes, row: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tillroll_documents.bank_files.reader.MAX_ENTRIES", 2_000)
    mapping = proposed(begin + row * 5) if row.startswith(b"2026") else None
    items = walk(_repeated(begin, row, 1_000_000 * len(row)), mapping=mapping, currency="EUR")
    with pytest.raises(UnreadableFile, match="more than 2000 entries"):
        deque(items, maxlen=0)


@pytest.mark.parametrize(
    ("begin", "row"),
    [
        (_CAMT, b"<!-- " + b"x" * 500 + b" -->"),
        (_BAI2, b"88,x\n"),
        (_BAI2, b"890,\n"),
        (_CFONB + _MOVEMENT, b"05" + _CFONB_HEAD + b"B1020326     NPYX\n"),
        (_NORMA_43, b"2301X\n"),
        (b"0000001032672505", b"4\n"),
        (b"!Type:Bank\n", b"Mx\n"),
        (b"!Type:Bank\n", b"D3/1'26\nT1.00\n^\n"),
        (b"<OFX>", b"<!-- x -->"),
        (b"<!-- ", b"x"),
        (b"Date,Status,Amount\n", b"2026-03-02,pending,1.00\n"),
        (b"x,y,\xb3\n", b"\xb3\xe6,x\n"),
        (_CAMT, b"<Nm>x</Nm>"),
        (_MT940, b":21:X\n"),
        (_OFX, b"<MEMO>x"),
        (b"Date,Description,Amount\n2026-03-02,A,1.00\n", b"\n"),
        (b"Date,Description,Amount\n", b'2026-03-02,"A\n'),
        (b"x", b"x"),
        (b"<", b"x"),
        (b"", b'"'),
        (b"", b"\r"),
        (b"", b" "),
    ],
)
def test_a_file_of_100_mb_is_refused_in_linear_time(
    begin: bytes, row: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(size: int) -> None:
        monkeypatch.setattr("tillroll_documents.bank_files.reader.MAX_BYTES", size)
        with pytest.raises((UnreadableFile, MappingNeeded, OtherLayout)):
            deque(walk(_repeated(begin, row, size * 2), currency="EUR"), maxlen=0)

    assert_linear(refuse, 1_600_000)


@settings(max_examples=of_campaign(200))
@given(st.binary(max_size=2_000))
def test_any_bytes_are_refused_or_read(file: bytes) -> None:
    _refused_or_read(file)


@settings(max_examples=of_campaign(200))
@given(
    st.sampled_from(
        [camt(OF), camt(OF, "052", "02"), mt940(OF), mt940(OF, "dutch"), ofx(OF, 1), ofx(OF, 2)]
    ),
    st.integers(0, 10**6),
    st.integers(0, 40),
    st.binary(max_size=8),
)
def test_damaged_files_are_refused_or_read(file: bytes, at: int, length: int, put: bytes) -> None:
    at %= len(file)
    _refused_or_read(file[:at] + put + file[at + length :])


def _refused_or_read(file: bytes) -> None:
    with suppress(UnreadableFile, MappingNeeded):
        assert all(entry.position for _, entries in statements(file) for entry in entries)
