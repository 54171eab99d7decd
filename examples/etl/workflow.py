"""A night's load: pages of orders are read, what is new is put into the warehouse, and its reports
are refreshed.
"""

from functools import partial

from pydantic import BaseModel

from tillroll_durable import (
    Contract,
    Effect,
    ExternalCall,
    Failed,
    Outcome,
    Params,
    Reading,
    Schedule,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    http,
    statement,
)
from tillroll_durable.platform.json import dump

ORDERS = "https://shop.example/orders"
ROWS = "https://warehouse.example/rows"
REFRESHES = "https://warehouse.example/refreshes"


class LoadParams(Params):
    source: str = ORDERS


class Order(BaseModel):
    """`version` grows with each change."""

    id: str
    version: int
    cents: int


class Page(BaseModel):
    orders: list[Order]
    next: str | None = None


class Loaded(BaseModel):
    loaded: int
    known: int
    failed: list[str]


FETCH = Step("fetch", Effect.READ)
SIFT = Step("sift", Effect.READ, gives=list[Order])
LOAD = Step("load", Effect.EXTERNAL, at_most=10_000)
NOTE = Step("note", Effect.WRITE)
REFRESH = Step("refresh", Effect.EXTERNAL)
LOAD_V1 = Contract("night-load", 1, steps=(FETCH, SIFT, LOAD, NOTE, REFRESH))


async def load_night(run: WorkflowRun[LoadParams]) -> Loaded:
    source = run.params.source
    pages = await run.pages(FETCH, http.get(source, gives=Page), then=partial(following, source))
    orders = [order for page in pages for order in page.orders]
    fresh = await run.step(SIFT, sift, orders)
    ends = await run.map(LOAD, loading, fresh, key=lambda order: order.id)
    failed = [end.key for end in ends if isinstance(end, Failed)]
    loaded = [order for order in fresh if order.id not in failed]
    if loaded:
        await run.step(NOTE, note, loaded)
        refreshing = http.post(REFRESHES, {"rows": len(loaded)}, look_up=REFRESHES + "/{key}")
        await run.call(REFRESH, refreshing)
    return Loaded(loaded=len(loaded), known=len(orders) - len(fresh), failed=failed)


def following(source: str, page: Page, _: int) -> Reading[Page] | None:
    if page.next is None:
        return None
    return http.get(f"{source}?cursor={page.next}", gives=Page)


async def sift(context: StepContext, orders: list[Order]) -> list[Order]:
    """The newest version of each order, without those that the warehouse has."""
    newest: dict[str, Order] = {}
    for order in orders:
        before = newest.get(order.id)
        if before is None or before.version < order.version:
            newest[order.id] = order
    ids = dump([*newest])
    query = "SELECT id, version FROM loaded WHERE id IN (SELECT value FROM json_each(?))"
    rows = await context.platform.database.all(statement(query, [ids]))
    known = {str(row["id"]): row["version"] for row in rows}
    return [order for order in newest.values() if known.get(order.id) != order.version]


def loading(order: Order) -> ExternalCall[StepContext, None]:
    """A PUT names its row, so the same again changes nothing: it needs no look-up."""
    return http.put(f"{ROWS}/{order.id}", order)


async def note(context: StepContext, orders: list[Order]) -> Outcome:
    insert = """
      INSERT INTO loaded (id, version, run_id)
      SELECT value ->> 'id', value ->> 'version', ?1 FROM json_each(?2) WHERE TRUE
      ON CONFLICT (id) DO UPDATE SET version = excluded.version, run_id = excluded.run_id
    """
    values = dump([order.model_dump(mode="json") for order in orders])
    return Outcome(statements=[statement(insert, [context.run.id, values])])


NIGHT_LOAD = Workflow(
    LOAD_V1, load_night, params=LoadParams, gives=Loaded, schedule=Schedule(cron="0 3 * * *")
)
