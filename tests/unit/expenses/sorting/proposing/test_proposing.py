"""Which category is proposed, and why: by what people chose, by names, by what was bought; and
where nothing is.
"""

import pytest

from tillroll.expenses.sorting.proposing.codes import kind_of_code
from tillroll.expenses.sorting.proposing.kinds import Kind, Sorted, category_of
from tillroll.expenses.sorting.proposing.names import MEANS, TABLES
from tillroll.expenses.sorting.proposing.prints import ITEM_MEANS, ITEMS, PRINTED
from tillroll.expenses.sorting.proposing.propose import (
    CLEAR,
    ENOUGH,
    Chosen,
    Known,
    Seen,
    newest,
    propose,
)
from tillroll.expenses.sorting.proposing.words import Words
from tillroll.expenses.sorting.starters import STARTERS, Language, StarterSet, starters

BASIC = tuple(Sorted(each.en, each.key) for each in starters(StarterSet.BASIC))
NEW = Known(BASIC)


def category(seen: Seen, known: Known = NEW) -> str | None:
    proposed = propose(seen, known)
    return None if proposed is None else proposed.category


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Hotel Adlon", "Accommodation"),
        ("PARKHOTEL SEEBLICK", "Accommodation"),
        ("Dorfbäckerei Huber", "Meals"),
        ("BAECKEREI-KONDITOREI LANG", "Meals"),
        ("Restoran Selera Kita", "Meals"),
        ("Parkhaus am Markt", "Vehicle running costs"),
        ("Freie Tankstelle Nord", "Fuel"),
        ("Estación de Servicio El Olmo", "Fuel"),
        ("Blue Sky Airlines", "Travel"),
        ("Papelería Sol", "Office supplies"),
        ("Löwen-Apotheke", "Other"),
        ("Versicherungsverein Nord", "Insurance"),
        ("Lokantası Güneş", "Meals"),
        ("Pojišťovna Morava", "Insurance"),
        ("STATI0N SERVICE DU LAC", "Fuel"),
        ("RIVERBANK CAFE", "Meals"),
        ("Acme Industries", None),
        ("Müller & Söhne GmbH", None),
    ],
)
def test_a_word_in_the_name_says_what_is_sold(name: str, expected: str | None) -> None:
    assert category(Seen(name)) == expected


def test_the_reason_is_a_sentence_with_the_word_as_it_is_printed() -> None:
    proposed = propose(Seen("HOTEL ADLER"), NEW)
    assert proposed is not None
    assert (proposed.source, proposed.reason) == ("merchant", "“HOTEL” is in the name.")
    assert ENOUGH <= proposed.score <= 1


def test_what_was_bought_says_it_where_the_name_does_not() -> None:
    proposed = propose(Seen("Zarlo", items=("Cappuccino gross", "Butterbrezel", "Panini")), NEW)
    assert proposed is not None
    assert (proposed.category, proposed.source) == ("Meals", "items")
    assert proposed.reason == "“Cappuccino” and “Panini” are on it."
    assert category(Seen("Zarlo", items=("Thing", "Panini", "Other", "More", "Stuff"))) is None


def test_words_that_only_certain_bills_print_add_up() -> None:
    assert category(Seen("Zarlo", lines=("Pump 4", "TOTAL 50.00"))) is None
    assert category(Seen("Zarlo", lines=("PUMP 4", "LITRES 31.20"))) == "Fuel"


def test_a_tie_is_not_decided() -> None:
    """A hotel's restaurant, and a filling station's: nobody can tell which it was."""
    assert category(Seen("Restaurant und Tankstelle Adler")) is None
    close = Seen("Zarlo", items=("Diesel", "Cappuccino"))
    assert category(close) is None
    assert category(Seen("Tankstelle Adler", items=("Diesel", "Cappuccino"))) == "Fuel"


