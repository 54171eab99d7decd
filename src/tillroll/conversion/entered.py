"""Rates that a person enters where none was published: for a currency and the days of a period, in
the base currency that the account has then. They count from then on, and never change what a
closed period has handed on.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from tillroll.conversion.expenses import Audited, base_currency
from tillroll.conversion.rates import rate_text
from tillroll.expenses import conversions
from tillroll_documents.money import CODES, UNKNOWN_CURRENCY
from tillroll_durable import Actor
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    integer,
    of_row,
    statement,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.refusals import INVALID_VALUES, Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, Gone, Table

MOST: Final = 1000
"""So many rates an account may have, those that were withdrawn not counted."""
_NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
_LONGEST_SOURCE: Final = 200

TABLES: Final = (Table("entered_rates", Gone(ACCOUNT), behind="expense_conversions"),)


class EnteredRate(Model):
    """One `currency` is worth `rate` of `base_currency`, on each day from the first to the last.
    `by` is the name of who entered it, null once they are not here; `expenses` is how many are
    converted by it now.
    """

    id: str
    currency: str
    base_currency: str
    rate: str
    first_day: str
    last_day: str
    source: str
    by: str | None
    created_at: str
    expenses: int


class NoSuchRate(Refusal):
    thing = "entered rate"


class NoBaseCurrency(Refusal):
    kind = Kind("no-base-currency", 409, "The account has no base currency")
    explanation = "Set the base currency first: a rate says what another currency is worth in it."


class RateRefused(Refusal):
    """A value cannot be taken; `message` says why."""

    kind = INVALID_VALUES
    explanation = "Correct what `errors` names."

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.extra = {"errors": [{"field": field, "message": message}]}


_SELECT: Final = """
  SELECT r.*, users.name AS by, (SELECT count(*) FROM expense_conversions c
      WHERE c.entered_rate = r.id) AS expenses
  FROM entered_rates r
  LEFT JOIN users ON 'user:' || users.id = r.entered_by AND users.removed_at IS NULL
  WHERE r.account_id = ?1 AND r.withdrawn_at IS NULL
"""


async def list_rates(platform: Platform, account_id: str) -> list[EnteredRate]:
    """The rates that were not withdrawn, the newest first."""
    rows = await platform.database.all(
        statement(f"{_SELECT} ORDER BY r.created_at DESC, r.id DESC LIMIT ?2", [account_id, MOST])
    )
    return [of_row(EnteredRate, row) for row in rows]


async def enter_rate(
    platform: Platform, actor: Actor, currency: str, rate: str, first: date, last: date, source: str
) -> EnteredRate:
    """Enter what one `currency` was worth in the base currency. Where several cover a day, the
    newest counts. Raises NoBaseCurrency, RateRefused.
    """
    base = await base_currency(platform, actor.account_id)
    if base is None:
        raise NoBaseCurrency
    code = currency.strip().upper()
    number = rate.strip()
    if code not in CODES:
        raise RateRefused("currency", UNKNOWN_CURRENCY)
    if code == base:
        raise RateRefused("currency", f"{base} is the base currency: it needs no rate.")
    if not _NUMBER.fullmatch(number) or not Decimal(number):
        raise RateRefused(
            "rate",
            f"Say what 1 {code} is in {base}: above 0, at most nine digits before and nine after "
            "the point.",
        )
    if last < first:
        raise RateRefused("lastDay", "It is before the first day.")
    source_text = " ".join(source.split())
    if not source_text or len(source_text) > _LONGEST_SOURCE or not source_text.isprintable():
        raise RateRefused(
            "source",
            f"Say where the rate is from, in one line of at most {_LONGEST_SOURCE} characters.",
        )
    [counted] = await platform.database.all(
        statement(
            "SELECT count(*) AS n FROM entered_rates WHERE account_id = ? AND withdrawn_at IS NULL",
            [actor.account_id],
        )
    )
    if integer(counted, "n") >= MOST:
        raise RateRefused(
            "currency", f"There are {MOST} rates: withdraw some that are not needed any more."
        )
    id_ = new_id("rte")
    now = to_text(platform.clock.now())
    normal_rate = rate_text(Decimal(number))
    days = (first.isoformat(), last.isoformat())
    detail: JsonObject = {
        "id": id_,
        "currency": code,
        "base": base,
        "rate": normal_rate,
        "first": days[0],
        "last": days[1],
    }
    insert = """
      INSERT INTO entered_rates
        (id, account_id, currency, base_currency, rate, first_day, last_day, source, entered_by,
            created_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
    """
    await platform.database.batch(
        [
            statement(
                insert,
                [
                    id_,
                    actor.account_id,
                    code,
                    base,
                    normal_rate,
                    *days,
                    source_text,
                    actor.name,
                    now,
                ],
            ),
            append_if_changed(
                actor.event(Audited.RATE_ENTERED, f"{id_}:entered", at=now, detail=detail)
            ),
            conversions.convert_period_anew(actor.account_id, code, days=days),
        ]
    )
    return await _find(platform, actor.account_id, id_)


async def withdraw_rate(platform: Platform, actor: Actor, rate_id: str) -> None:
    """Take a rate back: what was converted by it is converted anew, or has no rate. What a closed
    period has handed on stays. Raises NoSuchRate.
    """
    await _find(platform, actor.account_id, rate_id)
    now = to_text(platform.clock.now())
    withdraw = "UPDATE entered_rates SET withdrawn_at = ?1 WHERE id = ?2 AND withdrawn_at IS NULL"
    try:
        await platform.database.batch(
            [
                statement(withdraw, [now, rate_id]),
                append_if_changed(
                    actor.event(
                        Audited.RATE_WITHDRAWN,
                        f"{rate_id}:withdrawn",
                        at=now,
                        detail={"id": rate_id},
                    )
                ),
                *conversions.drop_entered_rate(actor.account_id, rate_id),
            ]
        )
    except ConstraintFailed as error:  # somebody else was first
        raise NoSuchRate from error


async def _find(platform: Platform, account_id: str, rate_id: str) -> EnteredRate:
    row = await platform.database.first(
        statement(f"{_SELECT} AND r.id = ?2", [account_id, rate_id])
    )
    if row is None:
        raise NoSuchRate
    return of_row(EnteredRate, row)
