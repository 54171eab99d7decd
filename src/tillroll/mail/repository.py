"""What the mail workflow keeps beside the run record: the mail until it is sent, then what became
of it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, LiteralString

from tillroll.access.people import of_person
from tillroll.mail.addresses import hash_of_address
from tillroll.mail.provider import Attachment, Mail
from tillroll_durable.platform.bindings.database import (
    Database,
    Statement,
    insert_row,
    of_row,
    optional_text,
    statement,
)
from tillroll_durable.platform.bindings.objects import missing
from tillroll_durable.platform.encryption import decrypt
from tillroll_durable.platform.json import Json, JsonObject, dump, load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, RUNS_OF_PERSON, Gone, Table, of_nobody

# Where the code of the link stands in the text; no text that somebody gave has a control character.
CODE_HERE = "\x1a"
# RFC 3834, 5: no machine is to answer what answers.
ANSWER_HEADERS = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


# Ids of mails to people who are no users, which stand in a table of their own, begin with this.
OUTSIDE = "out"


@dataclass(frozen=True)
class Message:
    """A row of `messages` or `outside_messages`: `mail` is JSON with CODE_HERE for the code, None
    once sent.
    """

    id: str
    address_hash: str
    mail: str | None
    code: str | None
    created_at: str
    answers: str | None
    provider_id: str | None = None


@dataclass(frozen=True)
class NewMessage:
    """A mail that is to be sent to a person of an account; `code` is encrypted, for the row of this
    id. `answers` is the id of the received mail that it answers.
    """

    mail: Mail
    account_id: str
    user_id: str
    purpose: str
    code: str | None = None
    answers: str | None = None


@dataclass(frozen=True)
class MailFile:
    """A file that goes along with a mail. It stays unchanged in the bucket until the mail is
    sent, so that each attempt sends the same.
    """

    name: str
    media_type: str
    object_key: str


class FileMissing(Exception):
    """A file of a mail is not in the bucket; the message says what puts that right."""


@dataclass(frozen=True)
class NewOutsideMessage:
    """A mail that is to be sent to somebody who is no user: what it is (`purpose`) of a run of the
    account, which has one of each; `code` as in NewMessage. `files` are read when it is sent.
    """

    mail: Mail
    account_id: str
    run_id: str
    purpose: str
    code: str | None = None
    files: Sequence[MailFile] = ()


async def load_message(database: Database, message_id: str) -> Message | None:
    query = f"SELECT * FROM {_table_of(message_id)} WHERE id = ?"
    row = await database.first(statement(query, [message_id]))
    if row is None:
        return None
    return of_row(Message, row, answers=optional_text(row, "answers") if "answers" in row else None)


def code_bound_to(message_id: str) -> str:
    """What a code is encrypted for."""
    return f"messages/{message_id}"


async def mail_of(platform: Platform, message: Message) -> Mail:
    """The mail with its link's code and its files. Raises ValueError: it was sent;
    UnreadableSecret, FileMissing, ObjectsUnavailable.
    """
    content = load_object(message.mail or "")
    files = content.pop("files", [])
    if message.code is None:
        code = ""
    else:
        code = await decrypt(platform, message.code, code_bound_to(message.id))
    written = {name: str(value).replace(CODE_HERE, code) for name, value in content.items()}
    return Mail(
        message_id=message.id,
        headers=ANSWER_HEADERS if message.answers else {},
        attachments=await _read_files(platform, files),
        **written,
    )


async def _read_files(platform: Platform, files: Json) -> Sequence[Attachment]:
    """Raises FileMissing, ObjectsUnavailable."""
    if not isinstance(files, list):
        return ()
    attachments = list[Attachment]()
    for each in files:
        match each:
            case {"name": str(name), "media_type": str(media_type), "object_key": str(key)}:
                content = await platform.objects.get_bytes(key)
                if content is None:
                    raise FileMissing(missing(key))
                attachments.append(Attachment(name, media_type, content))
            case _:
                raise ValueError("a file of a mail was not kept as one")
    return attachments


def insert_message(new: NewMessage, now: str) -> Statement:
    """Keep a mail that is about to be sent."""
    mail = new.mail
    return statement(
        """
        INSERT INTO messages (
          id, account_id, user_id, purpose, address_hash, mail, code, created_at, answers)
        SELECT ?1, ?2, id, ?4, ?5, ?6, ?7, ?8, ?9 FROM users WHERE id = ?3 AND account_id = ?2
        """,
        [
            mail.message_id,
            new.account_id,
            new.user_id,
            new.purpose,
            hash_of_address(mail.to),
            _content_of(mail),
            new.code,
            now,
            new.answers,
        ],
    )


def insert_outside_message(new: NewOutsideMessage, now: str) -> Statement:
    """Keep a mail that is about to be sent to somebody who is no user."""
    return insert_row(
        "outside_messages",
        {
            "id": new.mail.message_id,
            "account_id": new.account_id,
            "run_id": new.run_id,
            "purpose": new.purpose,
            "address_hash": hash_of_address(new.mail.to),
            "mail": _content_of(new.mail, new.files),
            "code": new.code,
            "created_at": now,
        },
    )


def record_sent(message_id: str, provider_id: str, now: str) -> Statement:
    """Note that it was sent, and forget what it said."""
    sql = f"""
      UPDATE {_table_of(message_id)} SET provider_id = ?2, sent_at = COALESCE(sent_at, ?3),
        mail = NULL, code = NULL
      WHERE id = ?1
    """
    return statement(sql, [message_id, provider_id, now])


def _table_of(message_id: str) -> LiteralString:
    if message_id.startswith(f"{OUTSIDE}_"):
        return "outside_messages"
    return "messages"


def _content_of(mail: Mail, files: Sequence[MailFile] = ()) -> str:
    content: JsonObject = {
        "sender": mail.sender,
        "to": mail.to,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "reply_to": mail.reply_to,
    }
    if files:
        content["files"] = [asdict(each) for each in files]
    return dump(content)


_UNSENT: Final = frozenset({"code", "mail"})
TABLES: Final = (
    Table("messages", Gone(ACCOUNT), person=Gone("user_id = ?2"), without=_UNSENT),
    Table(
        "outside_messages",
        Gone(ACCOUNT),
        person=Gone(f"run_id IN ({RUNS_OF_PERSON})"),
        without=_UNSENT,
    ),
    of_nobody("mail_suppressions", "the hash of an address, so that nothing is sent there again"),
    of_person("mail_addresses", without=frozenset({"code_hash"})),
)
