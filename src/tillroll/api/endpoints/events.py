"""One event as a whole, also where what was sent of it had ids and a link in place of its data."""

from typing import Any

from fastapi import APIRouter

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.problems import not_found
from tillroll.api.shapes import Shape
from tillroll.durable.record.archive import archived_event
from tillroll.platform.bindings.database import optional_text, statement, text
from tillroll.platform.json import load_object

router = APIRouter(tags=["endpoints"])


class EventShape(Shape):
    """`id` is the webhook-id; `body` is type, timestamp and data, all of it."""

    id: str
    topic: str
    run_id: str
    created_at: str
    body: dict[str, Any]


@router.get("/api/events/{webhook_id}", openapi_extra=needs(Permission.OPERATE))
async def show(platform: PlatformHere, principal: Asking, webhook_id: str) -> EventShape:
    """An event with all its data: where that is larger than 20 kB, what is sent links to here."""
    row = await platform.database.first(statement("SELECT * FROM outbox WHERE id = ?", webhook_id))
    if row is None:
        row = await archived_event(platform.database, platform.objects, principal.account_id, webhook_id)
    if row is None or row["account_id"] != principal.account_id or row["state"] == "held":
        raise not_found("event")
    return EventShape(
        id=text(row, "id"),
        topic=text(row, "topic"),
        run_id=text(row, "run_id"),
        created_at=text(row, "created_at"),
        body=load_object(optional_text(row, "whole") or text(row, "payload")),
    )
