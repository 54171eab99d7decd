"""Caller for an export, reading those there are, and links by which somebody without a session fetches their files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.durable import Actor, NotBegun, Statement, ValuesRefused, Workflow, begin, statement
from tillroll.durable.record.audit import append, event_of_account
from tillroll.durable.record.runs import NewRun
from tillroll.expenses.search.words import words_of
from tillroll.exports.contract import ExportParams
from tillroll.exports.lines import HANDED_ON, items_page
from tillroll.exports.models import ExportFilter, ExportShape, ProfileOptions, problems_of, profile_of
from tillroll.exports.periods import closing_of
from tillroll.exports.profiles import NoSuchProfile, find_profile, with_categories
from tillroll.exports.repository import SELECT_EXPORTS, Asked, count_of, export_shape, insert_export, load_export
from tillroll.exports.warnings import ExportWarning, warnings_of
from tillroll.exports.writers.formats import FORMATS, DatevClient, Format, Needs, file_name
from tillroll.platform.bindings.database import Database, Row, integer, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.secret_links import Link, LinkTable, find_by_token
from tillroll.secret_links import list_links as list_of
from tillroll.secret_links import make_link as make

# D1 takes 100 values in a statement, and a word is three of them.
_MOST_WORDS = 20


class NoSuchExport(LookupError):
    """The account has no export of that id."""


class NotWritten(LookupError):
    """The export has no such file, or not yet."""


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for: a format, of which expenses, by which profile, all of them or what is new."""

    file_format: str
    chosen: ExportFilter
    profile_id: str | None = None
    only_new: bool = False


@dataclass(frozen=True)
class StoredFile:
    """Where an export's file lies, and the name that it is saved under."""

    object_key: str
    file: Format
    name: str


@dataclass(frozen=True)
class AskedFor:
    """An export that was begun, and what is to be said of it."""

    export: ExportShape
    warnings: list[ExportWarning]


@dataclass(frozen=True)
class Counted:
    """How many expenses an export would hold, and what is to be said of them."""

    expenses: int
    warnings: list[ExportWarning]


class Unfinished(RuntimeError):
    """Another export of what is new in the series has not ended."""


async def ask_for_export(
    platform: Platform,
    workflow: Workflow,
    actor: Actor,
    wanted: Wanted,
    key: str | None,
    *,
    begin_key: str | None = None,
) -> AskedFor:
    """Begin an export. The same is another export, unless it is asked for under the same key: then it is that one.
    `begin_key` is what its run is begun under, where that is not made of a client's `key`.

    Raises:
        ValuesRefused: the format wants a filter or a profile that says more, or the profile is none of this format.
        Unfinished: it asks for what is new, and another that does has not ended.
    """
    asked = await check_wanted(platform.database, actor.account_id, wanted)
    now = to_text(platform.clock.now())
    warnings = await warnings_of(platform.database, actor.account_id, asked, now)

    def row(run: NewRun, now: str) -> Sequence[Statement]:
        return [insert_export(run, asked, actor.name, now)]

    export_id = new_id("xpt")
    begin_key = begin_key or (f"asked:{export_id}" if key is None else f"key:{key}")
    params = ExportParams(export_id=export_id, reads="corrections" if asked.only_new else "expenses")
    try:
        run = await begin(platform, workflow, params, actor, key=begin_key, also=row)
    except NotBegun as error:
        raise Unfinished(asked.series) from error
    return AskedFor(await show_export(platform.database, actor.account_id, run.subject), warnings)


