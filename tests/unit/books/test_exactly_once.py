"""Lost answers, throttling and forgotten keys: each document is in the books once. The caller finds
before it writes again, as the protocol asks.
"""

import base64
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

from local.books.counterpart import Counterpart
from local.books.quickbooks import QuickBooksCounterpart
from local.books.server import BooksServer
from local.books.signed import SignedCounterpart
from local.books.xero import XeroCounterpart
from tests.unit.books.worlds import GivenTokens, bill, host
from tillroll.books.targets.errors import Busy, TargetUncertain
from tillroll.books.targets.quickbooks import QuickBooks
from tillroll.books.targets.signed_http import SignedHttp
from tillroll.books.targets.target import Document, Role, Target, Written
from tillroll.books.targets.xero import Xero
from tillroll_testing.host.platform import HostPlatform

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
DOCUMENTS = 120
RATES = {
    "lost_after": 0.1,
    "lost_before": 0.05,
    "throttled": 0.05,
    "broken": 0.03,
    "forgets": 0.03,
    "down": 0.02,
}
Maker = Callable[[HostPlatform], tuple[Counterpart, Callable[[str], Target], str, str]]


def xero(found: HostPlatform) -> tuple[Counterpart, Callable[[str], Target], str, str]:
    there = XeroCounterpart("client", "secret", found.pieces.clock.now)
    tokens = GivenTokens(there.grants.give()[0])
    return (
        there,
        lambda url: Xero(found.platform, tokens, there.tenant, f"{url}/xero"),
        "493",
        "INPUT2",
    )


def quickbooks(found: HostPlatform) -> tuple[Counterpart, Callable[[str], Target], str, str]:
    there = QuickBooksCounterpart("client", "secret", found.pieces.clock.now)
    tokens = GivenTokens(there.grants.give()[0])
    return (
        there,
        lambda url: QuickBooks(found.platform, tokens, there.realm, f"{url}/quickbooks"),
        "7",
        "5",
    )


def signed(found: HostPlatform) -> tuple[Counterpart, Callable[[str], Target], str, str]:
    there = SignedCounterpart([SECRET], found.pieces.clock.now)
    return (
        there,
        lambda url: SignedHttp(found.platform, f"{url}/signed/books", [SECRET]),
        "6300",
        "V19",
    )


def numbers(there: Counterpart) -> list[str]:
    match there:
        case XeroCounterpart():
            return [each["InvoiceNumber"].partition(" #")[0] for each in there.invoices.values()]
        case QuickBooksCounterpart():
            return [each["DocNumber"] for each in there.rows["Bill"].values()]
        case SignedCounterpart():
            return [each["number"] for each in there.documents.values()]
        case _:
            raise AssertionError(there)


async def once(found: HostPlatform, target: Target, document: Document, key: str) -> Written:
    """As a run does it: after an answer that says nothing, ask; after a limit, wait."""
    is_known = True
    for _ in range(50):
        try:
            if not is_known:
                written = await target.find(document)
                if written is not None:
                    return written
                is_known = True
            return await target.write(document, key)
        except TargetUncertain:
            is_known = False
        except Busy as error:
            found.pieces.clock.advance(timedelta(seconds=error.seconds or 1))
    raise AssertionError("it never ended")


@pytest.mark.parametrize("make", [xero, quickbooks, signed])
async def test_each_document_is_there_once(make: Maker) -> None:
    found = await host()
    there, target_at, account, tax_code = make(found)
    with BooksServer(0, [there]) as server:
        target = target_at(server.url)
        contact = await target.upsert_contact(
            "Ann Example", "con_1", role=Role.SUPPLIER, currency="EUR"
        )
        there.disturbances.random = Random(11)
        there.disturbances.rates = dict(RATES)  # type: ignore[arg-type] - kinds of faults
        for number in range(DOCUMENTS):
            document = bill(
                contact.id, f"exp_{number}", number=f"N{number}", account=account, tax_code=tax_code
            )
            written = await once(found, target, document, f"key_{number}")
            assert written.total == document.total
        there.disturbances.clear()
        assert Counter(numbers(there)) == Counter(f"N{number}" for number in range(DOCUMENTS))
        assert all(
            there.disturbances.happened[kind] for kind in ("lost_after", "throttled", "forgets")
        )
