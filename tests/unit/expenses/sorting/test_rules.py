"""Rules: their order, what a person chose, doing it twice, and undoing it."""

import random

import pytest

from tests.support.expenses import Given
from tests.unit.expenses.sorting.sorted_books import open_books
from tests.unit.expenses.sorting.test_chosen_acts import close_february, left_out, undone
from tillroll.expenses.sorting.rules import (
    Conditions,
    Facts,
    Gives,
    Rule,
    RuleGives,
    Sorted,
    changes_of,
    first_match,
    gives_from,
    rule_json,
    rule_of,
)
from tillroll_durable.platform.json import JsonObject

TEO = Facts(
    "TEO HENG", "TEO HENG STATIONERY SDN BHD", 1290, "MYR", "receipt", ("INV-7", "Blue paper A4")
)


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        (Conditions(), False),
        (Conditions(merchant="Teo-Heng"), True),
        (Conditions(merchant="teo heng stationery sdn. bhd."), True),
        (Conditions(merchant="TEO"), False),
        (Conditions(words=("paper", "TEO")), True),
        (Conditions(words=("paper", "ink")), False),
        (Conditions(currency="MYR", min_minor=1290, max_minor=1290), True),
        (Conditions(currency="MYR", min_minor=1291), False),
        (Conditions(currency="EUR"), False),
        (Conditions(document_kind="invoice"), False),
    ],
)
def test_all_conditions_must_hold(conditions: Conditions, *, holds: bool) -> None:
    assert conditions.hold(TEO) is holds


def test_an_amount_that_came_back_counts_without_its_sign() -> None:
    assert Conditions(currency="MYR", min_minor=100).hold(Facts("A", None, -200, "MYR"))


def _any_rule(dice: random.Random, number: int) -> Rule:
    asks = Conditions(
        merchant=dice.choice([None, "Teo Heng", "Shell"]),
        words=dice.choice([(), ("paper",), ("diesel",)]),
        min_minor=dice.choice([None, 500, 2_000]),
        currency=dice.choice([None, "MYR", "EUR"]),
        document_kind=dice.choice([None, "receipt", "invoice"]),
    )
    gives = Gives(
        dice.choice([None, "Office", "Travel"]),
        dice.choice([None, "P1"]),
        dice.choice([(), ("x",), ("x", "y")]),
    )
    return Rule(f"rul_{number}", asks, gives)


@pytest.mark.parametrize("seed", range(200))
def test_properties_of_rules(seed: int) -> None:
    """The first that matches decides alone; what is given once is not given again; a choice stays;
    JSON keeps rules.
    """
    dice = random.Random(seed)
    rules = [_any_rule(dice, number) for number in range(dice.randint(0, 8))]
    facts = Facts(
        dice.choice(["Teo Heng", "Shell"]),
        None,
        dice.choice([-2500, 900, 3000]),
        dice.choice(["MYR", "EUR"]),
        "receipt",
    )
    found = first_match(rules, facts)
    matching = [rule for rule in rules if rule.conditions.hold(facts)]
    assert found == (matching[0] if matching else None)
    assert [rule_of(rule_json(rule)) for rule in rules] == rules
    for rule in matching:
        chosen = Sorted(category="Mine", is_chosen=True)
        assert "category" not in changes_of(rule.gives, chosen)
        empty = Sorted()
        once = changes_of(rule.gives, empty)
        after = Sorted(
            category=rule.gives.category,
            project=rule.gives.project,
            tags=frozenset(rule.gives.tags),
        )
        assert changes_of(rule.gives, after) == {}
        assert set(once) == {
            name
            for name in ("category", "project", "tags")
            if getattr(rule.gives, name) not in (None, ())
        }


OFFICE: JsonObject = {
    "when": {"merchant": "Teo Heng"},
    "gives": {"category": "Office", "tags": ["paper"]},
}
DEAR: JsonObject = {
    "when": {"currency": "EUR", "min": "100"},
    "gives": {"category": "Assets", "paidBy": "employee", "costCenter": "K1"},
}


