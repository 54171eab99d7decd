"""Many of one thing: the items of a map, pages, or children, each with its end as a value."""

from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any, Final, Literal, TypeAlias, TypeVar, cast, get_args

from tillroll_durable import step_records as steps
from tillroll_durable._execution.children import Child, ChildEnd
from tillroll_durable._execution.contract_checks import check_begins
from tillroll_durable._execution.execution import Execution
from tillroll_durable._execution.external import Done, Reading
from tillroll_durable._execution.steps import CallContext, Outcome, StepContext, outcome_of
from tillroll_durable._execution.waits import commit_once
from tillroll_durable._record.loading import load_steps
from tillroll_durable.audit import Audited
from tillroll_durable.errors import ItemsFailed
from tillroll_durable.outputs import ContractError, Output
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.json import Json, JsonObject, as_object, dump
from tillroll_durable.runs import insist
from tillroll_durable.states import Status
from tillroll_durable.step import Step

Item = TypeVar("Item")
Out = TypeVar("Out")

MayFail: TypeAlias = Literal["none", "some", "all"]
"""How many items of a map may fail before its step has failed: none, some but not all, or all."""

# How many failed items are named where a map has failed.
_MOST_NAMED: Final = 3
# How many rows are opened anew at a time.
_PAGE: Final = 250
# What a person retries is done again by the generation that it was handed to.
_REOPEN: Final = """
  UPDATE run_steps SET outcome = 'retrying'
  WHERE run_id = ?1 AND outcome = 'failed' AND reason IS NULL AND generation < ?2
    AND step IN (SELECT value FROM json_each(?3))
    AND EXISTS (SELECT 1 FROM runs
      WHERE id = ?1 AND generation = ?2 AND cancel_requested_at IS NULL)
"""


@dataclass(frozen=True)
class Failed:
    """What an item came to that failed for good; the run goes on. `failure_class` is what the
    failure left behind, such as "external_refused" (docs/how-to/stuck-run.md has all), "review"
    where it asked for a person by one of the step's review reasons, "done_not_kept" where it is
    done and what it gave is too large, or the status that a child ended in.

    Attributes:
        key: of the item.
        error: its last error, in one line.
    """

    key: str
    error: str
    failure_class: str


Ended: TypeAlias = Done[Out] | Failed


def items_by_key(items: Sequence[Item], key: Callable[[Item], str], what: str) -> dict[str, Item]:
    """The items by their keys. Raises ContractError: two have the same."""
    by_key: dict[str, Item] = {}
    for item in items:
        name = key(item)
        if name in by_key:
            raise ContractError(
                f"the map of {what} has two items of the key {name!r}: give each its own"
            )
        by_key[name] = item
    return by_key


async def begin_map(execution: Execution, step: Step[Out], number: int, items: int) -> None:
    """Note how many `items` the `number`th map of a step has, and move the run to where its
    occurrences begin. Raises as a step.
    """
    name = f"{steps.MAP}{step.name} {number}"

    async def note(attempt: int) -> Json:
        stored = await execution.completed(name, attempt)
        if stored:
            return stored.output
        begins_in = execution.contract.begins_of(step)
        check_begins(name, begins_in, state=execution.run.state)
        outcome = Outcome(output=items, state=step.on_success[0])
        return await commit_once(
            execution, name, attempt=attempt, outcome=outcome, action=Audited.STEP_COMPLETED
        )

    noted = await execution.durably(name, note)
    if noted != items:
        raise ContractError(
            f"the map of {step.name!r} was begun with {noted} items, and has {items} now: give it "
            "what a step returned"
        )


NOT_KEPT_CLASS: Final = "done_not_kept"
"""The failure class of an item that is done, and whose output cannot be kept."""


