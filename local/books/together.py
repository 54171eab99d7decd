"""The accounting software and the CRM that run beside the stack, and the variables that lead the
Worker to them.
"""

import base64
from pathlib import Path
from typing import Final

from local.books.hubspot import HubSpotCounterpart
from local.books.quickbooks import QuickBooksCounterpart
from local.books.server import BooksServer
from local.books.signed import SignedCounterpart
from local.books.xero import XeroCounterpart

CLIENT_ID: Final = "local"
CLIENT_SECRET: Final = "a secret of this machine"  # noqa: S105 - nothing else takes it
SIGNED_SECRET: Final = "whsec_" + base64.b64encode(b"the books of this machine").decode()
"""Signs requests to the address `{url}/signed/books`."""

_PROVIDERS: Final = ("xero", "quickbooks", "hubspot")


def local_books(port: int, file: Path) -> BooksServer:
    """All of them at one port, each under its name. `file` keeps what they have."""
    app = (CLIENT_ID, CLIENT_SECRET)
    counterparts = [
        XeroCounterpart(*app),
        QuickBooksCounterpart(*app),
        HubSpotCounterpart(*app),
        SignedCounterpart([SIGNED_SECRET]),
    ]
    return BooksServer(port, counterparts, file)


def variables_of(url: str) -> dict[str, str]:
    """The Worker's variables and secrets for the server at `url`."""
    return {
        name: value
        for each in _PROVIDERS
        for name, value in (
            (f"{each.upper()}_CLIENT_ID", CLIENT_ID),
            (f"{each.upper()}_CLIENT_SECRET", CLIENT_SECRET),
            (f"{each.upper()}_URL", f"{url}/{each}"),
        )
    }
