"""The rows of an export: itself, its parts, its files, and what they say to the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from tillroll.expenses.exported import decimal_amount
from tillroll.expenses.tables import IDS_OF_RECEIPT
from tillroll.exports.contract import EXPORT_V1, KIND
from tillroll.exports.lines import Choice, chosen_rows
from tillroll.exports.models import (
    Export,
    ExportFile,
    ExportFilter,
    ExportItem,
    ProfileName,
    Progress,
    Total,
)
from tillroll.exports.writers.formats import (
    FORMATS,
    About,
    ProfileOptions,
    file_name,
    month_file_name,
)
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    insert_row,
    integer,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.bindings.objects import Stored
from tillroll_durable.platform.json import dump, load, load_object
from tillroll_durable.platform.naming import Named
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.tables import ACCOUNT, Emptied, Gone, Shut, Stays, Table
from tillroll_durable.runs import NewRun


class NoSuchExport(Refusal):
    thing = "export"


# The files of an export as a JSON array.
_FILES = """
  (SELECT json_group_array(
     json_object('number', number, 'size', size, 'sha256', sha256, 'count', expenses, 'remarks',
         json(remarks),
       'name', name, 'month', month))
   FROM (SELECT * FROM export_files WHERE export_id = exports.id ORDER BY number))
"""
# An export with its parts added up, and with where the newest run of its chain stands: the one that
# it names, or the continuation of that, which has done nothing yet.
SELECT_EXPORTS = f"""
  SELECT exports.*, accounts.name AS account_name, accounts.base_currency,
    export_profiles.name AS profile_name,
    COALESCE(following.id, runs.id) AS newest_run_id, COALESCE(following.state,
        runs.state) AS state,
    COALESCE(following.status, runs.status) AS status, COALESCE(following.reason,
        runs.reason) AS reason,
    COALESCE(following.next_safe_action, runs.next_safe_action) AS next_safe_action,
    (SELECT closing.created_at FROM exports AS closing
        WHERE closing.id = exports.as_closed_in) AS closed_at,
    (SELECT COALESCE(SUM(expenses), 0) FROM export_parts WHERE export_id = exports.id) AS gathered,
    (SELECT MIN(first_day) FROM export_parts WHERE export_id = exports.id) AS first_day,
    (SELECT MAX(last_day) FROM export_parts WHERE export_id = exports.id) AS last_day,
    (SELECT COUNT(*) FROM export_items WHERE export_id = exports.id
        AND corrects IS NOT NULL) AS corrections,
    (SELECT COUNT(*) FROM export_items WHERE export_id = exports.id
        AND after_closing IS NOT NULL) AS after_closing,
    {_FILES} AS files,
    (SELECT json_group_object(currency, minor) FROM (
      SELECT sums.key AS currency, CAST(SUM(sums.value) AS INTEGER) AS minor
      FROM export_parts, json_each(export_parts.totals) AS sums
      WHERE export_parts.export_id = exports.id GROUP BY sums.key ORDER BY sums.key
    )) AS totals
  FROM exports
  JOIN accounts ON accounts.id = exports.account_id
  JOIN runs ON runs.id = exports.run_id
  LEFT JOIN export_profiles ON export_profiles.id = exports.profile_id
  LEFT JOIN runs AS following ON following.account_id = exports.account_id
    AND following.kind = '{KIND}'
    AND following.begin_key = exports.run_id || ':continue'
