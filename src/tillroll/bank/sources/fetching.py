"""Fetches what has come since the last sync: page after page into the object store, then one file,
which is taken as an uploaded one is. Where the process dies, the next turn goes on with the next
page.
"""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from tillroll.bank.cron import NUMBERS
from tillroll.bank.repository import File, original_key
from tillroll.bank.service import AccountArchived, take_file
from tillroll.bank.sources import repository
from tillroll.bank.sources.access import address_of, provider_of
from tillroll.bank.sources.pages import Merge
from tillroll.bank.sources.protocol import (
    TIMEOUT_SECONDS,
    AccessRefused,
    ConsentEnded,
    CursorEnded,
    Provider,
    TooFarBack,
    Window,
)
from tillroll.bank.sources.repository import INBOX, StoredFetch, StoredSource
from tillroll.bank.sources.service import actor_of
from tillroll.bank.statements.contract import KIND
from tillroll.module import kinds
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import BANK_SOURCE_STOPPED
from tillroll_documents.bank_files.api.files import Fetched, first_line, last_line, record_line
from tillroll_documents.bank_files.files import HEAD, detect
from tillroll_documents.bank_files.limits import MAX_BYTES
from tillroll_documents.bank_files.printed import UnreadableFile
from tillroll_durable import Statement
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import GuardFailed, Value
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.bindings.http import (
    BodyTooLong,
    HttpFailed,
    ResolvingFailed,
    Throttled,
)
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.encryption import UnreadableSecret, decrypt
from tillroll_durable.platform.json import Json, JsonObject, dump, load
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.web.outgoing import NotPublic, check_before_asking
from tillroll_durable.platform.web.throttling import seconds_of

_JSON: Final = "application/jsonl"
_PAGES_A_TURN: Final = 20
_TURN: Final = timedelta(minutes=5)
"""How long a turn may say nothing before another one begins."""
_RETRIES: Final = tuple(timedelta(seconds=each) for each in (60, 300, 1_800, 7_200, 21_600))
"""How long a fetch waits after its failures."""
_MOST_FAILURES: Final = 8
_LEAST_PAUSE: Final = timedelta(minutes=1)
_PAUSE: Final = timedelta(hours=6)
"""How long we wait where a provider does not say: banks allow four requests a day."""
_LONGEST_PAUSE: Final = timedelta(days=1)
_LONGEST: Final = timedelta(days=3)
"""After so long a fetch is given up, and the next one begins."""
_LARGE_PIECE: Final = 5 * 1024 * 1024
_SHORT_HISTORY: Final = timedelta(days=89)
"""What every bank gives without a person (RTS on strong customer authentication, Article 10)."""


class _TooLarge(Exception):
    """The file would be larger than any that is taken."""


def page_key(fetch: StoredFetch, number: int) -> str:
    """Where a page lies until its fetch is settled; from 0."""
    return f"{fetch.account_id}/bank-fetches/{fetch.id}/page-{number}"


async def work_off(platform: Platform, fetch_id: str) -> None:
    """A turn of a fetch, if it is due."""
    moment = platform.clock.now()
    fetch = await repository.claim(
        platform.database, fetch_id, now=to_text(moment), until=to_text(moment + _TURN)
    )
    if fetch is None:
        return
    source = await repository.load_source(platform.database, fetch.account_id, fetch.source_id)
    if source is None or source.state != "connected":
        await _settle(platform, fetch, state="failed", why="The source is not connected any more.")
        return
    if moment - from_text(fetch.created_at) > _LONGEST:
        await _settle(
            platform, fetch, state="failed", why="The provider gave no answer for three days."
        )
        return
    try:
        await _turn(platform, fetch, source)
    except Exception as error:  # noqa: BLE001
        # Whatever it was, the fetch is kept, shown, and tried again.
        await _after(platform, fetch, source=source, error=error)


