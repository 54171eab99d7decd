"""GET /api/alerts: what operators are told of, for those who would rather look."""

from typing import Annotated

from fastapi import APIRouter, Query

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import PlatformHere
from tillroll.api.needs import needs
from tillroll.api.paging import Paged
from tillroll.api.shapes import Shape
from tillroll.observability.alerts.notices import link_to
from tillroll.observability.settings import AlertSettings
from tillroll.platform.bindings.database import Row, integer, optional_text, statement, text

_ALL = "SELECT * FROM alerts WHERE id < ?1 ORDER BY id DESC LIMIT ?2"
_OPEN = "SELECT * FROM alerts WHERE id < ?1 AND closed_at IS NULL ORDER BY id DESC LIMIT ?2"

router = APIRouter(tags=["operators"])


class AlertShape(Shape):
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


class AlertPage(Shape):
    items: list[AlertShape]
    next_cursor: str | None


@router.get("/api/alerts", openapi_extra=needs(Permission.DEPLOYMENT))
async def list_alerts(
    platform: PlatformHere,
    page: Paged,
    is_open: Annotated[bool, Query(alias="open", description="Only those whose cause lasts")] = False,
) -> AlertPage:
    """The alerts of all accounts, newest first."""
    query = _OPEN if is_open else _ALL
    rows = await platform.database.all(statement(query, page.behind, page.wanted))
    shown, following = page.cut(rows, lambda row: text(row, "id"))
    public_url = platform.settings.of(AlertSettings).public_url
    return AlertPage(items=[_shape(row, public_url) for row in shown], next_cursor=following)


def _shape(row: Row, public_url: str) -> AlertShape:
    run_id = optional_text(row, "run_id")
    return AlertShape(
        id=text(row, "id"),
        rule=text(row, "rule"),
        subject=text(row, "subject"),
        sentence=text(row, "sentence"),
        count=integer(row, "count"),
        account_id=optional_text(row, "account_id"),
        run_id=run_id,
        link=link_to(run_id, public_url),
        opened_at=text(row, "opened_at"),
        told_at=text(row, "told_at"),
        reminders=integer(row, "reminders"),
        closed_at=optional_text(row, "closed_at"),
    )
