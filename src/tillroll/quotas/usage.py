"""What an account has used of its quotas, and the quotas of every account that has none of its
own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Literal, LiteralString, Self, TypeAlias

from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    LARGEST_INTEGER,
    Row,
    optional_integer,
    optional_text,
    statement,
)
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import load_object
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.settings import InvalidSetting, Variable
from tillroll_durable.platform.tables import ACCOUNT, Gone, Table


class Audited(Action):
    QUOTAS_SET = (
        "account.quotas_set",
        "the operator of the deployment set an account's own quotas; null: the deployment's",
    )


UPLOADS: Final = 20_000
STORAGE_MB: Final = 100_000
AI_CALLS: Final = 50_000
MB: Final = 1_000_000
_NONE: Final = "none"


@dataclass(frozen=True)
class QuotaSettings:
    """Documents and calls to models within a month (UTC), and the bytes of all documents; None for
    no limit.
    """

    uploads: int | None = UPLOADS
    storage_bytes: int | None = STORAGE_MB * MB
    ai_calls: int | None = AI_CALLS

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        megabytes = _limit(
            "QUOTA_STORAGE_MB", variable, default=STORAGE_MB, most=LARGEST_INTEGER // MB
        )
        return cls(
            uploads=_limit("QUOTA_UPLOADS", variable, default=UPLOADS, most=LARGEST_INTEGER),
            storage_bytes=None if megabytes is None else megabytes * MB,
            ai_calls=_limit("QUOTA_AI_CALLS", variable, default=AI_CALLS, most=LARGEST_INTEGER),
        )


def _limit(name: str, variable: Variable, default: int, most: int) -> int | None:
    text = variable(name) or str(default)
    if text == _NONE:
        return None
    if not (
        text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and int(text) <= most
    ):
        raise InvalidSetting(
            f"{name} must be a whole number up to {most}, or `{_NONE}` for no limit; it is {text!r}"
        )
    return int(text)


Unit: TypeAlias = Literal["documents", "bytes", "calls"]


class Quota(StrEnum):
    UPLOADS = "uploads"
    STORAGE = "storage"
    AI_CALLS = "ai_calls"


UNITS: Final[Mapping[Quota, Unit]] = {
    Quota.UPLOADS: "documents",
    Quota.STORAGE: "bytes",
    Quota.AI_CALLS: "calls",
}
# Those that begin anew with each month; storage is given back by deleting.
MONTHLY: Final = frozenset({Quota.UPLOADS, Quota.AI_CALLS})

# Of an account `a`: what `counted_in` reads.
COLUMNS: Final = """
  a.quota_uploads, a.quota_storage_bytes, a.quota_ai_calls,
  (SELECT json_object('month', c.month, 'uploads', c.uploads, 'storage', c.stored_bytes, 'ai_calls',
      c.ai_calls)
   FROM account_usage c WHERE c.account_id = a.id) AS quotas_used
