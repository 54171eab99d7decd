"""Whether an account's photos are stored as they came, or bare; and making them bare, where it says
so.

A photo is replaced only after the bare one was written beside it, read back and found to be the
same picture. Objects are replaced whole, so anyone who reads meanwhile has the one or the other;
done again, it changes nothing.
"""

from typing import Final, Literal

from tillroll.access.accounts import Setting, change_setting
from tillroll.receipts.repository import Audited
from tillroll_documents.file_types import HiddenSize, picture_size
from tillroll_documents.pictures.bare import bare
from tillroll_documents.pictures.pieces import PictureSize
from tillroll_durable import statement
from tillroll_durable.audit import append_if_changed, event_of_account
from tillroll_durable.jobs.job import Job
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import Row, Statement, optional_text, text
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform

Originals = Literal["kept", "bare"]

_SETTING: Final = Setting("originals", Audited.ACCOUNT_ORIGINALS_SET, "originals")
# In a minute: each is in memory once, and written twice.
_A_TICK = 10
JOB: Final = "originals"
_TO_BARE: Final = f"""
  SELECT receipts.id, receipts.account_id, receipts.object_key, receipts.media_type,
    s.failures AS setbacks
  FROM accounts CROSS JOIN receipts ON receipts.account_id = accounts.id
  {JOIN.format(part=f"'{JOB}'", subject="receipts.id")}
  WHERE accounts.originals = 'bare' AND receipts.bare_at IS NULL
    AND receipts.media_type LIKE 'image/%'
    AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.account_id = receipts.account_id
                    AND runs.subject = receipts.id
                    AND runs.status IN ('processing', 'needs_review'))
    AND {IS_DUE}
  ORDER BY {IN_TURN}, receipts.account_id, receipts.id LIMIT ?2
"""


async def originals_of(platform: Platform, account_id: str) -> Originals:
    """How the account has its photos stored."""
    row = await platform.database.first(
        statement("SELECT originals FROM accounts WHERE id = ?", [account_id])
    )
    if row is not None and optional_text(row, "originals") == "bare":
        return "bare"
    return "kept"


async def set_originals(
    platform: Platform, account_id: str, chosen: Originals | None, actor: str
) -> None:
    """Choose it, from now on; what was made bare stays so. None is as where nobody has chosen:
    kept.
    """
    await change_setting(platform, account_id, setting=_SETTING, value=chosen, actor=actor)


async def make_bare(platform: Platform) -> None:
    """Replace some photos of accounts that want them bare, whose runs have ended. The next tick
    goes on.
    """
    rows = await platform.database.all(
        statement(_TO_BARE, [to_text(platform.clock.now()), _A_TICK])
    )
    await each_row(platform, JOB, rows=rows, subject="id", do=lambda row: _make_bare(platform, row))


async def _make_bare(platform: Platform, row: Row) -> None:
    key = text(row, "object_key")
    media_type = text(row, "media_type")
    content = await platform.objects.get_bytes(key)
    if content is None:
        raise ObjectsUnavailable("the photo is not there")
    content_without_metadata = bare(media_type, content)
    bare_key = f"{key.rpartition('/')[0]}/bare"
    if content_without_metadata != content and _is_same_picture(
        media_type, content, content_without_metadata
    ):
        await platform.objects.put_bytes(bare_key, content_without_metadata, media_type)
        if await platform.objects.get_bytes(bare_key) != content_without_metadata:
            raise ObjectsUnavailable("what was written is not what is read back")
        await platform.objects.put_bytes(key, content_without_metadata, media_type)
    elif content_without_metadata != content:
        # It stays as it came: what is handed out of it is bare all the same.
        log.warning(
            "originals.unreadable", account=text(row, "account_id"), subject=text(row, "id")
        )
        await platform.database.batch(_noted(row, len(content), to_text(platform.clock.now()))[:1])
        return
    await platform.objects.delete(bare_key)  # also what an earlier attempt has left
    await platform.database.batch(
        _noted(row, len(content_without_metadata), to_text(platform.clock.now()))
    )


def _is_same_picture(media_type: str, content: bytes, other: bytes) -> bool:
    """Whether its header still states the same size, and its pixels are there: of a HEIC, at least
    half of the file.
    """
    if media_type == "image/heic" and other.count(0) > content.count(0) + len(content) // 2:
        return False
    size = _size(media_type, content)
    return size is not None and size == _size(media_type, other)


def _size(media_type: str, content: bytes) -> PictureSize | None:
    try:
        return picture_size(media_type, lambda at, length: content[at : at + length])
    except HiddenSize:
        return None


def _noted(row: Row, size: int, now: str) -> list[Statement]:
    update = (
        "UPDATE receipts SET bare_at = ?1, size = CAST(?2 AS INTEGER) WHERE id = ?3 "
        "AND bare_at IS NULL"
    )
    values = (now, size, text(row, "id"))
    noted = statement(update, [*values], account=text(row, "account_id"))
    event = event_of_account(
        text(row, "account_id"),
        Audited.RECEIPT_MADE_BARE,
        f"{text(row, 'id')}:bare:{now}",
        actor="system:originals",
        at=now,
        detail={"receipt": text(row, "id")},
    )
    return [noted, append_if_changed(event)]


JOBS: Final = (Job(JOB, make_bare, 10),)
