"""A deterministic Workflows engine on CPython, with the rules that were measured on the real one.

- A step runs at least once: what was killed before its result was stored runs again.
- Limit N is N + 1 attempts; a failure after the last one is stored and raised again on replay. A
  non-retryable failure is not stored: after a crash the step runs again.
- An attempt that times out keeps running, beside the next one.
- What a step returns must survive JSON. A waiting instance may be unloaded, and its body replayed
  from the start.
- An abort (pause, terminate) travels into run() as an exception. A terminate comes at once. A pause
  lets the steps under way end and be stored; until then the engine says `waitingForPause`, and
  a resume changes nothing.
- An event that was consumed can be delivered again; a wait takes any event of its type, whenever it
  came.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tillroll_durable.platform.bindings.engine import (
    EngineUnavailable,
    EventTimeout,
    InstanceExists,
    InstanceNotFound,
    NonRetryable,
    Retries,
    StepError,
)
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_testing.host.memory import ManualClock
from tillroll_testing.simulation.faults import Faults

_MOST_STEPS = 1_000
WAITING_FOR_PAUSE = "waitingForPause"
# How the engine's name of a step ends that has waited by its `retry`.
_WAITED = re.compile(r": after wait \d+$")
# How a sleep between two attempts of a step is called.
_BETWEEN_ATTEMPTS = re.compile(r": wait \d+$")


class EngineAbort(Exception):
    """What the engine throws into run() when an instance is paused or terminated."""


class Spinning(AssertionError):
    """A body that begins one step after another without an end."""


class Suspended(BaseException):
    """Unwinds a body that waits for an event; it is replayed when the event is there."""


@dataclass
class Instance:
    """What the engine keeps of an instance, through every crash."""

    params: JsonObject
    status: str = "queued"
    output: JsonObject | None = None
    error: str | None = None
    results: dict[str, Json] = field(default_factory=dict[str, Json])
    failures: dict[str, StepError] = field(default_factory=dict[str, StepError])
    events: list[str] = field(default_factory=list[str])
    waits: dict[str, str] = field(default_factory=dict[str, str])
    deadlines: dict[str, datetime] = field(default_factory=dict[str, datetime])

    @property
    def is_live(self) -> bool:
        return self.status in {"queued", "running", "waiting", WAITING_FOR_PAUSE}


class SimulatedEngine:
    """`Engine` for one life of an instance. `ran_on` is set where a body goes on after it was
    aborted.
    """

    def __init__(self, instance: Instance, clock: ManualClock, faults: Faults) -> None:
        self._instance = instance
        self._clock = clock
        self._faults = faults
        self._is_aborted = False
        self._begun = 0
        self._under_way = 0
        self.ran_on = False

    async def do(
        self,
        name: str,
        attempt: Callable[[int], Awaitable[Json]],
        retries: Retries,
        timeout_seconds: int,
    ) -> Json:
        self._abort_if_asked(begins=True)
        self._begun += 1
        if self._begun > _MOST_STEPS:
            raise Spinning(f"{name}: a body without an end")
        if name in self._instance.results:
            return json.loads(json.dumps(self._instance.results[name]))
        if name in self._instance.failures:
            raise self._instance.failures[name]
        self._under_way += 1
        try:
            result = await self._do(name, attempt, retries, timeout_seconds)
        finally:
            self._under_way -= 1
        self._abort_if_asked()
        return json.loads(json.dumps(result))

    async def _do(
        self,
        name: str,
        attempt: Callable[[int], Awaitable[Json]],
        retries: Retries,
        timeout_seconds: int,
    ) -> Json:
        """Attempt a step until its result, or its failure, is stored."""
        number = 1
        while True:
            await self._faults.point(f"{name}: before attempt {number}")
            self._abort_if_asked()
            try:
                result = await self._attempt(name, attempt, number, timeout_seconds)
            except NonRetryable as error:
                self._abort_if_asked()
                raise StepError("NonRetryable", str(error), is_non_retryable=True) from error
            except Exception as error:
                self._abort_if_asked()
                if number > retries.limit:
                    is_timeout = isinstance(error, TimeoutError)
                    failure = StepError(
                        "Timeout" if is_timeout else type(error).__name__, str(error)
                    )
                    await self._faults.point(f"{name}: before the failure is stored")
                    self._instance.failures[name] = failure
                    await self._faults.point(f"{name}: failure stored")
                    self._abort_if_asked()
                    raise failure from error
                self._clock.advance(timedelta(seconds=retries.delay_after(number)))
                number += 1
                self._abort_if_asked(is_between_attempts=True)
                continue
            await self._faults.point(f"{name}: after the response")
            self._abort_if_asked()
            self._instance.results[name] = json.loads(json.dumps(result))
            await self._faults.point(f"{name}: stored")
            self._abort_if_asked()
            return result

    async def _attempt(
        self,
        name: str,
        attempt: Callable[[int], Awaitable[Json]],
        number: int,
        timeout_seconds: int,
    ) -> Json:
        """One attempt in a task of its own, which outlives its timeout."""

        async def run() -> Json:
            self._faults.begin_attempt(
                str(self._instance.params.get("runId")), _WAITED.sub("", name)
            )
            return await attempt(number)

        task: asyncio.Task[object] = asyncio.create_task(run(), name=f"attempt {number} of {name}")
        # Turns are what is simulated.
        while not task.done() and not self._faults.is_stalled(task):  # noqa: ASYNC110
            await asyncio.sleep(0)
        if task.done():
            return json.loads(json.dumps(task.result()))
        self._clock.advance(timedelta(seconds=timeout_seconds))
        raise TimeoutError(f"Execution timed out after {timeout_seconds * 1000}ms")

    async def sleep(self, name: str, seconds: int) -> None:
        self._abort_if_asked(begins=True)
        await self._faults.point(f"{name}: sleeping")
        self._abort_if_asked()
        until = self._instance.deadlines.setdefault(
            name, self._clock.now() + timedelta(seconds=seconds)
        )
        if self._clock.now() < until:
            raise Suspended(name)

    async def wait_for_event(self, name: str, event_type: str, timeout_seconds: int) -> None:
        self._abort_if_asked(begins=True)
        await self._faults.point(f"{name}: waiting")
        self._abort_if_asked()
        outcome = self._instance.waits.get(name)
        if outcome is None and event_type in self._instance.events:
            outcome = self._instance.waits[name] = "event"
        deadline = self._instance.deadlines.setdefault(
            name, self._clock.now() + timedelta(seconds=timeout_seconds)
        )
        if outcome is None and self._clock.now() >= deadline:
            outcome = self._instance.waits[name] = "timeout"
        if outcome is None:
            raise Suspended(name)
        if outcome == "timeout":
            raise EventTimeout(event_type)

    def _abort_if_asked(self, *, begins: bool = False, is_between_attempts: bool = False) -> None:
        """A step that was begun beside the aborted one is aborted too; what is begun behind it goes
        on. A pause comes once no step is under way, or one waits for its next attempt.
        """
        is_boundary = self._under_way == 0 or is_between_attempts
        if self._instance.status == WAITING_FOR_PAUSE and is_boundary:
            self._instance.status = "paused"
        if self._is_aborted and begins:
            self.ran_on = True
        if self._instance.status in {"paused", "terminated"}:
            self._is_aborted = True
            raise EngineAbort(f"Aborting engine: {self._instance.status}")


class SimulatedInstances:
    """`Instances` of one workflow. `run_all` gives every live instance a life."""

    def __init__(self, clock: ManualClock, faults: Faults) -> None:
        self.by_id: dict[str, Instance] = {}
        self.is_down = False
        self.ran_on = False
        # Runs of which the engine cannot say how their instances are.
        self.troubled: set[str] = set()
        self._clock = clock
        self._faults = faults

    def next_attempt_at(self) -> datetime | None:
        """When the first instance goes on that sleeps between two attempts; None where none
        does.
        """
        now = self._clock.now()
        return min(
            (
                until
                for instance in self.by_id.values()
                if instance.status == "waiting"
                for name, until in instance.deadlines.items()
                if _BETWEEN_ATTEMPTS.search(name) and until > now
            ),
            default=None,
        )

    def _may_err(self, what: str) -> None:
        self._faults.may_err(f"engine: {what}", EngineUnavailable("the engine does not answer"))

    async def create(self, instance_id: str, params: JsonObject) -> None:
        self._may_err("create")
        await self._faults.point("instance: before create")
        self._answer()
        if instance_id in self.by_id:
            raise InstanceExists(instance_id)
        self.by_id[instance_id] = Instance(params)
        await self._faults.point("instance: created")
        self._may_err("answer to create")

    async def status(self, instance_id: str) -> str:
        self._may_err("status")
        if instance_id.rpartition("-")[0] in self.troubled:
            raise EngineUnavailable("internal error; reference = 0")
        return self._get(instance_id).status

    async def pause(self, instance_id: str) -> None:
        self._may_err("pause")
        instance = self._get(instance_id)
        if not instance.is_live:
            raise EngineUnavailable(f"Cannot pause an instance that is {instance.status}")
        if instance.status != "paused":
            instance.status = WAITING_FOR_PAUSE
        self._may_err("answer to pause")

    async def resume(self, instance_id: str) -> None:
        self._may_err("resume")
        instance = self._get(instance_id)
        # of any other the engine of wrangler says nothing, and does nothing
        if instance.status == "paused":
            instance.status = "queued"
        self._may_err("answer to resume")

    async def terminate(self, instance_id: str) -> None:
        await self._faults.point("instance: before terminate")
        instance = self._get(instance_id)
        if instance.is_live or instance.status == "paused":
            instance.status = "terminated"
        await self._faults.point("instance: terminated")

    async def delete(self, instance_id: str) -> None:
        await self.terminate(instance_id)
        self._may_err("delete")
        self.by_id.pop(instance_id, None)
        await self._faults.point("instance: deleted")

    def forget(self, instance_id: str) -> None:
        """The engine knows it no more; what ran of it runs on."""
        self.by_id.pop(instance_id, None)

    def lose_sight_of(self, instance_id: str) -> None:
        """The engine says `unknown` of it; what ran of it runs on."""
        if instance_id in self.by_id:
            self.by_id[instance_id].status = "unknown"

    async def send_event(self, instance_id: str, event_type: str) -> None:
        self._may_err("send event")
        await self._faults.point("event: before send")
        self._get(instance_id).events.append(event_type)
        await self._faults.point("event: sent")
        self._may_err("answer to send event")

    def is_paused(self, instance_id: str) -> bool:
        if instance_id not in self.by_id:
            return False
        return self.by_id[instance_id].status in {"paused", WAITING_FOR_PAUSE}

    def wake_after_restart(self) -> None:
        """A new process: what was running is queued again."""
        for instance in self.by_id.values():
            if instance.status == "running":
                instance.status = "queued"
            if instance.status == WAITING_FOR_PAUSE:
                instance.status = "paused"

    def _answer(self) -> None:
        if self.is_down:
            raise EngineUnavailable("the engine does not answer")

    def _get(self, instance_id: str) -> Instance:
        self._answer()
        if instance_id not in self.by_id:
            raise InstanceNotFound(instance_id)
        return self.by_id[instance_id]

    def is_due(self, instance: Instance) -> bool:
        """Whether a live instance gets a life in this turn: each one does, unless a subclass says
        otherwise.
        """
        del instance
        return True

    async def run_all(
        self, body: Callable[[SimulatedEngine, JsonObject], Awaitable[JsonObject]]
    ) -> None:
        """Run, or replay, every live instance until it ends or waits."""
        for instance in list(self.by_id.values()):
            # No step of it is under way.
            if instance.status == WAITING_FOR_PAUSE:
                instance.status = "paused"
            if not instance.is_live or not self.is_due(instance):
                continue
            instance.status = "running"
            engine = SimulatedEngine(instance, self._clock, self._faults)
            try:
                output = await body(engine, instance.params)
            except Suspended:
                _leave(instance, "waiting")
            except EngineAbort:
                continue
            except AssertionError:
                raise
            except Exception as error:  # noqa: BLE001
                # Whatever a body raises ends its instance as errored.
                instance.error = f"{type(error).__name__}: {error}"
                _leave(instance, "errored")
            else:
                instance.output = output
                _leave(instance, "complete")
            finally:
                self.ran_on = self.ran_on or engine.ran_on


def _leave(instance: Instance, status: str) -> None:
    """An instance that was paused or terminated in its last moment stays so. One that is to be
    paused is, unless it has ended.
    """
    if instance.status == "running":
        instance.status = status
    if instance.status == WAITING_FOR_PAUSE:
        if status == "waiting":
            instance.status = "paused"
        else:
            instance.status = status
