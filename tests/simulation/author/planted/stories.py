"""The stories of the right workflows, and of the wrong ones: they bring neither a mock nor a check
of their own.
"""

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any, Final

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world, send
from tests.simulation.author.planted.bugs import FIRST, LETTER, ORDER, SYNC, TRIP
from tillroll_durable import begin, statement
from tillroll_durable.ai.ledger import settle_interrupted
from tillroll_durable.platform.json import JsonObject

_INVOICES: Final = (
    statement(
        "CREATE TABLE invoices (id TEXT NOT NULL, email TEXT NOT NULL, amount INTEGER NOT NULL) "
        "STRICT"
    ),
    statement("INSERT INTO invoices (id, email, amount) VALUES ('inv-1', 'ann@example.com', 90)"),
    statement(
        "CREATE TABLE reminders (run_id TEXT NOT NULL, invoice TEXT NOT NULL, mail TEXT NOT NULL) "
        "STRICT"
    ),
)
_SEATS: Final = (
    statement("CREATE TABLE seats (run_id TEXT NOT NULL, leg TEXT NOT NULL) STRICT"),
    statement(
        "CREATE TABLE trips (run_id TEXT NOT NULL, price INTEGER NOT NULL, confirmed_by TEXT NOT "
        "NULL) STRICT"
    ),
)
_FILED: Final = (
    statement(
        "CREATE TABLE filed (run_id TEXT NOT NULL, folder TEXT NOT NULL, why TEXT NOT NULL) STRICT"
    ),
)


async def _holds() -> None:
    """What the core and the other side know is enough."""


def _reminders(code: Any) -> Sequence[Story]:
    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(code.REMINDER), tables=_INVOICES)
        params = code.ReminderParams(invoice="inv-1")
        return Scene(
            world, lambda: begin(world.host.platform, code.REMINDER, params, ANN, key="one"), _holds
        )

    return (Story("a reminder", opened, "completed"),)


def _orders(code: Any) -> Sequence[Story]:
    def told(name: str, ending: str, *, approves: bool) -> Story:
        async def opened(faults: Faults) -> Scene:
            world = await open_world(faults, Deployed(code.ORDER))

            async def begun() -> None:
                await begin(
                    world.host.platform, code.ORDER, code.OrderParams(amount=5), ANN, key="one"
                )
                await send(world, code.APPROVE, code.Approval(by="Ann", approves=approves))

            return Scene(world, begun, _holds)

        return Story(name, opened, ending)

    return told("approved", "completed", approves=True), told(
        "not approved", "undone", approves=False
    )


def _syncs(code: Any) -> Sequence[Story]:
    def told(name: str, *, approves: bool) -> Story:
        async def opened(faults: Faults) -> Scene:
            world = await open_world(faults, Deployed(code.SYNC))
            params = code.SyncParams()
            _fill_shop(world, params.shop)

            async def begun() -> None:
                await begin(world.host.platform, code.SYNC, params, ANN, key="one")
                await send(world, code.APPROVE, code.Approval(approves=approves))

            return Scene(world, begun, _holds)

        return Story(name, opened, "completed")

    return told("pushed", approves=True), told("declined", approves=False)


def _fill_shop(world: World, shop: str) -> None:
    """Three customers, on two pages."""
    side = world.other_side
    customers = [{"id": f"c{number}", "name": f"Customer {number}"} for number in range(3)]
    side.pages[shop] = side.pages[f"{shop}?cursor="] = {"customers": [*customers[:2]], "next": "2"}
    side.pages[f"{shop}?cursor=2"] = {"customers": [*customers[2:]], "next": None}


def _trips(code: Any) -> Sequence[Story]:
    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(code.TRIP, beside=[code.LABEL]), tables=_SEATS)
        world.aims_at = code.TRIP_V1.kind
        world.other_side.pages["https://prices.example/trips/rome"] = {"price": 90}

        async def begun() -> None:
            params = code.TripParams(trip="rome", legs=["out", "back"])
            await begin(world.host.platform, code.TRIP, params, ANN, key="one")
            await send(world, code.CONFIRM, code.Confirmation(by="Ann"))

        return Scene(world, begun, _holds)

    return (Story("a trip", opened, "completed"),)


def _letters(code: Any) -> Sequence[Story]:
    async def opened(faults: Faults) -> Scene:
        deployed = Deployed(code.LETTER, more_ticks=[settle_interrupted])
        world = await open_world(faults, deployed, tables=_FILED)
        world.models.says = _judges
        params = code.LetterParams(text="The kettle leaks.")
        return Scene(
            world, lambda: begin(world.host.platform, code.LETTER, params, ANN, key="one"), _holds
        )

    return (Story("a complaint", opened, "completed"),)


def _judges(_model: str, _request: JsonObject) -> JsonObject:
    """Answer as models do: what was asked for, between words."""
    judgement = '{"is_complaint": true, "why": "It leaks."}'
    said = f"Here it is:\n```json\n{judgement}\n```"
    return {
        "choices": [{"message": {"content": said}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5},
    }


STORIES: Final[Mapping[str, Callable[[ModuleType], Sequence[Story]]]] = {
    FIRST: _reminders,
    ORDER: _orders,
    SYNC: _syncs,
    TRIP: _trips,
    LETTER: _letters,
}
