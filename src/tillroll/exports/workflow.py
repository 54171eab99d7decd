"""The export workflow: gathers expenses in parts, writes them to files, and begins by time too."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Final, Literal

from pydantic import Field

import tillroll_durable as durable
from tillroll.exports import repository
from tillroll.exports.batches import add_batches
from tillroll.exports.bookings import add_bookings
from tillroll.exports.contract import (
    EXPORT_V1,
    FILE_WRITTEN,
    GATHER,
    WRITE_FILE,
    ExportParams,
    Reads,
)
from tillroll.exports.files import write
from tillroll.exports.lines import Choice, Place, insert_items, read_lines, sums
from tillroll.exports.models import Export, ExportFilter, ExportRequest
from tillroll.exports.monthly import add_months
from tillroll.exports.service import Unfinished, check_request, has_more, request_export
from tillroll.exports.writers.formats import FormatName
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import SCHEDULE_REFUSED
from tillroll_documents.money import UNKNOWN_CURRENCY
from tillroll_durable import Outcome, Statement, StepContext, ValuesRefused, statement
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.platform.services import Platform

# A page is one query; a part of five of them is some 3 MB of text.
PAGE_EXPENSES = 1_000
PART_PAGES = 5


async def gather(
    context: StepContext, number: int, reads: Reads, after_day: str, after_id: str
) -> Outcome:
    """Leave the next lines in the object store, under a key made of what they are: a repeated
    attempt that finds one of them changed writes an object of its own. The output says where the
    next part begins, None behind the last, and whether this part becomes a file of its own.
    """
    export = (await _work_of(context)).choice
    most = min(export.file.most or PAGE_EXPENSES * PART_PAGES, PAGE_EXPENSES * PART_PAGES)
    after = Place(after_day, after_id)
    lines, reads, place = await read_lines(
        context.platform, export, reads=reads, after=after, most=most, at_once=PAGE_EXPENSES
    )
    following: Json = None if place is None else {"day": place.day, "id": place.id, "reads": reads}
    is_file = export.file.most is not None
    if not export.file.has_corrections and all(each.expense.corrects for each in lines):
        # Their file would have no document; behind corrections there is always a part more.
        is_file = is_file and following is None
    output: dict[str, Json] = {"next": following, "isFile": is_file}
    chain = statement(
        "UPDATE exports SET run_id = ? WHERE id = ?", [context.run.id, export.export_id]
    )
    if not lines:
        return Outcome(output=output, statements=[chain])
    expenses = (line.expense.as_dict() for line in lines)
    content = "".join(f"{dump(expense)}\n" for expense in expenses)
    key = (
        f"{export.account_id}/exports/{export.export_id}/part-{number}"
        f"-{hashlib.sha256(content.encode()).hexdigest()}"
    )
    await context.platform.objects.put_text(key, content, "application/jsonl")
    days = [line.expense.date for line in lines]
    # Behind the last correction it is known how many expenses come anew.
    is_last_correction = lines[-1].expense.corrects is not None and reads == "expenses"
    expectation = [repository.expect(export)] if is_last_correction else []
    return Outcome(
        output=output,
        statements=[
            repository.insert_part(
                export.export_id,
                number,
                key=key,
                days=(min(days), max(days)),
                sums=sums(lines),
                count=len(lines),
            ),
            *insert_items(export, number, lines),
            *expectation,
            chain,
        ],
    )


async def _work_of(context: StepContext) -> repository.ExportWork:
    """Raises NonRetryable: it is missing, or its format is not deployed any more."""
    export = await repository.load_export(context.platform.database, context.run.subject)
    if export is None:
        raise NonRetryable(
            f"export {context.run.subject} is missing, or its format is not deployed any more"
        )
    return export


async def export_v1(run: durable.WorkflowRun[ExportParams]) -> JsonObject:
    """The body of version 1."""
    params = run.params
    gathered = await run.step(
        GATHER, gather, params.part, params.reads, params.after_day, params.after_id
    )
    following = _following(params, gathered)
    if isinstance(gathered, dict) and gathered["isFile"]:
        await run.step(WRITE_FILE, write_file, params.part, params.part, following is None)
        if following is not None:
            await run.continue_as(following)
        return {"exportId": params.export_id}
    if following is not None:
        await run.continue_as(following)
    await run.step(WRITE_FILE, write_file, 1, None, True)
    return {"exportId": params.export_id}


def _following(params: ExportParams, gathered: Json) -> ExportParams | None:
    """What the next run of the chain is begun with; None behind the last part."""
    match gathered:
        case {
            "next": {"day": str(day), "id": str(last), "reads": "corrections" | "expenses" as reads}
        }:
            return ExportParams(
                export_id=params.export_id,
                part=params.part + 1,
                after_day=day,
                after_id=last,
                reads=reads,
            )
        case {"next": None}:
            return None
        case _:
            raise NonRetryable("the step `gather` does not say where the next part begins")


async def write_file(context: StepContext, number: int, part: int | None, is_last: bool) -> Outcome:
    """Write a file from one part, or from all of them. Its key is made of theirs, so that it is the
    same each time.
    """
    work = await _work_of(context)
    export_id = work.choice.export_id
    database = context.platform.database
    if part is not None and not work.choice.file.has_corrections:
        number = await repository.number_without_corrections(database, export_id, part)
    # The first file takes what was left without a file before it.
    first = 1 if number == 1 else part
    keys = await repository.part_keys(database, export_id, first=first, last=part)
    batches: list[Statement] = []
    booked: Sequence[Statement] = ()
    months: list[Statement] = []
    remarks: list[str] = []
    if is_last:
        batches = await add_batches(context.platform, work.choice, number)
        number_so_far = number + len(batches)
        of_bank = await add_bookings(context.platform, work, number_so_far)
        booked = of_bank.statements
        number_so_far += of_bank.files
        months, remarks = await add_months(context.platform, work.choice, number_so_far)
        remarks += of_bank.remarks
    stored, noted = await write(
        context.platform, work, parts=keys, number=number, more=remarks, is_last=is_last
    )

    async def remove_parts() -> None:
        try:
            for key in keys:
                await context.platform.objects.delete(key)
        except ObjectsUnavailable as error:
            log.warning(
                "export.parts_left", account=work.choice.account_id, run=context.run.id, error=error
            )

    if is_last:
        finished = [repository.finish(export_id, to_text(context.platform.clock.now()))]
    else:
        finished = []
    return Outcome(
        output={"exportId": export_id, "bytes": stored.size, "sha256": stored.sha256},
        state=None if is_last else FILE_WRITTEN.name,
        statements=[noted, *batches, *booked, *months, *finished],
        # What is left of them where this is lost, the reconciler removes.
        nudge=remove_parts,
    )


# A run with its export.
_QUERY = f"""
  SELECT page.run_id AS run_id, shown.*
  FROM page
  JOIN runs AS asked ON asked.id = page.run_id
  JOIN ({repository.SELECT_EXPORTS}) AS shown ON shown.id = asked.subject
