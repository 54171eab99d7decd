"""A whole platform on the host, with one account and its token."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from local.places import MIGRATIONS, ROOT
from tests.support.roles import roles_given
from tillroll.ai.settings import AiSettings
from tillroll.conversion.expenses import ConversionSettings
from tillroll.identity.authentication import secret_hash
from tillroll.workflows.account_tables import TABLES_OF_ACCOUNTS
from tillroll_durable.ai.costs import CostSettings, Price
from tillroll_durable.platform.bindings.database import Database, Statement, statement
from tillroll_durable.platform.bindings.engine import Instances
from tillroll_durable.platform.encryption import EncryptionSettings
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.settings import Settings
from tillroll_durable.platform.web.outgoing import OutgoingSettings
from tillroll_durable.sealing.settings import AuditSettings
from tillroll_durable.settings import RunSettings
from tillroll_testing.host.memory import ManualClock, MemoryAttempts, MemoryObjects
from tillroll_testing.host.platform import ACCOUNT, USER, HostPlatform, Pieces, host_platform
from tillroll_testing.host.reading import ScriptedModels
from tillroll_testing.host.signing import HostSigner
from tillroll_testing.host.sqlite import Lender, SqliteDatabase

TOKEN = "till_first"
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
                    [account, now],
                ),
                statement(
                    """
                    INSERT INTO users (id, account_id, name, is_operator, created_at)
                    VALUES (?, ?, 'Ann', ?, ?)
                    """,
                    [user, account, int(user == USER), now],
                ),
                *roles_given(user, "owner"),
                statement(
                    "INSERT INTO tokens (id, user_id, hash, name, created_at) "
                    "VALUES (?, ?, ?, 'first', ?)",
                    [f"tok_{user}", user, secret_hash(token), now],
                ),
            ]
        )
    return database


def product_pieces(
    *,
    objects: MemoryObjects | None = None,
    clock: ManualClock | None = None,
    attempts: MemoryAttempts | None = None,
    signer: HostSigner | None = None,
) -> Pieces:
    """Pieces with a signing key, and a vision model that reads a clear receipt."""
    return Pieces(
        objects=objects or MemoryObjects(),
        models=ScriptedModels(CLEAR_RECEIPT),
        clock=clock or ManualClock(),
        attempts=attempts or MemoryAttempts(),
        signer=signer or HostSigner(SIGNING_KEY),
    )


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
    settings = settings_of(
        webhook_url,
        exchange_rates_url=exchange_rates_url,
        language_models=language_models,
        ai_daily_budget=ai_daily_budget,
        audit_earlier_keys=audit_earlier_keys,
    )
    host = host_platform(
        database,
        instances,
        pieces=pieces or product_pieces(),
        settings=settings,
        assets=ROOT / "public",
        seen_as=seen_as,
    )
    host.platform = replace(host.platform, tables_of_accounts=TABLES_OF_ACCOUNTS)
    return host


def settings_of(
    webhook_url: str,
    *,
    exchange_rates_url: str = "",
    language_models: tuple[str, str] = ("", ""),
    ai_daily_budget: int | None = None,
    audit_earlier_keys: tuple[bytes, ...] = (),
) -> Settings:
    """The settings of a deployment of the product that sends its events to an address."""
    models = AiSettings("@cf/test/vision", *language_models)
    costs = CostSettings(prices=PRICES, daily_budget=ai_daily_budget)
    return Settings(
        lambda _: "",
        (
            models,
            costs,
            RunSettings(webhook_url=webhook_url, webhook_secret=WEBHOOK_SECRET),
            ConversionSettings(exchange_rates_url),
            AuditSettings(audit_earlier_keys),
            OutgoingSettings(allow_private=True),
            EncryptionSettings({1: bytes(range(32))}),
        ),
    )


def without_prices(platform: Platform) -> Settings:
    """The platform's settings, but nobody knows what models cost."""
    return platform.settings.changed(replace(platform.settings.of(CostSettings), prices={}))
