"""Whose word is the last on two expenses that may be one, `a` and the older `b`: its SQL."""

from typing import Final, LiteralString

from tillroll.access.permissions import Permission
from tillroll.access.roles import behind, holders_in_sql, person_of
from tillroll_durable.platform.bindings.database import word

# Who said of two expenses, `a` and the older `b`, that they are two purchases: by a verdict, or by
# confirming a receipt that was asked about as a duplicate. But nobody confirms so their own and
# another's, which they may not have seen.
VERDICTS: Final = f"""
  SELECT verdict.decided_by AS actor, verdict.decided_at AS at, verdict.may_settle
  FROM duplicate_verdicts AS verdict
  WHERE verdict.first_id = b.id AND verdict.second_id = a.id AND verdict.verdict = 'apart'
  UNION ALL
  SELECT d.actor, d.decided_at, word.may_settle
  FROM reviews r JOIN review_decisions d ON d.review_id = r.id
  LEFT JOIN duplicate_words AS word ON word.review_id = r.id
  WHERE d.decision = 'approve'
    AND (a.person IS b.person OR {person_of("d.actor")} IS NOT iif(r.run_id = a.run_id, a.person,
        b.person)) AND (
    (r.run_id = a.run_id AND json_extract(r.proposed, '$.duplicateOf') = b.run_id)
    OR (r.run_id = b.run_id AND json_extract(r.proposed, '$.duplicateOf') = a.run_id))
"""


def _is_of(user: LiteralString, at: LiteralString) -> LiteralString:
    """SQL: whether a user may be one of those who handed in `a` or `b`."""
    return f"""
      EXISTS (
        SELECT 1 FROM json_each({behind(user, at)}) AS self
        WHERE self.value IN (SELECT value FROM json_each({behind("a.person", at)}))
          OR self.value IN (SELECT value FROM json_each({behind("b.person", at)}))
      )
    """


def may_settle(actor: LiteralString, at: LiteralString) -> LiteralString:
    """SQL: whether `actor` may approve, and could at that time; a limited token has to have the
    right too.
    """
    return f"""
      (
        EXISTS (
          SELECT 1 FROM user_roles
          WHERE user_roles.user_id = {person_of(actor)}
            AND user_roles.role IN ({holders_in_sql(Permission.APPROVE)})
            AND COALESCE(user_roles.given_at, '') <= {at})
        AND NOT EXISTS (
          SELECT 1 FROM tokens AS used
          WHERE {actor} = 'token:' || used.id AND used.scopes IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM json_each(used.scopes)
                            WHERE value = '{word(Permission.APPROVE)}')
        )
      )
    """


def stands(actor: LiteralString, at: LiteralString, *, right: LiteralString) -> LiteralString:
    """SQL: whether the word of `actor` is the last on `a` and `b`: that of somebody who could
    approve then and, with four eyes, handed in neither, unless nobody else could have said it.
    `right` is what was written down of that right; NULL where it was not.
    """
    person = person_of(actor)
    return f"""
      (
        COALESCE({right}, {may_settle(actor, at)})
        AND (
          NOT {_is_of(person, at)}
          OR (SELECT accounts.four_eyes FROM accounts WHERE accounts.id = a.account_id) IS 0
          OR NOT EXISTS (
            SELECT 1 FROM users AS other
            WHERE other.account_id = a.account_id
              AND (other.removed_at IS NULL OR other.removed_at > {at})
              AND EXISTS (
                SELECT 1 FROM user_roles
                WHERE user_roles.user_id = other.id AND COALESCE(user_roles.given_at, '') <= {at}
                  AND user_roles.role IN ({holders_in_sql(Permission.APPROVE)}))
              AND NOT {_is_of("other.id", at)}
          )
        )
      )
    """


VERDICT_STANDS: Final = stands(
    "verdict.decided_by", "verdict.decided_at", right="verdict.may_settle"
)
WAS_PARTED: Final = f"""
  EXISTS (
    SELECT 1 FROM duplicate_verdicts AS verdict
    JOIN expenses AS a ON a.id = verdict.second_id JOIN expenses AS b ON b.id = verdict.first_id
    WHERE verdict.verdict = 'apart' AND {{expense}} IN (verdict.first_id, verdict.second_id)
      AND {VERDICT_STANDS}
  )
"""
"""SQL: whether somebody who may has parted an expense, by its id, from another."""
