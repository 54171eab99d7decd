"""What happened to a run, in the order in which it began: steps, attempts, waits, deliveries, decisions, acts.

Made from the records and the audit alone, so it tells of every generation, whatever the engine has forgotten. When an
attempt began that is under way is written nowhere (that would cost a write a step), so it is taken for the end of what
came before it; and of one that was cut off by a crash, only the intent of a call is left, if it got so far.
"""

from tillroll.durable.contract import Contract
from tillroll.durable.telling.timeline.attempts import attempts_of, backoffs_of, compensations_of, steps_of
from tillroll.durable.telling.timeline.events import (
    acts_of,
    dead_letters_of,
    deliveries_of,
    pauses_of,
    reviews_of,
    waits_of,
)
from tillroll.durable.telling.timeline.items import Item, Records, in_order, with_generations


def timeline(contract: Contract, records: Records) -> list[Item]:
    """All items, in the order in which they began; a step stands before its attempts."""
    events = with_generations(records.events)
    attempts = attempts_of(contract, records, events)
    return in_order(
        [
            *steps_of(contract, attempts),
            *attempts,
            *compensations_of(contract, records.steps),
            *backoffs_of(attempts, records),
            *reviews_of(records, events),
            *waits_of(records, events),
            *pauses_of(records.run, events),
            *dead_letters_of(records.run, events),
            *deliveries_of(records, events),
            *acts_of(events),
        ]
    )
