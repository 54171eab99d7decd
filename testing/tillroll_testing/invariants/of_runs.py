"""What must always hold (docs/architecture.md), whatever the workflow, checked on the rows that
were left behind.
"""

from collections.abc import Mapping

from tillroll_durable.contract import Contract
from tillroll_durable.errors import FailureClass
from tillroll_durable.platform.bindings.database import Row, columns_of, integer, text
from tillroll_durable.platform.json import load_object
from tillroll_durable.runs import stands_still
from tillroll_durable.states import Status
from tillroll_durable.step import Effect, Then, rollback_name
from tillroll_durable.step_records import MAP
from tillroll_testing.invariants.of_events import check_events
from tillroll_testing.invariants.of_telling import check_telling
from tillroll_testing.invariants.of_undoing import check_known_before_undone
from tillroll_testing.simulation.engine import WAITING_FOR_PAUSE
from tillroll_testing.simulation.world import World


async def check(world: World) -> None:
    """Assert every invariant that is not a workflow's own."""
    contract = world.deployed.contract
    runs = await world.rows("SELECT * FROM runs WHERE kind = ? ORDER BY id", contract.kind)
    events = await world.rows("SELECT * FROM audit_events ORDER BY id")
    assert runs, "an acknowledged run is lost"
    assert not world.instances.ran_on, "a body went on after the engine had aborted it"
    held = {
        text(row, "run_id")
        for row in await world.rows("SELECT run_id FROM outbox WHERE state = 'held'")
    }
    for run in runs:
        told = [event for event in events if event["stream"] == run["id"]]
        await check_run(world, run, told, has_held=run["id"] in held)
    _each_event_has_one_id(world)
    await _each_is_found_by_its_external_ids(world)
    await _others_are_untouched(world)
    for holds in world.ground.invariants:
        await holds(world)


async def check_run(world: World, run: Row, told: list[Row], *, has_held: bool = False) -> None:
    """Assert what must hold of one run, of whatever kind; `told` are the events of its audit.
    `has_held`: an event of it is held.
    """
    contract = world.contract_of_kind(text(run, "kind"))
    _is_owned(run, world, contract, has_held=has_held)
    _audit_tells_every_change(run, told, contract)
    _only_what_must_be_is_undone(run, told, contract)
    await check_known_before_undone(world, run, told, contract)
    await _is_undone_in_reverse(world, run, told, contract)
    _a_cancelled_run_begins_nothing(told, contract)
    _nothing_goes_forward_once_it_is_undone(told, contract)
    _what_was_skipped_stays_so(told, contract)
    _no_generation_acts_for_another(
        told, await world.rows("SELECT * FROM run_steps WHERE run_id = ?", str(run["id"]))
    )
    await _what_has_ended_early_is_undone(world, run, told, contract)
    await _what_was_left_is_told(world, run, told)
    await _failed_items_are_counted(world, run)
    await check_telling(world, run)
    await check_events(world, run, told, contract)


async def _each_is_found_by_its_external_ids(world: World) -> None:
    named = await world.rows(
        "SELECT run_id, external_id FROM run_steps "
        "WHERE external_id <> '' AND outcome = 'completed'"
    )
    found = await world.rows("SELECT run_id, external_id FROM run_external_ids")
    pairs = {(row["run_id"], row["external_id"]) for row in found}
    missing = {(row["run_id"], row["external_id"]) for row in named} - pairs
    assert not missing, f"not found by what others call what they did: {missing}"


def _is_owned(run: Row, world: World, contract: Contract, *, has_held: bool) -> None:
    """Assert that a run that is not at its end belongs to the engine, a timer or a person, and to
    exactly one instance. A run that `has_held` an event is the engine's until that is released.
    """
    current = f"{run['id']}-{run['generation']}"
    instances = world.instances.by_id
    live = [
        name
        for name, item in instances.items()
        if item.is_live and name.rpartition("-")[0] == run["id"]
    ]
    assert set(live) <= {current}, f"{live} are alive, the run is {current}"
    if contract.state(text(run, "state")).is_terminal or run["status"] == "failed":
        return
    pending = {item.pending.name for item in world.deployed.settlements.values() if item}
    pending_delivery = run["state"] in pending and not has_held
    # The person who paused it resumes it, whatever became of its instance.
    is_paused = run["paused_at"] is not None or (
        current in instances and instances[current].status in {"paused", WAITING_FOR_PAUSE}
    )
    if stands_still(run):
        says = f"run {run['id']} stands still in {run['state']}: {run['error_summary']}"
        assert world.was_astray, says
        assert not live, f"run {run['id']} stands still in {run['state']}, and an instance goes on"
        assert run["requires_human_review"] == 1, (
            f"run {run['id']} stands still in {run['state']}, and no person is asked to look"
        )
        return
    following = contract.step_from(text(run, "state"))
    why = f"the body never begins {following.name!r}: " if following and not live else ""
    says = f"{why}nobody owns run {run['id']} in {run['state']}"
    assert pending_delivery or is_paused or live == [current], says


