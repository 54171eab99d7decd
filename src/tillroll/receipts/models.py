"""Receipts, transcripts and readings as they are stored and answered. Times are UTC, ISO 8601."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final, TypeAlias, TypeGuard

from pydantic.alias_generators import to_camel

from tillroll.expenses.models import StagedExpense
from tillroll.expenses.repository import (
    BASE_CHANGED,
    JOIN_BASE,
    SELECT_EXPENSES,
    SHOWN_COLUMNS,
    STAGE_COLUMNS,
    expense_from,
    stage_in,
)
from tillroll.expenses.writes import EXPENSE_OF, expense_id
from tillroll.receipts.transcripts import transcript_in
from tillroll_documents.reading.extraction import MAX_LINE_LENGTH, MAX_LINES, Transcript
from tillroll_documents.reading.stored_extraction import in_full
from tillroll_durable import Detail, View, statement
from tillroll_durable.decisions import Review
from tillroll_durable.platform.bindings.database import Row, of_row, optional_text, text, word
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform
from tillroll_durable.sight import IS_SEEN

# The form of what is stored. What has another is no boxes to this code.
VERSION: Final = 1
# Coordinates are parts of this, of the picture's width and of its height.
UNIT: Final = 10_000
# Of all pages together: ten long receipts. What comes after has no boxes.
MOST_WORDS: Final = 2_500

_CORNERS = 8
_FORM = 3 + _CORNERS

Word: TypeAlias = tuple[int, ...]
"""The number of the line; its first character and the one behind its last, as Python counts them; x
and y of the four corners: top left, top right, bottom right, bottom left of the text as one reads
it. All count from 0.
"""


@dataclass(frozen=True)
class PageBoxes:
    """The words of a page, numbered from 1; a picture is page 1. Coordinates hold for the picture
    upright, as its EXIF data says, at any size; of a PDF's page for the picture that it consists
    of.
    """

    page: int
    words: tuple[Word, ...]


def boxes_as_json(pages: Sequence[PageBoxes]) -> JsonObject | None:
    """What boxes_from_json reads; None where there are none."""
    if not any(page.words for page in pages):
        return None
    return {
        "version": VERSION,
        "pages": [
            {"page": page.page, "words": [list(word) for word in page.words]} for page in pages
        ],
    }


def boxes_from_json(stored: Json, transcript: str) -> tuple[PageBoxes, ...]:
    """Take what a reader told, or what was stored, of this transcript; what does not fit it is left
    out.
    """
    match stored:
        case {"version": 1, "pages": [*pages]}:
            lengths = [
                min(len(line), MAX_LINE_LENGTH) for line in transcript.split("\n")[:MAX_LINES]
            ]
            return bounded([page for each in pages for page in _page(each, lengths)])
        case _:
            return ()


def on_page(boxes: Sequence[PageBoxes], page: int, lines_above: int) -> tuple[PageBoxes, ...]:
    """The boxes of a picture that is this page of a document, in whose transcript so many lines
    stand above its own.
    """
    words = [(line + lines_above, *rest) for each in boxes for line, *rest in each.words]
    if words:
        return (PageBoxes(page, tuple(words)),)
    return ()


def bounded(pages: Sequence[PageBoxes]) -> tuple[PageBoxes, ...]:
    """The pages with MOST_WORDS at most, the first ones, and those without any left out."""
    before = accumulate((len(page.words) for page in pages), initial=0)
    limited = (
        replace(page, words=page.words[: max(0, MOST_WORDS - n)])
        for page, n in zip(pages, before, strict=False)
    )
    return tuple(page for page in limited if page.words)


def _page(stored: Json, lengths: Sequence[int]) -> Iterator[PageBoxes]:
    match stored:
        case {"page": int(page), "words": [*words]} if page >= 1:
            yield PageBoxes(page, tuple([tuple(word) for word in words if _is_word(word, lengths)]))
        case _:
            pass


def _is_word(word: Json, lengths: Sequence[int]) -> TypeGuard[list[int]]:
    if (
        not isinstance(word, list)
        or len(word) != _FORM
        or any(type(part) is not int for part in word)
    ):
        return False
    line, start, end, *corners = [part for part in word if isinstance(part, int)]
    return (
        0 <= line < len(lengths)
        and 0 <= start < end <= lengths[line]
        and all(0 <= each <= UNIT for each in corners)
    )


class ReceiptSummary(Model):
    """`received_mail_id` is the mail that it came by; null where it was uploaded. `paid_by` is who
    paid, as was said with it: company or employee; of an expense, that says it.
    """

    id: str
    file_name: str | None
    media_type: str
    size: int
    image_url: str
    received_mail_id: str | None
    paid_by: str


class TranscriptLines(Model):
    """`boxes` say where the words of a page stand in its picture."""

    lines: list[str]
    boxes: list[PageBoxes]


class Duplicate(Model):
    run_id: str
    receipt_id: str
    merchant: str
    date: str
    total: str
    currency: str


class SentBack(Model):
    """Why the expense was sent back to review, in the words of the person who did it."""

    reason: str | None


class Read(Model):
    """What was read, not confirmed yet: null where the receipt says nothing. The values are an
    expense's.
    """

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


class LinkedReceipt(Model):
    """Another receipt, with its newest run."""

    run_id: str
    receipt_id: str
    status: str


class Links(Model):
    """`split_of`: the photo that the receipt was cut out of; `parts`: what was cut out of it.
    `joined_into`: the receipt of which the photo is a page; `photos`: those that the receipt was
    made of.
    """

    split_of: LinkedReceipt | None
    parts: list[LinkedReceipt]
    joined_into: LinkedReceipt | None
    photos: list[LinkedReceipt]


# Receipts that are linked with that of a run, and as what: a part, its whole, a photo, or its
# document.
_LINKED: Final = """
  WITH own AS (SELECT receipts.* FROM receipts JOIN runs ON runs.subject = receipts.id
      WHERE runs.id = ?1),
  linked AS (
    SELECT 'part' AS is_its, other.* FROM own
    JOIN receipts other ON other.account_id = own.account_id AND other.split_of = own.id
    UNION ALL
    SELECT 'whole', other.* FROM own JOIN receipts other ON other.id = own.split_of
    UNION ALL
    SELECT 'photo', other.* FROM own
    JOIN receipts other ON other.account_id = own.account_id AND other.joined_into = own.id
    UNION ALL
    SELECT 'document', other.* FROM own JOIN receipts other ON other.id = own.joined_into
  )
  SELECT is_its, linked.id AS receipt_id, linked.run_id, linked.person, runs.status
  FROM linked JOIN runs ON runs.id = linked.run_id ORDER BY linked.id
