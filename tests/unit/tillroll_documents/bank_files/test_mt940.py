"""MT940 in the dialects of banks."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bank_files import DIALECTS, mt940
from tests.support.bank_month import IBAN, Line, Month, month
from tests.unit.tillroll_documents.bank_files.reading import only, refused, statements
from tillroll_documents.bank_files.printed import Balance, Foreign


def message(*fields: str, account: str = IBAN, number: str = "12/1") -> bytes:
    """A statement that closes at 987,50 after one debit of 12,50, if `fields` are that."""
    lines = (
        ":20:REF",
        f":25:{account}",
        f":28C:{number}",
        ":60F:C260301EUR1000,00",
        *fields,
        ":62F:C260331EUR987,50",
    )
    return "\r\n".join((*lines, "-", "")).encode()


DEBIT = ":61:2603020302D12,50NTRFNONREF//B123456"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_says_the_same(dialect: str) -> None:
    of = month(11, 40)
    statement, entries = only(mt940(of, dialect))
    assert (statement.currency, statement.sequence, statement.page) == ("EUR", 3, 1)
    assert statement.opening == Balance(of.opening, of.from_day)
    assert statement.closing == Balance(of.closing, of.to_day)
    assert [each.amount for each in entries] == [line.amount for line in of.lines]
    assert [each.is_reversal for each in entries] == [line.is_reversal for line in of.lines]
    assert [each.bank_reference for each in entries] == [line.reference for line in of.lines]
    assert [each.charges for each in entries] == [line.charges for line in of.lines]
    assert [each.foreign and each.foreign.minor for each in entries] == [
        line.foreign and line.foreign[0] for line in of.lines
    ]
    if dialect != "plain":
        assert [each.counterparty.account for each in entries] == [
            line.account or None for line in of.lines
        ]
        # In capitals or not, with umlauts as two letters.
        assert all(each.counterparty.name for each in entries)


def test_german_subfields() -> None:
    _, [entry] = only(
        message(
            DEBIT,
            ":86:105?00SEPA-BASISLASTSCHRIFT?10931?20EREF+INV-2026-0007 MREF+M?21-88 "
            "CRED+DE98ZZZ099999999",
            "99?22SVWZ+Rechnung 7 vom 1. M?23aerz?30COBADEFFXXX?31DE8937040044",
            "0532013000?32Stadtwerke Muelheim an der ?33Ruhr GmbH?34171",
        )
    )
    assert (entry.end_to_end, entry.mandate) == ("INV-2026-0007", "M-88")
    assert entry.text == "Rechnung 7 vom 1. Maerz"
    assert entry.counterparty.name == "Stadtwerke Muelheim an der Ruhr GmbH"
    assert (entry.counterparty.account, entry.counterparty.bank) == (IBAN, "COBADEFFXXX")
    assert (entry.code, entry.return_reason) == ("105", "171")


def test_dutch_codes() -> None:
    _, [entry] = only(
        message(
            DEBIT,
            ":86:/TRTP/SEPA OVERBOEKING/CNTP/NL91ABNA0417164300/ABNANL2A/J. "
            "Jansen/AMSTERDAM//REMI/STRD/CUR/5000",
            "0000123456789//EREF/NOTPROVIDED/",
        )
    )
    assert entry.counterparty.account == "NL91ABNA0417164300"
    assert (entry.counterparty.bank, entry.counterparty.name) == ("ABNANL2A", "J. Jansen")
    assert (entry.end_to_end, entry.creditor_reference) == (None, "50000000123456789")


def test_words_of_abn_amro() -> None:
    _, [entry] = only(
        message(
            DEBIT,
            ":86:SEPA OVERBOEKING                 IBAN: NL91ABNA0417164300",
            "BIC: ABNANL2A                    NAAM: J. JANSEN",
            "OMSCHRIJVING: FACTUUR 7          KENMERK: 2026-7",
        )
    )
    assert (entry.counterparty.account, entry.counterparty.name) == (
        "NL91ABNA0417164300",
        "J. JANSEN",
    )
    assert (entry.text, entry.end_to_end) == ("FACTUUR 7", "2026-7")


def test_text_without_a_layout() -> None:
    _, [entry] = only(message(DEBIT, ":86:CARD PAYMENT 12:31", "COFFEE SHOP"))
    assert (entry.text, entry.counterparty.name) == ("CARD PAYMENT 12:31 COFFEE SHOP", None)
    assert (entry.code, entry.bank_reference) == ("NTRF", "B123456")


@pytest.mark.parametrize(
    ("mark", "amount", "is_reversal"),
    [("C", 1250, False), ("D", -1250, False), ("RC", -1250, True), ("RD", 1250, True)],
)
def test_a_reversal_has_the_direction_in_which_the_money_goes(
    mark: str, amount: int, is_reversal: bool
) -> None:
    _, [entry] = only(message(DEBIT.replace("D12", f"{mark}12")))
    assert (entry.amount, entry.is_reversal) == (amount, is_reversal)


def test_an_entry_without_text_is_an_entry() -> None:
    _, entries = only(message(DEBIT, DEBIT, ":86:?"))
    assert [(each.position, each.line) for each in entries] == [(1, 5), (2, 6)]


def test_an_entry_of_the_new_year_that_is_valued_in_the_old_one() -> None:
    _, [entry] = only(message(":61:2512310102D12,50NTRFNONREF"))
    assert (entry.valued_on, entry.booked_on) == (date(2025, 12, 31), date(2026, 1, 2))


def test_interest_is_valued_on_the_thirtieth_of_february() -> None:
    _, [entry] = only(message(":61:2602300302D12,50NINTNONREF"))
    assert entry.valued_on == date(2026, 2, 28)


def test_the_supplement_has_the_original_amount_and_charges() -> None:
    _, [entry] = only(message(f"{DEBIT}\r\n/OCMT/USD13,20/CHGS/EUR0,25/", ":86:HOTEL"))
    assert entry.foreign == Foreign(-1320, "USD", None)
    assert (entry.charges, entry.text) == (25, "HOTEL")


@pytest.mark.parametrize(
    ("printed", "account", "bank"),
    [
        (IBAN, IBAN, None),
        ("NL69INGB0123456789EUR", "NL69INGB0123456789", None),
        ("/PL61109010140000071219812874", "PL61109010140000071219812874", None),
        ("20041133/0432512300EUR", "20041133/0432512300", "20041133"),
        ("ABNANL2A/NL91ABNA0417164300", "NL91ABNA0417164300", "ABNANL2A"),
        ("0123456789", "0123456789", None),
    ],
)
def test_account_numbers(printed: str, account: str, bank: str | None) -> None:
    statement, _ = only(message(DEBIT, account=printed))
    assert (statement.account, statement.bank) == (account, bank)


def test_blocks_of_swift_and_headers_of_banks_are_passed_over() -> None:
    bare = message(DEBIT, ":86:X")
    for before in (
        b"{1:F01BANKDEFFXXXX0000000000}{2:O9400000}{4:\r\n",
        b"ABNANL2A\r\n940\r\nABNANL2A\r\n",
    ):
        assert statements(before + bare) == [
            (statement, [entry])
            for statement, [entry] in statements(before + bare)
            if entry.amount == -1250
        ]
    assert len(statements(bare + bare)) == 2


def test_pages() -> None:
    first, second = mt940(month(1, 4)), mt940(month(2, 4))
    file = first.replace(b":62F:", b":62M:") + second.replace(b":60F:", b":60M:").replace(
        b"/001", b"/002"
    )
    found = [
        (statement.page, statement.is_last_page, statement.is_interim)
        for statement, _ in statements(file)
    ]
    assert found == [(1, False, True), (2, True, True)]


def test_yen_and_dinars() -> None:
    for currency, amount in (("JPY", -1250), ("KWD", -1250)):
        of = Month(
            opening=10_000,
            currency=currency,
            lines=(Line(amount=amount, booked_on=date(2026, 3, 2), text="X"),),
        )
        _, [entry] = only(mt940(of))
        assert entry.amount == amount


@pytest.mark.parametrize(
    ("fields", "says", "line"),
    [
        ((":61:260302D",), "The field :61: is wrong: “260302D” is not an entry", 5),
        ((":61:2613020302D12,50NTRFNONREF",), "is wrong: month must be in 1..12", 5),
        ((":61:2603020302D1,2,50NTRFNONREF",), "is wrong: its amount is no number", 5),
        ((":61:2603020302D12,505NTRFNONREF",), "has more digits after the point than EUR has", 5),
        ((":61:2603020302DNaNNTRFNONREF",), "The field :61: is wrong", 5),
        ((":61:26٣٣٢٢0302D12,50NTRFNONREF",), "it has digits of another script", 5),
        ((":60F:C260301EUR1,00",), "the statement has two opening balances", 5),
        ((":34F:EURD0,00",), "This is an MT942", 5),
        ((":99:X",), "MT940 has no field :99:", 5),
        ((":61:2603020302D12,50NTRFNONREF" + "X" * 600,), "it has more than 500 characters", 5),
        (
            (DEBIT, ":86:" + "X" * 9_000, "Y" * 9_000),
            "The field :86: has more than 10000 characters",
            6,
        ),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_line(
    fields: tuple[str, ...], says: str, line: int
) -> None:
    error = refused(message(*fields))
    assert says in str(error)
    assert error.line == line


def test_a_file_that_was_cut_off_is_refused() -> None:
    file = mt940(month(1, 4))
    assert "has no closing balance (:62F:)" in str(refused(file[: file.index(b":62F:")]))


def test_an_entry_before_the_balance_is_refused() -> None:
    assert "an entry comes before the opening balance" in str(
        refused(f":20:X\n:25:{IBAN}\n{DEBIT}\n:62F:C260331EUR1,00\n".encode())
    )


@settings(max_examples=30)
@given(st.integers(0, 1000), st.sampled_from(DIALECTS), st.integers(1, 400))
def test_pieces_do_not_matter(seed: int, dialect: str, piece: int) -> None:
    file = mt940(month(seed, 6), dialect)
    assert statements(file, piece=piece) == statements(file)


@settings(max_examples=60)
@given(
    st.lists(
        st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S", "Zs")), max_size=60),
        max_size=4,
    )
)
def test_any_text_leaves_the_amounts_as_they_are(texts: list[str]) -> None:
    lines = [f" {text}" for text in texts]  # a field would begin with a colon
    _, [entry] = only(message(DEBIT, ":86:" + "\r\n".join(lines)))
    assert entry.amount == -1250


@pytest.mark.parametrize("end", [b"\x03", b"-\x03", b"\x1a", b"\r\n\x03\r\n", b"\x04\x1a"])
@pytest.mark.parametrize("begin", [b"", b"\x01", b"\x02"])
def test_what_a_transmission_puts_around_a_file_is_left_out(begin: bytes, end: bytes) -> None:
    assert len(only(begin + message(DEBIT) + end)[1]) == 1