async def _after(
    platform: Platform, previous: StoredFetch, source: StoredSource, error: Exception
) -> None:
    """What follows a turn that did not get on. Failures count since the last page; new beginnings
    are not forgotten.
    """
    fetch = await repository.reached(platform.database, previous)
    anew = replace(fetch, failures=previous.failures)
    match error:
        case Throttled():
            pause = _PAUSE if error.seconds is None else timedelta(seconds=error.seconds)
            pause = min(max(pause, _LEAST_PAUSE), _LONGEST_PAUSE)
            await _put_off(
                platform,
                fetch,
                pause=pause,
                why="The bank or the provider allows no more requests now.",
            )
        case ConsentEnded() | AccessRefused() | NotPublic():
            await _stop(platform, fetch, source=source, why=str(error))
        case CursorEnded():
            await _anew(platform, anew, {})
        case TooFarBack():
            await _shorten(platform, anew, first=fetch.to_day - _SHORT_HISTORY, last=fetch.to_day)
        case _TooLarge():
            half = (fetch.to_day - fetch.from_day) // 2
            await _shorten(platform, anew, first=fetch.from_day, last=fetch.from_day + half)
        case HttpFailed() | ResolvingFailed():
            await _failed(platform, fetch, f"No answer that can be used: {error}.")
        case UnreadableFile():
            await _settle(platform, fetch, state="failed", why=f"{error}.")
        case UnreadableSecret():
            await _failed(platform, fetch, f"What lets us in cannot be read here: {error}.")
        case AccountArchived():
            await _settle(platform, fetch, state="failed", why="The bank account is archived.")
        case _:
            log.crash(
                "bank_fetch.attempt_failed", error, account=fetch.account_id, subject=fetch.id
            )
            await _failed(
                platform, fetch, f"An error of ours, {type(error).__name__}, which the log has."
            )


async def _turn(platform: Platform, fetch: StoredFetch, source: StoredSource) -> None:
    if source.kind == "address":
        await _take_address(platform, fetch, source)
        return
    provider = await provider_of(platform, source)
    whole = await _fetch_pages(platform, fetch, source=source, provider=provider)
    if whole is None:
        await INBOX.nudge(platform, fetch.id)
        return
    statement_id = await _take_pages(platform, whole, source=source, provider=provider)
    await _settle(platform, whole, state="done", why=None, statement_id=statement_id)


async def _fetch_pages(
    platform: Platform, fetch: StoredFetch, source: StoredSource, provider: Provider
) -> StoredFetch | None:
    """Fetch the balances, then pages, until all are here; None where a turn has had its share
    before.
    """
    account = source.remote_id or ""
    window = Window(fetch.from_day, fetch.to_day)
    for _ in range(_PAGES_A_TURN):
        if fetch.is_complete:
            return fetch
        if fetch.pages == 0:
            # Before the transactions: what is booked meanwhile is in the next fetch, and in its
            # balance.
            balances: list[Json] = [*await provider.balances(account)]
            await platform.objects.put_text(_balances_key(fetch), dump(balances), _JSON)
        page = await provider.page(account, window, fetch.cursor)
        lines = "\n".join(dump(record) for record in page.records)
        await platform.objects.put_text(page_key(fetch, fetch.pages), lines, _JSON)
        done = page.cursor is None
        values: dict[str, Value] = {
            "pages": fetch.pages + 1,
            "records": fetch.records + len(page.records),
            "cursor": page.cursor,
            "is_complete": int(done),
            "failures": 0,
            "why": None,
            "next_attempt_at": to_text(platform.clock.now() + _TURN),
        }
        if not await _noted(platform, fetch, values):
            raise HttpFailed("another turn has begun")
        fetch = replace(
            fetch,
            pages=fetch.pages + 1,
            records=fetch.records + len(page.records),
            cursor=page.cursor,
            is_complete=done,
            failures=0,
        )
    if fetch.is_complete:
        return fetch
    await _noted(platform, fetch, {"next_attempt_at": to_text(platform.clock.now())})
    return None


def _balances_key(fetch: StoredFetch) -> str:
    return f"{fetch.account_id}/bank-fetches/{fetch.id}/balances"


async def _take_pages(
    platform: Platform, fetch: StoredFetch, source: StoredSource, provider: Provider
) -> str:
    """Make one file of all pages, and begin its run. Made again, it is the same bytes, and so the
    same run.
    """
    account = await repository.find_bank_account(
        platform.database, source.account_id, source.bank_account_id
    )
    if account is None:
        raise AccountArchived("the bank account")
    currency, kept_number = account
    row = NUMBERS.row(source.bank_account_id)
    fetched = Fetched(
        format=provider.format,
        account=None if kept_number is None else await decrypt(platform, kept_number, row),
        currency=currency,
        bank=source.bank,
        from_day=fetch.from_day,
        to_day=fetch.to_day,
    )
    merge = Merge()
    sum_ = hashlib.sha256()
    size = 0
    records = 0
    for number in range(fetch.pages):
        merge.see(await _items(platform, fetch, number))
    async for line in _lines(platform, fetch, fetched=fetched, merge=merge):
        sum_.update(line)
        size += len(line)
        records += 1
        if size > MAX_BYTES:
            raise _TooLarge
    key = original_key(fetch.account_id, sum_.hexdigest())
    await _write(
        platform, key, lines=_lines(platform, fetch, fetched=fetched, merge=merge), size=size
    )
    file = File(
        sha256=sum_.hexdigest(),
        size=size,
        file_name=f"{source.bank} {fetch.from_day} to {fetch.to_day}.jsonl",
        object_key=key,
        bank_account_id=source.bank_account_id,
        source="fetch",
        by=f"source:{source.id}",
    )
    bank_statement = await take_file(
        platform, kinds().newest[KIND], actor=actor_of(source.id, source.account_id), file=file
    )
    return bank_statement.statement_id