def end_of(gives: Output[Out], key: str, stored: Json) -> Ended[Out]:
    """What an occurrence came to, from what is kept of it."""
    match stored:
        case {steps.FAILED: {"error": str(error), "failureClass": str(failure_class)}}:
            return Failed(key, error, failure_class)
        case {steps.NOT_KEPT: str(why)}:
            return Failed(key, why, NOT_KEPT_CLASS)
        case _:
            return Done("", gives.read(stored))


async def child_by_child(
    by_key: Mapping[str, Any],
    at_most: int,
    begin: Callable[[str, Any], Awaitable[Child[Out]]],
    *,
    join: Callable[[Child[Out]], Awaitable[ChildEnd[Out]]],
) -> list[Ended[Out]]:
    """Begin a child for each item, at most so many at once.

    Before another begins, the one that began first is joined: a replay passes them in the same
    order, whatever ended first. Raises ContractError: none could begin.
    """
    check_at_most(at_most)
    open_ones: deque[tuple[str, Child[Out]]] = deque()
    ends: list[Ended[Out]] = []

    async def join_first() -> None:
        key, child = open_ones.popleft()
        end = await join(child)
        if end.status == Status.COMPLETE:
            ends.append(Done(end.run_id, cast("Out", end.output)))
        else:
            why = f"the run {end.run_id} stands in {end.state}"
            ends.append(Failed(key, why, end.status))

    for name, item in by_key.items():
        if len(open_ones) == at_most:
            await join_first()
        child = await begin(name, item)
        open_ones.append((name, child))
    while open_ones:
        await join_first()
    return ends


def check_may_fail(may_fail: str) -> None:
    """Raises ContractError: it is none of the words of `MayFail`."""
    words = get_args(MayFail)
    if may_fail not in words:
        raise ContractError(
            f"a map's `may_fail` is {may_fail!r}: let it be one of {', '.join(map(repr, words))}"
        )


def failed_of(ends: Iterable[Ended[Any]]) -> list[Failed]:
    """The ends of items that failed."""
    return [end for end in ends if isinstance(end, Failed)]


def count_items(execution: Execution, ends: Sequence[Ended[Any]]) -> None:
    """Count the items of a map that the body has behind it."""
    execution.counts = execution.counts.with_map(len(ends), failed=len(failed_of(ends)))


def has_failed(ends: Sequence[Ended[Any]], may_fail: MayFail) -> bool:
    """Whether a map has failed as a whole."""
    failed = len(failed_of(ends))
    match may_fail:
        case "none":
            return failed > 0
        case "some":
            return 0 < failed == len(ends)
        case "all":
            return False


async def come_to_whole(
    context: StepContext, ends: Sequence[Ended[Any]], may_fail: MayFail
) -> Outcome[Any]:
    """The function of the step that says what became of a map's items. Raises ItemsFailed: more
    failed than may.
    """
    failed = failed_of(ends)
    if has_failed(ends, may_fail):
        examples = ", ".join(f"{end.key} ({end.error})" for end in failed[:_MOST_NAMED])
        raise ItemsFailed(f"{len(failed)} of {len(ends)}, first {examples}")
    # It stands where its last item left it.
    counts: JsonObject = {"items": len(ends), "failed": len(failed)}
    return Outcome(output=counts, state=context.run.state)


async def reopen_items(execution: Execution, whole: Step[Any], names: Sequence[str]) -> None:
    """Have the failed items of a map done again, where a person has retried the map as a `whole`.

    `names` are those of its items. Raises DatabaseError.
    """
    run = execution.run
    records = execution.known.records
    record = records.get(whole.name)
    is_retried = (
        record is not None and record.outcome == "retrying" and record.generation < run.generation
    )
    if not is_retried or execution.must_end:
        return
    database = execution.platform.database
    for begin in range(0, len(names), _PAGE):
        page = names[begin : begin + _PAGE]
        names_of_page = dump([*page])
        reopen = statement(_REOPEN, [run.id, run.generation, names_of_page])
        await insist(partial(database.batch, [reopen]))
        rows = await load_steps(database, run.id, [name for name in page if name in records])
        for row in rows.values():
            execution.known.note_stored(row)


