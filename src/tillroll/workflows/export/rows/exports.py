"""The rows of an export: itself, its parts, and what both say to the API."""

from collections.abc import Mapping
from dataclasses import dataclass

from tillroll.durable import ObjectsInUse, Statement, statement
from tillroll.durable.record.runs import NewRun
from tillroll.exports.expense import decimal_amount
from tillroll.exports.formats import FORMATS, file_name
from tillroll.exports.writer import About, Format
from tillroll.platform.bindings.database import Database, Row, integer, optional_integer, optional_text, text
from tillroll.platform.json import dump, load_object
from tillroll.workflows.export.contract import EXPORT_V1, KIND
from tillroll.workflows.export.rows.expenses import Choice
from tillroll.workflows.export.shapes import ExportFilter, ExportShape, ProgressShape, TotalShape

# {account}/exports/{export}/{name}: its parts, which are in use until the file is there, and the file.
OBJECTS_IN_USE = ObjectsInUse(
    keys=r"[^/]+/exports/xpt_[^/]+/[^/]+",
    query="""
      SELECT keys.value AS object_key
      FROM (SELECT value, substr(value, instr(value, '/exports/') + 9) AS rest FROM json_each(?1)
            WHERE instr(value, '/exports/') > 0) AS keys
      JOIN exports ON exports.id = substr(keys.rest, 1, instr(keys.rest, '/') - 1)
      WHERE exports.object_key = keys.value
        OR exports.object_key IS NULL
          AND EXISTS (SELECT 1 FROM export_parts WHERE export_id = exports.id AND object_key = keys.value)
    """,
)

# An export with its parts added up, and with where the newest run of its chain stands: the one that it names, or the
# continuation of that, which has done nothing yet.
SELECT_EXPORTS = f"""
  SELECT exports.*, accounts.name AS account_name,
    COALESCE(following.id, runs.id) AS newest_run_id, COALESCE(following.state, runs.state) AS state,
    COALESCE(following.status, runs.status) AS status, COALESCE(following.reason, runs.reason) AS reason,
    COALESCE(following.next_safe_action, runs.next_safe_action) AS next_safe_action,
    (SELECT COALESCE(SUM(expenses), 0) FROM export_parts WHERE export_id = exports.id) AS gathered,
    (SELECT MIN(first_day) FROM export_parts WHERE export_id = exports.id) AS first_day,
    (SELECT MAX(last_day) FROM export_parts WHERE export_id = exports.id) AS last_day,
    (SELECT json_group_object(currency, minor) FROM (
      SELECT sums.key AS currency, CAST(SUM(sums.value) AS INTEGER) AS minor
      FROM export_parts, json_each(export_parts.totals) AS sums
      WHERE export_parts.export_id = exports.id GROUP BY sums.key ORDER BY sums.key
    )) AS totals
  FROM exports
  JOIN accounts ON accounts.id = exports.account_id
  JOIN runs ON runs.id = exports.run_id
  LEFT JOIN runs AS following ON following.account_id = exports.account_id AND following.kind = '{KIND}'
    AND following.begin_key = exports.run_id || ':continue'
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class Export:
    """A row of `exports` as its workflow needs it."""

    id: str
    account_id: str
    file: Format
    choice: Choice
    about: About


async def load_export(database: Database, export_id: str) -> Export | None:
    """None where there is none, or its format is not deployed any more."""
    row = await database.first(
        statement(
            """
            SELECT exports.*, accounts.name AS account_name
            FROM exports JOIN accounts ON accounts.id = exports.account_id WHERE exports.id = ?
            """,
            export_id,
        )
    )
    if row is None or text(row, "format") not in FORMATS:
        return None
    account_id, asked_at = text(row, "account_id"), text(row, "created_at")
    chosen = ExportFilter.model_validate_json(text(row, "filter"))
    return Export(
        id=export_id,
        account_id=account_id,
        file=FORMATS[text(row, "format")],
        choice=Choice(account_id, chosen, asked_at),
        about=_about(row, chosen),
    )


def insert_export(run: NewRun, file_format: str, chosen: ExportFilter, requested_by: str, now: str) -> Statement:
    """An export with how many expenses it will have; `run` is the first of its chain."""
    where, values = Choice(run.account_id, chosen, now).where()
    return statement(
        f"""
        INSERT INTO exports (id, account_id, run_id, format, filter, requested_by, created_at, expected)
        VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT COUNT(*) FROM expenses WHERE {where}))
        """,  # noqa: S608 - the conditions are written in the code
        run.subject,
        run.account_id,
        run.id,
        file_format,
        dump(chosen.as_json()),
        requested_by,
        now,
        *values,
    )


def insert_part(
    export_id: str, number: int, key: str, days: tuple[str, str], sums: Mapping[str, int], count: int
) -> Statement:
    """`days` are those of its first and of its last expense."""
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
    file = FORMATS[text(row, "format")]
    is_there = row["object_key"] is not None
    return ExportShape(
        id=text(row, "id"),
        run_id=text(row, "newest_run_id"),
        format=file.name,
        filter=chosen,
        status=state.status,
        state=state.name,
        message=state.says.format(reason=optional_text(row, "reason") or "no reason was given."),
        progress=ProgressShape(done=integer(row, "gathered"), of=integer(row, "expected")),
        count=integer(row, "gathered"),
        totals=[
            TotalShape(currency=currency, total=decimal_amount(int(str(minor)), currency) or "")
            for currency, minor in load_object(text(row, "totals")).items()
        ],
        first_day=optional_text(row, "first_day"),
        last_day=optional_text(row, "last_day"),
        file_name=file_name(file, _about(row, chosen)),
        file_url=f"/api/exports/{text(row, 'id')}/file" if is_there else None,
        size=optional_integer(row, "size"),
        sha256=optional_text(row, "sha256"),
        created_at=text(row, "created_at"),
        finished_at=optional_text(row, "finished_at"),
    )


def _about(row: Row, chosen: ExportFilter) -> About:
    days = [None if day is None else day.isoformat() for day in (chosen.first_day, chosen.last_day)]
    return About(text(row, "account_name"), days[0], days[1], text(row, "created_at"))
