"""Four eyes: above which amounts a second person decides, and who that may be."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, LiteralString, TypeAlias

from tillroll.access.permissions import Permission
from tillroll.access.roles import NOW, behind, given_by_asker, holders_in_sql, person_of
from tillroll.payouts.models import BY_FILE
from tillroll.payouts.repository import OUTCOME
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, Row, integer, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import dump, load_texts
from tillroll_durable.platform.refusals import FOUR_EYES, Refusal
from tillroll_durable.platform.services import Platform

_TABLES: Final[Mapping[str, tuple[LiteralString, LiteralString]]] = {
    "payout": ("payouts", "run_id"),
    "batch": ("payout_batches", "run_id"),
    "change": ("payout_changes", "id"),
}


class SecondNeeded(Refusal):
    """Somebody else has to decide; nothing was changed. The message says why."""

    kind = FOUR_EYES


async def may_decide_on(
    what: Literal["payout", "batch", "change"], platform: Platform, id_: str, user_id: str
) -> str | None:
    """Why this person may not decide; None where they may. The person who asked is known by what
    they asked with: their browser, a token of theirs, or a source of events that they made, mapped,
    or gave a secret. Of a person who was let in by a link that its maker saw, the maker counts too.
    Who was let approve by an asker waits for a day: they may be the asker under another name."""
    return (await may_not_decide_on(what, platform, ids=[id_], user_id=user_id)).get(id_)


async def may_not_decide_on(
    what: Literal["payout", "batch", "change"], platform: Platform, ids: Sequence[str], user_id: str
) -> Mapping[str, str]:
    """The things among `ids` on which this person may not decide, as `may_decide_on` has it, each
    with the reason."""
    table, key = _TABLES[what]
    askers = behind("asker.user_id", "asker.at")
    approves = f"r.user_id = ?2 AND r.role IN ({holders_in_sql(Permission.APPROVE)})"
    fresh = given_by_asker("r", askers, "?3")
    query = f"""
      WITH asker (id, user_id, source_id, at) AS (
        SELECT p.{key}, {person_of("p.asked_by")}, NULL, p.created_at
        FROM {table} p
        WHERE p.{key} IN (SELECT value FROM json_each(?1)) AND p.asked_by NOT LIKE 'event:%'
        UNION ALL
        SELECT p.{key}, s.user_id, s.source_id, e.received_at
        FROM {table} p JOIN inbound_events e ON p.asked_by = 'event:' || e.id
        JOIN inbound_source_people s ON s.source_id = e.source_id
          AND (s.until IS NULL OR s.until >= e.received_at)
        WHERE p.{key} IN (SELECT value FROM json_each(?1))
      )
      SELECT id, user_id, source_id, {askers} AS askers, {behind("?2", NOW)} AS deciders,
        EXISTS (SELECT 1 FROM user_roles r WHERE {approves} AND {fresh})
        AND NOT EXISTS (SELECT 1 FROM user_roles r WHERE {approves}
          AND NOT COALESCE({fresh}, 0)) AS is_fresh
      FROM asker ORDER BY user_id <> ?2
    """
    now = to_text(platform.clock.now())
    refused: dict[str, str] = {}
    for row in await platform.database.all(statement(query, [dump([*ids]), user_id, now])):
        why = _refused(what, row, user_id)
        if why:
            refused.setdefault(text(row, "id"), why)
    return refused


def _refused(what: str, row: Row, user_id: str) -> str | None:
    """Why a person may not decide on what somebody asked for, by the row of that somebody."""
    if row["user_id"] == user_id and row["source_id"] is not None:
        return (
            f"An event of a source that you set up asked for this {what}: somebody else has to "
            "decide on it."
        )
    if row["user_id"] == user_id:
        return f"You asked for this {what}: somebody else has to decide on it."
    if {*load_texts(text(row, "askers"))} & {*load_texts(text(row, "deciders"))}:
        return (
            f"You and the person who asked for this {what} may be one: one of you came by a link "
            "that the other made and saw. Somebody else has to decide. Or one of you has a link "
            "mailed to their confirmed address, and comes by that."
        )
    if row["is_fresh"]:
        return (
            f"The person who asked for this {what} let you approve less than a day ago. Somebody "
            "else has to decide on it, or you, a day after that."
        )
    return None


Line: TypeAlias = tuple[str, str, int]
"""A payee, a currency, and minor units."""
# Only the word of people says that the bank did not pay what stands in a file.
_IN_A_FILE: Final = (
    "EXISTS (SELECT 1 FROM payment_instructions i "
    "WHERE i.run_id = p.run_id AND i.file_id IS NOT NULL)"
)
# A payment by file is made when its file says, however long ago it was asked for: it counts from
# when it is asked for until a day after its file was made, and after the day of that.
_WITHIN_THE_DAY: Final = f"""(
  p.created_at > (SELECT begins FROM day) OR e.paid_by = '{BY_FILE}' AND NOT EXISTS (
    SELECT 1 FROM payment_instructions i JOIN payment_files f ON f.id = i.file_id
    WHERE i.run_id = p.run_id AND f.created_at <= (SELECT begins FROM day)
      AND f.execution_day <= (SELECT substr(begins, 1, 10) FROM day)
  )
)"""
# Who a payee `e` is: the person whose expenses it pays back, also by another payee to the same
# place, else that place.
_WHO: Final = """COALESCE((
  SELECT MIN(o.person) FROM payees o WHERE o.account_id = e.account_id AND o.paid_to = e.paid_to
    AND o.person IS NOT NULL), e.paid_to)"""
_IS_THEM: Final = """(
  e.paid_to = a.who OR e.person = a.who
  OR e.paid_to IN (SELECT o.paid_to FROM payees o WHERE o.account_id = e.account_id
    AND o.person = a.who))"""
# What else was asked to be paid to the payees of `?2` (payee, currency, minor units), from a day
# before the run `?3` on; where `?4`, until a day behind it. `?5` stands for now, where there is no
# such run yet. Two payees are one where they are paid at the same place, or are one person. A batch
# counts by what it asks for until all is begun.
_TOGETHER: Final = f"""
  WITH asked AS (
    SELECT {_WHO} AS who, json_extract(line.value, '$[1]') AS currency,
      SUM(json_extract(line.value, '$[2]')) AS amount
    FROM json_each(?2) line JOIN payees e ON e.id = json_extract(line.value, '$[0]')
      AND e.account_id = ?1
    GROUP BY who, currency
  ),
  day AS (
    SELECT strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '-1 day') AS begins,
      CASE WHEN ?4 THEN strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+1 day') ELSE '9999' END AS ends
    FROM (SELECT COALESCE((SELECT created_at FROM runs WHERE id = ?3), ?5) AS created_at)
  ),
  beginning AS (
    SELECT b.run_id, b.created_at > (SELECT begins FROM day) AS is_new
    FROM payout_batches b JOIN runs r ON r.id = b.run_id
    WHERE b.account_id = ?1 AND b.created_at < (SELECT ends FROM day) AND b.run_id <> ?3
      AND r.status IN ('processing', 'needs_review', 'failed')
      AND (SELECT COUNT(*) FROM payouts WHERE batch_id = b.run_id) < b.payments
  )
  SELECT a.currency, a.amount + COALESCE((
      SELECT SUM(p.amount) FROM payees e JOIN payouts p ON p.payee_id = e.id
      JOIN runs r ON r.id = p.run_id
      WHERE e.account_id = ?1 AND {_IS_THEM} AND p.currency = a.currency
        AND {_WITHIN_THE_DAY} AND p.created_at < (SELECT ends FROM day) AND p.run_id <> ?3
        AND (p.batch_id IS NULL OR p.batch_id <> ?3
          AND p.batch_id NOT IN (SELECT run_id FROM beginning WHERE is_new
            OR e.paid_by = '{BY_FILE}'))
        AND ({OUTCOME} IN ('paid', 'open', 'unknown') OR {_IN_A_FILE})
    ), 0) + COALESCE((
      SELECT SUM(json_extract(line.value, '$.amount'))
      FROM beginning b JOIN runs r ON r.id = b.run_id CROSS
      JOIN json_each(r.params, '$.payouts') line
      JOIN payees e ON e.id = json_extract(line.value, '$.payee_id') AND e.account_id = ?1
      WHERE {_IS_THEM} AND json_extract(line.value, '$.currency') = a.currency
        AND (b.is_new OR e.paid_by = '{BY_FILE}')
    ), 0) AS amount
  FROM asked a
