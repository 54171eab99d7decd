"""Lines and documents of tests are what the database yields, and what is booked of a month that the
product has stored is right.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from bench.matching_counts import Counts, below_the_bar, count, pairs_of
from tests.support.bank_matching import claim, document, line, payout
from tests.support.bank_months import Month, month
from tests.support.company.months import company_month
from tests.support.matched import check_books
from tests.support.stored.months import StoredMonth, open_stored
from tests.support.stored.numbers import Numbers
from tillroll_documents.matching.matching import match
from tillroll_documents.matching.models import Document, Line

SEEDS: Final = (1, 2)
FEWEST: Final = 80
"""Matches that a month books."""
_ULID: Final = re.compile(r"[0-9A-Z]{26}")


async def stored(drawn: Document) -> Document:
    """A document that was stored and read."""
    one = Month(lines=[line(drawn.amount, name="Somebody else")], documents=[drawn])
    async with open_stored(one) as place:
        [found] = [each for each in place.month.documents if each.kind is drawn.kind]
    return found


@pytest.mark.parametrize(
    "drawn",
    [
        document(-1_290),
        document(-11_900, 3, "Restaurant Adler", references=("4711",)),
        document(-20_000, 0, "Hilton Garden Inn", currency="USD"),
        document(-20_000, 0, "Sakura", currency="JPY"),
        document(4_200, 1, "Bauhaus"),
        document(-4_200, 1, "Bauhaus", employee="Ann Lee"),
    ],
)
async def test_an_expense_of_tests_is_what_the_database_yields(drawn: Document) -> None:
    found = await stored(drawn)
    # Whose it is, no document of tests says.
    names = found.names
    if drawn.employee:
        names = drawn.names
    assert replace(found, person=None, names=names) == drawn


async def test_a_claim_of_tests_is_what_the_database_yields() -> None:
    # The first claim of a month is an invoice, and the first of a year.
    drawn = claim(4_217, 1, references=("INV-2026-0001",))
    assert await stored(drawn) == drawn


async def test_a_payout_of_tests_is_what_the_database_yields() -> None:
    drawn = payout(-4_217, 1)
    found = await stored(drawn)
    # The ids and the mark of the payee's account are the product's.
    assert [_ULID.sub("…", each) for each in found.references] == [
        _ULID.sub("…", each) for each in drawn.references
    ]
    assert found.accounts[0].startswith("iban:")
    same = replace(found, references=drawn.references, accounts=drawn.accounts)
    assert same == drawn


@pytest.mark.parametrize(
    "drawn",
    [
        line(-1_290, 2, text="Kauf vom 01.03.", code="PMNT-CCRD-POSD"),
        line(37_100, 2, "Kontor Nord AG", text="Re 17", references=("E2E-17",), charges=500),
        line(-490, 2, None, text="Entgelt Kontoführung"),
        line(-930, 2, "HILTON", foreign_amount=-1_000, foreign_currency="USD", rate="1.0753"),
        line(-5_000, 2, "Hotel Post", is_pending=True),
        line(5_000, 2, "Stadtwerke", text="Retoure", is_reversal=True),
    ],
)
async def test_a_line_of_tests_is_what_the_database_yields(drawn: Line) -> None:
    async with open_stored(Month(lines=[drawn], documents=[])) as place:
        [found] = place.month.lines
    # Without a value day it is valued when it is booked, and the bank gives its own reference.
    references = tuple(each for each in found.references if not each.startswith("B1"))
    assert replace(found, value_day=None, references=references) == drawn


@pytest.mark.parametrize("drawing", [month, company_month])
async def test_what_the_product_stores_reaches_the_bar(drawing: Callable[[int], Month]) -> None:
    counts = Counts()
    for seed in SEEDS:
        async with open_stored(drawing(seed)) as place:
            read = place.month
            count(read, match(read.lines, read.documents), counts)
            booked = await place.book()
            # Each amount is what it settles, but for what its match names.
            await check_books(place.place.world.rows)
        assert len(booked) > FEWEST
        assert wrong(place, booked) == []
    assert below_the_bar(counts) == [], "\n".join(counts.wrong[:10])
    assert counts.matches_wrong == 0, "\n".join(counts.wrong[:10])


async def test_what_was_paid_twice_is_asked_though_no_window_has_both() -> None:
    owed = claim(53_065, 3, references=("INV-2026-0001",))
    text = "Kontor Nord AG Re INV-2026-0001"
    twice = [line(53_065, day, None, text=text) for day in (6, 26)]
    async with open_stored(Month(lines=twice, documents=[owed])) as place:
        assert await place.book() == []


def wrong(
    place: StoredMonth, booked: list[tuple[frozenset[str], frozenset[str]]]
) -> list[tuple[frozenset[str], frozenset[str]]]:
    """What was booked, and is not true or had to be asked."""
    right = set(place.month.also_right)
    for truth in place.month.truths:
        right |= pairs_of(truth.lines, truth.documents)
    right |= {(each.id, "fee:EUR") for each in place.month.lines if each.charges}
    return [
        (lines, documents)
        for lines, documents in booked
        if not pairs_of(lines, documents) <= right or lines & place.month.asked.keys()
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Re 2026-0472.", "Re INV-2026-0003."),
        ("RE20260472", "RE20260472"),
        ("20260472 und 2026/0472", "INV20260003 und INV/2026/0003"),
        # The same slip: a sign changed, lost, or swapped with the next.
        ("RE 2026-0972", "RE INV-2026-0903"),
        ("RE 2026-042", "RE INV-2026-003"),
        ("RE 2026-0427", "RE INV-2026-0030"),
        # Another's number is none, though it looks like one.
        ("RE 2026-0100", "RE 2026-0742"),
    ],
)
def test_a_text_has_the_numbers_of_the_product(text: str, expected: str) -> None:
    numbers = Numbers()
    numbers.add("2026-0472", "INV-2026-0003")
    numbers.add("2026-0100", "2026-0742")
    assert numbers.in_text(text, ["2026-0472"]) == expected
