"""What one instance knows of its run's steps: from the record, or noted as the body goes on."""

from collections.abc import Container
from typing import Any

from tillroll_durable._execution.steps import Given, side_by_side
from tillroll_durable._record.loading import LoadedRun
from tillroll_durable.contract import Contract
from tillroll_durable.outputs import ContractError
from tillroll_durable.runs import Run, StoredStep
from tillroll_durable.states import OUTCOME_UNKNOWN
from tillroll_durable.step import Occurrence, Step, Then
from tillroll_durable.step_records import FAILED


class KnownSteps:
    """The steps of a run. `time` is that of the last one that the body has behind it, or of the
    run's beginning.
    """

    def __init__(self, loaded: LoadedRun) -> None:
        run = loaded.run
        self._run_id = run.id
        self.records = loaded.steps
        self._partly = set(loaded.partly)
        self._given: dict[str, Given] = {}
        # The steps of open effects by their idempotency keys, but for those that this body has
        # come to.
        self.open = {
            key: step
            for key, step in run.open_effects.items()
            if not key.endswith(":rollback")  # those are asked for where they are undone
        }
        # When steps were completed, of those that the record has.
        self._ended: dict[str, str] = {}
        self.time = run.created_at
        for record in self.records.values():
            self._note_record_end(record)

    def note_stored(self, record: StoredStep) -> None:
        """Note what was read of a step behind this view of the run."""
        self.records[record.step] = record
        self._note_record_end(record)

    def _note_record_end(self, record: StoredStep) -> None:
        if record.outcome == "completed" and record.ended_at is not None:
            self.note_end(record.step, record.ended_at)

    def note_end(self, step: str, at: str) -> None:
        """Note when a step was completed, as its record has it."""
        self._ended[step] = at

    def pass_step(self, name: str) -> None:
        """Note that the body has a step behind it, if the record knows when it was completed."""
        self.time = max(self.time, self._ended.get(name, ""))

    def pass_end(self, record: StoredStep) -> None:
        """Note that the body has a step behind it that is answered from its row."""
        if record.outcome == "completed" and record.ended_at is not None:
            self.time = max(self.time, record.ended_at)

    def has_partly(self, step: Step[Any]) -> bool:
        """Whether a step has more occurrences than were read with the run."""
        return step.name in self._partly

    def note_occurrences(self, step: Step[Any], occurrences: dict[str, StoredStep]) -> None:
        """Note all occurrences of a step."""
        for record in occurrences.values():
            self.note_stored(record)
        self._partly.discard(step.name)

    def end_of_item(self, step: Step[Any]) -> StoredStep | None:
        """A map's item as the record has it, where it has come to its end. It takes no step of the
        engine: a later instance of a long map would need one for each item before its own."""
        if not isinstance(step, Occurrence) or not step.may_fail:
            return None
        record = self.records.get(step.name)
        if record is None:
            return None
        if record.outcome != "completed" and not was_skipped(step, record):
            return None
        self.pass_step(step.name)
        return record

    def given_before(self, run: Run, name: str, record: StoredStep | None) -> Given | None:
        """What a step was given before, in this body or in another replay of it. What an operator
        corrects, later steps are given: then what an earlier generation gave counts no more.
        """
        before = self._given.get(name)
        if before is not None:
            return before
        record = record or self.records.get(name)
        if record is None or record.outcome != "completed" or record.given_digest is None:
            return None
        if run.corrected_input is not None and record.generation < run.generation:
            return None
        return Given(record.given, record.given_digest)

    def check_given(
        self, run: Run, name: str, now: Given, *, remedy: str, record: StoredStep | None
    ) -> None:
        """Raises ContractError: the step was given something else before."""
        before = self.given_before(run, name, record)
        if before is None or before.digest == now.digest:
            return
        raise ContractError(
            f"{name!r} was done with other inputs: {remedy}", side_by_side(before.kept, now.kept)
        )

    def was_given(self, name: str, now: Given) -> None:
        """Note what a step was given that this body has behind it."""
        self._given.setdefault(name, now)

    def come_to(self, step: Step[Any]) -> None:
        """Note that this body begins a step, now or as one of several."""
        if self.open:
            self.open.pop(step.key_for(self._run_id), None)

    def come_to_items(self, step: Step[Any], keys: Container[str]) -> None:
        """Note that this body begins the items of a map, by their keys."""
        begin = f"{step.name}["
        for idempotency_key, name in [*self.open.items()]:
            if name.startswith(begin) and name[len(begin) : -1] in keys:
                self.open.pop(idempotency_key)


def was_skipped(step: Step[Any], record: StoredStep) -> bool:
    """A run that has gone on without a step stays without it, in every generation: what came after
    it came without it. Only who retries this very step opens it anew.
    """
    return step.on_failure.then is Then.CONTINUE and has_failed_for_good(record)


def compensated_step(contract: Contract, record: StoredStep, *, state: str) -> Step[Any] | None:
    """The step of a record whose failure has what was done before undone; None where it has not, as
    in a run that stands in a `state` in which nobody knows whether the step was done."""
    if not has_failed_for_good(record) or is_value(record) or state == OUTCOME_UNKNOWN.name:
        return None
    step = contract.find_step(record.step)
    if step is None or step.on_failure.then is not Then.COMPENSATE:
        return None
    return step


def has_failed_for_good(record: StoredStep) -> bool:
    """Whether the failure is on the record as the step's last word. A refusal has a reason, and is
    a person's.
    """
    return record.outcome == "failed" and record.reason is None


def is_value(record: StoredStep) -> bool:
    """Whether the failure is that of a map's item, which the body decides on."""
    return isinstance(record.output, dict) and FAILED in record.output
