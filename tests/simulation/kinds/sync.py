"""What can happen to a sync: `tillroll play sync`."""

from collections.abc import Sequence
from typing import Any

from local.books.counterpart import Fault
from tests.simulation import pulling
from tests.simulation.author import Story
from tests.simulation.synced_books import Provider
from tests.simulation.syncing import (
    Order,
    changes,
    connected_again,
    edited_there,
    mapped,
    nothing,
    opened,
    voids,
)

_LOST_AND_FORGOTTEN = [Fault("lost_after", "document.write"), Fault("forgets", "document.write")]
_LOST_FILE = [Fault("lost_after", "attachment.add"), Fault("forgets", "attachment.add")]
_LOST_FOR_LONG = [Fault("lost_after", "document", times=10)]
ONCE = (
    Story("all is well", opened(Order()), "completed"),
    Story("an answer is lost", opened(Order(faults=_LOST_AND_FORGOTTEN)), "completed"),
    Story(
        "a request is lost",
        opened(Order(faults=[Fault("lost_before", "document.write")])),
        "completed",
    ),
    Story(
        "it fails after it has written",
        opened(Order(faults=[Fault("broken", "document.write")])),
        "completed",
    ),
    Story("the books are busy", opened(Order(faults=[Fault("throttled", times=3)])), "completed"),
    Story("a file's answer is lost", opened(Order(2, faults=_LOST_FILE)), "completed"),
    Story("a word has no place", opened(Order(unmapped=[2])), "completed"),
    Story("the days are closed there", opened(Order(2, closed_until="2026-02-28")), "completed"),
)
IN_PAGES = (Story("five in pages of two", opened(Order(5, page=2)), "completed"),)
# What the books refuse, whoever asks again may be allowed then.
DENIED = (
    Story(
        "the books let nobody in",
        opened(Order(2, faults=[Fault("denied", "write")])),
        "disconnected",
        is_touchy=True,
    ),
    Story(
        "they are connected again",
        opened(Order(2, faults=[Fault("denied", "write")], acts=[connected_again])),
        "completed",
        is_touchy=True,
    ),
)
CHANGED = (
    Story("an expense changes", opened(Order(2, acts=[mapped, changes(1, 500)])), "completed"),
    Story("one is voided", opened(Order(2, acts=[voids(1)])), "completed"),
    Story(
        "one is changed there",
        opened(Order(2, acts=[mapped, edited_there(1), changes(1, 500)])),
        "completed",
    ),
    Story(
        "one is changed there, and compared",
        opened(Order(3, acts=[edited_there(1)], compares=True)),
        "completed",
    ),
    Story(
        "one is voided that was changed there",
        opened(Order(2, acts=[edited_there(1), voids(1)])),
        "completed",
    ),
    Story(
        "answers are lost for long",
        opened(Order(2, faults=_LOST_FOR_LONG, acts=[nothing], forgets=True)),
        "completed",
    ),
)
PULLED = (
    Story("deals are pulled", pulling.opened(pulling.Order()), "completed"),
    Story(
        "deals are won and lost",
        pulling.opened(
            pulling.Order(
                acts=[
                    pulling.staged(1, pulling.WON),
                    pulling.staged(0, pulling.LOST),
                    pulling.grown,
                ]
            )
        ),
        "completed",
    ),
    Story(
        "the CRM changes meanwhile", pulling.opened(pulling.Order(is_restless=True)), "completed"
    ),
    Story(
        "the CRM is busy",
        pulling.opened(pulling.Order(faults=[Fault("throttled", times=3)])),
        "completed",
    ),
)


def _of(
    provider: Provider, write: str, file: str, credit: str, allocation: str
) -> tuple[Story, ...]:
    """What can happen at a provider whose requests have these in their names."""
    name = {"xero": "Xero", "quickbooks": "QuickBooks"}[provider]

    def story(what: str, expenses: int = 2, faults: Sequence[Fault] = (), **more: Any) -> Story:
        order = Order(expenses, faults=faults, provider=provider, **more)
        return Story(f"{name}: {what}", opened(order), "completed")

    def lost(*requests: str) -> list[Fault]:
        return [Fault(kind, each) for each in requests for kind in ("lost_after", "forgets")]

    return (
        story("all is well, in pages of two", 3, page=2),
        story("an answer is lost", faults=lost(write)),
        story("a file's answer is lost", faults=lost(file)),
        story("it is busy", faults=[Fault("throttled", times=3)]),
        story("a token ends", faults=[Fault("expired", write)]),
        story("an expense changes", acts=[mapped, changes(1, 500)]),
        story(
            "one is voided, and answers are lost", faults=lost(credit, allocation), acts=[voids(1)]
        ),
        story("one is changed there, and compared", acts=[edited_there(1)], compares=True),
        story("one is voided that was changed there", acts=[edited_there(1), voids(1)]),
    )


OF_PROVIDERS = (
    *_of(
        "xero",
        "PUT /api.xro/2.0/Invoices",
        "/Attachments/",
        "PUT /api.xro/2.0/CreditNotes",
        "/Allocations",
    ),
    *_of("quickbooks", "/bill", "/upload", "/vendorcredit", "/billpayment"),
)
PUSHED = (*ONCE, *IN_PAGES, *DENIED, *CHANGED, *OF_PROVIDERS)
STORIES = (*PUSHED, *PULLED)
