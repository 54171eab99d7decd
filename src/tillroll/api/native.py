"""The routes whose bytes pass natively, beside FastAPI. Each feature lists its own."""

from collections.abc import Sequence
from urllib.parse import unquote

from tillroll.api.native_route import Finder, NativeRoute
from tillroll.claims.native import ROUTES as OF_CLAIMS
from tillroll.exports.native import ROUTES as OF_EXPORTS
from tillroll.inbound.native import ROUTES as OF_INBOUND
from tillroll.platform.shape import LONGEST_IN_PATH
from tillroll.privacy.data_export.native import ROUTES as OF_DATA_EXPORTS
from tillroll.receipts.native import ROUTES as OF_RECEIPTS

ROUTES: Sequence[Finder] = (
    *OF_RECEIPTS,
    *OF_INBOUND,
    *OF_EXPORTS,
    *OF_DATA_EXPORTS,
    *OF_CLAIMS,
)


def native_route(method: str, path: str) -> NativeRoute | None:
    """The native route of a request; None for all that FastAPI answers, and for what is too long to be an id."""
    if any(len(unquote(part)) > LONGEST_IN_PATH for part in path.split("/")):
        return None
    return next((route for each in ROUTES if (route := each.find(method, path)) is not None), None)