async def test_a_rule_is_previewed_applied_and_undone() -> None:
    books = await open_books(
        Given(1, merchant="TEO HENG"),
        Given(2, merchant="Shell", total_minor=20_000),
        Given(3, merchant="Teo Heng", total_minor=20_000),
        Given(4, merchant="TEO HENG", category="Gifts"),
        Given(5, merchant="TEO HENG"),
    )
    await books.run("UPDATE expenses SET category_by = 'user:usr_first' WHERE id = 'exp_000004'")
    await books.run("UPDATE expenses SET status = 'approved' WHERE id = 'exp_000005'")
    before = await books.snapshot()
    first = await books.ask("POST", "/api/rules", OFFICE)
    assert await books.ask("POST", "/api/rules", OFFICE) == first
    await books.ask("POST", "/api/rules", DEAR)
    seen = await books.ask("POST", "/api/rules/preview", {})
    assert (seen["matched"], seen["changes"], seen["chosen"], seen["approved"]) == (5, 4, 1, 1)
    assert seen["isWhole"] is True
    assert await books.snapshot() == before, "a preview changes nothing"
    act = await books.ask("POST", "/api/rules/apply", {}, key="tuesday")
    assert (act["state"], act["changed"], act["leftOut"]) == ("applied", 4, 1)
    assert await books.column("category") == ["Office", "Assets", "Office", "Gifts", None]
    assert await books.column("paid_by") == ["company", "employee", "company", "company", "company"]
    assert await books.column("cost_center") == [None, "K1", None, None, None]
    assert await books.ask("POST", "/api/rules/apply", {}, key="tuesday") == act
    assert (await books.ask("POST", "/api/rules/apply", {}))["changed"] == 0, "done is done"
    undone = await books.ask("POST", f"/api/acts/{act['id']}/undo")
    assert undone["restored"] == 4
    after = await books.snapshot()
    assert after[:4] == before[:4]


@pytest.mark.parametrize("name", ["office", "ÖFFIS"])
async def test_a_rule_gives_the_category_of_its_name_in_whatever_case(name: str) -> None:
    books = await open_books(Given(1, merchant="TEO HENG"))
    for own in ("Office", "Öffis"):
        await books.ask("POST", "/api/categories", {"name": own})
    gives = {"category": name}
    await books.ask("POST", "/api/rules", {"when": {"merchant": "Teo Heng"}, "gives": gives})
    own = {"office": "Office", "ÖFFIS": "Öffis"}[name]
    seen = await books.ask("POST", "/api/rules/preview", {})
    assert [each["changes"]["category"] for each in seen["sample"]] == [own]
    assert (await books.ask("POST", "/api/rules/apply", {}))["changed"] == 1
    assert await books.column("category") == [own]
    assert (await books.ask("POST", "/api/rules/apply", {}))["changed"] == 0, "done is done"
    assert len((await books.ask("GET", "/api/categories"))["categories"]) == 2


async def test_a_proposal_gives_the_category_of_its_name_in_whatever_case() -> None:
    books = await open_books(Given(1, merchant="TEO HENG"))
    await books.ask("POST", "/api/categories", {"name": "Öffis"})
    await books.ask("POST", "/api/proposals/apply", {"merchant": "TEO HENG", "category": "öffis"})
    assert await books.column("category") == ["Öffis"]


async def test_the_order_of_rules_decides() -> None:
    books = await open_books(Given(1, merchant="Teo Heng", total_minor=20_000))
    ids = [(await books.ask("POST", "/api/rules", rule))["id"] for rule in (OFFICE, DEAR)]
    ordered = await books.ask("POST", "/api/rules/order", {"ids": ids[::-1]})
    assert [rule["id"] for rule in ordered["items"]] == ids[::-1]
    await books.ask("POST", "/api/rules/apply", {})
    assert await books.column("category") == ["Assets"]
    refused = await books.answer("POST", "/api/rules/order", {"ids": ids[:1]})
    assert refused.status_code == 422


