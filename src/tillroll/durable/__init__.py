"""Durable workflows with recovery contracts: a failed run says what happened and what is safe to do
next.

This is what an author writes a workflow with (docs/writing-workflows.md). Each name is imported
when it is first asked for, so that anyone who needs a contract, or one line of another module here,
does not load what executes runs.
"""

# ruff: noqa: F401, PLE0605 - what the type checker is given is loaded when it is asked for
# pyright: reportUnusedImport=false

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tillroll.durable.beginning import Actor, BegunRun, NotBegun, begin, begin_as_asked
    from tillroll.durable.contract import Contract, ReviewStates, Settlement
    from tillroll.durable.declared import (
        Concurrency,
        InvalidParams,
        NoParams,
        NothingBegun,
        ObjectsInUse,
        Params,
        Rate,
        Signal,
        Tick,
        Timer,
        Topic,
        Triggered,
    )
    from tillroll.durable.errors import (
        AccessDenied,
        KeyReused,
        NeedsReview,
        OutcomeUnknown,
        Refused,
        ReviewNeeded,
        SystemsDisagree,
        ValuesRefused,
    )
    from tillroll.durable.execution.children import Child, ChildEnd
    from tillroll.durable.execution.external import Done, ExternalCall, NotDone, Unknown
    from tillroll.durable.execution.many import Failed
    from tillroll.durable.execution.reviews import Decision
    from tillroll.durable.execution.steps import Outcome, RollbackContext, StepContext
    from tillroll.durable.execution.workflow_run import WorkflowRun
    from tillroll.durable.explanation.queries import Query, RunRecord, query
    from tillroll.durable.outputs import ContractError
    from tillroll.durable.record.beats import Beat
    from tillroll.durable.registry import Registry
    from tillroll.durable.states import NextSafeAction, State, Status
    from tillroll.durable.step import Effect, OnFailure, Retry, RollbackConfig, Step, Then
    from tillroll.durable.workflow import Allowed, Detail, Schedule, Trigger, View, Workflow
    from tillroll.platform.bindings.database import Statement, statement
    from tillroll.platform.bindings.engine import NonRetryable, Retries
    from tillroll.platform.bindings.http import (
        AnswerCut,
        HttpAnswer,
        HttpFailed,
        HttpRequest,
        Throttled,
    )
    from tillroll.platform.links import next_link
    from tillroll.platform.stored_answers import StoredAnswer, store_answer
    from tillroll.platform.throttling import check_throttled

# The names by their module, for the interpreter; above they stand for the type checker. A test
# holds them together.
_MODULES = {
    "tillroll.durable.beginning": "Actor BegunRun NotBegun begin begin_as_asked",
    "tillroll.durable.contract": "Contract ReviewStates Settlement",
    "tillroll.durable.outputs": "ContractError",
    "tillroll.durable.record.beats": "Beat",
    "tillroll.durable.states": "NextSafeAction State Status",
    "tillroll.durable.step": "Effect OnFailure Retry RollbackConfig Step Then",
    "tillroll.durable.declared": "Concurrency InvalidParams NoParams NothingBegun ObjectsInUse Params Rate Signal Tick "
    "Timer Topic Triggered",
    "tillroll.durable.errors": "AccessDenied KeyReused NeedsReview OutcomeUnknown Refused ReviewNeeded SystemsDisagree "
    "ValuesRefused",
    "tillroll.durable.execution.external": "Done ExternalCall NotDone Unknown",
    "tillroll.durable.execution.reviews": "Decision",
    "tillroll.durable.execution.many": "Failed",
    "tillroll.durable.execution.steps": "Outcome RollbackContext StepContext",
    "tillroll.durable.execution.children": "Child ChildEnd",
    "tillroll.durable.execution.workflow_run": "WorkflowRun",
    "tillroll.durable.explanation.queries": "Query RunRecord query",
    "tillroll.durable.registry": "Registry",
    "tillroll.durable.workflow": "Allowed Detail Schedule Trigger View Workflow",
    "tillroll.platform.bindings.database": "Statement statement",
    "tillroll.platform.bindings.engine": "NonRetryable Retries",
    "tillroll.platform.bindings.http": "AnswerCut HttpAnswer HttpFailed HttpRequest Throttled",
    "tillroll.platform.links": "next_link",
    "tillroll.platform.stored_answers": "StoredAnswer store_answer",
    "tillroll.platform.throttling": "check_throttled",
}
_WHERE = {name: module for module, names in _MODULES.items() for name in names.split()}
__all__ = sorted(_WHERE)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_WHERE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
