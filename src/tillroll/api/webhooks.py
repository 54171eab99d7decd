"""What webhooks are told: the events, and the shape of each."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, create_model

from tillroll.durable.declared import Topic
from tillroll.durable.record.events import ThinData
from tillroll.durable.registry import Registry
from tillroll.platform.shape import Shape


def event_models(registry: Registry) -> Mapping[str, type[BaseModel]]:
    """The bodies of the events that a deployment sends, by topic."""
    return {name: _model(topic) for name, topic in sorted(registry.topics.items())}


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
