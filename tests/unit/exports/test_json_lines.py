"""JSON Lines, read back by Python's own parser."""

import json

from tests.unit.exports.expenses import MARCH, an_expense, file_of
from tillroll.exports.writers.formats import FORMATS, FormatName, file_name


def test_an_expense_is_a_line_with_all_keys() -> None:
    expense = an_expense(merchant="Line\u2028break\n收據")
    content = file_of("jsonl", expense, an_expense(id="exp_2"))
    lines = [json.loads(line) for line in content.decode().removesuffix("\n").split("\n")]
    assert [line["id"] for line in lines] == ["exp_1", "exp_2"]
    assert lines[0]["merchant"] == expense.merchant
    assert lines[0]["receiptId"] == "rec_1"
    assert lines[0]["dueDate"] is None
    assert lines[0].keys() == lines[1].keys()
    assert lines[0].keys() >= {"id", "note", "employee", "parts", "taxLines", "approvedOn"}
    assert lines[0].keys().isdisjoint({"part", "clientId", "projectId", "person", "billable"})


def test_every_name_has_its_format() -> None:
    assert [*FORMATS] == [name.value for name in FormatName]
    assert file_name(FORMATS["csv"], MARCH) == "expenses_2026-03-01_2026-03-31.csv"
