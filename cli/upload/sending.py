"""Files to the server, several at once. The same bytes twice are the same receipt, so sending again
is always safe.
"""

import hashlib
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tillroll_command.endings import Code, Stopped

from ..client.api import Api, JsonObject
from ..client.problems import Refused, told

# A server takes 10 MB; what is far larger is not even read.
MOST_BYTES: Final = 64 * 1024 * 1024
ACCEPTED: Final = 202
# Refusals that are about the caller: the next file would fare no better.
NOT_OF_THE_FILE: Final = frozenset(
    {"unauthenticated", "other-account", "not-permitted", "operator-only"}
)


class Outcome(StrEnum):
    """What became of a file: a new receipt, one whose bytes were there before, or none."""

    SENT = "sent"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True)
class Sent:
    """A file and what the server made of it. `status` is its run's; `paid_by` is who paid it,
    `says` the refusal's sentences.
    """

    file: Path
    sha256: str
    outcome: Outcome
    code: Code
    run_id: str | None = None
    receipt_id: str | None = None
    status: str | None = None
    previous_run_id: str | None = None
    says: str | None = None
    paid_by: str | None = None

    def as_json(self) -> JsonObject:
        """A line of `upload --json`."""
        return {
            "file": str(self.file),
            "sha256": self.sha256,
            "outcome": self.outcome,
            "runId": self.run_id,
            "receiptId": self.receipt_id,
            "status": self.status,
            "previousRunId": self.previous_run_id,
            "paidBy": self.paid_by,
            "error": self.says,
        }


class Unreadable(Stopped):
    """A file of this machine that cannot be read."""


def send_file(api: Api, file: Path, paid_by: str | None = None) -> Sent:
    """Send a file; that it cannot be read, or is refused, is an outcome. Raises Stopped, as
    `send`.
    """
    try:
        content = read(file)
    except Unreadable as error:
        return Sent(file, "", Outcome.REFUSED, error.code, says=str(error))
    return send(api, file, content, paid_by)


def send(api: Api, file: Path, content: bytes, paid_by: str | None = None) -> Sent:
    """Send what was read of a file, and who paid where that is said; a refusal of the file itself
    is an outcome.

    Raises:
        Stopped: the server does not answer, or lets nobody in with this token.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    headers = {"x-file-name": quote(file.name), "content-type": "application/octet-stream"}
    try:
        query = None if paid_by is None else {"paidBy": paid_by}
        answer = api.answer("POST", "/api/receipts", params=query, content=content, headers=headers)
    except Refused as refused:
        if refused.code is not Code.REFUSED or refused.kind in NOT_OF_THE_FILE:
            raise
        return Sent(file, sha256, Outcome.REFUSED, refused.code, says=str(refused))
    taken = told(answer)
    return Sent(
        file,
        sha256,
        Outcome.SENT if answer.status_code == ACCEPTED else Outcome.KNOWN,
        Code.DONE,
        run_id=taken["runId"],
        receipt_id=taken["receiptId"],
        status=taken["status"],
        previous_run_id=taken.get("previousRunId"),
        paid_by=taken.get("paidBy"),
    )


def read(file: Path) -> bytes:
    """Raises Unreadable."""
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise Unreadable(
                Code.REFUSED, f"{file} has {size / 1e6:.0f} MB: no such file is taken."
            )
        return file.read_bytes()
    except OSError as error:
        raise Unreadable(Code.NOT_FOUND, f"{file} cannot be read: {error.strerror}") from error


@contextmanager
def sending(
    api: Api,
    files: Sequence[Path],
    at_once: int,
    progressed: Callable[[], None],
    paid_by: str | None = None,
) -> Generator["list[Future[Sent]]"]:
    """What becomes of each file, in their order; `progressed` is called for each that is through.
    Leaving takes back those that were not begun, and lets the others end.
    """
    pool = ThreadPoolExecutor(max_workers=at_once)
    is_over = threading.Event()

    def attempt(file: Path) -> Sent:
        # the server let nobody in, or did not answer: it need not be asked for each file
        if is_over.is_set():
            raise CancelledError
        try:
            return send_file(api, file, paid_by)
        except Stopped:
            is_over.set()
            raise

    try:
        futures = [pool.submit(attempt, file) for file in files]
        for future in futures:
            future.add_done_callback(lambda _: progressed())
        yield futures
    finally:
        pool.shutdown(cancel_futures=True)
