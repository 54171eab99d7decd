"""A whole platform on the host, with one account and its token."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from local.host.assets import FolderAssets
from local.host.cipher import HostCipher
from local.host.memory import (
    ManualClock,
    MemoryAttempts,
    MemoryDownloads,
    MemoryObjects,
    MemoryQueue,
    MemoryResolver,
    MemorySessions,
    WebhookReceiver,
)
from local.host.reading import MemoryImages, ScriptedModels
from local.host.signing import HostSigner
from local.host.sqlite import Lender, SqliteDatabase
from local.host.verifying import HostVerifier
from local.places import MIGRATIONS
from tests.support.roles import roles_given
from tillroll.ai.settings import AiSettings, Price
from tillroll.app import has
from tillroll.audit.settings import AuditSettings
from tillroll.identity.authentication import secret_hash
from tillroll_durable.platform.bindings.database import Database, Statement, statement
from tillroll_durable.platform.bindings.engine import Instances
from tillroll_durable.platform.bindings.models import Models
from tillroll_durable.platform.encryption import EncryptionSettings
from tillroll_durable.platform.outgoing import OutgoingSettings
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.settings import RoomSettings, Settings
from tillroll_durable.settings import RunSettings

ACCOUNT, USER, TOKEN = "acc_first", "usr_first", "till_first"
OTHER_ACCOUNT, OTHER_TOKEN = "acc_other", "till_other"
WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SIGNING_KEY = "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

CLEAR_RECEIPT = """\
GREEN GARDEN CAFE SDN BHD
12 Jalan Bunga, Kuala Lumpur
Date: 14/02/2026  09:31
2 Nasi Lemak          9.00
1 Teh Tarik           3.90
TOTAL                12.90
CASH                 20.00
CHANGE                7.10
"""


# A call to the scripted vision model costs 160 micro-US-dollars, one to a language model 74.
PRICES = {
    model: Price(Decimal("0.1"), Decimal("0.3"))
    for model in ("@cf/test/vision", "@cf/test/language", "@cf/test/other")
}


@dataclass
class HostPlatform:
    """The platform and the pieces behind it, for tests to look into."""

    platform: Platform
    database: SqliteDatabase
    pieces: "Pieces"


_lenders: dict[tuple[Statement, ...], Lender] = {}


async def migrated_database(*tables: Statement) -> SqliteDatabase:
    """A database with two accounts, a user and a token each, the first an operator; migrated once,
    then lent. `tables` are made on top of the migrations.
    """
    if () not in _lenders:
        _lenders[()] = Lender(await _first_database())
    if tables not in _lenders:
        database = _lenders[()].lend().copy()
        await database.batch(tables)
        _lenders[tables] = Lender(database)
    return _lenders[tables].lend()


async def _first_database() -> SqliteDatabase:
    database = SqliteDatabase()
    database.migrate(MIGRATIONS)
    now = "2026-01-01T00:00:00.000Z"
    for account, user, token in ((ACCOUNT, USER, TOKEN), (OTHER_ACCOUNT, "usr_other", OTHER_TOKEN)):
        await database.batch(
            [
                statement(
                    "INSERT INTO accounts (id, name, created_at) VALUES (?, 'Books', ?)",
                    account,
                    now,
                ),
                statement(
                    """
                    INSERT INTO users (id, account_id, name, is_operator, created_at)
                    VALUES (?, ?, 'Ann', ?, ?)
                    """,
                    user,
                    account,
                    int(user == USER),
                    now,
                ),
                *roles_given(user, "owner"),
                statement(
                    "INSERT INTO tokens (id, user_id, hash, name, created_at) "
                    "VALUES (?, ?, ?, 'first', ?)",
                    f"tok_{user}",
                    user,
                    secret_hash(token),
                    now,
                ),
            ]
        )
    return database


@dataclass
class Pieces:
    """What a platform is put together from; a simulation brings its own."""

    objects: MemoryObjects = field(default_factory=MemoryObjects)
    models: ScriptedModels = field(default_factory=lambda: ScriptedModels(CLEAR_RECEIPT))
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    receiver: WebhookReceiver = field(default_factory=WebhookReceiver)
    clock: ManualClock = field(default_factory=ManualClock)
    attempts: MemoryAttempts = field(default_factory=MemoryAttempts)
    signer: HostSigner = field(default_factory=lambda: HostSigner(SIGNING_KEY))
    images: MemoryImages = field(init=False)

    def __post_init__(self) -> None:
        self.images = MemoryImages(self.objects)


def assemble(
    database: SqliteDatabase,
    instances: Mapping[str, Instances],
    pieces: Pieces | None = None,
    *,
    seen_as: Database | None = None,
    webhook_url: str = "",
    exchange_rates_url: str = "",
    language_models: tuple[str, str] = ("", ""),
    ai_daily_budget: int | None = None,
    audit_earlier_keys: tuple[bytes, ...] = (),
) -> HostPlatform:
    """A platform over `database`; `seen_as` stands in front of it, where given."""
    pieces = pieces or Pieces()
    models: Models = pieces.models
    platform = Platform(
        database=seen_as or database,
        objects=pieces.objects,
        assets=FolderAssets(),
        images=pieces.images,
        models=models,
        queue=pieces.queue,
        deliveries=pieces.queue,
        slow_deliveries=pieces.queue,
        ticks=pieces.queue,
        http=pieces.receiver,
        downloads=MemoryDownloads(pieces.objects),
        sessions=MemorySessions(),
        attempts=pieces.attempts,
        signer=pieces.signer,
        verifier=HostVerifier(),
        cipher=HostCipher(),
        resolver=MemoryResolver({}),
        clock=pieces.clock,
        instances=instances,
        settings=Settings(
            lambda _: "",
            (
                AiSettings(
                    "@cf/test/vision",
                    *language_models,
                    prices=PRICES,
                    daily_budget=ai_daily_budget,
                ),
                RunSettings(webhook_url=webhook_url, webhook_secret=WEBHOOK_SECRET),
                *_conversion(exchange_rates_url),
                AuditSettings(audit_earlier_keys),
                OutgoingSettings(allow_private=True),
                EncryptionSettings({1: bytes(range(32))}),
            ),
        ),
    )
    return HostPlatform(platform, database, pieces)


def _conversion(exchange_rates_url: str) -> Iterator[RoomSettings]:
    """Its settings, where a project has it."""
    if has("conversion"):
        from tillroll.conversion.settings import ConversionSettings  # noqa: PLC0415

        yield ConversionSettings(exchange_rates_url)


def without_prices(platform: Platform) -> Settings:
    """The platform's settings, but nobody knows what models cost."""
    return platform.settings.changed(replace(platform.settings.of(AiSettings), prices={}))
