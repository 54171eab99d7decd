"""The page of a new workflow: what its steps do, and what begins, signals and undoes a run."""

from typing import Final

from cli.making.plan import Plan, PlannedStep
from tillroll.durable.operations.schedule_ticks import in_words
from tillroll.durable.step import Effect
from tillroll.platform.bindings.engine import binding_of

_SAYS: Final = {
    Effect.READ: "reads, and changes nothing",
    Effect.WRITE: "writes here, once",
    Effect.EXTERNAL: "acts elsewhere: an intent first, and never again before the other side was asked",
    Effect.IRREVERSIBLE: "acts elsewhere, and cannot be undone",
}


def signal_command(plan: Plan) -> str:
    """What sends the signal to a run of it: what follows `tillroll`."""
    return f'signal RUN {plan.signal} \'{{"by": "Ann"}}\''


def page_of(plan: Plan) -> dict[str, str]:
    """What the template of the page is filled with."""
    table = f" Its steps that write fill the table `{plan.table}`." if plan.has_table else ""
    return {
        "rows": "\n".join(map(_row, plan.steps)),
        "waits": f"{_waits(plan) if plan.signal else ''}{_undone(plan) if plan.can_be_undone else ''}",
        "by_time": _by_time(plan, plan.cron) if plan.cron else "",
        "binding": binding_of(plan.kind),
        "table": table,
    }


def _row(step: PlannedStep) -> str:
    undone = f"; `undo_{step.function}` undoes it" if step.has_undo else ""
    return f"| `{step.name}` | {step.effect} | {_SAYS[step.effect]}{undone} |"


def _waits(plan: Plan) -> str:
    return (
        f"\n\nBefore its last step it waits up to seven days for the signal `{plan.signal}`; if none comes, its "
        "body says how it goes on. "
        f"Send it:\n\n```\ntillroll {signal_command(plan)}\n```\n\nor `POST /api/runs/RUN/signals/{plan.signal}` with "
        '`{"key": "one", "payload": {"by": "Ann"}}`. It may come before the run waits, and counts once by its key; '
        "whoever sends it needs the permission that `allowed` names. `tillroll run RUN` says until when it waits."
    )


def _undone(plan: Plan) -> str:
    always = "a run that is cancelled, or given up, is undone: last first, what can be undone."
    if not plan.undoes_in_the_end:
        return f"\n\nA{always[1:]}"
    return (
        f"\n\nWhere `{plan.steps[-1].name}` fails for good, what was done before is undone: let it raise "
        f"`NonRetryable` to have it so. Likewise {always}"
    )


def _by_time(plan: Plan, cron: str) -> str:
    return (
        f"\n\nHave one begun by itself: {in_words(cron)}, by the clock of a time zone.\n\n"
        f"```\ntillroll schedule {plan.kind} \"By time\" '{cron}' --time-zone Europe/Berlin "
        '--params \'{"subject": "one"}\'\n```\n\n'
        "The page does so at `/schedules`. `begin_at_tick` begins the run, once under the tick's key."
    )
