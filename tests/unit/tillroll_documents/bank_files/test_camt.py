"""camt.052, camt.053 and camt.054, as banks write them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, month
from tests.unit.tillroll_documents.bank_files.reading import only, refused, statements
from tillroll_documents.bank_files.printed import (
    Balance,
    Counterparty,
    EntryStatus,
    Foreign,
    Format,
)

VERSIONS = [f"{number:02d}" for number in range(1, 14)]


def message(entries: str, *, balances: str = "", version: str = "08", more: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">'
        f"<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S</Id>{more}<Acct><Id>"
        f"<IBAN>{IBAN}</IBAN></Id>"
        f"<Ccy>EUR</Ccy></Acct>{balances}{entries}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(inner: str, *, amount: str = "12.50", mark: str = "DBIT", currency: str = "EUR") -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd><Sts><Cd>BOOK'
        "</Cd></Sts>"
        f"<BookgDt><Dt>2026-03-02</Dt></BookgDt>{inner}</Ntry>"
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", ["052", "053", "054"])
def test_every_version_says_the_same(kind: str, version: str) -> None:
    of = month(7, 40)
    statement, entries = only(camt(of, kind, version))
    assert statement.format is Format(f"camt.{kind}")
    assert (statement.account, statement.currency, statement.bank) == (IBAN, "EUR", "COBADEFFXXX")
    assert (statement.id, statement.sequence, statement.states_period) == ("S-3", 3, True)
    assert (statement.from_day, statement.to_day) == (date(2026, 3, 1), date(2026, 3, 31))
    assert [each.amount for each in entries] == [line.amount for line in of.lines]
    assert [each.bank_reference for each in entries] == [line.reference for line in of.lines]
    assert [each.is_reversal for each in entries] == [line.is_reversal for line in of.lines]
    assert statement.entries == len(of.lines)
    assert statement.problems == ()
    singles = [(each, line) for each, line in zip(entries, of.lines, strict=True) if not line.parts]
    assert all(each.text == line.text for each, line in singles)
    assert all(each.counterparty.name == line.name for each, line in singles)
    assert [each.end_to_end for each, _ in singles] == [
        line.end_to_end or None for _, line in singles
    ]
    assert [each.charges for each, _ in singles] == [line.charges for _, line in singles]


def test_balances_are_signed() -> None:
    statement, _ = only(
        message(
            entry(""),
            balances='<Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">10.00</Amt>'
            "<CdtDbtInd>DBIT"
            "</CdtDbtInd><Dt><Dt>2026-02-28</Dt></Dt></Bal>"
            "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>"
            '<Amt Ccy="EUR">22.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt>'
            "</Bal>"
            '<Bal><Tp><CdOrPrtry><Cd>CLAV</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">977.50</Amt>'
            "<CdtDbtInd>CRDT</CdtDbtInd>"
            "<Dt><DtTm>2026-03-02T23:00:00+01:00</DtTm></Dt></Bal>",
        )
    )
    assert statement.opening == Balance(-1000, date(2026, 2, 28))
    assert statement.closing == Balance(-2250, date(2026, 3, 2))
    assert statement.available == Balance(97750, date(2026, 3, 2))
    assert not statement.is_interim


def test_a_report_within_the_day_has_interim_balances() -> None:
    statement, _ = only(camt(month(1, 5), "052"))
    assert statement.is_interim
    assert statement.opening is not None
    assert statement.opening.minor == 1_250_000


def test_a_notification_has_no_balances() -> None:
    statement, _ = only(camt(month(1, 5), "054"))
    assert (statement.opening, statement.closing) == (None, None)


def test_a_batch_keeps_its_single_payments_and_their_direction() -> None:
    _, [batch] = only(
        message(
            entry(
                "<AcctSvcrRef>BATCH-1</AcctSvcrRef><NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>"
                '<TxDtls><Refs><EndToEndId>A</EndToEndId></Refs><Amt Ccy="EUR">20.00</Amt>'
                "<CdtDbtInd>DBIT</CdtDbtInd>"
                "<RltdPties><Cdtr><Pty><Nm>Ann</Nm></Pty></Cdtr><CdtrAcct><Id>"
                "<IBAN>NL91ABNA0417164300</IBAN></Id></CdtrAcct></RltdPties></TxDtls>"
                '<TxDtls><Refs><EndToEndId>B</EndToEndId></Refs><Amt Ccy="EUR">7.50</Amt>'
                "<CdtDbtInd>CRDT</CdtDbtInd>"
                "<RltdPties><Dbtr><Pty><Nm>Bob</Nm></Pty></Dbtr></RltdPties></TxDtls></NtryDtls>"
            )
        )
    )
    assert batch.amount == -1250
    assert batch.bank_reference == "BATCH-1"
    assert [(each.amount, each.end_to_end, each.counterparty) for each in batch.payments] == [
        (-2000, "A", Counterparty("Ann", "NL91ABNA0417164300")),
        (750, "B", Counterparty("Bob")),
    ]


def test_a_batch_that_does_not_add_up_is_noted() -> None:
    part = '<TxDtls><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls>'
    statement, [batch] = only(message(entry(f"<NtryDtls>{part}{part}</NtryDtls>")))
    assert len(batch.payments) == 2
    assert [(each.says, each.entry) for each in statement.problems] == [
        ("The single payments of the batch do not add up to its amount.", 1)
    ]


def test_a_foreign_amount_has_its_rate_and_charges() -> None:
    _, [found] = only(
        message(
            entry(
                '<NtryDtls><TxDtls><AmtDtls><InstdAmt><Amt Ccy="JPY">2100</Amt></InstdAmt>'
                '<TxAmt><Amt Ccy="EUR">12.50</Amt>'
                "<CcyXchg><SrcCcy>JPY</SrcCcy><TrgtCcy>EUR</TrgtCcy><XchgRate>168.0</XchgRate>"
                "</CcyXchg></TxAmt>"
                '</AmtDtls><Chrgs><Rcrd><Amt Ccy="EUR">0.25</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd>'
                '<Rcrd><Amt Ccy="EUR">9.00</Amt><ChrgInclInd>false</ChrgInclInd></Rcrd>'
                "</Chrgs></TxDtls></NtryDtls>"
            )
        )
    )
    assert found.foreign == Foreign(-2100, "JPY", "168.0")
    assert found.charges == 25


def test_a_reversal_of_a_debit_brings_money_back_and_names_the_creditor() -> None:
    _, [found] = only(
        message(
            entry(
                "<RvslInd>true</RvslInd><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>We</Nm></Dbtr>"
                "<Cdtr><Nm>Shop</Nm></Cdtr>"
                "</RltdPties><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls>",
                mark="CRDT",
            )
        )
    )
    assert (found.amount, found.is_reversal, found.counterparty.name) == (1250, True, "Shop")
    assert found.return_reason == "AC04"


def test_nobody_is_their_own_counterparty() -> None:
    """Some banks swap debtor and creditor of what they reverse."""
    own = f"<DbtrAcct><Id><IBAN>{IBAN}</IBAN></Id></DbtrAcct>"
    _, [found] = only(
        message(
            entry(
                f"<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>We</Nm></Dbtr>{own}<Cdtr><Nm>Shop</Nm>"
                "</Cdtr></RltdPties>"
                "</TxDtls></NtryDtls>",
                mark="CRDT",
            )
        )
    )
    assert found.counterparty.name == "Shop"


def test_pending_entries_may_have_no_day() -> None:
    of = message(
        '<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts></Ntry>'
        '<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>INFO</Sts></Ntry>',
        version="02",
    )
    _, entries = only(of)
    assert [(each.status, each.day) for each in entries] == [
        (EntryStatus.PENDING, None),
        (EntryStatus.INFORMATION, None),
    ]


def test_structured_references_are_read_without_spaces() -> None:
    _, [found] = only(
        message(
            entry(
                "<NtryDtls><TxDtls><RmtInf><Strd><CdtrRefInf><Ref>RF18 5390 0754 "
                "7034</Ref></CdtrRefInf><AddtlRmtInf>"
                "Invoice 7</AddtlRmtInf></Strd></RmtInf></TxDtls></NtryDtls>"
            )
        )
    )
    assert (found.creditor_reference, found.text) == ("RF18539007547034", "Invoice 7")


def test_a_page_of_a_statement() -> None:
    statement, _ = only(
        message(entry(""), more="<StmtPgntn><PgNb>2</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>")
    )
    assert (statement.page, statement.is_last_page) == (2, False)


def test_a_count_that_differs_is_noted() -> None:
    summary = "<TxsSummry><TtlNtries><NbOfNtries>3</NbOfNtries></TtlNtries></TxsSummry>"
    statement, _ = only(message(summary + entry("")))
    assert [each.says for each in statement.problems] == [
        "The file says that it has 3 entries, and has 1."
    ]


@pytest.mark.parametrize(
    ("broken", "says", "field"),
    [
        (entry("", amount="NaN"), "Entry 1: “NaN” is not an amount", "Amt"),
        (entry("", amount="1e5"), "Entry 1: “1e5” is not an amount", "Amt"),
        (
            entry("", amount="-5.00"),
            "Entry 1: “-5.00” is negative: CdtDbtInd has the direction",
            "Amt",
        ),
        (
            entry("", amount="5.001"),
            "Entry 1: “5.001” has more digits after the point than EUR has",
            "Amt",
        ),
        (entry("", amount="9" * 16), f"Entry 1: “{'9' * 16}” is not an amount", "Amt"),
        (
            entry("", currency="USD"),
            "Entry 1: the amount is in USD, but the account is in EUR",
            "Amt",
        ),
        (entry("", mark="PLUS"), "Entry 1: CdtDbtInd is “PLUS”, and not CRDT or DBIT", "CdtDbtInd"),
        (
            '<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts></Ntry>',
            "Entry 1: the booking day (BookgDt) and the value day (ValDt) are missing",
            "BookgDt",
        ),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_place(
    broken: str, says: str, field: str | None
) -> None:
    error = refused(message(broken))
    assert (str(error), error.entry, error.field) == (says, 1, field)
    assert error.line == 1


def test_another_message_is_named() -> None:
    file = (
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn/>'
        b"</Document>"
    )
    assert "“pain.001.001.09”" in str(refused(file))


def test_several_statements_follow_each_other() -> None:
    one = camt(month(1, 3)).decode()
    begin, end = one.index("<Stmt>"), one.index("</BkToCstmrStmt>")
    both = one[:end] + one[begin:end].replace("<Id>S-3</Id>", "<Id>S-4</Id>") + one[end:]
    found = statements(both.encode())
    assert [statement.id for statement, _ in found] == ["S-3", "S-4"]
    assert [entries[0].position for _, entries in found] == [1, 1]


@settings(max_examples=30)
@given(st.integers(0, 1000), st.sampled_from(VERSIONS), st.integers(1, 900))
def test_pieces_do_not_matter(seed: int, version: str, piece: int) -> None:
    file = camt(month(seed, 6), "053", version)
    assert statements(file, piece=piece) == statements(file)


@pytest.mark.parametrize(
    ("printed", "minor"), [(".50", 50), ("0.5", 50), ("12.340", 1234), ("7.", 700)]
)
def test_amounts_are_decimals_of_xml_schema(printed: str, minor: int) -> None:
    assert only(message(entry("", amount=printed, mark="CRDT")))[1][0].amount == minor


@pytest.mark.parametrize("printed", [".", "-.", "", "1.2.3", ".505"])
def test_what_is_no_amount_of_the_currency_is_refused(printed: str) -> None:
    refused(message(entry("", amount=printed)))


def test_the_numbers_of_all_documents_that_a_payment_is_for_are_in_its_text() -> None:
    documents = (
        "<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>INV-7</Nb></RfrdDocInf>"
        "<RfrdDocInf><Nb>INV-8</Nb></RfrdDocInf></Strd>"
        "<Strd><RfrdDocInf><Nb>CRN-1</Nb><LineDtls><Id><Nb>LINE-2</Nb></Id></LineDtls></RfrdDocInf>"
        "<CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd>"
        "<Strd><CdtrRefInf><Ref>RF712348231</Ref></CdtrRefInf></Strd>"
    )
    details = (
        f"<NtryDtls><TxDtls><RmtInf><Ustrd>Thanks</Ustrd>{documents}</RmtInf></TxDtls></NtryDtls>"
    )
    _, [read] = only(message(entry(details)))
    assert read.text == "Thanks INV-7 INV-8 CRN-1 LINE-2 RF712348231"
    assert read.creditor_reference == "RF18539007547034"


def test_a_statement_of_one_day_needs_no_status_and_no_day_at_its_entries() -> None:
    period = (
        "<FrToDt><FrDtTm>2026-03-02T00:00:00</FrDtTm><ToDtTm>2026-03-02T23:59:59</ToDtTm></FrToDt>"
    )
    bare = '<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>'
    _, [read] = only(message(bare, more=period))
    assert (read.status, read.booked_on) == (EntryStatus.BOOKED, date(2026, 3, 2))
    assert "booking day" in str(
        refused(message(bare, more=period.replace("2026-03-02T23", "2026-03-03T23")))
    )


def test_a_balance_without_its_direction_is_left_out() -> None:
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">5.00</Amt></Bal>'
        for code in ("OPBD", "CLBD")
    )
    statement, _ = only(message(entry(""), balances=balances))
    assert (statement.opening, statement.closing) == (None, None)
    assert len(statement.problems) == 2
