"""What lets us in at a source: kept encrypted, and made a provider of."""

from dataclasses import dataclass
from typing import Final

from tillroll.bank.cron import CREDENTIALS, GRANTED
from tillroll.bank.sources.enable_banking import EnableBanking
from tillroll.bank.sources.models import Access, AddressAccess, EnableBankingAccess
from tillroll.bank.sources.protocol import Provider
from tillroll.bank.sources.repository import StoredSource
from tillroll.bank.sources.settings import BankApiSettings
from tillroll_durable.platform.encryption import decrypt, encrypt
from tillroll_durable.platform.json import JsonObject, dump, load_object
from tillroll_durable.platform.services import Platform

_PUBLIC: Final = frozenset({"kind", "bank", "country"})


@dataclass(frozen=True)
class Address:
    """An address that returns a bank's file, and what is sent as `authorization`."""

    url: str
    authorization: str | None


async def keep_credentials(platform: Platform, source_id: str, access: Access) -> str:
    """The credentials, encrypted. Raises NoKey."""
    secret: JsonObject = access.model_dump(exclude={*_PUBLIC})
    return await encrypt(platform, dump(secret), CREDENTIALS.row(source_id))


async def keep_granted(platform: Platform, source_id: str, granted: JsonObject) -> str:
    """Encrypt the access that a consent gave. Raises NoKey."""
    return await encrypt(platform, dump(granted), GRANTED.row(source_id))


async def _credentials(platform: Platform, source: StoredSource) -> JsonObject:
    if source.credentials is None:
        raise ValueError(f"the source {source.id} has ended")
    return load_object(await decrypt(platform, source.credentials, CREDENTIALS.row(source.id)))


async def address_of(platform: Platform, source: StoredSource) -> Address:
    """The address of a source of that kind. Raises UnreadableSecret."""
    secret = await _credentials(platform, source)
    authorization = secret.get("authorization")
    if authorization is not None:
        authorization = str(authorization)
    return Address(str(secret["address"]), authorization)


async def psu_type_of(platform: Platform, source: StoredSource) -> str:
    """Whether a company or a person agrees. Raises UnreadableSecret."""
    return str((await _credentials(platform, source)).get("psu_type", "business"))


async def provider_of(platform: Platform, source: StoredSource) -> Provider:
    """The provider of a source that is no address. Raises UnreadableSecret."""
    secret = await _credentials(platform, source)
    granted: JsonObject = {}
    if source.granted is not None:
        granted = load_object(await decrypt(platform, source.granted, GRANTED.row(source.id)))
    return EnableBanking(
        platform,
        url=platform.settings.of(BankApiSettings).enable_banking_url,
        application_id=str(secret["application_id"]),
        key=str(secret["private_key"]),
        granted=granted,
    )


def shown_bank(access: Access) -> tuple[str, str | None]:
    """The bank and country of a source, as they are shown: of an address, its host."""
    match access:
        case EnableBankingAccess():
            return access.bank or "", access.country
        case AddressAccess():
            return access.address.partition("://")[2].partition("/")[0].rpartition("@")[2], None
