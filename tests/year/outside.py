"""The firm's accounting software and the feed of its cards."""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qs, urlsplit

from local.banks.bank import Account
from tests.simulation.bookkeeping import ANN, USER
from tests.simulation.synced_books import SyncedBooks, books_of
from tests.simulation.syncing import ask, connect, mapped
from tests.simulation.syncing import check as check_books
from tests.support.host_platform import WEBHOOK_SECRET
from tests.unit.bank.sources import ACCESS
from tests.year.firm import CARDS
from tests.year.opening import Deployment
from tests.year.sides import Books
from tillroll.bank.models import BankAccountRequest
from tillroll.bank.service import create_account
from tillroll.bank.sources.models import BankSourceRequest, ConsentAnswer
from tillroll.bank.sources.service import (
    begin_consent,
    create_source,
    finish_consent,
    show_source,
)

_LARGEST_SYNC: Final = 100


@dataclass
class Outside:
    """What the firm has connected."""

    deployment: Deployment
    books: SyncedBooks
    source: str

    async def look_after_the_feed(self) -> None:
        """Somebody agrees anew where the bank gives nothing more."""
        world = self.deployment.world
        source = await world.surviving(
            lambda: show_source(world.host.platform, ANN.account_id, self.source)
        )
        if source.state == "stopped":
            await world.surviving(self.agree)

    async def agree(self) -> None:
        """Agree at the bank, and come back."""
        platform = self.deployment.world.host.platform
        address = (await begin_consent(platform, ANN, USER, self.source)).address
        assert address is not None
        id_ = urlsplit(address).path.rpartition("/")[2]
        leads = self.deployment.lines.feed.enable_banking.agree(id_)
        assert leads is not None, address
        said = {name: values[0] for name, values in parse_qs(urlsplit(leads).query).items()}
        answer = ConsentAnswer(state=said["state"], code=said.get("code"))
        await finish_consent(platform, ANN, USER, answer)

    async def sync(self, key: str, *, compares: bool) -> None:
        """Bring the books into step."""
        world = self.deployment.world
        await world.surviving(lambda: ask(world, _LARGEST_SYNC, key, compares=compares))

    async def check(self) -> None:
        """Raises AssertionError: the books have another or a second document of an expense."""
        await check_books(self.deployment.world, self.books)


async def connect_outside(deployment: Deployment) -> Outside:
    """Connect the books and the feed of the card account."""
    world = deployment.world
    books = books_of("signed", WEBHOOK_SECRET, deployment.clock.now)
    line = Books(deployment.faults, books, deployment.trouble)
    world.host.platform = replace(world.host.platform, exchange=line)
    await connect(world, books)
    await mapped(world, books)
    deployment.feed.accounts[CARDS] = Account(CARDS, name="Cards")
    platform = world.host.platform
    account = await create_account(
        platform,
        ANN,
        BankAccountRequest(name="Cards", currency="EUR", number=CARDS, books_certain=True),
    )
    asked = BankSourceRequest.model_validate(
        {"bankAccountId": account.id, "access": ACCESS["enable-banking"]}
    )
    outside = Outside(deployment, books, (await create_source(platform, ANN, asked)).id)
    await outside.agree()
    return outside
