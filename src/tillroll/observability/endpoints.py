"""Routes for operators: alerts, metrics, and the jobs of the cron."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Deployed, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.jobs.job import Shown, list_jobs
from tillroll.observability.alert_rounds import link_to
from tillroll.observability.metrics import collect
from tillroll.observability.openmetrics import MEDIA_TYPE, render
from tillroll.observability.settings import AlertSettings
from tillroll.platform.bindings.database import Row, of_row, optional_text, statement, text
from tillroll.platform.models import Model, Page

_ALL = "SELECT * FROM alerts WHERE id < ?1 ORDER BY id DESC LIMIT ?2"
_OPEN = "SELECT * FROM alerts WHERE id < ?1 AND closed_at IS NULL ORDER BY id DESC LIMIT ?2"

router = APIRouter(tags=["operators"])


class Alert(Model):
    """`sentence` says what holds now, or held last. `count` says for how many records the cause has come about so far,
    or, of `archive_failing` and `payments_disagree`, how many files or payouts are wrong now; `account_id` and `run_id`
    are the first one's.
    `closed_at` is null while the cause lasts for any; `told_at` is when it was last told of."""

    id: str
    rule: str
    subject: str
    sentence: str
    count: int
    account_id: str | None
    run_id: str | None
    link: str | None
    opened_at: str
    told_at: str
    reminders: int
    closed_at: str | None


@router.get("/api/alerts", openapi_extra=needs(Permission.DEPLOYMENT))
async def list_alerts(
    platform: PlatformHere,
    page: Paged,
    is_open: Annotated[bool, Query(alias="open", description="Only those whose cause lasts")] = False,
) -> Page[Alert]:
    """The alerts of all accounts, newest first."""
    query = _OPEN if is_open else _ALL
    rows = await platform.database.all(statement(query, page.behind, page.wanted))
    shown, following = page.cut(rows, lambda row: text(row, "id"))
    public_url = platform.settings.of(AlertSettings).public_url
    return Page(items=[_alert_shape(row, public_url) for row in shown], next_cursor=following)


def _alert_shape(row: Row, public_url: str) -> Alert:
    run_id = optional_text(row, "run_id")
    return of_row(Alert, row, run_id=run_id, link=link_to(run_id, public_url))


@router.get(
    "/api/metrics",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
    openapi_extra=needs(Permission.DEPLOYMENT),
)
async def show_metrics(platform: PlatformHere, registry: Deployed) -> Response:
    """All metrics in the text format of OpenMetrics 1.0."""
    return Response(render(await collect(platform, registry.contracts)), media_type=MEDIA_TYPE)


Outcome = Literal["done", "more", "failed"]


class JobShape(Model):
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


class JobList(Model):
    items: list[JobShape]


@router.get("/api/jobs", openapi_extra=needs(Permission.DEPLOYMENT))
async def show_jobs(platform: PlatformHere) -> JobList:
    """The jobs of the cron, by name. What is noted of a job is up to five minutes old while nothing of it changes."""
    return JobList(items=[_job_shape(shown) for shown in await list_jobs(platform.database, platform.clock.now())])


def _job_shape(shown: Shown) -> JobShape:
    return JobShape.model_validate({**vars(shown.kept), "is_overdue": shown.is_overdue, "set_aside": shown.set_aside})
