"""Whose a bank account is, and whose each card of it, by the last four digits of its number."""

from typing import Annotated, Final

from pydantic import Field

from tillroll.access.accounts import Setting, change_setting
from tillroll.bank.models import Audited, BankAccount
from tillroll.bank.repository import is_person
from tillroll.bank.service import show_account
from tillroll_durable import Actor, Statement, ValuesRefused, statement
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.platform.models import RequestBody
from tillroll_durable.platform.services import Platform

_MOST_CARDS: Final = 50
_NOBODY: Final = "There is nobody of this id in your account."
_SETTING: Final = Setting("chases", Audited.CHASING_SET, "chases")


class CardRequest(RequestBody):
    """A card of the account, and whose it is."""

    ending: Annotated[str, Field(pattern=r"^\d{4}$", description="The last four digits")]
    person: Annotated[str, Field(max_length=60, description="A user of the account")]


class HoldersRequest(RequestBody):
    """All of it, in place of what was said before. `person` has all payments of the account that no
    card has; null for nobody.
    """

    person: Annotated[str | None, Field(max_length=60)]
    cards: Annotated[list[CardRequest], Field(max_length=_MOST_CARDS)]


async def set_holders(
    platform: Platform, actor: Actor, id_: str, request: HoldersRequest
) -> BankAccount:
    """Say whose a bank account and its cards are. Raises NoSuchAccount; ValuesRefused: there is no
    such person, or a card stands there twice.
    """
    await show_account(platform, actor.account_id, id_)
    await _check(platform.database, actor.account_id, request)
    now = to_text(platform.clock.now())
    key = f"{Audited.BANK_ACCOUNT_HELD}:{id_}:{new_id('hld')}"
    cards: list[Json] = [card.as_json() for card in request.cards]
    detail: JsonObject = {"bankAccount": id_, "person": request.person, "cards": cards}
    event = actor.event(Audited.BANK_ACCOUNT_HELD, key, at=now, detail=detail)
    hold = "UPDATE bank_accounts SET held_by = ?3 WHERE account_id = ?1 AND id = ?2"
    await platform.database.batch(
        [
            statement(hold, [actor.account_id, id_, request.person]),
            append_if_changed(event),
            *_write_cards(actor.account_id, id_, cards),
        ]
    )
    return await show_account(platform, actor.account_id, id_)


def _write_cards(account_id: str, id_: str, cards: list[Json]) -> list[Statement]:
    insert = """
      INSERT INTO bank_cards (account_id, bank_account_id, ending, held_by)
      SELECT ?1, ?2, json_extract(value, '$.ending'), json_extract(value, '$.person')
      FROM json_each(?3)
    """
    return [
        statement(
            "DELETE FROM bank_cards WHERE account_id = ? AND bank_account_id = ?", [account_id, id_]
        ),
        statement(insert, [account_id, id_, dump(cards)]),
    ]


async def _check(database: Database, account_id: str, request: HoldersRequest) -> None:
    if request.person is not None and not await is_person(database, account_id, request.person):
        raise ValuesRefused([("person", _NOBODY)])
    endings: set[str] = set()
    for card in request.cards:
        if card.ending in endings:
            raise ValuesRefused([("cards", f"The card {card.ending} stands there twice.")])
        endings.add(card.ending)
    for person in {card.person for card in request.cards}:
        if not await is_person(database, account_id, person):
            raise ValuesRefused([("cards", _NOBODY)])


async def is_chasing(platform: Platform, account_id: str) -> bool:
    """Whether people are asked each week for documents that are missing; so where nobody chose."""
    query = "SELECT chases FROM accounts WHERE id = ?"
    row = await platform.database.first(statement(query, [account_id]))
    return row is None or row["chases"] != 0


async def set_chasing(
    platform: Platform, account_id: str, chosen: bool | None, *, actor: str
) -> None:
    """Switch it on or off, from now on. None is as where nobody has chosen: on."""
    value = None
    if chosen is not None:
        value = int(chosen)
    await change_setting(platform, account_id, _SETTING, value=value, actor=actor)