async def check_wanted(database: Database, account_id: str, wanted: Wanted) -> Asked:
    """What is asked for, with its profile's options.

    Raises:
        ValuesRefused: as `ask_for_export`.
    """
    options = ProfileOptions()
    if wanted.profile_id is not None:
        try:
            profile = await find_profile(database, account_id, wanted.profile_id)
        except NoSuchProfile as error:
            raise ValuesRefused([("profile", "There is no profile with this id: see your profiles.")]) from error
        if profile.format != wanted.file_format:
            raise ValuesRefused([("profile", f"It is a profile of the format {profile.format}: ask for that.")])
        options = profile.options
    problems = [*_of_filter(wanted), *_of_format(FORMATS[wanted.file_format], wanted, options)]
    as_closed_in = None
    if not wanted.only_new:
        period = await closing_of(database, account_id, wanted.chosen)
        if period is not None and not period.is_ready:
            problems.append(("filter", "These days are being closed: ask again in a minute."))
        if period is not None and wanted.chosen.is_of_the_list_only:
            message = (
                "These days are closed, and handed on as they were closed: choose by days, currency and category,"
                " or days of which some are not closed."
            )
            problems.append(("filter", message))
        as_closed_in = None if period is None else period.export_id
    if problems:
        raise ValuesRefused(problems)
    options = await with_categories(database, account_id, FORMATS[wanted.file_format], options)
    return Asked(wanted.file_format, wanted.chosen, options, wanted.profile_id, wanted.only_new, as_closed_in)


def _of_filter(wanted: Wanted) -> list[tuple[str, str]]:
    """What cannot be handed on together."""
    problems: list[tuple[str, str]] = []
    statuses = {*wanted.chosen.found.statuses}
    if statuses and not statuses & HANDED_ON:
        message = "What is voided or in review is not handed on: choose ready or approved, or no status."
        problems.append(("filter.status", message))
    found = wanted.chosen.found
    if len({*words_of(found.words)}) + len(found.exactly) > _MOST_WORDS:
        problems.append(("filter.q", f"Use at most {_MOST_WORDS} words: an export holds each expense to all of them."))
    if wanted.only_new and wanted.chosen.is_of_the_list_only:
        message = (
            "What is new follows on what was handed on before, of which days, currency and category are known: choose"
            " by these alone, or ask for all without onlyNew."
        )
        problems.append(("filter", message))
    return problems


def _of_format(file: Format, wanted: Wanted, options: ProfileOptions) -> list[tuple[str, str]]:
    """What the format lacks of a filter and a profile: each field, with how to put it right."""
    problems: list[tuple[str, str]] = []
    if Needs.CURRENCY in file.needs and len(wanted.chosen.found.currencies) != 1:
        message = "This format has no place for a currency: choose one, such as EUR, and export each by itself."
        problems.append(("filter.currency", message))
    if problems_of(file.name, options):
        problems.append(("profile", "This format needs a profile with its accounts: make one, and name it here."))
    elif options.datev is not None:
        problems += _of_fiscal_year(wanted.chosen, profile_of(options).datev)
    return problems


def _of_fiscal_year(chosen: ExportFilter, client: DatevClient | None) -> list[tuple[str, str]]:
    first, last = chosen.found.first_day, chosen.found.last_day
    if first is None or last is None:
        return [("filter", "DATEV's batch is of one fiscal year: choose its days by `from` and `to`.")]
    if client is None or client.fiscal_year_of(first) == client.fiscal_year_of(last):
        return []
    begin = client.fiscal_year_of(last)
    message = (
        f"DATEV's batch is of one fiscal year, and a new one begins on {begin}: export the days before by themselves."
    )
    return [("filter", message)]


async def show_export(database: Database, account_id: str, export_id: str) -> ExportShape:
    """One export of the account.

    Raises:
        NoSuchExport: there is none.
    """
    row = await database.first(
        statement(f"{SELECT_EXPORTS} WHERE exports.id = ? AND exports.account_id = ?", export_id, account_id)
    )
    if row is None:
        raise NoSuchExport(export_id)
    return export_shape(row)


