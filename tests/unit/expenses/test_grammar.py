"""What is typed to find expenses: tokens, names, amounts, days, quotes; and what is wrong with
it.
"""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.growth import assert_linear
from tillroll.expenses.search.filters import FilterQuery, read_filter
from tillroll.expenses.search.grammar import BARE, KINDS, Known, asks_for_names, understand

KNOWN = Known(
    {"Ann Lee": "usr_ann", "Ben Ömer": "usr_ben", "Anna": "usr_anna"},
    {
        "category": ["Meals", "Meals, away", "Office"],
        "client": ["ACME AG"],
        "costCenter": ["K 100"],
        "project": ["Fair 2026"],
        "tag": ["trip"],
    },
)


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("from:ben", {"person": ["usr_ben"]}),
        ("from:omer", {"person": ["usr_ben"]}),
        ("from:ann", {"person": ["usr_ann", "usr_anna"]}),
        ("From:Anna", {"person": ["usr_anna"]}),
        ('from:"ann lee"', {"person": ["usr_ann"]}),
        ("from:usr_ann", {"person": ["usr_ann"]}),
        ("category:meals", {"category": ["Meals"]}),
        ("category:mea", {"category": ["Meals", "Meals, away"]}),
        ("category:office category:meals", {"category": ["Office", "Meals"]}),
        ("category:none", {"missing": ["category"]}),
        ("is:exported is:Paid", {"is": ["exported", "paid"]}),
        ("-is:claimed", {"is": ["-claimed"]}),
        ("status:to-approve", {"status": ["ready"]}),
        ("status:to-review", {"status": ["in_review"]}),
        ("status:in_review", {"status": ["in_review"]}),
        ("client:acme", {"client": ["ACME AG"]}),
        ("project:fair", {"project": ["Fair 2026"]}),
        ("cost-center:k", {"costCenter": ["K 100"]}),
        ('Cost-Center:"k 100"', {"costCenter": ["K 100"]}),
        ("project:2026", {"project": ["Fair 2026"]}),
        ("currency:eur", {"currency": ["EUR"]}),
        ("missing:tax", {"missing": ["tax"]}),
    ],
)
def test_a_name_stands_for_the_values_that_it_begins(
    typed: str, values: dict[str, list[str]]
) -> None:
    found = understand(typed, KNOWN)
    assert (found.values, found.text, found.problems) == (values, "", [])


@pytest.mark.parametrize(
    ("typed", "least", "most"),
    [
        (">50", 500_001, None),
        (">=50", 500_000, None),
        ("<20", None, 199_999),
        ("<=20,50", None, 205_000),
        ("50..80", 500_000, 800_000),
        ("-5..12.90", -50_000, 129_000),
        (">1,000", 10_000_001, None),
        (">1.000", 10_000_001, None),
        (">1'234.50", 12_345_001, None),
        (">10 <20", 100_001, 199_999),
        (">10 >20", 200_001, None),
    ],
)
def test_amounts_are_bounds(typed: str, least: int | None, most: int | None) -> None:
    found = understand(typed)
    assert (found.least, found.most, found.text, found.problems) == (least, most, "", [])


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-02-07", "2024-02-07", "2024-02-07"),
        ("2024-01..2024-03", "2024-01-01", "2024-03-31"),
        ("2024-01-10..2024-03", "2024-01-10", "2024-03-31"),
        ("2024-01 2024-02..2024-03", "2024-02-01", "2024-01-31"),
    ],
)
def test_days_are_bounds(typed: str, first: str, last: str) -> None:
    found = understand(typed)
    assert (found.first_day, found.last_day) == (
        date.fromisoformat(first),
        date.fromisoformat(last),
    )
    assert (found.text, found.problems) == ("", [])


@pytest.mark.parametrize(
    "typed",
    [
        "coffee",
        "INV-2018/42",
        "2018-42",
        "2018",
        "12:30",
        "https://example.test",
        '"from:ann"',
        'merchant:"TEO HENG"',
        'rate:"6"',
        "a..b",
        'open"quote',
    ],
)
def test_words_stay_words(typed: str) -> None:
    found = understand(typed, KNOWN)
    assert (found.text, found.values, found.problems) == (typed, {}, [])
    assert not asks_for_names(typed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "colour:red",
            (
                "There is no “colour:”. Use from:, category:, status:, client:, cost-center:, "
                "project:, tag:, currency:, "
            ),
        ),
        (
            "status:lost",
            "Nothing fits “status:lost”. There is to-review, to-approve, approved, voided.",
        ),
        ("from:zoe", "Nothing fits “from:zoe”. There is Ann Lee, Ben Ömer, Anna."),
        ("category:zoo", "Nothing fits “category:zoo”. There is Meals, Meals, away, Office."),
        (
            "currency:euros",
            "Nothing fits “currency:euros”. There is EUR, USD or another code of ISO 4217.",
        ),
        (">many", "“>many” has no amount: write it directly behind the sign, such as >50."),
        ("> 50", "“>” has no amount"),
        ("80..50", "“80..50” begins with the larger amount"),
        ("2024-03..2024-01", "“2024-03..2024-01” begins with the later day"),
        ("from:", "“from:” has no value: write it directly behind the colon, such as from:ann."),
    ],
)
def test_what_is_wrong_is_named(typed: str, said: str) -> None:
    [problem] = understand(f"coffee {typed} shop", KNOWN).problems
    assert problem.startswith(said)


