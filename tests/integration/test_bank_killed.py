"""Bank statements on the genuine stack: everything dies while they are imported, at each step's
boundary. Then each entry is there once, sums close, each match is booked once, and the audit is
intact.
"""

import asyncio
import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import httpx
import pytest

from tests.support.audits import check_audit
from tests.support.bank_files import camt, mt940
from tests.support.bank_march import GIVEN, MARCH, TWINS
from tests.support.bank_month import IBAN, Month
from tests.support.expenses import sql_of
from tests.support.matched import Said, check_matches, check_sums
from tests.support.moments import Moment, Moments, fire_cron_until_ended, stack_of_moments
from tests.support.running_stack import RunningStack, wait_until
from tillroll.bank.statements.contract import STATEMENT_V1
from tillroll_durable.platform.bindings.database import Row

pytestmark = pytest.mark.long

_STEPS: Final = [step.name for step in STATEMENT_V1.steps]
# Entries are matched again for as many days as a year and some more has, so the month is one that
# is just over.
_SINCE: Final = datetime.now(UTC).date() - timedelta(days=40) - MARCH.from_day
_MONTH: Final = Month(
    opening=MARCH.opening,
    lines=tuple(replace(line, booked_on=line.booked_on + _SINCE) for line in MARCH.lines),
    from_day=MARCH.from_day + _SINCE,
    to_day=MARCH.to_day + _SINCE,
)


@dataclass(frozen=True)
class Company:
    """Who has one bank account, three expenses, and a statement that stands still at a moment, or
    has been matched.
    """

    stack: RunningStack
    account_id: str
    run_id: str = ""

    @classmethod
    def open(cls, stack: RunningStack, *, books_certain: bool) -> "Company":
        own = stack.with_own_account()
        company = cls(own, own.account_id())
        body = {"name": "Giro", "currency": "EUR", "number": IBAN, "booksCertain": books_certain}
        own.ask("/api/bank/accounts", **body).raise_for_status()
        for each in GIVEN:
            day = date.fromisoformat(each.date) + _SINCE
            own.d1(sql_of(company.account_id, replace(each, date=day.isoformat())))
        return company

    def send(self, content: bytes) -> "Company":
        with self.stack.client() as client:
            taken = client.post("/api/bank/statements", files={"statement": ("month", content)})
        assert taken.status_code == httpx.codes.ACCEPTED, taken.text
        return replace(self, run_id=taken.json()["runId"])

    def matches(self) -> list[dict[str, Any]]:
        query = (
            f"SELECT id FROM bank_matches WHERE account_id = '{self.account_id}' AND level = "
            "'automatic'"
        )
        return self.stack.d1(query)

    def accept(self, match_id: str) -> httpx.Response:
        return self.stack.ask(f"/api/bank/matches/{match_id}/decision", decision="accept")


@pytest.fixture(scope="module")
def moments() -> Generator[Moments]:
    with Moments() as server:
        yield server


@pytest.fixture(scope="module")
def stack(moments: Moments, tmp_path_factory: pytest.TempPathFactory) -> Generator[RunningStack]:
    with stack_of_moments(tmp_path_factory.mktemp("bank"), moments) as running:
        yield running


@pytest.mark.essential
def test_a_death_between_booking_and_the_engine_books_once(
    stack: RunningStack, moments: Moments
) -> None:
    _die(stack, moments, [Moment("book", "after")])


def test_a_death_at_each_boundary_of_each_step_loses_and_doubles_nothing(
    stack: RunningStack, moments: Moments
) -> None:
    _die(stack, moments, [Moment(step, side) for step in _STEPS for side in ("before", "after")])


def test_a_death_while_people_decide_books_each_match_once(
    stack: RunningStack, moments: Moments
) -> None:
    moments.let_go()
    companies = [Company.open(stack, books_certain=False).send(camt(_MONTH)) for _ in range(6)]
    for company in companies:
        company.stack.wait_for_status(company.run_id, "complete")
    asked = [(company, str(row["id"])) for company in companies for row in company.matches()]
    assert len(asked) == 2 * len(companies)

    def accept(company: Company, match_id: str) -> None:
        # The Worker may be dead before it answers; then they ask again.
        try:
            company.accept(match_id)
        except httpx.TransportError:
            return

    threads = [threading.Thread(target=accept, args=each) for each in asked]
    for thread in threads:
        thread.start()
    wait_until(
        lambda: stack.d1("SELECT 1 FROM bank_matches WHERE decided_by LIKE 'token:%'"),
        "the first decision",
    )
    stack.kill()
    for thread in threads:
        thread.join()
    stack.start()
    for company, match_id in asked:
        assert company.accept(match_id).raise_for_status().json()["state"] == "accepted"
    _check(stack, companies, booked_by="token:")


