"""The cron on the genuine stack: every job has its turn, within what one invocation may ask of D1."""

import pytest

from each_minute import JOBS
from tests.support.running_stack import RunningStack
from tillroll.jobs.tick import budget_of
from tillroll.platform.limits import PAID

pytestmark = pytest.mark.essential


def test_every_job_has_its_turn_within_one_invocation(stack: RunningStack) -> None:
    stack.fire_cron()
    with stack.client() as client:
        jobs = client.get("/api/jobs").json()["items"]
        assert client.get("/api/health?deep").json()["jobs"] == "ok"
    assert {job["name"] for job in jobs} == {job.name for job in JOBS}
    assert [job for job in jobs if job["outcome"] not in {"done", "more"} or job["isOverdue"]] == []
    assert 0 < sum(job["statements"] for job in jobs) <= budget_of(PAID)
