"""An entry exists once: in another file, another format, or when what was pending is booked."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bank_csv import STYLES, csv_file
from tests.support.bank_files import DIALECTS, camt, mt940, ofx
from tests.support.bank_memory import Memory
from tests.support.bank_month import Line, Month, month
from tests.support.campaigns import of_campaign
from tests.unit.tillroll_documents.bank_files.reading import Read, from_csv, only
from tillroll.bank.statements.entry_traits import Overlap, traits_of
from tillroll.bank.statements.verdicts import By, Decision, Verdict
from tillroll_documents.bank_files.entry_words import alike

DAY = date(2026, 3, 10)
COFFEE = Line(amount=-350, booked_on=DAY, name="Café Lüna", text="Espresso 12:31")

WRITERS: dict[str, Callable[[Month], Read]] = {
    "camt.053": lambda of: only(camt(of)),
    "camt.052": lambda of: only(camt(of, "052", "02")),
    **{
        f"mt940 {dialect}": lambda of, dialect=dialect: only(mt940(of, dialect))
        for dialect in DIALECTS
    },
    "ofx 1": lambda of: only(ofx(of, 1)),
    "ofx 2": lambda of: only(ofx(of, 2)),
    **{f"csv {style}": lambda of, style=style: from_csv(csv_file(of, style)) for style in STYLES},
}


def of(
    *lines: Line, opening: int = 10_000, days: tuple[int, int] = (1, 31), number: int = 3
) -> Month:
    return Month(
        opening=opening,
        lines=lines,
        from_day=date(2026, 3, days[0]),
        to_day=date(2026, 3, days[1]),
        number=number,
    )


def verdicts(decisions: list[Decision]) -> list[Verdict]:
    return [each.verdict for each in decisions]


def counted(decisions: list[Decision]) -> Counter[Verdict]:
    return Counter(verdicts(decisions))


@pytest.mark.parametrize("writer", WRITERS)
def test_the_same_file_again_adds_none(writer: str) -> None:
    memory, read = Memory(), WRITERS[writer](month(8, 60))
    count = len(read[1])
    assert counted(memory.take(*read)) == {Verdict.NEW: count}
    again = memory.take(*read)
    assert counted(again) == {Verdict.KNOWN: count}
    assert len({each.known for each in again}) == count


@pytest.mark.parametrize("after", WRITERS)
@pytest.mark.parametrize("before", WRITERS)
def test_the_same_month_in_another_format_adds_none(before: str, after: str) -> None:
    """Each entry is paired with itself, and not only with one of the same amount."""
    of_month = month(9, 60)
    memory = Memory()
    first, second = WRITERS[before](of_month), WRITERS[after](of_month)
    memory.take(*first)
    ids = [entry.mentions[0].position for entry in memory.entries.values()]
    decisions = memory.take(*second)
    assert counted(decisions) == {Verdict.KNOWN: len(ids)}
    by_position = {
        entry.id: first[1][entry.mentions[0].position - 1] for entry in memory.entries.values()
    }
    for decision, entry in zip(decisions, second[1], strict=True):
        other = by_position[decision.known or ""]
        assert (other.amount, other.booked_on) == (entry.amount, entry.booked_on)


@pytest.mark.parametrize("writer", WRITERS)
def test_two_identical_coffees_on_a_day_stay_two(writer: str) -> None:
    memory = Memory()
    twins = of(replace(COFFEE, reference="REF00001"), replace(COFFEE, reference="REF00002"))
    assert verdicts(memory.take(*WRITERS[writer](twins))) == [Verdict.NEW] * 2
    assert verdicts(memory.take(*WRITERS[writer](twins))) == [Verdict.KNOWN] * 2
    assert len(memory.entries) == 2


def test_a_third_coffee_that_a_later_download_has_is_new() -> None:
    memory = Memory()
    memory.take(*from_csv(csv_file(of(COFFEE, COFFEE), "english")))
    assert verdicts(memory.take(*from_csv(csv_file(of(COFFEE, COFFEE, COFFEE), "english")))) == [
        Verdict.KNOWN,
        Verdict.KNOWN,
        Verdict.NEW,
    ]


def test_a_coffee_in_each_of_two_statements_of_a_day_is_two() -> None:
    """The second begins with the balance that the first ended with, so they share none."""
    memory = Memory()
    plain = replace(COFFEE, reference="")
    assert verdicts(memory.take(*only(mt940(of(plain, days=(10, 10)))))) == [Verdict.NEW]
    second = of(plain, days=(10, 10), opening=9_650, number=4)
    assert verdicts(memory.take(*only(mt940(second)))) == [Verdict.NEW]
    assert verdicts(memory.take(*only(mt940(second)))) == [Verdict.KNOWN]


def test_references_of_one_format_that_differ_are_of_two_entries() -> None:
    """A download since the last one has only the second coffee."""
    memory = Memory()
    memory.take(*only(ofx(of(replace(COFFEE, reference="A-000001")))))
    assert verdicts(memory.take(*only(ofx(of(replace(COFFEE, reference="A-000002")))))) == [
        Verdict.NEW
    ]
    assert verdicts(memory.take(*only(ofx(of(replace(COFFEE, reference="A-000001")))))) == [
        Verdict.KNOWN
    ]


def test_a_bank_that_makes_references_anew_for_each_download() -> None:
    memory = Memory()
    lines = [
        replace(COFFEE, reference="A-000001"),
        replace(COFFEE, amount=-900, text="Lunch", reference="A-000002"),
        replace(COFFEE, amount=-1_500, text="Taxi", reference="A-000003"),
    ]
    memory.take(*only(ofx(of(*lines))))
    anew = [replace(line, reference=f"B-77777{number}") for number, line in enumerate(lines)]
    assert verdicts(memory.take(*only(ofx(of(*anew))))) == [Verdict.KNOWN] * 3


@pytest.mark.parametrize("reference", ["NONREF", "", "1", "SAME-REFERENCE"])
def test_a_reference_that_is_none_or_comes_twice_is_not_trusted(reference: str) -> None:
    memory = Memory()
    lines = (
        replace(COFFEE, reference=reference),
        replace(COFFEE, text="Cake", reference=reference),
    )
    read = only(mt940(of(*lines)))
    assert verdicts(memory.take(*read)) == [Verdict.NEW] * 2
    again = memory.take(*read)
    assert verdicts(again) == [Verdict.KNOWN] * 2
    assert {each.by for each in again} == {By.CONTENT}


def test_a_bank_that_numbers_the_rows_of_each_download() -> None:
    memory = Memory()
    memory.take(*only(ofx(of(replace(COFFEE, reference="ROW-0001")))))
    next_day = replace(COFFEE, booked_on=DAY + timedelta(days=1), reference="ROW-0001")
    assert verdicts(memory.take(*only(ofx(of(next_day))))) == [Verdict.NEW]
    memory = Memory()
    memory.take(*from_csv(csv_file(of(replace(COFFEE, reference="1")), "french")))
    cake = replace(COFFEE, name="Konditorei", text="Kuchen", reference="1")
    assert verdicts(memory.take(*from_csv(csv_file(of(cake), "french")))) == [Verdict.NEW]


def test_a_reference_that_comes_twice_here_does_not_name_what_was_known_by_it() -> None:
    memory = Memory()
    espresso, cake = (
        replace(COFFEE, reference="REF-0001"),
        replace(COFFEE, text="Kuchen", reference="REF-0001"),
    )
    memory.take(*only(mt940(of(espresso))))
    assert verdicts(memory.take(*only(mt940(of(cake, espresso))))) == [Verdict.NEW, Verdict.KNOWN]


def test_a_statement_whose_entries_cancel_each_other_out_comes_again() -> None:
    """It begins with the balance with which it ends, but does not follow itself."""
    memory = Memory()
    file = mt940(
        of(replace(COFFEE, reference=""), replace(COFFEE, amount=350, text="Refund"), days=(10, 10))
    )
    memory.take(*only(file))
    assert verdicts(memory.take(*only(file))) == [Verdict.KNOWN] * 2


def test_the_same_reference_with_another_amount_is_another_entry() -> None:
    memory = Memory()
    memory.take(*only(ofx(of(replace(COFFEE, reference="ROW-0001")))))
    other = replace(COFFEE, amount=-999, text="Lunch", reference="ROW-0001")
    assert verdicts(memory.take(*only(ofx(of(other))))) == [Verdict.NEW]


def test_a_pending_entry_becomes_booked() -> None:
    memory = Memory()
    pending = replace(COFFEE, is_pending=True)
    assert verdicts(memory.take(*only(camt(of(pending), "052")))) == [Verdict.NEW]
    booked = replace(
        COFFEE,
        booked_on=DAY + timedelta(days=3),
        text="Espresso 12:31 Karte 1234",
        reference="B-000009",
    )
    [decision] = memory.take(*only(camt(of(booked))))
    assert (decision.verdict, decision.known) == (Verdict.NOW_BOOKED, "ent_00001")
    assert verdicts(memory.take(*only(camt(of(booked))))) == [Verdict.KNOWN]
    assert verdicts(memory.take(*only(camt(of(pending), "052")))) == [Verdict.KNOWN], (
        "an old report comes late"
    )
    assert len(memory.entries) == 1


def test_a_tip_changes_the_amount_of_what_was_pending_if_the_reference_is_the_same() -> None:
    memory = Memory()
    memory.take(*only(camt(of(replace(COFFEE, is_pending=True, reference="AUTH-0001")), "052")))
    [decision] = memory.take(*only(camt(of(replace(COFFEE, amount=-400, reference="AUTH-0001")))))
    assert (decision.verdict, decision.by) == (Verdict.NOW_BOOKED, By.REFERENCE)


def test_two_pending_coffees_of_which_one_is_booked() -> None:
    memory = Memory()
    pending = replace(COFFEE, is_pending=True)
    memory.take(
        *only(camt(of(pending, replace(pending, booked_on=DAY + timedelta(days=2))), "052"))
    )
    [decision] = memory.take(*only(camt(of(replace(COFFEE, booked_on=DAY + timedelta(days=3))))))
    assert decision.verdict is Verdict.NOW_BOOKED
    assert memory.entries[decision.known or ""].mentions[0].position == 2, "the nearer one"


def test_a_pending_entry_is_not_booked_by_another_payee_nor_after_two_weeks() -> None:
    for other in (
        replace(COFFEE, name="Parkhaus", text="Ticket 77"),
        replace(COFFEE, booked_on=DAY + timedelta(days=15)),
        replace(COFFEE, amount=-351),
    ):
        memory = Memory()
        memory.take(*only(camt(of(replace(COFFEE, is_pending=True)), "052")))
        assert verdicts(memory.take(*only(camt(of(other))))) == [Verdict.NEW]


def test_two_payees_of_one_amount_on_one_day_are_two_in_any_format() -> None:
    netflix = replace(COFFEE, amount=-999, name="Netflix", text="Monatsbeitrag")
    spotify = replace(COFFEE, amount=-999, name="Spotify", text="Premium")
    memory = Memory()
    memory.take(*from_csv(csv_file(of(netflix), "english")))
    decisions = memory.take(*only(mt940(of(spotify, netflix))))
    assert verdicts(decisions) == [Verdict.NEW, Verdict.KNOWN]


def test_a_later_part_of_a_day_does_not_hide_another_payee() -> None:
    memory = Memory()
    netflix, spotify = (
        replace(COFFEE, amount=-999, name=name, text=name) for name in ("Netflix", "Spotify")
    )
    memory.take(*from_csv(csv_file(of(netflix), "dutch")))
    assert verdicts(memory.take(*from_csv(csv_file(of(spotify), "dutch")))) == [Verdict.NEW]


def test_another_format_may_have_no_word_in_common_on_the_same_day() -> None:
    memory = Memory()
    memory.take(*only(mt940(of(replace(COFFEE, name="", text="Kartenzahlung 0815")))))
    assert verdicts(memory.take(*only(ofx(of(COFFEE))))) == [Verdict.KNOWN]


def test_a_file_with_the_day_of_the_purchase() -> None:
    """A card statement has the day of the purchase, and the bank books two days later."""
    memory = Memory()
    memory.take(*from_csv(csv_file(of(COFFEE), "english")))
    booked = replace(COFFEE, booked_on=DAY + timedelta(days=2), reference="B-000009")
    assert verdicts(memory.take(*only(camt(of(booked))))) == [Verdict.KNOWN]


def test_a_purchase_on_another_day_does_not_take_what_the_file_has_later() -> None:
    """The newest entries come first, in a part of their own."""
    memory = Memory(part=1)
    memory.take(*from_csv(csv_file(of(COFFEE), "english")))
    later = replace(COFFEE, booked_on=DAY + timedelta(days=2))
    assert verdicts(memory.take(*only(mt940(of(later, COFFEE))))) == [Verdict.NEW, Verdict.KNOWN]


def test_the_same_amount_on_the_next_day_is_new_in_one_format() -> None:
    memory = Memory()
    memory.take(*from_csv(csv_file(of(COFFEE), "english")))
    tomorrow = replace(COFFEE, booked_on=DAY + timedelta(days=1))
    assert verdicts(memory.take(*from_csv(csv_file(of(tomorrow), "english")))) == [Verdict.NEW]


def test_a_part_may_be_decided_again() -> None:
    memory = Memory()
    statement, entries = only(camt(month(5, 30)))
    memory.take(statement, entries[:10], key="stm_x")
    decisions = memory.take(statement, entries, key="stm_x")
    assert [each.by for each in decisions[:10]] == [By.POSITION] * 10
    assert verdicts(decisions[10:]) == [Verdict.NEW] * (len(entries) - 10)


@pytest.mark.parametrize("part", [1, 3, 7, 100])
def test_parts_do_not_matter(part: int) -> None:
    of_month = month(6, 50)
    memory = Memory(part=part)
    count = len(of_month.lines)
    assert counted(memory.take(*from_csv(csv_file(of_month, "german")))) == {Verdict.NEW: count}
    assert counted(memory.take(*only(mt940(of_month)))) == {Verdict.KNOWN: count}
    assert counted(memory.take(*only(camt(of_month)))) == {Verdict.KNOWN: count}
    assert len(memory.entries) == count


def test_many_equal_entries_on_a_day() -> None:
    lines = [replace(COFFEE, reference="") for _ in range(600)]
    memory = Memory(part=250)
    assert counted(memory.take(*only(mt940(of(*lines))))) == {Verdict.NEW: 600}
    assert counted(memory.take(*from_csv(csv_file(of(*lines, COFFEE), "english")))) == {
        Verdict.KNOWN: 600,
        Verdict.NEW: 1,
    }


lines = st.builds(
    Line,
    amount=st.sampled_from([-350, -999, 1_200]),
    booked_on=st.dates(date(2026, 3, 1), date(2026, 3, 5)),
    name=st.sampled_from(["Café Lüna", "Netflix", "Bäckerei Weiß"]),
    text=st.sampled_from(["Espresso", "Monatsbeitrag Standard", "Brötchen mit Käse"]),
)


@settings(max_examples=of_campaign(150))
@given(
    st.lists(lines, max_size=25),
    st.lists(st.sampled_from(sorted(WRITERS)), min_size=2, max_size=4),
    st.integers(1, 30),
)
def test_each_entry_exists_once_whatever_files_come(
    lines: list[Line], writers: list[str], part: int
) -> None:
    lines = [
        replace(line, reference=f"R-{number:06d}")
        for number, line in enumerate(sorted(lines, key=lambda line: line.booked_on))
    ]
    memory = Memory(part=part)
    for writer in writers:
        memory.take(*WRITERS[writer](of(*lines)))
    assert Counter(entry.mentions[0].traits.amount for entry in memory.entries.values()) == Counter(
        line.amount for line in lines
    )
    assert all(len(entry.mentions) == len(writers) for entry in memory.entries.values())
    # The payees have no word in common: none was taken for another.
    mentions = (pairwise(entry.mentions) for entry in memory.entries.values())
    assert all(
        alike(one.traits.words, other.traits.words) for each in mentions for one, other in each
    )


@settings(max_examples=60)
@given(
    st.lists(lines, min_size=1, max_size=25),
    st.lists(st.integers(0, 25), max_size=3),
    st.sampled_from(DIALECTS),
)
def test_statements_that_follow_each_other_share_none(
    lines: list[Line], cuts: list[int], dialect: str
) -> None:
    """However a month is cut into statements, each entry is one."""
    ordered = sorted(lines, key=lambda line: line.booked_on)
    memory, opening = Memory(), 10_000
    ends = [0, *sorted({min(cut, len(ordered)) for cut in cuts} - {0, len(ordered)}), len(ordered)]
    for number, (begin, end) in enumerate(pairwise(ends), start=1):
        part = ordered[begin:end]
        written = Month(
            opening=opening,
            lines=tuple(part),
            from_day=part[0].booked_on,
            to_day=part[-1].booked_on,
            number=number,
        )
        opening = written.closing
        if written.opening != written.closing:  # else it may be the same statement again
            assert counted(memory.take(*only(mt940(written, dialect)))) == {Verdict.NEW: len(part)}


def test_traits_are_what_is_stored() -> None:
    _, [entry] = only(
        camt(
            of(
                replace(
                    COFFEE, reference="B-000001", account="NL91ABNA0417164300", end_to_end="E-1"
                )
            )
        )
    )
    traits = traits_of(entry)
    assert (traits.reference, traits.end_to_end, traits.account_end) == ("B-000001", "E-1", "4300")
    assert traits.words == "cafe luna espresso"
    assert traits.days == {DAY}


_TAKEN_UP = replace(COFFEE, booked_on=date(2026, 4, 3))


def _april(*lines: Line, opening: int = 10_000) -> Month:
    return Month(
        opening=opening, lines=lines, from_day=date(2026, 4, 1), to_day=date(2026, 4, 30), number=4
    )


def _march(*days: int, line: Line = COFFEE) -> Month:
    return of(*(replace(line, booked_on=date(2026, 3, day), is_pending=True) for day in days))


@pytest.mark.parametrize("reference", ["", "17"])
def test_what_was_pending_in_a_statement_is_booked_in_the_next(reference: str) -> None:
    memory = Memory()
    [held] = memory.take(*only(camt(_march(30, line=replace(COFFEE, reference=reference)), "052")))
    [booked] = memory.take(*only(camt(_april(replace(_TAKEN_UP, reference=reference)))))
    assert (held.verdict, booked.verdict) == (Verdict.NEW, Verdict.NOW_BOOKED)


@pytest.mark.parametrize(
    ("march", "april"),
    [
        (_march(20), _april(_TAKEN_UP)),
        (_march(30), _april(replace(_TAKEN_UP, name="Stadtwerke", text="Abschlag"))),
        (_march(30), _april(replace(_TAKEN_UP, amount=-351))),
        (_march(29, 30), _april(_TAKEN_UP)),
        (_march(30), _april(_TAKEN_UP, replace(_TAKEN_UP, booked_on=date(2026, 4, 4)))),
    ],
    ids=[
        "two weeks later",
        "another payee",
        "another amount",
        "two were pending",
        "two are booked",
    ],
)
def test_what_was_pending_elsewhere_is_booked_only_where_it_is_clear(
    march: Month, april: Month
) -> None:
    memory = Memory()
    memory.take(*only(camt(march, "052")))
    assert Verdict.NOW_BOOKED not in verdicts(memory.take(*only(camt(april))))


def _rows(*lines: tuple[int, int, str]) -> Read:
    """An OFX whose references are the numbers of its rows: day, amount and payee."""
    return only(
        ofx(
            of(
                *(
                    Line(
                        amount=amount,
                        booked_on=date(2026, 7, day),
                        name=name,
                        reference=f"{number:06d}",
                    )
                    for number, (day, amount, name) in enumerate(lines, start=1)
                ),
            )
        )
    )


def test_numbers_of_rows_are_recognised_on_days_with_one_entry() -> None:
    memory = Memory()
    memory.take(*_rows((3, -350, "CAFE LUNA"), (4, -900, "SHOP")))
    again = memory.take(
        *_rows((2, -770, "PARKING"), (3, -350, "CAFE LUNA"), (4, -900, "SHOP"), (6, -100, "BAKERY"))
    )
    assert verdicts(again) == [Verdict.NEW, Verdict.KNOWN, Verdict.KNOWN, Verdict.NEW]


def test_a_payment_that_recurs_under_one_reference_proves_no_numbering() -> None:
    memory = Memory()
    rent = replace(COFFEE, name="Hausverwaltung", text="Miete", reference="ORDER-77")
    memory.take(*only(ofx(of(rent, replace(COFFEE, reference="A-000001")))))
    later = replace(rent, booked_on=DAY + timedelta(days=7))
    second = memory.take(*only(ofx(of(replace(COFFEE, reference="A-000002"), later))))
    assert verdicts(second) == [Verdict.NEW, Verdict.NEW]


@pytest.mark.parametrize(
    ("reference", "overlap", "unproven"),
    [
        ("A-000002", None, 1),
        ("A-000001", None, 0),
        ("A-000002", "same", 0),
        ("A-000002", "apart", 0),
    ],
)
def test_an_entry_that_only_its_reference_makes_new_is_asked(
    reference: str, overlap: Overlap | None, unproven: int
) -> None:
    memory = Memory()
    memory.take(*only(ofx(of(replace(COFFEE, reference="A-000001")))))
    read = only(ofx(of(replace(COFFEE, reference=reference))))
    assert len(memory.unproven(*read, overlap=overlap)) == unproven


def test_what_a_person_says_of_an_overlap_is_done() -> None:
    cases: list[tuple[Overlap, Verdict]] = [("same", Verdict.KNOWN), ("apart", Verdict.NEW)]
    for overlap, verdict in cases:
        memory = Memory()
        memory.take(*only(ofx(of(replace(COFFEE, reference="A-000001")))))
        read = only(ofx(of(replace(COFFEE, reference="A-000002"))))
        assert verdicts(memory.take(*read, overlap=overlap)) == [verdict]


_HOTEL = Line(
    amount=-15_000, booked_on=date(2026, 7, 24), name="HOTEL ADLER", text="VISA", is_pending=True
)
_SETTLED = replace(
    _HOTEL,
    amount=-13_820,
    booked_on=date(2026, 7, 27),
    text="VISA DEBITKARTE 24.07.",
    is_pending=False,
)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ([_HOTEL], [_SETTLED], Verdict.NOW_BOOKED),
        ([_HOTEL], [_HOTEL, _SETTLED], Verdict.NEW),
        ([_HOTEL, replace(_HOTEL, amount=-14_000)], [_SETTLED], Verdict.NEW),
        ([_HOTEL], [replace(_SETTLED, amount=-3_000)], Verdict.NEW),
        ([_HOTEL], [replace(_SETTLED, amount=13_820)], Verdict.NEW),
        ([_HOTEL], [replace(_SETTLED, name="HOTEL POST", text="Karte")], Verdict.NEW),
        ([_HOTEL], [replace(_SETTLED, booked_on=date(2026, 8, 9))], Verdict.NEW),
    ],
    ids=[
        "settled",
        "still pending",
        "two holds",
        "another price",
        "a refund",
        "another payee",
        "weeks later",
    ],
)
def test_a_hold_is_settled_with_another_amount_where_the_file_lists_what_is_pending(
    before: list[Line], after: list[Line], verdict: Verdict
) -> None:
    memory = Memory(lists_states=True)
    memory.take(*from_csv(csv_file(Month(opening=100_000, lines=tuple(before)), "revolut")))
    decisions = memory.take(
        *from_csv(csv_file(Month(opening=100_000, lines=tuple(after)), "revolut"))
    )
    assert decisions[-1].verdict is verdict
