"""The simulated year of docs/scale.md: the page is what the script computes, its sums add up, and
more receipts never need less.
"""

from dataclasses import fields, replace
from itertools import pairwise

import pytest

from bench.scale.bounds import bounds
from bench.scale.inputs import Assumed, Measured, measured, names_of, stored
from bench.scale.page import PAGE, SCALES, with_scale
from bench.scale.placing import Alike, Placing
from bench.scale.prices import PRICES
from bench.scale.sensitivity import sensitivity
from bench.scale.words import ASSUMED, MEASURED
from bench.scale.year import Year, bytes_at, simulate, with_enough, with_few

A_YEAR = 12
CLOSE = 1e-9
FIGURES, ALIKE = measured(stored()), Assumed()


@pytest.fixture(scope="module")
def years() -> list[Year]:
    return [with_few(receipts, FIGURES, ALIKE) for receipts in SCALES]


def test_the_page_is_what_the_script_computes() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_scale(page), "run `python -m bench.scale --write` and commit the page"


def test_each_input_was_measured_or_is_named_as_assumed() -> None:
    assert [*MEASURED] == [*names_of(Measured)]
    assert [*ASSUMED] == [*names_of(Assumed)]
    assert all(getattr(FIGURES, each.name) >= 0 for each in fields(Measured))


def test_dollars_add_up_by_item_and_by_month(years: list[Year]) -> None:
    for year in years:
        by_item = sum(price.of(month.used[price.item]) for month in year.months for price in PRICES)
        assert year.total == pytest.approx(by_item)
        assert len(year.months) == A_YEAR
        assert year.total == pytest.approx(sum(month.total for month in year.months))
        assert 0 < year.reading < year.total


def test_what_a_plan_includes_costs_nothing_and_the_next_one_does() -> None:
    for price in PRICES:
        assert price.of(price.included) == 0
        assert price.of(price.included + price.per) == pytest.approx(price.dollars)


@pytest.mark.parametrize("receipts", SCALES)
def test_every_receipt_and_account_is_in_one_database(receipts: float) -> None:
    placing = Placing(ALIKE, lambda age: bytes_at(age, FIGURES, ALIKE))
    accounts = receipts / ALIKE.receipts_an_account
    placing.begin(3, accounts)
    for month in range(A_YEAR):
        placing.pass_month(month)
        assert placing.receipts == pytest.approx(receipts * (month + 1))
        assert placing.accounts == pytest.approx(accounts)


def test_no_database_is_fuller_than_it_may_be(years: list[Year]) -> None:
    for year in years:
        assert all(0 < month.fullest < ALIKE.full for month in year.months)


def test_databases_hold_what_is_billed(years: list[Year]) -> None:
    for year in years:
        for month in year.months:
            in_one = month.used["d1_gb"] / month.databases
            assert in_one <= 10 * month.fullest * (1 + CLOSE)


def test_month_by_month_nothing_that_stays_becomes_less(years: list[Year]) -> None:
    for year in years:
        for before, after in pairwise(year.months):
            assert after.databases >= before.databases
            assert after.used["d1_gb"] > before.used["d1_gb"]
            assert after.used["r2_gb"] > before.used["r2_gb"]


def test_more_receipts_never_need_less() -> None:
    few, many = (
        simulate(receipts, FIGURES, ALIKE, databases=2_000) for receipts in (9_000_000, 9_000_001)
    )
    assert many.total > few.total
    for before, after in zip(few.months, many.months, strict=True):
        assert all(after.used[item] >= used for item, used in before.used.items())
    assert (
        with_enough(9_000_000, FIGURES, ALIKE).begun_with
        <= with_enough(18_000_000, FIGURES, ALIKE).begun_with
    )


def test_with_enough_databases_no_account_is_moved_and_with_few_some_are(
    years: list[Year],
) -> None:
    for few in years:
        enough = with_enough(few.receipts, FIGURES, ALIKE)
        assert enough.moved == 0
        assert few.moved > 0
        assert enough.begun_with > few.begun_with


def test_a_full_database_is_halved_and_its_half_moves() -> None:
    assumed = replace(ALIKE, leaving=0.0)
    placing = Placing(assumed, lambda _: 1_000.0)
    full = assumed.full * 10_000_000_000 / 1_000
    placing.databases = [Alike(1, 100.0, (full, *(0.0,) * (A_YEAR - 1)))]
    moves = placing.pass_month(1)
    assert placing.count == 2
    assert moves.accounts == pytest.approx(50)
    assert moves.receipts == pytest.approx(full / 2, rel=1e-3)


def test_new_accounts_go_where_there_is_room() -> None:
    placing = Placing(replace(ALIKE, receipts_an_account=0.0), lambda _: 1_000.0)
    filled = ALIKE.filled * 10_000_000_000 / 1_000
    placing.databases = [
        Alike(1, 100.0, (filled, *(0.0,) * (A_YEAR - 1))),
        Alike(1, 100.0),
    ]
    placing.pass_month(1)
    assert placing.databases[0].accounts < 100 < placing.databases[1].accounts


def test_old_receipts_take_less_and_are_archived_when_it_is_said() -> None:
    sizes = [bytes_at(age, FIGURES, ALIKE) for age in range(A_YEAR)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes.index(FIGURES.bytes_archived) == ALIKE.archive_after_months


def test_each_limit_is_strained_in_proportion_or_not_at_all() -> None:
    one, ten = (
        {
            bound.what: bound
            for bound in bounds(simulate(receipts, FIGURES, ALIKE, databases=200), FIGURES, ALIKE)
        }
        for receipts in SCALES[:2]
    )
    assert one.keys() == ten.keys()
    assert all(ten[what].share >= bound.share for what, bound in one.items())
    assert ten["model calls a minute of Workers AI (text generation)"].share == pytest.approx(
        10 * one["model calls a minute of Workers AI (text generation)"].share
    )


def test_an_input_that_is_in_a_price_moves_the_dollars() -> None:
    moved = {each.name: each for each in sensitivity(SCALES[0], FIGURES, ALIKE)}
    assert moved["rows_written"].dollars > 0
    assert moved["photo_bytes"].dollars > 0
    assert moved["pages_read"].dollars == pytest.approx(0)
    assert moved["pages_read"].all_dollars > 0
    assert moved["bytes_archived"].databases > 0
