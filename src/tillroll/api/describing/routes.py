"""GET /api/docs: the API's own page."""

import re
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from tillroll.access.permissions import Permission
from tillroll.api.describing.page import render_page
from tillroll.api.describing.snippets import EXAMPLE
from tillroll.api.needs import needs

router = APIRouter()

# It has no script, and is shown in no frame.
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
}
_LOCAL: Final = frozenset({"localhost", "127.0.0.1"})
_HOST: Final = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]+)?|\[[0-9A-Fa-f:]+\](:[0-9]+)?")


@router.get("/api/docs", include_in_schema=False, openapi_extra=needs(Permission.OPEN))
async def show_docs(request: Request) -> HTMLResponse:
    """The page, with the address that it was asked at in its commands. It is made once for each isolate."""
    state = request.app.state
    if not hasattr(state, "docs"):
        state.docs = render_page(request.app.openapi())
    return HTMLResponse(state.docs.replace(EXAMPLE, address_of(request.headers.get("host", ""))), headers=_HEADERS)


def address_of(host: str) -> str:
    """The address that stands for a Host header; an example's where the header is no host."""
    if _HOST.fullmatch(host) is None:
        return EXAMPLE
    return f"{'http' if host.partition(':')[0] in _LOCAL else 'https'}://{host}"
