"""A map of a step: its items side by side, each answered from the record where it has ended.

A step's rows are read with the run where they are few. Of many, an instance reads those from the
first open item on, a page at a time, and all of them once at the end. So an item costs the same
whatever the number of those before it, and no instance holds all rows.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final, Generic, TypeVar

from tillroll_durable import step_records as steps
from tillroll_durable._execution.endings import Begun, begun_item, begun_step, check_rollback
from tillroll_durable._execution.execution import Execution, StepFunction
from tillroll_durable._execution.external import as_step_function
from tillroll_durable._execution.many import (
    Ended,
    Failed,
    MayFail,
    begin_map,
    check_at_most,
    come_to_whole,
    count_items,
    end_of,
    failed_of,
    reopen_items,
)
from tillroll_durable._execution.steps import (
    Given,
    Outcome,
    StepContext,
    given,
    outcome_of,
)
from tillroll_durable._execution.undoing import Undoing, as_undoing
from tillroll_durable._record import beats
from tillroll_durable._record.loading import load_steps
from tillroll_durable.errors import InvocationSpent, ReviewNeeded
from tillroll_durable.outputs import Output
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import DatabaseError
from tillroll_durable.platform.json import Json, as_object, dump
from tillroll_durable.runs import StoredStep, insist, log_fields
from tillroll_durable.step import LONGEST_KEY, Step

Out = TypeVar("Out")

ONCE: Final = (
    "a step is done once in a run. Give each its own, or do both inside one; a change is a new "
    "version's"
)
# How many rows of items are read at a time.
PAGE: Final = 250
# The digest of a map's keys, 128 bits in hexadecimal digits.
_DIGEST_LENGTH: Final = 32

DoStep = Callable[
    [Step[Any], StepFunction, Undoing | None, Sequence[object]],
    Awaitable[Json],
]
"""Does a step, or one of its occurrences, and gives what the record has of its output."""


def check_items(step: Step[Any], keys: Iterable[str], at_most: int) -> None:
    """Raises ContractError: a key is none, or no item could begin."""
    check_at_most(at_most)
    for key in keys:
        if not 0 < len(key) <= LONGEST_KEY:
            step.keyed(key)


async def side_by_side(
    next_place: Callable[[], Awaitable[int | None]],
    do: Callable[[int], Awaitable[None]],
    at_most: int,
    check: Callable[[], None],
) -> None:
    """Do what stands at each place; at most so many go on at once.

    `check` is called before each begins. Once it or one of them has raised, no other begins. The
    first error is raised again when all that were begun have come to an end.
    """
    raised: list[BaseException] = []

    async def work() -> None:
        while not raised:
            place = await next_place()
            if place is None or raised:
                return
            check()
            await do(place)

    async def worker() -> None:
        try:
            await work()
        except BaseException as error:
            raised.append(error)
            raise

    await asyncio.gather(*(worker() for _ in range(at_most)), return_exceptions=True)
    if raised:
        raise raised[0]


def with_inputs(
    step: Step[Any],
    function: Callable[..., Any],
    inputs: Sequence[object],
) -> StepFunction:
    """A step's function, called with its inputs."""

    async def call(context: StepContext) -> Outcome[Any]:
        gives = step.gives is not None
        return await outcome_of(step.name, function(context, *inputs), gives=gives)

    return call


