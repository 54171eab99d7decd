"""A simulated deployment of one workflow: a process that can die, and everything that outlives
it.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum
from functools import partial
from typing import Any, LiteralString, TypeVar

from tillroll_durable import ObjectsInUse, operations
from tillroll_durable.contract import Contract, Settlement
from tillroll_durable.decisions import (
    AlreadyDecided,
    NotWaiting,
    Verdict,
    decide,
    newest_review,
)
from tillroll_durable.declared import of_all
from tillroll_durable.dispatch import execute
from tillroll_durable.outbox import Settlements
from tillroll_durable.platform.bindings.database import Row, statement, text
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.invocation import invocation
from tillroll_durable.platform.json import GivenObject, JsonObject, as_json
from tillroll_durable.platform.limits import PAID
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run, load_run, run_from_row, stands_still
from tillroll_durable.states import LIVE
from tillroll_durable.step_records import ASK_UNTIL_LATE, OUTPUTS_IN_USE
from tillroll_durable.versions import by_version
from tillroll_durable.webhooks.consumer import receive, resend
from tillroll_durable.workflow import Workflow
from tillroll_testing.host.platform import USER, HostPlatform
from tillroll_testing.host.reading import ScriptedModels
from tillroll_testing.simulation.adapters import (
    FaultyDatabase,
)
from tillroll_testing.simulation.astray import Mutant, Mutation, go_astray
from tillroll_testing.simulation.engine import (
    WAITING_FOR_PAUSE,
    SimulatedEngine,
    SimulatedInstances,
)
from tillroll_testing.simulation.faults import Crash, Faults
from tillroll_testing.simulation.ground import Ground
from tillroll_testing.simulation.memory import forget
from tillroll_testing.simulation.other_side import OtherSide
from tillroll_testing.simulation.reconciling import Mended, reconcile
from tillroll_testing.simulation.together import together

_ROUNDS = 40
# How often a run is awakened where it was sent away. A step gives up long before.
_MOST_AWAKENINGS = 200
# Between two turns: a cron that is late is no worse than one in time.
_PACE = timedelta(minutes=4)
_REQUEST = operations.Request(f"user:{USER}", "because of the test")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Deployed:
    """What is deployed: a workflow, what its deliveries mean, which objects are in use, what else
    the cron does, and the workflows of other kinds.

    Attributes:
        workflow: the story is about this one.
        settlements: what the end of each delivery means, by topic.
        objects_in_use: which objects belong to rows; the others are deleted.
        more_ticks: what else the cron does.
        beside: the workflows of other kinds.
    """

    workflow: Workflow
    settlements: Settlements = field(default_factory=dict[str, Settlement | None])
    objects_in_use: ObjectsInUse = field(default_factory=lambda: of_all([OUTPUTS_IN_USE]))
    more_ticks: Sequence[Callable[[Platform], Coroutine[Any, Any, None]]] = ()
    beside: Sequence[Workflow] = ()

    @property
    def contract(self) -> Contract:
        """The contract of the workflow that the story is about."""
        return self.workflow.contract


class SignalGoes(Enum):
    """When an author's signal is sent, and how often."""

    AT_ONCE = "at once"
    HELD_BACK = "when nothing more happens by itself"
    TWICE = "twice, and once more under another key"
    TOO_LATE = "when its time is up"


