"""Which days of a month no statement covers. A file that lists movements alone says nothing of days
on which no money moved: there the balances of the statements around them tell.
"""

from datetime import date

import pytest

from tests.unit.bank.deciding import CAFE, Bank
from tillroll.bank.covered_days import CoveredDays, gaps_between
from tillroll_durable.platform.bindings.database import statement

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
WHOLE = [(FIRST, LAST)]


def of_days(first: tuple[int, int], last: tuple[int, int], *balances: int | None) -> CoveredDays:
    return CoveredDays(date(2026, *first), date(2026, *last), *balances)


@pytest.mark.parametrize(
    ("statements", "gaps"),
    [
        ([], WHOLE),
        ([of_days((10, 1), (10, 31))], []),
        ([of_days((9, 20), (11, 3))], []),
        ([of_days((10, 7), (10, 30))], [(FIRST, date(2026, 10, 6)), (LAST, LAST)]),
        # No balances: nothing tells what happened between.
        ([of_days((9, 1), (9, 28)), of_days((10, 7), (11, 2))], [(FIRST, date(2026, 10, 6))]),
        # The later one opens with what the earlier one closed with.
        ([of_days((9, 1), (9, 28), 0, 500), of_days((10, 7), (11, 2), 500, 90)], []),
        # Money moved between.
        (
            [of_days((9, 1), (9, 28), 0, 500), of_days((10, 7), (11, 2), 499, 90)],
            [(FIRST, date(2026, 10, 6))],
        ),
        # Within the month, and at its end, up to a statement of the next one.
        (
            [
                of_days((10, 1), (10, 9), 0, 5),
                of_days((10, 12), (10, 29), 5, 7),
                of_days((11, 2), (11, 30), 7, 8),
            ],
            [],
        ),
        # One that repeats older days does not stand before the next one.
        (
            [
                of_days((9, 1), (10, 6), 0, 500),
                of_days((9, 5), (9, 9), 3, 4),
                of_days((10, 9), (10, 31), 500, 1),
            ],
            [],
        ),
    ],
)
def test_days_that_no_statement_covers(
    statements: list[CoveredDays], gaps: list[tuple[date, date]]
) -> None:
    assert gaps_between(statements, FIRST, LAST) == gaps


@pytest.mark.parametrize(("opening", "count"), [(700, 0), (699, 1)])
async def test_a_month_begins_where_the_statement_before_it_ended(
    bank: Bank, opening: int, count: int
) -> None:
    """Two files list movements from 1 to 27 February, and from 7 to 31 March."""
    await bank.booked(CAFE)
    database = bank.world.host.database
    another = """
      INSERT INTO bank_sections (statement_id, number, account_id, bank_account_id, currency,
          format, is_last_page, states_period, sum, entries, is_stored)
      SELECT statement_id, 2, account_id, bank_account_id, currency, format, 1, 0, 'closes', 0, 1
      FROM bank_sections
    """
    told = """
      UPDATE bank_sections SET first_day = ?2, last_day = ?3, opening = ?4, closing = ?5
      WHERE number = ?1
    """
    february = (2, "2026-02-01", "2026-02-27", 0, 700)
    march = (1, "2026-03-07", "2026-03-31", opening, 900)
    await database.batch(
        [statement(another), statement(told, [*february]), statement(told, [*march])]
    )
    uncovered = (await bank.get("/api/bank/months/2026-03"))["uncovered"]
    assert len(uncovered) == count
