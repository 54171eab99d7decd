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
    from tillroll_durable._answers.links import next_link
    from tillroll_durable._answers.stored_answers import StoredAnswer, store_answer
    from tillroll_durable._execution.asking import ModelAnswer, RunBudget
    from tillroll_durable._execution.children import Child, ChildEnd
    from tillroll_durable._execution.external import Done, ExternalCall, NotDone, Reading, Unknown
    from tillroll_durable._execution.many import Failed
    from tillroll_durable._execution.reviews import Decision
    from tillroll_durable._execution.steps import CallContext, Outcome, RollbackContext, StepContext
    from tillroll_durable._execution.tools import Bound, Tool, ToolCall, ToolEnd
    from tillroll_durable._execution.workflow_run import WorkflowRun
    from tillroll_durable._record.beats import Beat
    from tillroll_durable.ai.chat import Chat, Model
    from tillroll_durable.ai.costs import Price
    from tillroll_durable.beginning import Actor, BegunRun, NotBegun, begin, begin_as_asked
    from tillroll_durable.contract import Contract, ReviewStates, Settlement
    from tillroll_durable.declared import (
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
    from tillroll_durable.errors import (
        AccessDenied,
        KeyReused,
        NeedsReview,
        OutcomeUnknown,
        Refused,
        ReviewNeeded,
        SystemsDisagree,
        ValuesRefused,
    )
    from tillroll_durable.explanation.queries import Query, RunRecord, query
    from tillroll_durable.outputs import ContractError
    from tillroll_durable.platform.bindings.database import Statement, statement
    from tillroll_durable.platform.bindings.engine import NonRetryable, Retries
    from tillroll_durable.platform.bindings.http import (
        AnswerCut,
        AnswerUnfit,
        HttpAnswer,
        HttpFailed,
        HttpRequest,
        Throttled,
    )
    from tillroll_durable.platform.web.throttling import check_throttled
    from tillroll_durable.registry import Registry
    from tillroll_durable.states import NextSafeAction, State, Status
    from tillroll_durable.step import Effect, OnFailure, Retry, RollbackConfig, Step, Then
    from tillroll_durable.workflow import Allowed, Detail, Schedule, Trigger, View, Workflow

# The names by their module, for the interpreter; above they stand for the type checker. A test
# holds them together.
_MODULES = {
    "tillroll_durable.beginning": "Actor BegunRun NotBegun begin begin_as_asked",
    "tillroll_durable.contract": "Contract ReviewStates Settlement",
    "tillroll_durable.outputs": "ContractError",
    "tillroll_durable._record.beats": "Beat",
    "tillroll_durable.states": "NextSafeAction State Status",
    "tillroll_durable.step": "Effect OnFailure Retry RollbackConfig Step Then",
    "tillroll_durable.declared": (
        "Concurrency InvalidParams NoParams NothingBegun ObjectsInUse Params Rate Signal Tick "
        "Timer Topic Triggered"
    ),
    "tillroll_durable.errors": (
        "AccessDenied KeyReused NeedsReview OutcomeUnknown Refused ReviewNeeded SystemsDisagree "
        "ValuesRefused"
    ),
    "tillroll_durable._execution.external": "Done ExternalCall NotDone Reading Unknown",
    "tillroll_durable._execution.reviews": "Decision",
    "tillroll_durable._execution.many": "Failed",
    "tillroll_durable._execution.steps": "CallContext Outcome RollbackContext StepContext",
    "tillroll_durable._execution.children": "Child ChildEnd",
    "tillroll_durable._execution.tools": "Bound Tool ToolCall ToolEnd",
    "tillroll_durable._execution.asking": "ModelAnswer RunBudget",
    "tillroll_durable.ai.chat": "Chat Model",
    "tillroll_durable.ai.costs": "Price",
    "tillroll_durable._execution.workflow_run": "WorkflowRun",
    "tillroll_durable.explanation.queries": "Query RunRecord query",
    "tillroll_durable.registry": "Registry",
    "tillroll_durable.workflow": "Allowed Detail Schedule Trigger View Workflow",
    "tillroll_durable.platform.bindings.database": "Statement statement",
    "tillroll_durable.platform.bindings.engine": "NonRetryable Retries",
    "tillroll_durable.platform.bindings.http": (
        "AnswerCut AnswerUnfit HttpAnswer HttpFailed HttpRequest Throttled"
    ),
    "tillroll_durable._answers.links": "next_link",
    "tillroll_durable._answers.stored_answers": "StoredAnswer store_answer",
    "tillroll_durable.platform.web.throttling": "check_throttled",
}
_WHERE = {name: module for module, names in _MODULES.items() for name in names.split()}
__all__ = sorted(_WHERE)  # pyright: ignore[reportUnsupportedDunderAll] - the names above


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_WHERE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
