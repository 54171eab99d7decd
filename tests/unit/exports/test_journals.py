"""Journals: beancount's own loader reads the one, a strict reader by the published rules the
other.
"""

import re
from decimal import Decimal
from typing import Any

import pytest
from beancount import loader

from tests.unit.exports.expenses import an_expense, file_of

NAMES = ['Müller; "Söhne" | Co', "* (1) = Cafe", "back\\slash", "two\nlines", "收據"]
CATEGORIES = [
    "Food & drink",
    "meals: (lunch)",
    "餐飲",
    "  ",
    "[virtual]",
    "2026 trip",
    "²/é",
    "ﬁne",
]


def beans(content: bytes) -> list[Any]:
    """The transactions, where beancount finds no fault in the file."""
    loaded: Any = loader
    entries, errors, _ = loaded.load_string(content.decode())
    assert errors == []
    return [entry for entry in entries if type(entry).__name__ == "Transaction"]


def test_beancount_reads_what_was_spent_and_what_came_back() -> None:
    expenses = [
        an_expense(date="2026-03-01", total="-5.00", category=None, tax=None),
        an_expense(date="2026-03-05"),
        an_expense(date="2026-03-05", currency="JPY", total="800", tax=None),
        an_expense(date="2026-03-06", total="0.00"),
    ]
    found = beans(file_of("beancount", *expenses))
    first = [
        (posting.account, posting.units.number, posting.units.currency)
        for posting in found[0].postings
    ]
    assert first == [
        ("Expenses:Uncategorised", Decimal("-5.00"), "MYR"),
        ("Liabilities:Expenses", Decimal("5.00"), "MYR"),
    ]
    assert [each.postings[0].units.number for each in found] == [
        Decimal(expense.total) for expense in expenses
    ]
    assert found[1].meta["expense"] == "exp_1"
    assert str(found[1].meta["tax"]) == "0.73 MYR"


@pytest.mark.parametrize("name", NAMES)
def test_beancount_reads_any_name(name: str) -> None:
    [found] = beans(file_of("beancount", an_expense(merchant=name, receipt_number=name)))
    assert found.payee == found.narration == " ".join(name.split())


@pytest.mark.parametrize("category", CATEGORIES)
def test_beancount_reads_any_category(category: str) -> None:
    assert len(beans(file_of("beancount", an_expense(category=category)))) == 1


_TRANSACTION = re.compile(r"(\d{4}-\d\d-\d\d) ([^;|*!(=~][^;|]*?)(?: \| ([^;|]+))?")
# The account ends at two spaces; a bracket around it would make the posting virtual.
_POSTING = re.compile(r"    ([^\s;()\[\]](?:(?!  )[^;()\[\]])*)  ([A-Z]{3}) (-?\d+(?:\.\d+)?)")
_COMMENT = re.compile(r"    ; (\w+): (.+)")


def journal(content: bytes) -> list[dict[str, Any]]:
    """The transactions of a journal, each with its postings, which must add up to nothing."""
    head, *transactions = content.decode().removesuffix("\n\n").split("\n\n")
    assert head.splitlines()[1] == "decimal-mark ."
    found: list[dict[str, Any]] = []
    for transaction in transactions:
        first, *lines = transaction.split("\n")
        match = _TRANSACTION.fullmatch(first)
        assert match, first
        postings = [_POSTING.fullmatch(line) for line in lines if not _COMMENT.fullmatch(line)]
        assert all(postings), lines
        amounts = [(posting[1], posting[2], Decimal(posting[3])) for posting in postings if posting]
        assert sum(amount for _, _, amount in amounts) == 0
        found.append({"date": match[1], "payee": match[2], "note": match[3], "postings": amounts})
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("category", CATEGORIES)
def test_hledger_reads_any_name_and_category(name: str, category: str) -> None:
    [found] = journal(
        file_of("hledger", an_expense(merchant=name, receipt_number=name, category=category))
    )
    account, currency, amount = found["postings"][0]
    assert re.fullmatch(r"expenses:[^:]+", account)
    assert (currency, amount) == ("MYR", Decimal("12.90"))
    assert found["note"]


def test_hledger_reads_what_came_back() -> None:
    found = journal(
        file_of(
            "hledger", an_expense(total="-5.00", receipt_number=None), an_expense(date="2026-03-06")
        )
    )
    assert found[0]["postings"] == [
        ("expenses:Meals", "MYR", Decimal("-5.00")),
        ("liabilities:expenses", "MYR", Decimal("5.00")),
    ]
    assert [each["date"] for each in found] == ["2026-03-05", "2026-03-06"]