"""


async def limits_of(database: Database, account_id: str) -> dict[str, int]:
    """Load by currency the minor units above which a second person decides."""
    query = "SELECT currency, above FROM payout_limits WHERE account_id = ? ORDER BY currency"
    rows = await database.all(statement(query, [account_id]))
    return {text(row, "currency"): integer(row, "above") for row in rows}


async def needs_second(
    database: Database, account_id: str, run_id: str, lines: Iterable[Line], at: str | None = None
) -> bool:
    """Whether a second person decides on what a run pays. The sum of its lines in a currency is
    above its limit, or what one payee gets within a day is. Where there are limits, that of a
    currency without one is 0. `at` stands for the time of a run that is not there yet."""
    return bool(await which_need_second(database, account_id, {run_id: [*lines]}, at=at))


async def which_need_second(
    database: Database,
    account_id: str,
    lines_by_payout: Mapping[str, Sequence[Line]],
    *,
    is_past: bool = False,
    at: str | None = None,
) -> set[str]:
    """The ids of the runs on which a second person decides; `lines_by_payout` has what each pays.
    `is_past`: they went on already, so what was asked for a day or more later does not count."""
    limits = await limits_of(database, account_id)
    if not limits or not lines_by_payout:
        return set()
    together = await database.batch(
        [
            statement(
                _TOGETHER, [account_id, dump([[*line] for line in lines]), run_id, int(is_past), at]
            )
            for run_id, lines in lines_by_payout.items()
        ]
    )
    return {
        run_id
        for (run_id, lines), rows in zip(lines_by_payout.items(), together, strict=True)
        if any(
            amount > limits.get(currency, 0)
            for currency, amount in [
                *sums_of_lines(lines).items(),
                *((text(row, "currency"), integer(row, "amount")) for row in rows),
            ]
        )
    }


def sums_of_lines(lines: Iterable[Line]) -> Counter[str]:
    """Minor units by currency."""
    sums: Counter[str] = Counter()
    for _, currency, amount in lines:
        sums[currency] += amount
    return sums