"""


@dataclass(frozen=True)
class ExportWork:
    """What an export's runs work on. `requested_by` is an actor's name."""

    choice: Choice
    about: About
    requested_by: str


async def load_export(database: Database, export_id: str) -> ExportWork | None:
    """None where there is none, or its format is not deployed any more."""
    query = """
      SELECT exports.*, exports.format AS file_format, exports.created_at AS asked_at,
        exports.id AS export_id,
        CASE WHEN exports.series LIKE 'period:%' THEN substr(exports.series, 8) END AS closes,
        accounts.name AS account_name, accounts.base_currency,
        (SELECT closing.created_at FROM exports AS closing
            WHERE closing.id = exports.as_closed_in) AS closed_at,
        (SELECT MIN(first_day) FROM export_parts WHERE export_id = exports.id) AS first_day,
        (SELECT MAX(last_day) FROM export_parts WHERE export_id = exports.id) AS last_day
      FROM exports JOIN accounts ON accounts.id = exports.account_id WHERE exports.id = ?
    """
    row = await database.first(statement(query, [export_id]))
    if row is None or text(row, "format") not in FORMATS:
        return None
    chosen = ExportFilter.model_validate_json(text(row, "filter"))
    options = _options(row)
    choice = of_row(Choice, row, chosen=chosen, options=options, taken_back=())
    return ExportWork(choice, _about(row, chosen), text(row, "requested_by"))


def insert_export(run: NewRun, chosen: Choice, requested_by: str, now: str) -> Statement:
    """An export with how many lines it will have, with what it takes back of `chosen.taken_back`;
    `run` is the first of its chain. It changes no row where another export of its series that hands
    on only what is new has not ended.
    """
    choice = replace(chosen, asked_at=now, export_id=run.subject)
    table, where, values = chosen_rows(choice)
    return statement(
        f"""
        INSERT INTO exports (
          id, account_id, run_id, format, filter, requested_by, created_at, profile_id, options,
          series, only_new, as_closed_in, expected)
        SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
          CAST(? AS INTEGER) + (SELECT COUNT(*) FROM {table} WHERE {where})
        WHERE NOT EXISTS (
          SELECT 1 FROM ({SELECT_EXPORTS} WHERE exports.account_id = ?
              AND exports.series = ?) AS other
          WHERE ? = 1 AND other.only_new = 1 AND other.finished_at IS NULL
            AND other.status IN ('processing', 'failed')
        )
        """,
        [
            run.subject,
            run.account_id,
            run.id,
            choice.file_format,
            dump(choice.chosen.as_json()),
            requested_by,
            now,
            choice.profile_id,
            dump(choice.options.as_json()),
            choice.series,
            int(choice.only_new),
            choice.as_closed_in,
            len(choice.taken_back),
            *values,
            run.account_id,
            choice.series,
            int(choice.only_new),
        ],
    )


def expect(choice: Choice) -> Statement:
    """Count anew how many lines an export will have: of its parts, and of what is not in one."""
    table, where, values = chosen_rows(choice)
    return statement(
        f"""
        UPDATE exports SET expected =
          (SELECT COALESCE(SUM(expenses), 0) FROM export_parts WHERE export_id = ?)
          + (SELECT COUNT(*) FROM {table} WHERE {where})
        WHERE id = ?
        """,
        [choice.export_id, *values, choice.export_id],
    )


def insert_part(
    export_id: str,
    number: int,
    key: str,
    days: tuple[str, str],
    sums: Mapping[str, int],
    count: int,
) -> Statement:
    """`days` are the first and the last of its lines."""
    return insert_row(
        "export_parts",
        {
            "export_id": export_id,
            "number": number,
            "object_key": key,
            "expenses": count,
            "totals": dump({**sums}),
            "first_day": days[0],
            "last_day": days[1],
        },
    )


def insert_file(
    export_id: str,
    number: int,
    stored: Stored,
    lines: int,
    remarks: Sequence[str],
    of_month: tuple[str | None, str | None] = (None, None),
) -> Statement:
    """`remarks` say what could not be written as it is. `of_month`: what names a month's file, and
    the month.
    """
    return insert_row(
        "export_files",
        {
            "export_id": export_id,
            "number": number,
            "object_key": stored.key,
            "size": stored.size,
            "sha256": stored.sha256,
            "expenses": lines,
            "remarks": dump([*remarks]),
            "name": of_month[0],
            "month": of_month[1],
        },
    )


def copy_month_files(
    export_id: str, number: int, closing_id: str, months: tuple[str, str]
) -> Statement:
    """Note the files of months that were written when they were closed, behind the file of that
    number.
    """
    query = """
      INSERT INTO export_files (
        export_id, number, object_key, size, sha256, expenses, remarks, name, month)
      SELECT ?1, CAST(?2 AS INTEGER) + ROW_NUMBER() OVER (ORDER BY number), object_key, size,
        sha256, expenses, remarks,
        name, month
      FROM export_files WHERE export_id = ?3 AND month BETWEEN ?4 AND ?5
    """
    return statement(query, [export_id, number, closing_id, *months])


async def batches_of_series(database: Database, choice: Choice) -> set[tuple[str, str]]:
    """The files of months, each by its name and month, that finished exports of the series have."""
    query = """
      SELECT DISTINCT export_files.name, export_files.month FROM exports
      JOIN export_files ON export_files.export_id = exports.id AND export_files.month IS NOT NULL
      WHERE exports.account_id = ? AND exports.series = ? AND exports.finished_at IS NOT NULL
    """
    rows = await database.all(statement(query, [choice.account_id, choice.series]))
    return {(text(row, "name"), text(row, "month")) for row in rows}


async def month_digests(database: Database, choice: Choice) -> set[str]:
    """The digests of the files of months that finished exports of the series have."""
    query = """
      SELECT DISTINCT export_files.sha256 FROM exports
      JOIN export_files ON export_files.export_id = exports.id AND export_files.month IS NOT NULL
      WHERE exports.account_id = ? AND exports.series = ? AND exports.finished_at IS NOT NULL
    """
    rows = await database.all(statement(query, [choice.account_id, choice.series]))
    return {text(row, "sha256") for row in rows}


def finish(export_id: str, now: str) -> Statement:
    """All files are there."""
    return statement("UPDATE exports SET finished_at = ?2 WHERE id = ?1", [export_id, now])


async def part_keys(
    database: Database, export_id: str, *, first: int | None, last: int | None
) -> list[str]:
    """Where the parts of these numbers lie; all of them without a last one."""
    query = (
        "SELECT object_key FROM export_parts WHERE export_id = ?1 "
        "AND (?3 IS NULL OR number BETWEEN ?2 AND ?3) ORDER BY number"
    )
    rows = await database.all(statement(query, [export_id, first, last]))
    return [text(row, "object_key") for row in rows]


async def number_without_corrections(database: Database, export_id: str, part: int) -> int:
    """The number of a part's file where parts of corrections alone have none."""
    query = """
      SELECT COUNT(*) + 1 AS number FROM export_parts AS earlier
      WHERE earlier.export_id = ?1 AND earlier.number < ?2 AND EXISTS (
        SELECT 1 FROM export_items AS item
        WHERE item.export_id = ?1 AND item.part = earlier.number AND item.corrects IS NULL)
    """
    [row] = await database.all(statement(query, [export_id, part]))
    return integer(row, "number")


