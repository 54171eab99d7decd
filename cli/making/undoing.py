"""What a new workflow has where one of its steps can be undone: the rollback, its states, what a story checks."""

from collections.abc import Iterable, Sequence
from typing import Final

from cli.making.plan import Plan, PlannedStep

_ROLLBACK: Final = '''
def undo_{function}() -> ExternalCall[RollbackContext]:
    """The undoing, on the other side as well: a call of its own, under a key of its own. `context.step_key` is the key
    under which it was done, also where nobody knows whether it was."""

    async def send(context: RollbackContext) -> Done:
        key = {function}_object(context.run.account_id, context.idempotency_key)
        await context.platform.objects.put_text_if_absent(key, dump({{"undoes": context.step_key}}), "application/json")
        return Done(external_id=key)

    async def reconcile(context: RollbackContext) -> Done | NotDone:
        key = {function}_object(context.run.account_id, context.idempotency_key)
        return NotDone() if await context.platform.objects.get_text(key) is None else Done(external_id=key)

    return ExternalCall(request={{"undo": "{name}"}}, send=send, reconcile=reconcile)
'''


def rollbacks_of(plan: Plan) -> list[str]:
    """The functions that undo its steps."""
    return [_ROLLBACK.format(function=step.function, name=step.name).strip() for step in plan.steps if step.has_undo]


def states_of(plan: Plan) -> str:
    """The states while it is undone, and where it ends then."""
    if not plan.can_be_undone:
        return ""
    undoing = '\n        State.processing("undoing", "What it did is being undone."),'
    undone = '\n        State.undone("undone", "It could not be finished, and what it did elsewhere was undone."),'
    return undoing + (undone if plan.undoes_in_the_end else "")


def checks_of(plan: Plan, elsewhere: Sequence[PlannedStep]) -> Iterable[str]:
    """What holds of effects elsewhere, as lines of a story's check: each is done once, and undone where it must be."""
    found = '[key for key in world.host.pieces.objects.content if f"/{KIND}/" in key]'
    if plan.can_be_undone:
        yield f"        found = {found}"
        yield '        undone = [key for key in found if key.endswith(":rollback.json")]'
        found = "[key for key in found if key not in undone]"
    yield f"        done = {found}"
    yield f'        assert len(done) <= {len(elsewhere)}, f"done twice: {{done}}"'
    names = ", ".join(f'"{step.name}"' for step in elsewhere)
    yield f'        assert len(done) >= len(completed & {{{names}}}), "recorded, and never done"'
    if plan.can_be_undone:
        ends = tuple(f":{step.name}.json" for step in plan.steps if step.has_undo)
        yield "        run = await world.run()"
        yield '        if run is not None and run.state in {"undone", "cancelled", "abandoned"}:'
        yield f'            taken_back = {{f"{{key[:-5]}}:rollback.json" for key in done if key.endswith({ends})}}'
        yield "            # What nobody knew of was undone too, done or not."
        yield '            assert taken_back <= {*undone}, f"undone: {undone}, and done: {done}"'