def check_at_most(at_most: int) -> None:
    """Raises ContractError: no item of a map could begin."""
    if at_most < 1:
        raise ContractError(f"a map does at most {at_most} at once: let it be 1 or more")


async def fail_run(_: StepContext, reason: str) -> Outcome[Any]:
    """The function of the step by which a body says that its run fails."""
    raise NonRetryable(reason)


StepOnce: TypeAlias = Callable[..., Awaitable[Any]]
"""Does a step of a run once for its `key`."""


async def pages_of_cursors(
    step_once: StepOnce,
    step: Step[Any],
    function: Callable[..., Any],
    *,
    inputs: Sequence[object],
    then: Callable[[Any], Hashable | None],
    call: int,
) -> list[Any]:
    """The pages of the `call`th `run.pages` of a step, each by the cursor of the one before."""
    cursors: dict[Any, int] = {}
    pages: list[Any] = []
    cursor: Any = None
    for number in count(1):
        read = refusing_circles(step, function, then=then, cursors=cursors, number=number)
        pages.append(await step_once(step, read, *inputs, cursor, key=_page_key(call, number)))
        cursor = then(pages[-1])
        if cursor is None:
            break
        cursors[cursor] = number
    return pages


async def pages_of_readings(
    read_once: StepOnce,
    first: Reading[Any],
    then: Callable[[Any, int], Reading[Any] | None],
    *,
    call: int,
) -> list[Any]:
    """The pages of the `call`th `run.pages` of a step, each by a reading that `then` gives."""
    before: dict[str, int] = {}
    pages: list[Any] = []
    following: Reading[Any] | None = first
    while following is not None:
        number = len(pages) + 1
        before[dump(as_object(following.request))] = number
        read = reading_on(following, then, before, number=number)
        pages.append(await read_once(read, key=_page_key(call, number)))
        following = then(pages[-1], number + 1)
    return pages


def _page_key(call: int, number: int) -> str:
    if call == 1:
        return str(number)
    return f"{call}-{number}"


def reading_on(
    reading: Reading[Out],
    then: Callable[[Out, int], Reading[Out] | None],
    before: Mapping[str, int],
    *,
    number: int,
) -> Reading[Out]:
    """The reading of the `number`th page, which fails for good where it leads to a page `before`.
    Those are by the text of what was asked for.
    """

    async def ask(context: CallContext) -> Out:
        page = await reading.ask(context)
        following = then(page, number + 1)
        if following is not None:
            earlier = before.get(dump(as_object(following.request)))
            if earlier is not None:
                raise NonRetryable(
                    f"page {number} leads back to page {earlier}: the other side goes in a circle, "
                    "so have it put right, then retry"
                )
        return page

    return replace(reading, ask=ask)


def refusing_circles(
    step: Step[Out],
    function: Callable[..., object],
    then: Callable[[Out], Hashable | None],
    cursors: Mapping[Any, int],
    number: int,
) -> Callable[..., Awaitable[Outcome[Any]]]:
    """The function of a step that reads the `number`th page, and fails for good where that leads
    where a page before led, by `cursors`. It is refused before it is recorded: what is recorded
    would lead there in every replay.
    """

    async def read(context: StepContext, *inputs: object) -> Outcome[Any]:
        outcome = await outcome_of(
            step.name, function(context, *inputs), gives=step.gives is not None
        )
        try:
            following = then(step.output.read(step.output.written(outcome.output)))
        except ContractError:  # an output that does not fit is refused where it is kept
            return outcome
        if following is None:
            return outcome
        before = cursors.get(following)
        if before is not None and before < number:
            raise NonRetryable(
                f"page {number} leads to the cursor {following!r}, as page {before} did: the "
                "other side goes in a circle, so have it put right, then retry"
            )
        return outcome

    return read
