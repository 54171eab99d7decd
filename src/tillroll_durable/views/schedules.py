"""Schedules as people and programs see them."""

from typing import Any

from tillroll_durable.platform.models import Model
from tillroll_durable.registry import Registry
from tillroll_durable.schedules.management import Shown, cron_shown, params_shown
from tillroll_durable.schedules.rows import LastTick


class Schedule(Model):
    """`in_words` is what `cron` says, in English. `next_tick` is null while it is paused. `last` is
    null before the first time, and of one for all accounts it is what became of it here.
    `created_by` is "code" where the code of its kind declares it: then it can be paused and run
    now, and nothing else.
    """

    id: str
    kind: str
    name: str
    cron: str
    in_words: str
    time_zone: str
    params: dict[str, Any]
    catch_up: str
    overlap: str
    for_all_accounts: bool
    paused: bool
    next_tick: str | None
    last: LastTick | None
    created_by: str
    created_at: str


def schedule_shown(registry: Registry, row: Shown) -> Schedule:
    """A schedule as it is shown."""
    schedule = row.kept
    next_tick: str | None = schedule.next_tick
    if schedule.paused_at is not None:
        next_tick = None
    of_kept = {
        "in_words": cron_shown(schedule),
        "params": params_shown(registry.newest.get(schedule.kind), schedule),
        "for_all_accounts": schedule.account_id is None,
        "paused": schedule.paused_at is not None,
        "next_tick": next_tick,
    }
    return Schedule.model_validate({**vars(schedule), **of_kept, "last": row.last})