"""


VIEW = durable.View(
    query=_QUERY,
    # A person who reads runs need not see the bank.
    listed=lambda row: {"export": repository.export_of_row(row).seen(with_months=False).as_json()},
    shapes={"export": Export},
)


Days = Literal["last-month", "last-week", "last-quarter", "last-year", "all"]


class ScheduledExport(durable.Params):
    """What is exported at each tick: a format, of the days that have passed then by the calendar of
    the schedule's time zone (a week begins on Monday), in one currency or all. `profile` is a
    profile's id. With `only_new`, what no finished export of this profile (without one, of this
    format) held.
    """

    format: Annotated[FormatName, Field(description="The kind of file")]
    days: Days = "last-month"
    profile: str | None = None
    currency: Annotated[str | None, Field(description="ISO 4217")] = None
    only_new: Annotated[bool, Field(strict=True)] = False

    def request_on(self, today: date) -> ExportRequest:
        """Raises ValueError: the currency is none."""
        first, last = days_before(self.days, today)
        chosen = ExportFilter.model_validate(
            {
                "from": None if first is None else first.isoformat(),
                "to": None if last is None else last.isoformat(),
                "currency": self.currency,
            }
        )
        return ExportRequest(
            format=self.format, filter=chosen, profile=self.profile, only_new=self.only_new
        )


def days_before(days: Days, today: date) -> tuple[date | None, date | None]:
    """The first and the last day of the month, week, quarter or year before that of `today`; of
    `all`, none.
    """
    if days == "all":
        return None, None
    if days == "last-week":
        begin = today - timedelta(days=today.weekday())
        return begin - timedelta(days=7), begin - timedelta(days=1)
    month = {"last-month": today.month, "last-year": 1}.get(days) or _first_of_quarter(today.month)
    last = today.replace(month=month, day=1) - timedelta(days=1)
    first_month = {"last-month": last.month, "last-year": 1}.get(days) or _first_of_quarter(
        last.month
    )
    return last.replace(month=first_month, day=1), last


def _first_of_quarter(month: int) -> int:
    return month - (month - 1) % 3


async def begin_scheduled(
    platform: Platform,
    workflow: durable.Workflow,
    actor: durable.Actor,
    params: ScheduledExport,
    tick: durable.Tick,
) -> None:
    """Ask for the export of a tick. Raises NothingBegun: there is nothing to hand on, or another
    has not ended.
    """
    request = params.request_on(tick.at.astimezone(tick.zone).date())
    if not params.only_new:
        choice = await check_request(platform, actor.account_id, request)
        if await _is_empty(platform, choice):
            days = request.filter
            if days.first_day is None:
                when = ""
            else:
                when = f" from {days.first_day} to {days.last_day}"
            raise durable.NothingBegun(
                f"There was nothing to hand on{when}. Run it once there is an expense."
            )
    try:
        await request_export(
            platform, workflow, actor=actor, request=request, key=None, begin_key=tick.key
        )
    except Unfinished as error:
        raise durable.NothingBegun(
            "An export of what is new had not ended: wait for it, retry it, or cancel it; then run "
            "this now."
        ) from error


async def _is_empty(platform: Platform, choice: Choice) -> bool:
    """Whether an export would hold nothing: no expense, no invoice, and no entry of the bank."""
    if await repository.count_chosen(platform.database, choice) > 0:
        return False
    return not await has_more(platform, choice)


async def check_scheduled(
    platform: Platform, account_id: str | None, params: ScheduledExport
) -> None:
    """Raises ValuesRefused: no tick could begin anything."""
    try:
        request = params.request_on(platform.clock.now().date())
    except ValueError as error:
        raise ValuesRefused([("currency", UNKNOWN_CURRENCY)]) from error
    if account_id is None:
        if params.profile is not None:
            raise ValuesRefused(
                [("profile", "A profile is one account's: leave it out for all accounts.")]
            )
        return
    try:
        await check_request(platform, account_id, request)
    except ValuesRefused as error:
        raise ValuesRefused(
            [(name.removeprefix("filter."), message) for name, message in error.problems]
        ) from error


def notify_refused(
    account_id: str, tick: durable.Tick, _reason: str, now: str
) -> Sequence[durable.Statement]:
    """Notify the person who made the schedule, or the account's owners where that person left."""
    subject = Subject(tick.schedule_id, occasion=to_text(tick.at))
    return notify(account_id, SCHEDULE_REFUSED, subject=subject, now=now, person=tick.kept_by)


SCHEDULE: Final = durable.Schedule(
    begin=begin_scheduled,
    params=ScheduledExport,
    permission="export",
    check=check_scheduled,
    for_all_accounts=True,
    tell=notify_refused,
)


EXPORT = durable.Workflow(
    contract=EXPORT_V1,
    body=export_v1,
    params=ExportParams,
    subject=lambda params: params.export_id,
    view=VIEW,
    allowed=durable.Allowed(decide="review"),
    # What may be handed on is checked there; params name an export that stands already.
    begun_by="POST /api/exports",
    schedule=SCHEDULE,
)
