"""Corrections within one file count once, in whatever order they stand and however the file is cut
into parts.

What must come out is said by the specification (OFX 2.2, section 11.4.4): the entry that is named
is replaced or taken back, and of several corrections the last holds.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import date
from itertools import permutations

import pytest

from tests.support.bank_files import ofx
from tests.support.bank_month import Line
from tests.unit.bank.deciding import Bank, opened
from tests.unit.bank.test_answers import amounts, decided, month, sent
from tillroll.bank.statements import parsing as reading
from tillroll.bank.statements.corrections import Correction, Corrections

_DAY = date(2026, 3, 10)


@dataclass(frozen=True)
class _Entry:
    """An entry of a file: `corrects` is the number of the one that it names."""

    number: int
    amount: int
    corrects: int | None = None
    action: str = "REPLACE"

    @property
    def reference(self) -> str:
        return f"B-{self.number:06}"


_FIRST = _Entry(1, -350)
_OTHER = _Entry(9, -700)
# By name: the entries, and the amounts that hold in the end, whatever the order.
_CHAINS: dict[str, tuple[list[_Entry], list[int]]] = {
    "replaced": ([_FIRST, _Entry(2, -450, 1), _OTHER], [-700, -450]),
    "taken back": ([_FIRST, _Entry(2, -350, 1, "DELETE"), _OTHER], [-700]),
    "replaced twice": ([_FIRST, _Entry(2, -450, 1), _Entry(3, -550, 2)], [-550]),
    "replaced, then taken back": ([_FIRST, _Entry(2, -450, 1), _Entry(3, -450, 2, "DELETE")], []),
}


def _file(entries: list[_Entry]) -> bytes:
    """An OFX with the entries in this order."""
    lines = [
        Line(amount=each.amount, booked_on=_DAY, name="Cafe Luna", reference=each.reference)
        for each in entries
    ]
    first, *others = ofx(month(*lines)).split(b"<FITID>")
    content = first
    for entry, rest in zip(entries, others, strict=True):
        if entry.corrects is not None:
            content += (
                f"<CORRECTFITID>OFXB-{entry.corrects:06}<CORRECTACTION>{entry.action}".encode()
            )
        content += b"<FITID>" + rest
    return content


@pytest.fixture
async def bank() -> AsyncGenerator[Bank]:
    async for each in opened():
        yield each


_ORDERS = [(name, order) for name in _CHAINS for order in permutations(range(3))]


@pytest.mark.parametrize(("name", "order"), _ORDERS)
async def test_each_order_in_one_part(bank: Bank, name: str, order: tuple[int, ...]) -> None:
    entries, holds = _CHAINS[name]
    done = await sent(bank, _file([entries[place] for place in order]))
    assert done["state"] == "matched"
    assert await amounts(bank) == holds


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("order", [*permutations(range(3))])
@pytest.mark.parametrize("name", ["replaced", "taken back"])
async def test_each_order_over_parts(
    bank: Bank, name: str, order: tuple[int, ...], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PART", size)
    entries, holds = _CHAINS[name]
    await sent(bank, _file([entries[place] for place in order]))
    assert await amounts(bank) == holds


async def test_of_two_replacements_of_one_entry_the_last_counts(bank: Bank) -> None:
    await sent(bank, _file([_Entry(2, -450, 1), _FIRST, _Entry(3, -550, 1)]))
    assert await amounts(bank) == [-550]


@pytest.mark.parametrize("action", ["REPLACE", "DELETE"])
async def test_a_stored_entry_is_corrected_also_where_the_file_has_it_again(
    bank: Bank, action: str
) -> None:
    await sent(bank, _file([_FIRST, _OTHER]))
    corrected = _file([_Entry(2, -450, 1, action), _FIRST, _OTHER])
    done = await decided(bank, await sent(bank, corrected))
    assert done["state"] == "matched"
    assert await amounts(bank) == ([-700, -450] if action == "REPLACE" else [-700])


def test_what_leads_back_to_itself_ends() -> None:
    circle = [
        Correction(1, "a", "b", is_deletion=False),
        Correction(2, "b", "a", is_deletion=False),
    ]
    corrections = Corrections(circle)
    assert {corrections.root(1), corrections.root(2)} <= {"a", "b"}
    many = [Correction(n, f"r{n}", f"r{n - 1}", is_deletion=False) for n in range(1, 1_001)]
    found = Corrections(many).counting("r0")
    assert found is not None
    assert found.position == 1_000
