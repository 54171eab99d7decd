"""The rows of an export: itself, its parts, its files, and what they say to the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from tillroll.durable import ObjectsInUse, Statement, statement
from tillroll.durable.record.runs import NewRun
from tillroll.expenses.exported import decimal_amount
from tillroll.exports.contract import EXPORT_V1, KIND
from tillroll.exports.lines import IN_REVIEW, Choice, closed_where
from tillroll.exports.models import (
    ExportFilter,
    ExportShape,
    FileShape,
    ProfileName,
    ProfileOptions,
    Progress,
    Total,
    profile_of,
)
from tillroll.exports.writers.formats import FORMATS, About, Format, Profile, file_name
from tillroll.platform.bindings.database import Database, Row, Value, integer, of_row, optional_text, text
from tillroll.platform.json import dump, load, load_object

# {account}/exports/{export}/{name}: its parts, which are in use until all files are there, and the files.
OBJECTS_IN_USE = ObjectsInUse(
    keys=r"[^/]+/exports/xpt_[^/]+/[^/]+",
    query="""
      SELECT keys.value AS object_key
      FROM (SELECT value, substr(value, instr(value, '/exports/') + 9) AS rest FROM json_each(?1)
            WHERE instr(value, '/exports/') > 0) AS keys
      JOIN exports ON exports.id = substr(keys.rest, 1, instr(keys.rest, '/') - 1)
      WHERE EXISTS (SELECT 1 FROM export_files WHERE export_id = exports.id AND object_key = keys.value)
        OR exports.finished_at IS NULL
          AND EXISTS (SELECT 1 FROM export_parts WHERE export_id = exports.id AND object_key = keys.value)
    """,
)

# The files of an export as a JSON array.
_FILES = """
  (SELECT json_group_array(json_array(number, size, sha256, expenses, json(remarks)))
   FROM (SELECT * FROM export_files WHERE export_id = exports.id ORDER BY number))
"""
# An export with its parts added up, and with where the newest run of its chain stands: the one that it names, or the
# continuation of that, which has done nothing yet.
SELECT_EXPORTS = f"""
  SELECT exports.*, accounts.name AS account_name, accounts.base_currency, export_profiles.name AS profile_name,
    COALESCE(following.id, runs.id) AS newest_run_id, COALESCE(following.state, runs.state) AS state,
    COALESCE(following.status, runs.status) AS status, COALESCE(following.reason, runs.reason) AS reason,
    COALESCE(following.next_safe_action, runs.next_safe_action) AS next_safe_action,
    (SELECT closing.created_at FROM exports AS closing WHERE closing.id = exports.as_closed_in) AS closed_at,
    (SELECT COALESCE(SUM(expenses), 0) FROM export_parts WHERE export_id = exports.id) AS gathered,
    (SELECT MIN(first_day) FROM export_parts WHERE export_id = exports.id) AS first_day,
    (SELECT MAX(last_day) FROM export_parts WHERE export_id = exports.id) AS last_day,
    (SELECT COUNT(*) FROM export_items WHERE export_id = exports.id AND corrects IS NOT NULL) AS corrections,
    (SELECT COUNT(*) FROM export_items WHERE export_id = exports.id AND after_closing IS NOT NULL) AS after_closing,
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
  LEFT JOIN runs AS following ON following.account_id = exports.account_id AND following.kind = '{KIND}'
    AND following.begin_key = exports.run_id || ':continue'
"""  # noqa: S608 - constants
_PERIOD = "period:"


@dataclass(frozen=True)
class Export:
    """A row of `exports` as its workflow needs it. `requested_by` is an actor's name."""

    id: str
    account_id: str
    file: Format
    choice: Choice
    about: About
    requested_by: str = ""


@dataclass(frozen=True)
class Asked:
    """What is asked for: a format by a profile's options, of which expenses."""

    file_format: str
    chosen: ExportFilter
    options: ProfileOptions
    profile_id: str | None = None
    only_new: bool = False
    as_closed_in: str | None = None
    closes: str | None = None

    @property
    def series(self) -> str:
        """What this export continues."""
        if self.closes is not None:
            return f"{_PERIOD}{self.closes}"
        return f"format:{self.file_format}" if self.profile_id is None else f"profile:{self.profile_id}"