async def _items(platform: Platform, fetch: StoredFetch, number: int) -> list[JsonObject]:
    content = await platform.objects.get_text(page_key(fetch, number))
    if content is None:
        raise CursorEnded("a page is gone")
    return [_item(load(line)) for line in content.split("\n") if line]


def _item(value: Json) -> JsonObject:
    if not isinstance(value, dict):
        raise CursorEnded("a page is damaged")
    return value


async def _lines(
    platform: Platform, fetch: StoredFetch, fetched: Fetched, merge: Merge
) -> AsyncIterator[bytes]:
    yield f"{first_line(fetched)}\n".encode()
    records = 0
    for number in range(fetch.pages):
        for record in merge.kept(number, await _items(platform, fetch, number)):
            records += 1
            yield f"{record_line(record)}\n".encode()
    balances = load(await platform.objects.get_text(_balances_key(fetch)) or "[]")
    listed_balances: list[JsonObject] = (
        [each for each in balances if isinstance(each, dict)] if isinstance(balances, list) else []
    )
    yield f"{last_line(records, listed_balances, merge.left_out)}\n".encode()


async def _write(platform: Platform, key: str, lines: AsyncIterator[bytes], size: int) -> None:
    """Write the file; a large one in pieces, so that no more than one is in memory."""
    buffer = bytearray()
    if size <= _LARGE_PIECE:
        async for line in lines:
            buffer += line
        await platform.objects.put_bytes(key, bytes(buffer), _JSON)
        return
    large = await platform.objects.begin_large(key, _JSON)
    async for line in lines:
        buffer += line
        while len(buffer) >= _LARGE_PIECE:
            await large.add(bytes(buffer[:_LARGE_PIECE]))
            del buffer[:_LARGE_PIECE]
    await large.add(bytes(buffer))
    await large.complete()


async def _take_address(platform: Platform, fetch: StoredFetch, source: StoredSource) -> None:
    """Take the file that an address returns. Bytes that were taken before are the same
    statement.
    """
    address = await address_of(platform, source)
    await check_before_asking(platform, address.url)
    if address.authorization is None:
        headers = {}
    else:
        headers = {"authorization": address.authorization}
    try:
        answer = await platform.downloads.get(
            address.url, headers, timeout_seconds=TIMEOUT_SECONDS, most_bytes=MAX_BYTES
        )
    except BodyTooLong as error:
        raise UnreadableFile(f"The file has more than {MAX_BYTES // 1024 // 1024} MB") from error
    if answer.file is None:
        if answer.status in {401, 403, 404, 410}:
            raise AccessRefused(f"The address answered {answer.status}: set it up again.")
        if answer.status == 429 or (answer.status == 503 and answer.retry_after is not None):
            raise Throttled(
                f"the address answered {answer.status}",
                seconds_of(answer.retry_after, platform.clock.now()),
            )
        raise HttpFailed(f"the address answered {answer.status}")
    detect(answer.file.peek(0, HEAD))
    sha256 = await answer.file.sha256(fetch.account_id)
    key = original_key(fetch.account_id, sha256)
    await answer.file.store(key, "application/octet-stream")
    file = File(
        sha256=sha256,
        size=answer.file.size,
        file_name=source.bank,
        object_key=key,
        bank_account_id=source.bank_account_id,
        source="fetch",
        by=f"source:{source.id}",
    )
    bank_statement = await take_file(
        platform, kinds().newest[KIND], actor=actor_of(source.id, source.account_id), file=file
    )
    await _settle(platform, fetch, state="done", why=None, statement_id=bank_statement.statement_id)


