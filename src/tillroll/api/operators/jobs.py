"""GET /api/jobs: the jobs of the cron, and which of them are overdue."""

from typing import Literal

from fastapi import APIRouter

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import PlatformHere
from tillroll.api.needs import needs
from tillroll.api.shapes import Shape
from tillroll.jobs.rows import Shown, list_jobs

router = APIRouter(tags=["operators"])

Outcome = Literal["done", "more", "failed"]


class JobShape(Shape):
    """`period_seconds` is 0 for each tick. `outcome` is of the last turn that was noted, null before the first one:
    `more` left rows to the next, since its share of the queries was used; `failed` has the class of the `error`, and
    stays due. `statements` is what that turn asked of D1. `behind_since`: each turn since has left rows. `set_aside`
    counts rows that are left alone for a while, as something is wrong with each."""

    name: str
    period_seconds: int
    due_at: str
    is_overdue: bool
    began_at: str | None
    ended_at: str | None
    outcome: Outcome | None
    statements: int
    error: str | None
    behind_since: str | None
    set_aside: int


class JobList(Shape):
    items: list[JobShape]


@router.get("/api/jobs", openapi_extra=needs(Permission.DEPLOYMENT))
async def show_jobs(platform: PlatformHere) -> JobList:
    """The jobs of the cron, by name. What is noted of a job is up to five minutes old while nothing of it changes."""
    return JobList(items=[_shape(shown) for shown in await list_jobs(platform.database, platform.clock.now())])


def _shape(shown: Shown) -> JobShape:
    return JobShape.model_validate({**vars(shown.kept), "is_overdue": shown.is_overdue, "set_aside": shown.set_aside})