async def test_a_rule_that_is_paused_or_deleted_decides_no_more() -> None:
    books = await open_books(Given(1, merchant="Teo Heng"))
    rule = await books.ask("POST", "/api/rules", OFFICE)
    paused = await books.ask("PUT", f"/api/rules/{rule['id']}", {**OFFICE, "state": "paused"})
    assert paused["state"] == "paused"
    assert (await books.ask("POST", "/api/rules/apply", {}))["changed"] == 0
    await books.ask("DELETE", f"/api/rules/{rule['id']}")
    assert (await books.ask("GET", "/api/rules"))["items"] == []
    assert (
        await books.answer("POST", "/api/rules/apply", {"ids": [rule["id"]]})
    ).status_code == 404


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"when": {}, "gives": {"category": "A"}}, "when"),
        ({"when": {"merchant": "A"}, "gives": {}}, "gives"),
        ({"when": {"min": "5"}, "gives": {"category": "A"}}, "when.min"),
        ({"when": {"currency": "XQQ"}, "gives": {"category": "A"}}, "when.currency"),
        (
            {"when": {"currency": "EUR", "min": "5", "max": "4"}, "gives": {"category": "A"}},
            "when.max",
        ),
        ({"when": {"merchant": "A", "colour": "red"}, "gives": {"category": "A"}}, "when.colour"),
    ],
)
async def test_a_rule_that_cannot_be_used_is_refused(asked: JsonObject, field: str) -> None:
    books = await open_books()
    refused = await books.answer("POST", "/api/rules", asked)
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["errors"]] == [field]


async def test_a_proposal_sorts_approved_expenses_until_they_are_handed_on() -> None:
    given = [Given(number, merchant="TEO HENG") for number in range(1, 6)]
    books = await open_books(*given, Given(6, merchant="TEO HENG", date="2026-02-05"))
    await books.run(
        "UPDATE expenses SET category = 'Office', category_by = 'user:usr_first' "
        "WHERE id < 'exp_000004'"
    )
    await books.approve("exp_000004", "exp_000006")
    await close_february(books)  # the last
    act = await books.ask(
        "POST", "/api/proposals/apply", {"merchant": "TEO HENG", "category": "Office"}
    )
    reasons = await left_out(books, act)
    assert (act["changed"], act["state"], [*reasons]) == (2, "applied", ["exp_000006"])
    assert "closed period" in reasons["exp_000006"]
    assert await books.column("category") == ["Office"] * 5 + [None]
    assert (await books.column("status"))[3] == "approved"
    history = await books.ask("GET", "/api/expenses/exp_000004/history")
    assert [each["kind"] for each in history["items"] if each["values"]] == ["proposal"]
    await undone(books, act)
    assert await books.column("category") == ["Office"] * 3 + [None] * 3


async def test_history_proposes_with_its_evidence() -> None:
    books = await open_books(*(Given(number, merchant="TEO HENG") for number in range(1, 7)))
    await books.run(
        "UPDATE expenses SET category = 'Office', category_by = 'user:usr_first' "
        "WHERE id < 'exp_000003'"
    )
    others = "id IN ('exp_000003', 'exp_000004')"
    await books.run(f"UPDATE expenses SET category = 'Gifts', category_by = 'x' WHERE {others}")
    assert (await books.ask("GET", "/api/proposals"))["items"] == []  # two of four: nobody knows
    await books.run(f"UPDATE expenses SET category = 'Office' WHERE {others}")
    proposal = {"merchant": "TEO HENG", "category": "Office"}
    assert (await books.ask("GET", "/api/proposals"))["items"] == [
        {**proposal, "times": 4, "of": 4, "waiting": 2}
    ]
    act = await books.ask("POST", "/api/proposals/apply", {**proposal, "always": True})
    assert (act["changed"], set(await books.column("category"))) == (2, {"Office"})
    assert (await books.ask("GET", "/api/proposals"))["items"] == []
    assert [
        each["gives"]["category"] for each in (await books.ask("GET", "/api/rules"))["items"]
    ] == ["Office"]
    await books.ask("POST", f"/api/acts/{act['id']}/undo")
    assert (await books.column("category"))[4:] == [None] * 2
    await books.ask("POST", "/api/proposals/dismiss", proposal)
    assert (await books.ask("GET", "/api/proposals"))["items"] == []


def test_a_rule_gives_a_tag_once_whatever_its_case() -> None:
    gives = gives_from(RuleGives(tags=["Öffis", "öffis", "O\u0308ffis", "Trip"]))
    assert gives.tags == ("Öffis", "Trip")
    assert changes_of(gives, Sorted(tags=frozenset({"ÖFFIS"}))) == {"tags": ["Trip"]}
    assert changes_of(gives, Sorted(tags=frozenset({"ÖFFIS", "trip"}))) == {}
