"""What the cron knows of the files of exports. Importing it imports none of the work."""

from typing import Final

from tillroll_durable import ObjectsInUse

# {account}/exports/{export}/{name}: its parts, which are in use until all files are there, and the
# files.
OBJECTS_IN_USE: Final = ObjectsInUse(
    keys=r"[^/]+/exports/xpt_[^/]+/[^/]+",
    query="""
      SELECT keys.value AS object_key
      FROM (SELECT value, substr(value, instr(value, '/exports/') + 9) AS rest FROM json_each(?1)
            WHERE instr(value, '/exports/') > 0) AS keys
      JOIN exports ON exports.id = substr(keys.rest, 1, instr(keys.rest, '/') - 1)
      WHERE EXISTS (SELECT 1 FROM export_files WHERE export_id = exports.id
          AND object_key = keys.value)
        OR exports.finished_at IS NULL
          AND EXISTS (SELECT 1 FROM export_parts WHERE export_id = exports.id
              AND object_key = keys.value)
    """,
)
