"""All routes but the native ones, by FastAPI. Wiring only, apart from entry.py since importing it
takes a second.
"""

from typing import TYPE_CHECKING, Any

import asgi

from tillroll.api.admission import admit
from tillroll.api.app import as_asked_by, create_app
from tillroll.workflows import registry
from tillroll_durable.platform.cloudflare.requests import JsUpload, with_body
from tillroll_durable.platform.services import Platform

if TYPE_CHECKING:
    from tillroll.inbound.models import Consumers


def _consumers() -> "Consumers":
    from tillroll.inbound.rules import consumers  # noqa: PLC0415 - only some routes need them

    return consumers()


_app = create_app(registry.REGISTRY)
_app.state.consumers = _consumers


async def answer(platform: Platform, method: str, path: str, raw: Any, upload: JsUpload) -> Any:
    """Answer JavaScript's request `raw`, of which `upload` is a view.

    Raises:
        Problem: it is refused before FastAPI has seen it.
    """
    admitted = await admit(platform, _app.state.routes, method=method, path=path, request=upload)
    return await asgi.fetch(
        as_asked_by(_app, admitted.principal), with_body(raw, admitted.body), platform
    )
