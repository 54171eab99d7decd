"""Which figures of two views differ, and how a person reads it."""

from dataclasses import replace

from tillroll.agreement.rules import Difference, Figure, Place, View, differences_of, in_words

_MARCH = Place("2026-03", "EUR")
_DOLLARS = Place("2026-03", "USD")
_LIST = View("list", {_MARCH: Figure(2, 1250)})


def test_views_that_show_the_same_do_not_differ() -> None:
    assert [*differences_of(_LIST, replace(_LIST, name="exports"))] == []
    assert in_words([]) is None


def test_an_amount_and_a_number_that_differ_are_named() -> None:
    export = View("exports", {_MARCH: Figure(2, 1251), _DOLLARS: Figure(1, 100)})
    differences = [*differences_of(_LIST, export)]
    assert [difference.place for difference in differences] == [_MARCH, _DOLLARS]
    assert str(differences[0]) == (
        "2026-03 has 12.50 EUR in 2 items by the list, and 12.51 EUR in 2 by the exports"
    )
    sentence = in_words(differences)
    assert sentence is not None
    assert sentence.startswith("2 differences, the first is that 2026-03 has")


def test_items_are_named_up_to_five() -> None:
    figures = (Figure(7, 700), Figure(0, 0))
    items = [f"exp_{number}" for number in range(7)]
    sentence = str(Difference(Place("", "EUR"), "list of invoices", "ledger", figures, items))
    assert sentence.startswith("all time has 7.00 EUR in 7 items by the list of invoices")
    assert sentence.endswith("see exp_0, exp_1, exp_2, exp_3, exp_4 and 2 more")
