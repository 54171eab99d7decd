"""The files of an export."""

from typing import TYPE_CHECKING, cast

from tillroll.durable import Statement, statement
from tillroll.platform.json import Json, dump

if TYPE_CHECKING:
    from tillroll.workflows.export.writing import Written


def insert_file(export_id: str, number: int, written: "Written") -> Statement:
    return statement(
        """
        INSERT INTO export_files (export_id, number, object_key, size, sha256, expenses, remarks)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        export_id,
        number,
        written.key,
        written.size,
        written.sha256,
        written.lines,
        dump(cast("Json", [*written.remarks])),
    )


def finish(export_id: str, now: str) -> Statement:
    """All files are there."""
    return statement("UPDATE exports SET finished_at = ?2 WHERE id = ?1", export_id, now)
