"""What a map's failed items mean for its run: it is marked, or has failed; a retry and a restart do
the failed items again, and none of the others.
"""

from collections import Counter

import pytest

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tests.simulation.planted.planted import Plant
from tillroll_durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    Failed,
    NoParams,
    NotDone,
    OnFailure,
    Refused,
    RollbackConfig,
    RollbackContext,
    Step,
    StepContext,
    Then,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable._execution import items, many
from tillroll_durable._execution.many import MayFail
from tillroll_durable.operations import Request, retry
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.restarting import Restart, restart
from tillroll_durable.runs import ItemCounts, run_from_row
from tillroll_testing import invariants
from tillroll_testing.fixtures import Repeated
from tillroll_testing.invariants.of_telling import told_about

ALL = ("ann", "ben", "cid")
SEND = Step("send", Effect.EXTERNAL, gives=str)
COUNT = Step("count", Effect.WRITE, gives=int)
POST_V1 = Contract("post", 1, steps=(SEND, COUNT))


class Post:
    """The other side: it sends once under a key, and refuses those in `refused`."""

    def __init__(self, *refused: str) -> None:
        self.refused = {*refused}
        self.sent: Counter[str] = Counter()
        self.taken_back: list[str] = []
        self.may_fail: MayFail = "some"

    def letter(self, to: str) -> ExternalCall[StepContext, str]:
        async def send(_: StepContext) -> Done[str]:
            if to in self.refused:
                raise Refused("nobody of this name")
            self.sent[to] += 1
            return Done(to, to)

        async def look_up(_: StepContext) -> Done[str] | NotDone:
            return Done(to, to) if self.sent[to] else NotDone()

        return ExternalCall({"to": to}, send, look_up, honours_key=True)

    def taking_back(self, to: str) -> ExternalCall[RollbackContext, None]:
        async def send(_: RollbackContext) -> Done[None]:
            self.taken_back.append(to)
            return Done(to)

        async def look_up(_: RollbackContext) -> Done[None] | NotDone:
            return Done(to) if to in self.taken_back else NotDone()

        return ExternalCall({"back": to}, send, look_up, honours_key=True)

    async def write_to_all(self, run: WorkflowRun[NoParams]) -> int:
        ends = await run.map(SEND, self.letter, ALL, key=str, may_fail=self.may_fail)
        sent = [end for end in ends if not isinstance(end, Failed)]
        return await run.step(COUNT, count, len(sent))

    @property
    def workflow(self) -> Workflow[NoParams, int]:
        return Workflow(POST_V1, self.write_to_all, gives=int)


async def count(_: StepContext, letters: int) -> int:
    return letters


async def played(post: Post) -> World:
    world = await open_world(Faults(), Deployed(post.workflow))
    await begin(world.host.platform, post.workflow, NoParams(), ANN, key="one")
    await world.settle()
    return world


async def run_of(world: World) -> Row:
    [run] = await world.rows("SELECT * FROM runs")
    return run


@pytest.mark.parametrize(
    ("may_fail", "refused", "state"),
    [
        ("some", (), "completed"),
        ("some", ("ben",), "completed"),
        ("some", ALL, "send_failed"),
        ("all", ALL, "completed"),
        ("none", (), "completed"),
        ("none", ("ben",), "send_failed"),
    ],
)
async def test_how_many_may_fail(may_fail: MayFail, refused: tuple[str, ...], state: str) -> None:
    post = Post(*refused)
    post.may_fail = may_fail
    world = await played(post)
    run = await run_of(world)
    assert run["state"] == state
    assert (run["items"], run["items_failed"]) == (len(ALL), len(refused))
    await invariants.check(world)


async def test_the_event_of_its_result_tells_how_many_failed() -> None:
    world = await played(Post("ben"))
    events = await world.rows("SELECT detail FROM audit_events WHERE detail LIKE '%itemsFailed%'")
    [event] = events
    assert '"items":3,"itemsFailed":1' in str(event["detail"])


async def test_a_map_that_failed_says_how_many_and_why() -> None:
    world = await played(Post(*ALL))
    run = await run_of(world)
    assert run["failure_class"] == "items_failed"
    assert run["error_summary"] == (
        "items failed: 3 of 3, first ann (nobody of this name), ben (nobody of this name), "
        "cid (nobody of this name)"
    )


async def test_a_retry_does_the_failed_items_again_and_no_other() -> None:
    post = Post("ann", "ben")
    post.may_fail = "none"
    world = await played(post)
    post.refused = {"ben"}
    for generation in (2, 3):
        run = run_from_row(await run_of(world))
        await retry(world.host.platform, POST_V1, run, Request("user:ann", "they moved back"))
        await world.settle()
        stands = await run_of(world)
        assert stands["generation"] == generation
        if generation == 2:
            assert (stands["state"], stands["items_failed"]) == ("send_failed", 1)
            post.refused = set()
    assert (await run_of(world))["state"] == "completed"
    assert (await run_of(world))["items_failed"] == 0
    assert post.sent == dict.fromkeys(ALL, 1)
    await invariants.check(world)


