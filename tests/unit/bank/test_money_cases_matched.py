"""Files of banks whose entries were once matched wrong, and what becomes of them.

All are invented after published formats and public bug reports; the folder of each says what it
shows. Words in braces are replaced by the number of the claim or the payout, and days by the days
of the test's world.
"""

from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from tests.simulation.bookkeeping_office import done, open_office
from tests.support.bank_month import IBAN
from tests.support.expenses import Given
from tests.support.host_platform import TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tests.unit.bank.deciding import Bank, accept, opened
from tests.unit.claims.claimed import Claimed, bill, open_claimed
from tests.unit.tillroll_documents.bank_files.reading import refused, statements
from tillroll.bank.statements.native import receive
from tillroll.bank.statements.workflow import STATEMENT
from tillroll_documents.bank_files.csv.files import MappingNeeded
from tillroll_documents.bank_files.printed import UnreadableFile
from tillroll_durable import statement

_FOLDER: Final = Path(__file__).parent / "money_cases"


def _content(case: str, name: str = "statement.xml", **words: str) -> bytes:
    text = (_FOLDER / case / name).read_text()
    for word, value in words.items():
        text = text.replace(word if word[0].isdigit() else f"{{{word}}}", value)
    return text.encode()


async def _booked(bank: Bank, content: bytes) -> list[dict[str, Any]]:
    """Send a file, and let its run end; the account's entries."""
    file = MemoryFile(content, bank.world.host.pieces.objects, "statement.xml")
    upload = MemoryUpload([file], {"authorization": f"Bearer {TOKEN}"}, named="statement")
    taken = await receive(bank.world.host.platform, upload, {})
    await bank.world.settle()
    assert (await bank.get(taken.headers["location"]))["state"] == "matched"
    return list((await bank.get("/api/bank/entries"))["items"])


async def _of_claims(claimed: Claimed) -> Bank:
    body = {"name": "Giro", "currency": "EUR", "number": IBAN, "booksCertain": True}
    made = (await claimed.client.post("/api/bank/accounts", json=body)).json()
    return Bank(claimed.world, claimed.client, made["id"])


async def _totals(claimed: Claimed, *totals: int) -> None:
    """Have the expenses that a claim may bill come to these totals; there are two in euros."""
    await claimed.world.host.database.batch(
        [
            statement(
                "UPDATE expenses SET total_minor = ? WHERE id = ?", [total, f"exp_{number:06}"]
            )
            for number, total in enumerate(totals, start=1)
        ]
    )


async def test_an_order_that_is_charged_before_its_invoice_is_proposed() -> None:
    given = Given(1, merchant="Buchversand XY GmbH", total_minor=8_990, date="2026-03-10")
    async for bank in opened(given, books_certain=True):
        [entry] = await _booked(bank, _content("charged-before-the-invoice"))
        assert (entry["matches"][0]["pairs"][0]["documentId"], entry["explained"]) == (given.id, 0)


async def test_coffee_is_no_fee() -> None:
    async for bank in opened(books_certain=True):
        entries = await _booked(bank, _content("coffee-is-no-fee"))
        explained = {each["amount"]: each["explained"] for each in entries}
        assert explained == {-450: 0, -2_300: 0, -4_000: 0, -490: -490}
        assert await bank.balance("banking:fees:EUR") == 490


async def test_what_an_employee_paid_is_not_the_companys_card() -> None:
    room = Given(1, merchant="Hotel Post", total_minor=21_000, date="2026-04-02")
    async for bank in opened(room, books_certain=True):
        said = "UPDATE expenses SET paid_by = 'employee', person = 'usr_first', status = 'approved'"
        await bank.world.host.database.batch([statement(said)])
        [entry] = await _booked(bank, _content("employee-paid-is-not-the-companys-card"))
        await bank.post("/api/bank/matches/certain", {})
        entry = await bank.get(f"/api/bank/entries/{entry['id']}")
        assert entry["explained"] == 0
        assert any(
            "employee paid it" in reason
            for match in entry["matches"]
            for reason in match["reasons"]
        )
        [owed] = (await bank.get("/api/owed"))["items"]
        assert owed["sums"][0]["owed"] == 21_000


async def test_a_net_total_is_no_tip() -> None:
    given = Given(
        1, merchant="Server Park GmbH", total_minor=10_000, date="2026-05-05", receipt_number="4711"
    )
    async for bank in opened(given, books_certain=True):
        [entry] = await _booked(bank, _content("net-total-is-no-tip"))
        [match] = entry["matches"]
        assert (match["kind"], match["level"], entry["explained"]) == ("exact", "proposed", 0)
        assert "the amount is the document's with 19 % tax: look at its total" in match["reasons"]


