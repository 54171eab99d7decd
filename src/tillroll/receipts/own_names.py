"""The names and tax ids of the account's own company."""

from dataclasses import dataclass

from tillroll.access.accounts import Setting, change_setting
from tillroll.receipts.repository import Audited, texts_in
from tillroll_durable.platform.bindings.database import (
    Database,
    statement,
)
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.services import Platform

_COMPANY_NAMES = Setting(
    "company_names", Audited.ACCOUNT_COMPANY_NAMES_SET, "companyNames", is_personal=True
)
_TAX_IDS = Setting("tax_ids", Audited.ACCOUNT_TAX_IDS_SET, "taxIds", is_personal=True)


@dataclass(frozen=True)
class OwnNames:
    """As an owner typed them in."""

    company_names: tuple[str, ...] = ()
    tax_ids: tuple[str, ...] = ()


async def own_names(database: Database, account_id: str) -> OwnNames:
    """The account's names; none where none were set."""
    row = await database.first(
        statement("SELECT company_names, tax_ids FROM accounts WHERE id = ?", [account_id])
    )
    if row is None:
        return OwnNames()
    return OwnNames(texts_in(row, "company_names"), texts_in(row, "tax_ids"))


async def set_company_names(
    platform: Platform, account_id: str, names: list[str], actor: str
) -> None:
    await change_setting(
        platform,
        account_id,
        setting=_COMPANY_NAMES,
        value=dump([*names]) if names else None,
        actor=actor,
    )


async def set_tax_ids(platform: Platform, account_id: str, tax_ids: list[str], actor: str) -> None:
    await change_setting(
        platform,
        account_id,
        setting=_TAX_IDS,
        value=dump([*tax_ids]) if tax_ids else None,
        actor=actor,
    )
