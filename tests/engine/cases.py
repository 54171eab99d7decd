"""What the core relies on in its engine: bodies that say what they saw, and what is done to them
from outside.

The same runs on the simulated engine and, inside workerd, on the genuine one; what they saw must be
equal. Imported by the tests and by suite_worker.py, so it needs nothing but the platform's
protocols.
"""

from collections.abc import Awaitable, Callable

from tillroll_durable.platform.bindings.engine import (
    Engine,
    EventTimeout,
    InstanceExists,
    InstanceNotFound,
    Instances,
    NonRetryable,
    Retries,
    StepError,
)
from tillroll_durable.platform.json import Json, JsonObject

_TWICE = Retries(limit=2, delay_seconds=1, backoff="constant")
_NEVER = Retries(limit=0)
_SECONDS = 180

Body = Callable[[Engine], Awaitable[JsonObject]]


class Broken(Exception):
    """An error of a class of its own."""


async def _failing(engine: Engine, error: Callable[[], Exception], retries: Retries) -> JsonObject:
    """Run a step that always fails."""
    attempts: list[Json] = []

    async def attempt(number: int) -> Json:
        attempts.append(number)
        raise error()

    seen: list[Json] = []
    try:
        await engine.do("failing", attempt, retries, _SECONDS)
    except StepError as failed:
        seen = [failed.error_class, failed.summary, failed.is_non_retryable]
    return {"attempts": attempts, "seen": seen}


async def a_step_is_retried_until_it_works(engine: Engine) -> JsonObject:
    async def attempt(number: int) -> Json:
        if number < 3:
            raise Broken("not yet")
        return number

    return {"attempt": await engine.do("works at last", attempt, _TWICE, _SECONDS)}


async def a_limit_of_two_is_three_attempts(engine: Engine) -> JsonObject:
    return await _failing(engine, lambda: Broken("it is broken: for good"), _TWICE)


async def a_limit_of_none_is_one_attempt(engine: Engine) -> JsonObject:
    return await _failing(engine, lambda: ValueError("a value"), _NEVER)


async def a_type_error_keeps_its_name(engine: Engine) -> JsonObject:
    return await _failing(engine, lambda: TypeError("a type"), _NEVER)


async def what_is_not_retryable_is_not_retried(engine: Engine) -> JsonObject:
    return await _failing(engine, lambda: NonRetryable("total_missing: no total"), _TWICE)


async def a_step_returns_json(engine: Engine) -> JsonObject:
    value: JsonObject = {"list": [1, 2.5, None, True, "é"], "empty": {}, "nested": {"a": {"b": []}}}

    async def attempt(_: int) -> Json:
        return value

    return {"returned": await engine.do("returns", attempt, _NEVER, _SECONDS)}


async def nothing_is_nothing(engine: Engine) -> JsonObject:
    async def attempt(_: int) -> Json:
        return None

    return {"returned": await engine.do("returns nothing", attempt, _NEVER, _SECONDS)}


async def _wait(engine: Engine, name: str, event_type: str, seconds: int) -> Json:
    try:
        await engine.wait_for_event(name, event_type, seconds)
    except EventTimeout:
        return "timeout"
    return "event"


async def a_wait_ends_when_its_time_is_up(engine: Engine) -> JsonObject:
    return {"waited": await _wait(engine, "wait", "never", 1)}


async def a_step_runs_behind_a_wait_whose_time_is_up(engine: Engine) -> JsonObject:
    """A caught timeout is an outcome: what comes behind it runs, and the instance ends as
    complete.
    """

    async def attempt(number: int) -> Json:
        return number

    first = await _wait(engine, "first wait", "never", 1)
    between = await engine.do("between", attempt, _NEVER, _SECONDS)
    second = await _wait(engine, "second wait", "never", 1)
    return {
        "waited": [first, second],
        "between": between,
        "after": await engine.do("after", attempt, _NEVER, _SECONDS),
    }


async def an_event_of_another_type_ends_no_wait(engine: Engine) -> JsonObject:
    """The driver sends `expected` before and while the instance waits for something else."""
    return {"waited": await _wait(engine, "wait", "other", 2)}


async def each_of_two_events_ends_a_wait(engine: Engine) -> JsonObject:
    """The driver sends `expected` twice, before the body has got to its waits."""
    first = await _wait(engine, "first", "expected", 30)
    return {"waited": [first, await _wait(engine, "second", "expected", 30)]}


