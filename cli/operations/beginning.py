"""A run as an operator's command begins it: rows that the reconciler takes up within a minute."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel

from tillroll_command.sql import as_text
from tillroll_durable.attributes import attributes_of, write_attributes
from tillroll_durable.audit import append_if_changed
from tillroll_durable.declared import checked
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.runs import NewRun, created_event, insert

if TYPE_CHECKING:
    from tillroll_durable.workflow import Workflow


@dataclass(frozen=True)
class PlannedRun:
    """A run that exists once its SQL has run."""

    run_id: str
    sql: str


def begin_run(
    workflow: "Workflow",
    account_id: str,
    params: BaseModel | JsonObject,
    *,
    key: str,
    subject: str,
    now: datetime,
) -> PlannedRun:
    """Begin a run of a workflow in an account, under a key.

    Raises:
        InvalidParams: the params are not those of the workflow.
    """
    values, text = checked(workflow.params, params)
    run = NewRun(
        id=new_id("run"),
        account_id=account_id,
        contract=workflow.contract,
        begin_key=key,
        subject=subject,
        params=text,
    )
    at = to_text(now)
    event = created_event(run, "operator", at)
    attributes = write_attributes(account_id, run.id, attributes_of(workflow.contract, values))
    return PlannedRun(run.id, as_text([insert(run, at), append_if_changed(event), *attributes]))
