"""The local providers of bank accounts over HTTP: Enable Banking, and GoCardless Bank Account Data. Both ask one bank.

Enable Banking's and GoCardless's own requests, each at a port of its own
GET /agree/{id}                 the bank's page: the person agrees, and is sent back; ?denied=1 declines
PUT /bank/accounts/{number}     an account: {"currency", "opening", "bookings": [...]}
POST, DELETE /faults            order what becomes of the next requests of data; take all orders back
PUT /applications/{id}          an application of Enable Banking: {"publicKey", "redirects"}
"""

from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from local.banks.bank import Account, Answered, Bank, Fault
from local.banks.enable_banking import EnableBanking
from local.banks.gocardless import GoCardless
from local.fault_routes import fault_routes
from local.serving import LOOPBACK, LocalServer

_ACCOUNT: TypeAdapter[Account] = TypeAdapter(Account)
_METHODS = ["GET", "POST", "DELETE"]


class _Provider(Protocol):
    def ask(self, method: str, path: str, headers: Any, body: str = "") -> Answered: ...

    def agree(self, id_: str, /, *, is_denied: bool = False) -> str | None: ...


class BankProviders:
    """Started and stopped with the stack."""

    def __init__(self, enable_banking_port: int, gocardless_port: int, bank: Bank | None = None) -> None:
        self.bank = bank or Bank()
        self.enable_banking = EnableBanking(self.bank, f"http://{LOOPBACK}:{enable_banking_port}")
        self.gocardless = GoCardless(self.bank, "local", "local", f"http://{LOOPBACK}:{gocardless_port}")
        applications = Route("/applications/{id}", self._register, methods=["PUT"])
        self._servers = [
            LocalServer("Enable Banking", enable_banking_port, [applications, *self._routes(self.enable_banking)]),
            LocalServer("GoCardless", gocardless_port, self._routes(self.gocardless)),
        ]

    def start(self) -> None:
        """Serve, and return once both do. Raises TimeoutError."""
        for each in self._servers:
            each.start()

    def stop(self) -> None:
        for each in self._servers:
            each.stop()

    def _routes(self, provider: _Provider) -> list[Route]:
        async def ask(request: Request) -> Response:
            query = f"?{request.url.query}" if request.url.query else ""
            path, body = f"{request.url.path}{query}", (await request.body()).decode()
            try:
                answered = provider.ask(request.method, path, dict(request.headers), body)
            except (ValueError, KeyError, TypeError) as error:
                return JSONResponse({"message": repr(error)}, 400)
            if answered.is_lost:
                return Response(status_code=502)  # as whoever stands between says it
            if isinstance(answered.body, str):
                return PlainTextResponse(answered.body, answered.status)
            return JSONResponse(answered.body, answered.status, answered.headers)

        async def agree(request: Request) -> Response:
            leads = provider.agree(request.path_params["id"], is_denied="denied" in request.query_params)
            return Response(status_code=404) if leads is None else RedirectResponse(leads, 302)

        return [
            Route("/agree/{id}", agree, methods=["GET"]),
            Route("/bank/accounts/{number}", self._put_account, methods=["PUT"]),
            *fault_routes(lambda: self.bank.faults, Fault),
            Route("/{rest:path}", ask, methods=_METHODS),
        ]

    async def _put_account(self, request: Request) -> Response:
        number = request.path_params["number"]
        try:
            self.bank.accounts[number] = _ACCOUNT.validate_python({**await request.json(), "number": number})
        except (ValidationError, ValueError) as error:
            return Response(str(error), status_code=422)
        return Response(status_code=204)

    async def _register(self, request: Request) -> Response:
        given: dict[str, Any] = await request.json()
        try:
            key = str(given["publicKey"]).encode()
            self.enable_banking.register(request.path_params["id"], key, [*given["redirects"]])
        except (ValueError, KeyError, TypeError) as error:
            return Response(str(error), status_code=422)
        return Response(status_code=204)
