"""The events there are, each with the JSON Schema of its body."""

from typing import Any

from fastapi import APIRouter

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Deployed
from tillroll.api.needs import needs
from tillroll.api.shapes import Shape
from tillroll.api.webhooks import event_models

router = APIRouter(tags=["endpoints"])


class EventTypeShape(Shape):
    """`version` is of the schema: members join within one, and nothing else changes; anything else is an event of
    another name. `payload_schema` is JSON Schema (2020-12) of the whole body."""

    name: str
    version: int
    says: str
    payload_schema: dict[str, Any]


class EventTypeList(Shape):
    items: list[EventTypeShape]


@router.get("/api/event-types", openapi_extra=needs(Permission.READ))
async def list_all(registry: Deployed) -> EventTypeList:
    """What an endpoint can be told of."""
    return EventTypeList(
        items=[
            EventTypeShape(
                name=name,
                version=registry.topics[name].version,
                says=registry.topics[name].says,
                payload_schema={
                    "$schema": "https://json-schema.org/draft/2020-12/schema",
                    "$id": f"urn:tillroll:event:{name}:{registry.topics[name].version}",
                    **model.model_json_schema(by_alias=True, mode="serialization"),
                },
            )
            for name, model in event_models(registry).items()
        ]
    )
