"""The parts of a run's execution, for programs that replay runs or measure them.

A body uses them by `WorkflowRun`, and the product needs none of them.
"""

from tillroll_durable._execution.beside import member as member_beside
from tillroll_durable._execution.children import AlsoOfChild, nothing_else
from tillroll_durable._execution.execution import (
    PATIENT,
    PATIENT_SECONDS,
    Execution,
    StepFunction,
)
from tillroll_durable._execution.steps import Commit, Given, commit_step, given
from tillroll_durable._execution.workflow_run import WorkflowRun
from tillroll_durable._record.loading import LoadedRun

__all__ = [
    "PATIENT",
    "PATIENT_SECONDS",
    "AlsoOfChild",
    "Commit",
    "Execution",
    "Given",
    "LoadedRun",
    "StepFunction",
    "WorkflowRun",
    "commit_step",
    "given",
    "member_beside",
    "nothing_else",
]
