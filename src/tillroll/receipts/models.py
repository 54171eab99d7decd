"""What the API answers of receipts. Keys are camelCase; times are UTC, ISO 8601."""

from tillroll.platform.shape import Shape


class ReceiptShape(Shape):
    """`received_mail_id` is the mail that it came by; null where it was uploaded."""

    id: str
    file_name: str | None
    media_type: str
    size: int
    image_url: str
    received_mail_id: str | None


class BoxesShape(Shape):
    """Where the words of a page stand in its picture; `words` are as transcripts has them."""

    page: int
    words: list[list[int]]


class TranscriptShape(Shape):
    lines: list[str]
    boxes: list[BoxesShape]


class DuplicateShape(Shape):
    run_id: str
    receipt_id: str
    merchant: str
    date: str
    total: str
    currency: str


class ReadShape(Shape):
    """What was read, not confirmed yet: null where the receipt says nothing. The values are an expense's."""

    merchant: str | None
    registered_name: str | None
    date: str | None
    total: str | None
    currency: str | None
    document_kind: str | None
    receipt_number: str | None
    due_date: str | None
    amount_due: str | None
    buyer: str | None
