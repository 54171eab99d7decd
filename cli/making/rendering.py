"""The files of a new workflow, from its plan. What a long name makes too long, ruff wraps
afterwards.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Final

from cli.making.describing import page_of
from cli.making.plan import Plan, PlannedStep
from tillroll_durable.step import Effect

_TEMPLATES: Final = Path(__file__).parent / "templates"

_READ: Final = '''
async def {function}(context: StepContext, subject: str) -> str:
    """Reads, and changes nothing."""
    return f"{{context.step}}: {{subject}}"
'''
_WRITE: Final = '''
async def {function}(context: StepContext, subject: str) -> str:
    """Writes here: the statements of an `Outcome` are in one batch with the run's new state."""
    return f"{{context.step}}: {{subject}}"
'''
_WRITE_ROW: Final = '''
async def {function}(context: StepContext, subject: str) -> Outcome[str]:
    """Writes here: the row and the run's new state are one batch, so both happen or neither."""
    sql = (
        "INSERT INTO {table} (run_id, step, account_id, subject) "
        "VALUES (?, ?, ?, ?)"
    )
    row = durable.statement(sql, [context.run.id, context.step, context.run.account_id, subject])
    return Outcome(f"{{context.step}}: {{subject}}", [row])
'''
_ELSEWHERE: Final = '''
def {function}(subject: str) -> ExternalCall[StepContext, str]:
    """Acts elsewhere. Before a retry, `_look_up` asks by the idempotency key what was done."""
    return ExternalCall(
        {{"subject": subject}},
        lambda context: _send(context, subject),
        _look_up,
        honours_key=True,  # leave it out where your API ignores the key
    )
'''
_UNDO: Final = '''
def undo_{function}() -> ExternalCall[RollbackContext, str]:
    """Undoes it, also where nobody knows whether it was done under `context.step_key`."""
    return ExternalCall(
        {{"undo": "{name}"}},
        lambda context: _send(context, context.step_key),
        _look_up,
        honours_key=True,
    )
'''
_TABLES: Final = """\
from tillroll_durable.platform.tables import of_run

# What becomes of its rows when a run, an account or a person is erased.
TABLES = (of_run("{table}", "run_id, step"),)
"""
_OTHER_SIDE: Final = '''
async def _send(context: {context}, subject: str) -> Done[str]:
    """The bucket stands in for the other side, until your API does. It notes what comes again."""
    key = f"{{context.run.account_id}}/{kind}/{{context.idempotency_key}}"
    if not await context.platform.objects.put_text_if_absent(key, subject, "text/plain"):
        await context.platform.objects.put_text(f"{{key}}/again", subject, "text/plain")
    return Done(key, f"{{context.step}}: {{subject}}")


async def _look_up(context: {context}) -> Done[str] | NotDone:
    key = f"{{context.run.account_id}}/{kind}/{{context.idempotency_key}}"
    found = await context.platform.objects.get_text(key)
    return NotDone() if found is None else Done(key, f"{{context.step}}: {{found}}")
'''
_TEST_BY_TIME: Final = '''

async def test_by_time(world_of: WorldOf) -> None:
    """When it is due it is begun once in an account, though two crons come."""
    world = await world_of({constant})
    platform, clock = world.host.platform, world.host.pieces.clock
    assert await begin_due(platform, Registry([{constant}])) == 0
    [due] = await world.rows("SELECT id, next_tick FROM schedules")
    clock.advance(from_text(str(due["next_tick"])) - clock.now())
    for _ in range(2):
        await begin_due(platform, Registry([{constant}]))
    [run] = await world.rows("SELECT begin_key FROM runs WHERE account_id = ?", ACCOUNT)
    assert run["begin_key"] == f"schedule:{{due['id']}}:{{due['next_tick']}}"
