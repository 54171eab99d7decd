"""Deleting for good, which can be taken back for thirty days, and what is kept as files that are
fetched for a week.
"""

from typing import Annotated

from fastapi import Body
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.problems import CONFIRMATION_NEEDED, Problem
from tillroll.api.routing import Router
from tillroll.identity.authentication import Principal
from tillroll.identity.repository import find_account_name
from tillroll.privacy import repository
from tillroll.privacy.repository import DataExport, Erasure, Stand, What
from tillroll.privacy.service import request_data_export, request_erasure, take_back
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.models import Items, Model, RequestBody
from tillroll_durable.platform.services import Platform

router = Router(tags=["privacy"])


class ReceiptErasureRequest(RequestBody):
    insist: Annotated[
        bool,
        Field(
            strict=True,
            description="Also where it was handed on or lies in a closed period; for owners alone",
        ),
    ] = False


class AccountErasureRequest(RequestBody):
    name: Annotated[str, Field(description="The account's name, so that it is no slip")]


@router.get("/api/erasures", openapi_extra=needs(Permission.READ))
async def list_erasures(platform: PlatformHere, principal: Caller) -> Items[Erasure]:
    """List what of the account is to be deleted for good, or was: the newest 200 first."""
    return Items(
        items=[*await repository.erasures_of(platform.database, principal.account_id, 200)]
    )


@router.post(
    "/api/receipts/{receipt_id}/erasure", status_code=202, openapi_extra=needs(Permission.EDIT)
)
async def erase_receipt(
    platform: PlatformHere,
    principal: Caller,
    receipt_id: str,
    body: Annotated[
        ReceiptErasureRequest | None,
        Body(openapi_examples={"handed on": {"value": {"insist": True}}}),
    ] = None,
) -> Erasure:
    """Have a receipt deleted for good in thirty days, with its expense, which is void, and all that
    its runs keep.
    """
    insists = body is not None and body.insist
    if insists:
        principal.require(Permission.ADMINISTER)
    return await request_erasure(
        platform, principal.as_actor, what=What.RECEIPT, target=receipt_id, insists=insists
    )


@router.delete("/api/receipts/{receipt_id}/erasure", openapi_extra=needs(Permission.EDIT))
async def cancel_receipt_erasure(
    platform: PlatformHere,
    principal: Caller,
    receipt_id: str,
) -> Erasure:
    """Take the deletion of a receipt back."""
    return await take_back(platform, principal.as_actor, what=What.RECEIPT, target=receipt_id)


@router.post(
    "/api/people/{user_id}/erasure", status_code=202, openapi_extra=needs(Permission.PEOPLE)
)
async def erase_person(platform: PlatformHere, principal: Caller, user_id: str) -> Erasure:
    """Have what is kept of a removed person deleted for good in thirty days. What they did stays,
    nameless.
    """
    return await request_erasure(platform, principal.as_actor, what=What.PERSON, target=user_id)


@router.delete("/api/people/{user_id}/erasure", openapi_extra=needs(Permission.PEOPLE))
async def cancel_person_erasure(platform: PlatformHere, principal: Caller, user_id: str) -> Erasure:
    """Take the deletion of a person back."""
    return await take_back(platform, principal.as_actor, what=What.PERSON, target=user_id)


@router.post("/api/account/erasure", status_code=202, openapi_extra=needs(Permission.ADMINISTER))
async def erase_account(
    platform: PlatformHere,
    principal: Caller,
    body: Annotated[
        AccountErasureRequest, Body(openapi_examples={"mine": {"value": {"name": "Books"}}})
    ],
) -> Erasure:
    """Have the whole account deleted for good in thirty days. Until then it works as ever."""
    if body.name.strip() != await find_account_name(platform.database, principal.account_id):
        raise Problem(CONFIRMATION_NEEDED, "Give the account's name as `name`: it has another one.")
    return await request_erasure(
        platform, principal.as_actor, what=What.ACCOUNT, target=principal.account_id
    )


@router.delete("/api/account/erasure", openapi_extra=needs(Permission.ADMINISTER))
async def cancel_account_erasure(platform: PlatformHere, principal: Caller) -> Erasure:
    """Take the deletion of the account back."""
    return await take_back(
        platform, principal.as_actor, what=What.ACCOUNT, target=principal.account_id
    )


class DataExportStatus(Model):
    """`target` is the id of the person or the account; `run_id` the run that gathers it, the newest
    of its chain. `status` is making, failed (its run can be retried, or it be asked for again),
    stopped, ready (its files can be fetched until `expires_at`), or expired: they were deleted.
    `files` are those that can be fetched.
    """

    id: str
    what: What
    target: str
    run_id: str
    status: Stand
    requested_at: str
    finished_at: str | None
    expires_at: str | None
    files: list[repository.DataExportFile]


@router.get("/api/data-exports", openapi_extra=needs(Permission.PERSONAL))
async def list_data_exports(platform: PlatformHere, principal: Caller) -> Items[DataExportStatus]:
    """The data exports of the caller, and of an owner also the account's: the newest 100 first."""
    exports = await repository.data_exports_of(
        platform.database,
        principal.account_id,
        principal.user_id,
        all_of_it=principal.may(Permission.ADMINISTER),
    )
    return Items(items=[await _data_export(platform, each) for each in exports])


@router.post("/api/data-exports", status_code=202, openapi_extra=needs(Permission.PERSONAL))
async def export_own_data(platform: PlatformHere, principal: Caller) -> DataExportStatus:
    """Have all that is kept of oneself gathered: rows, and the documents that one handed in. While
    that is under way, it is answered as it is.
    """
    # It holds the documents, which a token may not see that has the personal affairs alone.
    principal.require(Permission.OWN)
    return await _request(platform, principal, what=What.PERSON, target=principal.user_id)


@router.post(
    "/api/account/data-export", status_code=202, openapi_extra=needs(Permission.ADMINISTER)
)
async def export_account_data(platform: PlatformHere, principal: Caller) -> DataExportStatus:
    """Have all that is kept of the account gathered: rows, and all documents. While that is under
    way, it is answered as it is.
    """
    principal.require(Permission.READ)
    return await _request(platform, principal, what=What.ACCOUNT, target=principal.account_id)


async def _request(
    platform: Platform,
    principal: Principal,
    what: What,
    target: str,
) -> DataExportStatus:
    return await _data_export(
        platform, await request_data_export(platform, principal.as_actor, what=what, target=target)
    )


async def _data_export(platform: Platform, export: DataExport) -> DataExportStatus:
    stand = export.stand(to_text(platform.clock.now()))
    if stand is Stand.READY:
        files = await repository.files_of(platform.database, export.id)
    else:
        files = []
    if export.finished_at is None:
        expires_at = None
    else:
        expires_at = export.expires_at
    return DataExportStatus.model_validate(
        {**vars(export), "status": stand, "expires_at": expires_at, "files": files}
    )
