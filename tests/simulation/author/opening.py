"""An author's world, with another side that answers, remembers and goes wrong by itself."""

import contextlib
from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel
from typing_extensions import TypeVar

from tests.simulation import world as worlds
from tests.simulation.faults import Faults
from tests.simulation.memory import forget
from tests.simulation.other_side import OtherSide
from tests.simulation.world import Deployed, SignalGoes, World
from tests.support.host_platform import ACCOUNT
from tillroll_durable import Actor, Signal, Statement
from tillroll_durable.settings import RunSettings
from tillroll_durable.signals import NotListening, send_signal

# The first account's owner.
ANN = Actor(ACCOUNT, "user:usr_first")
Sent = TypeVar("Sent", bound=BaseModel)


async def open_world(
    faults: Faults, deployed: Deployed, *, tables: Sequence[Statement] = ()
) -> World:
    """A world in which `deployed` runs, as in a new process; `tables` are made, and filled, on top
    of the migrations. All that is asked for by HTTP, but for webhooks, comes to `world.other_side`.
    """
    forget([deployed.workflow, *deployed.beside])
    world = await worlds.open_world(faults, deployed, tables=tables)
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
