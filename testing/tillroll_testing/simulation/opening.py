"""Worlds, and the signals that an author's test sends into them."""

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast

from pydantic import BaseModel
from typing_extensions import TypeVar

from tillroll_durable import Actor, Signal, Statement
from tillroll_durable.platform.bindings.missing import MissingBinding
from tillroll_durable.platform.bindings.objects import Objects
from tillroll_durable.settings import RunSettings
from tillroll_durable.signals import NotListening, send_signal
from tillroll_testing.host.memory import ManualClock
from tillroll_testing.host.platform import ACCOUNT, USER, Pieces, host_platform
from tillroll_testing.simulation.adapters import (
    FaultyDatabase,
    FaultyObjects,
    FaultyQueue,
    FaultyReceiver,
)
from tillroll_testing.simulation.engine import SimulatedInstances
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.ground import Ground
from tillroll_testing.simulation.memory import forget
from tillroll_testing.simulation.models import FaultyImages, FaultyModels, FaultyVectors
from tillroll_testing.simulation.other_side import OtherSide
from tillroll_testing.simulation.world import Deployed, SignalGoes, World

ANN: Final = Actor(ACCOUNT, f"user:{USER}")
"""The first account's owner."""
Sent = TypeVar("Sent", bound=BaseModel)


async def open_bare_world(
    ground: Ground,
    faults: Faults,
    deployed: Deployed,
    *,
    tables: Sequence[Statement] = (),
    transcript: str = "",
    webhook_url: str = "https://receiver.test/hook",
) -> World:
    """A world in which `deployed` runs, without another side: its HTTP goes to a receiver of
    webhooks. `tables` are made on top of the ground's; a picture is read as `transcript`.
    """
    clock = ManualClock()
    instances = SimulatedInstances(clock, faults)
    database = await ground.open_database(tables)
    pieces = Pieces(
        objects=FaultyObjects(faults),
        models=FaultyModels(transcript, faults),
        queue=FaultyQueue(faults),
        receiver=FaultyReceiver(faults),
        clock=clock,
    )
    pieces.images = FaultyImages(pieces.objects, faults)
    pieces.vectors = FaultyVectors(clock, faults)
    kinds = [deployed.contract.kind, *(each.contract.kind for each in deployed.beside)]
    host = host_platform(
        database,
        dict.fromkeys(kinds, instances),
        pieces=pieces,
        settings=ground.settings(webhook_url),
        assets=ground.assets,
        seen_as=FaultyDatabase(database, faults),
    )
    if not ground.has_objects:
        missing = cast("Objects", MissingBinding("BUCKET"))
        host.platform = replace(host.platform, objects=missing, has_objects=False)
    return World(faults, instances, host, deployed, ground)


async def open_world(
    ground: Ground, faults: Faults, deployed: Deployed, *, tables: Sequence[Statement] = ()
) -> World:
    """A world in which `deployed` runs, as in a new process; `tables` are made, and filled, on top
    of the ground's. All that is asked for by HTTP, but for webhooks, comes to `world.other_side`,
    which answers, remembers and goes wrong by itself.
    """
    forget([deployed.workflow, *deployed.beside], ground.kinds)
    world = await open_bare_world(ground, faults, deployed, tables=tables)
    host = world.host
    webhook_url = host.platform.settings.of(RunSettings).webhook_url
    world.elsewhere = OtherSide(
        faults,
        database=host.database,
        clock=host.pieces.clock,
        webhooks=host.platform.http,
        webhook_url=webhook_url,
    )
    host.platform = replace(host.platform, http=world.other_side)
    return world


async def send(world: World, signal: Signal[Sent], payload: Sent, key: str = "one") -> None:
    """Send a signal to the run that the world aims at, or the newest; one that has ended does not
    listen. It can be held back, come twice, or be too late.
    """
    await world.faults.point(f"signal: before {signal.name}")
    goes, world.signals_go = world.signals_go, SignalGoes.AT_ONCE

    async def sent(key: str = key) -> None:
        run = await world.run()
        assert run is not None, "there is no run to send a signal to"
        data = payload.model_dump(mode="json")
        with contextlib.suppress(NotListening):
            await send_signal(
                world.host.platform, world.contract_of(run), run, signal.name, key, data, ANN.name
            )

    match goes:
        case SignalGoes.HELD_BACK:
            world.held_back.append(sent)
        case SignalGoes.TOO_LATE:
            world.too_late.append(sent)
        case SignalGoes.TWICE:
            for each in (key, key, f"{key} again"):
                await sent(each)
        case SignalGoes.AT_ONCE:
            await sent()
