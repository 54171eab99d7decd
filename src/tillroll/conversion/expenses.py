"""Conversion of expenses at stored rates: where rates come from, how they are kept, and the job of
each minute.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

from tillroll.access.accounts import Setting, change_setting
from tillroll.conversion.countries import currency_of
from tillroll.conversion.rates import (
    AmountTooLarge,
    InvalidRates,
    Rate,
    convert,
    cross_rate,
    newest_publication,
    publication_day,
    rate_text,
    read_rates,
)
from tillroll.conversion.settings import ConversionSettings
from tillroll.expenses import conversions
from tillroll_durable import Actor
from tillroll_durable.jobs.job import Job
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, begin_turn, each_together
from tillroll_durable.platform import log
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    Database,
    DatabaseError,
    Row,
    Statement,
    integer,
    optional_integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.http import HttpFailed
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import of_nobody

_RATES_A_STATEMENT: Final = 1000
"""Some 35 KB of text: D1 takes statements of 100 KB."""


def store_rates(rates: Sequence[Rate], source: str, today: date) -> list[Statement]:
    """Store what is new of the rates, and wake expenses that wait for them. Raises InvalidRates: a
    day to come.
    """
    latest = max(rate.day for rate in rates)
    # A day's difference is what time zones can make.
    if latest > today + timedelta(days=1):
        raise InvalidRates(f"the file has rates of {latest}, a day to come")
    insert = """
      INSERT INTO exchange_rates (date, currency, rate, source)
      SELECT value ->> 0, value ->> 1, value ->> 2, ?2 FROM json_each(?1) WHERE true
      ON CONFLICT (date, currency) DO NOTHING
    """
    statements: list[Statement] = []
    for start in range(0, len(rates), _RATES_A_STATEMENT):
        part = rates[start : start + _RATES_A_STATEMENT]
        listed = dump([[rate.day.isoformat(), rate.currency, str(rate.per_euro)] for rate in part])
        statements += [
            statement(insert, [listed, source]),
            conversions.convert_waiting(_days(rate.day for rate in part)),
        ]
    return statements


def _days(days: Iterable[date]) -> str:
    return dump([day.isoformat() for day in sorted(set(days))])


@dataclass(frozen=True)
class DayRates:
    """A day's rates by currency, each per euro, and where each was read."""

    per_euro: dict[str, Decimal]
    sources: dict[str, str]


async def load_rates(database: Database, days: set[date]) -> dict[date, DayRates]:
    """The stored rates of each of the days."""
    loaded = {day: DayRates({}, {}) for day in days}
    query = "SELECT * FROM exchange_rates WHERE date IN (SELECT value FROM json_each(?))"
    rows = await database.all(statement(query, [_days(days)]))
    for row in rows:
        rates = loaded[date.fromisoformat(text(row, "date"))]
        rates.per_euro[text(row, "currency")] = Decimal(text(row, "rate"))
        rates.sources[text(row, "currency")] = text(row, "source")
    return loaded


class Audited(Action):
    BASE_CURRENCY_SET = (
        "account.base_currency_set",
        "the currency that the account's expenses are converted into was set",
    )
    RATE_ENTERED = "rate.entered", "a person entered a rate; `rate` counts from `first` to `last`"
    RATE_WITHDRAWN = "rate.withdrawn", "a person withdrew a rate that was entered"


_BASE_CURRENCY = Setting("base_currency", Audited.BASE_CURRENCY_SET, "baseCurrency")


async def base_currency(platform: Platform, account_id: str) -> str | None:
    """The account's base currency (ISO 4217), None where none was chosen."""
    row = await platform.database.first(
        statement("SELECT base_currency FROM accounts WHERE id = ?", [account_id])
    )
    if row is None:
        return None
    return optional_text(row, "base_currency")


# The company's country, and the currency of most expenses that are not voided.
_EVIDENCE: Final = """
  SELECT
    (SELECT country FROM company_profiles WHERE account_id = ?1) AS country,
    (SELECT currency FROM expenses WHERE account_id = ?1 AND status <> 'voided'
     GROUP BY currency ORDER BY COUNT(*) DESC, currency LIMIT 1) AS most_used
"""


