"""A claim as a file."""

import csv
import io
from typing import Any, Final

from fastapi import APIRouter, Response

from tillroll.access.permissions import Permission
from tillroll.api.claims.claims import shown
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.needs import needs
from tillroll.exports.tables.cells import harmless

router = APIRouter(tags=["claims"])

_CSV: Final = "text/csv"
_FILE: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {_CSV: {}}}}
_HEAD: Final = ("claim", "expense", "day", "merchant", "category", "amount", "tax", "currency", "taken out")


@router.get(
    "/api/claims/{claim_id}/statement.csv",
    response_class=Response,
    responses=_FILE,
    openapi_extra=needs(Permission.LEDGER),
)
async def statement_csv(platform: PlatformHere, principal: Asking, claim_id: str) -> Response:
    """The expenses of a claim as one CSV file (RFC 4180); what a credit note took out says so."""
    claim = await shown(platform, principal.account_id, claim_id)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(_HEAD)
    for each in claim.items:
        texts = [
            harmless(said or "") for said in (claim.number, each.expense_id, each.date, each.merchant, each.category)
        ]
        writer.writerow([*texts, each.amount, each.tax or "", claim.currency, "yes" if each.is_released else "no"])
    return Response(written.getvalue(), media_type=_CSV)
