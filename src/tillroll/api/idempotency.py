"""A request with a key: answered as before, or carried out, with what is kept of its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from tillroll.api.problems import IN_FLIGHT, INVALID_KEY, KEY_REUSED, OUTCOME_UNKNOWN, Kind, Problem
from tillroll.idempotency import keys
from tillroll.idempotency.journal import Journal, NotResumable
from tillroll.idempotency.keys import Answered, Claimed, InvalidKey, Sent, read_key
from tillroll.identity.authentication import Principal
from tillroll.platform import log
from tillroll.platform.bindings.database import DatabaseError
from tillroll.platform.services import Platform

HEADER: Final = "idempotency-key"
REPLAYED: Final = {"idempotent-replayed": "true"}
_KEPT_HEADERS: Final = frozenset({"content-type", "etag", "link", "location"})
# The rest is refused before the operation begins, or may be answered otherwise in a moment.
_KEPT_REFUSALS: Final = frozenset({404, 409, 410, 412, 422})


@dataclass(frozen=True)
class Attempt:
    """The operation is ours to carry out, on `platform`."""

    platform: Platform
    journal: Journal
    claimed: Claimed
    beneath: Platform

    @property
    def has_resumed(self) -> bool:
        return self.journal.has_resumed

    async def answered(self, status: int, kind: Kind | None, headers: Mapping[str, str], body: str) -> None:
        """Keep the answer where it is one to keep; `kind` is the problem's, if it is one; `body` has no secrets."""
        if not _is_kept(status, kind):
            await self.given_up(is_undone=status < 500 and not self.journal.has_effects)
            return
        kept = {name.lower(): value for name, value in headers.items() if name.lower() in _KEPT_HEADERS}
        try:
            await keys.finish(self.beneath.database, self.claimed, Answered(status, kept, body))
        except DatabaseError as error:
            # What was asked for is done: whoever sends it again resumes, and comes to the same answer.
            log.error("idempotency.not_kept", error=error)

    async def given_up(self, *, is_undone: bool = False) -> None:
        """There is no answer to keep; with `is_undone` nothing was done, either."""
        try:
            await keys.release(self.beneath, self.claimed, is_undone=is_undone)
        except DatabaseError as error:
            log.error("idempotency.not_released", error=error)  # it lapses by itself


async def begin(
    platform: Platform, principal: Principal, route: str, header: str, fingerprint: str
) -> Attempt | Answered:
    """Take a request on that came with the header Idempotency-Key, or find its answer.

    Raises:
        Problem: 400 no key; 409 in flight, or what became of it cannot be known; 422 the key of another request.
    """
    sent = Sent(principal.account_id, principal.actor, route, checked_key(header), fingerprint)
    try:
        claimed = await keys.claim(platform, sent)
    except keys.InFlight as error:
        raise in_flight() from error
    except keys.KeyReused as error:
        raise Problem(
            KEY_REUSED,
            "It was sent with another path, query, body or If-Match before. Send this request under a key of its own.",
        ) from error
    if isinstance(claimed, Answered):
        return claimed
    try:
        journal = Journal(platform.database, platform.clock, claimed)
    except NotResumable as error:
        raise outcome_unknown() from error
    return Attempt(replace(platform, database=journal, clock=journal), journal, claimed, platform)


def checked_key(header: str) -> str:
    """Raises Problem, 400: the header holds no key."""
    try:
        return read_key(header)
    except InvalidKey as error:
        raise Problem(INVALID_KEY, f"{error}. Send 1 to 255 printable ASCII characters, such as a UUID.") from error


def in_flight() -> Problem:
    """409: the same request is being carried out."""
    detail = "The first request under this key is not answered yet. Send it again in a second; nothing is done twice."
    return Problem(IN_FLIGHT, detail, retry_after=1)


def outcome_unknown() -> Problem:
    """409: part of it took effect, and the rest cannot be resumed."""
    detail = (
        "The first request under this key took effect and was cut off before its answer. Look at what it was to "
        "change, and send what is still missing under another key."
    )
    return Problem(OUTCOME_UNKNOWN, detail)


def _is_kept(status: int, kind: Kind | None) -> bool:
    if kind is not None and kind.may_pass:
        return False
    return status < 400 or status in _KEPT_REFUSALS
