"""A bank's file to the server. The same bytes twice are the same statement, so sending again is
always safe.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tillroll_command.endings import Code

from ..client.api import Api, JsonObject, given
from ..client.problems import Refused, told
from .sending import ACCEPTED, NOT_OF_THE_FILE, Unreadable, read

PATH = "/api/bank/statements"


@dataclass(frozen=True)
class SentFile:
    """A file and what the server made of it. `refused` has the refusal's sentences; `is_known`
    where the bytes were there before, and `read_for` the bank accounts for which they were read
    then.
    """

    file: Path
    code: Code
    run_id: str | None = None
    statement_id: str | None = None
    is_known: bool = False
    refused: str | None = None
    read_for: tuple[str, ...] = ()

    def as_json(self) -> JsonObject:
        """A line of `bank import --json`."""
        return {
            "file": str(self.file),
            "runId": self.run_id,
            "statementId": self.statement_id,
            "isKnown": self.is_known,
            "readFor": [*self.read_for],
            "error": self.refused,
        }


def send_file(
    api: Api,
    file: Path,
    bank_account: str | None,
    encoding: str | None = None,
) -> SentFile:
    """Send a file; that it cannot be read, or is refused, is an outcome.

    Raises:
        Stopped: the server does not answer, or lets nobody in with this token.
    """
    headers = {"x-file-name": quote(file.name), "content-type": "application/octet-stream"}
    try:
        content = read(file)
        params = given({"account": bank_account, "encoding": encoding})
        answer = api.answer("POST", PATH, content=content, headers=headers, params=params)
    except Unreadable as error:
        return SentFile(file, error.code, refused=str(error))
    except Refused as refused:
        if refused.code not in {Code.REFUSED, Code.NOT_FOUND} or refused.kind in NOT_OF_THE_FILE:
            raise
        return SentFile(file, refused.code, refused=str(refused))
    taken = told(answer)
    known = answer.status_code != ACCEPTED
    read_for = tuple(taken.get("readFor") or ())
    return SentFile(
        file, Code.DONE, taken["runId"], taken["statementId"], is_known=known, read_for=read_for
    )