"""
_JOIN: Final = "LEFT JOIN account_usage u ON u.account_id = a.id"


def upload_fits(
    account: LiteralString,
    size: LiteralString,
    month: LiteralString,
    uploads: LiteralString,
    storage: LiteralString,
) -> LiteralString:
    """SQL that is 1 where a document may be handed in. Arguments are placeholders; storage is in
    bytes.
    """
    return f"""(
      SELECT COALESCE(CASE WHEN u.month >= {month} THEN u.uploads ELSE 0
          END < COALESCE(a.quota_uploads, {uploads}), 1)
         AND COALESCE(COALESCE(u.stored_bytes, 0) + {size} <= COALESCE(a.quota_storage_bytes,
             {storage}), 1)
      FROM accounts a {_JOIN} WHERE a.id = {account}
    )"""


def call_fits(account: LiteralString, month: LiteralString, calls: LiteralString) -> LiteralString:
    """SQL that is 1 where a model may be called. The arguments are placeholders, as of
    `upload_fits`.
    """
    return f"""(
      SELECT COALESCE(CASE WHEN u.month >= {month} THEN u.ai_calls ELSE 0
          END < COALESCE(a.quota_ai_calls, {calls}), 1)
      FROM accounts a {_JOIN} WHERE a.id = {account}
    )"""


def month_of(now: datetime) -> str:
    """The month (UTC) that is counted, such as 2026-11."""
    return to_text(now)[:7]


def next_month(now: datetime) -> datetime:
    """When the quotas of a month begin anew."""
    year, month = divmod(now.year * 12 + now.month, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


class QuotaUse(Model):
    """`used` of `limit`, in `unit`; `limit` is null where there is none. What is counted a month
    begins anew at `resets_at`; storage, where that is null, is given back by what is deleted.
    """

    quota: Quota
    unit: Unit
    used: int
    limit: int | None
    resets_at: str | None

    def has_room(self, more: int = 1) -> bool:
        return self.limit is None or self.used + more <= self.limit


@dataclass(frozen=True)
class Usage:
    """What an account has used, as of a moment."""

    uploads: QuotaUse
    storage: QuotaUse
    ai_calls: QuotaUse

    def __iter__(self) -> Iterator[QuotaUse]:
        return iter((self.uploads, self.storage, self.ai_calls))

    def hinders_upload(self, size: int) -> QuotaUse | None:
        """What leaves no room for a document of so many bytes, if anything does."""
        if not self.uploads.has_room():
            return self.uploads
        if self.storage.has_room(size):
            return None
        return self.storage


_ADVICE: Final = {
    Quota.UPLOADS: "The account has handed in as many documents as it may this month (UTC): "
    "{limit}. Nothing was kept. Send it again next month, or ask the operator of this "
    "deployment for more.",
    Quota.STORAGE: "The account's documents have {used} of {limit} bytes, which leaves no room for "
    "this one. Nothing was kept. Ask the operator of this deployment for more, "
    "or delete documents.",
    Quota.AI_CALLS: "The account has asked models as often as it may this month "
    "(UTC): {limit}. Ask the operator of this deployment for more.",
}


class QuotaReached(Refusal):
    """A quota leaves no room. It is no 429: a client that obeys one by itself would sleep for
    weeks.
    """

    kind = Kind("quota-reached", 403, "The account has used up a quota", may_pass=True)

    def __init__(self, use: QuotaUse, now: datetime) -> None:
        super().__init__(_ADVICE[use.quota].format(used=use.used, limit=use.limit))
        self.use = use
        self.extra = {
            "quota": use.quota.value,
            "used": use.used,
            "limit": use.limit,
            "resetsAt": use.resets_at,
        }
        if use.resets_at is not None:
            seconds = max(1, round((from_text(use.resets_at) - now).total_seconds()))
            self.headers = {
                "retry-after": str(seconds),
                "ratelimit": f'"{use.quota}";r=0;t={seconds}',
            }


@dataclass(frozen=True)
class Counted:
    """What was counted of an account, up to the last time in `month`, and the quotas of its own;
    None for none.
    """

    own: Mapping[Quota, int | None]
    used: Mapping[Quota, int]
    month: str

    def usage(self, settings: QuotaSettings, now: datetime) -> Usage:
        declared = {
            Quota.UPLOADS: settings.uploads,
            Quota.STORAGE: settings.storage_bytes,
            Quota.AI_CALLS: settings.ai_calls,
        }

        def use(quota: Quota) -> QuotaUse:
            is_monthly = quota in MONTHLY
            own = self.own[quota]
            if not is_monthly or self.month >= month_of(now):
                used = self.used[quota]
            else:
                used = 0
            return QuotaUse(
                quota=quota,
                unit=UNITS[quota],
                used=used,
                limit=declared[quota] if own is None else own,
                resets_at=to_text(next_month(now)) if is_monthly else None,
            )

        return Usage(use(Quota.UPLOADS), use(Quota.STORAGE), use(Quota.AI_CALLS))


COLUMN_OF: Final = {
    Quota.UPLOADS: "quota_uploads",
    Quota.STORAGE: "quota_storage_bytes",
    Quota.AI_CALLS: "quota_ai_calls",
}


def counted_in(row: Row) -> Counted:
    """Read what an account uses from a row with COLUMNS."""
    used = load_object(optional_text(row, "quotas_used") or "{}")
    own = {quota: optional_integer(row, column) for quota, column in COLUMN_OF.items()}
    return Counted(
        own, {quota: int(str(used.get(quota, 0))) for quota in Quota}, str(used.get("month", ""))
    )


async def usage_of(platform: Platform, account_id: str) -> Usage:
    """Raises LookupError: there is no such account."""
    row = await platform.database.first(
        statement(
            f"SELECT {COLUMNS} FROM accounts a WHERE a.id = ?",
            [account_id],
        )
    )
    if row is None:
        raise LookupError(f"there is no account {account_id}")
    return counted_in(row).usage(platform.settings.of(QuotaSettings), platform.clock.now())


TABLES: Final = (Table("account_usage", Gone(ACCOUNT), key="account_id"),)
