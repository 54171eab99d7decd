"""The files of a new workflow, from its plan. What is written here is formatted by ruff afterwards."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template
from typing import Final

from cli.making import undoing
from cli.making.describing import page_of
from cli.making.plan import Plan, PlannedStep
from tillroll.durable.step import Effect

_TEMPLATES: Final = Path(__file__).parent / "templates"

_READ = '''
async def {function}(context: StepContext, subject: str) -> Outcome:
    """Reads what later steps need, and changes nothing."""
    return Outcome(output={{"subject": subject, "readFor": context.run.id}})
'''
_WRITE = '''
async def {function}(context: StepContext, subject: str) -> Outcome:
    """Writes here: its statements and the run's new state are one batch, so they happen once or not at all."""
    return Outcome(output={{"{function}": subject, "run": context.run.id}})
'''
_WRITE_ROW = '''
async def {function}(context: StepContext, subject: str) -> Outcome:
    """Writes here: the row and the run's new state are one batch, so they happen once or not at all."""
    row = statement(
        "INSERT INTO {table} (run_id, step, account_id, subject) VALUES (?, ?, ?, ?)",
        context.run.id,
        context.step,
        context.run.account_id,
        subject,
    )
    return Outcome(output={{"{function}": subject}}, statements=[row])
'''
_ELSEWHERE = '''
def {function}(subject: str) -> ExternalCall:
    """An effect outside of our database. Until there is another side, the bucket stands in for it: put its API's client
    here, and keep the form. Every request carries the idempotency key, and `reconcile` asks by it."""

    async def send(context: StepContext) -> Done:
        key = {function}_object(context.run.account_id, context.idempotency_key)
        await context.platform.objects.put_text_if_absent(key, dump({{"subject": subject}}), "application/json")
        return Done(external_id=key, output={{"{function}": key}})

    async def reconcile(context: StepContext) -> Done | NotDone:
        key = {function}_object(context.run.account_id, context.idempotency_key)
        if await context.platform.objects.get_text(key) is None:
            return NotDone()
        return Done(external_id=key, output={{"{function}": key}})

    return ExternalCall(request={{"subject": subject}}, send=send, reconcile=reconcile)


def {function}_object(account_id: str, idempotency_key: str) -> str:
    """Where what was done lies, once by its key."""
    return f"{{account_id}}/{kind}/{{idempotency_key}}.json"
