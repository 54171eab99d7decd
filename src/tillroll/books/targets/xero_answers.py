"""What Xero's answers mean: refusals, contacts, tax codes and files."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from tillroll.books.targets.calls import (
    REFUSALS,
    Answer,
    objects,
    reason,
    text,
)
from tillroll.books.targets.errors import (
    ItemRefused,
    PeriodClosed,
    TargetError,
    TargetUncertain,
    WrittenOtherwise,
)
from tillroll.books.targets.target import (
    Attachment,
    Contact,
    Document,
    TaxCode,
    Written,
    checked_total,
)
from tillroll.books.targets.xero_documents import NAME, written_of
from tillroll_durable.platform.json import JsonObject

_LOCKED_UNTIL: Final = re.compile(r"currently set at ([0-9]{1,2}-[A-Za-z]{3}-[0-9]{4})")


def tax_code_of(answer: JsonObject) -> TaxCode:
    rate = answer.get("EffectiveRate")
    try:
        if rate is None:
            percent = None
        else:
            percent = f"{Decimal(str(rate)).normalize():f}"
    except InvalidOperation:
        percent = None
    return TaxCode(
        text(answer, "TaxType"),
        text(answer, "Name"),
        percent,
        is_active=text(answer, "Status") == "ACTIVE",
        of_purchases=answer.get("CanApplyToExpenses") is not False,
        of_sales=answer.get("CanApplyToRevenue") is not False,
    )


def contact_of(answer: JsonObject) -> Contact:
    if not text(answer, "ContactID"):
        raise TargetUncertain(f"{NAME}'s answer is no contact")
    return Contact(text(answer, "ContactID"), text(answer, "Name"))


def attachment_of(answer: JsonObject) -> Attachment:
    size = answer.get("ContentLength")
    return Attachment(
        text(answer, "AttachmentID"),
        text(answer, "FileName"),
        media_type=text(answer, "MimeType"),
        size=size if isinstance(size, int) else None,
    )


def first_of(answer: Answer, name: str) -> JsonObject:
    rows = objects(answer.said.get(name))
    if not rows:
        raise TargetUncertain(f"{NAME}'s answer has no {name}")
    return rows[0]


def outcome_of(document: Document, answer: JsonObject) -> Written | TargetError:
    """The outcome of one document of a batch."""
    try:
        errors = objects(answer.get("ValidationErrors"))
        if errors or text(answer, "StatusAttributeString") == "ERROR":
            return _refused([text(each, "Message") for each in errors])
        return checked_total(document, written_of(document.kind, answer))
    except TargetError as error:
        return error


def checked(answer: Answer) -> Answer:
    """Raises ItemRefused, PeriodClosed, WrittenOtherwise, TargetUncertain."""
    if answer.is_success:
        return answer
    if answer.status not in REFUSALS:
        raise TargetUncertain(f"{NAME} answered {answer.status}")
    elements = objects(answer.said.get("Elements"))
    sentences = [
        text(error, "Message")
        for each in elements
        for error in objects(each.get("ValidationErrors"))
    ]
    fallback = (
        text(answer.said, "Message")
        or text(answer.said, "Detail")
        or f"{NAME} answered {answer.status}"
    )
    raise _refused(sentences or [fallback])


def _refused(sentences: Sequence[str]) -> TargetError:
    why = reason("; ".join(sentences))
    if "idempotency" in why.lower():
        return WrittenOtherwise(f"{NAME} has other content under this key")
    if "lock date" not in why.lower():
        return ItemRefused(why)
    match = _LOCKED_UNTIL.search(why)
    try:
        if match:
            until = datetime.strptime(match[1], "%d-%b-%Y").replace(tzinfo=UTC).date()
        else:
            until = None
    except ValueError:
        until = None
    return PeriodClosed(why, until)
