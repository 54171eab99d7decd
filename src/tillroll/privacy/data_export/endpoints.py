"""What is kept of an account, or of whoever asks, as files: asked for, followed, and fetched for a week."""

from fastapi import APIRouter

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.shapes import Model
from tillroll.identity.authentication import Principal
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.privacy.data_export.repository import DataExport, Stand, data_exports_of, files_of
from tillroll.privacy.data_export.service import ask_for
from tillroll.privacy.tables import What

router = APIRouter(tags=["privacy"])


class DataExportFile(Model):
    """A ZIP: `rows` and `documents` are how many are in it, `missing` documents that are not stored any more. `size` is
    in bytes, `sha256` hexadecimal."""

    number: int
    url: str
    size: int
    sha256: str
    rows: int
    documents: int
    missing: int


class DataExportShape(Model):
    """`target` is the id of the person or the account; `run_id` the run that gathers it, the newest of its chain.
    `status` is making, failed (its run can be retried, or it be asked for again), stopped, ready (its files can be
    fetched until `expires_at`), or expired: they were deleted. `files` are those that can be fetched."""

    id: str
    what: What
    target: str
    run_id: str
    status: Stand
    requested_at: str
    finished_at: str | None
    expires_at: str | None
    files: list[DataExportFile]


class DataExportList(Model):
    items: list[DataExportShape]


@router.get("/api/data-exports", openapi_extra=needs(Permission.PERSONAL))
async def list_data_exports(platform: PlatformHere, principal: Caller) -> DataExportList:
    """The data exports of whoever asks, and of an owner also the account's: the newest 100 first."""
    found = await data_exports_of(
        platform.database,
        principal.account_id,
        principal.user_id,
        all_of_it=principal.may(Permission.ADMINISTER),
    )
    return DataExportList(items=[await _shape(platform, each) for each in found])


@router.post("/api/data-exports", status_code=202, openapi_extra=needs(Permission.PERSONAL))
async def export_own_data(platform: PlatformHere, principal: Caller) -> DataExportShape:
    """Have all that is kept of oneself gathered: rows, and the documents that one handed in. While that is under way,
    it is answered as it is."""
    # It holds the documents, which a token may not see that has the personal affairs alone.
    principal.require(Permission.READ)
    return await _ask(platform, principal, What.PERSON, principal.user_id)


@router.post("/api/account/data-export", status_code=202, openapi_extra=needs(Permission.ADMINISTER))
async def export_account_data(platform: PlatformHere, principal: Caller) -> DataExportShape:
    """Have all that is kept of the account gathered: rows, and all documents. While that is under way, it is answered
    as it is."""
    principal.require(Permission.READ)
    return await _ask(platform, principal, What.ACCOUNT, principal.account_id)


async def _ask(platform: Platform, principal: Principal, what: What, target: str) -> DataExportShape:
    return await _shape(platform, await ask_for(platform, principal.as_actor, what, target))


async def _shape(platform: Platform, export: DataExport) -> DataExportShape:
    stand = export.stand(to_text(platform.clock.now()))
    files = await files_of(platform.database, export.id) if stand is Stand.READY else []
    return DataExportShape(
        id=export.id,
        what=export.what,
        target=export.target,
        run_id=export.run_id,
        status=stand,
        requested_at=export.requested_at,
        finished_at=export.finished_at,
        expires_at=None if export.finished_at is None else export.expires_at,
        files=[
            DataExportFile(
                number=number,
                url=f"/api/data-exports/{export.id}/file?number={number}",
                size=file.stored.size,
                sha256=file.stored.sha256,
                rows=file.rows,
                documents=file.documents,
                missing=file.missing,
            )
            for number, file in files
        ],
    )