async def count_chosen(database: Database, choice: Choice) -> int:
    """How many expenses an export would hold now; corrections come on top."""
    table, where, values = chosen_rows(choice)
    [row] = await database.all(
        statement(
            f"SELECT COUNT(*) AS expenses FROM {table} WHERE {where}",
            [*values],
        )
    )
    return integer(row, "expenses")


async def sums_chosen(database: Database, choice: Choice) -> list[Row]:
    """What the expenses of an export come to now, by `currency`: how many `items` there are, and
    their `amount` in minor units. Corrections come on top.
    """
    table, where, values = chosen_rows(choice)
    query = f"""
      SELECT expenses.currency, COUNT(*) AS items, SUM(expenses.total_minor) AS amount
      FROM {table} WHERE {where} GROUP BY expenses.currency
    """
    return await database.all(statement(query, [*values]))


async def find_export(database: Database, account_id: str, export_id: str) -> Export:
    """Raises NoSuchExport: the account has none of that id."""
    query = f"{SELECT_EXPORTS} WHERE exports.id = ? AND exports.account_id = ?"
    row = await database.first(statement(query, [export_id, account_id]))
    if row is None:
        raise NoSuchExport(export_id)
    return export_of_row(row)


async def list_exports(
    database: Database, account_id: str, before: str, limit: int
) -> list[Export]:
    """The account's exports that somebody asked for, newest first, behind the id `before`: without
    those that hold what was in days when they were closed.
    """
    query = f"""
      {SELECT_EXPORTS} WHERE exports.account_id = ? AND exports.id < ?
        AND NOT EXISTS (SELECT 1 FROM closed_periods AS period WHERE period.export_id = exports.id)
      ORDER BY exports.id DESC LIMIT ?
    """
    return [
        export_of_row(row)
        for row in await database.all(statement(query, [account_id, before, limit]))
    ]


