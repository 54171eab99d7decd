"""Which steps of a run are completed, and what a run had done that ended early."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tillroll_durable.contract import Contract
from tillroll_durable.platform.bindings.database import Row, text
from tillroll_durable.step import Effect, rollback_name, step_name
from tillroll_durable.step_records import MAP


def is_completed(steps: Iterable[Row], name: str) -> bool:
    """Whether a step, of the contract or of the core, is completed; `steps` are rows of
    `run_steps`.
    """
    return any(step["step"] == name and step["outcome"] == "completed" for step in steps)


@dataclass(frozen=True)
class Occurrences:
    """Rows of a step that runs once for each of several keys.

    `rows` are its rows of `run_steps`; `maps` are the rows that note its maps.

    `unread` counts completed ones whose rows were not read.
    """

    rows: Sequence[Row]
    maps: Sequence[Row]
    unread: int = 0

    def count(self, outcome: str) -> int:
        return sum(row["outcome"] == outcome for row in self.rows)

    @property
    def total(self) -> int | None:
        """Count the items of its maps; None where the body counts them as it runs."""
        if self.maps:
            return sum(int(text(row, "output")) for row in self.maps)
        return None

    @property
    def are_over(self) -> bool:
        """Whether none goes on, and none is left of a map. A loop may begin another all the
        same.
        """
        total = len(self.rows) + self.unread
        return self.count("retrying") == 0 and total >= (self.total or 0)


def occurrences_of(step: str, steps: Iterable[Row]) -> Occurrences | None:
    """Collect the rows of the step of this name; None where the step runs once."""
    named = [(text(row, "step"), row) for row in steps]
    rows = [row for name, row in named if name.startswith(f"{step}[")]
    maps = [row for name, row in named if name.startswith(f"{MAP}{step} ")]
    if rows or maps:
        return Occurrences(rows, maps)
    return None


def completed_steps(
    contract: Contract, steps: Sequence[Row], unread: Mapping[str, int] | None = None
) -> frozenset[str] | None:
    """The names of completed steps, where a run's state does not say which those are: its steps
    begin in any order.

    `unread` counts, by step, completed occurrences whose rows are not among `steps`.
    """
    if contract.completed is None:
        return None
    done: set[str] = set()
    for name in (step.name for step in contract.steps):
        occurrences = occurrences_of(name, steps)
        if occurrences is not None and unread:
            occurrences = replace(occurrences, unread=unread.get(name, 0))
        if occurrences.are_over if occurrences else is_completed(steps, name):
            done.add(name)
    return frozenset(done)


def what_became(contract: Contract, steps: Sequence[Row], intents: Sequence[Row]) -> str:
    """Say what became of the effects of a run that ended early; empty for none. What was not undone
    is named, and so is what may stand elsewhere.

    `intents` are rows of `effect_intents`: the other side may have done what no step knows of.
    """
    completed = frozenset(text(step, "step") for step in steps if step["outcome"] == "completed")
    done = completed.union(
        text(intent, "step") for intent in intents if intent["outcome"] == "done"
    )
    unsettled = frozenset(text(intent, "step") for intent in intents if intent["outcome"] is None)
    did_by_step = _by_step(done)
    doubtful_by_step = _by_step(unsettled)
    undone: list[str] = []
    stands: list[str] = []
    unknown: list[str] = []
    for step in contract.steps:
        if step.effect is Effect.READ:
            continue
        did = did_by_step.get(step.name, [])
        if any(rollback_name(name) not in completed for name in did):
            stands.append(step.name)
        elif did:
            undone.append(step.name)
        doubtful = doubtful_by_step.get(step.name, [])
        if any(rollback_name(name) not in completed for name in doubtful):
            unknown.append(step.name)
    sentences = [_undone_told(undone, stands)]
    if unknown:
        sentences.append(f"Whether {_listed(unknown)} was done is unknown.")
    return " ".join(each for each in sentences if each)


def _by_step(names: Iterable[str]) -> dict[str, list[str]]:
    """The names of rows, such as occurrences, by the contract's step that they are of."""
    by_step: dict[str, list[str]] = {}
    for name in names:
        by_step.setdefault(step_name(name), []).append(name)
    return by_step


def _undone_told(undone: Sequence[str], stands: Sequence[str]) -> str:
    if not stands:
        if undone:
            return "What the run had done before was undone."
        return ""
    if not undone:
        return f"What {_listed(stands)} had done stands."
    return f"What {_listed(undone)} had done was undone; what {_listed(stands)} had done stands."


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    if first:
        return f"{', '.join(first)} and {last}"
    return last
