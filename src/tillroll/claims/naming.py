"""What people call a claim, in SQL, and by which name the audit finds it."""

from typing import Final

from tillroll_durable.platform.bindings.database import digits
from tillroll_durable.platform.naming import MOST_LOOKED_AT, Named, may_say

NUMBER: Final = """
  iif({claims}.has_invoice, 'INV-', '') || printf('%d-%04d', {claims}.year, {claims}.number)
"""
"""The number of an issued claim of the table or alias `claims`."""
TITLE: Final = f"""
  iif({{claims}}.has_invoice, 'Invoice ', 'Claim ') || {NUMBER} || ', ' || {{claims}}.payer_name
"""

_COLUMNS: Final = (
    "claims.payer_name AS name, claims.issued_on AS day, '/claims/' || claims.run_id AS "
    "path, claims.run_id AS stream"
)
NAMED: Final = Named(
    "claim",
    find=f"""
      SELECT asked.value AS id, {_COLUMNS} FROM json_each(?2) AS asked CROSS
      JOIN claims ON claims.run_id = asked.value
      WHERE claims.account_id = ?1
    """,
    search=f"""
      SELECT claims.run_id AS id, {_COLUMNS} FROM claims
      WHERE claims.account_id = ?1 AND {may_say("claims.payer_name")}
      ORDER BY claims.created_at DESC LIMIT {digits(MOST_LOOKED_AT)}
    """,
)
