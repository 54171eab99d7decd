"""Routes for operators: alerts, metrics, and the jobs of the cron."""

from typing import Annotated

from fastapi import Query, Response

from tillroll.access.permissions import Permission
from tillroll.api.across import EachDatabase, OneDatabase, merged
from tillroll.api.dependencies import Deployed, needs
from tillroll.api.paging import Paged
from tillroll.api.routing import Router
from tillroll.observability import alert_rounds
from tillroll.observability.alert_rounds import Alert
from tillroll.observability.metrics import collect_all
from tillroll.observability.openmetrics import MEDIA_TYPE, render
from tillroll.observability.query_check import QueryCheck, check_queries, check_sessions
from tillroll_durable.jobs import job
from tillroll_durable.jobs.job import Jobs
from tillroll_durable.platform.models import Page
from tillroll_durable.platform.services import Platform

router = Router(tags=["operators"])


@router.get("/api/alerts", openapi_extra=needs(Permission.DEPLOYMENT))
async def list_alerts(
    databases: EachDatabase,
    page: Paged,
    is_open: Annotated[
        bool, Query(alias="open", description="Only those whose cause lasts")
    ] = False,
) -> Page[Alert]:
    """The alerts of all accounts, newest first."""

    async def alerts_of(platform: Platform) -> list[Alert]:
        return await alert_rounds.list_alerts(
            platform, before=page.after, limit=page.fetch_limit, is_open=is_open
        )

    return page.of(
        await merged(databases, alerts_of, lambda alert: alert.id, limit=page.fetch_limit)
    )


@router.get(
    "/api/metrics",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
    openapi_extra=needs(Permission.DEPLOYMENT),
)
async def show_metrics(databases: EachDatabase, registry: Deployed) -> Response:
    """All metrics in the text format of OpenMetrics 1.0. Of several databases, each has samples of
    its own, with the label `database`.
    """
    return Response(render(await collect_all(databases, registry)), media_type=MEDIA_TYPE)


@router.get("/api/jobs", openapi_extra=needs(Permission.DEPLOYMENT))
async def list_jobs(databases: EachDatabase) -> Jobs:
    """The jobs of the cron, by name. What is noted of a job is up to five minutes old while nothing
    of it changes. Each database has its own.
    """
    return await job.list_jobs(databases)


@router.get("/api/query-check", openapi_extra=needs(Permission.DEPLOYMENT))
async def check_query_count(platform: OneDatabase) -> QueryCheck:
    """Whether the database takes as many queries of one request as this deployment counts on, and
    whether lists can be read near people.

    Some 990 are asked, of two statements each. It takes some seconds, and changes nothing.
    `refusal` is what the database said."""
    reads_near = await check_sessions(platform)
    check = await check_queries(platform.database, platform.spending)
    return check.model_copy(update={"reads_near": reads_near})
