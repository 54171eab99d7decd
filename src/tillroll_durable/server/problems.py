"""What is answered where an error escapes: a problem that says what to do. Faults are logged."""

from typing import Final

from tillroll_durable.errors import LostGuard
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    DatabaseUnavailable,
    GuardFailed,
    RowConflict,
)
from tillroll_durable.platform.bindings.missing import BindingMissing
from tillroll_durable.platform.bindings.models import ImagesQuotaSpent, ImagesUnavailable
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.refusals import (
    INTERNAL,
    MISCONFIGURED,
    SOMEBODY_WAS_FIRST,
    UNAVAILABLE,
    Problem,
    Refusal,
)
from tillroll_durable.platform.settings import InvalidSetting

_SECONDS_WITHOUT_DATABASE: Final = "10"
_NO_DATABASE_NOW: Final = (
    "The database cannot do this just now. Trying again is safe: nothing is done twice."
)
_SECONDS_WITHOUT_OBJECTS: Final = "10"
_NO_OBJECTS_NOW: Final = (
    "Documents cannot be stored or read just now. Trying again is safe: nothing is done twice."
)
_SECONDS_WITHOUT_PICTURES: Final = "10"
_NO_PICTURES_NOW: Final = "Pictures cannot be prepared just now: try again in a moment."
_NO_PICTURES_LEFT: Final = "The month's pictures are used up. An operator switches on Images Paid."


def refusal_of(error: Exception, *, method: str, route: str) -> Refusal:
    """What an error is answered by; a fault of ours is logged."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, InvalidSetting):
        log.error("setting.invalid", error=error)
        advice = (
            "The operator of this deployment sets it in wrangler.jsonc or by `wrangler secret put`."
        )
        return Problem(MISCONFIGURED, f"{error}. {advice}")
    if isinstance(error, BindingMissing):
        log.error("binding.missing", error=error, method=method, route=route)
        return Problem(MISCONFIGURED, str(error))
    if isinstance(error, GuardFailed | RowConflict | LostGuard):
        log.warning("request.was_late", method=method, route=route, error=error)
        advice = "Nothing was changed: load what you see again, then decide anew."
        return Problem(SOMEBODY_WAS_FIRST, advice)
    unavailable = _unavailable(error, method=method, route=route)
    if unavailable is not None:
        return unavailable
    log.crash("request.failed", error, method=method, route=route)
    return Problem(
        INTERNAL, "The fault is logged here. Trying again is safe: nothing is done twice."
    )


def _unavailable(error: Exception, *, method: str, route: str) -> Refusal | None:
    """The answer where a part of the platform does nothing just now; None for any other error."""
    if isinstance(error, DatabaseUnavailable):
        log.crash("database.unavailable", error, source=error.reason, method=method, route=route)
        headers = {"retry-after": _SECONDS_WITHOUT_DATABASE}
        return Problem(UNAVAILABLE, _NO_DATABASE_NOW, headers=headers)
    if isinstance(error, ObjectsUnavailable):
        log.error("objects.unavailable", error=error, method=method, route=route)
        headers = {"retry-after": _SECONDS_WITHOUT_OBJECTS}
        return Problem(UNAVAILABLE, _NO_OBJECTS_NOW, headers=headers)
    if isinstance(error, ImagesUnavailable):
        log.warning("images.unavailable", error=error)
        headers = {"retry-after": _SECONDS_WITHOUT_PICTURES}
        return Problem(UNAVAILABLE, _NO_PICTURES_NOW, headers=headers)
    if isinstance(error, ImagesQuotaSpent):
        log.error("images.quota_spent", error=error)
        return Problem(UNAVAILABLE, _NO_PICTURES_LEFT)
    return None