def test_evidence_for_one_category_adds_up() -> None:
    alone, both = (
        propose(Seen("Café Nord"), NEW),
        propose(Seen("Café Nord", items=("Espresso",)), NEW),
    )
    assert alone is not None
    assert both is not None
    assert alone.score < both.score < 1
    assert CLEAR < ENOUGH


def chosen(*choices: tuple[str, int, str]) -> Known:
    return Known(BASIC, [Chosen(*each) for each in choices])


def test_one_correction_changes_the_next() -> None:
    hotel = Seen("Hotel Adler")
    assert category(hotel) == "Accommodation"
    assert category(hotel, chosen(("Training", 1, "2026-03-01"))) == "Training"
    often = [("Training", 9, "2026-03-01"), ("Meals", 1, "2026-03-02")]
    proposed = propose(hotel, chosen(*often))
    assert proposed is not None
    assert (proposed.category, proposed.source) == ("Meals", "history")
    assert proposed.reason == "It was chosen for the last expense of Hotel Adler."


def test_the_more_often_and_the_last_agree_the_surer() -> None:
    first, after, always = (
        propose(Seen("X"), known)
        for known in (
            chosen(("Meals", 1, "1")),
            chosen(("Meals", 1, "2"), ("Training", 3, "1")),
            chosen(("Meals", 4, "2")),
        )
    )
    assert first is not None
    assert after is not None
    assert always is not None
    assert after.score < first.score < always.score


def test_choices_of_one_moment_are_told_apart_by_how_many() -> None:
    assert newest([Chosen("A", 1, "1"), Chosen("B", 2, "1")]) == Chosen("B", 2, "1")
    assert newest([Chosen("A", 1, "1"), Chosen("B", 1, "1")]) is None
    tie = chosen(("Meals", 1, "1"), ("Travel", 1, "1"))
    assert category(Seen("Zarlo"), tie) is None


def test_what_is_not_wanted_for_a_merchant_is_not_proposed() -> None:
    assert (
        category(Seen("Hotel Adler"), Known(BASIC, dismissed=frozenset({"Accommodation"}))) is None
    )


def test_nothing_is_proposed_that_the_account_has_not() -> None:
    assert category(Seen("Hotel Adler"), Known()) is None
    assert category(Seen("X"), Known((Sorted("Rent", "rent"),), [Chosen("Gone", 3, "1")])) is None


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("chosen_set", StarterSet)
@pytest.mark.parametrize("language", Language)
def test_every_set_has_a_category_for_every_kind(
    kind: Kind, chosen_set: StarterSet, language: Language
) -> None:
    here = [Sorted(each.name(language), each.key) for each in starters(chosen_set)]
    assert category_of(kind, here) is not None, f"{kind} in {chosen_set}"


def test_a_renamed_category_is_found_by_what_it_was_and_an_own_one_by_its_name() -> None:
    assert category_of(Kind.LODGING, [Sorted("Dienstreisen", "lodging_staff")]) == "Dienstreisen"
    assert category_of(Kind.FUEL, [Sorted("kraftstoff"), Sorted("Kfz")]) == "kraftstoff"
    assert {each.key for each in STARTERS} >= {"meals", "fuel", "phone_internet"}


def test_a_word_stands_for_one_kind() -> None:
    """A word that two rows have decides nothing by itself; where that is meant, it is said."""
    for words in (Words(*TABLES, means=MEANS), Words(ITEMS, means=ITEM_MEANS), Words(PRINTED)):
        assert words.twice == set()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("TST:90111501", Kind.LODGING),
        ("TST:78111703", Kind.PARKING),
        ("STI:55300000-3", Kind.MEALS),
        ("TST:1", None),
    ],
)
def test_an_e_invoices_codes_say_what_was_bought(code: str, kind: Kind | None) -> None:
    assert kind_of_code(code) == kind
    expected = None if kind is None else category_of(kind, BASIC)
    assert category(Seen("Zarlo", items=("Item 1",), codes=(code,))) == expected
