"""Gaps and overlaps between statements of one account."""

from datetime import date
from typing import Any

from tests.support.bank_files import camt, mt940
from tests.support.bank_month import Month, month
from tests.unit.tillroll_documents.bank_files.reading import only
from tillroll.bank.models import BreakKind
from tillroll.bank.statements.continuity import Discontinuity, Period, discontinuities
from tillroll_documents.bank_files.printed import Format


def period(
    key: str, days: tuple[int, int], balances: tuple[int | None, int | None], **given: Any
) -> Period:
    """Of March 2026; camt.053 that states its period."""
    plain: dict[str, Any] = {
        "key": key,
        "format": Format.CAMT_053,
        "from_day": date(2026, 3, days[0]),
        "to_day": date(2026, 3, days[1]),
        "states_period": True,
        "opening": balances[0],
        "closing": balances[1],
    }
    return Period(**{**plain, **given})


def kinds(*periods: Period) -> list[tuple[BreakKind, str, str]]:
    return [(each.kind, each.before, each.after) for each in discontinuities(periods)]


def test_statements_that_join() -> None:
    assert (
        kinds(
            period("b", (11, 20), (90, 70)),
            period("a", (1, 10), (100, 90)),
            period("c", (21, 31), (70, 70)),
        )
        == []
    )


def test_days_without_movement_are_no_gap() -> None:
    assert kinds(period("a", (1, 10), (100, 90)), period("b", (15, 31), (90, 70))) == []


def test_money_that_moved_in_between_is_a_gap() -> None:
    a, b = period("a", (1, 10), (100, 90), sequence=3), period("b", (15, 31), (75, 70), sequence=5)
    assert discontinuities([a, b]) == [
        Discontinuity(BreakKind.GAP, "a", "b", date(2026, 3, 11), date(2026, 3, 14), -15, (4, 4))
    ]


def test_a_gap_without_days_in_between() -> None:
    a, b = period("a", (1, 10), (100, 90)), period("b", (11, 31), (75, 70))
    assert discontinuities([a, b]) == [Discontinuity(BreakKind.GAP, "a", "b", None, None, -15)]


def test_days_alone_tell_where_there_are_no_balances() -> None:
    ofx = {"format": Format.OFX}
    a, b = period("a", (1, 10), (None, None), **ofx), period("b", (12, 31), (None, None), **ofx)
    assert discontinuities([a, b]) == [
        Discontinuity(BreakKind.GAP, "a", "b", date(2026, 3, 11), date(2026, 3, 11))
    ]
    assert kinds(a, period("b", (10, 31), (None, None), **ofx)) == []
    unstated = period("b", (12, 31), (None, None), states_period=False, **ofx)
    assert kinds(a, unstated) == [], "its entries may begin later"


def test_a_number_that_is_left_out() -> None:
    a, b = period("a", (1, 10), (100, 90), sequence=3), period("b", (11, 31), (90, 70), sequence=6)
    assert discontinuities([a, b]) == [
        Discontinuity(BreakKind.NUMBER, "a", "b", None, None, 0, (4, 5))
    ]
    assert kinds(a, period("b", (11, 31), (90, 70), sequence=1)) == [], "a new year"


def test_overlaps() -> None:
    a, again = (
        period("a", (1, 31), (100, 90)),
        period("b", (10, 12), (95, 91), format=Format.CSV, states_period=False),
    )
    following = period("c", (31, 31), (90, 80))
    assert discontinuities([a, again, following]) == [
        Discontinuity(BreakKind.OVERLAP, "a", "b", date(2026, 3, 10), date(2026, 3, 12))
    ]


def test_the_same_day_in_another_file_is_an_overlap() -> None:
    a, b = period("a", (5, 5), (100, 90)), period("b", (5, 5), (100, 90), format=Format.MT940)
    assert kinds(a, b) == [(BreakKind.OVERLAP, "a", "b")]


def test_several_statements_of_a_day_join() -> None:
    a, b = period("a", (5, 5), (100, 90), sequence=3), period("b", (5, 5), (90, 100), sequence=4)
    assert kinds(b, a) == []


def test_entries_may_reach_back_a_little() -> None:
    a = period("a", (1, 11), (100, 90), states_period=False)
    assert kinds(a, period("b", (10, 20), (90, 80), states_period=False)) == []


def test_pages() -> None:
    first = period("a", (1, 31), (100, 90), sequence=3, page=1, is_last_page=False)
    second = period("b", (1, 31), (90, 80), sequence=3, page=2, is_last_page=False)
    third = period("c", (1, 31), (80, 70), sequence=3, page=3)
    assert kinds(first, second, third) == []
    assert discontinuities([first, third]) == [
        Discontinuity(BreakKind.PAGE, "a", "c", None, None, -10, (2, 2))
    ]
    later = period("d", (31, 31), (70, 60), sequence=4)
    assert kinds(first, second, later) == [(BreakKind.PAGE, "b", "d")]


def test_reports_within_the_day_and_notifications_are_left_out() -> None:
    a, b = period("a", (1, 10), (100, 90)), period("b", (11, 20), (90, 70))
    assert kinds(a, period("x", (1, 1), (3, 4), format=Format.CAMT_052), b) == []
    assert kinds(a, period("x", (1, 20), (None, None), format=Format.CAMT_054), b) == []


def test_files_in_two_formats() -> None:
    march = month(1, 20)
    april = Month(
        opening=march.closing,
        lines=(),
        number=4,
        from_day=date(2026, 4, 1),
        to_day=date(2026, 4, 30),
    )
    periods = [Period.of("a", only(camt(march))[0]), Period.of("b", only(mt940(april))[0])]
    assert discontinuities(periods) == []
    assert [
        each.kind for each in discontinuities([*periods, Period.of("c", only(mt940(march))[0])])
    ] == [BreakKind.OVERLAP]