async def propose_base_currency(platform: Platform, account_id: str) -> str | None:
    """The base currency to propose to a person: that of the company's country, else that of most
    expenses. None where neither is known."""
    [row] = await platform.database.all(statement(_EVIDENCE, [account_id]))
    by_country = currency_of(optional_text(row, "country") or "")
    return by_country or optional_text(row, "most_used")


async def adopt_base_currency(platform: Platform, actor: Actor, country: str) -> None:
    """Take the currency of the company's country as the base currency, where none was chosen."""
    currency = currency_of(country)
    if currency is None or await base_currency(platform, actor.account_id) is not None:
        return
    await set_base_currency(platform, actor.account_id, code=currency, actor=actor.name)


async def set_base_currency(
    platform: Platform, account_id: str, code: str | None, actor: str
) -> None:
    """Choose the base currency, or none. All expenses are converted anew, by the ticks that
    follow.
    """
    anew = conversions.convert_all_anew(account_id)
    await change_setting(
        platform, account_id, setting=_BASE_CURRENCY, value=code, actor=actor, also=[anew]
    )


@dataclass(frozen=True)
class Conversion:
    """Amounts in minor units of the base currency, and the rate they were worked out with: its
    text, day and source. `entered_rate` is the id of one that a person entered.
    """

    total_minor: int
    tax_minor: int | None
    rate: str
    rate_date: str
    source: str
    entered_rate: str | None = None


@dataclass(frozen=True)
class Entered:
    """A rate that a person entered for an expense's currency and day, in the account's base
    currency.
    """

    id: str
    rate: Decimal
    source: str


def rate_day(row: Row) -> date:
    """The day whose rates count for an expense."""
    return publication_day(date.fromisoformat(text(row, "date")))


def conversion_of(row: Row, rates: DayRates, entered: Entered | None = None) -> Conversion | None:
    """The conversion of an expense (a row with its account's `base_currency`) at the published
    rate, or else at the entered one; None without a base currency, or while a rate is missing.
    Raises AmountTooLarge.
    """
    base = optional_text(row, "base_currency")
    currency = text(row, "currency")
    if base is None:
        return None
    published = cross_rate(rates.per_euro, currency, base)
    by_hand = entered if published is None else None
    rate = by_hand.rate if by_hand else published
    if rate is None:
        return None
    tax = optional_integer(row, "tax_minor")
    is_same = currency == base
    # One, unless a day was filled from several. The euro has none.
    sources = {rates.sources[code] for code in (currency, base) if code in rates.sources}
    source = conversions.SAME_CURRENCY if is_same else ", ".join(sorted(sources))
    return Conversion(
        total_minor=convert(integer(row, "total_minor"), currency, target=base, rate=rate),
        tax_minor=None if tax is None else convert(tax, currency, target=base, rate=rate),
        rate=rate_text(rate),
        rate_date=text(row, "date") if is_same or by_hand else rate_day(row).isoformat(),
        source=by_hand.source if by_hand else source,
        entered_rate=by_hand.id if by_hand else None,
    )


_BATCH: Final = 200
JOB: Final = "rates"
_WAITING: Final = f"""
  SELECT e.*, a.base_currency, s.failures AS setbacks,
    (SELECT count(*) FROM entered_rates r WHERE r.account_id = e.account_id) AS entered
  FROM expenses e JOIN accounts a ON a.id = e.account_id
  {JOIN.format(part=f"'{JOB}'", subject="e.id")}
  WHERE e.awaits_conversion = 'now' AND {IS_DUE} ORDER BY {IN_TURN} LIMIT ?2
"""

# The newest that was entered for an expense's day counts; none where a closed period has handed on
# what the expense comes to.
_ENTERED: Final = f"""
  SELECT expenses.id AS expense, r.id, r.rate, r.source FROM json_each(?1) AS asked
  JOIN expenses ON expenses.id = asked.value
  JOIN accounts a ON a.id = expenses.account_id
  JOIN entered_rates r ON r.account_id = expenses.account_id AND r.currency = expenses.currency
    AND r.base_currency = a.base_currency
    AND expenses.date BETWEEN r.first_day AND r.last_day AND r.withdrawn_at IS NULL
  WHERE NOT {conversions.HANDED_ON}
  ORDER BY r.created_at, r.id
"""
BY_HAND: Final = "by hand"