async def a_paused_wait_goes_on(engine: Engine) -> JsonObject:
    """The driver pauses the instance, resumes it, and sends `awaited`."""

    async def attempt(number: int) -> Json:
        return number

    before = await engine.do("before", attempt, _NEVER, _SECONDS)
    waited = await _wait(engine, "wait", "awaited", 60)
    return {
        "before": before,
        "waited": waited,
        "after": await engine.do("after", attempt, _NEVER, _SECONDS),
    }


async def a_sleep_is_over_in_its_time(engine: Engine) -> JsonObject:
    async def attempt(number: int) -> Json:
        return number

    before = await engine.do("before the sleep", attempt, _NEVER, _SECONDS)
    await engine.sleep("sleep", 1)
    return {
        "before": before,
        "after": await engine.do("after the sleep", attempt, _NEVER, _SECONDS),
    }


async def _sleeper(engine: Engine) -> JsonObject:
    """The driver terminates the instance; a sleep of thirty days is one that the engine takes."""
    await engine.sleep("long sleep", 30 * 24 * 3600)
    return {}


BODIES: tuple[Body, ...] = (
    a_sleep_is_over_in_its_time,
    a_step_is_retried_until_it_works,
    a_limit_of_two_is_three_attempts,
    a_limit_of_none_is_one_attempt,
    a_type_error_keeps_its_name,
    what_is_not_retryable_is_not_retried,
    a_step_returns_json,
    nothing_is_nothing,
    a_wait_ends_when_its_time_is_up,
    a_step_runs_behind_a_wait_whose_time_is_up,
    an_event_of_another_type_ends_no_wait,
    each_of_two_events_ends_a_wait,
    a_paused_wait_goes_on,
)


async def run_case(engine: Engine, params: JsonObject) -> JsonObject:
    """The body of every instance."""
    return await next(body for body in (*BODIES, _sleeper) if body.__name__ == params["case"])(
        engine
    )


async def drive(instances: Instances, reach: Callable[[str, str], Awaitable[Json]]) -> JsonObject:
    """Create an instance of each case, do to it what it wants, and return what all of them saw.

    `reach` waits until an instance has a status, and returns its output then.
    """
    seen: JsonObject = {}
    for body in BODIES:
        await instances.create(body.__name__, {"case": body.__name__})
    for name in (
        each_of_two_events_ends_a_wait.__name__,
        an_event_of_another_type_ends_no_wait.__name__,
    ):
        await instances.send_event(name, "expected")
        await instances.send_event(name, "expected")
    await _pause(instances, reach, a_paused_wait_goes_on.__name__)
    for body in BODIES:
        seen[body.__name__] = await reach(body.__name__, "complete")
    seen["a sleeper is ended"] = await _ended(instances, reach)
    seen["what is deleted"] = await _forgotten(instances)
    seen["from outside"] = await _from_outside(instances, BODIES[0].__name__)
    return seen


async def _ended(instances: Instances, reach: Callable[[str, str], Awaitable[Json]]) -> Json:
    """What becomes of an instance that sleeps when it is terminated, and terminated again."""
    await instances.create("sleeper", {"case": _sleeper.__name__})
    await instances.terminate("sleeper")
    await reach("sleeper", "terminated")
    await instances.terminate("sleeper")
    return await instances.status("sleeper")


async def _forgotten(instances: Instances) -> Json:
    """What the engine says of an instance that slept, and of one that had ended, when they are
    deleted.
    """
    await instances.create("asleep", {"case": _sleeper.__name__})
    answers: list[Json] = []
    for name in ("asleep", "sleeper"):
        await instances.delete(name)
        try:
            answers.append(await instances.status(name))
        except InstanceNotFound as error:
            answers.append(type(error).__name__)
    return answers


async def _pause(
    instances: Instances, reach: Callable[[str, str], Awaitable[Json]], name: str
) -> None:
    await reach(name, "waiting")
    await instances.pause(name)
    await reach(name, "paused")
    await instances.resume(name)
    await instances.send_event(name, "awaited")


async def _from_outside(instances: Instances, known: str) -> JsonObject:
    """What the engine says of an instance that is there already, and of one that is not."""
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "create again": lambda: instances.create(known, {}),
        "status of nothing": lambda: instances.status("nothing"),
        "event for nothing": lambda: instances.send_event("nothing", "expected"),
        "pause of nothing": lambda: instances.pause("nothing"),
        "end of nothing": lambda: instances.terminate("nothing"),
        "deletion of nothing": lambda: instances.delete("nothing"),
    }
    answers: JsonObject = {}
    for what, call in calls.items():
        try:
            await call()
        except (InstanceExists, InstanceNotFound) as error:
            answers[what] = type(error).__name__
    return answers
