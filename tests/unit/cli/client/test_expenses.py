"""Lists of expenses: only what was given is asked for, page by page."""

import json

import pytest

from cli.commands.filters import filters
from tests.unit.cli.client.fake_server import FakeServer, ok, page, problem
from tillroll.expenses.search.grammar import DECLARED
from tillroll_command.endings import Code

EXPENSE = {
    "id": "exp_1",
    "date": "2026-02-14",
    "merchant": "CAFE",
    "total": "12.90",
    "currency": "EUR",
}


def test_only_what_was_given_is_asked_for(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/expenses", page(EXPENSE))
    assert server.run("expenses") == Code.DONE
    assert dict(server.asked[0].url.params) == {"limit": "20"}
    assert capsys.readouterr().out == "exp_1\t2026-02-14\tCAFE\t12.90\tEUR\t\n"


def test_each_filter_that_a_field_declares_has_an_option(server: FakeServer) -> None:
    assert DECLARED.keys() <= filters().keys()
    server.on("GET /api/expenses", page(EXPENSE))
    assert server.run("expenses", "--cost-center", "K 7") == Code.DONE
    assert dict(server.asked[0].url.params) == {"costCenter": "K 7", "limit": "20"}


def test_a_category_that_is_only_proposed_has_a_question_mark(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    proposed = {
        "category": "Meals",
        "source": "merchant",
        "reason": "“CAFE” is in the name.",
        "score": 0.8,
    }
    server.on(
        "GET /api/expenses", page({**EXPENSE, "category": None, "proposedCategory": proposed})
    )
    assert server.run("expenses") == Code.DONE
    assert capsys.readouterr().out == "exp_1\t2026-02-14\tCAFE\t12.90\tEUR\tMeals?\n"
    server.on("GET /api/expenses/exp_1", ok({**EXPENSE, "proposedCategory": proposed}))
    server.on("GET /api/expenses/exp_1/progress", ok({"stages": [], "closedPeriod": None}))
    assert server.run("expense", "exp_1") == Code.DONE
    assert (
        "category Meals, source merchant, reason “CAFE” is in the name." in capsys.readouterr().out
    )


def test_an_expense_says_how_far_it_has_come(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    fact: dict[str, object] = {
        "subject": "claim",
        "subjectId": "run_1",
        "name": "2026-0001",
        "url": None,
    }
    stages: list[dict[str, object]] = [
        {"stage": "claimed", "state": "reached", "at": "2026-03-20", "facts": [fact]},
        {"stage": "paid", "state": "waits", "at": None, "facts": []},
        {"stage": "in_books", "state": "not_due", "at": None, "facts": []},
    ]
    server.on("GET /api/expenses/exp_1", ok(EXPENSE))
    server.on("GET /api/expenses/exp_1/progress", ok({"stages": stages, "closedPeriod": None}))
    assert server.run("expense", "exp_1") == Code.DONE
    lines = capsys.readouterr().out.splitlines()[-3:]
    assert [each.split(maxsplit=1)[1] for each in lines[:2]] == [
        "2026-03-20  2026-0001 run_1",
        "not yet",
    ]
    assert lines[2] == "In the books     does not apply"


def test_every_filter_has_the_name_that_the_api_gives_it(server: FakeServer) -> None:
    server.on("GET /api/expenses", page())
    given = {
        "q": "taxi",
        "from": "2026-01-01",
        "to": "2026-01-31",
        "min": "1.00",
        "max": "9.00",
        "currency": "EUR",
        "category": "Travel",
        "tag": "trip",
        "person": "usr_1",
        "client": "ACME AG",
        "project": "fair",
        "status": "ready",
        "missing": "category",
        "id": "exp_1",
        "sort": "-date",
        "cursor": "abc",
        "limit": "5",
    }
    named = {"q": "search", "id": "expense"}
    options = [(f"--{named.get(name, name)}", value) for name, value in given.items()]
    assert server.run("expenses", *(word for option in options for word in option)) == Code.DONE
    assert dict(server.asked[0].url.params) == given


def test_a_repeated_filter_is_sent_each_time(server: FakeServer) -> None:
    server.on("GET /api/expenses", page())
    assert (
        server.run("expenses", "--currency", "EUR", "--currency", "USD", "--from", "2026-03")
        == Code.DONE
    )
    assert server.asked[0].url.query == b"from=2026-03&currency=EUR&currency=USD&limit=20"


def test_sums_are_of_all_that_is_found(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    currency = {"currency": "MYR", "count": 3, "total": "31.30"}
    sums = {
        "count": 3,
        "currencies": [currency],
        "base": {"currency": "EUR", "total": "6.69", "count": 2},
    }
    server.on("GET /api/expenses", page(EXPENSE, cursor="abc"))
    server.on("GET /api/expenses/totals", ok(sums))
    assert (
        server.run("expenses", "--limit", "1", "--sort", "-total", "--tag", "trip", "--totals")
        == Code.DONE
    )
    assert dict(server.asked[1].url.params) == {"tag": "trip"}, "how a list is cut changes no sum"
    assert capsys.readouterr().out.splitlines()[1:] == [
        "sum  MYR  31.30  3 expenses",
        "all  EUR  6.69  2 of 3 expenses",
    ]
    assert server.run("expenses", "--totals", "--json") == Code.DONE
    assert json.loads(capsys.readouterr().out)["totals"] == sums


def test_totals_of_nothing_are_a_sentence(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/expenses", page())
    server.on("GET /api/expenses/totals", ok({"count": 0, "currencies": [], "base": None}))
    assert server.run("expenses", "--totals") == Code.DONE
    assert "No expense fits" in capsys.readouterr().out


def test_a_page_can_be_short_and_have_another_behind_it(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/expenses", page(cursor="one"), page(EXPENSE))
    assert server.run("expenses", "--search", "taxi", "--json") == Code.DONE
    assert len(json.loads(capsys.readouterr().out)["items"]) == 1


def test_a_long_list_is_read_page_by_page(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    full = [{**EXPENSE, "id": f"exp_{number}"} for number in range(100)]
    server.on("GET /api/expenses", page(*full, cursor="one"), page(*full[:50], cursor="two"))
    assert server.run("expenses", "--limit", "150", "--json") == Code.DONE
    assert [dict(request.url.params) for request in server.asked] == [
        {"limit": "100"},
        {"limit": "50", "cursor": "one"},
    ]
    found = json.loads(capsys.readouterr().out)
    assert (len(found["items"]), found["nextCursor"]) == (150, "two")


def test_one_expense(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on(
        "GET /api/expenses/exp_1",
        ok({**EXPENSE, "tax": None, "base": {"currency": "MYR", "total": "60.00"}}),
    )
    server.on("GET /api/expenses/exp_1/progress", ok({"stages": [], "closedPeriod": None}))
    assert server.run("expense", "exp_1") == Code.DONE
    said = capsys.readouterr().out
    assert "base             currency MYR, total 60.00\n" in said
    assert "tax" not in said


@pytest.fixture
def one(server: FakeServer) -> FakeServer:
    server.on("GET /api/expenses/exp_1", ok(EXPENSE, etag='"3"'))
    server.on("GET /api/expenses/exp_1/progress", ok({"stages": [], "closedPeriod": None}))
    server.on("PATCH /api/expenses/exp_1", ok({**EXPENSE, "category": "Travel"}))
    server.on("POST /api/expenses/exp_1/void", ok({**EXPENSE, "status": "voided"}))
    server.on("POST /api/expenses/exp_1/send-back", ok({**EXPENSE, "status": "in_review"}))
    return server


def test_it_is_changed_in_the_version_that_was_there(
    one: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [
        "--set",
        "category=Travel",
        "--set",
        "tags=trip, client",
        "--set",
        "note=",
        "--set",
        "billable=true",
    ]
    assert one.run("expense", "exp_1", *given, "--reason", "a trip") == Code.DONE
    assert one.bodies() == [
        {
            "category": "Travel",
            "tags": ["trip", "client"],
            "note": None,
            "billable": True,
            "reason": "a trip",
        }
    ]
    assert one.asked[1].headers["if-match"] == '"3"'
    assert "category         Travel\n" in capsys.readouterr().out


@pytest.mark.parametrize(("option", "route"), [("--void", "void"), ("--send-back", "send-back")])
def test_it_is_voided_or_sent_back_for_a_reason(one: FakeServer, option: str, route: str) -> None:
    assert one.run("expense", "exp_1", option, "--reason", "twice") == Code.DONE
    assert one.asked[1].url.path == f"/api/expenses/exp_1/{route}"
    assert one.asked[1].headers["if-match"] == '"3"'
    assert one.bodies() == [{"reason": "twice"}]


def test_what_somebody_else_has_changed_is_not_overwritten(
    one: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    one.on("PATCH /api/expenses/exp_1", problem("changed-meanwhile", 412))
    assert one.run("expense", "exp_1", "--set", "total=1.00") == Code.REFUSED
    assert "Do this." in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--void", "--restore"],
        ["--void", "--set", "note=x"],
        ["--history", "--confirm"],
        ["--set", "billable=perhaps"],
        ["--reason", "why"],
    ],
)
def test_only_one_thing_is_done_at_a_time(one: FakeServer, arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        one.run("expense", "exp_1", *arguments)
    assert one.bodies() == []


def test_its_history_says_old_and_new(one: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    value = {"field": "category", "old": None, "new": "Travel"}
    change = {
        "at": "2026-11-20T09:47:40.889Z",
        "kind": "edited",
        "person": {"name": "Ann"},
        "actor": "user:usr_1",
    }
    one.on(
        "GET /api/expenses/exp_1/history", page({**change, "reason": "a trip", "values": [value]})
    )
    assert one.run("expense", "exp_1", "--history") == Code.DONE
    assert capsys.readouterr().out.splitlines() == [
        "2026-11-20 09:47  edited by Ann: a trip",
        "    category: (nothing) → Travel",
    ]
