"""Whether a file that does not name its bank account is of the one that it was sent for: by the
entries of the company's other accounts, and by the balances of this one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tillroll.bank.models import BreakKind, Section
from tillroll.bank.statements.continuity import Period, discontinuities
from tillroll.bank.statements.entry_traits import Traits
from tillroll_documents.bank_files.entry_words import alike
from tillroll_documents.money import Money
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, integer, text
from tillroll_durable.platform.json import Json, dump

SAMPLE: Final = 200
"""Entries of a statement that are looked for in other accounts."""
_FEWEST: Final = 3
"""Banks charge the same fees on the same day in several accounts of a company."""
_SURE: Final = 0.67
_STANDING: Final = """
  SELECT e.id, e.bank_account_id, e.day, e.amount, m.words
  FROM json_each(?2) asked CROSS JOIN bank_entries e INDEXED BY bank_entries_by_day
    ON e.account_id = ?1 AND e.day = asked.value ->> 0 AND e.amount = asked.value ->> 1
  JOIN bank_mentions m ON m.entry_id = e.id
  LIMIT 5000
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry that is stored: its bank account, and what a statement says of it."""

    id: str
    account: str
    day: date
    amount: int
    words: str


async def load_standing(
    database: Database, account_id: str, sample: Iterable[Traits]
) -> list[Standing]:
    """The stored entries of the days and amounts of some others, in all bank accounts."""
    keys: set[tuple[str, int]] = {
        (each.day.isoformat(), each.amount) for each in sample if each.day is not None
    }
    those: list[Json] = [[day, amount] for day, amount in sorted(keys)]
    return [
        Standing(
            text(row, "id"),
            text(row, "bank_account_id"),
            day=date.fromisoformat(text(row, "day")),
            amount=integer(row, "amount"),
            words=text(row, "words"),
        )
        for row in await database.all(statement(_STANDING, [account_id, dump(those)]))
    ]


def stands_elsewhere(
    sample: Sequence[Traits], standing: Iterable[Standing], own: Section, names: Mapping[str, str]
) -> str | None:
    """What is said where most of a statement's entries, and not its own account's, stand in another
    account. Pure.
    """
    free: dict[tuple[date | None, int], list[Standing]] = defaultdict(list)
    for each in standing:
        free[each.day, each.amount].append(each)
    used: set[tuple[str, str]] = set()
    counts: Counter[str] = Counter()
    for traits in sample:
        of_accounts: dict[str, str] = {}
        for each in free[traits.day, traits.amount]:
            if (each.account, each.id) not in used and _is_said(traits.words, each.words):
                of_accounts.setdefault(each.account, each.id)
        counts.update([*of_accounts])
        used |= set(of_accounts.items())
    counted = counts.pop(own.bank_account_id, 0)
    if not counts:
        return None
    [(account, most)] = counts.most_common(1)
    if most < _FEWEST or 2 * most <= len(sample) or most <= counted:
        return None
    if own.entries > len(sample):
        compared = f"the first {len(sample)}"
    else:
        compared = f"{len(sample)}"
    return (
        f"{most} of {compared} entries stand in {names[account]} already. Is it the right account?"
    )


def _is_said(one: str, other: str) -> bool:
    likeness = alike(one, other)
    if likeness is None:
        return one == other
    return likeness >= _SURE


def balances_break(periods: Sequence[Period], own: Period, currency: str) -> str | None:
    """What is said where a statement adjoins another one of its account, and their balances do not
    join. Pure.
    """
    days = {each.key: each for each in (*periods, own)}
    for each in discontinuities([*periods, own]):
        before = days[each.before]
        after = days[each.after]
        if (
            own not in (before, after)
            or each.kind is not BreakKind.GAP
            or not _adjoin(before, after)
        ):
            continue
        if before.closing is None or after.opening is None:
            continue
        closed, opened = (
            _amount_text(amount, currency) for amount in (before.closing, after.opening)
        )
        if after is own:
            return (
                f"It opens with {opened}, and the statement before it closed with {closed}. Is it "
                "the right account?"
            )
        return (
            f"It closes with {closed}, and the statement after it opened with {opened}. Is it the "
            "right account?"
        )
    return None


def _adjoin(before: Period, after: Period) -> bool:
    if before.to_day is None or after.from_day is None:
        return False
    return after.from_day - before.to_day == timedelta(days=1)


def _amount_text(amount: int, currency: str) -> str:
    return f"{Money(amount, currency).to_decimal_string()} {currency}"
