"""What `make dev` says once it is ready."""

from types import SimpleNamespace
from typing import Any, cast

from local.dev import beside
from local.stack import Stack


def _stack(**more: Any) -> Stack:
    is_lent = dict.fromkeys(("catches_mail", "pays_locally", "has_banks", "has_books"), False)
    urls = {
        f"{each}_url": f"http://127.0.0.1/{each}" for each in ("mail", "payments", "banks", "books")
    }
    return cast("Stack", SimpleNamespace(**{**is_lent, **urls, **more}))


def test_the_books_of_this_machine_are_said_with_their_address_and_how_they_are_connected() -> None:
    [says] = beside(_stack(has_books=True))
    assert says.startswith(
        "Xero, QuickBooks and HubSpot of this machine are in http://127.0.0.1/books: connect them"
    )
    assert beside(_stack()) == []
