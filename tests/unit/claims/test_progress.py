"""How far an expense has come, over HTTP: the stages, what says so, and what somebody is shown who
may not see it.
"""

from typing import Any

import pytest

from tests.support.host_api import api_client
from tests.support.roles import roles_given
from tests.support.watching import WatchedDatabase
from tests.unit.claims.claimed import Claimed, bill, open_claimed
from tests.unit.claims.test_stages import exported
from tillroll.expenses.progress import PROGRESS, progress_of, show_progress
from tillroll.identity.authentication import secret_hash
from tillroll_durable.platform.bindings.database import Row, statement
from tillroll_durable.sight import all_of

FIRST = "exp_000001"
SUBMITTER = "till_ben"


async def progress(claimed: Claimed, expense: str = FIRST) -> dict[str, Any]:
    found = await claimed.ask("GET", f"/api/expenses/{expense}/progress")
    return {each["stage"]: each for each in found["stages"]}


async def test_each_stage_has_its_day_and_what_says_so() -> None:
    async with open_claimed() as claimed:
        found = await progress(claimed)
        assert [*found] == ["read", "approved", "exported", "claimed", "received", "paid"]
        assert found["read"]["facts"][0]["subject"] == "run"
        assert [each["state"] for each in found.values()] == [
            "reached",
            "reached",
            "waits",
            "waits",
            "not_due",
            "waits",
        ]
        await exported(claimed, FIRST, "xpt_a", "2026-03-19T00:00:00.000Z")
        claim = await claimed.claim()
        await claimed.pay(claim, "30.00")
        found = await progress(claimed)
        assert found["exported"]["at"] == "2026-03-19T00:00:00.000Z"
        assert found["exported"]["facts"][0]["subjectId"] == "xpt_a"
        assert found["claimed"]["state"] == "reached"
        assert found["claimed"]["facts"][0]["subjectId"] == claim
        # Of a claim that is paid in part nobody knows which expense was paid.
        assert found["paid"]["state"] == "waits"
        await claimed.pay(claim, "7.90")
        assert (await progress(claimed))["paid"]["at"] == "2026-03-20"
        [notice] = (await claimed.ask("GET", "/api/notices"))["items"]
        assert (notice["topic"], notice["path"]) == ("claim.paid", f"/claims/{claim}")


async def test_what_nobody_owes_is_not_claimed() -> None:
    async with open_claimed() as claimed:
        await claimed.world.rows("UPDATE expenses SET paid_by = 'company', version = version + 1")
        found = await progress(claimed)
        assert {found[name]["state"] for name in ("claimed", "received", "paid")} == {"not_due"}
        await claimed.world.rows(
            "UPDATE expenses SET billable = 1, client = 'ACME', version = version + 1"
        )
        found = await progress(claimed)
        assert [found[name]["state"] for name in ("claimed", "received", "paid")] == [
            "waits",
            "waits",
            "not_due",
        ]


async def test_what_a_client_paid_is_not_paid_back() -> None:
    async with open_claimed() as claimed:
        await bill(claimed.world.host.platform.database)
        claim = await claimed.claim(payerKind="customer", clientId="cli_acme")
        await claimed.pay(claim, "37.90")
        found = await progress(claimed)
        assert (found["received"]["state"], found["received"]["at"]) == ("reached", "2026-03-20")
        assert found["received"]["facts"][0]["subjectId"] == claim
        # The employee who paid has no money yet.
        assert (found["paid"]["state"], found["paid"]["facts"]) == ("waits", [])


async def test_nothing_further_comes_of_a_voided_expense() -> None:
    async with open_claimed() as claimed:
        await claimed.world.rows("UPDATE expenses SET status = 'voided', version = version + 1")
        found = await progress(claimed)
        assert {each["state"] for name, each in found.items() if name != "read"} == {"not_due"}


async def test_a_closed_day_is_said() -> None:
    async with open_claimed() as claimed:
        await exported(claimed, FIRST, "xpt_a", "2026-03-19T00:00:00.000Z")
        await claimed.world.rows(
            "INSERT INTO closed_periods (id, account_id, first_day, last_day, export_id, "
            "closed_by, closed_at) "
            "SELECT 'per_1', account_id, '2000-01-01', '2099-12-31', 'xpt_a', 'user:usr_1', "
            "created_at "
            "FROM expenses WHERE id = ?",
            FIRST,
        )
        found = await claimed.ask("GET", f"/api/expenses/{FIRST}/progress")
        assert found["closedPeriod"]["name"] == "2000-01-01/2099-12-31"


async def test_whoever_handed_it_in_sees_that_it_was_paid_and_no_more() -> None:
    async with open_claimed() as claimed:
        database = claimed.world.host.platform.database
        account = (await claimed.world.rows("SELECT account_id FROM expenses LIMIT 1"))[0][
            "account_id"
        ]
        await database.batch(
            [
                statement(
                    "INSERT INTO users (id, account_id, name, created_at) "
                    "VALUES ('usr_b', ?, 'B', '')",
                    [account],
                ),
                *roles_given("usr_b", "submitter"),
                statement(
                    "INSERT INTO tokens (id, user_id, hash, name, created_at) "
                    "VALUES ('tok_b', 'usr_b', ?, 't', '')",
                    [secret_hash(SUBMITTER)],
                ),
                statement(
                    "UPDATE expenses SET person = iif(id = ?, 'usr_b', 'usr_1'), version = version "
                    "+ 1",
                    [FIRST],
                ),
            ]
        )
        claim = await claimed.claim()
        await claimed.pay(claim, "37.90")
        async with api_client(claimed.world.host.platform, token=SUBMITTER) as theirs:
            answer = await theirs.get(f"/api/expenses/{FIRST}/progress")
            assert answer.status_code == 200, answer.text
            stages = {each["stage"]: each for each in answer.json()["stages"]}
            assert stages["paid"]["state"] == "reached"
            assert claim not in answer.text
            assert (await theirs.get("/api/expenses/exp_000002/progress")).status_code == 404


async def test_it_is_asked_for_at_once_and_by_indexes() -> None:
    async with open_claimed() as claimed:
        await claimed.claim()
        watched = WatchedDatabase(claimed.world.host.platform.database)
        account = (await claimed.world.rows("SELECT account_id FROM expenses LIMIT 1"))[0][
            "account_id"
        ]
        await show_progress(
            watched, all_of(str(account)), lambda _: True, FIRST, PROGRESS.answers()
        )
        assert watched.round_trips == 1
        assert (
            await watched.whole_tables(
                small=("word", "claimed", "covering", "c", "document", "pair")
            )
            == []
        )


@pytest.mark.parametrize(
    ("holds", "state"),
    [
        (["reached"], "reached"),
        (["reached", "open"], "waits"),
        (["expected"], "waits"),
        (["over"], "not_due"),
        (["reached", "over"], "reached"),
    ],
)
def test_what_is_open_outweighs_what_was_reached(holds: list[str], state: str) -> None:
    rows: list[Row] = [
        {"stage": "paid", "holds": each, "at": "2026-01-02", "subject": None} for each in holds
    ]
    assert progress_of(rows, is_voided=False).stages[0].state == state
