"""The stocktake's body: page after page, then on as another run, until no item is left."""

from tests.engine.stocktake.contract import FINISHED, PAGE, PAGES, STOCKTAKE_V1, StocktakeParams
from tillroll.durable import (
    Actor,
    Allowed,
    Outcome,
    StepContext,
    Trigger,
    Triggered,
    ValuesRefused,
    Workflow,
    WorkflowRun,
    begin_as_asked,
    statement,
)
from tillroll.platform.bindings.database import integer, text
from tillroll.platform.json import JsonObject, dump
from tillroll.platform.services import Platform


async def stocktake(run: WorkflowRun[StocktakeParams]) -> JsonObject:
    so_far = run.params
    for page in PAGES:
        counted = await run.step(page, count_page, so_far.behind, so_far.items, so_far.quantity)
        match counted:
            case {"soFar": dict(reached), "isLast": bool(is_last)}:
                so_far = StocktakeParams.model_validate(reached)
            case _:
                raise TypeError(f"a page has no such output: {counted!r}")
        if is_last:
            return {"items": so_far.items, "quantity": so_far.quantity}
    return await run.continue_as(so_far)


async def count_page(context: StepContext, behind: str, items: int, quantity: int) -> Outcome:
    """Count the items of the next page. One more is read, which says whether there is another page."""
    found = await context.platform.database.all(
        statement(
            "SELECT id, quantity FROM stock WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?",
            context.run.account_id,
            behind,
            PAGE + 1,
        )
    )
    page, is_last = found[:PAGE], len(found) <= PAGE
    # A statement takes 100 values, so the page travels as one text of JSON.
    count = statement(
        """
        INSERT INTO counted (item_id, quantity, run_id)
        SELECT json_extract(value, '$.id'), json_extract(value, '$.quantity'), ?1 FROM json_each(?2)
        """,
        context.run.id,
        dump([dict(row) for row in page]),
    )
    so_far = StocktakeParams(
        behind=text(page[-1], "id") if page else behind,
        items=items + len(page),
        quantity=quantity + sum(integer(row, "quantity") for row in page),
    )
    # What the page does stands in the batch that ends its step: both are done, or neither.
    return Outcome(
        output={"soFar": so_far.model_dump(mode="json"), "isLast": is_last},
        statements=[count],
        state=FINISHED.name if is_last else None,
    )


async def begin_at_the_beginning(
    platform: Platform, workflow: Workflow, actor: Actor, params: StocktakeParams, key: str | None
) -> Triggered:
    """Where a run goes on, only the run before it knows.

    Raises:
        ValuesRefused: somebody else says so.
    """
    if params != StocktakeParams():
        given = sorted(params.model_fields_set)
        raise ValuesRefused([(name, "A stocktake begins at its beginning: leave it out.") for name in given])
    return await begin_as_asked(platform, workflow, actor, params, key)


STOCKTAKE = Workflow(
    STOCKTAKE_V1,
    stocktake,
    params=StocktakeParams,
    allowed=Allowed(trigger="administer", decide="approve", operate="operate"),
    trigger=Trigger(begin_at_the_beginning),
)
