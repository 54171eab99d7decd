"""A number of four signs is certain together with the name and the amount, and alone nothing."""

import pytest

from tests.support.bank_matching import document, line, matched, on, only
from tillroll_documents.matching.models import Level

_UNEVEN = 23_847


@pytest.mark.parametrize("number", ["4711", "A471", "47-11"])
@pytest.mark.parametrize("lag", [2, 8, 20, 30, 44])
def test_name_amount_and_number_are_certain_within_terms(number: str, lag: int) -> None:
    bill = document(-_UNEVEN, 0, "Kontor Nord AG", references=(number,))
    written = number.replace("-", "")
    paid = line(-_UNEVEN, lag, "KONTOR NORD AG", text=f"Rechnung {written} danke")
    found = only([paid], [bill])
    assert found.level is Level.AUTOMATIC
    assert f"the reference names the document {number}" in found.reasons


def test_the_number_tells_two_bills_of_one_amount_apart() -> None:
    bills = [
        document(-_UNEVEN, day, "Kontor Nord AG", references=(number,))
        for day, number in ((0, "4711"), (1, "4712"))
    ]
    paid = line(-_UNEVEN, 9, "KONTOR NORD AG", text="RE 4711")
    [found] = [each for each in matched([paid], bills)[0] if each.lines == (paid.id,)]
    assert (found.level, found.documents) == (Level.AUTOMATIC, (bills[0].id,))


@pytest.mark.parametrize(
    ("name", "amount", "text"),
    [
        ("ANDERE FIRMA", _UNEVEN, "RE 4711"),
        ("KONTOR NORD IMMOBILIEN", _UNEVEN, "RE 4711"),
        ("KONTOR NORD AG", _UNEVEN, "RE 147112"),
        ("KONTOR NORD AG", _UNEVEN, "RE 4712"),
        ("KONTOR NORD AG", _UNEVEN + 1, "RE 4711"),
    ],
)
def test_the_number_alone_is_nothing(name: str, amount: int, text: str) -> None:
    bill = document(-_UNEVEN, 0, "Kontor Nord AG", references=("4711",))
    found, _ = matched([line(-amount, 12, name, text=text)], [bill])
    assert [each for each in found if each.level is Level.AUTOMATIC] == []


def test_a_year_is_no_number() -> None:
    bill = document(-_UNEVEN, 0, "Kontor Nord AG", references=("2026",))
    found, _ = matched([line(-_UNEVEN, 12, "KONTOR NORD AG", text="Miete 2026")], [bill])
    assert [each.level for each in found] == [Level.PROPOSED]


def test_what_is_late_is_asked() -> None:
    bill = document(-_UNEVEN, 0, "Kontor Nord AG", references=("4711",), due=on(14))
    found, _ = matched([line(-_UNEVEN, 40, "KONTOR NORD AG", text="RE 4711")], [bill])
    assert [each.level for each in found] == [Level.PROPOSED]
