"""Uploads whose bytes pass natively: the files of a request, which an Idempotency-Key has taken
once.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import unquote

from tillroll.api.admission import announced_bytes
from tillroll.api.answers import JsonReply
from tillroll.api.parameters import unknown
from tillroll.api.problems import Problem
from tillroll.identity.authentication import Principal
from tillroll_durable.idempotency.journal import begin
from tillroll_durable.idempotency.keys import (
    HEADER,
    REPLAYED,
    Answered,
    Sent,
    fingerprint,
    read_key,
)
from tillroll_durable.platform.bindings.http import (
    BeyondHead,
    BodyTooLong,
    BrokenUpload,
    IncomingFile,
    IncomingUpload,
    UnknownFields,
)
from tillroll_durable.platform.bindings.objects import PASSING
from tillroll_durable.platform.ids import drawn_by
from tillroll_durable.platform.json import Json, JsonObject, dump, load_object
from tillroll_durable.platform.refusals import Kind
from tillroll_durable.platform.services import Platform

_LONGEST_FILE_NAME: Final = 200
# What a multipart form adds around the file: boundaries, headers, small other fields.
_FORM_OVERHEAD_BYTES: Final = 64 * 1024
_NO_FILE: Final = Kind("no-file-field", 400, "The form has no file in its field")
_SEVERAL_FILES: Final = Kind("several-files", 400, "The form has several files in its field")
_BROKEN_MULTIPART: Final = Kind("broken-multipart", 400, "The multipart body cannot be read")


Checked = TypeVar("Checked")


@dataclass(frozen=True)
class UploadRoute:
    """Where a file is sent: in the form's `field`, or as the raw body. `example` is the name of
    such a file; `too_large` makes what is raised where it has more than `most_bytes`.
    """

    path: str
    field: str
    example: str
    most_bytes: int
    too_large: Callable[[], Exception]

    async def file_of(self, request: IncomingUpload) -> IncomingFile:
        """The only file of a request. Raises Problem: it has none, several, or is no form;
        `too_large`.
        """
        files = await self.files_of(request, 2, self.most_bytes)
        if len(files) > 1:
            raise Problem(
                _SEVERAL_FILES, "Send each file in a request of its own: every one becomes a run."
            )
        return files[0]

    async def files_of(
        self, request: IncomingUpload, most_files: int, most_bytes: int
    ) -> Sequence[IncomingFile]:
        """The first files of a request, which have at most `most_bytes` together. Raises Problem:
        it has none, or is no form; `too_large`: that, or one of them.
        """
        is_form = (request.header("content-type") or "").lower().startswith("multipart/form-data")
        overhead = _FORM_OVERHEAD_BYTES if is_form else 0
        # What says itself that it is too large is refused before any of it is kept.
        if announced_bytes(request) > most_bytes + overhead:
            await request.discard()
            raise self.too_large()
        try:
            if is_form:
                files = await request.form_files(self.field, most_bytes + overhead, most_files)
            else:
                files = [await request.file(self.most_bytes)]
        except BodyTooLong as error:
            raise self.too_large() from error
        except BrokenUpload as error:
            raise self._broken() from error
        except UnknownFields as error:
            raise self._unknown(error.names) from error
        if not files:
            raise Problem(_NO_FILE, f"Put the file into the field `{self.field}`: {self._curl}.")
        if any(file.size > self.most_bytes for file in files):  # a form may be longer than its file
            raise self.too_large()
        return files

    async def check(self, file: IncomingFile, check: Callable[[IncomingFile], Checked]) -> Checked:
        """What `check` makes of a file, of which as much is read as it looks at. Raises whatever it
        raises; Problem: the body was cut off.
        """
        while True:
            try:
                return check(file)
            except BeyondHead as beyond:
                await self._read_head(file, beyond.size)

    async def sum_of(self, file: IncomingFile, account_id: str) -> str:
        """SHA-256 of a file, in hexadecimal digits. Raises Problem: the body was cut off;
        `too_large`.
        """
        try:
            return await file.sha256(f"{account_id}/{PASSING}")
        except BodyTooLong as error:
            raise self.too_large() from error
        except BrokenUpload as error:
            raise self._broken() from error

    async def _read_head(self, file: IncomingFile, size: int) -> None:
        try:
            await file.read_head(size)
        except BrokenUpload as error:
            raise self._broken() from error

    @property
    def _curl(self) -> str:
        return f"curl -F {self.field}=@{self.example}"

    def _broken(self) -> Problem:
        return Problem(
            _BROKEN_MULTIPART, f"Send one file in the field `{self.field}`: {self._curl}."
        )

    def _unknown(self, names: Sequence[str]) -> Problem:
        message = (
            f"No such field in this form: there is {self.field}. Parameters stand in the address, "
            "behind `?`."
        )
        return unknown([{"field": name, "message": message} for name in names])

    async def take_once(
        self,
        platform: Platform,
        principal: Principal,
        request: IncomingUpload,
        content: Json,
        take: Callable[[Platform], Awaitable[JsonReply]],
    ) -> JsonReply:
        """Answer by `take`. Under an Idempotency-Key two requests are the same where their
        `content` is, and it is taken once. Raises whatever `take` raises; a Refusal of the key.
        """
        header = request.header(HEADER)
        if header is None:
            return await take(platform)
        mark = fingerprint("POST", self.path, query="", if_match=None, body=dump(content).encode())
        sent = Sent(
            principal.account_id,
            principal.actor,
            route=f"POST {self.path}",
            key=read_key(header),
            fingerprint=mark,
        )
        attempt = await begin(platform, sent)
        if isinstance(attempt, Answered):
            body = load_object(attempt.body)
            headers = {**attempt.headers, **REPLAYED}
            return JsonReply(
                attempt.status, body, headers, account=principal.account_id, run=_run_in(body)
            )
        try:
            with drawn_by(attempt.journal.draw):
                reply = await take(attempt.platform)
        except Exception:
            await attempt.given_up()
            raise
        await attempt.answered(reply.status, None, headers=reply.headers, body=dump(reply.body))
        return reply


def _run_in(answer: JsonObject) -> str | None:
    """The run that an answer is about; None where it is about none."""
    run = answer.get("runId")
    if run is None:
        return None
    return str(run)


def name_of(file: IncomingFile, request: IncomingUpload) -> str | None:
    """What the person calls the file: shown, never used as a path."""
    name = file.name or unquote(request.header("x-file-name") or "")
    printable = "".join(character for character in name if character.isprintable()).strip()
    return printable[:_LONGEST_FILE_NAME] or None
