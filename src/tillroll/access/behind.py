"""Who may be behind a person: whoever made a link that signed in as them, and saw it.

An owner can make a link for anybody of the account. Where it was not mailed to that person's confirmed address, the
owner may have used it. So for four eyes the two count as one person, until the person comes by a link that was mailed.
"""

from typing import Final

NOW: Final = "'9999'"
"""For `at`: of what has not ended, nothing ends before it."""


def person_of(actor: str) -> str:
    """An expression of SQL: the user that a name in the audit stands for, of a browser or a token. `actor` is an
    expression; columns in it name their table."""
    return f"""COALESCE(
      (SELECT token.user_id FROM tokens token WHERE 'token:' || token.id = {actor}),
      substr({actor}, length('user:') + 1)
    )"""  # noqa: S608 - the expression is a constant


def behind(user: str, at: str) -> str:
    """An expression of SQL: a JSON array of all users that may be behind a user at a time, that user among them. `user`
    and `at` are expressions; columns in them name their table."""
    return f"""(
      SELECT json_group_array(id) FROM (
        SELECT {user} AS id UNION SELECT let_in.by_user_id FROM let_in
        WHERE let_in.user_id = {user} AND let_in.since <= {at}
          AND (let_in.ended_at IS NULL OR let_in.ended_at > {at})
      )
    )"""  # noqa: S608 - the expressions are constants


def given_by_asker(role: str, askers: str, at: str) -> str:
    """An expression of SQL: whether one of `askers`, a JSON array of users, gave a row of `user_roles` less than a day
    ago. Until then its holder is no second person for what these ask: they may have invited themselves. `at` is the
    time."""
    return f"""(
      {role}.given_at > strftime('%Y-%m-%dT%H:%M:%fZ', {at}, '-1 day')
      AND {person_of(f"{role}.given_by")} IN (SELECT value FROM json_each({askers}))
    )"""  # noqa: S608 - the expressions are constants