async def load_export(database: Database, export_id: str) -> Export | None:
    """None where there is none, or its format is not deployed any more."""
    row = await database.first(
        statement(
            """
            SELECT exports.*, accounts.name AS account_name, accounts.base_currency,
              (SELECT closing.created_at FROM exports AS closing WHERE closing.id = exports.as_closed_in) AS closed_at,
              (SELECT MIN(first_day) FROM export_parts WHERE export_id = exports.id) AS first_day,
              (SELECT MAX(last_day) FROM export_parts WHERE export_id = exports.id) AS last_day
            FROM exports JOIN accounts ON accounts.id = exports.account_id WHERE exports.id = ?
            """,
            export_id,
        )
    )
    if row is None or text(row, "format") not in FORMATS:
        return None
    chosen = ExportFilter.model_validate_json(text(row, "filter"))
    about = _about(row, chosen)
    return Export(
        id=export_id,
        account_id=text(row, "account_id"),
        file=FORMATS[text(row, "format")],
        choice=of_row(
            Choice,
            row,
            chosen=chosen,
            asked_at=text(row, "created_at"),
            export_id=export_id,
            not_before=_first_possible_day(chosen, about.profile),
            closes=text(row, "series").startswith(_PERIOD),
        ),
        about=about,
        requested_by=text(row, "requested_by"),
    )


def _first_possible_day(chosen: ExportFilter, profile: Profile) -> str | None:
    """The first day that a file can have, which is that of the fiscal year; None for any."""
    if profile.datev is None or chosen.found.last_day is None:
        return None
    return profile.datev.fiscal_year_of(chosen.found.last_day).isoformat()


def insert_export(run: NewRun, asked: Asked, requested_by: str, now: str) -> Statement:
    """An export with how many expenses it will have; `run` is the first of its chain.

    Changes no row where another export of its series that hands on only what is new has not ended: both would hand on
    the same.
    """
    table, where, values = chosen_rows(asked, run.account_id, run.subject, now)
    return statement(
        f"""
        INSERT INTO exports (id, account_id, run_id, format, filter, requested_by, created_at, profile_id, options,
                             series, only_new, as_closed_in, expected)
        SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT COUNT(*) FROM {table} WHERE {where})
        WHERE NOT EXISTS (
          SELECT 1 FROM ({SELECT_EXPORTS} WHERE exports.account_id = ? AND exports.series = ?) AS other
          WHERE ? = 1 AND other.only_new = 1 AND other.finished_at IS NULL AND other.status IN ('processing', 'failed')
        )
        """,  # noqa: S608 - the conditions are written in the code
        run.subject,
        run.account_id,
        run.id,
        asked.file_format,
        dump(asked.chosen.as_json()),
        requested_by,
        now,
        asked.profile_id,
        dump(asked.options.as_json()),
        asked.series,
        int(asked.only_new),
        asked.as_closed_in,
        *values,
        run.account_id,
        asked.series,
        int(asked.only_new),
    )


def count_of(asked: Asked, account_id: str, now: str) -> Statement:
    """How many expenses it would hold now, in the column `expenses`."""
    table, where, values = chosen_rows(asked, account_id, "", now)
    return statement(f"SELECT COUNT(*) AS expenses FROM {table} WHERE {where}", *values)  # noqa: S608 - see above


def chosen_rows(asked: Asked, account_id: str, export_id: str, now: str) -> tuple[str, str, list[Value]]:
    """The table that the expenses are in, the conditions, and their values."""
    choice = _choice_of(asked, account_id, export_id, now)
    if asked.as_closed_in is not None:
        return "export_items", *closed_where(choice)
    return "expenses", *choice.where()


