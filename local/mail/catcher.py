"""The local mail provider over HTTP, with an inbox for people. It runs beside the stack; a file
keeps what it took, so a start after a kill knows each key.

    POST /emails                 Resend's own request
    GET /emails, /emails/{id}    what was taken, newest first, and one of it
    GET /, /inbox/{id}           the inbox, for a browser
    GET /inbox/{id}/files/{name} a file of a mail
    POST /inbox/{id}/bounced     and /complained: have the mail come back, as the provider's
                                 event says it
    POST, DELETE /faults         order what becomes of the next requests; take all orders back
"""

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

import httpx
from standardwebhooks import Webhook
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from local.fault_routes import fault_routes
from local.mail.counterpart import Counterpart, Email, Fault, event_of
from local.mail.pages import inbox_page, mail_page
from local.serving import LocalServer
from tillroll_local.files import write_private

_TIMEOUT_SECONDS = 30.0
_EVENT_ID_BYTES = 12


class MailCatcher:
    """Started and stopped with the stack. `file` has what was taken; `worker_url` is where events
    are sent, signed by `webhook_secret`.
    """

    def __init__(
        self, port: int, api_key: str, file: Path, worker_url: str, webhook_secret: str
    ) -> None:
        self._file = file
        self._worker_url = worker_url
        self._webhook_secret = webhook_secret
        self._lock = threading.Lock()
        self.provider = Counterpart(api_key)
        if file.exists():
            self.provider.load(json.loads(file.read_text(encoding="utf-8")))
        # Sign-in links are in the inbox.
        self._server = LocalServer("mail inbox", port, self._routes())

    def start(self) -> None:
        """Serve, and return once it does. Raises TimeoutError."""
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def _routes(self) -> list[Route]:
        return [
            Route("/", self._inbox, methods=["GET"]),
            Route("/inbox/{id}", self._mail, methods=["GET"]),
            Route("/inbox/{id}/files/{name}", self._file_of, methods=["GET"]),
            Route("/inbox/{id}/{kind}", self._come_back, methods=["POST"]),
            Route("/emails", self._post, methods=["POST"]),
            Route("/emails", self._list, methods=["GET"]),
            Route("/emails/{id}", self._one, methods=["GET"]),
            *fault_routes(lambda: self.provider.faults, Fault),
        ]

    async def _post(self, request: Request) -> Response:
        body = (await request.body()).decode()
        with self._lock:
            answered = self.provider.post_email(dict(request.headers), body)
            write_private(self._file, json.dumps(self.provider.kept()))
        if answered.is_lost:
            return Response(status_code=502)  # as a proxy says it
        return JSONResponse(answered.body, answered.status, answered.headers)

    async def _list(self, _: Request) -> Response:
        return JSONResponse(
            {"object": "list", "has_more": False, "data": [_shown(each) for each in self._newest()]}
        )

    async def _one(self, request: Request) -> Response:
        return self._with(request, lambda email: JSONResponse({"object": "email", **_shown(email)}))

    async def _inbox(self, _: Request) -> Response:
        return HTMLResponse(inbox_page(self._newest()))

    async def _mail(self, request: Request) -> Response:
        return self._with(request, lambda email: HTMLResponse(mail_page(email)))

    async def _file_of(self, request: Request) -> Response:
        email = self.provider.find(request.path_params["id"])
        name = request.path_params["name"]
        for file in email.attachments if email else ():
            if file.filename == name:
                return Response(file.data, media_type=file.content_type)
        return Response("There is no such file.", status_code=404)

    async def _come_back(self, request: Request) -> Response:
        email, kind = self.provider.find(request.path_params["id"]), request.path_params["kind"]
        if email is None or kind not in {"bounced", "complained"}:
            return Response(status_code=404)
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return Response(status_code=403)
        email.last_event = kind
        event = event_of(email, cast("Literal['bounced', 'complained']", kind), datetime.now(UTC))
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
            answer = await client.post(f"{self._worker_url}/api/mail/events", **self._signed(event))
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"status": answer.status_code, "body": answer.json()})
        return RedirectResponse(f"/inbox/{email.id}", status_code=303)

    def _signed(self, event: dict[str, Any]) -> dict[str, Any]:
        """The event as Svix sends it."""
        body, now, id_ = (
            json.dumps(event),
            datetime.now(UTC),
            f"msg_{secrets.token_hex(_EVENT_ID_BYTES)}",
        )
        headers = {
            "content-type": "application/json",
            "svix-id": id_,
            "svix-timestamp": str(int(now.timestamp())),
            "svix-signature": Webhook(self._webhook_secret).sign(id_, now, body),
        }
        return {"content": body, "headers": headers}

    def _newest(self) -> list[Email]:
        return [*reversed(self.provider.emails)]

    def _with(self, request: Request, answer: Callable[[Email], Response]) -> Response:
        email = self.provider.find(request.path_params["id"])
        return (
            Response("There is no such mail.", status_code=404) if email is None else answer(email)
        )


def _shown(email: Email) -> dict[str, Any]:
    """As Resend names it."""
    shown = asdict(email)
    shown["from"] = shown.pop("sender")
    for file in shown["attachments"]:
        del file["content"]
    return shown
