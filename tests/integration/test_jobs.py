"""The cron on the genuine stack: every job has its turn, within what one invocation may ask of D1,
and goes on by messages.
"""

import pytest

from each_minute import JOBS
from tests.support.running_stack import RunningStack, wait_until
from tillroll_durable.jobs.tick import budget_of
from tillroll_durable.platform.limits import PAID

pytestmark = pytest.mark.essential
_LONG_AGO = "2026-01-01T00:00:00.000Z"


def test_every_job_has_its_turn_within_one_invocation(stack: RunningStack) -> None:
    stack.fire_cron()
    with stack.client() as client:
        jobs = client.get("/api/jobs").json()["items"]
        assert client.get("/api/health?deep").json()["jobs"] == "ok"
    assert {job["name"] for job in jobs} == {job.name for job in JOBS}
    assert [job for job in jobs if job["outcome"] not in {"done", "more"} or job["isOverdue"]] == []
    assert 0 < sum(job["statements"] for job in jobs) <= budget_of(PAID)


# Each takes three statements: more than one invocation may ask, and no more than two.
_ROWS = 400
_LEFT = "SELECT COUNT(*) AS left FROM endpoints WHERE account_id = '{account}' AND told_at IS NULL"


def test_what_a_tick_leaves_is_done_within_its_minute(stack: RunningStack) -> None:
    """One tick is fired, and a message that comes when its minute is over does nothing."""
    own = stack.with_own_account()
    account = own.account_id()
    at = f"'{_LONG_AGO}'"
    own.d1(
        # The test's own id.
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
        f"{_ROWS}) INSERT INTO endpoints "
        "(id, account_id, origin, url, created_at, updated_at, disabled_at, disabled_why) "
        f"SELECT 'end_' || i || '{account}', '{account}', 'account', 'https://a.test', {at}, {at}, "
        f"{at}, 'gone' FROM n"
    )
    stack.fire_cron()
    [job] = own.d1("SELECT outcome, statements FROM jobs WHERE name = 'endpoints'")
    assert job["outcome"] == "more" or job["statements"] < 3 * _ROWS, job
    wait_until(
        lambda: own.d1(_LEFT.format(account=account))[0]["left"] == 0,
        "the message to have the rest done",
    )