@dataclass(frozen=True)
class KeptFile:
    """Where a file of an export lies; of a month's, what names it and the month."""

    object_key: str
    name: str | None
    month: str | None


async def find_kept_file(
    database: Database, account_id: str, export_id: str, number: int
) -> KeptFile | None:
    """The file of that number; None where it is not there, or not yet."""
    query = """
      SELECT export_files.object_key, export_files.name, export_files.month
      FROM exports
      LEFT JOIN export_files ON export_files.export_id = exports.id AND export_files.number = ?3
      WHERE exports.id = ?1 AND exports.account_id = ?2
    """
    row = await database.first(statement(query, [export_id, account_id, number]))
    if row is None:
        raise NoSuchExport(export_id)
    if row["object_key"] is None:
        return None
    return of_row(KeptFile, row)


async def list_items(
    database: Database, account_id: str, export_id: str, after: tuple[int, int], limit: int
) -> list[tuple[str, ExportItem]]:
    """The lines of an export behind a part and place, each with its own."""
    query = """
      SELECT part, place, expense_id, version, corrects, after_closing,
        content ->> 'merchant' AS merchant,
        content ->> 'date' AS date, content ->> 'total' AS total, content ->> 'currency' AS currency
      FROM export_items
      WHERE export_id = ? AND account_id = ? AND (part, place) > (?, ?) ORDER BY part, place LIMIT ?
    """
    rows = await database.all(statement(query, [export_id, account_id, *after, limit]))
    if not rows:
        await find_export(database, account_id, export_id)
    return [
        (f"{integer(row, 'part')}:{integer(row, 'place')}", of_row(ExportItem, row)) for row in rows
    ]


def export_of_row(row: Row) -> Export:
    """A row of SELECT_EXPORTS."""
    state = EXPORT_V1.shown_state(
        text(row, "state"),
        text(row, "status"),
        text(row, "next_safe_action"),
        version=EXPORT_V1.version,
    )
    chosen = ExportFilter.model_validate_json(text(row, "filter"))
    files = [
        _file(each, row, chosen) for each in cast("list[dict[str, Any]]", load(text(row, "files")))
    ]
    done = integer(row, "gathered")
    is_finished = row["finished_at"] is not None
    first = files[0] if files and is_finished else None
    profile_id = optional_text(row, "profile_id")
    return of_row(
        Export,
        row,
        run_id=text(row, "newest_run_id"),
        profile=None
        if profile_id is None
        else ProfileName(id=profile_id, name=text(row, "profile_name")),
        filter=chosen,
        as_closed=row["as_closed_in"] is not None,
        status=state.status,
        state=state.name,
        message=state.says.format(reason=optional_text(row, "reason") or "no reason was given."),
        progress=Progress(
            done=done, of=done if is_finished else max(done, integer(row, "expected"))
        ),
        count=done,
        totals=[
            Total(currency=currency, total=decimal_amount(int(str(minor)), currency) or "")
            for currency, minor in load_object(text(row, "totals")).items()
        ],
        files=files,
        file_name=file_name(FORMATS[text(row, "format")], _about(row, chosen)),
        file_url=None if first is None else f"/api/exports/{text(row, 'id')}/file",
        size=None if first is None else first.size,
        sha256=None if first is None else first.sha256,
    )


