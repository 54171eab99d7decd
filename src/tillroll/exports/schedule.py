"""Exports that are asked for by time: the same checks as for those that a person asks for."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Final, Literal

from pydantic import Field

from tillroll.durable import Actor, NothingBegun, Params, Schedule, Statement, Tick, ValuesRefused, Workflow
from tillroll.exports.models import ExportFilter
from tillroll.exports.service import Unfinished, Wanted, ask_for_export, check_wanted, count_expenses
from tillroll.exports.writers.formats import FormatName
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import SCHEDULE_REFUSED
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

Days = Literal["last-month", "last-week", "last-quarter", "last-year", "all"]
_MONTHS_OF_A_QUARTER: Final = 3


class ScheduledExport(Params):
    """What is exported at each tick: a format, of the days that have passed then by the calendar of the schedule's time
    zone (a week begins on Monday), in one currency or all. `profile` is a profile's id. With `only_new`, what no
    finished export of this profile (without one, of this format) held."""

    format: Annotated[FormatName, Field(description="The kind of file")]
    days: Days = "last-month"
    profile: str | None = None
    currency: Annotated[str | None, Field(description="ISO 4217")] = None
    only_new: Annotated[bool, Field(strict=True)] = False

    def wanted_on(self, today: date) -> Wanted:
        """Raises ValueError: the currency is none."""
        first, last = days_before(self.days, today)
        chosen = ExportFilter.model_validate(
            {
                "from": None if first is None else first.isoformat(),
                "to": None if last is None else last.isoformat(),
                "currency": self.currency,
            }
        )
        return Wanted(self.format.value, chosen, self.profile, self.only_new)


def days_before(days: Days, today: date) -> tuple[date | None, date | None]:
    """The first and the last day of the month, week, quarter or year before that of `today`; of `all`, none."""
    if days == "all":
        return None, None
    if days == "last-week":
        begin = today - timedelta(days=today.weekday())
        return begin - timedelta(days=7), begin - timedelta(days=1)
    month = {"last-month": today.month, "last-year": 1}.get(days) or _first_of_quarter(today.month)
    last = today.replace(month=month, day=1) - timedelta(days=1)
    first_month = {"last-month": last.month, "last-year": 1}.get(days) or _first_of_quarter(last.month)
    return last.replace(month=first_month, day=1), last


def _first_of_quarter(month: int) -> int:
    return month - (month - 1) % _MONTHS_OF_A_QUARTER


async def begin_scheduled(
    platform: Platform, workflow: Workflow, actor: Actor, params: ScheduledExport, tick: Tick
) -> None:
    """Ask for the export of a tick.

    Raises:
        NothingBegun: there is nothing to hand on, or another export of what is new has not ended.
        ValuesRefused: as `ask_for_export`.
    """
    wanted = params.wanted_on(tick.at.astimezone(tick.zone).date())
    if not params.only_new and (await count_expenses(platform, actor.account_id, wanted)).expenses == 0:
        days = wanted.chosen
        when = "" if days.first_day is None else f" from {days.first_day} to {days.last_day}"
        raise NothingBegun(f"There was no expense to hand on{when}. Run it now once there is one.")
    try:
        await ask_for_export(platform, workflow, actor, wanted, None, begin_key=tick.key)
    except Unfinished as error:
        raise NothingBegun(
            "An export of what is new had not ended: wait for it, retry it, or cancel it; then run this now."
        ) from error


async def check_scheduled(platform: Platform, account_id: str | None, params: ScheduledExport) -> None:
    """Raises ValuesRefused: no tick could begin anything."""
    try:
        wanted = params.wanted_on(platform.clock.now().date())
    except ValueError as error:
        raise ValuesRefused([("currency", "Give a currency by its code of three letters, such as EUR.")]) from error
    if account_id is None:
        if params.profile is not None:
            raise ValuesRefused([("profile", "A profile is one account's: leave it out for all accounts.")])
        return
    try:
        await check_wanted(platform.database, account_id, wanted)
    except ValuesRefused as error:
        raise ValuesRefused([(name.removeprefix("filter."), says) for name, says in error.problems]) from error


def tell_refused(account_id: str, tick: Tick, _reason: str, now: str) -> Sequence[Statement]:
    """Whoever made the schedule is told, and where that is nobody any more, the account's owners."""
    subject = Subject(tick.schedule_id, occasion=to_text(tick.at))
    return notify(account_id, SCHEDULE_REFUSED, subject, now, person=tick.kept_by)


SCHEDULE: Final = Schedule(
    begin=begin_scheduled,
    params=ScheduledExport,
    permission="export",
    check=check_scheduled,
    for_all_accounts=True,
    tell=tell_refused,
)
