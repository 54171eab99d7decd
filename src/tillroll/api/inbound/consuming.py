"""Who takes the events of other systems, as the application knows it."""

from fastapi import FastAPI

from tillroll.durable.registry import Registry
from tillroll.inbound.consumers import Consumers
from tillroll.inbound.effects import Inbound


def hand_events_to(app: FastAPI, registry: Registry, consumers: Consumers) -> None:
    """Events go to the workflows of `registry`, and to what takes them beside these."""
    app.state.inbound = Inbound(registry, consumers)
