"""Queries: what a run's record says to a question that its kind's author wrote, without a change of
anything.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from inspect import get_annotations, iscoroutinefunction
from typing import Any, Final, Generic, Self, TypeVar, cast

from pydantic import BaseModel, TypeAdapter

from tillroll_durable.archive.files import where_kept, with_archived
from tillroll_durable.contract import Contract
from tillroll_durable.declared import check_name, read
from tillroll_durable.outputs import ContractError, Output
from tillroll_durable.platform.bindings.database import Row, statement, text
from tillroll_durable.platform.bindings.objects import Objects
from tillroll_durable.platform.json import load
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run, run_from_row
from tillroll_durable.step import Step, step_name
from tillroll_durable.step_records import bytes_elsewhere, read_output

# Of large outputs that a query reads: a Worker has 128 MB.
MOST_BYTES: Final = 16 * 2**20
# In the order of the archive: of two that ended at one time, the first that began comes first.
_STEPS: Final = (
    "SELECT step, outcome, output, ended_at FROM run_steps WHERE run_id = ? "
    "ORDER BY started_at, at_version"
)

Model = TypeVar("Model", bound=BaseModel)
Out = TypeVar("Out")
Result = TypeVar("Result")


class RunRecord(Generic[Model]):
    """What a query is given of its run, as it was at one moment, whether it goes on, has ended or
    has failed.
    """

    def __init__(
        self,
        run: Run,
        model: type[Model],
        contract: Contract,
        steps: Sequence[Row],
        objects: Objects,
    ):
        self._run = run
        self._model = model
        self._contract = contract
        self._objects = objects
        self._bytes = 0
        self._steps = {
            text(row, "step"): text(row, "output") for row in steps if row["outcome"] == "completed"
        }

    @classmethod
    async def load(
        cls, platform: Platform, run_id: str, model: type[Model], contract: Contract
    ) -> Self:
        """Read all of it in one transaction. Raises ArchiveLost, ObjectsUnavailable."""
        [run], steps, archive_rows = await platform.database.batch(
            [
                statement("SELECT * FROM runs WHERE id = ?", [run_id]),
                statement(_STEPS, [run_id]),
                where_kept(run_id),
            ]
        )
        rows = (await with_archived(platform.objects, {"run_steps": steps}, archive_rows))[
            "run_steps"
        ]
        ended = sorted(rows, key=lambda row: str(row["ended_at"]))
        return cls(
            run_from_row(run), model, contract=contract, steps=ended, objects=platform.objects
        )

    @property
    def id(self) -> str:
        """The run's id, run_…."""
        return self._run.id

    @property
    def state(self) -> str:
        """The state in which it stands."""
        return self._run.state

    @property
    def status(self) -> str:
        """A word of lists, such as `processing`."""
        return self._run.status

    @property
    def params(self) -> Model:
        """What the run was begun with."""
        return read(self._model, self._run.params)

    async def output(self, step: Step[Out], key: str | None = None) -> Out | None:
        """What a step has returned, or its occurrence of this key; None where it is not completed.
        Raises ContractError: the contract does not have the step, or what it returned does not fit
        its `gives` any more.
        """
        self._check_declared(step)
        name = step.name
        if key is not None:
            name = f"{step.name}[{key}]"
        stored = self._steps.get(name)
        if stored is None:
            return None
        return await self._read(step, stored)

    async def outputs(self, step: Step[Out]) -> list[Out]:
        """What all completed occurrences of a step have returned, in the order in which they were.
        Raises as `output`.
        """
        self._check_declared(step)
        return [
            await self._read(step, stored)
            for name, stored in self._steps.items()
            if step_name(name) == step.name
        ]

    async def _read(self, step: Step[Out], stored: str) -> Out:
        output = load(stored)
        self._bytes += bytes_elsewhere(output)
        if self._bytes > MOST_BYTES:
            raise ContractError(
                f"it reads more than {MOST_BYTES} bytes of outputs: let the steps return less"
            )
        return step.output.read(await read_output(self._objects, output))

    def _check_declared(self, step: Step[Any]) -> None:
        if self._contract.find_step(step.name) is None:
            raise ContractError(
                f"{self._contract.kind} version {self._contract.version} has no step {step.name!r}"
            )


@dataclass(frozen=True)
class Query(Generic[Model, Result]):
    """A question to a run, under a name that the API takes.

    Attributes:
        name: the function's, with hyphens.
        function: what answers it.
    """

    name: str
    function: Callable[[RunRecord[Model]], Awaitable[Result]]

    @cached_property
    def output(self) -> Output[Result]:
        """What it returns, by its annotation."""
        returned = get_annotations(self.function, eval_str=True)["return"]
        return Output(
            f"the query {self.name!r}",
            cast("TypeAdapter[Result]", TypeAdapter(returned)),
            "annotation",
        )


def query(function: Callable[[RunRecord[Model]], Awaitable[Result]]) -> Query[Model, Result]:
    """Make a function a query: one of `Workflow(…, queries=…)`, named for it with hyphens. It is
    given the record of a run, and returns a model or JSON. Raises ContractError: it is no
    coroutine, or does not say what it returns; BadName.
    """
    name = function.__name__.replace("_", "-")
    check_name("query", name)
    if not iscoroutinefunction(function):
        raise ContractError(f"the query {name!r} is no coroutine: write it with `async def`")
    if "return" not in get_annotations(function):
        raise ContractError(f"the query {name!r} does not say what it returns: annotate it")
    return Query(name, function)
