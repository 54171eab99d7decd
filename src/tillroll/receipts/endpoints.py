"""POST /api/runs/{id}/read-again: a receipt whose account had no money for models is read once there is some."""

from fastapi import APIRouter

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, PlatformHere, allowed_of, needs, require
from tillroll.api.problems import NOT_POSSIBLE, Problem
from tillroll.api.shapes import Model
from tillroll.durable.operating.operations import NotPossible
from tillroll.receipts import service
from tillroll.runs.endpoints import owned_run

router = APIRouter(tags=["runs"])


class ReadAgainResult(Model):
    """`run_id` is the new run."""

    run_id: str
    previous_run_id: str


@router.post("/api/runs/{run_id}/read-again", status_code=202, openapi_extra=needs(Permission.REVIEW))
async def read_again(platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str) -> ReadAgainResult:
    """Have a receipt read that waits because the AI budget was spent, once there is one: its run ends as rejected, and
    a new one begins. Asked for again, it is the same."""
    run = await owned_run(platform, principal, run_id)
    require(principal, allowed_of(registry, run.kind, run.contract_version).decide)
    try:
        following = await service.read_again(platform, registry.newest[run.kind], run, principal.actor)
    except NotPossible as error:
        raise Problem(NOT_POSSIBLE, f"{str(error)[:1].upper()}{str(error)[1:]}. Nothing was changed.") from error
    return ReadAgainResult(run_id=following, previous_run_id=run.id)
