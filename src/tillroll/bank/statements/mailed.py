"""Bank statements that come by mail."""

import hashlib
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.bank.repository import File, original_key
from tillroll.bank.service import take_file
from tillroll.bank.statements.contract import KIND
from tillroll.module import kinds
from tillroll.received_mail.takers import TAKERS
from tillroll_documents.bank_files.api.files import ApiReader
from tillroll_documents.bank_files.camt.messages import CamtReader
from tillroll_documents.bank_files.csv.files import CsvReader
from tillroll_documents.bank_files.files import HEAD, detect
from tillroll_documents.bank_files.printed import UnreadableFile
from tillroll_durable import Actor
from tillroll_durable.platform.services import Platform

_CAMT: Final = b"camt.05"


class MailedStatements:
    """Takes files that a mail brings."""

    permission: Permission = Permission.BOOK
    what: str = "a bank statement"

    def recognizes(self, name: str | None, content: bytes) -> bool:
        """Recognize a bank's file by its content; CSV, which begins like any text, by its name
        too.
        """
        head = content[:HEAD]
        try:
            reader = detect(head)
        except UnreadableFile:
            return False
        if reader is CsvReader:
            return (name or "").lower().endswith(".csv")
        if reader is CamtReader:
            return _CAMT in head.replace(b"\0", b"")
        return reader is not ApiReader

    async def take(
        self, platform: Platform, actor: Actor, user_id: str, name: str | None, content: bytes
    ) -> str:
        """Begin the run of a file, once for its bytes."""
        sha256 = hashlib.sha256(content).hexdigest()
        key = original_key(actor.account_id, sha256)
        await platform.objects.put_bytes(key, content, "application/octet-stream")
        file = File(
            sha256=sha256,
            size=len(content),
            file_name=(name or "")[:200] or None,
            object_key=key,
            bank_account_id=None,
            source="mail",
            by=user_id,
        )
        return (await take_file(platform, kinds().newest[KIND], actor=actor, file=file)).run_id


STATEMENTS: Final = TAKERS.fill(MailedStatements())
