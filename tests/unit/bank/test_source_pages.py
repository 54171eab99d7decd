"""Pages that overlap, and records that change between them."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.support.bank_api import enable_banking_record
from tests.support.bank_month import Line
from tillroll.bank.sources.pages import Merge
from tillroll_durable.platform.json import JsonObject

DAY = date(2026, 3, 5)


def record(number: int, *, reference: str | None = None, is_pending: bool = False) -> JsonObject:
    name = f"ref{number:06d}" if reference is None else reference
    line = Line(
        amount=-100 - number,
        booked_on=DAY,
        text=f"No {number}",
        reference=name,
        is_pending=is_pending,
    )
    return enable_banking_record(line)


def merged(*pages: list[JsonObject]) -> list[JsonObject]:
    merge = Merge()
    for page in pages:
        merge.see(page)
    return [each for number, page in enumerate(pages) for each in merge.kept(number, page)]


def coffee(reference: str = "") -> JsonObject:
    return enable_banking_record(
        Line(amount=-350, booked_on=DAY, text="Espresso", reference=reference)
    )


@given(
    records=st.lists(st.booleans(), min_size=1, max_size=40),
    cuts=st.lists(st.tuples(st.integers(1, 12), st.integers(0, 5)), min_size=1, max_size=12),
)
def test_pages_that_overlap_give_each_record_once(
    records: list[bool], cuts: list[tuple[int, int]]
) -> None:
    """Whether a record has an id or not, as long as they differ and one of each overlap has one."""
    whole = [
        record(number, reference=None if has_id or number % 3 == 0 else "")
        for number, has_id in enumerate(records)
    ]
    pages: list[list[JsonObject]] = []
    at = 0
    for size, back in cuts:
        begin = max(0, at - back)
        if not any(each["entry_reference"] for each in whole[begin:at]):
            begin = at
        pages.append(whole[begin : at + size])
        at += size
    pages.append(whole[at:])
    assert merged(*pages) == whole


def test_equal_records_without_ids_are_twins() -> None:
    assert len(merged([coffee(), coffee()], [coffee()])) == 3
    assert len(merged([record(1), coffee()], [coffee(), record(2)])) == 4


def test_a_number_that_is_no_id_does_not_make_records_one() -> None:
    assert len(merged([coffee("0")], [coffee("0")])) == 2
    assert len(merged([coffee("000000")], [coffee("17")], [coffee("17")])) == 3


def test_one_id_twice_on_a_page_is_two() -> None:
    assert len(merged([coffee("CARD000001"), coffee("CARD000001")])) == 2


def test_what_was_booked_between_two_pages_is_booked() -> None:
    before, after = record(7, is_pending=True), record(7)
    assert merged([record(1), before], [record(2), after]) == [record(1), record(2), after]
    assert merged([record(1), after], [before, record(2)]) == [record(1), after, record(2)]


def test_an_id_with_another_amount_is_another_record() -> None:
    one = Line(amount=-100, booked_on=DAY, reference="ABCDEFG1")
    other = Line(amount=-200, booked_on=DAY, reference="ABCDEFG1")
    pages: list[list[JsonObject]] = [[enable_banking_record(one)], [enable_banking_record(other)]]
    assert len(merged(*pages)) == 2