@pytest.mark.parametrize("may_fail", ["none", "some"])
@pytest.mark.parametrize("refused_again", [(), ("ben",), ALL])
async def test_a_map_that_failed_is_replayed_before_its_retry_and_after(
    may_fail: MayFail, refused_again: tuple[str, ...], repeated: Repeated
) -> None:
    post = Post(*ALL)
    post.may_fail = may_fail
    world = await played(post)
    await repeated(world)
    post.refused = {*refused_again}
    for _ in range(2):
        if (await run_of(world))["state"] == "completed":
            break
        run = run_from_row(await run_of(world))
        await retry(world.host.platform, POST_V1, run, Request("user:ann", "they moved back"))
        await world.settle()
        await repeated(world)
        post.refused = set()
    assert (await run_of(world))["state"] == "completed"


async def test_a_map_whose_step_compensates_is_undone(repeated: Repeated) -> None:
    step = Step(
        "send",
        Effect.EXTERNAL,
        gives=str,
        on_failure=OnFailure(then=Then.COMPENSATE),
        rollback_config=RollbackConfig(),
    )
    post = Post("ben")

    async def write(run: WorkflowRun[NoParams]) -> None:
        await run.map(step, post.letter, ALL, key=str, may_fail="none", rollback=post.taking_back)

    workflow = Workflow(Contract("post", 1, steps=(step,)), write)
    world = await open_world(Faults(), Deployed(workflow))
    await begin(world.host.platform, workflow, NoParams(), ANN, key="one")
    await world.settle()
    assert (await run_of(world))["state"] == "send_failed"
    assert post.taken_back == ["cid", "ann"]
    await invariants.check(world)
    await repeated(world)


async def test_a_restart_does_the_failed_items_again_and_what_came_behind() -> None:
    post = Post("ben")
    world = await played(post)
    post.refused = set()
    old = run_from_row(await run_of(world))
    new_run_id = await restart(
        world.host.platform,
        post.workflow,
        run=old,
        request=Request("user:ann", "ben has a door now"),
        order=Restart("items: send 1", frozenset(), key="again"),
        may=lambda _: True,
    )
    await world.settle()
    [new] = await world.rows("SELECT * FROM runs WHERE id = ?", new_run_id)
    assert (new["state"], new["items"], new["items_failed"]) == ("completed", len(ALL), 0)
    assert post.sent == dict.fromkeys(ALL, 1)
    counted = await world.rows("SELECT output FROM run_steps WHERE step = 'count' ORDER BY run_id")
    assert [row["output"] for row in counted] == ["2", "3"]
    await invariants.check(world)


async def test_the_explanation_says_what_failed_and_how_it_is_done_again() -> None:
    world = await played(Post("ben"))
    told = await told_about(world, await run_of(world))
    assert told.what_happened == (
        "The run has done what it was made for. It went on without send[ben], which failed: 1 of 3 "
        "items. Restart it from 'items: send 1': a new run does the failed items again, and what "
        "came behind them."
    )
    failed = await played(Post(*ALL))
    told = await told_about(failed, await run_of(failed))
    assert told.what_happened.startswith("The map of send failed: items failed: 3 of 3, first ann")
    assert told.next_safe_action == "retry_from_step"
    assert told.safe_to_retry


def _not_counted(patch: pytest.MonkeyPatch) -> None:
    def broken(_: object, ends: object) -> None:
        del ends

    patch.setattr(items, "count_items", broken)


def _never_fails(patch: pytest.MonkeyPatch) -> None:
    def broken(ends: object, may_fail: object) -> bool:
        del ends, may_fail
        return False

    patch.setattr(many, "has_failed", broken)


def _is_not_written(patch: pytest.MonkeyPatch) -> None:
    """The statement that ends a run leaves the counts out."""

    def broken(counts: ItemCounts, items: int, failed: int) -> ItemCounts:
        del items, failed
        return counts

    patch.setattr(ItemCounts, "with_map", broken)


@pytest.mark.parametrize(
    ("plant", "refused", "says"),
    [
        (_not_counted, ("ben",), "a map is not counted"),
        (_is_not_written, ("ben",), "a map is not counted"),
        (_never_fails, ALL, "nothing was sent"),
    ],
)
async def test_a_planted_bug_is_found(
    plant: Plant, refused: tuple[str, ...], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    post = Post(*refused)
    world = await played(post)

    async def check() -> None:
        await invariants.check(world)
        run = await run_of(world)
        assert post.sent or run["status"] != "complete", "nothing was sent, and it is complete"

    with pytest.raises(AssertionError, match=says):
        await check()


async def test_a_word_that_is_none_is_refused() -> None:
    post = Post()
    post.may_fail = "a few"  # pyright: ignore[reportAttributeAccessIssue] - a slip
    world = await played(post)
    assert "let it be one of 'none', 'some', 'all'" in str((await run_of(world))["error_summary"])
