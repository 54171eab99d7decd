"""Working mail off: each paper becomes a receipt by the same way as an upload, once however often this is done."""

import hashlib
from dataclasses import dataclass
from typing import Final

from tillroll.durable import Actor, Statement, statement
from tillroll.mailed_in.accepting import nudge, outcome_of_unoffered
from tillroll.mailed_in.answering import answer
from tillroll.mailed_in.door import Check, MayNot
from tillroll.mailed_in.printing import NotPrintable, print_text
from tillroll.mailed_in.rows import (
    MOST_ATTEMPTS,
    ReceivedMail,
    claim,
    keep_paper,
    kept_paper,
    overdue,
    papers_of,
    put_off,
    received,
    settle,
    unclaimable,
)
from tillroll.mime.papers import Paper
from tillroll.mime.reading import read_papers
from tillroll.mime.structure import Unreadable
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, text
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.services import Platform
from tillroll.quotas.usage import QuotaReached
from tillroll.workflows.receipt.service.uploading import Uploaded, original_key, take_upload
from tillroll.workflows.receipt.workflow import RECEIPT

# A mail takes up to some hundred round trips: the share of a tick may end before these.
_MOST_BY_SWEEP: Final = 5
_MOST_NUDGED: Final = 200
_LONGEST_NAME: Final = 200
_NOT_PRINTABLE: Final = "its letters are of a script that cannot be printed here; attach the invoice as PDF"


@dataclass(frozen=True)
class _Became:
    """A paper's receipt and its run. `is_by_this`: the paper began it; otherwise it was there."""

    receipt_id: str
    run_id: str
    is_by_this: bool


class _BytesFile:
    """`IncomingFile` over bytes that are here."""

    def __init__(self, platform: Platform, name: str | None, content: bytes) -> None:
        self.name = name
        self.size = len(content)
        self.content = content
        self._platform = platform

    def peek(self, offset: int, length: int) -> bytes:
        return self.content[offset : offset + length]

    async def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    async def store(self, key: str, media_type: str) -> None:
        await self._platform.objects.put_bytes(key, self.content, media_type)


async def work_off(platform: Platform, check: Check, mail_id: str) -> None:
    """Take in what a stored mail brings, if that is not done. Where the process dies, the next attempt goes on."""
    _, rows = await platform.database.batch(claim(mail_id, platform.clock.now()))
    if not rows:
        return
    mail = received(rows[0])
    now = to_text(platform.clock.now())
    if mail.attempt > MOST_ATTEMPTS:
        why = "each attempt ended before it could say why"
        await platform.database.batch([settle(mail.id, "failed", now, why)])
        return
    try:
        raw = await platform.objects.get_bytes(mail.object_key)
        if raw is None:
            await platform.database.batch([settle(mail.id, "failed", now, "the mail as it came is gone")])
            return
        papers = read_papers(raw, from_text(mail.received_at).date())
        del raw
        await _take_all(platform, check, mail, papers)
        answer_id = await answer(platform, mail, list(map(kept_paper, await _kept(platform, mail.id))))
        await platform.database.batch([settle(mail.id, "done", now, answer_id=answer_id)])
        log.info("received_mail.settled", account=mail.account_id, subject=mail.id)
    except Unreadable as error:
        await platform.database.batch([settle(mail.id, "refused", now, str(error))])
    except Exception as error:  # noqa: BLE001 - whatever it was, the mail is kept, shown, and tried again
        log.crash("received_mail.attempt_failed", error, account=mail.account_id, subject=mail.id)
        why = f"an error of ours, {type(error).__name__}, which the log has"
        is_last = mail.attempt >= MOST_ATTEMPTS
        await platform.database.batch([settle(mail.id, "failed", now, why) if is_last else put_off(mail.id, why)])


async def sweep(platform: Platform, check: Check) -> int:
    """Work off, or nudge, what is overdue: mail whose nudge was lost, or over which a process died. Return how many."""
    rows = await platform.database.all(overdue(platform.clock.now(), _MOST_BY_SWEEP + _MOST_NUDGED))
    due = [text(row, "id") for row in rows]
    for mail_id in due[_MOST_BY_SWEEP:]:
        await nudge(platform, mail_id)
    for mail_id in platform.turn.take(due[:_MOST_BY_SWEEP]):
        try:
            await work_off(platform, check, mail_id)
        except Exception as error:  # noqa: BLE001 - that one cannot be claimed, or settled, keeps no other from its turn
            log.crash("received_mail.attempt_failed", error, subject=mail_id)
            await platform.database.batch([unclaimable(mail_id, platform.clock.now())])
    return len(due)


