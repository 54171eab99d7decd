"""What was fetched from APIs of banks: read as any file, held together, and recognized beside other
formats.
"""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.bank_api import api_file, enable_banking_record
from tests.support.bank_files import camt
from tests.support.bank_month import Line, Month, month
from tests.unit.tillroll_documents.bank_files.reading import only, refused
from tillroll.bank.statements.entry_identity import PartEntry, decide
from tillroll.bank.statements.entry_traits import Coverage, KnownEntry, Mention, Tally, traits_of
from tillroll.bank.statements.verdicts import Verdict
from tillroll_documents.bank_files.api.files import MOST_OF_A_LINE, is_api_file
from tillroll_documents.bank_files.api.records import enable_banking_entry
from tillroll_documents.bank_files.printed import BankStatement, Entry, EntryStatus, Foreign, Format
from tillroll_documents.bank_files.sums import Closing, Sums

OF = month(5, 40)
PURCHASE = Line(
    amount=-1_234,
    booked_on=date(2026, 3, 5),
    valued_on=date(2026, 3, 4),
    name="Café",
    account="DE02120300000000202051",
    text="Lunch",
    reference="AB12345678",
    end_to_end="E2E-1",
    mandate="M-1",
    foreign=(-1_357, "USD", "1.1"),
)


def closing(statement: BankStatement, entries: list[Entry]) -> Closing:
    sums = Sums()
    for entry in entries:
        sums.add(entry)
    return sums.close(statement).state


def edited(file: bytes, edit: Callable[[list[Any]], object]) -> bytes:
    """A file whose lines were changed."""
    lines = [json.loads(line) for line in file.splitlines()]
    edit(lines)
    return "\n".join(
        json.dumps(line, separators=(",", ":"), sort_keys=True) for line in lines
    ).encode()


@pytest.mark.parametrize("piece", [1, 7, 1 << 16])
def test_a_month_is_read_whole(piece: int) -> None:
    statement, entries = only(api_file(OF), piece=piece)
    assert (statement.format, statement.account, statement.currency) == (
        Format.ENABLE_BANKING,
        OF.account,
        "EUR",
    )
    assert [entry.amount for entry in entries] == [line.amount for line in OF.lines]
    assert [entry.booked_on for entry in entries] == [line.booked_on for line in OF.lines]
    assert [entry.bank_reference for entry in entries] == [line.reference for line in OF.lines]
    assert (
        statement.opening and statement.opening.minor,
        statement.closing and statement.closing.minor,
    ) == (
        OF.opening,
        OF.closing,
    )
    assert closing(statement, entries) is Closing.CLOSES


def test_all_that_a_record_says_is_kept() -> None:
    entry = enable_banking_entry(enable_banking_record(PURCHASE, balance=500), "EUR", 1, 2)
    assert (entry.amount, entry.counterparty.name, entry.counterparty.account) == (
        -1_234,
        "Café",
        PURCHASE.account,
    )
    assert (entry.mandate, entry.text, entry.foreign) == (
        "M-1",
        "Lunch",
        Foreign(-1_357, "USD", "1.1"),
    )
    assert (entry.booked_on, entry.valued_on, entry.balance) == (
        date(2026, 3, 5),
        date(2026, 3, 4),
        500,
    )


@given(seed=st.integers(0, 10_000))
def test_records_in_any_order_close(seed: int) -> None:
    """APIs sort the entries of a day as they like."""
    file = api_file(month(7, 12))

    def shuffle(lines: list[Any]) -> None:
        inner = lines[1:-1]
        random.Random(seed).shuffle(inner)
        lines[1:-1] = inner

    assert closing(*only(edited(file, shuffle))) is Closing.CLOSES


def test_a_record_that_is_missing_between_balances_does_not_close() -> None:
    def lose(lines: list[Any]) -> None:
        del lines[9]
        lines[-1]["records"] -= 1

    assert closing(*only(edited(api_file(OF), lose))) is Closing.DIFFERS


def test_without_balances_at_records_the_sum_is_unproven() -> None:
    statement, entries = only(api_file(OF, is_proven=False))
    assert statement.opening is None
    assert statement.closing is not None
    assert statement.closing.minor == OF.closing
    assert closing(statement, entries) is Closing.UNPROVEN


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("BOOK", "booked"),
        ("PDNG", "pending"),
        ("HOLD", "pending"),
        ("SCHD", "information"),
        ("OTHR", "information"),
    ],
)
def test_each_status_means_something(status: str, expected: str) -> None:
    record = {**enable_banking_record(PURCHASE), "status": status}
    assert enable_banking_entry(record, "EUR", 1, 2).status == expected