@dataclass(frozen=True)
class StepMap(Generic[Out]):
    """The `number`th map of a step in its run, over items by their keys.

    `function`, `subject`, `rollback` and `at_most` are those of `run.map`.
    """

    execution: Execution
    do_step: DoStep
    step: Step[Out]
    number: int
    function: Callable[..., Any]
    by_key: Mapping[str, Any]
    subject: Callable[[Any], Mapping[str, str]] | None
    rollback: Callable[[Any], Any] | None
    at_most: int

    @cached_property
    def keys(self) -> Sequence[str]:
        return [*self.by_key]

    @cached_property
    def names(self) -> Sequence[str]:
        """The names of all items' steps, in their order."""
        return [f"{self.step.name}[{key}]" for key in self.keys]

    @cached_property
    def gives(self) -> Output[Any]:
        """What an item gives: by its step's type, else by that of its call."""
        if self.step.gives is not None or not self.step.is_elsewhere or not self.keys:
            return self.step.output
        call = self.function(self.by_key[self.keys[0]])
        return call.gives or self.step.output

    def occurrence(self, key: str) -> Step[Out]:
        """The occurrence of the step that an item is. Raises ContractError: its key has other
        names than `subject` gives."""
        done = self.step.keyed(key, may_fail=True)
        if self.subject is None and not self.step.subject:
            return done
        subject: Mapping[str, str] = {}
        if self.subject is not None:
            subject = self.subject(self.by_key[key])
        return done.of_subject(self.execution.run.account_id, subject)

    def input_of(self, key: str) -> Given:
        """What an item is done with."""
        whole = self.by_key[key]
        if self.step.is_elsewhere:
            whole = as_object(self.function(whole).request)
        return given(self.execution.run.id, self.occurrence(key), [whole])

    async def do(self, key: str) -> Ended[Out]:
        """Do one item, within the map's turn, or answer from its row."""
        step = self.occurrence(key)
        whole = self.by_key[key]
        if step.is_elsewhere:
            call = self.function(whole)
            whole = as_object(call.request)
            function = as_step_function(self.execution, step, call)
        else:
            function = with_inputs(step, self.function, [whole])
        check_rollback(step, self.rollback)
        undoing = self._undoing(step, key)
        try:
            output = await self.do_step(step, function, undoing, [whole])
        except ReviewNeeded as refused:
            return Failed(key, refused.reason, "review")
        return end_of(self.gives, key, output)

    def _undoing(self, step: Step[Out], key: str) -> Undoing | None:
        if self.rollback is None:
            return None
        item = self.by_key[key]
        undo = self.rollback(item)
        if step.is_elsewhere:
            return as_undoing(self.execution, step, call=self.function(item), rollback=undo)
        return Undoing(undo)

    def undoable(self) -> list[Begun]:
        """All items, to be undone where the record has them.

        An instance does not begin those behind one at which the run ends, nor those that it knows
        to have ended.
        """
        if self.rollback is None:
            return []
        return [
            begun_item(name, partial(self._undoable, key))
            for key, name in zip(self.keys, self.names, strict=True)
        ]

    def _undoable(self, key: str) -> Begun:
        step = self.occurrence(key)
        undoing = self._undoing(step, key)
        assert undoing is not None  # noqa: S101 - only where the map has a rollback
        return begun_step(self.execution, step, undoing)


async def come_to_ends(mapped: StepMap[Out], may_fail: MayFail) -> list[Ended[Out]]:
    """Do all items of a map, and return their ends in order. Raises as a step."""
    execution = mapped.execution
    await begin_map(execution, mapped.step, number=mapped.number, items=len(mapped.keys))
    whole = mapped.step.of_map(mapped.number)
    await reopen_items(execution, whole, mapped.names)
    ends = await Items(mapped).ends()
    count_items(execution, ends)
    if failed_of(ends) or execution.has_record(whole.name):
        judge = partial(come_to_whole, ends=ends, may_fail=may_fail)
        sum_up = partial(mapped.do_step, whole, judge)
        await sum_up(None, [])
    return ends