def _audit_tells_every_change(run: Row, events: list[Row], contract: Contract) -> None:
    assert [integer(event, "seq") for event in events] == list(range(1, len(events) + 1)), (
        "the audit has a gap"
    )
    changes = [change for event in events if (change := _change(event))]
    state = contract.initial
    for before, after in changes:
        assert before == state, f"the audit goes from {state} to {before} without an event"
        state = after
    assert state == run["state"], f"the audit ends in {state}, the run in {run['state']}"
    assert len(changes) == integer(run, "state_version") - 1, (
        "a change of state has no event of its own"
    )


def _change(event: Row) -> tuple[str, str] | None:
    detail = _detail(event)
    return (str(detail["from"]), str(detail["to"])) if "from" in detail else None


def _only_what_must_be_is_undone(run: Row, events: list[Row], contract: Contract) -> None:
    """Nothing is undone but for a cancellation, an abandonment, or a step whose failure
    compensates.
    """
    undone = [
        event for event in events if event["action"] in {"step.rolled_back", "rollback.failed"}
    ]
    if not undone:
        return
    failed = {str(_detail(event)["step"]) for event in events if event["action"] == "step.failed"}
    steps = [step for name in failed if (step := contract.find_step(name))]
    may_undo = any(step.on_failure.then is Then.COMPENSATE for step in steps)
    assert may_undo or run["cancel_kind"] is not None, (
        f"nobody asked for it, yet it was undone: {undone[0]['action']}"
    )


async def _is_undone_in_reverse(
    world: World, run: Row, events: list[Row], contract: Contract
) -> None:
    """Last begun, first undone, and a failed rollback keeps no other from its turn. What was never
    done has no turn: it was refused, or a body that has gone astray reached it later.
    """
    order = {step.name: number for number, step in enumerate(contract.steps)}
    # its steps begin in any order, some of them many times: the record has it
    if contract.completed is not None:
        query = "SELECT step FROM run_steps WHERE run_id = ? ORDER BY at_version"
        rows = await world.rows(query, text(run, "id"))
        order = {text(row, "step"): number for number, row in enumerate(rows)}
    query = "SELECT step FROM run_steps WHERE run_id = ? AND output ->> 'skipped' IS NOT NULL"
    never_done = {text(row, "step") for row in await world.rows(query, text(run, "id"))}
    tried: dict[str, list[int]] = {}
    generation = 1
    for event in events:
        if event["action"] in {"run.abandoning", "run.resumed", "run.retried"}:
            generation += 1
        name = str(_detail(event).get("step"))
        if event["action"] in {"step.rolled_back", "rollback.failed"} and name not in never_done:
            step = name.removeprefix("rollback: ")
            tried.setdefault(str(generation), []).append(order.get(step, len(order)))
    for undone in tried.values():
        assert undone == sorted(undone, reverse=True), "it was undone in the wrong order"


async def _what_has_ended_early_is_undone(
    world: World, run: Row, events: list[Row], contract: Contract
) -> None:
    """Each completed step with a rollback was undone where a run has ended as cancelled, abandoned
    or compensated, or a person was called.
    """
    # A body can lead to an end of such a status by itself.
    has_ended_early = any(
        event["action"] in {"run.cancelled", "run.abandoned", "run.compensated"} for event in events
    )
    is_over = has_ended_early and run["status"] in {Status.CANCELLED, Status.FAILED}
    query = "SELECT step FROM run_steps WHERE run_id = ? AND outcome = 'completed'"
    completed = {text(step, "step") for step in await world.rows(query, text(run, "id"))}
    stands = [
        name
        for name in sorted(completed)
        if (step := contract.find_step(name))
        and step.rollback_config
        and rollback_name(name) not in completed
    ]
    was_called = run["escalated_at"] is not None and run["requires_human_review"] == 1
    assert was_called or not (is_over and stands), (
        f"it ended as {run['state']}, {stands} stands, and nobody was called"
    )


