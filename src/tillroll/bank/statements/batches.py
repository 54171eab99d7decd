"""A batch that one file has as one entry, and another as its single payments. Pure.

Nothing but the day and the sum tells, so a person is asked.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from tillroll.bank.statements.entry_traits import KnownEntry, Traits
from tillroll.bank.statements.renumbering import PartEntry

_MOST_SINGLES: Final = 40
"""Single entries of a day that are added up."""
_MOST_SUMS: Final = 5_000
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries of a statement that may be stored ones: one is a batch, the others are its singles.

    Attributes:
        day: on which all are booked.
        amount: of the batch, in signed minor units.
        positions: of the statement's own entries.
        ids: of the stored ones.
    """

    day: date
    amount: int
    positions: tuple[int, ...]
    ids: tuple[str, ...]


def batches_of(part: Iterable[PartEntry], stored: Iterable[KnownEntry]) -> list[Batch]:
    """The batches among booked entries that are new, and stored ones that are none of these. An
    entry is in one batch.
    """
    own: dict[date, dict[int, int]] = defaultdict(dict)
    for entry in part:
        if entry.traits.day is not None:
            own[entry.traits.day][entry.position] = entry.traits.amount
    others: dict[date, dict[str, int]] = defaultdict(dict)
    for known_entry in stored:
        traits = next((each.traits for each in known_entry.mentions if each.traits.is_booked), None)
        if traits is not None and traits.day is not None:
            others[traits.day][known_entry.id] = traits.amount
    batches: list[Batch] = []
    for day in sorted(own.keys() & others.keys()):
        batches += _of_day(day, own[day], others[day])
    return batches


def parts_of_batches(
    stored: Iterable[KnownEntry],
) -> Mapping[tuple[int, date | None, str], str]:
    """The stored batches by the amount, day and words of the parts that a statement has of them."""
    parts: dict[tuple[int, date | None, str], str] = {}
    for entry in stored:
        by_statement: dict[str, list[Traits]] = defaultdict(list)
        for mention in entry.mentions:
            if mention.traits.is_booked:
                by_statement[mention.statement.key].append(mention.traits)
        whole = {those[0].amount for those in by_statement.values() if len(those) == 1}
        for those in by_statement.values():
            if len(those) > 1 and sum(each.amount for each in those) in whole:
                parts |= {(each.amount, each.day, each.words): entry.id for each in those}
    return parts


def _of_day(day: date, own: dict[int, int], others: dict[str, int]) -> list[Batch]:
    batches: list[Batch] = []
    for position, amount in [*own.items()]:
        ids = _singles(others, amount)
        if ids:
            batches.append(Batch(day, amount, positions=(position,), ids=(*ids,)))
            del own[position]
            _take_out(others, ids)
    for id_, amount in [*others.items()]:
        positions = _singles(own, amount)
        if positions:
            batches.append(Batch(day, amount, positions=(*positions,), ids=(id_,)))
            _take_out(own, positions)
    return batches


def _take_out(amounts: dict[Key, int], keys: Sequence[Key]) -> None:
    for key in keys:
        del amounts[key]


def _singles(amounts: dict[Key, int], total: int) -> Sequence[Key]:
    """Two entries or more whose amounts have one direction and add up; none without such."""
    sums: dict[int, tuple[Key, ...]] = {0: ()}
    for key, amount in [*amounts.items()][:_MOST_SINGLES]:
        if (amount > 0) != (total > 0) or abs(amount) >= abs(total):
            continue
        for before, keys in [*sums.items()]:
            if abs(before + amount) <= abs(total):
                sums.setdefault(before + amount, (*keys, key))
        if total in sums:
            return sums[total]
        if len(sums) > _MOST_SUMS:
            break
    return ()