class Items(Generic[Out]):
    """The items of a map, as this instance goes through them."""

    def __init__(self, mapped: StepMap[Out]) -> None:
        self._mapped = mapped
        self._execution = mapped.execution
        self._count = len(mapped.keys)
        self._are_many = mapped.execution.known.has_partly(mapped.step)
        # All items before this place have ended; of those from it on, those in `_ended`.
        self._first_open = 0
        self._ended: set[int] = set()
        # The ends of items, where all rows were read with the run.
        self._ends: dict[int, Ended[Out]] = {}
        self._due: deque[int] = deque()
        self._read_until = 0
        self._reading = asyncio.Lock()

    async def ends(self) -> list[Ended[Out]]:
        """The ends of all items, in their order. Raises as a step."""
        if self._are_many:
            await self._go_to_first_open()
        await self._do_due()
        if self._are_many:
            await self._read_all_ends()
        return [self._ends[place] for place in range(self._count)]

    async def _read_all_ends(self) -> None:
        await self._read_ends(range(self._count))
        # A person may have asked for one that had failed once more.
        reopened = [place for place in range(self._count) if place not in self._ends]
        if reopened:
            self._due.extend(reopened)
            await self._do_due()
            await self._read_ends(reopened)

    async def _do_due(self) -> None:
        try:
            await side_by_side(
                self._next_place,
                self._do,
                at_most=min(self._mapped.at_most, self._count),
                check=self._execution.check_room_for_item,
            )
        except InvocationSpent:
            await self._note_first_open()
            raise

    async def _do(self, place: int) -> None:
        end = await self._mapped.do(self._mapped.keys[place])
        if not self._are_many:
            self._ends[place] = end
        self._note_ended(place)

    def _note_ended(self, place: int) -> None:
        self._ended.add(place)
        while self._first_open in self._ended:
            self._ended.remove(self._first_open)
            self._first_open += 1

    async def _next_place(self) -> int | None:
        """The place of the next item that is to be done; None where there is none."""
        async with self._reading:
            while not self._due and self._read_until < self._count:
                await self._read_on()
            if not self._due:
                return None
            return self._due.popleft()

    async def _read_on(self) -> None:
        """Note which of the next items are to be done."""
        places = range(self._read_until, self._count)
        if self._are_many:
            places = places[:PAGE]
            await self._read_due(places)
        else:
            self._due.extend(places)
        self._read_until = places.stop

    async def _read_due(self, places: range) -> None:
        """Read the rows of items; those that have not ended are due."""
        rows = await self._rows(places)
        for place in places:
            row = rows.get(place)
            if row is not None and self._has_ended(row):
                self._check_input(place, row)
                self._note_ended(place)
                continue
            if row is not None:
                self._execution.known.note_stored(row)
            self._due.append(place)

    async def _read_ends(self, places: Sequence[int]) -> None:
        """Note the ends of items that have ended. Raises InvocationSpent."""
        self._execution.check_room()
        for begin in range(0, len(places), PAGE):
            rows = await self._rows(places[begin : begin + PAGE])
            for place, row in rows.items():
                if self._has_ended(row):
                    self._check_input(place, row)
                    self._execution.known.pass_end(row)
                    self._ends[place] = await self._end_of(place, row)
                    self._note_ended(place)
        await self._note_first_open()

    async def _rows(self, places: Sequence[int]) -> dict[int, StoredStep]:
        """The rows of items that have one, by their places. Raises DatabaseError."""
        names = {self._mapped.names[place]: place for place in places}
        database = self._execution.platform.database
        rows = await load_steps(database, self._execution.run.id, [*names])
        return {names[name]: row for name, row in rows.items()}

    def _has_ended(self, row: StoredStep) -> bool:
        if row.outcome == "failed":
            return row.reason is None or row.reason in self._mapped.step.reviews
        return row.outcome == "completed"

    def _check_input(self, place: int, row: StoredStep) -> None:
        """Raises ContractError: the item was done with other inputs."""
        if row.outcome == "completed":
            now = self._mapped.input_of(self._mapped.keys[place])
            self._execution.check_given(row.step, now, ONCE, stored=row)

    async def _end_of(self, place: int, row: StoredStep) -> Ended[Out]:
        key = self._mapped.keys[place]
        if row.reason is not None:
            return Failed(key, row.reason, "review")
        return end_of(self._mapped.gives, key, await self._execution.whole(row.output))

    @property
    def _name(self) -> str:
        return f"{steps.MAP}{self._mapped.step.name} {self._mapped.number}: ended"

    @cached_property
    def _digest(self) -> str:
        """The digest of the keys in their order: a place is one of these."""
        keys = dump([*self._mapped.keys])
        return hashlib.sha256(keys.encode()).hexdigest()[:_DIGEST_LENGTH]

    async def _go_to_first_open(self) -> None:
        """Begin at the item that an earlier instance has noted as the first open one.

        The first item is held to its row: a body that was changed is refused before it does more.
        Raises ContractError, DatabaseError.
        """
        database = self._execution.platform.database
        run = self._execution.run
        last = partial(beats.load_last, database, run, self._name, input_digest=self._digest)
        beat = await insist(last)
        if beat is None or not beat.done:
            return
        self._first_open = beat.done
        self._read_until = beat.done
        rows = await self._rows([0])
        for place, row in rows.items():
            self._check_input(place, row)

    async def _note_first_open(self) -> None:
        """Note how many have ended, for a later instance.

        Nothing is decided by it: where it is lost, more rows are read.
        """
        run = self._execution.run
        database = self._execution.platform.database
        beat = beats.Beat(
            done=self._first_open,
            of=self._count,
            cursor=None,
            at=self._execution.now(),
        )
        try:
            await beats.write(database, run, self._name, input_digest=self._digest, beat=beat)
        except DatabaseError as error:
            log.warning("step.beat_lost", **log_fields(run), step=self._name, error=error)