async def _noted(
    platform: Platform, fetch: StoredFetch, values: dict[str, Value], *more: Statement
) -> bool:
    """Write what became of a turn; False where another one has begun."""
    noted = must_hit(repository.note_fetch(fetch, values))
    try:
        await platform.database.batch([*noted, *more])
    except GuardFailed:
        return False
    return True


async def _put_off(platform: Platform, fetch: StoredFetch, pause: timedelta, why: str) -> None:
    await _noted(
        platform, fetch, {"next_attempt_at": to_text(platform.clock.now() + pause), "why": why}
    )


async def _failed(platform: Platform, fetch: StoredFetch, why: str) -> None:
    failures = fetch.failures + 1
    if failures >= _MOST_FAILURES:
        await _settle(platform, fetch, state="failed", why=why)
        return
    pause = _RETRIES[min(failures, len(_RETRIES)) - 1]
    at = to_text(platform.clock.now() + pause)
    await _noted(platform, fetch, {"next_attempt_at": at, "failures": failures, "why": why})


async def _anew(platform: Platform, fetch: StoredFetch, changed: dict[str, Value]) -> None:
    """Begin with the first page again, of other days perhaps."""
    failures = fetch.failures + 1
    if failures >= _MOST_FAILURES:
        await _settle(platform, fetch, state="failed", why="The provider's pages do not end.")
        return
    values: dict[str, Value] = {
        **changed,
        "cursor": None,
        "is_complete": 0,
        "pages": 0,
        "records": 0,
        "failures": failures,
        "next_attempt_at": to_text(platform.clock.now() + _LEAST_PAUSE),
    }
    if await _noted(platform, fetch, values):
        await _forget_pages(platform, fetch)


async def _shorten(platform: Platform, fetch: StoredFetch, first: date, last: date) -> None:
    """Fetch fewer days: the bank has no others, or a file may have no more."""
    first = max(first, fetch.from_day)
    if (first, last) == (fetch.from_day, fetch.to_day):
        await _settle(
            platform,
            fetch,
            state="failed",
            why="The bank has none of these days, or one of them has too much.",
        )
        return
    await _anew(platform, fetch, {"from_day": first.isoformat(), "to_day": last.isoformat()})


async def _settle(
    platform: Platform,
    fetch: StoredFetch,
    state: str,
    why: str | None,
    statement_id: str | None = None,
) -> None:
    now = to_text(platform.clock.now())
    values: dict[str, Value] = {
        "state": state,
        "why": why,
        "settled_at": now,
        "cursor": None,
        "statement_id": statement_id,
    }
    # Where days are left, they are fetched soon, and not only tomorrow.
    is_part = state == "done" and fetch.to_day < platform.clock.now().date()
    if await _noted(
        platform,
        fetch,
        values,
        *([repository.plan_next(fetch.account_id, fetch.source_id, now)] if is_part else []),
    ):
        await _forget_pages(platform, fetch)
        log.info("bank_fetch.settled", account=fetch.account_id, subject=fetch.id, state=state)


async def _stop(platform: Platform, fetch: StoredFetch, source: StoredSource, why: str) -> None:
    """A person is called: nothing more is fetched before they have done something."""
    now = to_text(platform.clock.now())
    sentence = why if why.endswith(".") else f"{why[:1].upper()}{why[1:]}."
    values: dict[str, Value] = {"state": "stopped", "why": sentence, "next_at": None}
    stop = repository.change_source(
        source.account_id, source.id, values, where="state = 'connected'"
    )
    if source.created_by.startswith("user:"):
        person = source.created_by.removeprefix("user:")
    else:
        person = None
    subject = Subject(source.id, about=source.bank, occasion=now)
    notices = notify(
        source.account_id, BANK_SOURCE_STOPPED, subject=subject, now=now, person=person
    )
    failed: dict[str, Value] = {
        "state": "failed",
        "why": sentence,
        "settled_at": now,
        "cursor": None,
    }
    if await _noted(platform, fetch, failed, stop, *notices):
        await _forget_pages(platform, fetch)
        log.warning("bank_source.stopped", account=source.account_id, subject=source.id)


async def _forget_pages(platform: Platform, fetch: StoredFetch) -> None:
    """What is left of them where this is lost, the reconciler removes."""
    try:
        for number in range(fetch.pages):
            await platform.objects.delete(page_key(fetch, number))
        await platform.objects.delete(_balances_key(fetch))
    except Exception as error:  # noqa: BLE001 - they are in nobody's way
        log.warning(
            "bank_fetch.pages_left", account=fetch.account_id, subject=fetch.id, error=error
        )
