"""What webhooks are told, for the API's description: the events, and the shape of each. Nothing here is answered."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, create_model

from tillroll.durable.declared import Topic
from tillroll.durable.record.events.bodies import ThinData
from tillroll.durable.registry import Registry
from tillroll.platform.shape import Shape

_LARGE: Final = " Where its data is larger than 20 kB, it bears ids and a link to the whole instead."


def event_models(registry: Registry) -> Mapping[str, type[BaseModel]]:
    """The bodies of the events that a deployment sends, by topic."""
    return {name: _model(topic) for name, topic in sorted(registry.topics.items())}


def webhooks_of(registry: Registry) -> APIRouter:
    """The events as OpenAPI describes webhooks."""
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


def _model(topic: Topic[Any]) -> type[BaseModel]:
    words = topic.name.replace(".", "_").replace("-", "_").split("_")
    name: Any = Literal[topic.name]  # type: ignore[valid-type] - the name of the topic, known when it runs
    data: Any = topic.payload | ThinData
    return create_model(
        f"{''.join(word.capitalize() for word in words)}Event",
        __base__=Shape,
        type=(name, ...),
        timestamp=(str, ...),
        data=(data, ...),
    )


def _described(model: type[BaseModel]) -> Any:
    async def told(event: BaseModel) -> None:
        """It is described, not called."""

    told.__annotations__["event"] = model
    return told
