"""What the use cases of expenses refuse, as problems; versions as ETags."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Header

from tillroll.api.problems import (
    CANNOT_UNDO,
    CHANGED_MEANWHILE,
    CONFIRMATION_NEEDED,
    EXPENSE_LOCKED,
    INVALID_VERSION,
    VERSION_NEEDED,
    Problem,
    not_found,
)
from tillroll.expenses.changing.editing import ChangedMeanwhile, ConfirmationNeeded, Locked, VersionNeeded
from tillroll.expenses.changing.moving import NotFromHere
from tillroll.expenses.changing.undoing import CannotUndo, NoSuchChange
from tillroll.expenses.record.reading import NoSuchExpense
from tillroll.platform.json import JsonObject

IfMatch = Annotated[str | None, Header(description="The ETag of the version that the change was made from")]

_ETAG = re.compile(r'(?:W/)?"([0-9]{1,15})"')
_LOCKED = {
    "approved": "It is approved. Send it back to review first: POST /api/expenses/{id}/send-back.",
    "voided": "It is voided. Restore it first: POST /api/expenses/{id}/restore.",
}


@contextmanager
def as_problems(yours: JsonObject | None = None) -> Generator[None]:
    """`yours` is what the sender wanted changed: it stands beside what the expense is now, so that neither is lost.

    Raises:
        Problem: 404 where the account has no such expense or change, 409 where it is locked or a change cannot be taken
            back, 412 and 428 for versions, 422 for doubts.
    """
    try:
        yield
    except NoSuchExpense as error:
        raise not_found("expense") from error
    except NoSuchChange as error:
        raise not_found("change") from error
    except ConfirmationNeeded as error:
        raise Problem(
            CONFIRMATION_NEEDED,
            "Correct the fields named in `errors`, or send them again with their names in `confirmed`.",
            errors=[{"field": name, "message": message} for name, message in error.doubts],
        ) from error
    except VersionNeeded as error:
        detail = "Send If-Match with the ETag of GET /api/expenses/{id}: the change is one of money."
        raise Problem(VERSION_NEEDED, detail) from error
    except ChangedMeanwhile as error:
        detail = "Nothing was written. Compare `current` with `yours`, and send what shall be with the new ETag."
        raise Problem(
            CHANGED_MEANWHILE, detail, current=error.current.as_json(), yours=yours, etag=etag_of(error.current.version)
        ) from error
    except Locked as error:
        raise Problem(EXPENSE_LOCKED, _LOCKED[error.status], expenseStatus=error.status) from error
    except NotFromHere as error:
        begins = " or ".join(error.move.begins)
        detail = f"It is {error.status}; only what is {begins} can be {error.move.kind.replace('_', ' ')}."
        raise Problem(EXPENSE_LOCKED, detail, expenseStatus=error.status) from error
    except CannotUndo as error:
        detail = (
            "Something came after this change, its values were erased, or it took an approval back. "
            "Change the values by hand, or approve the expense anew."
        )
        raise Problem(CANNOT_UNDO, detail) from error


def etag_of(version: int) -> str:
    return f'"{version}"'


def version_of(if_match: str | None) -> int | None:
    """The version that a change was made from; None where the sender does not say, or says that any will do.

    Raises:
        Problem: 400, it is none of ours.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise Problem(INVALID_VERSION, 'Send the ETag of GET /api/expenses/{id} as it is, such as "3".')
    return int(found[1])