@pytest.mark.parametrize("status", ["CNCL", "RJCT"])
def test_what_never_moved_is_left_out_and_noted(status: str) -> None:
    statement, entries = only(
        edited(api_file(OF), lambda lines: lines[3]["transaction"].update(status=status))
    )
    assert len(entries) == statement.entries == len(OF.lines) - 1
    assert "left out" in statement.problems[0].says


def test_a_day_of_the_purchase_is_better_than_none() -> None:
    record = {
        **enable_banking_record(PURCHASE),
        "status": "PDNG",
        "booking_date": None,
        "value_date": None,
    }
    entry = enable_banking_entry(record, "EUR", 1, 2)
    assert (entry.booked_on, entry.day) == (None, PURCHASE.booked_on)


def test_zeros_are_no_reference() -> None:
    record = {**enable_banking_record(PURCHASE), "entry_reference": "0"}
    assert enable_banking_entry(record, "EUR", 1, 2).bank_reference is None


WRONG: list[tuple[Callable[[list[Any]], object], str]] = [
    (lambda lines: lines.pop(), "cut off"),
    (lambda lines: lines.pop(3), "records, and says"),
    (lambda lines: lines.append({"a": 1}), "follows the last line"),
    (lambda lines: lines[2].update(more=1), "no record"),
    (lambda lines: lines[2]["transaction"].update(status="???"), "is not known"),
    (lambda lines: lines[2]["transaction"].update(credit_debit_indicator=None), "received or paid"),
    (lambda lines: lines[2]["transaction"].pop("transaction_amount"), "amount is missing"),
    (
        lambda lines: lines[2]["transaction"]["transaction_amount"].update(amount="NaN"),
        "not an amount",
    ),
    (
        lambda lines: lines[2]["transaction"]["transaction_amount"].update(amount=1e99),
        "not an amount",
    ),
    (
        lambda lines: lines[2]["transaction"]["transaction_amount"].update(currency="USD"),
        "it is in USD",
    ),
    (lambda lines: lines[2]["transaction"].update(booking_date="2026-02-31"), "not a day"),
    (
        lambda lines: lines[2]["transaction"].update(
            booking_date=None, value_date=None, transaction_date=None
        ),
        "has no day",
    ),
    (lambda lines: lines[2]["transaction"].update(status="x" * MOST_OF_A_LINE), "characters"),
    (lambda lines: lines[0].update(currency="XYZ"), "not a currency"),
    (lambda lines: lines[0].update(provider="ofx"), "no file of a bank's API"),
]


@pytest.mark.parametrize(("edit", "says"), WRONG)
def test_what_does_not_fit_is_refused_by_name(
    edit: Callable[[list[Any]], object], says: str
) -> None:
    assert says in str(refused(edited(api_file(OF), edit)))


@pytest.mark.parametrize(
    "line", [b"NaN", b"[" * 60_000, b'{"transaction":' * 4_000, b'{"transaction":NaN}', b"7"]
)
def test_hostile_lines_are_refused(line: bytes) -> None:
    head, *_ = api_file(OF).splitlines()
    assert str(refused(head + b"\n" + line + b"\n")).startswith("Line 2:")


def test_only_our_own_files_are_taken_for_one() -> None:
    assert is_api_file(api_file(OF)[:500].decode())
    assert not is_api_file('{"account":1}\n{"tillroll":"bank-api/1"}')


def verdicts(file: bytes, known: list[tuple[BankStatement, list[Entry]]]) -> list[Verdict]:
    """What becomes of a file's entries where all of others are known."""
    statement, entries = only(file)
    tally = Tally()
    for entry in entries:
        tally.add(traits_of(entry))
    there = [
        KnownEntry(
            f"{number}-{entry.position}",
            entry.status is EntryStatus.BOOKED,
            (Mention(Coverage.of(str(number), other), entry.position, traits_of(entry)),),
        )
        for number, (other, those) in enumerate(known)
        for entry in those
    ]
    asked = [PartEntry(entry.position, traits_of(entry)) for entry in entries]
    return [each.verdict for each in decide(asked, there, Coverage.of("new", statement), tally)]


def test_a_month_in_camt_and_by_api_is_one() -> None:
    march = month(11, 60)
    assert set(verdicts(api_file(march), [only(camt(march))])) == {Verdict.KNOWN}


def test_what_was_pending_is_booked() -> None:
    before = replace(PURCHASE, is_pending=True, reference="")
    known = only(api_file(Month(opening=0, lines=(before,))))
    assert verdicts(api_file(Month(opening=0, lines=(PURCHASE,))), [known]) == [Verdict.NOW_BOOKED]
