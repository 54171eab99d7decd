"""Routes of limits, and of changes that wait for a second person."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.problems import CHANGE_ENDED, FOUR_EYES, Problem, invalid_values, not_found
from tillroll.api.shapes import Model
from tillroll.identity.authentication import Principal
from tillroll.ledger.transfers import LARGEST_AMOUNT, Account, Transaction
from tillroll.payouts import changes
from tillroll.payouts.changes import Change, What
from tillroll.payouts.contract import Currency
from tillroll.payouts.four_eyes import limits_of
from tillroll.platform.json import JsonObject, load_object
from tillroll.platform.models import Page, RequestBody
from tillroll.platform.services import Platform
from tillroll.reading.money import Money

router = APIRouter(tags=["payouts"])

_WAITS: Final = 202


class LimitShape(Model):
    """A payout of more than `above` minor units of the currency, or more than that for one payee within a day, is
    decided on by somebody else than who asked."""

    currency: str
    above: int


class LimitList(Model):
    """Where there are limits, a payout in a currency that has none is decided on by a second person too."""

    items: list[LimitShape]


class LimitRequest(RequestBody):
    above: Annotated[int, Field(ge=0, le=LARGEST_AMOUNT, strict=True, description="Minor units")]


class PayoutChange(Model):
    """A change by which one person could pay alone. `subject` is a limit's currency, or an id of the ledger; `says` is
    what it comes to. While it waits, `outcome` is null: for somebody who may approve and has not asked for it, or,
    where there is nobody else, until `takesEffectAt`. `elapsed`: it took effect then; `refused`: the ledger refused
    it."""

    id: str
    what: Literal["limit", "ledger_account", "ledger_transfer"]
    subject: str
    says: str
    asked_by: str
    created_at: str
    takes_effect_at: str | None
    outcome: Literal["confirmed", "elapsed", "rejected", "replaced", "refused"] | None
    ended_by: str | None
    ended_at: str | None


class ChangeDecision(RequestBody):
    """Whoever asked for a change may reject it, and nobody confirms their own."""

    decision: Literal["confirm", "reject"]


WAITING: Final[dict[int | str, dict[str, Any]]] = {
    _WAITS: {"model": PayoutChange, "description": "It waits for a second person; nothing was changed yet"}
}
"""For the definition of a route that may answer by `waits`."""


@router.get("/api/payout-limits", openapi_extra=needs(Permission.PAY))
async def list_limits(platform: PlatformHere, principal: Caller) -> LimitList:
    """Above what a second person decides. Without any, nobody is asked."""
    limits = await limits_of(platform.database, principal.account_id)
    return LimitList(items=[LimitShape(currency=currency, above=above) for currency, above in limits.items()])


@router.put(
    "/api/payout-limits/{currency}",
    response_model=LimitShape,
    responses=WAITING,
    openapi_extra=needs(Permission.PAY),
)
async def set_limit(
    platform: PlatformHere, principal: Caller, currency: Annotated[Currency, Path()], asked: LimitRequest
) -> LimitShape | JSONResponse:
    """Let a second person decide above an amount. The first limit, and a lower one, hold at once, for payouts that are
    asked for from then on. A higher one waits for a second person (202)."""
    waiting = await _set(platform, principal, currency, asked.above)
    return LimitShape(currency=currency, above=asked.above) if waiting is None else waits(waiting)


@router.delete(
    "/api/payout-limits/{currency}",
    status_code=204,
    response_model=None,
    responses=WAITING,
    openapi_extra=needs(Permission.PAY),
)
async def drop_limit(
    platform: PlatformHere, principal: Caller, currency: Annotated[Currency, Path()]
) -> JSONResponse | None:
    """Take a currency's limit away. It waits for a second person (202); where there is none, nothing is done (204)."""
    waiting = await _set(platform, principal, currency, None)
    return None if waiting is None else waits(waiting)


@router.get("/api/payout-changes", openapi_extra=needs(Permission.LEDGER))
async def list_all(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    waiting: Annotated[bool, Query(description="Only those that wait")] = False,
) -> Page[PayoutChange]:
    """Changes of limits and of the company's account that were asked for, the newest first."""
    found = await changes.list_changes(
        platform.database, principal.account_id, page.behind, page.wanted, is_waiting=waiting
    )
    shown, following = page.cut(found, lambda each: each.id)
    return Page(items=[_shape(each) for each in shown], next_cursor=following)


