"""The local payment provider over HTTP. It runs beside the stack; a file keeps what it took, so a
start after a kill knows each key.

    /v2/money_management/outbound_payments   Stripe's own requests
    /v1/customers, /v1/subscriptions         the same, of billing
    GET /                                    what was taken, newest first
    GET /billing                             who is invoiced, and for what, newest first
    POST /payments/{id}/{ending}             have a payment come to its end: posted, failed or
                                             returned; an event says so
    POST /payments/{id}/tell                 send the event of where it stands once more
    PUT /events                              {"url", "secret"}: where events are sent, signed as
                                             Stripe signs them
    POST, DELETE /faults                     order what becomes of the next payments;
                                             take all orders back
    POST, DELETE /billing/faults             the same of what billing asks for
"""

import hashlib
import hmac
import json
import threading
import time
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.fault_routes import fault_routes
from local.payments.billing import BillingCounterpart
from local.payments.billing import Fault as BillingFault
from local.payments.billing import shown as shown_in_billing
from local.payments.counterpart import (
    PATH,
    Answered,
    Counterpart,
    Fault,
    OutboundPayment,
    event_of,
    shown,
)
from local.serving import LocalServer
from tillroll_local.files import write_private

_TIMEOUT_SECONDS = 30.0
_ENDINGS = ("posted", "failed", "returned")


class EventsTo(BaseModel):
    """An endpoint of events, and the secret that signs them."""

    url: str
    secret: str


class PaymentProvider:
    """Started and stopped with the stack. `file` has what was taken."""

    def __init__(self, port: int, api_key: str, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._events_to: EventsTo | None = None
        self.provider, self.billing = Counterpart(api_key), BillingCounterpart(api_key)
        if file.exists():
            kept = json.loads(file.read_text(encoding="utf-8"))
            self.provider.load(kept)
            if "billing" in kept:
                self.billing.load(kept["billing"])
        self._server = LocalServer("payment provider", port, self._routes())

    def start(self) -> None:
        """Serve, and return once it does. Raises TimeoutError."""
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def _routes(self) -> list[Route]:
        return [
            Route("/", self._list, methods=["GET"]),
            Route("/payments/{id}/{act}", self._act, methods=["POST"]),
            Route("/events", self._send_to, methods=["PUT"]),
            *fault_routes(lambda: self.provider.faults, Fault),
            *fault_routes(lambda: self.billing.faults, BillingFault, under="/billing"),
            Route("/billing", self._list_billing, methods=["GET"]),
            Route("/v1/{rest:path}", self._bill, methods=["GET", "POST", "DELETE"]),
            Route(f"{PATH}{{rest:path}}", self._post, methods=["POST"]),
            Route(f"{PATH}{{rest:path}}", self._get, methods=["GET"]),
        ]

    async def _post(self, request: Request) -> Response:
        body = (await request.body()).decode()
        with self._lock:
            answered = self.provider.post(request.url.path, dict(request.headers), body)
            self._keep()
        return _said(answered)

    async def _get(self, request: Request) -> Response:
        path = f"{request.url.path}?{request.url.query}"
        return _said(self.provider.get(path, dict(request.headers)))

    async def _bill(self, request: Request) -> Response:
        path, headers = request.url.path, dict(request.headers)
        if request.method == "GET":
            return _said(self.billing.get(f"{path}?{request.url.query}", headers))
        body = (await request.body()).decode()
        with self._lock:
            if request.method == "DELETE":
                answered = self.billing.delete(path, headers)
            else:
                answered = self.billing.post(path, headers, body)
            self._keep()
        return _said(answered)

    async def _list_billing(self, _: Request) -> Response:
        return JSONResponse(
            {"data": [shown_in_billing(each) for each in reversed(self.billing.made)]}
        )

    async def _list(self, _: Request) -> Response:
        return JSONResponse({"data": [shown(each) for each in reversed(self.provider.payments)]})

    async def _act(self, request: Request) -> Response:
        payment, act = self.provider.find(request.path_params["id"]), request.path_params["act"]
        if payment is None or act not in {*_ENDINGS, "tell"}:
            return Response(status_code=404)
        if act != "tell":
            with self._lock:
                self.provider.end(payment, act)
                self._keep()
        return JSONResponse({"status": payment.status, **await self._tell(payment)})

    async def _send_to(self, request: Request) -> Response:
        try:
            self._events_to = EventsTo.model_validate(await request.json())
        except (ValidationError, ValueError) as error:
            return Response(str(error), status_code=422)
        return Response(status_code=204)

    async def _tell(self, payment: OutboundPayment) -> dict[str, Any]:
        """`told` is what the endpoint of events answered; None where there is none, or none
        answers, which `not_told` says.
        """
        if self._events_to is None:
            return {"told": None, "not_told": "no endpoint of events is set: PUT /events"}
        body, now = json.dumps(event_of(payment)).encode(), int(time.time())
        signature = hmac.digest(
            self._events_to.secret.encode(), f"{now}.".encode() + body, hashlib.sha256
        ).hex()
        headers = {
            "content-type": "application/json",
            "stripe-signature": f"t={now},v1={signature}",
        }
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
                answer = await client.post(self._events_to.url, content=body, headers=headers)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            return {
                "told": None,
                "not_told": (
                    f"{self._events_to.url} does not answer: {type(error).__name__} {error}"
                ),
            }
        return {"told": answer.status_code}

    def _keep(self) -> None:
        kept: dict[str, Any] = {**self.provider.kept(), "billing": self.billing.kept()}
        write_private(self._file, json.dumps(kept))


def _said(answered: Answered) -> Response:
    if answered.is_lost:
        return Response(status_code=502)  # as a proxy says it
    return JSONResponse(answered.body, answered.status)
