"""What left a place after its backup was made: payments, numbers, mails, reminders, books, links.

The restored place cannot take it back. It says what it was, gives no number out twice, and waits
until it knows.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from tillroll.claims.repository import LARGEST_NUMBERS, raise_floor
from tillroll.restored_place import HOLD
from tillroll_command.sql import literal
from tillroll_durable.platform.bindings.database import Statement
from tillroll_durable.platform.json import JsonObject

LEFT: Final[Mapping[str, str]] = {
    "effect.intended": "another system was asked for something",
    "payment_file.made": "a file for the bank was made",
    "claim.issued": "a claim or an invoice was given a number",
    "claim.credited": "a credit note was given a number",
    "claim.presented": "a claim was sent to its payer",
    "claim.reminder": "a payer was reminded",
    "claim.second_reminder": "a payer was reminded again",
    "claim_link.created": "a link to a claim was handed out",
    "export_link.created": "a link to an export was handed out",
    "data_export.finished": "the files of a data export were handed out",
    "period.closed": "a period was closed, with what goes into an export",
    "books.synced": "books were written",
    "export.made": "an export was made",
}
"""The actions of the audit by which something left, with what that was."""
_NUMBERED: Final = ("claim.issued", "claim.credited")
NUMBERS: Final = "claim.numbers"
"""What stands in a list in place of an action: the largest number of a series."""
LARGEST: Final = LARGEST_NUMBERS
LIFT: Final = f"DELETE FROM reconciler_cursors WHERE name = {literal(HOLD)};\n"
IS_HELD: Final = f"SELECT position FROM reconciler_cursors WHERE name = {literal(HOLD)}"
"""SQL: it was said what left, so payouts and numbers wait no more."""


_CREATED: Final = "run.created"
EXPORTS: Final = f"""
  SELECT 'export.made' AS action, account_id, event_key, at, detail FROM audit_events
  WHERE action = {literal(_CREATED)} AND stream IN (SELECT run_id FROM exports)
"""
"""SQL: the exports of a place, as the rows of `endings_query`. The copies of seals do not tell them
from other runs."""
# The three series of an account, by the words of `claim_number_floors`.
_SERIES: Final = """'["claim", "invoice", "credit_note"]'"""
_BLOCK: Final = 10_000
"""Numbers have four digits. A new series has five, of which the first one is its mark."""


def new_series(year: int, account_id: str | None = None) -> str:
    """SQL that begins new series of a year for an account, or for all: it is not known which
    numbers were given out, and each one stands for one document.
    """
    accounts = "accounts a"
    if account_id is not None:
        accounts = f"(SELECT {literal(account_id)} AS id) a"
    return f"""
      INSERT INTO claim_number_floors (account_id, series, year, number)
      SELECT a.id, s.value, {year}, {_BLOCK} * (1 + COALESCE(MAX(n.number), 0) / {_BLOCK})
      FROM {accounts} JOIN json_each({_SERIES}) s
      LEFT JOIN ({LARGEST_NUMBERS} UNION ALL
        SELECT account_id, series, year, number FROM claim_number_floors) n
        ON n.account_id = a.id AND n.series = s.value AND n.year = {year}
      WHERE true GROUP BY a.id, s.value
      ON CONFLICT (account_id, series, year) DO UPDATE SET number = excluded.number;
    """


def lost_numbers(missing: Iterable[tuple[str, str]]) -> list[str]:
    """The accounts that gave numbers out behind the backup, by the account and action of each
    ending that is missing here, and whose largest numbers no list says.
    """
    pairs = [*missing]
    listed = {account_id for account_id, action in pairs if action == NUMBERS}
    numbered = {account_id for account_id, action in pairs if action in _NUMBERED}
    return sorted(numbered - listed)


def sentence_of(action: str, account_id: str, at: str, detail: JsonObject) -> str:
    """What left, for a person, with the ids that the audit has."""
    parts = [str(detail[name]) for name in ("step", "claim", "file", "link") if detail.get(name)]
    names = ", ".join(parts)
    if names:
        names = f" ({names})"
    return f"{account_id}: {LEFT[action]}{names}, at {at}. It left already."


def numbers_of_rows(rows: Iterable[Mapping[str, object]]) -> Iterator[JsonObject]:
    """The largest numbers, as lines of a list, from the rows of `LARGEST`."""
    at = datetime.now(UTC).isoformat()
    for row in rows:
        series = str(row["series"])
        year = int(str(row["year"]))
        number = int(str(row["number"]))
        account_id = str(row["account_id"])
        yield {
            "action": NUMBERS,
            "account_id": account_id,
            "event_key": f"{NUMBERS}:{account_id}:{series}:{year}:{number}",
            "at": at,
            "detail": f'{{"series": "{series}", "year": {year}, "number": {number}}}',
        }


def floor_of(account_id: str, detail: JsonObject) -> Statement:
    """What has the numbers of a series go on behind the largest one of the old place."""
    year = int(str(detail["year"]))
    number = int(str(detail["number"]))
    return raise_floor(account_id, str(detail["series"]), year, number)
