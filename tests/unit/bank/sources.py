"""A world with bank accounts, and providers of banks over real HTTP."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from cryptography.hazmat.primitives import serialization

from local.banks.bank import Account, Booking
from local.banks.enable_banking import BANK_NAME, COUNTRY
from local.banks.server import BankProviders
from tests.bindings.cases import RSA_KEY
from tests.simulation.author import Deployed, open_world
from tests.support.bank_month import IBAN
from tests.support.host_api import api_client
from tests.support.real_http import RealDownloads, RealHttp
from tillroll.bank.sources.jobs import begin_due, sweep, work_off
from tillroll.bank.sources.service import CONNECTED_PATH
from tillroll.bank.sources.settings import BankApiSettings
from tillroll.bank.statements.workflow import STATEMENT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.web.outgoing import OutgoingSettings
from tillroll_local.processes import free_port
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

PUBLIC = "https://books.example"
APPLICATION = "app-1"
_LOADED = serialization.load_der_private_key(RSA_KEY, password=None)
KEY = _LOADED.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
OLD_KEY = _LOADED.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.TraditionalOpenSSL,
    serialization.NoEncryption(),
).decode()
PUBLIC_KEY = _LOADED.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
ACCESS: dict[str, JsonObject] = {
    "enable-banking": {
        "kind": "enable-banking",
        "applicationId": APPLICATION,
        "privateKey": KEY,
        "bank": BANK_NAME,
        "country": COUNTRY,
    },
}


@dataclass
class Connected:
    """A deployment beside its providers: `client` is an owner's; the bank's clock is the
    world's.
    """

    world: World
    platform: Platform
    client: httpx.AsyncClient
    providers: BankProviders

    @property
    def bank_account(self) -> Account:
        return self.providers.bank.accounts[IBAN]

    def has(self, *bookings: Booking, **given: Any) -> None:
        """What the bank has of the account."""
        self.providers.bank.accounts[IBAN] = Account(IBAN, bookings=[*bookings], **given)

    async def account(self, **given: object) -> str:
        body = {"name": "Giro", "currency": "EUR", "number": IBAN, **given}
        answer = await self.client.post("/api/bank/accounts", json=body)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return str(answer.json()["id"])

    async def source(
        self, kind: str, account: str | None = None, **access: object
    ) -> dict[str, Any]:
        """A source that nobody has agreed to yet."""
        body = {
            "bankAccountId": account or await self.account(),
            "access": {**ACCESS[kind], **access},
        }
        answer = await self.client.post("/api/bank/sources", json=body)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return answer.json()

    async def begin(self, source_id: str) -> str:
        answer = await self.client.post(f"/api/bank/sources/{source_id}/consent")
        assert answer.is_success, answer.text
        return str(answer.json()["address"])

    async def at_the_bank(self, url: str, *, is_denied: bool = False) -> dict[str, str]:
        """What the person comes back with."""
        async with httpx.AsyncClient() as browser:
            answer = await browser.get(url, params={"denied": "1"} if is_denied else {})
        assert answer.status_code == httpx.codes.FOUND, answer.text
        parts = urlsplit(answer.headers["location"])
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{PUBLIC}{CONNECTED_PATH}"
        return {name: values[0] for name, values in parse_qs(parts.query).items()}

    async def finish(self, came: dict[str, str], **other: str) -> httpx.Response:
        return await self.client.post("/api/bank/source-consents", json={**came, **other})

    async def connect(self, kind: str, account: str | None = None) -> str:
        """A source that somebody has agreed to."""
        source = await self.source(kind, account)
        came = await self.at_the_bank(await self.begin(source["id"]))
        answer = await self.finish(came)
        assert answer.is_success, answer.text
        assert answer.json()["state"] == "connected", answer.text
        return str(source["id"])

    async def shown(self, source_id: str) -> dict[str, Any]:
        return (await self.client.get(f"/api/bank/sources/{source_id}")).json()

    async def minutes(self, count: int = 1) -> None:
        """The cron's jobs, and the queue, for some minutes; then runs come to rest."""
        for _ in range(count):
            await begin_due(self.platform)
            await sweep(self.platform)
            await self.nudged()
            self.world.host.pieces.clock.advance(timedelta(minutes=1))
        await self.world.settle()

    async def nudged(self) -> None:
        queue = self.world.host.pieces.queue
        mine = [each for each in queue.messages if "bankFetchId" in each]
        queue.messages[:] = [each for each in queue.messages if "bankFetchId" not in each]
        for message in mine:
            await work_off(self.platform, str(message["bankFetchId"]))

    async def days(self, count: int) -> None:
        """Days later; jobs run in the last minute only."""
        self.world.host.pieces.clock.advance(timedelta(days=count))
        await self.minutes()

    async def entries(self) -> list[dict[str, Any]]:
        return (await self.client.get("/api/bank/entries?limit=100")).json()["items"]


@asynccontextmanager
async def connected(providers: BankProviders) -> AsyncGenerator[Connected]:
    """A deployment that asks these providers."""
    world = await open_world(Faults(), Deployed(STATEMENT, {}, REGISTRY.objects_in_use))
    host, pieces = world.host, world.host.pieces
    urls = BankApiSettings(providers.url, PUBLIC)
    settings = host.platform.settings.changed(urls, OutgoingSettings(allow_private=True))
    platform = replace(
        host.platform, http=RealHttp(), downloads=RealDownloads(pieces.objects), settings=settings
    )
    host.platform = platform
    providers.bank.now = pieces.clock.now
    providers.enable_banking.register(APPLICATION, PUBLIC_KEY, [f"{PUBLIC}{CONNECTED_PATH}"])
    async with api_client(platform) as client:
        here = Connected(world, platform, client, providers)
        here.has()
        yield here


def new_providers() -> BankProviders:
    """Not started yet."""
    return BankProviders(free_port())
