"""Payouts that may be the same once more: told before one is asked for, in the answer, and to whoever decides."""

from collections.abc import Iterable, Sequence

from tillroll.api.shapes import Shape
from tillroll.platform.bindings.database import Database
from tillroll.platform.clock import from_text
from tillroll.workflows.payout.service.alike import Alike, alike_to


class AlikePayout(Shape):
    """A payout of the same payee, amount (minor units) and currency within thirty days, live or paid. `batchId` is that
    of its batch, null for none."""

    id: str
    payee_id: str
    payee_name: str
    currency: str
    amount: int
    reference: str
    state: str
    batch_id: str | None
    created_at: str


class AlikeShape(Shape):
    """The newest first, at most fifty. None of them is in the way: pay once more only what is owed once more."""

    alike: list[AlikePayout]


async def alike_shown(
    database: Database,
    account_id: str,
    lines: Iterable[tuple[str, str, int]],
    at: str,
    *,
    run_id: str | None = None,
    batch_id: str | None = None,
) -> list[AlikePayout]:
    """The payouts like one of `lines` around a time (UTC text); see `alike_to`."""
    found: Sequence[Alike] = await alike_to(
        database, account_id, lines, from_text(at), run_id=run_id, batch_id=batch_id
    )
    return [AlikePayout(**vars(each)) for each in found]