def _file(values: dict[str, Any], row: Row, chosen: ExportFilter) -> ExportFile:
    named = values.pop("name")
    about = _about(row, chosen, values["number"])
    if named is None:
        name = file_name(FORMATS[text(row, "format")], about)
    else:
        name = month_file_name(named, values["month"])
    url = f"/api/exports/{text(row, 'id')}/file?number={values['number']}"
    return ExportFile(**values, file_name=name, url=url)


def _about(row: Row, chosen: ExportFilter, number: int = 1) -> About:
    return About(
        account_name=text(row, "account_name"),
        first_day=chosen.first_day,
        last_day=chosen.last_day,
        # What was closed is handed on as of then, whenever it is asked for: the same file each
        # time.
        asked_at=optional_text(row, "closed_at") or text(row, "created_at"),
        earliest=optional_text(row, "first_day"),
        latest=optional_text(row, "last_day"),
        base_currency=optional_text(row, "base_currency"),
        profile=_options(row),
        number=number,
        only_new=row["only_new"] == 1,
    )


def _options(row: Row) -> ProfileOptions:
    return ProfileOptions.model_validate_json(text(row, "options"))


# "2026-10, CSV", with both days where they are no whole month.
_CALLED: Final = """
  COALESCE(
    iif(
      json_extract(exports.filter, '$.to')
        = date(json_extract(exports.filter, '$.from'), 'start of month', '+1 month', '-1 day')
        AND json_extract(exports.filter, '$.from') LIKE '%-01',
      substr(json_extract(exports.filter, '$.from'), 1, 7),
      json_extract(exports.filter, '$.from') || ' to ' || json_extract(exports.filter, '$.to')
    ) || ', ', '') || upper(exports.format)
"""
NAMED: Final = Named(
    "export",
    find=f"""
      SELECT asked.value AS id, {_CALLED} AS name, substr(exports.created_at, 1, 10) AS day,
        '/exports/' || exports.id AS path, exports.run_id AS stream
      FROM json_each(?2) AS asked
      CROSS JOIN runs ON runs.id = asked.value AND runs.kind = 'export'
      CROSS JOIN exports ON exports.id = runs.subject
      WHERE exports.account_id = ?1
      UNION ALL
      SELECT asked.value, {_CALLED}, substr(exports.created_at, 1, 10), '/exports/' || exports.id,
        exports.run_id
      FROM json_each(?2) AS asked CROSS JOIN exports ON exports.id = asked.value
      WHERE exports.account_id = ?1
    """,
)
TABLES: Final = (
    Table(
        "export_items",
        Gone(ACCOUNT),
        subject=Emptied(
            "content = '{}'",
            f"account_id = ?1 AND expense_id IN ({IDS_OF_RECEIPT}) AND content <> '{{}}'",
        ),
        person=Stays("what was handed on is the account's"),
        key="export_id, part, place",
        loosened=(Emptied("corrects = NULL", "corrects IS NOT NULL AND account_id = ?1"),),
    ),
    Table(
        "export_bookings",
        Gone(ACCOUNT),
        key="export_id, place",
        loosened=(Emptied("corrects = NULL", "corrects IS NOT NULL AND account_id = ?1"),),
    ),
    Table(
        "export_links",
        Gone(ACCOUNT),
        shut=Shut("revoked_at = COALESCE(revoked_at, ?1)"),
        without=frozenset({"hash"}),
    ),
    Table(
        "export_files",
        Gone("export_id IN (SELECT id FROM exports WHERE account_id = ?1)"),
        key="export_id, number",
    ),
    Table("export_parts", Gone("export_id IN (SELECT id FROM exports WHERE account_id = ?1)")),
    Table("closed_periods", Gone(ACCOUNT)),
    Table(
        "exports",
        Gone(ACCOUNT),
        loosened=(Emptied("as_closed_in = NULL", "as_closed_in IS NOT NULL AND account_id = ?1"),),
    ),
    Table("export_profiles", Gone(ACCOUNT)),
)
