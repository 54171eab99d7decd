"""From rows to what the API shows of a run."""

from collections.abc import Sequence

from tillroll.api.expense_views import BASE_COLUMNS, JOIN_BASE, expense_shape
from tillroll.api.reasons import message_for, sentence_for
from tillroll.api.shapes import (
    DuplicateShape,
    ErrorShape,
    ExpenseShape,
    ReadShape,
    ReceiptShape,
    ReviewShape,
    RunSummary,
    StepShape,
)
from tillroll.durable.contract import Contract, Status
from tillroll.durable.decisions import Review
from tillroll.platform.database import Row, integer, optional_text, text
from tillroll.workflows.registry import contract_of

# A run with its receipt, and its expense or what was read for it, in one row; columns are told apart by prefixes.
SELECT_RUNS = f"""
  SELECT runs.*,
    receipts.id AS receipt_id, receipts.file_name, receipts.media_type, receipts.size,
    expenses.id AS expense_id, expenses.merchant, expenses.date, expenses.total_minor, expenses.tax_minor,
    expenses.currency, expenses.category, expenses.created_at AS expense_created_at, {BASE_COLUMNS},
    extractions.run_id AS read_run_id,
    json_extract(extractions.body, '$.merchant.value') AS read_merchant,
    json_extract(extractions.body, '$.date.value') AS read_date,
    json_extract(extractions.body, '$.total.value') AS read_total,
    json_extract(extractions.body, '$.currency.value') AS read_currency
  FROM runs
  JOIN receipts ON receipts.id = runs.subject
  LEFT JOIN expenses ON expenses.run_id = runs.id
  LEFT JOIN extractions ON extractions.run_id = runs.id AND expenses.id IS NULL
  {JOIN_BASE}
"""  # noqa: S608 - constants


def summary(row: Row) -> RunSummary:
    """A row of SELECT_RUNS."""
    contract = contract_of(text(row, "kind"), integer(row, "contract_version"))
    state = contract.shown_state(text(row, "state"), text(row, "status"), text(row, "next_safe_action"))
    return RunSummary(
        id=text(row, "id"),
        status=state.status,
        state=state.name,
        message=message_for(state.says, optional_text(row, "reason")),
        reason=optional_text(row, "reason"),
        step=_step_under_way(contract, row),
        state_version=integer(row, "state_version"),
        created_at=text(row, "created_at"),
        updated_at=text(row, "updated_at"),
        receipt=receipt_shape(row),
        expense=_expense(row),
        read=_read(row),
        error=_error(row),
    )


def receipt_shape(row: Row) -> ReceiptShape:
    receipt_id = text(row, "receipt_id")
    return ReceiptShape(
        id=receipt_id,
        file_name=optional_text(row, "file_name"),
        media_type=text(row, "media_type"),
        size=integer(row, "size"),
        image_url=f"/api/receipts/{receipt_id}/image",
    )


def _expense(row: Row) -> ExpenseShape | None:
    if row["expense_id"] is None:
        return None
    expense = {**row, "run_id": row["id"], "id": row["expense_id"], "created_at": row["expense_created_at"]}
    return expense_shape(expense)


def _read(row: Row) -> ReadShape | None:
    if row["read_run_id"] is None:
        return None
    return ReadShape(
        merchant=optional_text(row, "read_merchant"),
        date=optional_text(row, "read_date"),
        total=optional_text(row, "read_total"),
        currency=optional_text(row, "read_currency"),
    )


def _step_under_way(contract: Contract, row: Row) -> str | None:
    """The step that runs now: the one that begins where the run stands."""
    if text(row, "status") != Status.PROCESSING:
        return None
    step = contract.step_from(text(row, "state"))
    return None if step is None else step.name


def steps(contract: Contract, run: RunSummary, rows: Sequence[Row]) -> list[StepShape]:
    """The contract's steps in order, each as far as it has come."""
    stored = {text(row, "step"): row for row in rows}
    return [_step(step.name, stored.get(step.name), is_under_way=step.name == run.step) for step in contract.steps]


def _step(name: str, row: Row | None, *, is_under_way: bool) -> StepShape:
    if row is None:
        return StepShape(
            name=name,
            outcome="running" if is_under_way else "pending",
            attempts=1 if is_under_way else 0,
            started_at=None,
            ended_at=None,
            error=None,
        )
    return StepShape(
        name=name,
        outcome=text(row, "outcome"),
        attempts=integer(row, "attempts"),
        started_at=text(row, "started_at"),
        ended_at=optional_text(row, "ended_at"),
        error=optional_text(row, "error_summary"),
    )


def _error(row: Row) -> ErrorShape | None:
    error_class = optional_text(row, "error_class")
    if error_class is None:
        return None
    return ErrorShape(error_class=error_class, summary=optional_text(row, "error_summary") or "")


def reasons_of(review: Review) -> list[str]:
    """Why a person is asked, the first reason first."""
    match review.proposed:
        case {"reasons": [*listed]}:
            return [str(code) for code in listed]
        case _:
            return [review.reason]


def review_shape(review: Review, duplicate: Row | None) -> ReviewShape:
    """`duplicate` is the row of the expense that this one may repeat."""
    reasons = reasons_of(review)
    return ReviewShape(
        id=review.id,
        reason=review.reason,
        reasons=reasons,
        sentences=[sentence_for(code) for code in reasons],
        deadline=review.deadline,
        escalated=review.escalated_at is not None,
        decision=review.decision,
        duplicate_of=None if duplicate is None else _duplicate(duplicate),
    )


def _duplicate(row: Row) -> DuplicateShape:
    expense = expense_shape(row)
    return DuplicateShape(
        run_id=expense.run_id,
        receipt_id=expense.receipt_id,
        merchant=expense.merchant,
        date=expense.date,
        total=expense.total,
        currency=expense.currency,
    )
