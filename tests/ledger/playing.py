"""A case played on books of its own, with plans that hypothesis draws where it has none."""

import asyncio

import httpx
from hypothesis import HealthCheck, Phase, given, settings

from tests.ledger.books import open_books
from tests.ledger.invariants import OF_PLANS, Case
from tests.ledger.plans import Plan, plans
from tests.ledger.remote import RemoteDatabase
from tests.support.host_platform import migrated_database

ANSWER_SECONDS = 60
_TOGETHER = 10


def play(case: Case, plan: Plan, url: str | None) -> None:
    """A case on books of its own: of a database on the host, or of the D1 at `url`."""

    async def run() -> None:
        if url is None:
            database = await migrated_database()
            await case(await open_books(database), plan)
            return
        limits = httpx.Limits(max_connections=64)
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS, limits=limits) as client:
            await case(await open_books(RemoteDatabase(client, url), together=_TOGETHER), plan)

    asyncio.run(run())


def drawn(case: Case, examples: int, url: str | None) -> None:
    """A case with plans that hypothesis draws, or once where it has its own."""
    if case not in OF_PLANS:
        play(case, (), url)
        return

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(plan=plans())
    def with_plans(plan: Plan) -> None:
        play(case, plan, url)

    with_plans()