async def _what_was_left_is_told(world: World, run: Row, events: list[Row]) -> None:
    """A run that was ended as it stands says what stands: each such step was undone after all, or
    its rollback failed for all to see and a person was called.
    """
    left: set[str] = set()
    for event in events:
        if event["action"] == "run.abandoning" and "stands" in (
            detail := load_object(text(event, "detail"))
        ):
            stands = detail["stands"]
            assert isinstance(stands, list)
            left |= {str(step) for step in stands}
    if not left or run["status"] not in {Status.CANCELLED, Status.FAILED}:
        return
    query = "SELECT step FROM run_steps WHERE run_id = ? AND outcome = 'completed'"
    undone = {text(step, "step") for step in await world.rows(query, text(run, "id"))}
    still = {step for step in left if rollback_name(step) not in undone}
    told = {str(_detail(event)["step"]) for event in events if event["action"] == "rollback.failed"}
    assert still <= told, f"{still - told} were left as they stand, and it is not told"
    if still:
        says = (run["failure_class"], run["requires_human_review"])
        assert says == (FailureClass.ROLLBACK_FAILED, 1), f"{still} stand, and it says {says}"


async def _failed_items_are_counted(world: World, run: Row) -> None:
    """A run with a result says how many items of its maps there were, and how many failed. Children
    of a map are counted besides.
    """
    if run["status"] != Status.COMPLETE or run["cancel_kind"] is not None:
        return
    query = "SELECT step, outcome, output FROM run_steps WHERE run_id = ?"
    rows = await world.rows(query, text(run, "id"))
    maps = {
        text(row, "step").removeprefix(MAP).rpartition(" ")[0]: int(text(row, "output"))
        for row in rows
        if text(row, "step").startswith(MAP) and row["outcome"] == "completed"
    }
    failed = [
        text(row, "step")
        for row in rows
        if row["outcome"] == "failed" and text(row, "step").partition("[")[0] in maps
    ]
    assert integer(run, "items") >= max(maps.values(), default=0), "a map is not counted"
    assert integer(run, "items_failed") >= len(failed), (
        f"{', '.join(failed)} failed, and the run tells of {run['items_failed']}"
    )


def _a_cancelled_run_begins_nothing(events: list[Row], contract: Contract) -> None:
    """After the request nothing is completed but what had happened elsewhere already."""
    is_cancelled = False
    for event in events:
        is_cancelled = is_cancelled or event["action"] in {"run.cancel_requested", "run.abandoning"}
        if is_cancelled and event["action"] == "step.completed":
            step = contract.find_step(str(_detail(event)["step"]))
            effect = None if step is None else step.effect
            assert effect in {Effect.EXTERNAL, Effect.IRREVERSIBLE}, "a cancelled run went on"


def _nothing_goes_forward_once_it_is_undone(events: list[Row], contract: Contract) -> None:
    """No forward step completes after compensation began, in whatever generation."""
    is_undoing = False
    for event in events:
        is_forward = event["action"] in {"step.completed", "review.requested", "review.taken_up"}
        assert not (is_undoing and is_forward), "a step went forward after compensation had begun"
        change = _change(event)
        is_undoing = (
            is_undoing
            or event["action"] in {"step.rolled_back", "rollback.failed"}
            or (change is not None and change[1] == contract.compensating)
        )


def _what_was_skipped_stays_so(events: list[Row], contract: Contract) -> None:
    """A step without which the run went on is not done after later ones."""
    may_be_skipped = {step.name for step in contract.steps if step.on_failure.then is Then.CONTINUE}
    skipped: set[str] = set()
    passed: set[str] = set()
    for event in events:
        if event["action"] not in {"step.completed", "step.failed"}:
            continue
        step = str(_detail(event)["step"])
        assert step not in passed, f"{step} was skipped, and was tried again after later steps"
        passed |= skipped
        if event["action"] == "step.failed" and step in may_be_skipped:
            skipped.add(step)


def _no_generation_acts_for_another(events: list[Row], steps: list[Row]) -> None:
    """What has failed for good in one generation is completed by a later one, or not at all."""
    failed = {
        (str(_detail(event)["step"]), int(text(event, "event_key").rpartition(":")[2]))
        for event in events
        if event["action"] == "step.failed"
    }
    for step in steps:
        done = (text(step, "step"), integer(step, "generation"))
        assert step["outcome"] != "completed" or done not in failed, (
            f"{done[0]} failed for good, and was done after all"
        )


def _detail(event: Row) -> Mapping[str, object]:
    return load_object(text(event, "detail"))


def _each_event_has_one_id(world: World) -> None:
    told: dict[str, set[str]] = {}
    for headers, body in world.host.pieces.receiver.received:
        told.setdefault(body, set()).add(headers["webhook-id"])
    assert all(len(ids) == 1 for ids in told.values()), "an event was delivered under two ids"


async def _others_are_untouched(world: World) -> None:
    there = {
        text(row, "name")
        for row in await world.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    ground = world.ground
    accounts = ", ".join("?" for _ in ground.accounts)
    for table in columns_of(there.intersection(ground.owned)):
        query = f"SELECT 1 FROM {table} WHERE account_id NOT IN ({accounts})"
        foreign = await world.rows(query, *ground.accounts)
        assert not foreign, f"{table} holds something of another account"