def test_a_death_while_imports_are_undone_leaves_nothing_of_them(
    stack: RunningStack, moments: Moments
) -> None:
    moments.let_go()
    companies = [Company.open(stack, books_certain=False).send(camt(_MONTH)) for _ in range(4)]
    for company in companies:
        company.stack.wait_for_status(company.run_id, "complete")
        for row in company.matches():
            company.accept(str(row["id"])).raise_for_status()
    for company in companies:
        statement = company.stack.run(company.run_id)["subject"]
        company.stack.ask(
            f"/api/bank/statements/{statement}/undo", reason="wrong account"
        ).raise_for_status()
    stack.kill()
    stack.start()
    fire_cron_until_ended(stack, "statement")
    for company in companies:
        assert company.stack.run(company.run_id)["state"] == "undone", company
        of = f"WHERE account_id = '{company.account_id}'"
        assert not stack.d1(f"SELECT id FROM bank_entries {of}")
        states = stack.d1(f"SELECT state FROM bank_matches {of}")
        assert {row["state"] for row in states} == {"undone"}, company
        with company.stack.client() as client:
            balances = client.get("/api/ledger/trial-balance").raise_for_status().json()
            seals = client.get("/api/audit/verify").raise_for_status().json()
        assert balances["isBalanced"], balances
        assert seals["isIntact"], seals["findings"]
        again = company.send(camt(_MONTH))
        again.stack.wait_for_status(again.run_id, "complete")
        assert len(stack.d1(f"SELECT id FROM bank_entries {of}")) == len(_MONTH.lines)


def _die(stack: RunningStack, moments: Moments, at: Sequence[Moment]) -> None:
    """Bring a statement to each moment, kill everything, and see each come to its end; then it
    comes once more, in another format.
    """
    moments.begin()
    companies = [Company.open(stack, books_certain=True).send(camt(_MONTH)) for _ in at]
    moments.aim({company.run_id: moment for company, moment in zip(companies, at, strict=True)})
    moments.wait()
    stack.kill()
    moments.let_go()
    stack.start()
    fire_cron_until_ended(stack, "statement")
    _check(stack, companies, booked_by="workflow:statement")
    again = [company.send(mt940(_MONTH)) for company in companies]
    for company in again:
        company.stack.wait_for_status(company.run_id, "complete")
    _check(stack, again, booked_by="workflow:statement")


def _check(stack: RunningStack, companies: Sequence[Company], booked_by: str) -> None:
    def is_matched_again() -> bool:
        stack.fire_cron()
        return not stack.d1("SELECT 1 FROM bank_matching WHERE is_due > 0")

    wait_until(is_matched_again, "what is left to be matched again")
    for company in companies:
        assert company.stack.run(company.run_id)["state"] == "matched", company
        entries = stack.d1(
            f"SELECT amount FROM bank_entries WHERE account_id = '{company.account_id}'"
        )
        assert sorted(row["amount"] for row in entries) == sorted(
            line.amount for line in MARCH.lines
        )
        accepted = stack.d1(
            f"SELECT decided_by FROM bank_matches WHERE account_id = '{company.account_id}' "
            "AND state = 'accepted'"
        )
        assert [row["decided_by"][: len(booked_by)] for row in accepted] == [booked_by] * 2, company
        with company.stack.client() as client:
            trial = client.get("/api/ledger/trial-balance").raise_for_status().json()
            seals = client.get("/api/audit/verify").raise_for_status().json()
        assert trial["isBalanced"], trial
        assert seals["isIntact"], seals["findings"]

    async def rows(sql: str) -> list[Row]:
        return stack.d1(sql)

    asyncio.run(check_sums(rows))
    asyncio.run(check_matches(rows, Said(), TWINS))
    runs = stack.d1("SELECT id, state FROM runs WHERE kind = 'statement'")
    check_audit(stack, {str(row["id"]): str(row["state"]) for row in runs})
    twice = stack.d1(
        "SELECT subject FROM runs WHERE kind = 'statement' GROUP BY subject HAVING COUNT(*) > 1"
    )
    assert not twice, "a statement had two runs"