'''


def files_of(plan: Plan) -> Mapping[str, str]:
    """Texts by their paths under the project's folder."""
    package, names = f"src/tillroll/workflows/{plan.package}", _names(plan)
    return {
        f"{package}/__init__.py": f'"""The workflow {plan.kind}."""\n',
        f"{package}/contract.py": _filled("contract.py", {**names, **_contract(plan)}),
        f"{package}/steps.py": _filled("steps.py", {**names, **_functions(plan)}),
        f"{package}/workflow.py": _filled("workflow.py", {**names, **_body(plan)}),
        f"tests/simulation/kinds/{plan.package}.py": _filled("story.py", {**names, **_story(plan)}),
        f"tests/simulation/test_{plan.package}.py": _filled("test.py", {**names, **_test(plan)}),
        f"docs/workflows/{plan.kind}.md": _filled("page.md", {**names, **page_of(plan)}),
    }


def migration_of(plan: Plan) -> str:
    """The table that the workflow's steps write to."""
    return f"""\
-- What the workflow {plan.kind} has written: a row for each step of a run that writes.
CREATE TABLE {plan.table} (
  run_id TEXT NOT NULL REFERENCES runs (id),
  step TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  subject TEXT NOT NULL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;
"""


def _filled(template: str, values: Mapping[str, str]) -> str:
    return Template((_TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")).substitute(values)


def _names(plan: Plan) -> dict[str, str]:
    return {
        "kind": plan.kind,
        "package": plan.package,
        "constant": plan.constant,
        "class_name": plan.class_name,
    }


def _after(plan: Plan, place: int) -> str:
    """The state that a step leads to."""
    return "completed" if place == len(plan.steps) - 1 else f"{plan.steps[place].function}_done"


def _contract(plan: Plan) -> dict[str, str]:
    signal = plan.signal and plan.signal.replace("-", "_")
    steps: list[str] = []
    for place, step in enumerate(plan.steps):
        begins, undo = "", "\n    rollback_config=RollbackConfig()," if step.has_undo else ""
        if signal and place == len(plan.steps) - 1:
            begins = f'\n    begins_in=("{signal}_received", "{signal}_timed_out"),'
        steps.append(
            f'{step.constant} = Step(\n    name="{step.name}",\n    effect=Effect.{step.effect.name},{begins}\n'
            f'    on_success=("{_after(plan, place)}",),\n    on_failure={_on_failure(plan, step)},{undo}\n)'
        )
    under_way = ["requested", *(_after(plan, place) for place in range(len(plan.steps) - 1))]
    return {
        "steps": "\n".join(steps),
        "under_way": _tuple(f'"{name}"' for name in under_way),
        "waiting": _waiting(plan) if signal else "",
        "undoing": undoing.states_of(plan),
        "failed": _tuple(f'"{step.function}_failed"' for step in plan.steps if "undone" not in _on_failure(plan, step)),
        "step_names": _tuple(step.constant for step in plan.steps),
        "undo_import": " RollbackConfig," if plan.can_be_undone else "",
        "then_import": ", Then" if plan.undoes_in_the_end else "",
        "compensating": '\n    compensating="undoing",' if plan.can_be_undone else "",
        "signal_import": " Signal," if signal else "",
        "payload": _payload(plan) if signal else "",
        "signal": (
            f'{signal.upper()} = Signal(\n    "{plan.signal}", {_sent(plan)}, waiting="awaiting_{signal}", '
            f'received="{signal}_received", timed_out="{signal}_timed_out"\n)\n'
            if signal
            else ""
        ),
        "signals": f"\n    signals=({signal.upper()},)," if signal else "",
    }


def _on_failure(plan: Plan, step: PlannedStep) -> str:
    if plan.undoes_in_the_end and step is plan.steps[-1]:
        return 'OnFailure("undone", then=Then.COMPENSATE)'
    return f'OnFailure("{step.function}_failed")'


def _waiting(plan: Plan) -> str:
    """The states of the wait, which lasts seven days: longer than a run may stand elsewhere."""
    name = (plan.signal or "").replace("-", "_")
    states = (
        (f"awaiting_{name}", f'"It waits for the signal {plan.signal}.", deadline_seconds=8 * 86400'),
        (f"{name}_received", f'"The signal {plan.signal} has come."'),
        (f"{name}_timed_out", f'"The signal {plan.signal} did not come in time."'),
    )
    return "".join(f'\n        State.processing("{state}", {rest}),' for state, rest in states)


def _tuple(names: Iterable[str]) -> str:
    """What stands between the parentheses. Only a single one has a comma behind it, which ruff takes for one a line."""
    listed = [*names]
    return f"{listed[0]}," if len(listed) == 1 else ", ".join(listed)


def _sent(plan: Plan) -> str:
    return "".join(word.capitalize() for word in (plan.signal or "").split("-")) + "Sent"


def _payload(plan: Plan) -> str:
    return f'\nclass {_sent(plan)}(Params):\n    """What comes with the signal {plan.signal}."""\n\n    by: str\n\n'


def _functions(plan: Plan) -> dict[str, str]:
    imports = {"StepContext"}
    for step in plan.steps:
        imports |= {"Done", "ExternalCall", "NotDone"} if step.is_elsewhere else {"Outcome"}
    if plan.has_table:
        imports.add("statement")
    if plan.can_be_undone:
        imports.add("RollbackContext")
    forms = {
        Effect.READ: _READ,
        Effect.WRITE: _WRITE_ROW if plan.has_table else _WRITE,
        Effect.EXTERNAL: _ELSEWHERE,
        Effect.IRREVERSIBLE: _ELSEWHERE,
    }
    written = [
        forms[step.effect].format(function=step.function, kind=plan.kind, table=plan.table).strip()
        for step in plan.steps
    ]
    is_elsewhere = any(step.is_elsewhere for step in plan.steps)
    return {
        "steps_imports": ", ".join(sorted(imports)),
        "json_import": "from tillroll.platform.json import dump" if is_elsewhere else "",
        "functions": "\n\n\n".join([*written, *undoing.rollbacks_of(plan)]),
    }


def _body(plan: Plan) -> dict[str, str]:
    lines: list[str] = []
    for place, step in enumerate(plan.steps):
        subject = "subject"
        if plan.signal and place == len(plan.steps) - 1:
            signal = plan.signal.replace("-", "_")
            lines += [
                f"    {signal} = await run.wait(contract.{signal.upper()}, timedelta(days=7))",
                f"    subject = f\"{{subject}}, {plan.signal}: {{{signal}.by if {signal} else 'nobody in time'}}\"",
            ]
        lines.append(_call(step, subject))
    signals = f', signals={{"{plan.signal}": "operate"}}' if plan.signal else ""
    return {
        "body": "\n".join(lines),
        "signals": signals,
        "schedule_imports": "Actor, Schedule, Tick, begin, " if plan.cron else "",
        "platform_import": "from tillroll.platform.services import Platform\n" if plan.cron else "",
        "begin_at_tick": _filled("schedule.py", _names(plan)) if plan.cron else "",
        "schedule": f'\n    schedule=Schedule(begin_at_tick, contract.{plan.class_name}Params, permission="trigger"),'
        if plan.cron
        else "",
        "timedelta_import": "from datetime import timedelta\n\n" if plan.signal else "",
    }


def _call(step: PlannedStep, subject: str) -> str:
    if step.is_elsewhere:
        rollback = f", rollback=steps.undo_{step.function}()" if step.has_undo else ""
        return f"    await run.call(contract.{step.constant}, steps.{step.function}({subject}){rollback})"
    return f"    await run.step(contract.{step.constant}, steps.{step.function}, {subject})"


def _story(plan: Plan) -> dict[str, str]:
    elsewhere = [step for step in plan.steps if step.is_elsewhere]
    writes = [step for step in plan.steps if step.effect is Effect.WRITE and plan.has_table]
    contract_imports = ["KIND", f"{plan.class_name}Params"] if elsewhere else [f"{plan.class_name}Params"]
    if plan.signal:
        contract_imports += [f"{plan.constant}_V1", plan.signal.replace("-", "_").upper()]
    checks: list[str] = []
    if elsewhere:
        checks += undoing.checks_of(plan, elsewhere)
    if writes:
        names = ", ".join(f'"{step.name}"' for step in writes)
        checks += [
            f'        rows = await world.rows("SELECT step FROM {plan.table}")',  # noqa: S608 - a name that was checked
            '        written = [str(row["step"]) for row in rows]',
            f"        assert sorted(written) == sorted(completed & {{{names}}})",
        ]
    if not checks:
        names = ", ".join(f'"{step.name}"' for step in plan.steps)
        checks.append(f"        assert completed <= {{{names}}}")
    return {
        "contract_imports": ", ".join(sorted(contract_imports)),
        "send_import": (
            "from tillroll.durable.operations.signals import NotListening, send_signal\n" if plan.signal else ""
        ),
        "contextlib_import": "import contextlib\n\n" if plan.signal else "",
        "begin_and_send": _begin_and_send(plan),
        "checks": "\n".join(checks),
    }


def _test(plan: Plan) -> dict[str, str]:
    if not plan.cron:
        return {"time_imports": "", "by_time": ""}
    imported = f"from tillroll.workflows.{plan.package}.workflow import {plan.constant}\n"
    return {
        "time_imports": _SCHEDULE_IMPORTS + imported,
        "by_time": _filled("schedule_test.py", {**_names(plan), "cron": plan.cron}),
    }


def _begin_and_send(plan: Plan) -> str:
    begun = f'await begin(world.host.platform, {plan.constant}, params, ANN, key="one")'
    if not plan.signal:
        return f"        return {begun}"
    signal = plan.signal.replace("-", "_").upper()
    return f"""\
        run = {begun}
        now = await world.run()
        assert now is not None
        with contextlib.suppress(NotListening):  # it may have been cancelled before
            await send_signal(
                world.host.platform, {plan.constant}_V1, now, {signal}.name, "one", {{"by": "Ann"}}, "user:usr_first"
            )
        return run"""


_SCHEDULE_IMPORTS: Final = """\
from tests.simulation.author import ACCOUNT, ANN
from tests.simulation.author.fixtures import WorldOf
from tillroll.durable import Registry
from tillroll.durable.operations.schedules import Keeper, make_schedule
from tillroll.durable.operations.schedule_ticks import Planned
from tillroll.durable.operations.schedule_ticks import begin_due
from tillroll.platform.clock import from_text
"""