"""


def _links(rows: Sequence[Row], only: str | None) -> JsonObject:
    """The links whose documents the person sees."""
    visible = [row for row in rows if only in (None, row["person"])]
    linked = [(row["is_its"], of_row(LinkedReceipt, row)) for row in visible]
    return Links(
        split_of=next((each for its, each in linked if its == "whole"), None),
        parts=[each for its, each in linked if its == "part"],
        joined_into=next((each for its, each in linked if its == "document"), None),
        photos=[each for its, each in linked if its == "photo"],
    ).as_json()


_READ = ", ".join(
    f"json_extract(extractions.body, '$.{word(to_camel(name))}.value') AS read_{word(name)}"
    for name in Read.model_fields
)
# The newest reason; only of what is in review.
SENT_BACK: Final = """
  CASE WHEN expenses.status = 'in_review' THEN (
    SELECT reason FROM (
      SELECT reason, at FROM expense_changes WHERE expense_id = expenses.id AND kind = 'sent_back'
      UNION ALL
      SELECT reason, at FROM approval_decisions
      WHERE expense_id = expenses.id AND decision = 'rejected'
    ) ORDER BY at DESC LIMIT 1
  ) END AS sent_back_because
"""
# A run with its receipt, and its expense or what was read for it, in one row. Prefixes say whose a
# column is. An expense's conversion changes what is shown.
_QUERY = f"""
  SELECT page.run_id AS run_id, {BASE_CHANGED} AS changed_at,
    receipts.id AS receipt_id, receipts.file_name, receipts.media_type, receipts.size,
    COALESCE(receipts.paid_by, 'company') AS receipt_paid_by,
    (
      SELECT p.mail_id FROM received_papers p
      WHERE p.receipt_id = receipts.id AND p.outcome = 'taken'
      ORDER BY p.mail_id LIMIT 1
    ) AS received_mail_id,
    expenses.id AS expense_id, expenses.created_at AS expense_created_at, {SHOWN_COLUMNS},
    {STAGE_COLUMNS}, {SENT_BACK},
    extractions.run_id AS read_run_id,
    {_READ}
  FROM page
  JOIN runs ON runs.id = page.run_id
  JOIN receipts ON receipts.id = runs.subject
  LEFT JOIN expenses ON expenses.id = {EXPENSE_OF.format("runs.id")}
  LEFT JOIN extractions ON extractions.run_id = runs.id AND expenses.id IS NULL
  {JOIN_BASE}