def test_a_person_is_not_guessed_where_nobody_is_known() -> None:
    [problem] = understand("from:ann").problems
    assert "`person`" in problem


def test_a_named_month_needs_both_words_unquoted() -> None:
    found = understand('lunch >5 "mar 2018" März >6 2019 shop')
    assert (found.first_day, found.last_day) == (date(2019, 3, 1), date(2019, 3, 31))
    assert found.text == 'lunch "mar 2018" shop'
    assert understand('"mar 2018"').first_day is None


def test_what_has_nothing_in_common_is_refused() -> None:
    for typed, beside in (
        (">50 <20", {}),
        ("2024-03", {"from": ["2025"]}),
        (">50", {"max": ["20"]}),
    ):
        query = FilterQuery({"q": [typed], **beside})
        read_filter(query)
        assert [name for name, _ in query.problems] == ["q"]


def test_each_example_is_understood() -> None:
    for kind in KINDS.values():
        found = understand(kind.example)
        assert found.text == ""
        assert kind.parameter == "person" or [*found.values] == [kind.parameter]
    for example in BARE:
        query = FilterQuery({"q": [example]})
        chosen = read_filter(query)
        assert not query.problems
        assert chosen.whole_words or chosen.text == ""


_TOKENS = {
    "from:ben": ("values", {"person": ["usr_ben"]}),
    "category:office": ("values", {"category": ["Office"]}),
    "status:approved": ("values", {"status": ["approved"]}),
    ">=50": ("least", 500_000),
    "<=80": ("most", 800_000),
    "2024-03..2024-04": ("first_day", date(2024, 3, 1)),
}
_WORDS = st.sampled_from(
    ["coffee", "Zürich", "東京", "12:30", '"exact words"', "INV-2018/42", 'merchant:"A B"']
)


@given(st.permutations([*_TOKENS]), st.lists(_WORDS, max_size=6), st.randoms(use_true_random=False))
def test_tokens_mean_the_same_wherever_they_stand(
    tokens: list[str], words: list[str], chance: Random
) -> None:
    places = sorted(chance.randrange(len(words) + 1) for _ in tokens)
    typed = [*words]
    for token, place in reversed([*zip(tokens, places, strict=True)]):
        typed.insert(place, token)
    found = understand(" ".join(typed), KNOWN)
    assert found.text == " ".join(words)
    assert found.problems == []
    assert found.values == {"person": ["usr_ben"], "category": ["Office"], "status": ["approved"]}
    assert (found.least, found.most) == (500_000, 800_000)
    assert (found.first_day, found.last_day) == (date(2024, 3, 1), date(2024, 4, 30))


_PIECES = st.sampled_from(
    [
        *_TOKENS,
        "from:",
        "x:y",
        ">",
        "..",
        "1..",
        '"',
        '"a b"',
        "mar",
        "2018",
        "feb",
        "2024-13",
        "é",
        ":",
        "a:b:c",
        "//",
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=12).map(" ".join)))
def test_any_text_is_understood_or_refused_and_kept_as_it_is_read(typed: str) -> None:
    query = FilterQuery({"q": [typed]})
    chosen = read_filter(query, KNOWN)
    if query.problems:
        assert {name for name, _ in query.problems} <= {"q", "currency"}
        return
    asked = chosen.as_asked()
    values: dict[str, list[str]] = {}
    for name, each in asked.items():
        if isinstance(each, list):
            values[name] = [str(one) for one in each]
        else:
            values[name] = [str(each)]
    again = FilterQuery(values)
    assert read_filter(again, KNOWN) == chosen
    assert not again.problems


@pytest.mark.parametrize(
    "piece", ['"', 'a"', "x:", "from:a ", ">1", "1..2", "1,111", "a:b ", "mar 2018 ", "-", " "]
)
def test_it_takes_linear_time(piece: str) -> None:
    assert_linear(lambda letters: understand(piece * (letters // len(piece)), KNOWN), 20_000)
