"""An erasure of an account, as its row has it."""

from typing import Any

from tests.support.host_platform import ACCOUNT
from tillroll.privacy.repository import AccountErasure, What


def account_erasure(at: str = "", **other: Any) -> AccountErasure:
    """Asked for and due `at` (UTC text); it waits, unless `other` says otherwise."""
    given: dict[str, Any] = {"run_id": "run_none", "status": "waiting", **other}
    return AccountErasure(
        id="era_1",
        account_id=ACCOUNT,
        what=What.ACCOUNT,
        target=ACCOUNT,
        requested_at=at,
        due_at=at,
        insisted=False,
        taken_back_at=None,
        erased_at=None,
        **given,
    )