"""


def _listed(row: Row) -> JsonObject:
    expense = read = None
    if row["expense_id"] is not None:
        columns = row | {"id": row["expense_id"], "created_at": row["expense_created_at"]}
        expense = StagedExpense(
            **expense_from(columns).model_dump(), stage=stage_in(columns)
        ).as_json()
    if row["read_run_id"] is not None:
        read = of_row(Read, {name: row[f"read_{name}"] for name in Read.model_fields}).as_json()
    receipt_id = text(row, "receipt_id")
    image_url = f"/api/receipts/{receipt_id}/image"
    paid_by = text(row, "receipt_paid_by")
    receipt = of_row(ReceiptSummary, row, id=receipt_id, image_url=image_url, paid_by=paid_by)
    is_back = expense is not None and expense["status"] == "in_review"
    if is_back:
        back = SentBack(reason=optional_text(row, "sent_back_because")).as_json()
    else:
        back = None
    return {"receipt": receipt.as_json(), "expense": expense, "read": read, "sentBack": back}


async def _detailed(platform: Platform, detail: Detail) -> JsonObject:
    extractions, linked = detail.rows
    stored = await transcript_in(platform, detail.steps)
    transcript = None
    if stored is not None:
        full_text = str(stored["text"])
        lines = [line.text for line in Transcript.from_text(full_text).lines]
        transcript = TranscriptLines(
            lines=lines, boxes=[*boxes_from_json(stored["boxes"], full_text)]
        ).as_json()
    extractions = extractions or detail.left.get("extractions", ())
    if extractions:
        extraction = in_full(text(extractions[0], "body"))
    else:
        extraction = None
    if extraction is not None and detail.only is not None:
        extraction["knownAs"] = (
            None  # how often the merchant was seen, and since when, is of others' receipts too
        )
    return {
        "extraction": extraction,
        "transcript": transcript,
        "links": _links(linked, detail.only),
    }


async def _proposed(platform: Platform, review: Review, only: str | None) -> JsonObject:
    """What may be the same purchase; null where there is nothing, or it is another's whom the
    person does not see.
    """
    match review.proposed:
        case {"duplicateOf": str(run_id)}:
            row = await platform.database.first(
                statement(
                    f"{SELECT_EXPENSES} WHERE expenses.id = ?1 AND {_VISIBLE}",
                    [expense_id(run_id), only],
                )
            )
        case _:
            row = None
    if row is None:
        duplicate = None
    else:
        duplicate = Duplicate.model_validate(expense_from(row), from_attributes=True)
    return {"duplicateOf": duplicate and duplicate.as_json()}


_VISIBLE: Final = IS_SEEN.format(person="expenses.person", only="?2")
VIEW = View(
    query=_QUERY,
    listed=_listed,
    statements=lambda run_id: [
        statement("SELECT body FROM extractions WHERE run_id = ?", [run_id]),
        statement(_LINKED, [run_id]),
    ],
    detailed=_detailed,
    proposed=_proposed,
    shapes={
        "receipt": ReceiptSummary,
        "expense": StagedExpense,
        "read": Read,
        "sentBack": SentBack,
    },
    detailed_shapes={"transcript": TranscriptLines, "links": Links},
    proposed_shapes={"duplicateOf": Duplicate},
)
