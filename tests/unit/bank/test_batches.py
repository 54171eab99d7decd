"""A bank books a batch as one entry in one format, and as single entries in another: a person is
asked, whichever comes first.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from tests.support.bank_csv import csv_file
from tests.support.bank_files import camt, mt940, ofx
from tests.support.bank_month import IBAN, Line, Month
from tests.unit.bank.deciding import Bank, opened
from tests.unit.bank.test_answers import amounts, decided, proposal, sent

DAY = date(2026, 3, 10)
SINGLES = (
    Line(amount=-10_000, booked_on=DAY, name="Acme", text="RE 7", reference="S-000001"),
    Line(amount=-20_000, booked_on=DAY, name="Blau", text="RE 8", reference="S-000002"),
)
BATCH = (Line(amount=-30_000, booked_on=DAY, text="Sammelauftrag", reference="B-000001"),)
COFFEE = Line(amount=-350, booked_on=date(2026, 3, 12), name="Cafe", reference="C-000001")
WRITERS: Final[Mapping[str, Callable[[Month], bytes]]] = {
    "camt.053": camt,
    "camt.052": lambda of: camt(of, "052", "02"),
    "mt940": mt940,
    "ofx": ofx,
    "csv": lambda of: csv_file(of, "german"),
}
PAIRS = [("camt.053", "csv"), ("mt940", "camt.053"), ("ofx", "mt940"), ("camt.053", "camt.052")]


@pytest.fixture
async def bank() -> AsyncGenerator[Bank]:
    async for each in opened():
        yield each


def month(*lines: Line) -> Month:
    return Month(opening=100_000, lines=(*lines, COFFEE), account=IBAN)


async def taken(bank: Bank, content: bytes) -> dict[str, object]:
    """A statement after its columns are confirmed, where it has some."""
    statement = await sent(bank, content)
    if statement["state"] == "matched":
        return statement
    if (await proposal(bank, statement))["reason"] == "mapping_needed":
        return await decided(bank, statement)
    return statement


@pytest.mark.parametrize("is_batch_first", [True, False])
@pytest.mark.parametrize(("one", "other"), PAIRS)
async def test_a_batch_and_its_singles_are_asked(
    bank: Bank, one: str, other: str, *, is_batch_first: bool
) -> None:
    first, second = (BATCH, SINGLES) if is_batch_first else (SINGLES, BATCH)
    assert (await taken(bank, WRITERS[one](month(*first))))["state"] == "matched"
    before = await amounts(bank)
    waiting = await taken(bank, WRITERS[other](month(*second)))
    review = await proposal(bank, waiting)
    assert review["reason"] == "overlap_unproven"
    assert "300.00 EUR" in review["proposed"]["says"]
    assert (await decided(bank, waiting))["state"] == "matched"
    assert await amounts(bank) == before


async def test_who_says_that_they_are_others_has_all(bank: Bank) -> None:
    await taken(bank, camt(month(*BATCH)))
    waiting = await taken(bank, mt940(month(*SINGLES)))
    await decided(bank, waiting, overlap="apart")
    assert await amounts(bank) == [-30_000, -20_000, -10_000, -350]


async def test_parts_of_a_batch_are_known_in_later_files(bank: Bank) -> None:
    await taken(bank, camt(month(*BATCH)))
    await decided(bank, await taken(bank, mt940(month(*SINGLES))))
    later = replace(COFFEE, amount=-900, text="Lunch", reference="C-000002")
    third = await taken(bank, mt940(month(*SINGLES, later)))
    assert third["state"] == "matched"
    assert await amounts(bank) == [-30_000, -900, -350]


@pytest.mark.parametrize("is_batch_first", [True, False])
async def test_what_is_left_of_a_batch_is_its_whole_amount(
    bank: Bank, *, is_batch_first: bool
) -> None:
    first, second = (BATCH, SINGLES) if is_batch_first else (SINGLES, BATCH)
    import_ = await taken(bank, camt(month(*first)))
    await decided(bank, await taken(bank, mt940(month(*second))))
    await bank.post(f"/api/bank/statements/{import_['id']}/undo", {"reason": "wrong file"}, 202)
    await bank.world.settle()
    assert sum(await amounts(bank)) == -30_350


async def test_amounts_of_another_day_are_no_batch(bank: Bank) -> None:
    await taken(bank, camt(month(*SINGLES)))
    another = replace(BATCH[0], booked_on=date(2026, 3, 11))
    assert (await taken(bank, mt940(month(another))))["state"] == "matched"
    assert len(await amounts(bank)) == 4
