"""What ends when somebody leaves an account, or loses a right in it. This is the one place that decides it.

What counts is the person behind a source, a link or a token. An owner can take a source over before or afterwards;
a link or a token is made anew by somebody who may.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from tillroll.access.leaving import Leaver
from tillroll.access.permissions import Permission
from tillroll.inbound.standing import stop_sources
from tillroll.platform.bindings.database import Statement, statement
from tillroll.secret_links import end_links
from tillroll.workflows.registry import LINKS

Ends: TypeAlias = Callable[[Leaver, str], Sequence[Statement]]


def end_tokens(leaver: Leaver, at: str) -> Sequence[Statement]:
    """Revoke all tokens of whoever is gone, and of others those with a scope that is lost. It would come back with the
    right. A token without scopes never outlives a right."""
    revoke = """
      UPDATE tokens SET revoked_at = ?2
      WHERE user_id = ?1 AND revoked_at IS NULL AND (?3 IS NULL OR EXISTS (
        SELECT 1 FROM json_each(scopes) scope WHERE scope.value NOT IN (SELECT value FROM json_each(?3))
      ))
    """
    return [statement(revoke, leaver.user_id, at, leaver.keeps_as_json)]


def end_sign_in_links(leaver: Leaver, at: str) -> Sequence[Statement]:
    """Spoil the unused links by which they let others in: they may have kept one."""
    if not leaver.loses(Permission.PEOPLE):
        return []
    spoil = "UPDATE sign_in_codes SET expires_at = ?2 WHERE made_by = ?1 AND used_at IS NULL AND expires_at > ?2"
    return [statement(spoil, leaver.user_id, at)]


def end_secret_links(leaver: Leaver, at: str) -> Sequence[Statement]:
    """Take back the links to exports and claims that they made."""
    return [each for table, permission in LINKS for each in end_links(table, permission, leaver, at)]


ENDS: Final[Sequence[Ends]] = (
    end_tokens,
    end_sign_in_links,
    stop_sources,
    end_secret_links,
)


def ending(leaver: Leaver, at: str) -> list[Statement]:
    """The statements that end it, for the batch of the change. Said again, they change nothing."""
    return [each for ends in ENDS for each in ends(leaver, at)]
