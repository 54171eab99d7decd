"""What can happen to a receipt without any disturbance."""

from collections.abc import Awaitable, Callable, Sequence

from tests.simulation import receipts
from tests.simulation.faults import Faults
from tests.simulation.stories.story import Scene, Story
from tillroll.platform.json import JsonObject

_REJECT: JsonObject = {"decision": "reject"}


def _receipt(
    transcript: str | None = None, *, webhook: bool = True, replies: Sequence[JsonObject] = ()
) -> Callable[[Faults], Awaitable[Scene]]:
    async def open_scene(faults: Faults) -> Scene:
        world = await receipts.open_receipts(faults, transcript, webhook=webhook, replies=replies)
        return Scene(world, lambda: receipts.upload(world), lambda: receipts.check_receipts(world))

    return open_scene


RECEIPTS = (
    Story("clear, with a webhook", _receipt(), "notified"),
    Story("clear, without a webhook", _receipt(webhook=False), "notified"),
    Story("corrected by a person", _receipt(receipts.NO_TOTAL), "notified", decision=receipts.CORRECTION),
    Story("rejected by a person", _receipt(receipts.NO_TOTAL), "rejected", decision=_REJECT),
    Story("nobody decides", _receipt(receipts.NO_TOTAL), "awaiting_review"),
    Story(
        "unsure, and a language model agrees when asked again",
        _receipt(receipts.UNSURE, replies=[receipts.model_says("no"), receipts.model_reads()]),
        "notified",
    ),
)
