"""GET /api/exports/{id}/file: the file of an export, straight from the object store."""

from collections.abc import Callable

from tillroll.api.door.access import authenticate
from tillroll.api.files.replies import ObjectReply
from tillroll.api.problems import NOT_FOUND, Problem, not_found
from tillroll.platform.services import Platform
from tillroll.workflows.export.service.exporting import NoSuchExport, NotWritten, find_file


async def show_file(platform: Platform, header: Callable[[str], str | None], export_id: str) -> ObjectReply:
    """The file, to be saved under its own name. It never changes, so a browser may keep it for itself.

    Raises:
        Problem: 401, or 404 for an export that is not the account's or has no file (yet).
    """
    principal = await authenticate(platform, "GET", header)
    try:
        found = await find_file(platform.database, principal.account_id, export_id)
    except NoSuchExport as error:
        raise not_found("export") from error
    except NotWritten as error:
        detail = f"This export has no file yet. Ask /api/exports/{export_id} until it has a `fileUrl`."
        raise Problem(NOT_FOUND, detail) from error
    headers = {
        "content-type": found.file.media_type,
        "cache-control": "private, max-age=31536000, immutable",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "content-disposition": f'attachment; filename="{found.name}"',
    }
    return ObjectReply(found.object_key, headers, principal.account_id, "file")
