"""Whether a statement closes: its opening balance and its booked entries give its closing balance,
to the cent.

Where they do not, the printed numbers are searched for the first line that cannot be right.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tillroll_documents.bank_files.printed import BankStatement, Entry, EntryStatus
from tillroll_documents.bank_files.running import RunningBalances


class Closing(StrEnum):
    """What the balances of a statement prove."""

    CLOSES = "closes"
    DIFFERS = "differs"
    UNPROVEN = "unproven"
    """The file lacks a balance, and no earlier statement has it."""


class Suspicion(StrEnum):
    """Why a line cannot be right, or may be wrong; the likeliest reason first."""

    BALANCE = "balance"
    """Its printed balance is not the one before it plus its amount."""
    DAY = "day"
    """Its day is outside of the statement's period."""
    BATCH = "batch"
    """With the sum of its single payments in place of its amount, the statement closes."""
    TWICE = "twice"
    """The same line comes before it, and without this one the statement closes."""
    DIRECTION = "direction"
    """With the other direction the statement closes."""
    PENDING = "pending"
    """It is pending, and the closing balance contains it."""
    CHARGES = "charges"
    """Its charges are the difference."""
    SURPLUS = "surplus"
    """Without it the statement closes."""
    DECIMALS = "decimals"
    """With the point at another place the statement closes."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A line that cannot be right.

    Attributes:
        position: in the statement, from 1.
        line: of the file, from 1, if the format has lines.
        is_certain: the file contradicts itself at this line. Otherwise it explains the difference.
    """

    position: int
    line: int | None
    why: Suspicion
    is_certain: bool


@dataclass(frozen=True, slots=True)
class SumResult:
    """What came out. Amounts are signed minor units.

    Attributes:
        opening: as the file has it, else as the earlier statement closed.
        booked: sum of the booked entries.
        closing: as the file has it.
        difference: closing minus opening and booked; 0 also where that is unproven.
        suspect: the first line that cannot be right; None if nothing tells.
        others: how many other lines would explain the difference just as well.
        turned: positions of entries that have the other sign, as the balances prove: with it the
            statement closes.
    """

    state: Closing
    opening: int | None
    booked: int
    closing: int | None
    difference: int = 0
    suspect: Suspect | None = None
    others: int = 0
    turned: tuple[int, ...] = ()

    @property
    def says(self) -> str:
        """The result in a sentence; amounts are left to the caller, who knows how the person writes
        them.
        """
        if self.state is Closing.CLOSES:
            return "The opening balance and the entries give the closing balance."
        if self.state is Closing.UNPROVEN:
            missing = "opening" if self.opening is None else "closing"
            return (
                f"The file has no {missing} balance, so its sum could not be checked. All entries "
                "are here."
            )
        if self.suspect is None:
            return f"{_DIFFERS} No single entry explains it."
        position = self.suspect.position
        line = self.suspect.line
        where = f"entry {position}"
        if line is not None:
            where = f"entry {position} (line {line} of the file)"
        if self.others:
            others = f" {self.others} more would explain it as well."
        else:
            others = ""
        return f"{_DIFFERS} {_WHY[self.suspect.why].format(where)}{others}"


_DIFFERS: Final = "The opening balance and the entries do not give the closing balance."
_WHY: Final = {
    Suspicion.BALANCE: "The balance printed at {} is not the one before it plus the amount.",
    Suspicion.DAY: "The day of {} is outside of the statement's period.",
    Suspicion.BATCH: "They would, if {} had the sum of its single payments.",
    Suspicion.TWICE: "They would, if {} did not repeat an earlier one.",
    Suspicion.DIRECTION: "They would, if {} had the other direction.",
    Suspicion.PENDING: "They would, if {} were booked and not pending.",
    Suspicion.CHARGES: "The charges of {} are the difference.",
    Suspicion.SURPLUS: "They would without {}.",
    Suspicion.DECIMALS: "They would, if {} had the point at another place.",
}
_FACTORS: Final = (10, 100, 1000)


