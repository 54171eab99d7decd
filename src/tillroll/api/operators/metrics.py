"""GET /api/metrics: the deployment in numbers, for a scraper with an operator's token."""

from fastapi import APIRouter, Response

from tillroll.api.dependencies import Deployed, OperatorAsking, PlatformHere
from tillroll.observability.metrics import collect
from tillroll.observability.openmetrics import MEDIA_TYPE, render

router = APIRouter(tags=["operators"])


@router.get(
    "/api/metrics", response_class=Response, responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}}
)
async def show_metrics(platform: PlatformHere, registry: Deployed, _: OperatorAsking) -> Response:
    """All metrics in the text format of OpenMetrics 1.0."""
    return Response(render(await collect(platform, registry.contracts)), media_type=MEDIA_TYPE)