async def convert_expenses(platform: Platform) -> int:
    """Look at up to 200 expenses that wait, together, and return how many were converted."""
    converted = 0

    async def convert(rows: Sequence[Row]) -> None:
        nonlocal converted
        rates = await load_rates(platform.database, {rate_day(row) for row in rows})
        entered = await _entered(
            platform.database, [text(row, "id") for row in rows if row["entered"]]
        )
        decided = [_decide(row, rates[rate_day(row)], entered.get(text(row, "id"))) for row in rows]
        decisions = dump([*decided])
        now = to_text(platform.clock.now())
        await platform.database.batch(conversions.store_decisions(decisions, now))
        converted += sum("rate" in decision for decision in decided)

    rows = await platform.database.all(statement(_WAITING, [to_text(platform.clock.now()), _BATCH]))
    await each_together(platform, JOB, groups=[rows], subject="id", do=convert)
    return converted


async def _entered(database: Database, expenses: Sequence[str]) -> dict[str, Entered]:
    """Find the rate that a person entered for each expense."""
    if expenses:
        rows = await database.all(statement(_ENTERED, [dump([*expenses])]))
    else:
        rows = []
    return {
        text(row, "expense"): Entered(
            text(row, "id"), Decimal(text(row, "rate")), f"{BY_HAND}: {text(row, 'source')}"
        )
        for row in rows
    }


def _decide(row: Row, rates: DayRates, entered: Entered | None) -> JsonObject:
    base = optional_text(row, "base_currency")
    decision: JsonObject = {
        "expense": text(row, "id"),
        "version": integer(row, "version"),
        "base": base,
        "awaits": None,
    }
    try:
        conversion = conversion_of(row, rates, entered)
    except AmountTooLarge as error:
        log.warning(
            "expense.not_converted", expense=text(row, "id"), error_class=type(error).__name__
        )
        return decision
    if conversion is not None:
        return decision | asdict(conversion)
    if base is None:
        return decision
    return decision | {
        "awaits": rate_day(row).isoformat(),
        "known": len(rates.per_euro),
        "entered": row["entered"],
    }


_ATTEMPT_EVERY: Final = timedelta(hours=1)
_TELL_EVERY: Final = timedelta(days=1)
_TIMEOUT_SECONDS: Final = 10
_MAX_BYTES: Final = 1024 * 1024
"""The feed of 90 days has some 90 KB."""


async def fetch_rates(platform: Platform) -> None:
    """Fetch the rates if newer ones should be out, and store them. A failure is logged, once a day
    at most.
    """
    url = platform.settings.of(ConversionSettings).exchange_rates_url
    now = platform.clock.now()
    since = statement(
        "SELECT 1 FROM exchange_rates WHERE date >= ? LIMIT 1",
        [newest_publication(now).isoformat()],
    )
    if not url or await platform.database.first(since) is not None:
        return
    database = platform.database
    if not await begin_turn(database, "exchange rates: attempt", every=_ATTEMPT_EVERY, now=now):
        return
    try:
        new = store_rates(await _fetched(platform, url), source_of(url), now.date())
    except (HttpFailed, InvalidRates) as error:
        if await begin_turn(database, "exchange rates: told", every=_TELL_EVERY, now=now):
            log.warning("rates.not_fetched", source=source_of(url), error=error)
        return
    await platform.database.batch(new)


async def _fetched(platform: Platform, url: str) -> list[Rate]:
    answer = await platform.http.get(url, _TIMEOUT_SECONDS, _MAX_BYTES)
    if not answer.is_success:
        raise HttpFailed(f"the answer is {answer.status}")
    return read_rates(answer.body)


def source_of(url: str) -> str:
    """What of an address is kept and shown: host and path, without what may be secret."""
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}"


async def update_rates(platform: Platform) -> None:
    """Fetch and convert. A database that fails is logged: both begin anew in the next minute."""
    try:
        await fetch_rates(platform)
        await convert_expenses(platform)
    except DatabaseError as error:
        log.warning("conversion.failed", error=error)


JOBS: Final = (Job(JOB, update_rates, 10),)


TABLES: Final = (of_nobody("exchange_rates", "published rates"),)