def left_out_rows(asked: Asked, account_id: str, now: str) -> tuple[str, list[Value]]:
    """Conditions over `expenses` for what the filter finds and the export does not hold, and their values: what is in
    review; of days that are closed, whatever was not in them then."""
    choice = _choice_of(asked, account_id, "", now)
    if asked.as_closed_in is None:
        return choice.where(are=IN_REVIEW)
    where, values = choice.where(are="expenses.status <> 'voided'")
    held = "SELECT 1 FROM export_items AS closed WHERE closed.export_id = ? AND closed.expense_id = expenses.id"
    return f"{where} AND NOT EXISTS ({held})", [*values, asked.as_closed_in]


def _choice_of(asked: Asked, account_id: str, export_id: str, now: str) -> Choice:
    return Choice(
        account_id=account_id,
        chosen=asked.chosen,
        asked_at=now,
        export_id=export_id,
        series=asked.series,
        only_new=asked.only_new,
        not_before=_first_possible_day(asked.chosen, profile_of(asked.options)),
        as_closed_in=asked.as_closed_in,
    )


def insert_part(
    export_id: str, number: int, key: str, days: tuple[str, str], sums: Mapping[str, int], count: int
) -> Statement:
    """`days` are the first and the last of its lines."""
    return statement(
        """
        INSERT INTO export_parts (export_id, number, object_key, expenses, totals, first_day, last_day)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        export_id,
        number,
        key,
        count,
        dump(dict(sums)),
        *days,
    )


def export_shape(row: Row) -> ExportShape:
    """A row of SELECT_EXPORTS."""
    state = EXPORT_V1.shown_state(text(row, "state"), text(row, "status"), text(row, "next_safe_action"))
    chosen = ExportFilter.model_validate_json(text(row, "filter"))
    file, export_id = FORMATS[text(row, "format")], text(row, "id")
    files = [_file_shape(each, row, chosen) for each in cast("list[list[Any]]", load(text(row, "files")))]
    done, finished_at = integer(row, "gathered"), optional_text(row, "finished_at")
    first = files[0] if files and finished_at is not None else None
    profile_id = optional_text(row, "profile_id")
    return of_row(
        ExportShape,
        row,
        id=export_id,
        run_id=text(row, "newest_run_id"),
        format=file.name,
        profile=None if profile_id is None else ProfileName(id=profile_id, name=text(row, "profile_name")),
        filter=chosen,
        as_closed=row["as_closed_in"] is not None,
        status=state.status,
        state=state.name,
        message=state.says.format(reason=optional_text(row, "reason") or "no reason was given."),
        progress=Progress(done=done, of=done if finished_at else max(done, integer(row, "expected"))),
        count=done,
        totals=[
            Total(currency=currency, total=decimal_amount(int(str(minor)), currency) or "")
            for currency, minor in load_object(text(row, "totals")).items()
        ],
        files=files,
        file_name=file_name(file, _about(row, chosen)),
        file_url=None if first is None else f"/api/exports/{export_id}/file",
        size=None if first is None else first.size,
        sha256=None if first is None else first.sha256,
        finished_at=finished_at,
    )


def _file_shape(values: list[Any], row: Row, chosen: ExportFilter) -> FileShape:
    number, size, sha256, count, remarks = values
    return FileShape(
        number=number,
        file_name=file_name(FORMATS[text(row, "format")], _about(row, chosen, number)),
        url=f"/api/exports/{text(row, 'id')}/file?number={number}",
        size=size,
        sha256=sha256,
        count=count,
        remarks=remarks,
    )


def _about(row: Row, chosen: ExportFilter, number: int = 1) -> About:
    return About(
        account_name=text(row, "account_name"),
        first_day=chosen.first_day,
        last_day=chosen.last_day,
        # What was closed is handed on as of then, whenever it is asked for: the same file each time.
        asked_at=optional_text(row, "closed_at") or text(row, "created_at"),
        earliest=optional_text(row, "first_day"),
        latest=optional_text(row, "last_day"),
        base_currency=optional_text(row, "base_currency"),
        profile=profile_of(ProfileOptions.model_validate_json(text(row, "options"))),
        number=number,
    )
