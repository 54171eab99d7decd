"""GET /api/metrics: the deployment in numbers, for a scraper with an operator's token."""

from fastapi import APIRouter, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Deployed, PlatformHere
from tillroll.api.needs import needs
from tillroll.observability.metrics import collect
from tillroll.observability.openmetrics import MEDIA_TYPE, render

router = APIRouter(tags=["operators"])


@router.get(
    "/api/metrics",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
    openapi_extra=needs(Permission.DEPLOYMENT),
)
async def show_metrics(platform: PlatformHere, registry: Deployed) -> Response:
    """All metrics in the text format of OpenMetrics 1.0."""
    return Response(render(await collect(platform, registry.contracts)), media_type=MEDIA_TYPE)
