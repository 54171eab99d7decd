"""Whatever an author declares wrongly is refused by a sentence that names it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tillroll_durable import (
    Concurrency,
    Contract,
    ContractError,
    Effect,
    Params,
    Rate,
    Retry,
    Signal,
    Step,
    Timer,
    Topic,
    Workflow,
    WorkflowRun,
    http,
)
from tillroll_durable.declared import BadName
from tillroll_durable.platform.declaring import WrongDeclaration


class Plain:
    """No type of JSON."""


class Some(Params):
    a: int


async def body(run: WorkflowRun) -> None:
    """Does nothing."""


def no_coroutine(run: WorkflowRun) -> None:
    """Does nothing."""


READ = Step("read", Effect.READ)
KIND = Contract("kind", 1, steps=(READ,))
# What a type checker would refuse, too.
ANY_CONTRACT: Any = Contract
ANY_STEP: Any = Step
ANY_WORKFLOW: Any = Workflow
ANY_RATE: Any = Rate
ANY_CONCURRENCY: Any = Concurrency

_WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "one step": (lambda: ANY_CONTRACT("kind", 1, steps=READ), "`steps` has a `Step`"),
    "names of steps": (lambda: ANY_CONTRACT("kind", 1, steps=("read",)), "`steps` has a `str`"),
    "one signal": (
        lambda: ANY_CONTRACT("kind", 1, signals=Signal("s", Some)),
        "`signals` has a `Signal`",
    ),
    "names of states": (lambda: ANY_CONTRACT("kind", 1, states=("x",)), "give `State"),
    "a review's name": (lambda: ANY_CONTRACT("kind", 1, review="x"), "give `ReviewStates"),
    "one attribute": (lambda: ANY_CONTRACT("kind", 1, attributes="x"), "give a tuple"),
    "a version's text": (lambda: ANY_CONTRACT("kind", "1"), "`version` has a `str`"),
    "no version": (lambda: Contract("kind", 0), "begin with 1"),
    "no kind": (lambda: ANY_CONTRACT(None, 1), "`kind` has a `NoneType`"),
    "no name": (lambda: ANY_STEP(None, Effect.READ), "`name` has a `NoneType`"),
    "an effect's name": (lambda: ANY_STEP("a", "extrenal"), "`effect` has a `str`"),
    "a failure's state": (
        lambda: ANY_STEP("a", Effect.READ, on_failure="failed"),
        "give `OnFailure",
    ),
    "one state": (lambda: ANY_STEP("a", Effect.READ, on_success="done"), "give a tuple"),
    "a number of retries": (lambda: ANY_STEP("a", Effect.READ, retries=3), "give `Retries"),
    "one retry": (lambda: ANY_STEP("a", Effect.READ, retry=Retry(ValueError)), "give a tuple"),
    "a duration": (
        lambda: ANY_STEP("a", Effect.READ, timeout_seconds=timedelta(seconds=3)),
        "give a whole number",
    ),
    "an open brace": (
        lambda: Step("a", Effect.WRITE, idempotency_key="{run_id"),
        "leaves a brace open",
    ),
    "a class as a step's output": (
        lambda: Step("a", Effect.READ, gives=Plain).output,
        "no type of JSON",
    ),
    "a class as a call's answer": (
        lambda: http.post("https://a.example", gives=Plain),
        "no type of JSON",
    ),
    "seconds of a rate": (lambda: ANY_RATE(1, 60), "give `timedelta"),
    "a text as a limit": (lambda: ANY_CONCURRENCY("3"), "give a whole number"),
    "a contract's name": (lambda: ANY_WORKFLOW("kind", body), "give `Contract"),
    "a dict as params": (lambda: ANY_WORKFLOW(KIND, body, params=dict), "derived from `Params`"),
    "an instance as params": (
        lambda: ANY_WORKFLOW(KIND, body, params=Some(a=1)),
        "derived from `Params`",
    ),
    "no coroutine": (lambda: ANY_WORKFLOW(KIND, no_coroutine), "write it with `async def`"),
    "no body": (lambda: ANY_WORKFLOW(KIND, None), "write it with `async def`"),
    "a permission": (lambda: ANY_WORKFLOW(KIND, body, allowed="operate"), "give `Allowed"),
    "a function as trigger": (lambda: ANY_WORKFLOW(KIND, body, trigger=body), "give `Trigger"),
    "a cron": (lambda: ANY_WORKFLOW(KIND, body, schedule="0 8 * * *"), "give `Schedule"),
    "a function as query": (lambda: ANY_WORKFLOW(KIND, body, queries=(body,)), "give `Query"),
    "a timer's name": (lambda: Timer("My Timer"), "small letters"),
    "a topic's name": (lambda: Topic("A b", Some), "small letters"),
}


@pytest.mark.parametrize("name", _WRONG)
def test_a_wrong_declaration_is_refused_by_a_sentence(name: str) -> None:
    declare, says = _WRONG[name]
    with pytest.raises((ContractError, WrongDeclaration, BadName)) as refused:
        declare()
    assert says in str(refused.value)


def test_what_is_left_out_is_right() -> None:
    assert Contract("kind", 1).steps == ()
    workflow = Workflow(Contract("kind", 1), body)
    assert workflow.permissions.trigger == "operate"
