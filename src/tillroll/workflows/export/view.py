"""What the API shows of an export's run, beside what every run has."""

from tillroll.durable import View
from tillroll.platform.bindings.database import Row
from tillroll.platform.json import JsonObject
from tillroll.workflows.export.rows.exports import SELECT_EXPORTS, export_shape
from tillroll.workflows.export.shapes import ExportShape

# A run with its export.
_QUERY = f"""
  SELECT page.run_id AS run_id, shown.*
  FROM page
  JOIN runs AS asked ON asked.id = page.run_id
  JOIN ({SELECT_EXPORTS}) AS shown ON shown.id = asked.subject
"""  # noqa: S608 - constants


def _listed(row: Row) -> JsonObject:
    return {"export": export_shape(row).as_json()}


VIEW = View(query=_QUERY, listed=_listed, shapes={"export": ExportShape})
