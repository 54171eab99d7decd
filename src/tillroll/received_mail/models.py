"""Received mail, what was in it, and the intake of an account, as rows and as JSON."""

from typing import Annotated, Final, Literal

from pydantic import Field

from tillroll_durable.platform.models import Model, RequestBody

LONGEST_LINE: Final = 200
"""Characters of a subject or a name that are kept."""

MailState = Literal["stored", "done", "refused", "failed"]
Outcome = Literal["taken", "known", "refused", "left_out"]


class AllowedSender(RequestBody):
    """`pattern` is an address, or all of a domain as @example.com; `user_id` the person whose
    receipts these are.
    """

    pattern: Annotated[str, Field(max_length=300)]
    user_id: Annotated[str, Field(max_length=LONGEST_LINE)]


class EarlierAddress(Model):
    """An address that was changed, and is taken to until `ends_at`."""

    address: str
    ends_at: str


class RefusedMail(Model):
    """`count` mails were refused at the door; the last one at `at`, since `why`. Nothing else is
    kept of them.
    """

    count: int
    at: str | None
    why: str | None


class ReceiptsByMail(Model):
    """`is_offered`: this deployment takes mail. `address` is null where the account has none.
    `requires_authentication`: the sender's domain must prove that it sent the mail. `senders` may
    send beside the account's people, who may from their confirmed addresses.
    """

    is_offered: bool
    address: str | None
    created_at: str | None
    earlier: list[EarlierAddress]
    requires_authentication: bool
    senders: list[AllowedSender]
    refused: RefusedMail


class ReceivedMail(Model):
    """`state`: stored (not worked off yet), done, refused (nothing in it may be a receipt) or
    failed; `why` says what stands in the way. Of its papers, `taken` are receipts and `refused` are
    not. `user_id` is whose receipts these are. `is_authenticated`: its sender's domain has proven
    that it sent it; `answer_id` is the mail that answered it.
    """

    id: str
    sender: str
    subject: str
    user_id: str
    user_name: str
    is_authenticated: bool
    size: int
    received_at: str
    state: Literal["stored", "done", "refused", "failed"]
    why: str | None
    attempts: int
    next_attempt_at: str | None
    settled_at: str | None
    answer_id: str | None
    deleted_at: str | None
    taken: int
    refused: int


class ReceivedAttachment(Model):
    """`found`: attached, inline (a picture in the text), archived (in a ZIP), or text. `outcome`:
    taken, known (the account has these bytes), refused, or left_out, as logos and signatures are;
    `why` of the latter two.
    """

    found: Literal["attached", "inline", "archived", "text"]
    name: str | None
    size: int
    outcome: Literal["taken", "known", "refused", "left_out"]
    why: str | None
    receipt_id: str | None
    run_id: str | None


class ReceivedMailDetail(ReceivedMail):
    papers: list[ReceivedAttachment]
