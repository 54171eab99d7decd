"""Requests for exports, and links by which somebody without a session fetches their files."""

from dataclasses import dataclass, replace
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.expenses.search.plain_text import words_of
from tillroll.exports.batches import has_batches
from tillroll.exports.bookings import has_bookings
from tillroll.exports.contract import ExportParams
from tillroll.exports.lines import HANDED_ON, Choice, with_taken_back
from tillroll.exports.models import (
    Audited,
    Count,
    ExportFilter,
    ExportRequest,
    RequestedExport,
    problems_of,
)
from tillroll.exports.monthly import has_months
from tillroll.exports.periods import closing_of
from tillroll.exports.profiles import NoSuchProfile, find_profile, with_categories, with_separator
from tillroll.exports.repository import (
    NoSuchExport,
    count_chosen,
    find_export,
    find_kept_file,
    insert_export,
    load_export,
)
from tillroll.exports.warnings import warnings_of
from tillroll.exports.writers.formats import (
    FORMATS,
    Datev,
    Format,
    Needs,
    ProfileOptions,
    file_name,
    month_file_name,
    month_media_type,
)
from tillroll.secret_links import LINKS, LinkTable, find_by_token
from tillroll_durable import Actor, NotBegun, ValuesRefused, Workflow, begin
from tillroll_durable.audit import append
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform

# D1 takes 100 values in a statement, and a word is three of them.
_MOST_WORDS = 20


class NotWritten(Refusal):
    """The export has no such file, or not yet."""


class Unfinished(Refusal):
    """Another export of what is new in the series has not ended."""

    kind = Kind(
        "export-unfinished", 409, "Another export of what is new has not ended", may_pass=True
    )
    explanation = (
        "An export of what is new has not ended: wait for it, retry it, or cancel it; then ask "
        "again."
    )


@dataclass(frozen=True)
class StoredFile:
    """Where an export's file lies, and the name that it is saved under."""

    object_key: str
    media_type: str
    name: str
    is_of_month: bool


async def request_export(
    platform: Platform,
    workflow: Workflow,
    actor: Actor,
    request: ExportRequest,
    key: str | None,
    *,
    begin_key: str | None = None,
) -> RequestedExport:
    """Begin an export, once under a key. `begin_key` is what its run is begun under, where no
    client gave one. Raises Unfinished.
    """
    choice = await check_request(platform, actor.account_id, request)
    whole_choice = await with_taken_back(platform.database, choice)
    warnings = await warnings_of(platform.database, whole_choice)
    export_id = new_id("xpt")
    begin_key = begin_key or (f"asked:{export_id}" if key is None else f"key:{key}")
    params = ExportParams(
        export_id=export_id, reads="corrections" if choice.only_new else "expenses"
    )
    try:
        run = await begin(
            *(platform, workflow, params, actor),
            key=begin_key,
            also=lambda run, now: [
                insert_export(run, whole_choice, requested_by=actor.name, now=now)
            ],
        )
    except NotBegun as error:
        raise Unfinished(choice.series) from error
    export = await find_export(platform.database, actor.account_id, run.subject)
    return RequestedExport(**dict(export), warnings=warnings)


async def check_request(platform: Platform, account_id: str, request: ExportRequest) -> Choice:
    """What is asked for, now, with its profile's options."""
    database = platform.database
    options = ProfileOptions()
    if request.profile is not None:
        try:
            profile = await find_profile(database, account_id, request.profile)
        except NoSuchProfile as error:
            raise ValuesRefused(
                [("profile", "There is no profile with this id: see your profiles.")]
            ) from error
        if profile.format != request.format:
            raise ValuesRefused(
                [("profile", f"It is a profile of the format {profile.format}: ask for that.")]
            )
        options = profile.options
    file = FORMATS[request.format]
    problems = [*_of_filter(request), *_of_format(file, request, options)]
    as_closed_in = None
    if not request.only_new:
        period = await closing_of(database, account_id, request.filter)
        if period is not None and not period.is_ready:
            problems.append(("filter", "These days are being closed: ask again in a minute."))
        if period is not None and request.filter.is_of_the_list_only:
            message = (
                "These days are closed, and handed on as they were closed: choose by days, "
                "currency and category,"
                " or days of which some are not closed."
            )
            problems.append(("filter", message))
        as_closed_in = None if period is None else period.export_id
    if problems:
        raise ValuesRefused(problems)
    coded = await with_categories(database, account_id, file=file, options=options)
    return Choice(
        account_id=account_id,
        file_format=request.format,
        chosen=request.filter,
        asked_at=to_text(platform.clock.now()),
        options=await with_separator(database, account_id, file=file, options=coded),
        profile_id=request.profile,
        only_new=request.only_new,
        as_closed_in=as_closed_in,
    )


