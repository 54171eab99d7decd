"""A platform whose requests go over real sockets, and documents to write."""

from dataclasses import replace
from datetime import date

from tests.support.host_platform import assemble, migrated_database
from tillroll.books.targets.target import Document, Kind, Line
from tillroll_testing.host.exchange import HostExchange
from tillroll_testing.host.platform import HostPlatform

ISSUED, DUE = date(2026, 2, 14), date(2026, 3, 14)


async def host() -> HostPlatform:
    """Its clock is set by hand; local servers take it too, so that nothing depends on this
    machine's time.
    """
    found = assemble(await migrated_database(), {})
    found.platform = replace(found.platform, exchange=HostExchange())
    return found


def bill(
    contact: str,
    reference: str = "exp_1",
    *,
    number: str = "2026-0014",
    kind: Kind = Kind.BILL,
    lines: tuple[Line, ...] = (),
    issued: date = ISSUED,
    currency: str = "EUR",
    account: str = "6300",
    tax_code: str | None = "V19",
) -> Document:
    """A bill of 119.00 + 12.90, unless `lines` say more."""
    given = lines or (
        Line("Train to Hamburg", 10000, 1900, account, tax_code),
        Line("Taxi, two stops", 1084, 206, account, tax_code),
    )
    total = sum(line.net + line.tax for line in given)
    return Document(kind, reference, number, contact, issued, DUE, currency, given, total)


class GivenTokens:
    """One access token after the other, where the one before is refused."""

    def __init__(self, *tokens: str) -> None:
        self._tokens = list(tokens)

    async def token(self) -> str:
        return self._tokens[0]

    async def after(self, refused: str) -> str:
        if self._tokens[0] == refused and len(self._tokens) > 1:
            self._tokens.pop(0)
        return self._tokens[0]
