"""The events that a deployment sends, as OpenAPI describes webhooks. Nothing here is answered."""

from typing import Any, Final

from fastapi import APIRouter
from pydantic import BaseModel

from tillroll.webhooks.endpoints import event_models
from tillroll_durable.registry import Registry

_LARGE: Final = (
    " Where its data is larger than 20 kB, it bears ids and a link to the whole instead."
)


def webhooks_of(registry: Registry) -> APIRouter:
    """A route for each event, for the description alone."""
    router = APIRouter()
    for name, model in event_models(registry).items():
        router.add_api_route(
            name,
            _described(model),
            methods=["POST"],
            name=name,
            description=registry.topics[name].says + _LARGE,
            tags=["webhooks"],
        )
    return router


def _described(model: type[BaseModel]) -> Any:
    async def told(event: BaseModel) -> None:
        """It is described, not called."""

    told.__annotations__["event"] = model
    return told
