"""JSON of expenses and of their changes. Keys are camelCase; times are UTC, ISO 8601."""

import hashlib
from typing import Literal

from pydantic import JsonValue

from tillroll_documents.reading.extraction import ProposedCategory
from tillroll_durable.platform.models import Model


class Base(Model):
    """An expense in the account's base currency: its amounts times `rate`, rounded half to even.
    `rate` is a decimal string, published for `rate_date`; `source` says where it was read.
    """

    currency: str
    total: str
    tax: str | None
    rate: str
    rate_date: str
    source: str


class BaseMissing(Model):
    """Why there is no `base`. `reason` is `pending` (it is being converted), `rates_missing` (no
    rate of `date` is stored here), `not_quoted` (`currency` has no rate among those of `date`),
    `before_rates` (`date` is before the first reference rate, of 1999-01-04) or `too_large` (the
    amount could not be kept exactly).
    """

    reason: Literal["pending", "rates_missing", "not_quoted", "before_rates", "too_large"]
    date: str | None
    currency: str | None


class PersonName(Model):
    """Who handed an expense in; `name` is null where there is no such person any more."""

    id: str
    name: str | None


# Schemas of topics, which receivers may keep, have this name.
class PartShape(Model):
    """A part of an expense that is split over categories. The parts' amounts add up to its total,
    their taxes to its tax.
    """

    category: str | None
    amount: str
    tax: str | None
    note: str | None


class ExpenseTaxLine(Model):
    """The tax at one rate (percent, a decimal string); null where the document does not say.
    `vat_category` is the VAT category of EN 16931 that an e-invoice names, such as AE for a
    reverse charge."""

    rate: str | None
    base: str | None
    tax: str
    vat_category: str | None


class ExpenseItem(Model):
    """Something bought; null where the document does not say. `quantity` and `unit_price` are
    decimal strings.
    """

    description: str
    quantity: str | None
    unit_price: str | None
    amount: str


class Expense(Model):
    """`total` and `tax` are decimal strings with the currency's digits, below zero where money came
    back; `date` is YYYY-MM-DD. `registered_name` is null where the receipt names no firm. `base` is
    null while the account has no base currency, or no rate is known, which `base_missing` says.

    `status` is ready, in_review, approved or voided. `version` grows with every change; it is the
    ETag. `origin` says what it was made from: receipt, voucher, mileage or per_diem. `paid_by` is
    company or employee, whom it is then owed to. `proposed_category` is what is likely where it has
    no category: it counts nowhere until somebody takes it. `parts` is empty unless it is split over
    categories. `updated_at` is null until it is changed.
    """

    id: str
    run_id: str
    receipt_id: str
    status: str
    version: int
    origin: str
    merchant: str
    registered_name: str | None
    date: str
    total: str
    tax: str | None
    currency: str
    category: str | None
    proposed_category: ProposedCategory | None
    tags: list[str]
    parts: list[PartShape]
    note: str | None
    project_id: str | None
    project: str | None
    client_id: str | None
    client: str | None
    payment_method: str | None
    paid_by: str
    billable: bool
    person: PersonName | None
    document_kind: str | None
    receipt_number: str | None
    due_date: str | None
    amount_due: str | None
    buyer: str | None
    base: Base | None
    base_missing: BaseMissing | None
    created_at: str
    updated_at: str | None


Stage = Literal["in_review", "ready", "approved", "exported", "paid", "voided"]
"""How far an expense has come: its status, and of an approved one what happened to it last."""
Billing = Literal["billed", "received", "claimed", "paid_back"]
"""What became of an expense that somebody is asked for: a claim on a client has it, or that claim
was paid; a claim on the company has it, or that was paid."""


class ListedExpense(Expense):
    """An expense as lists show it. `stage` is its `status`, or of an approved one exported, or paid
    once a payout has paid it back or the bank's entries settle it. `isExported` holds whatever its
    stage is. `billing` is null where no claim has it. `mediaType` is that of its document, null
    where it has none.
    """

    stage: Stage
    is_exported: bool
    billing: Billing | None
    media_type: str | None


class ExpenseDetail(ListedExpense):
    """An expense with what its document lists."""

    tax_lines: list[ExpenseTaxLine]
    items: list[ExpenseItem]

    @property
    def etag(self) -> str:
        """Its version, and what else of it may change, such as its stage. If-Match looks at the
        version alone.
        """
        digest = hashlib.sha256(self.model_dump_json().encode()).hexdigest()
        return f'"{self.version}-{digest[:16]}"'


class ValueChange(Model):
    """A field by its name, before and after."""

    field: str
    old: JsonValue
    new: JsonValue


class ExpenseChange(Model):
    """`kind` is edited, sent_back, confirmed, voided, restored, undone; of an act on many expenses
    its kind and id; approved, unapproved, rejected or unrejected (the refusal taken back) by an
    approver; merged (voided as a duplicate) or parted (told apart again);
    reviewed: what a person corrected of the reading before there was an expense; or
    reviewed_as_read, where they corrected nothing. Acts and reviews have no versions. `values` is
    empty where the kind says all, or they were erased. `person` is null where it was none, or there
    is no such person any more. `undoes` and `undone_by` are ids of changes.
    """

    id: str
    kind: str
    from_version: int | None
    version: int | None
    reason: str | None
    actor: str
    person: PersonName | None
    at: str
    values: list[ValueChange]
    undoes: str | None
    undone_by: str | None