def _of_filter(request: ExportRequest) -> list[tuple[str, str]]:
    """What cannot be handed on together."""
    problems: list[tuple[str, str]] = []
    statuses = {*request.filter.found.statuses}
    if statuses and not statuses & HANDED_ON:
        message = (
            "What is voided or in review is not handed on: choose ready or approved, or no status."
        )
        problems.append(("filter.status", message))
    conditions = request.filter.found
    if len({*words_of(conditions.words)}) + len(conditions.exactly) > _MOST_WORDS:
        problems.append(
            (
                "filter.q",
                f"Use at most {_MOST_WORDS} words: an export holds each expense to all of them.",
            )
        )
    if request.only_new and request.filter.is_of_the_list_only:
        message = (
            "What is new follows on what was handed on before, of which days, currency and "
            "category are known: choose"
            " by these alone, or ask for all, not for changes alone."
        )
        problems.append(("filter", message))
    return problems


def _of_format(
    file: Format, request: ExportRequest, options: ProfileOptions
) -> list[tuple[str, str]]:
    """What the format lacks of a filter and a profile: each field, with how to put it right."""
    problems: list[tuple[str, str]] = []
    if Needs.CURRENCY in file.needs and len(request.filter.found.currencies) != 1:
        message = (
            "This format has no place for a currency: choose one, such as EUR, and export each by "
            "itself."
        )
        problems.append(("filter.currency", message))
    if Needs.DAYS in file.needs and None in (request.filter.first_day, request.filter.last_day):
        problems.append(
            ("filter", "A package is of days, such as a year: choose its first and last day.")
        )
    if Needs.DAYS in file.needs and request.only_new:
        problems.append(
            ("onlyNew", "A package has all of its days: ask for all, not for changes alone.")
        )
    if problems_of(file.name, options):
        problems.append(
            (
                "profile",
                "This format needs a profile with its accounts: make one, and name it here.",
            )
        )
    elif options.datev is not None:
        problems += _of_fiscal_year(request.filter, options.datev)
    return problems


def _of_fiscal_year(chosen: ExportFilter, client: Datev) -> list[tuple[str, str]]:
    first = chosen.found.first_day
    last = chosen.found.last_day
    if first is None or last is None:
        return [
            (
                "filter",
                "DATEV's batch is of one fiscal year: choose a month, or its first and last day.",
            )
        ]
    if client.fiscal_year_of(first) == client.fiscal_year_of(last):
        return []
    begin = client.fiscal_year_of(last)
    message = (
        f"DATEV's batch is of one fiscal year, and a new one begins on {begin}: export the days "
        "before by themselves."
    )
    return [("filter", message)]


async def count_expenses(platform: Platform, account_id: str, request: ExportRequest) -> Count:
    """What an export would hold if it were asked for now."""
    database = platform.database
    choice = await with_taken_back(database, await check_request(platform, account_id, request))
    count = await count_chosen(database, choice)
    corrections = len(choice.taken_back)
    return Count(
        count=count,
        corrections=corrections,
        is_empty=not count and not corrections and not await has_more(platform, choice),
        warnings=await warnings_of(database, choice),
    )


async def has_more(platform: Platform, choice: Choice) -> bool:
    """Whether an export would hold more than expenses: an invoice, or an entry of the bank."""
    return (
        await has_batches(platform, choice)
        or await has_bookings(platform, choice)
        or await has_months(platform, choice)
    )


async def find_file(
    database: Database, account_id: str, export_id: str, number: int = 1
) -> StoredFile:
    """Where a file of an export lies. Raises NotWritten."""
    stored = await find_kept_file(database, account_id, export_id=export_id, number=number)
    work = await load_export(database, export_id)
    if work is None:
        raise NoSuchExport(export_id)
    if stored is None:
        raise NotWritten(
            f"This export has no such file yet: `files` of /api/exports/{export_id} says which "
            "there are."
        )
    if stored.name is not None and stored.month is not None:
        return StoredFile(
            stored.object_key,
            month_media_type(stored.name),
            month_file_name(stored.name, stored.month),
            is_of_month=True,
        )
    file = work.choice.file
    name = file_name(file, replace(work.about, number=number))
    return StoredFile(stored.object_key, file.media_type, name, is_of_month=False)


EXPORT_LINKS: Final = LinkTable(
    name="export_links",
    column="export_id",
    thing="export",
    created=Audited.EXPORT_LINK_CREATED,
    revoked=Audited.EXPORT_LINK_REVOKED,
    id_prefix="xln",
    marked="xlk_",
)


async def use_link(platform: Platform, token: str, number: int) -> tuple[str, StoredFile]:
    """The account, and where the file of that number lies; the use stands in the audit.
    Raises NoSuchLink, NotWritten.
    """
    platform, link = await find_by_token(platform, EXPORT_LINKS, token)
    file = await find_file(
        platform.database, link.account_id, export_id=link.thing_id, number=number
    )
    detail: JsonObject = {"link": link.id, "export": link.thing_id, "file": number}
    now = to_text(platform.clock.now())
    by = Actor(link.account_id, link.actor)
    event = by.event(Audited.EXPORT_LINK_USED, new_id("xlu"), at=now, detail=detail)
    await platform.database.batch([append(event)])
    return link.account_id, file


EXPORTED_LINKS: Final = LINKS.fill((EXPORT_LINKS, Permission.EXPORT))
