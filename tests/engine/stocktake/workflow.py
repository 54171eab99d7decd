"""A stocktake: a page of items in each step, so many pages in a run, then on as another run, until
no item is left.
"""

from typing import Final

from pydantic import BaseModel

from tillroll_durable import (
    Actor,
    Allowed,
    Contract,
    Effect,
    Outcome,
    Params,
    RunRecord,
    State,
    Status,
    Step,
    StepContext,
    Trigger,
    Triggered,
    ValuesRefused,
    Workflow,
    WorkflowRun,
    begin_as_asked,
    query,
    statement,
)
from tillroll_durable.platform.bindings.database import integer, text
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.services import Platform

PAGE: Final = 100
PAGES_IN_A_RUN: Final = 10


class StocktakeParams(Params):
    """Where a run goes on: after the item of this id, and what the runs before it have come to."""

    behind: str = ""
    items: int = 0
    quantity: int = 0


class Page(BaseModel):
    so_far: StocktakeParams
    is_last: bool


COUNT = Step("count", Effect.WRITE, gives=Page, retries=Retries(limit=5, delay_seconds=5))
STOCKTAKE_V1 = Contract(
    "stocktake",
    1,
    steps=(COUNT,),
    states=(State.ended("completed", Status.COMPLETE, "Your stock is counted."),),
    continued="continued",
)


async def stocktake(run: WorkflowRun[StocktakeParams]) -> StocktakeParams:
    so_far = run.params
    for number in range(1, PAGES_IN_A_RUN + 1):
        page = await run.step(COUNT, count_page, so_far, key=str(number))
        so_far = page.so_far
        if page.is_last:
            return so_far
    return await run.continue_as(so_far)


async def count_page(context: StepContext, so_far: StocktakeParams) -> Outcome[Page]:
    """Count the items of the next page. One more is read, which says whether there is another
    page.
    """
    found = await context.platform.database.all(
        statement(
            "SELECT id, quantity FROM stock WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?",
            [context.run.account_id, so_far.behind, PAGE + 1],
        )
    )
    page = found[:PAGE]
    # A statement takes 100 values, so the page travels as one text of JSON.
    count = statement(
        """
        INSERT INTO counted (item_id, quantity, run_id)
        SELECT json_extract(value, '$.id'), json_extract(value, '$.quantity'), ?1 FROM json_each(?2)
        """,
        [context.run.id, dump([dict(row) for row in page])],
    )
    reached = StocktakeParams(
        behind=text(page[-1], "id") if page else so_far.behind,
        items=so_far.items + len(page),
        quantity=so_far.quantity + sum(integer(row, "quantity") for row in page),
    )
    # What the page does stands in the batch that ends its step: both are done, or neither.
    return Outcome(Page(so_far=reached, is_last=len(found) <= PAGE), statements=[count])


@query
async def progress(record: RunRecord[StocktakeParams]) -> StocktakeParams:
    """How far a run has come."""
    pages = await record.outputs(COUNT)
    return pages[-1].so_far if pages else record.params


async def begin_at_the_beginning(
    platform: Platform, workflow: Workflow, actor: Actor, params: StocktakeParams, key: str | None
) -> Triggered:
    """Where a run goes on, only the run before it knows.

    Raises:
        ValuesRefused: somebody else says so.
    """
    if params != StocktakeParams():
        given = sorted(params.model_fields_set)
        raise ValuesRefused(
            [(name, "A stocktake begins at its beginning: leave it out.") for name in given]
        )
    return await begin_as_asked(platform, workflow, actor, params, key)


STOCKTAKE = Workflow(
    STOCKTAKE_V1,
    stocktake,
    params=StocktakeParams,
    gives=StocktakeParams,
    allowed=Allowed(trigger="administer"),
    trigger=Trigger(begin_at_the_beginning),
    queries=(progress,),
)