@router.post("/api/payout-changes/{change_id}/decision", openapi_extra=needs(Permission.APPROVE))
async def decide(platform: PlatformHere, principal: Caller, change_id: str, asked: ChangeDecision) -> PayoutChange:
    """Confirm a change, which takes effect, or reject it. Where the ledger refuses it, `outcome` says so."""
    confirms = asked.decision == "confirm"
    try:
        ended = await changes.decide(platform, principal.as_actor, principal.user_id, change_id, confirms=confirms)
    except changes.NoSuchChange as error:
        raise not_found("change") from error
    except changes.NeedsSecond as error:
        raise Problem(FOUR_EYES, str(error)) from error
    except changes.NotWaiting as error:
        raise Problem(CHANGE_ENDED, "Look at what became of it: GET /api/payout-changes.") from error
    return _shape(ended)


async def ask_for_account(platform: Platform, principal: Principal, account: Account) -> JSONResponse:
    """Ask for an account of the ledger; what is answered.

    Raises:
        Problem: 422, too many wait.
    """
    body: JsonObject = {**account.body(), "name": account.name}
    return await _ask(platform, principal, What.ACCOUNT, account.id, body)


async def ask_for_transfer(platform: Platform, principal: Principal, transaction: Transaction) -> JSONResponse:
    """Ask for a transaction of the ledger; what is answered.

    Raises:
        Problem: 422, too many wait.
    """
    return await _ask(platform, principal, What.TRANSFER, transaction.id, load_object(transaction.body()))


async def _ask(platform: Platform, principal: Principal, what: What, subject: str, body: JsonObject) -> JSONResponse:
    """
    Raises:
        Problem: 422, too many wait.
    """
    try:
        return waits(await changes.ask(platform, principal.as_actor, what, subject, body))
    except changes.TooManyWait as error:
        raise invalid_values([("id", _TOO_MANY)]) from error


def waits(change: Change) -> JSONResponse:
    """That a change waits."""
    return JSONResponse(_shape(change).model_dump(mode="json", by_alias=True), status_code=_WAITS)


_TOO_MANY: Final = f"{changes.MOST_WAITING} changes wait already: have them confirmed or rejected first."


async def _set(platform: Platform, principal: Principal, currency: str, above: int | None) -> Change | None:
    try:
        return await changes.set_limit(platform, principal.as_actor, currency, above)
    except changes.TooManyWait as error:
        raise invalid_values([("currency", _TOO_MANY)]) from error


def _shape(change: Change) -> PayoutChange:
    return PayoutChange.model_validate(
        {
            **{name: getattr(change, name) for name in PayoutChange.model_fields if hasattr(change, name)},
            "what": change.what.value,
            "says": _says(change),
            "takes_effect_at": change.effective_at if change.outcome is None else None,
        }
    )


def _says(change: Change) -> str:
    match change.what, change.body:
        case What.LIMIT, {"above": int(above)}:
            return f"A second person decides above {_money(above, change.subject)}."
        case What.LIMIT, _:
            return f"The limit of {change.subject} is taken away."
        case What.ACCOUNT, {"leastAvailable": int(least), "currency": str(currency)}:
            return f"{change.subject} is made; at least {_money(least, currency)} stay available."
        case What.ACCOUNT, _:
            return f"{change.subject} is made, without a limit."
        case _, {"transfers": list(transfers)}:
            return " ".join(_transfer(each) for each in transfers if isinstance(each, dict))
        case _:
            return change.subject


def _transfer(body: JsonObject) -> str:
    match body:
        case {"debit": debit, "credit": credit, "amount": int(amount), "currency": str(currency)}:
            return f"{_money(amount, currency)} from {credit} to {debit}."
        case _:
            return f"{body['kind']} of {body.get('reverses') or body.get('pending')}."


def _money(minor: int, currency: str) -> str:
    return f"{Money(minor, currency).to_decimal_string()} {currency}"
