"""The contract of a stocktake: a page of items in each step, so many pages in a run, then the next run of the chain."""

from typing import Final

from tillroll.durable import Contract, Effect, OnFailure, Params, State, Status, Step
from tillroll.platform.bindings.engine import Retries

PAGE: Final = 100
PAGES_IN_A_RUN: Final = 10

_UNDER_WAY = "We are counting your stock."


class StocktakeParams(Params):
    """Where a run goes on: the id of the item behind which, and what the runs before it have come to."""

    behind: str = ""
    items: int = 0
    quantity: int = 0


BEGUN = State.processing("begun", _UNDER_WAY)
COUNTED = [State.processing(f"page_{number}_counted", _UNDER_WAY) for number in range(1, PAGES_IN_A_RUN + 1)]
FINISHED = State.ended("finished", Status.COMPLETE, "Your stock is counted.")
CONTINUED = State.ended("continued", Status.COMPLETE, "The next items are counted in another run.")
COUNT_FAILED = State.dead_letter("count_failed", "Counting has stopped. Retry it, and it goes on where it stopped.")
CANCELLED = State.ended("cancelled", Status.CANCELLED, "Counting was stopped: {reason}")
ABANDONED = State.ended("abandoned", Status.CANCELLED, "Counting was given up: {reason}")

# A run does a step once, so each page is a step of its own, which begins where the one before it leads to.
PAGES = tuple(
    Step(
        name=f"count-{number}",
        effect=Effect.WRITE,
        on_success=(counted.name, FINISHED.name),
        on_failure=OnFailure(COUNT_FAILED.name),
        retries=Retries(limit=5, delay_seconds=5, backoff="exponential"),
    )
    for number, counted in enumerate(COUNTED, start=1)
)

STOCKTAKE_V1 = Contract(
    kind="stocktake",
    version=1,
    initial=BEGUN.name,
    states=(BEGUN, *COUNTED, FINISHED, CONTINUED, COUNT_FAILED, CANCELLED, ABANDONED),
    steps=PAGES,
    continued=CONTINUED.name,
)
