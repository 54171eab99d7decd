"""What can happen to a receipt without any disturbance."""

from collections.abc import Awaitable, Callable, Sequence
from typing import LiteralString

from tests.simulation import receipts
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.stories.story import Scene, Story

_REJECT: JsonObject = {"decision": "reject"}


def _receipt(
    transcript: str | None = None, *, webhook: bool = True, replies: Sequence[JsonObject] = ()
) -> Callable[[Faults], Awaitable[Scene]]:
    async def open_scene(faults: Faults) -> Scene:
        world = await receipts.open_receipts(faults, transcript, webhook=webhook, replies=replies)
        return Scene(world, lambda: receipts.upload(world), lambda: receipts.check_receipts(world))

    return open_scene


def _refused(table: LiteralString) -> Callable[[Faults], Awaitable[Scene]]:
    """A clear receipt, while the database takes no row of this table."""

    async def open_scene(faults: Faults) -> Scene:
        world = await receipts.open_receipts(faults)
        await receipts.refuse_rows(world, table)

        async def mend() -> None:
            await receipts.take_rows_again(world)

        return Scene(
            world, lambda: receipts.upload(world), lambda: receipts.check_receipts(world), mend
        )

    return open_scene


RECEIPTS = (
    Story("clear, with a webhook", _receipt(), "notified"),
    Story("clear, without a webhook", _receipt(webhook=False), "notified"),
    Story(
        "corrected by a person",
        _receipt(receipts.NO_TOTAL),
        "notified",
        decision=receipts.CORRECTION,
    ),
    Story("rejected by a person", _receipt(receipts.NO_TOTAL), "rejected", decision=_REJECT),
    Story("nobody decides", _receipt(receipts.NO_TOTAL), "awaiting_review"),
    Story(
        "the insert fails",
        _refused("expenses"),
        "parsed_expense_failed",
        operator="retry",
        final="notified",
    ),
    Story(
        "the notice fails",
        _refused("notifications"),
        "expense_created_notification_failed",
        operator="resend",
        final="notified",
    ),
    Story(
        "unsure, and a language model agrees when asked again",
        _receipt(receipts.UNSURE, replies=[receipts.model_says("no"), receipts.model_reads()]),
        "notified",
    ),
)
