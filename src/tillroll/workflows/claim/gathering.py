"""What a claim would hold now: the expenses that can be claimed, with the policies that are held over them first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.durable import Statement, ValuesRefused
from tillroll.expenses.approving.holding import Against, Held, hold_policies
from tillroll.platform.bindings.database import Database, Row, integer, text
from tillroll.receipts.amounts.money import Money, minor_from_decimal_string
from tillroll.workflows.claim.contract import MOST_EXPENSES, ClaimParams
from tillroll.workflows.claim.rows.items import Choice, find_claimable

# Where expenses are left out, those behind them are looked at: so many times MOST_EXPENSES.
_MOST_LOOKS: Final = 10
_MOST_SAID: Final = 3


class AgainstPolicies(ValuesRefused):
    """Nothing was claimed, since policies are against it. `against` is what they are against, `held_back` the number of
    expenses that they hinder."""

    def __init__(self, against: Sequence[Against], held_back: int) -> None:
        super().__init__([("expenseIds", said_of(against, held_back))])
        self.against = against
        self.held_back = held_back


@dataclass(frozen=True)
class Gathered:
    """
    Attributes:
        rows: what is claimed, as `find_claimable` has it: in the order of a claim.
        found: how many could be claimed, were no policy against them; `held_back` of these are not in `rows`, or stand
            in the way of them all.
        against: what policies say of them, also where that hinders nothing.
        still: refuses a batch where that is not so any more.
    """

    rows: Sequence[Row]
    found: int
    held_back: frozenset[str]
    against: Sequence[Against]
    still: Sequence[Statement]

    @property
    def total(self) -> int:
        """What `rows` come to, in minor units."""
        return sum(integer(row, "total_minor") for row in self.rows)


async def gather_claimable(database: Database, choice: Choice, currency: str, *, leaves_out: bool) -> Gathered:
    """Find what a claim would hold, and hold the policies over it. Where it `leaves_out` what they hinder, those that
    follow are taken in their place; else `rows` has them all the same, and nothing is claimed while `held_back` has
    any."""
    rows: list[Row] = []
    looks: list[Held] = []
    found, behind = 0, None
    for _ in range(_MOST_LOOKS):
        page = await find_claimable(database, choice, currency, behind)
        held = await hold_policies(database, choice.account_id, [text(row, "id") for row in page])
        looks.append(held)
        found += len(page)
        rows += [row for row in page if not leaves_out or text(row, "id") not in held.hindered]
        if not leaves_out or len(rows) >= MOST_EXPENSES or len(page) < MOST_EXPENSES:
            break
        behind = text(page[-1], "date"), text(page[-1], "id")
    rows = rows[:MOST_EXPENSES]
    chosen = {text(row, "id") for row in rows}
    return Gathered(
        rows=rows,
        found=found,
        held_back=frozenset(each for held in looks for each in held.hindered),
        against=[each for held in looks for each in held.against],
        still=[held.still([each for each in held.beside if each in chosen]) for held in looks],
    )


def why_not(found: Gathered, params: ClaimParams) -> str | None:
    """Why nothing is claimed of what was found, in a sentence; None where it is."""
    if found.held_back and not params.leave_out_violations:
        return said_of(found.against, len(found.held_back))
    if params.expense_ids is not None and found.found < len({*params.expense_ids}):
        return "Something that was asked for cannot be claimed any more."
    if found.total <= 0:
        return "Nothing was left, or refunds exceed it."
    return other_total(found, params)


def other_total(found: Gathered, params: ClaimParams) -> str | None:
    """That it comes to something else than whoever asked has seen.

    Raises:
        AmountError: what they expect is no amount of the currency.
    """
    if params.expected_total is None:
        return None
    if found.total == minor_from_decimal_string(params.expected_total, params.currency):
        return None
    comes_to = Money(found.total, params.currency).to_decimal_string()
    return f"It comes to {comes_to} {params.currency}, not to {params.expected_total}: look at it again."


def said_of(against: Sequence[Against], held_back: int) -> str:
    """Why nothing was claimed, in sentences: the first policies with the expenses by their ids, and how many more."""
    hinders = [each for each in against if each.violation.hinders]
    first = " ".join(f"{each.expense_id}: {each.violation.reason}" for each in hinders[:_MOST_SAID])
    more = len({each.expense_id for each in hinders} - {each.expense_id for each in hinders[:_MOST_SAID]})
    counted = "1 expense" if held_back == 1 else f"{held_back} expenses"
    return f"Policies are against claiming {counted}. {first}{f' And {more} more.' if more else ''}"