'''


def files_of(plan: Plan) -> Mapping[str, str]:
    """Texts by their paths under the project's folder."""
    package = f"src/tillroll/workflows/{plan.package}"
    return {
        f"{package}/__init__.py": f'"""The workflow {plan.kind}."""\n',
        f"{package}/workflow.py": _filled("workflow.py", plan, _workflow(plan)),
        f"tests/simulation/kinds/{plan.package}.py": _filled("story.py", plan, _story(plan)),
        f"tests/simulation/test_{plan.package}.py": _filled("test.py", plan, _test(plan)),
        f"docs/workflows/{plan.kind}.md": _filled("page.md", plan, page_of(plan)),
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


def _filled(template: str, plan: Plan, values: Mapping[str, str]) -> str:
    named = {
        "kind": plan.kind,
        "package": plan.package,
        "constant": plan.constant,
        "class_name": plan.class_name,
    }
    return Template((_TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")).substitute(
        named, **values
    )


def _workflow(plan: Plan) -> dict[str, str]:
    return {
        "timedelta_import": "from datetime import timedelta\n\n" if plan.signal else "",
        "imports": ", ".join(_imports(plan)),
        "tables": _TABLES.format(table=plan.table) if plan.has_table else "",
        "payload": f"\nclass {plan.sent}(durable.Params):\n    by: str\n\n" if plan.signal else "",
        "declared": "\n".join(_declared(plan)),
        "step_constants": _listed(step.constant for step in plan.steps),
        "signals": f", signals=({plan.signal_constant},)" if plan.signal else "",
        "body": "\n".join(_body(plan)),
        "functions": "\n\n\n".join(text.strip() for text in _functions(plan)),
        "schedule": f'\n    schedule=durable.Schedule(cron="{plan.cron}"),' if plan.cron else "",
        "default": ' = "one"' if plan.cron else "",
    }


def _imports(plan: Plan) -> list[str]:
    names = ["Effect", "Step", "StepContext"]
    if plan.is_elsewhere:
        names += ["Done", "ExternalCall", "NotDone"]
    if plan.has_table:
        names.append("Outcome")
    return sorted([*names, "RollbackContext"] if plan.can_be_undone else names)


def _declared(plan: Plan) -> Iterator[str]:
    for step in plan.steps:
        more = ", rollback_config=durable.RollbackConfig()" if step.has_undo else ""
        if plan.undoes_in_the_end and step is plan.steps[-1]:
            more += ", on_failure=durable.OnFailure(then=durable.Then.COMPENSATE)"
        yield f'{step.constant} = Step("{step.name}", Effect.{step.effect.name}, gives=str{more})'
    if plan.signal:
        yield f'{plan.signal_constant} = durable.Signal("{plan.signal}", {plan.sent})'


def _body(plan: Plan) -> Iterator[str]:
    *others, last = plan.steps
    given = "run.params.subject"
    for step in others:
        yield f"    {step.function}_output = {_call(step, given)}"
        given = f"{step.function}_output"
    if plan.signal:
        yield f"    sent = await run.wait({plan.signal_constant}, timedelta(days=7))"
        given = f"f\"{{{given}}}, by {{sent.by if sent else 'nobody in time'}}\""
    yield f"    return {_call(last, given)}"


def _call(step: PlannedStep, given: str) -> str:
    if step.is_elsewhere:
        rollback = f", rollback=undo_{step.function}()" if step.has_undo else ""
        return f"await run.call({step.constant}, {step.function}({given}){rollback})"
    return f"await run.step({step.constant}, {step.function}, {given})"


def _functions(plan: Plan) -> Iterator[str]:
    write = _WRITE_ROW if plan.has_table else _WRITE
    for step in plan.steps:
        form = _ELSEWHERE if step.is_elsewhere else _READ if step.effect is Effect.READ else write
        for text in (form, _UNDO) if step.has_undo else (form,):
            yield text.format(function=step.function, name=step.name, table=plan.table)
    if plan.is_elsewhere:
        context = "StepContext | RollbackContext" if plan.can_be_undone else "StepContext"
        yield _OTHER_SIDE.format(context=context, kind=plan.kind)


def _story(plan: Plan) -> dict[str, str]:
    began = (
        f'        await begin(world.host.platform, {plan.constant}, {{"subject": "one"}}, ANN, '
        'key="one")'
    )
    names = [plan.constant]
    if plan.signal:
        began += f'\n        await send(world, {plan.signal_constant}, {plan.sent}(by="Ann"))'
        names += [plan.signal_constant, plan.sent]
    return {
        "send_import": ", send" if plan.signal else "",
        "imported": ", ".join(sorted(names, key=lambda name: (not name.isupper(), name))),
        "began": began,
        "checks": "\n".join(f"        {line}" for line in _checks(plan)),
    }


def _checks(plan: Plan) -> Iterator[str]:
    """What holds of it, as lines of its story's check: each effect is done once, and undone where
    it must be.
    """
    yield 'if run is not None and run.state == "completed":'
    yield f"    assert {_set(step.name for step in plan.steps)} <= completed"
    if plan.is_elsewhere:
        elsewhere = _set(step.name for step in plan.steps if step.is_elsewhere)
        yield (
            'done = [key.partition(":")[2] for key in world.host.pieces.objects.content if '
            f'"/{plan.kind}/" in key]'
        )
        yield 'assert len(done) == len({*done}), f"done twice: {done}"'
        yield "# An attempt that hung goes on beside the next one: no look-up could know of it."
        yield 'again = [step for step in done if step.endswith("/again")]'
        yield (
            "assert world.faults.has_stalled or not again, "
            'f"sent again, though it was done: let `_look_up` find it: {again}"'
        )
        yield f'assert completed & {elsewhere} <= {{*done}}, f"recorded, and never done: {{done}}"'
    if plan.can_be_undone:
        ends = ["cancelled", "abandoned"]
        if plan.undoes_in_the_end:
            ends.append(f"{plan.steps[-1].function}_failed")
        undone = _set(step.name for step in plan.steps if step.has_undo)
        yield f"if run is not None and run.state in {_set(ends)}:"
        yield f'    undone = {{f"{{step}}:rollback" for step in {{*done}} & {undone}}}'
        yield '    assert undone <= {*done}, f"done, and never undone: {done}"'
    if plan.has_table:
        writes = _set(step.name for step in plan.steps if step.effect is Effect.WRITE)
        yield f'rows = await world.rows("SELECT step FROM {plan.table}")'
        yield f'assert sorted(str(row["step"]) for row in rows) == sorted(completed & {writes})'


def _set(names: Iterable[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return f"{{{listed}}}"


def _listed(names: Iterable[str]) -> str:
    """What stands between the parentheses. Only a single one has a comma behind it, which ruff
    takes for one a line.
    """
    found = [*names]
    return f"{found[0]}," if len(found) == 1 else ", ".join(found)


def _test(plan: Plan) -> dict[str, str]:
    constant = plan.constant
    if not plan.cron:
        return {"author": "Story", "world_of": "", "time_imports": "", "by_time": ""}
    return {
        "author": "ACCOUNT, Story",
        "world_of": ", WorldOf",
        "time_imports": (
            f"from tillroll.workflows.{plan.package}.workflow import {constant}\n"
            "from tillroll_durable import Registry\n"
            "from tillroll_durable.platform.clock import from_text\n"
            "from tillroll_durable.schedules.ticks import begin_due\n"
        ),
        "by_time": _TEST_BY_TIME.format(constant=constant),
    }