class Sums:
    """Sums up one statement after the other: `add` each entry, then `close` with the statement,
    which begins anew.

    Keeps 56 bytes of each entry.
    """

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._booked = 0
        self._positions = array("q")
        self._lines = array("q")
        self._amounts = array("q")
        self._days = array("q")
        self._marks = array("q")
        self._charges = array("q")
        self._parts = array("q")
        self._pending: list[tuple[int, int, int]] = []
        self._running = RunningBalances()

    def add(self, entry: Entry) -> None:
        """Take an entry, in the order of the file. Only booked ones are summed."""
        if entry.is_deletion:
            return
        if entry.status is not EntryStatus.BOOKED:
            self._pending.append((entry.position, entry.line or 0, entry.amount))
            return
        self._booked += entry.amount
        self._positions.append(entry.position)
        self._lines.append(entry.line or 0)
        self._amounts.append(entry.amount)
        self._days.append(entry.day.toordinal() if entry.day is not None else 0)
        self._marks.append(_mark(entry))
        self._charges.append(entry.charges)
        self._parts.append(
            sum(each.amount for each in entry.payments) if entry.payments else entry.amount
        )
        self._running.add(entry)

    def close(self, statement: BankStatement, *, opening: int | None = None) -> SumResult:
        """The result for the statement whose entries were added.

        Args:
            statement: with its balances.
            opening: the closing balance of the statement before it, where this one has no opening
                balance.
        """
        try:
            return self._result(statement, opening)
        finally:
            self._clear()

    def _result(self, statement: BankStatement, earlier: int | None) -> SumResult:
        if statement.opening is not None:
            opening = statement.opening.minor
        else:
            opening = earlier
        if statement.closing is not None:
            closing = statement.closing.minor
        else:
            closing = None
        if opening is None or closing is None:
            return SumResult(Closing.UNPROVEN, opening, booked=self._booked, closing=closing)
        difference = closing - (opening + self._booked)
        if not difference:
            return SumResult(Closing.CLOSES, opening, booked=self._booked, closing=closing)
        turned = self._running.turned
        proven = tuple(each.position for each in turned)
        if difference != -2 * sum(each.amount for each in turned):
            proven = ()
        broken = self._running.broken_at(opening)
        if broken is not None:
            suspect = Suspect(broken.position, broken.line, Suspicion.BALANCE, is_certain=True)
            return SumResult(
                state=Closing.DIFFERS,
                opening=opening,
                booked=self._booked,
                closing=closing,
                difference=difference,
                suspect=suspect,
                turned=proven,
            )
        explanations = sorted(
            self._explaining(difference, statement),
            key=lambda each: (_RANKS[each.why], each.position),
        )
        alike = [each for each in explanations if each.why is explanations[0].why]
        if len(alike) > _MOST_ALIKE:  # so many explain it that none does
            alike = []
        outside = None if alike else self._outside(statement)
        suspect = alike[0] if alike else outside
        if suspect is not None and suspect.why is Suspicion.DIRECTION and len(alike) == 1:
            proven = (suspect.position,)
        return SumResult(
            state=Closing.DIFFERS,
            opening=opening,
            booked=self._booked,
            closing=closing,
            difference=difference,
            suspect=suspect,
            others=max(len(alike) - 1, 0),
            turned=proven,
        )

    def _outside(self, statement: BankStatement) -> Suspect | None:
        """The first entry whose day is not in the statement's period."""
        for at, day in enumerate(self._days):
            if day and _is_outside(day, statement):
                return Suspect(
                    self._positions[at], self._lines[at] or None, Suspicion.DAY, is_certain=True
                )
        return None

    def _explaining(self, difference: int, statement: BankStatement) -> Iterator[Suspect]:
        """Lines of which each alone explains the difference."""
        for position, line, amount in self._pending:
            if amount == difference:
                yield Suspect(position, line or None, Suspicion.PENDING, is_certain=False)
        positions: set[int] = set()
        for at, amount in enumerate(self._amounts):
            is_twin = self._marks[at] in positions
            positions.add(self._marks[at])
            why = self._why(at, amount, difference, is_twin=is_twin)
            if (
                why is Suspicion.SURPLUS
                and self._days[at]
                and _is_outside(self._days[at], statement)
            ):
                why = Suspicion.DAY
            if why is not None:
                yield Suspect(self._positions[at], self._lines[at] or None, why, is_certain=False)

    def _why(self, at: int, amount: int, difference: int, *, is_twin: bool) -> Suspicion | None:
        if amount + difference == -amount:
            return Suspicion.DIRECTION
        if amount + difference == 0:
            return Suspicion.TWICE if is_twin else Suspicion.SURPLUS
        if self._parts[at] != amount and amount + difference == self._parts[at]:
            return Suspicion.BATCH
        if self._charges[at] and abs(difference) == self._charges[at]:
            return Suspicion.CHARGES
        right = amount + difference
        if any(right == amount * factor or right * factor == amount for factor in _FACTORS):
            return Suspicion.DECIMALS
        return None


_RANKS: Final = {why: rank for rank, why in enumerate(Suspicion)}
_MOST_ALIKE: Final = 10


def _is_outside(day: int, statement: BankStatement) -> bool:
    """Whether an entry of this day cannot belong to the statement."""
    if statement.states_period:
        first = statement.from_day
    else:
        first = statement.opening and statement.opening.day
    if statement.states_period:
        last = statement.to_day
    else:
        last = statement.closing and statement.closing.day
    return (first is not None and day < first.toordinal()) or (
        last is not None and day > last.toordinal()
    )


def _mark(entry: Entry) -> int:
    """A mark that is equal for lines that say the same."""
    return hash(
        (entry.day, entry.amount, entry.text, entry.counterparty.name, entry.bank_reference)
    )
