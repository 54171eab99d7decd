"""GET /api/runs/{id}/trace: a run as OpenTelemetry has it, the same that a collector gets."""

from typing import Any

from fastapi import APIRouter

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, Deployed, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.problems import not_found
from tillroll.api.runs.runs import owned_run

router = APIRouter(tags=["runs"])


@router.get("/api/runs/{run_id}/trace", openapi_extra=needs(Permission.READ))
async def show_trace(platform: PlatformHere, registry: Deployed, principal: Asking, run_id: str) -> dict[str, Any]:
    """An ExportTraceServiceRequest in OTLP/JSON, with what has ended of the run so far."""
    from tillroll.observability.spans import export_request  # noqa: PLC0415
    from tillroll.observability.trace_export import load_trace  # noqa: PLC0415 - few requests need it

    await owned_run(platform, principal, run_id)
    trace = await load_trace(platform, registry.contract_of, run_id)
    if trace is None:
        raise not_found("run")
    return export_request([trace])
