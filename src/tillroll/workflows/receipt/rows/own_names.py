"""What an account calls itself on invoices: names of its companies, and their tax ids."""

from dataclasses import dataclass

from tillroll.durable.record.account_settings import Setting, change_setting
from tillroll.platform.bindings.database import Database, Row, optional_text, statement
from tillroll.platform.json import Json, dump, load
from tillroll.platform.services import Platform
from tillroll.receipts.own import Own

_COMPANY_NAMES = Setting("company_names", "account.company_names_set", "companyNames", is_personal=True)
_TAX_IDS = Setting("tax_ids", "account.tax_ids_set", "taxIds", is_personal=True)


@dataclass(frozen=True)
class OwnNames:
    """As an owner typed them in."""

    company_names: tuple[str, ...] = ()
    tax_ids: tuple[str, ...] = ()

    def as_own(self) -> Own:
        """For comparing with what is printed."""
        return Own.of(self.company_names, self.tax_ids)


async def own_names(database: Database, account_id: str) -> OwnNames:
    """The account's names; none where none were set."""
    row = await database.first(statement("SELECT company_names, tax_ids FROM accounts WHERE id = ?", account_id))
    return OwnNames() if row is None else own_names_from(row)


def own_names_from(row: Row) -> OwnNames:
    """Those of a row with the account's columns of them."""
    return OwnNames(_texts(row, "company_names"), _texts(row, "tax_ids"))


async def set_company_names(platform: Platform, account_id: str, names: list[str], actor: str) -> None:
    """Replace the names of the account's companies."""
    await change_setting(platform, account_id, _COMPANY_NAMES, _stored(names), actor)


async def set_tax_ids(platform: Platform, account_id: str, tax_ids: list[str], actor: str) -> None:
    """Replace the account's tax ids."""
    await change_setting(platform, account_id, _TAX_IDS, _stored(tax_ids), actor)


def _stored(texts: list[str]) -> str | None:
    listed: list[Json] = [*texts]
    return dump(listed) if listed else None


def _texts(row: Row, column: str) -> tuple[str, ...]:
    stored = optional_text(row, column)
    match None if stored is None else load(stored):
        case [*texts]:
            return tuple(map(str, texts))
        case _:
            return ()
