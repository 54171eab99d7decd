"""The workflow engine, as a body and as others see it, and the queue, whose messages only nudge."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal, Protocol, TypeAlias, TypeVar

from tillroll_durable.platform import log
from tillroll_durable.platform.json import Json, JsonObject

Backoff: TypeAlias = Literal["constant", "linear", "exponential"]


@dataclass(frozen=True)
class Retries:
    """`limit` retries (limit + 1 attempts), `delay_seconds` apart, at least 1. linear: delay x
    attempt; exponential:
    delay x 2^(attempt - 1), at most `longest_delay_seconds`, which is ours: the engine has no
    bound.

    Attributes:
        backoff: "constant", "linear" or "exponential".
    """

    limit: int = 3
    delay_seconds: int = 1
    backoff: Backoff = "exponential"
    longest_delay_seconds: int = 300

    def __post_init__(self) -> None:
        if self.limit < 0 or self.delay_seconds < 1:
            raise ValueError("retries need a limit of 0 or more and a delay of at least 1 second")
        if self.limit and self.delay_after(self.limit) > self.longest_delay_seconds:
            raise ValueError(
                f"the last of {self.limit} retries would wait for {self.delay_after(self.limit)} "
                f"s, and {self.longest_delay_seconds} is the longest: lower the limit or the "
                "delay, let it grow by "
                'backoff="linear", or allow more by `longest_delay_seconds`'
            )

    def delay_after(self, attempt: int) -> int:
        """Seconds that the engine waits after the failed attempt number `attempt` (from 1)."""
        match self.backoff:
            case "constant":
                return self.delay_seconds
            case "linear":
                return self.delay_seconds * attempt
            case "exponential":
                return self.delay_seconds * 2 ** (attempt - 1)


class NonRetryable(Exception):
    """Raised inside a step: no further attempt can help. The message is one line."""


class StepError(Exception):
    """A step has failed for good. `error_class` is that of the error inside, or "Timeout";
    `summary` is one line."""

    def __init__(self, error_class: str, summary: str, *, is_non_retryable: bool = False) -> None:
        super().__init__(f"{error_class}: {summary}")
        self.error_class = error_class
        self.summary = summary
        self.is_non_retryable = is_non_retryable


class EventTimeout(Exception):
    """No event came within the time."""


class Engine(Protocol):
    """A running instance's engine. Its abort (pause, terminate, restart) passes through: nobody
    catches it."""

    async def do(
        self,
        name: str,
        attempt: Callable[[int], Awaitable[Json]],
        retries: Retries,
        timeout_seconds: int,
    ) -> Json:
        """Run `attempt(number)` until it returns; its value is stored and replayed.
        Raises StepError: for good."""
        ...

    async def sleep(self, name: str, seconds: int) -> None:
        """Sleep for at least 1 second, also across instances. An event wakes no instance that
        sleeps."""
        ...

    async def wait_for_event(self, name: str, event_type: str, timeout_seconds: int) -> None:
        """Wait for an event of this type. What it carries is not passed on. Raises EventTimeout."""
        ...


class InstanceExists(Exception):
    """An instance of this id exists already."""


class InstanceNotFound(Exception):
    """The engine knows no instance of this id (it forgets finished ones after some days)."""


class EngineUnavailable(Exception):
    """The engine did not take the call; whether it acted is unknown."""


class NotDeployed(EngineUnavailable):
    """No workflow of this kind is deployed: its binding was removed, or an older deployment came
    back."""


class ClassNotBound(NotDeployed):
    """The kind is deployed, and the class that executes it has no binding. The message says which
    line of wrangler.jsonc is missing."""


SHARED_CLASS: Final = "Workflows"
"""The class that executes the runs of every kind without a class of its own."""
SHARED_BINDING: Final = "WORKFLOWS"
"""The binding of that class."""


def binding_of(kind: str) -> str:
    """The name of the binding for a kind that has a class of its own: PAYOUT_WORKFLOW for
    `payout`."""
    return f"{kind.upper().replace('-', '_')}_WORKFLOW"


def class_name_of(kind: str) -> str:
    """The name of a kind's own class, as wrangler.jsonc says it: PayoutBatchWorkflow for
    `payout-batch`."""
    words = [word.capitalize() for word in kind.split("-")]
    return "".join([*words, "Workflow"])


class Instances(Protocol):
    """The instances of one workflow, from outside."""

    async def create(self, instance_id: str, params: JsonObject) -> None:
        """Start an instance. Raises InstanceExists, EngineUnavailable."""
        ...

    async def status(self, instance_id: str) -> str:
        """The engine's own word, such as "running". Raises InstanceNotFound, EngineUnavailable."""
        ...

    async def pause(self, instance_id: str) -> None:
        """Stop an instance at its next boundary. Raises InstanceNotFound; EngineUnavailable, also:
        not now."""
        ...

    async def resume(self, instance_id: str) -> None:
        """Let a paused instance go on. Raises as `pause`."""
        ...

    async def terminate(self, instance_id: str) -> None:
        """End an instance; one that has ended stays so. Raises InstanceNotFound,
        EngineUnavailable."""
        ...

    async def delete(self, instance_id: str) -> None:
        """Have the engine forget an instance and its outputs. Raises InstanceNotFound,
        EngineUnavailable."""
        ...

    async def send_event(self, instance_id: str, event_type: str) -> None:
        """Wake an instance that waits for it, now or later. Raises InstanceNotFound,
        EngineUnavailable."""
        ...


Message = TypeVar("Message")


class QueueUnavailable(Exception):
    """The message was not taken."""


class QueueMissing(QueueUnavailable):
    """This deployment has no such queue: the cron alone delivers."""


class Queue(Protocol):
    async def send(self, message: JsonObject, *, delay_seconds: int = 0) -> None:
        """Hand a message over, to arrive later. Raises QueueUnavailable: sending again is safe."""
        ...


class NoQueue:
    """`Queue` of a deployment without one."""

    def __init__(self, binding: str) -> None:
        self._binding = binding

    async def send(self, message: JsonObject, *, delay_seconds: int = 0) -> None:
        del message, delay_seconds
        raise QueueMissing(f"wrangler.jsonc has no queue with the binding {self._binding}")


TICK: Final = "tick"
"""The key of a message that has the cron go on: the time at which its tick began. `JOB` is the name
of a job that left rows; without one, all are due. `SHARD` is the database's number, unless it is
the first."""
JOB: Final = "job"
SHARD: Final = "shard"


async def take_all(messages: Iterable[Message], take: Callable[[Message], Awaitable[None]]) -> None:
    """Take the messages of a batch all at once, whatever becomes of the others."""

    async def take_one(message: Message) -> None:
        try:
            await take(message)
        except Exception as error:  # noqa: BLE001
            # The other messages of the batch must still be delivered.
            log.crash("delivery.crashed", error)

    await asyncio.gather(*map(take_one, messages))
