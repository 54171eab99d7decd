"""Files of banks that were once read wrong, and what is booked and pending of them.

All are invented after published formats and public bug reports; the folder of each says what it
shows.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.host_platform import TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tests.unit.bank.deciding import Bank, opened
from tillroll.bank.statements.native import receive
from tillroll_durable import statement
from tillroll_durable.platform.json import JsonObject

_FOLDER: Final = Path(__file__).parent / "money_cases"
_CASES: Final[Mapping[str, tuple[str, Mapping[str, list[int]]]]] = {
    "amount-without-a-zero": ("EUR", {"statement.xml": [50]}),
    "card-statement-positive-is-spent": ("GBP", {"statement.csv": [-2_345, -1_200, 50_000]}),
    "fitid-is-the-rows-number": ("EUR", {"1.ofx": [-900, -350], "2.ofx": [-900, -770, -350, -100]}),
    "foreign-column-is-not-the-accounts": ("GBP", {"statement.csv": [-862, 100_000]}),
    "mark-is-the-transaction-type": ("USD", {"statement.csv": [-2_500, -1_245, 100_000]}),
    "mt940-ends-with-etx": ("EUR", {"statement.sta": [-450]}),
    "pending-row-without-day": ("GBP", {"statement.csv": [-20_400, -10_050, -1_200, 100_000]}),
    "polish-letters": ("PLN", {"statement.csv": [-1_290, 123_000]}),
    "reversal-of-a-debit-brings-money": ("EUR", {"statement.xml": [2_000]}),
    "sparkasse-vorgemerkt": ("EUR", {"1.csv": [-50_000], "2.csv": [-50_000, -13_820]}),
    "xml-comment-and-ascii": ("EUR", {"ascii.ofx": [-1_234], "comment.ofx": [-1_234]}),
}
"""By case: the bank account's currency, and after each file the amounts that are booked."""
_PENDING: Final = {
    ("pending-row-without-day", "statement.csv"): [-15_000],
    ("sparkasse-vorgemerkt", "1.csv"): [-15_000],
}
_MOST_QUESTIONS: Final = 4
_PAYEES: Final = {
    "commerzbank.csv": ("EUR", ["CAFE BRUECKE", "ACME GmbH"]),
    "dkb.csv": ("EUR", ["Cafe Brücke", "ACME GmbH"]),
    "ubs.csv": ("CHF", ["Cafe Bruecke", "ACME AG"]),
}


async def _read(bank: Bank, account: str, content: bytes, name: str) -> None:
    """Send a file for a bank account, and approve what it is read as."""
    file = MemoryFile(content, bank.world.host.pieces.objects, name)
    upload = MemoryUpload([file], {"authorization": f"Bearer {TOKEN}"}, named="statement")
    taken = await receive(bank.world.host.platform, upload, {"account": account})
    await bank.world.settle()
    for _ in range(_MOST_QUESTIONS):
        head = await bank.get(taken.headers["location"])
        if head["state"] == "matched":
            return
        path = f"/api/runs/{head['runId']}"
        mapping = (await bank.get(path))["review"]["proposed"].get("mapping")
        # A file whose number is no bank account's is said to be of this one.
        values: JsonObject = {"account": account}
        if mapping is not None:
            values = {"mapping": mapping}
        await bank.post(f"{path}/review", {"decision": "approve", "values": values})
        await bank.world.settle()
    raise AssertionError(f"{name} is not read after {_MOST_QUESTIONS} questions")


async def _account(bank: Bank, currency: str) -> str:
    """A new bank account, without a number; the one that has a number is no file's."""
    forget = statement(
        "UPDATE bank_accounts SET number = NULL, mark = NULL WHERE id = ?", [bank.account]
    )
    await bank.world.host.database.batch([forget])
    body: JsonObject = {"name": "Case", "currency": currency}
    return str((await bank.post("/api/bank/accounts", body, 201))["id"])


async def _entries(bank: Bank, account: str) -> list[dict[str, Any]]:
    return list((await bank.get("/api/bank/entries", account=account))["items"])


@pytest.mark.parametrize("case", _CASES)
async def test_a_file_that_was_read_wrong_is_read_right(case: str) -> None:
    currency, files = _CASES[case]
    async for bank in opened():
        account = await _account(bank, currency)
        for name, booked in files.items():
            await _read(bank, account, (_FOLDER / case / name).read_bytes(), name)
            entries = await _entries(bank, account)
            assert (
                sorted(each["amount"] for each in entries if each["status"] == "booked") == booked
            )
            pending = [each["amount"] for each in entries if each["status"] == "pending"]
            assert pending == _PENDING.get((case, name), [])


@pytest.mark.parametrize("name", _PAYEES)
async def test_a_payee_is_kept(name: str) -> None:
    currency, payees = _PAYEES[name]
    async for bank in opened():
        account = await _account(bank, currency)
        await _read(bank, account, (_FOLDER / "payee-is-kept" / name).read_bytes(), name)
        shown = [
            f"{each['counterparty']} {each['words']}" for each in await _entries(bank, account)
        ]
        for payee in payees:
            assert any(payee in each for each in shown)
