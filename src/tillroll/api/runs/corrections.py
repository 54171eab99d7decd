"""A person's values for a run, checked by the run's kind before anything is recorded."""

from tillroll.api.problems import NOT_POSSIBLE, Problem, invalid_values
from tillroll.durable.errors import ValuesRefused
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
        Problem: 422, with each value and how to put it right; 409 where no workflow of the run's kind is deployed.
    """
    # A decision may be given on a run whose own version was removed too early; it is taken up when that is back.
    workflow = registry.shown_by(run.kind, run.contract_version)
    if workflow is None:
        raise Problem(NOT_POSSIBLE, f"{not_deployed(run)}. Nothing was changed.")
    try:
        await workflow.check_values(platform, run.id, values, is_complete=is_complete)
    except ValuesRefused as error:
        raise invalid_values(error.problems) from error