async def list_exports(database: Database, account_id: str, before: str, limit: int) -> list[ExportShape]:
    """The account's exports, newest first, behind the id `before`."""
    rows = await database.all(
        statement(
            f"{SELECT_EXPORTS} WHERE exports.account_id = ? AND exports.id < ? ORDER BY exports.id DESC LIMIT ?",
            account_id,
            before,
            limit,
        )
    )
    return [export_shape(row) for row in rows]


async def find_file(database: Database, account_id: str, export_id: str, number: int = 1) -> StoredFile:
    """Where a file of an export lies.

    Raises:
        NoSuchExport: the account has no such export.
        NotWritten: it has no such file, or not yet.
    """
    row = await database.first(
        statement(
            """
            SELECT export_files.object_key
            FROM exports LEFT JOIN export_files ON export_files.export_id = exports.id AND export_files.number = ?3
            WHERE exports.id = ?1 AND exports.account_id = ?2
            """,
            export_id,
            account_id,
            number,
        )
    )
    export = None if row is None else await load_export(database, export_id)
    if row is None or export is None:
        raise NoSuchExport(export_id)
    if optional_text(row, "object_key") is None:
        raise NotWritten(export_id)
    name = file_name(export.file, replace(export.about, number=number))
    return StoredFile(text(row, "object_key"), export.file, name)


async def list_items(
    database: Database, account_id: str, export_id: str, after: tuple[int, int], limit: int
) -> list[Row]:
    """The lines of an export behind a part and place: rows for `item_shape`.

    Raises:
        NoSuchExport: the account has no such export.
    """
    found = await database.first(
        statement("SELECT id FROM exports WHERE id = ? AND account_id = ?", export_id, account_id)
    )
    if found is None:
        raise NoSuchExport(export_id)
    return await database.all(items_page(export_id, after, limit))


async def count_expenses(platform: Platform, account_id: str, wanted: Wanted) -> Counted:
    """What an export would hold if it were asked for now; corrections come on top.

    Raises:
        ValuesRefused: as `ask_for_export`.
    """
    asked = await check_wanted(platform.database, account_id, wanted)
    now = to_text(platform.clock.now())
    row = await platform.database.first(count_of(asked, account_id, now))
    warnings = await warnings_of(platform.database, account_id, asked, now)
    return Counted(0 if row is None else integer(row, "expenses"), warnings)


EXPORT_LINKS: Final = LinkTable(
    name="export_links",
    column="export_id",
    thing="export",
    created="export_link.created",
    revoked="export_link.revoked",
    id_prefix="xln",
    marked="xlk_",
)


async def make_link(platform: Platform, actor: Actor, export_id: str, hours: int) -> tuple[Link, str]:
    """A link, and its token.

    Raises:
        NoSuchExport: the account has none of that id.
    """
    await show_export(platform.database, actor.account_id, export_id)
    return await make(platform, EXPORT_LINKS, actor, export_id, timedelta(hours=hours))


async def list_links(platform: Platform, account_id: str, export_id: str) -> list[Link]:
    """The newest first, also those that have ended; at most 100.

    Raises:
        NoSuchExport: the account has none of that id.
    """
    await show_export(platform.database, account_id, export_id)
    return await list_of(platform, EXPORT_LINKS, account_id, export_id)


async def use_link(platform: Platform, token: str, number: int) -> tuple[str, StoredFile]:
    """The account, and where the file of that number lies; the use stands in the audit.

    Raises:
        NoSuchLink: the link cannot be used (any more).
        NotWritten: the export has no such file, or not yet.
    """
    link = await find_by_token(platform, EXPORT_LINKS, token)
    found = await find_file(platform.database, link.account_id, link.thing_id, number)
    event = event_of_account(
        link.account_id,
        "export_link.used",
        new_id("xlu"),
        actor=link.actor,
        at=to_text(platform.clock.now()),
        detail={"link": link.id, "export": link.thing_id, "file": number},
    )
    await platform.database.batch([append(event)])
    return link.account_id, found


LINKS: Final = (EXPORT_LINKS, Permission.EXPORT)
