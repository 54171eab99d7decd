"""Opening balance and entries give the closing balance; else the first line that cannot be
right.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.bank_csv import STYLES, csv_file
from tests.support.bank_files import camt, mt940, ofx
from tests.support.bank_month import Line, Month, month
from tests.unit.tillroll_documents.bank_files.reading import Read, from_csv, only
from tillroll_documents.bank_files.printed import (
    Balance,
    BankStatement,
    Entry,
    EntryStatus,
    Format,
    Payment,
)
from tillroll_documents.bank_files.sums import Closing, SumResult, Sums, Suspicion

DAY = date(2026, 3, 2)


def result(read: Read, opening: int | None = None) -> SumResult:
    sums = Sums()
    for entry in read[1]:
        sums.add(entry)
    return sums.close(read[0], opening=opening)


def entry(position: int, amount: int, **given: object) -> Entry:
    plain = Entry(
        position=position,
        amount=amount,
        status=EntryStatus.BOOKED,
        booked_on=DAY,
        valued_on=DAY,
        text=f"T{position}",
        line=position + 10,
    )
    return replace(plain, **given)


def summed(entries: Sequence[Entry], opening: int, closing: int) -> SumResult:
    statement = BankStatement(
        format=Format.CAMT_053,
        account=None,
        currency="EUR",
        from_day=date(2026, 3, 1),
        to_day=date(2026, 3, 31),
        states_period=True,
        opening=Balance(opening),
        closing=Balance(closing),
    )
    return result((statement, list(entries)))


@pytest.mark.parametrize("seed", range(3))
def test_a_statement_closes_in_every_format(seed: int) -> None:
    of = month(seed, 50)
    total = sum(line.amount for line in of.lines)
    reads = [
        only(camt(of)),
        only(camt(of, "052")),
        only(mt940(of)),
        from_csv(csv_file(of, "german")),
    ]
    assert [result(read) for read in reads] == [
        SumResult(Closing.CLOSES, of.opening, total, of.closing)
    ] * 4


def test_without_an_opening_balance_the_earlier_closing_proves_it() -> None:
    of = month(1, 20)
    read = only(ofx(of))
    assert result(read).state is Closing.UNPROVEN
    says = "The file has no opening balance, so its sum could not be checked. All entries are here."
    assert result(read).says == says
    assert result(read, opening=of.opening).state is Closing.CLOSES
    assert result(read, opening=of.opening - 1).difference == 1
    assert result(only(camt(of, "054"))).state is Closing.UNPROVEN


def test_only_booked_entries_are_summed() -> None:
    lines = (Line(amount=-500, booked_on=DAY), Line(amount=-700, booked_on=DAY, is_pending=True))
    assert result(only(camt(Month(opening=1_000, lines=lines)))).state is Closing.CLOSES


def test_sums_begin_anew_with_each_statement() -> None:
    sums = Sums()
    for _ in range(2):
        statement, entries = only(camt(month(4, 5)))
        for each in entries:
            sums.add(each)
        assert sums.close(statement).state is Closing.CLOSES


WITH_BALANCE = [
    name for name, style in STYLES.items() if any(kind == "balance" for _, kind in style.columns)
]


@pytest.mark.parametrize("style", WITH_BALANCE)
@pytest.mark.parametrize("at", [0, 7, 19])
def test_a_printed_balance_shows_the_line(style: str, at: int) -> None:
    of = month(2, 18)
    good = from_csv(csv_file(of, style))
    assert result(good).state is Closing.CLOSES
    wrong = [*good[1]]
    wrong[at % len(wrong)] = replace(
        wrong[at % len(wrong)], amount=wrong[at % len(wrong)].amount + 9
    )
    found = result((good[0], wrong))
    assert (found.state, found.difference) == (Closing.DIFFERS, -9)
    assert found.suspect is not None
    assert (found.suspect.why, found.suspect.is_certain) == (Suspicion.BALANCE, True)
    assert found.suspect.position == wrong[at % len(wrong)].position
    assert "is not the one before it plus the amount" in found.says


def test_the_oldest_of_several_wrong_lines_is_shown() -> None:
    of = month(2, 30)
    statement, entries = from_csv(csv_file(of, "german"))  # the newest first
    for at in (4, 20):
        entries[at] = replace(entries[at], amount=entries[at].amount + 1)
    suspect = result((statement, entries)).suspect
    assert suspect is not None
    assert suspect.position == entries[20].position


def test_rows_without_a_balance_lie_between() -> None:
    of = month(2, 30)
    statement, entries = from_csv(csv_file(of, "english"))
    entries = [replace(each, balance=None) if each.position % 3 else each for each in entries]
    assert result((statement, entries)).state is Closing.CLOSES
    entries[9] = replace(entries[9], amount=entries[9].amount - 5)
    suspect = result((statement, entries)).suspect
    assert suspect is not None
    assert suspect.position == 12, "the next one with a balance"


def test_the_wrong_direction() -> None:
    found = summed(
        [entry(1, -500), entry(2, 1_234), entry(3, -77)], 10_000, 10_000 - 500 - 1_234 - 77
    )
    assert found.difference == -2_468
    assert found.suspect is not None
    assert (found.suspect.position, found.suspect.line, found.suspect.why) == (
        2,
        12,
        Suspicion.DIRECTION,
    )
    assert found.says.endswith(
        "They would, if entry 2 (line 12 of the file) had the other direction."
    )


def test_a_line_that_comes_twice() -> None:
    twin = entry(1, -350, text="COFFEE")
    found = summed([twin, entry(2, -500), replace(twin, position=3)], 10_000, 9_150)
    assert found.suspect is not None
    assert (found.suspect.position, found.suspect.why) == (3, Suspicion.TWICE)


def test_a_line_too_many_and_one_of_another_month() -> None:
    found = summed([entry(1, -350), entry(2, -500)], 10_000, 9_500)
    assert found.suspect is not None
    assert (found.suspect.position, found.suspect.why, found.suspect.is_certain) == (
        1,
        Suspicion.SURPLUS,
        False,
    )
    other = entry(2, -350, booked_on=date(2026, 2, 28))
    found = summed([entry(1, -350), other, entry(3, -500)], 10_000, 9_150)
    assert found.suspect is not None
    assert (found.suspect.position, found.suspect.why) == (2, Suspicion.DAY)


def test_pending_charges_decimals_and_batches() -> None:
    def why(entries: list[Entry], closing: int) -> tuple[int, Suspicion] | None:
        suspect = summed(entries, 10_000, closing).suspect
        return None if suspect is None else (suspect.position, suspect.why)

    pending = entry(2, -700, status=EntryStatus.PENDING)
    assert why([entry(1, -500), pending], 8_800) == (2, Suspicion.PENDING)
    assert why([entry(1, -500), entry(2, -1_000, charges=25)], 8_475) == (2, Suspicion.CHARGES)
    assert why([entry(1, -512), entry(2, -4_300)], 10_000 - 512 - 43) == (2, Suspicion.DECIMALS)
    batch = entry(2, -1_000, payments=(Payment(amount=-600), Payment(amount=-401)))
    assert why([entry(1, -500), batch], 8_499) == (2, Suspicion.BATCH)


def test_others_that_explain_it_are_counted_and_too_many_explain_nothing() -> None:
    few = [entry(position, -350, text=f"{position}") for position in range(1, 4)]
    found = summed(few, 10_000, 10_000 - 700)
    assert found.suspect is not None
    assert (found.suspect.position, found.others) == (1, 2)
    assert found.says.endswith("2 more would explain it as well.")
    many = [entry(position, -350, text=f"{position}") for position in range(1, 40)]
    found = summed(many, 100_000, 100_000 - 38 * 350)
    assert (found.suspect, found.others) == (None, 0)


def test_where_nothing_tells_it_says_so() -> None:
    found = summed([entry(1, -350), entry(2, -500)], 10_000, 9_149)
    assert (found.state, found.difference, found.suspect) == (Closing.DIFFERS, -1, None)
    assert found.says.endswith("No single entry explains it.")


@given(
    st.lists(st.integers(-(10**12), 10**12), max_size=30),
    st.integers(-(10**12), 10**12),
    st.integers(-5, 5),
)
def test_a_cent_is_a_difference(amounts: list[int], opening: int, wrong_by: int) -> None:
    lines = tuple(Line(amount=amount, booked_on=DAY) for amount in amounts)
    of = Month(opening=opening, lines=lines, wrong_by=wrong_by)
    found = result(only(camt(of)))
    assert found.difference == wrong_by
    assert found.state is (Closing.DIFFERS if wrong_by else Closing.CLOSES)