async def test_a_claim_whose_payment_is_returned_is_open_again() -> None:
    async with open_claimed(STATEMENT) as claimed:
        await _totals(claimed, 3_850, 3_850)
        await bill(claimed.world.host.database, "Kontor Nord AG")
        claim = await claimed.claim(payerKind="customer", clientId="cli_acme")
        number = (await claimed.shown(claim))["number"]
        bank = await _of_claims(claimed)
        case = "claim-paid-then-returned"
        for name, shown in (
            ("1-paid.xml", ("77.00", "0.00")),
            ("2-returned.xml", ("0.00", "77.00")),
        ):
            entries = await _booked(bank, _content(case, name, CLAIM=number))
            for entry in entries:
                if entry["explained"] == 0:
                    await accept(bank, entry)
            after = await claimed.shown(claim)
            assert (after["paid"], after["open"]) == shown
        for book in ("unapplied", "received"):
            assert await bank.balance(f"claims:{book}:EUR") == 0


async def test_the_number_of_another_customer_is_asked() -> None:
    async with open_claimed(STATEMENT) as claimed:
        await _totals(claimed, 11_900, 11_900)
        numbers: list[str] = []
        for client, name, expense in (
            ("cli_anna", "Anna Mueller", 1),
            ("cli_bernd", "Bernd Mueller", 2),
        ):
            await bill(claimed.world.host.database, name, client)
            ids = [f"exp_{expense:06}"]
            claim = await claimed.claim(payerKind="customer", clientId=client, expenseIds=ids)
            numbers.append((await claimed.shown(claim))["number"])
        bank = await _of_claims(claimed)
        [entry] = await _booked(
            bank, _content("payer-is-another-customer", CLAIM_OF_ANNA=numbers[0])
        )
        assert (entry["explained"], entry["matches"][0]["level"]) == (0, "tie")


async def test_structured_numbers_are_of_all_their_claims() -> None:
    async with open_claimed(STATEMENT) as claimed:
        await _totals(claimed, 10_000, 20_000)
        await bill(claimed.world.host.database, "Kontor Nord AG")
        claims: list[str] = []
        for expense in (1, 2):
            ids = [f"exp_{expense:06}"]
            claims.append(
                await claimed.claim(payerKind="customer", clientId="cli_acme", expenseIds=ids)
            )
        first, second = [(await claimed.shown(each))["number"] for each in claims]
        bank = await _of_claims(claimed)
        [entry] = await _booked(
            bank, _content("structured-numbers-of-invoices", CLAIM_1=first, CLAIM_2=second)
        )
        [match] = entry["matches"]
        assert match["kind"] == "one_to_many"
        assert {each["documentId"]: each["amount"] for each in match["pairs"]} == dict(
            zip(claims, (10_000, 20_000), strict=True)
        )


async def test_a_payout_that_is_returned_is_with_the_company_again() -> None:
    office = await open_office()
    async with office.owner:
        payout = await office.ask(await office.payee(), 4_321, "Trip 17")
        await office.file()
        await office.bank_account()
        today = date.fromisoformat((await office.payout(payout))["createdAt"][:10])
        days = {"2026-11-28": str(today), "2026-12-01": str(today.replace(day=today.day + 3))}
        case = "payout-paid-then-returned"
        for name, status in (("1-paid.xml", "posted"), ("2-returned.xml", "returned")):
            await office.take(_content(case, name, RUN=payout.replace("_", "-"), **days))
            for entry in await office.entries():
                if entry["explained"] == 0:
                    path = f"/api/bank/matches/{entry['matches'][0]['id']}/decision"
                    await done(await office.owner.post(path, json={"decision": "accept"}))
            await office.pass_time(minutes=5)
            assert await office.status(payout) == ("paid", status)
        assert await office.balances("payouts:") == {}


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("account.qif", "QIF"),
        ("lower.qif", "QIF"),
        ("bai2.txt", "BAI2"),
        ("cfonb120.txt", "CFONB 120"),
        ("coda.txt", "CODA"),
        ("n43.txt", "Norma 43"),
    ],
)
def test_a_format_is_read_or_refused_by_its_name(name: str, format_: str) -> None:
    content = (_FOLDER / "refused-by-name" / name).read_bytes()
    try:
        found = statements(content, currency="EUR")
    except MappingNeeded:
        assert format_ == "QIF"  # whose days a person confirms
    except UnreadableFile:
        says = str(refused(content, currency="EUR"))
        assert format_ in says
        assert "Download" in says
    else:
        assert [entry.amount for _, entries in found for entry in entries]
