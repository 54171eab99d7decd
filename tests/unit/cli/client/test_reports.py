"""Reports as they are asked for and shown."""

import json
from typing import Any

import pytest

from cli.endings import Code
from tests.unit.cli.client.fake_server import FakeServer, ok


def totals(*sums: tuple[str, str]) -> dict[str, Any]:
    currencies = [
        {"currency": currency, "total": total, "tax": "1.00", "count": 2}
        for currency, total in sums
    ]
    return {"count": 2 * len(sums), "currencies": currencies, "base": None}


ROWS = [
    {
        "key": "2026-02",
        "label": "2026-02",
        "totals": totals(("EUR", "30.00"), ("USD", "5.00")),
        "yearBefore": None,
    },
    {
        "key": "2026-03",
        "label": "2026-03",
        "totals": totals(("EUR", "12.00")),
        "yearBefore": totals(("EUR", "9.00")),
    },
    {
        "key": "2026-04",
        "label": "2026-04",
        "totals": totals(),
        "yearBefore": totals(("CHF", "8.00")),
    },
]
REPORT = {
    "by": "month",
    "filter": {},
    "rows": ROWS,
    "others": None,
    "totals": totals(("EUR", "42.00"), ("USD", "5.00")),
}


def test_months_stand_beside_the_year_before(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/reports/month", ok(REPORT))
    assert server.run("report", "month", "--from", "2026-02", "--currency", "EUR") == Code.DONE
    assert dict(server.asked[0].url.params) == {"from": "2026-02", "currency": "EUR"}
    assert [line.split("\t") for line in capsys.readouterr().out.splitlines()] == [
        ["2026-02", "EUR", "30.00", "1.00", "2", ""],
        ["2026-02", "USD", "5.00", "1.00", "2", ""],
        ["2026-03", "EUR", "12.00", "1.00", "2", "9.00"],
        ["2026-04", "CHF", "", "", "0", "8.00"],
        ["all", "EUR", "42.00", "1.00", "2", ""],
        ["all", "USD", "5.00", "1.00", "2", ""],
    ]


def test_what_has_no_name_is_said_so(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"key": "", "label": "", "totals": totals(("EUR", "1.00")), "yearBefore": None}
    server.on("GET /api/reports/category", ok({**REPORT, "by": "category", "rows": [row]}))
    assert server.run("report", "category") == Code.DONE
    assert capsys.readouterr().out.startswith("(none)\tEUR\t1.00\t1.00\t2\n")


def test_those_that_are_not_listed_are_added_up(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    others = {"count": 12, "totals": totals(("EUR", "7.00"))}
    server.on(
        "GET /api/reports/merchant", ok({**REPORT, "by": "merchant", "rows": [], "others": others})
    )
    assert server.run("report", "merchant") == Code.DONE
    assert capsys.readouterr().out.startswith("(12 others)\tEUR\t7.00\t1.00\t2\n")


def test_what_is_missing(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    row: dict[str, Any] = {"missing": "category", "means": "no category", "count": 4, "filter": {}}
    found = {"filter": {}, "rows": [row], "runs": {"processing": 0, "needsReview": 2, "failed": 1}}
    server.on("GET /api/reports/missing", ok(found))
    assert server.run("report", "missing") == Code.DONE
    said = capsys.readouterr()
    assert said.out == "category\t4\tno category\n"
    assert "2 waiting for a person, 1 failed" in said.err
    assert server.run("report", "missing", "--json") == Code.DONE
    assert json.loads(capsys.readouterr().out) == found


def test_by_what_is_one_of_those_there_are(server: FakeServer) -> None:
    with pytest.raises(SystemExit, match="2"):
        server.run("report", "weather")
    assert server.asked == []