class World:
    """Made by `open_world` and `open_bare_world`. A crash takes the queue's messages with it; rows,
    objects and the engine's store stay.

    `copies` is how many crons fire at once, and how many consumers get each message. For
    `turns_rolled_back` turns a deployment stands that lacks the workflow, and for `turns_astray`
    one whose body is the `mutant`; `was_astray` then, and `may_be_stranded` where such a one may
    bring a run on to where the right body does not take it up. `earlier` are versions of it that
    are deployed beside the newest.
    """

    def __init__(
        self,
        faults: Faults,
        instances: SimulatedInstances,
        host: HostPlatform,
        deployed: Deployed,
        ground: Ground,
    ) -> None:
        self.ground = ground
        self.faults = faults
        self.instances = instances
        self.host = host
        self.deployed = deployed
        self.request = _REQUEST
        self.copies = 1
        self.plan = PAID
        self.turns_rolled_back = 0
        self.turns_astray = 0
        self.was_astray = False
        self.may_be_stranded = False
        self.mutant = Mutant(Mutation.REFUSE, 2)
        self.earlier: Sequence[Workflow] = ()
        # An author's world has one; elsewhere a story brings its own.
        self.elsewhere: OtherSide | None = None
        # How the next signal goes, and those that wait to be sent.
        self.signals_go = SignalGoes.AT_ONCE
        self.held_back: list[Callable[[], Awaitable[None]]] = []
        self.too_late: list[Callable[[], Awaitable[None]]] = []
        # Whose runs people operate on; None: the newest, of whatever kind.
        self.aims_at: str | None = None

    @property
    def database(self) -> FaultyDatabase:
        """The database of this world."""
        database = self.host.platform.database
        assert isinstance(database, FaultyDatabase)
        return database

    @property
    def models(self) -> ScriptedModels:
        """The models of this world: `says` is what makes their answers, from a model's name and
        what it is asked; `answered` counts those that are paid for.
        """
        return self.host.pieces.models

    async def rows(self, sql: LiteralString, *parameters: str) -> list[Row]:
        """Rows as they are, past every fault."""
        return await self.host.database.all(statement(sql, [*parameters]))

    async def run(self) -> Run | None:
        """The only run, or the newest, of those that are aimed at."""
        query = "SELECT id FROM runs WHERE ?1 = '' OR kind = ?1 ORDER BY id DESC LIMIT 1"
        rows = await self.rows(query, self.aims_at or "")
        loaded = await load_run(self.host.database, text(rows[0], "id")) if rows else None
        return loaded[0] if loaded else None

    async def settle(self, decision: GivenObject | None = None) -> None:
        """Let everything happen that happens by itself, with a person who answers reviews with
        `decision`'s values. Where the other side fails often, the clock goes to where a run that
        it has sent away asks again.
        """
        await self._come_to_quiet(decision)
        for _ in range(_MOST_AWAKENINGS):
            if not self._go_to_next_attempt():
                return
            await self._come_to_quiet(decision)
        raise AssertionError(f"a run was sent away {_MOST_AWAKENINGS} times, and asks again")

    def _go_to_next_attempt(self) -> bool:
        """Put the clock to where a run asks again of which the other side wanted a pause. False
        where none does, or where time is the story's.
        """
        if self.elsewhere is None or not self.elsewhere.fails_often:
            return False
        at = self.instances.next_attempt_at()
        if at is None:
            return False
        self.host.pieces.clock.advance(at - self.host.pieces.clock.now())
        return True

    async def _come_to_quiet(self, decision: GivenObject | None) -> None:
        """Let happen what needs no time of a run's own."""
        for _ in range(_ROUNDS):
            await self.surviving(self.turn)
            if decision is not None:
                await self.surviving(partial(self.decide_all, decision))
            if await self._is_quiet(has_person=decision is not None):
                return
            self.host.pieces.clock.advance(_PACE)

    async def let_pass(self, time: timedelta, decision: GivenObject | None = None) -> None:
        """Let time pass, and what then happens by itself. Before, a person resumes what is paused
        or stands still, and what hangs goes on: no request hangs for as long as the other side
        knows its key.
        """
        await self.faults.release()
        if await self.stands_still():
            await self.surviving(self.revive)
            await self.settle(decision)
        if await self.is_paused():
            await self.surviving(self.unpause)
        self.host.pieces.clock.advance(time)
        await self.settle(decision)

    @property
    def other_side(self) -> OtherSide:
        """What is asked for by HTTP in an author's world."""
        assert self.elsewhere is not None, "open the world by `open_world`"
        return self.elsewhere

    async def follow(self) -> bool:
        """Let come what others still owe: a side that asked to be left alone takes requests again,
        a signal that was held back is sent, and one that is too late comes after its time. Return
        whether there was anything.
        """
        if self.elsewhere is not None and (seconds := self.elsewhere.rest()):
            self.host.pieces.clock.advance(timedelta(seconds=seconds))
            return True
        if await self._let_come_what_was_sent():
            return True
        late, self.too_late = self.too_late, []
        if late:
            [row] = await self.rows(
                "SELECT max(until) AS at FROM run_waits WHERE ended_at IS NULL AND kind = 'signal'"
            )
            if row["at"] is not None:
                over = from_text(text(row, "at")) - self.host.pieces.clock.now()
                self.host.pieces.clock.advance(max(over, timedelta(0)) + _PACE * 3)
                await self.settle()
        held, self.held_back = [*self.held_back, *late], []
        for act in held:
            await self.surviving(act)
        return bool(held)

    async def _let_come_what_was_sent(self) -> bool:
        """Put the clock to where a run asks again that has waited for what it sent to arrive. False
        where none does.
        """
        sql = """
          SELECT run_id FROM effect_intents WHERE outcome IS NULL AND when_unknown = ?
        """
        at = self.instances.next_attempt_at()
        if at is None or not await self.rows(sql, ASK_UNTIL_LATE):
            return False
        self.host.pieces.clock.advance(at - self.host.pieces.clock.now())
        return True

    @property
    def workflows(self) -> Sequence[Workflow]:
        """What is deployed now."""
        if self.turns_rolled_back:
            return []
        workflow = self.deployed.workflow
        newest = (
            replace(workflow, body=partial(go_astray, self.mutant, workflow.body))
            if self.turns_astray
            else workflow
        )
        return [newest, *self.deployed.beside, *self.earlier]

    async def turn(self) -> None:
        """The engine runs what it has, the consumer takes its messages, the cron fires."""
        await self.work()
        await self.tick()
        self.turns_rolled_back = max(0, self.turns_rolled_back - 1)
        self.turns_astray = max(0, self.turns_astray - 1)

    async def work(self) -> None:
        """The engine runs what it has, the consumer takes its messages."""
        await self.instances_only()
        while self.host.pieces.queue.messages:
            await self._consume(self.host.pieces.queue.messages.pop(0))

    async def instances_only(self) -> None:
        """The engine runs what it has; messages are left in the queue."""

        async def body(engine: SimulatedEngine, params: JsonObject) -> JsonObject:
            return await execute(
                invocation(self.host.platform, self.plan), engine, self.workflows, params
            )

        await self.instances.run_all(body)

    async def _consume(self, message: JsonObject) -> None:
        """What the consumers do, of whom one is first; a message over which they failed comes
        again.
        """
        key = next((each for each in self.ground.nudges if each in message), None)
        if key is not None:
            work_off = self.ground.nudges[key]
            await work_off(invocation(self.host.platform), str(message[key]))
            return
        try:
            await together(
                *[
                    receive(
                        invocation(self.host.platform),
                        self.deployed.settlements,
                        message,
                        is_first=copy == 0,
                    )
                    for copy in range(self.copies)
                ]
            )
        except Exception:
            self.host.pieces.queue.messages.append({"outboxId": message["outboxId"]})
            raise

    async def tick(self) -> Mended:
        """One tick of the reconciler, or several at once."""
        contracts = by_version([workflow.contract for workflow in self.workflows])
        here = [invocation(self.host.platform) for _ in range(self.copies)]
        in_use = self.deployed.objects_in_use
        settlements = self.deployed.settlements
        mended = await together(*[reconcile(each, contracts, in_use, settlements) for each in here])
        for more in self.deployed.more_ticks:
            await together(*[more(each) for each in here])
        return mended[0]

    async def _is_quiet(self, *, has_person: bool) -> bool:
        """True where nothing more happens by itself."""
        live = await self.rows("SELECT * FROM runs WHERE status IN ('processing', 'needs_review')")
        due = await self.rows(
            """
            SELECT outbox.id FROM outbox JOIN runs ON runs.id = outbox.run_id
            WHERE outbox.state = 'pending'
              OR outbox.state = 'held' AND runs.next_safe_action <> 'resend_notification'
              -- that is a person's
            """
        )
        if due or self.host.pieces.queue.messages or self.turns_rolled_back or self.turns_astray:
            return False
        if not live and await self.rows("SELECT 1 FROM reconciler_setbacks"):
            return False  # what could not be begun is begun a while later
        if any(
            instance.status in {"queued", "running", WAITING_FOR_PAUSE}
            for instance in self.instances.by_id.values()
        ):
            return False
        # The event of a signal was lost: the reconciler wakes the run when it has waited for a
        # while.
        heard = await self.rows(
            """
            SELECT w.run_id FROM run_waits w JOIN signals ON signals.run_id = w.run_id
                AND signals.name = w.name
            WHERE w.ended_at IS NULL AND signals.taken_up_at IS NULL
            """
        )
        for run in live:
            instance = self.instances.by_id.get(f"{run['id']}-{run['generation']}")
            if (
                {"run_id": run["id"]} in heard
                and instance is not None
                and instance.status == "waiting"
            ):
                return False
            is_at_rest = (
                instance is not None and instance.status in {"waiting", "paused"}
            ) or stands_still(run)
            is_awaited = run["status"] == "needs_review" and (
                has_person or run["cancel_kind"] is not None
            )
            if not is_at_rest or (is_awaited and instance and instance.status == "waiting"):
                return False
        return True

    async def decide_all(self, values: GivenObject) -> None:
        """Decide each review that waits."""
        waiting = await self.rows("SELECT id FROM runs WHERE status = 'needs_review'")
        await self.decide_of([text(row, "id") for row in waiting], values)

    async def decide_of(self, runs: Sequence[str], values: GivenObject) -> None:
        """Decide those of `runs` that wait for it."""
        for run_id in runs:
            loaded = await load_run(self.host.database, run_id)
            review = await newest_review(self.host.database, run_id)
            if loaded and review:
                choice = str(values.get("decision", "approve"))
                corrections = {
                    name: as_json(value) for name, value in values.items() if name != "decision"
                }
                verdict = Verdict(choice, corrections, None)
                with contextlib.suppress(AlreadyDecided, NotWaiting):
                    await decide(self.host.platform, loaded[0], review, verdict, f"user:{USER}")

    async def surviving(self, act: Callable[[], Awaitable[Result]]) -> Result:
        """Do something; where the process dies over it or an adapter errs, do it again, as a client
        or a cron would.
        """
        while True:
            try:
                return await act()
            except Crash:
                await self.faults.drop()
                forget([self.deployed.workflow, *self.deployed.beside], self.ground.kinds)
                self.host.pieces.queue.lose_all()
                self.instances.wake_after_restart()
            except Exception as error:
                if not self.faults.is_planned(error):
                    raise

    async def cancel(self) -> None:
        """Cancel the run, as its owner does."""
        await self._operate(lambda run: operations.cancel(self.host.platform, run, _REQUEST))

    async def pause(self) -> None:
        """Pause the run, as an operator does."""
        await self._operate(lambda run: operations.pause(self.host.platform, run, _REQUEST))

    async def unpause(self) -> None:
        """Resume whatever is paused: what was paused may have children by now, or have been one."""
        for run in await self._paused():
            with contextlib.suppress(operations.NotPossible):
                await operations.unpause(self.host.platform, run, _REQUEST, self.contract_of(run))

    async def revive(self) -> None:
        """Resume whatever stands still."""
        for run in await self.standing_still():
            with contextlib.suppress(operations.NotPossible):
                await operations.revive(self.host.platform, self.contract_of(run), run, _REQUEST)

    async def stands_still(self) -> bool:
        """True where a run waits for a person who puts its code right."""
        return bool(await self.standing_still())

    async def standing_still(self) -> list[Run]:
        """The runs that wait for such a person."""
        rows = await self.rows("SELECT * FROM runs WHERE status <> 'failed' ORDER BY id")
        return [run_from_row(row) for row in rows if stands_still(row)]

    async def is_paused(self) -> bool:
        """True where a run waits to be resumed, by its record or its engine; one that has ended
        does not, whatever its instance does.
        """
        return bool(await self._paused())

    async def _paused(self) -> list[Run]:
        rows = await self.rows("SELECT * FROM runs WHERE status <> 'failed' ORDER BY id")
        return [
            run
            for run in map(run_from_row, rows)
            if (run.paused_at is not None or self.instances.is_paused(run.instance_id))
            and not self._has_ended(run)
        ]

    def _has_ended(self, run: Run) -> bool:
        states = {state.name: state for state in self.contract_of(run).states}
        return states[run.state].is_terminal if run.state in states else run.status not in LIVE

    async def terminate(self) -> None:
        """Have the engine end the run's instance."""
        run = await self.run()
        if (
            run
            and run.instance_id in self.instances.by_id
            and self.instances.by_id[run.instance_id].is_live
        ):
            self.instances.by_id[
                run.instance_id
            ].status = "terminated"  # as somebody does on the dashboard

    async def retry(self) -> None:
        """Retry the run that failed: of a run and its children, whichever did."""
        await self._operate(
            lambda run: operations.retry(self.host.platform, self.contract_of(run), run, _REQUEST),
            await self._failed(),
        )

    async def abandon(self) -> None:
        """Give the failed run up, as an operator does."""
        await self._operate(
            lambda run: operations.abandon(
                self.host.platform, self.contract_of(run), run, _REQUEST
            ),
            await self._failed(),
        )

    async def resend(self) -> None:
        """Have the newest run notify again of what it has not."""
        settlements = self.deployed.settlements
        await self._operate(
            lambda run: resend(
                self.host.platform, settlements, self.contract_of(run), run, _REQUEST
            )
        )

    async def _failed(self) -> Run | None:
        """The newest run that failed, one that is aimed at before any other; the newest where none
        did.
        """
        query = (
            "SELECT * FROM runs WHERE status = 'failed' ORDER BY kind = ?1 DESC, id DESC LIMIT 1"
        )
        rows = await self.rows(query, self.aims_at or "")
        return run_from_row(rows[0]) if rows else await self.run()

    def contract_of(self, run: Run) -> Contract:
        """That of the run's kind, of those that are deployed side by side."""
        return self.contract_of_kind(run.kind)

    def contract_of_kind(self, kind: str) -> Contract:
        """That of a kind, of those that are deployed side by side."""
        return next(
            (each.contract for each in self.deployed.beside if each.contract.kind == kind),
            self.deployed.contract,
        )

    async def at_once(self, *acts: Callable[[], Awaitable[None]]) -> None:
        """Several people click at the same moment."""
        await asyncio.gather(*[act() for act in acts])

    async def stray_events(self) -> None:
        """Events that nobody waits for (yet), each twice."""
        run = await self.run()
        if run and run.instance_id in self.instances.by_id:
            for event in ("__wake", "review-1-1", "review-1-2", "review-2-1"):
                self.instances.by_id[run.instance_id].events += [event, event]

    async def _operate(self, act: Callable[[Run], Awaitable[None]], on: Run | None = None) -> None:
        """Do what an operator does; that it is not possible now is an answer like any other."""
        run = on or await self.run()
        if run:
            with contextlib.suppress(operations.NotPossible):
                await act(run)
