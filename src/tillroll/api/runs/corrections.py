"""A person's values for a run, checked by the run's kind before anything is recorded."""

from tillroll.api.problems import FOUR_EYES, NOT_POSSIBLE, Problem
from tillroll.durable.record.runs import Run
from tillroll.durable.record.versions import not_deployed
from tillroll.durable.registry import Registry
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform


async def check_values(
    platform: Platform, registry: Registry, run: Run, values: JsonObject, *, is_complete: bool
) -> None:
    """Refuse what the run's workflow cannot use. Unless `is_complete`, what is not given may still be found.

    Raises:
        ValuesRefused: each value, and how to put it right.
        Problem: 409 where no workflow of the run's kind is deployed.
    """
    # A decision may be given on a run whose own version was removed too early; it is taken up when that is back.
    workflow = registry.shown_by(run.kind, run.contract_version)
    if workflow is None:
        raise Problem(NOT_POSSIBLE, f"{not_deployed(run)}. Nothing was changed.")
    await workflow.check_values(platform, run.id, values, is_complete=is_complete)


async def check_decider(platform: Platform, registry: Registry, run: Run, user_id: str) -> None:
    """Refuse a person who may decide what runs of the kind ask, but not what this one does.

    Raises:
        Problem: 403, with the reason.
    """
    workflow = registry.shown_by(run.kind, run.contract_version)
    refused = None if workflow is None else await workflow.may_decide(platform, run.id, user_id)
    if refused is not None:
        raise Problem(FOUR_EYES, refused)
