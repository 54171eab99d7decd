"""What became of what a run had done before it failed or was asked to end: it stands, or it was undone."""

from collections.abc import Iterable, Sequence

from tillroll.durable.contract import Contract, Effect, rollback_name
from tillroll.platform.bindings.database import Row


def is_completed(steps: Iterable[Row], name: str) -> bool:
    """Whether a step, of the contract or of the core, is completed; `steps` are rows of `run_steps`."""
    return any(step["step"] == name and step["outcome"] == "completed" for step in steps)


def what_became(contract: Contract, steps: Sequence[Row]) -> str:
    """A sentence about what a run had done that has ended before its end; empty where that was nothing. Only what the
    contract can undo was undone: the rest is named, for it stands."""
    did = [step.name for step in contract.steps if step.effect is not Effect.READ and is_completed(steps, step.name)]
    stands = [name for name in did if not is_completed(steps, rollback_name(name))]
    undone = [name for name in did if name not in stands]
    if not stands:
        return "What the run had done before was undone." if undone else ""
    if not undone:
        return f"What {_listed(stands)} had done stands."
    return f"What {_listed(undone)} had done was undone; what {_listed(stands)} had done stands."


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
