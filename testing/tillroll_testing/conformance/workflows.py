"""The workflows that an adapter's author writes, in the engine's own way, and what they call.

Each call is a request to the other side, whose address the adapter is given. It is JSON with the
run's name as `run`. The answer is JSON with an `id`.
"""

from types import MappingProxyType
from typing import Final

TWO_CALLS: Final = "two-calls"
QUOTED: Final = "quoted"
MESSAGE: Final = "message"
WAITING: Final = "waiting"
WAITING_SHORTLY: Final = "waiting-shortly"
UNDOING: Final = "undoing"
SIDE_BY_SIDE: Final = "side-by-side"

CHARGES: Final = "charges"
SHIPMENTS: Final = "shipments"
MESSAGES: Final = "messages"
RESERVATIONS: Final = "reservations"
RELEASES: Final = "releases"
REFUNDS: Final = "refunds"
QUOTES: Final = "quotes"
PARTS: Final = ("parts-a", "parts-b", "parts-c")

KEYED: Final = frozenset({CHARGES, RESERVATIONS, RELEASES, REFUNDS, *PARTS})
"""They honour the header `idempotency-key`. GET /EFFECT/RUN and GET /EFFECT/KEY find them, too."""
FOUND: Final = frozenset({*KEYED, SHIPMENTS})
"""Whether they were done can be asked. Shipments know no key, so that is all one has of them."""

WORKFLOWS: Final = MappingProxyType(
    {
        TWO_CALLS: "POST /charges under a key, then POST /shipments. The other side knows no key "
        "of a shipment: GET /shipments/RUN says whether there is one.",
        QUOTED: "GET /quotes/RUN, which gives another `amount` each time. Then POST /charges with "
        "that `amount`, under a key.",
        MESSAGE: "POST /messages. It knows no key, and nobody can be asked about it.",
        WAITING: "POST /charges under a key. Wait for the signal `go`, an hour at most. Then POST "
        "/shipments with the signal's `value`.",
        WAITING_SHORTLY: "POST /charges under a key. Wait for the signal `go`, three seconds at "
        "most. Then POST /shipments with the signal's `value`, or with `late` without one.",
        UNDOING: "POST /reservations, then POST /charges, then POST /shipments; the first two "
        "under keys. Where a call fails for good, what was done is undone, last first: POST "
        "/refunds undoes a charge, POST /releases a reservation, both under keys.",
        SIDE_BY_SIDE: "POST /parts-a, POST /parts-b and POST /parts-c at once, each under a key.",
    }
)
"""By name, what each does. A call is tried at most five times, a second apart or so. 422 says no,
so it is not tried again. What fails for good ends the run as failed.
"""
