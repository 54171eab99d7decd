"""The page of a new workflow: what begins, signals and undoes a run."""

from cli.making.plan import Plan
from tillroll_durable.platform.cron import in_words


def signal_command(plan: Plan) -> str:
    """What sends the signal to a run of it: what follows `tillroll`."""
    return f'signal RUN {plan.signal} \'{{"by": "Ann"}}\''


def page_of(plan: Plan) -> dict[str, str]:
    """What the template of the page is filled with."""
    waits = (
        f"\n\nBefore its last step it waits up to seven days for the signal `{plan.signal}`. One "
        f"that comes earlier is kept.\n\n```\ntillroll {signal_command(plan)}\n```"
    )
    undone = "\n\nA run that is cancelled or given up undoes what can be undone, last first."
    if plan.undoes_in_the_end:
        undone += f" So does one whose step `{plan.steps[-1].name}` fails for good."
    by_time = (
        f"\n\nThe deployment begins one in each account by itself: {in_words(plan.cron)}, in UTC. "
        "`tillroll schedules list` shows it."
        if plan.cron
        else ""
    )
    return {
        "waits": waits if plan.signal else "",
        "undone": undone if plan.can_be_undone else "",
        "by_time": by_time,
        "table": f" Its steps that write fill the table `{plan.table}`." if plan.has_table else "",
    }
