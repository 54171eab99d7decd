"""Which live runs today's bodies cannot finish: each is replayed from an export of its history."""

from collections.abc import Sequence
from dataclasses import dataclass

from tillroll_durable.platform.bindings.database import optional_text, text
from tillroll_durable.registry import Registry
from tillroll_testing.replaying.export import Export
from tillroll_testing.replaying.history import histories_of
from tillroll_testing.replaying.replay import replayed


@dataclass(frozen=True)
class Stuck:
    """A live run that would not go on, and why. `file` and `line` are where today's body departs
    from what it did; None where there is no body. `order` are the steps that it has done.
    """

    run_id: str
    kind: str
    why: str
    file: str | None
    line: int | None
    order: Sequence[str]


@dataclass(frozen=True)
class Checked:
    """`runs` were replayed. `changed` of them began with another contract, and go on all the
    same.
    """

    runs: int
    changed: int
    stuck: Sequence[Stuck]


async def check_live(registry: Registry, export: Export) -> Checked:
    """Replay each live run with the version of its kind that is deployed next. Nothing is
    written.
    """
    found, lost = histories_of(export.rows, lambda _: None)
    began = {text(row, "id"): optional_text(row, "fingerprint") for row in export.rows.runs}
    changed = 0
    stuck = [
        Stuck(run_id, "", f"its record cannot be read: {why}", file=None, line=None, order=())
        for run_id, why in lost.items()
    ]
    for history in found:
        run = history.run
        order = [each.name for each in history.done]
        workflow = registry.find(run.kind, run.contract_version)
        if workflow is None:
            why = (
                f"no {run.kind} of version {run.contract_version} is deployed from here: keep the "
                "old body until no live run has it"
            )
            stuck.append(Stuck(run.id, run.kind, why, file=None, line=None, order=order))
            continue
        done = await replayed(workflow, history, export.objects.get)
        difference = done.difference
        if difference is None:
            if began[run.id] not in {None, workflow.contract.fingerprint}:
                changed += 1
            continue
        stuck.append(
            Stuck(
                run.id,
                run.kind,
                f"at {difference.place} of its record, {difference.says}",
                file=difference.file,
                line=difference.line,
                order=order,
            )
        )
    return Checked(len(found) + len(lost), changed, stuck)