async def _kept(platform: Platform, mail_id: str) -> list[Row]:
    return await platform.database.all(papers_of(mail_id))


async def _take_all(platform: Platform, check: Check, mail: ReceivedMail, papers: list[Paper]) -> None:
    done = {kept_paper(row).position for row in await _kept(platform, mail.id)}
    unoffered = [
        outcome_of_unoffered(mail.id, position, paper)
        for position, paper in enumerate(papers)
        if not paper.is_offered and position not in done
    ]
    if unoffered:
        await platform.database.batch(unoffered)
    for position, paper in enumerate(papers):
        if paper.is_offered and position not in done:
            await _take(platform, check, mail, position, paper)


async def _take(platform: Platform, check: Check, mail: ReceivedMail, position: int, paper: Paper) -> None:
    """Take one paper in, and write down what became of it."""
    try:
        file = await _file(platform, paper)
        may = check(file)
    except (MayNot, NotPrintable) as refused:
        why = _NOT_PRINTABLE if isinstance(refused, NotPrintable) else str(refused)
        await platform.database.batch([keep_paper(mail.id, position, paper, "refused", why)])
        return
    sha256 = await file.sha256()
    before = await _taken_before(platform, mail, position, sha256) if mail.attempt > 1 else None
    if before is not None:
        await platform.database.batch([_outcome(mail, position, paper, before)])
        return
    key = original_key(mail.account_id, sha256)
    await file.store(key, may.media_type)
    uploaded = Uploaded(
        sha256=sha256,
        media_type=may.media_type,
        picture=may.picture,
        size=file.size,
        file_name=(file.name or "")[:_LONGEST_NAME] or None,
        object_key=key,
        by=mail.user_id,
    )
    try:
        taken = await take_upload(platform, RECEIPT, _actor(mail), uploaded)
    except QuotaReached as reached:
        why = f"the account's quota of {reached.use.quota.value} is reached; forward it once there is room again"
        await platform.database.batch([keep_paper(mail.id, position, paper, "refused", why)])
        return
    ours = None if taken.is_new else await _taken_before(platform, mail, position, sha256)
    became = _Became(taken.receipt_id, taken.run_id, taken.is_new) if ours is None else ours
    await platform.database.batch([_outcome(mail, position, paper, became)])


def _outcome(mail: ReceivedMail, position: int, paper: Paper, became: _Became) -> Statement:
    outcome = "taken" if became.is_by_this else "known"
    return keep_paper(mail.id, position, paper, outcome, None, became.receipt_id, became.run_id)


async def _file(platform: Platform, paper: Paper) -> _BytesFile:
    """The paper as a file; a text is printed. Raises NotPrintable."""
    if paper.printed is not None:
        name = f"{paper.name or 'mail'}.pdf" if not (paper.name or "").endswith(".pdf") else paper.name
        return _BytesFile(platform, name, await print_text(platform, paper.printed))
    return _BytesFile(platform, paper.name, paper.content or b"")


async def _taken_before(platform: Platform, mail: ReceivedMail, position: int, sha256: str) -> _Became | None:
    """What the mail has begun for these bytes: by another attempt, at once or before it died, whose run may have ended
    meanwhile, so that another would be begun; or for the same file further up in the mail."""
    row = await platform.database.first(
        statement(
            """
            SELECT receipts.id AS receipt_id, e.stream AS run_id, NOT EXISTS (
              SELECT 1 FROM received_papers p WHERE p.mail_id = ?4 AND p.position <> ?5 AND p.receipt_id = receipts.id
            ) AS is_by_this
            FROM audit_events e
            JOIN runs ON runs.id = e.stream JOIN receipts ON receipts.id = runs.subject
            WHERE e.account_id = ?1 AND e.actor = ?2 AND e.action = 'run.created'
              AND substr(e.actor, 1, 9) <> 'workflow:' AND receipts.sha256 = ?3
            """,
            mail.account_id,
            _actor(mail).name,
            sha256,
            mail.id,
            position,
        )
    )
    return None if row is None else _Became(text(row, "receipt_id"), text(row, "run_id"), row["is_by_this"] == 1)


def _actor(mail: ReceivedMail) -> Actor:
    """The mail itself: the audit says what caused a run, and a run can be found by it."""
    return Actor(mail.account_id, f"mail:{mail.id}")
