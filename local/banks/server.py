"""The local provider of bank accounts over HTTP: Enable Banking.

GET /agree/{id}                 the bank's page: the person agrees, and is sent back;
                                ?denied=1 declines
PUT /bank/accounts/{number}     an account: {"currency", "opening", "bookings": [...]}
POST, DELETE /faults            order what becomes of the next requests of data;
                                take all orders back
PUT /applications/{id}          an application of Enable Banking: {"publicKey", "redirects"}
all else                        Enable Banking's own requests
"""

from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from local.banks.bank import Account, Bank, Fault
from local.banks.enable_banking import EnableBanking
from local.fault_routes import fault_routes
from local.serving import LOOPBACK, LocalServer

_ACCOUNT: TypeAdapter[Account] = TypeAdapter(Account)
_METHODS = ["GET", "POST", "DELETE"]


class BankProviders:
    """Started and stopped with the stack."""

    def __init__(self, port: int, bank: Bank | None = None) -> None:
        self.bank = bank or Bank()
        self.url = f"http://{LOOPBACK}:{port}"
        self.enable_banking = EnableBanking(self.bank, self.url)
        self._server = LocalServer("providers of bank accounts", port, self._routes())

    def start(self) -> None:
        """Serve, and return once it does. Raises TimeoutError."""
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def _routes(self) -> list[Route]:
        return [
            Route("/agree/{id}", self._agree, methods=["GET"]),
            Route("/bank/accounts/{number}", self._put_account, methods=["PUT"]),
            Route("/applications/{id}", self._register, methods=["PUT"]),
            *fault_routes(lambda: self.bank.faults, Fault),
            Route("/{rest:path}", self._ask, methods=_METHODS),
        ]

    async def _ask(self, request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        path, body = f"{request.url.path}{query}", (await request.body()).decode()
        try:
            answered = self.enable_banking.ask(request.method, path, dict(request.headers), body)
        except (ValueError, KeyError, TypeError) as error:
            return JSONResponse({"message": repr(error)}, 400)
        if answered.is_lost:
            return Response(status_code=502)  # as a proxy says it
        if isinstance(answered.body, str):
            return PlainTextResponse(answered.body, answered.status)
        return JSONResponse(answered.body, answered.status, answered.headers)

    async def _agree(self, request: Request) -> Response:
        id_, is_denied = request.path_params["id"], "denied" in request.query_params
        leads = self.enable_banking.agree(id_, is_denied=is_denied)
        return Response(status_code=404) if leads is None else RedirectResponse(leads, 302)

    async def _put_account(self, request: Request) -> Response:
        number = request.path_params["number"]
        try:
            self.bank.accounts[number] = _ACCOUNT.validate_python(
                {**await request.json(), "number": number}
            )
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
