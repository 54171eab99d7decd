"""JSON of expenses and of their changes. Keys are camelCase; times are UTC, ISO 8601."""

import hashlib
from typing import Annotated, Final, Literal

from pydantic import JsonValue

from tillroll.expenses.fields import ELSEWHERE, Entry, Follows, InFiles, Searched
from tillroll_documents.reading.extraction import ProposedCategory
from tillroll_durable.platform.models import Model

LONGEST_NOTE: Final = 2_000


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


class ExpenseOrigin(Model):
    """Which expense it is, how far it has come, and what it was made from."""

    id: str
    run_id: str
    receipt_id: str
    status: str
    version: int
    origin: str


class ExpenseValues(Model):
    """What is said of an expense. Each field is declared here: the body of a change, the form, the
    search and the exports read these lines. Beside its column, two places name fields again: acts
    on many expenses and rules (`sorting/`), and what corrects an export (`exported.py`).
    """

    merchant: Annotated[
        str,
        Entry("text", label="Merchant", group="main", longest=200),
        InFiles("Merchant", is_text=True),
    ]
    registered_name: Annotated[
        str | None,
        Entry("text", label="Registered name", group="details", longest=200),
        InFiles("Registered name", is_text=True),
    ]
    date: Annotated[
        str,
        Entry("day", label="Date", group="main", needs="reason", is_approved=True),
        InFiles("Date"),
    ]
    total: Annotated[
        str, Entry("amount", label="Total", needs="reason", is_approved=True), InFiles("Total")
    ]
    tax: Annotated[str | None, Entry("amount", label="Tax", needs="reason"), InFiles("Tax")]
    currency: Annotated[
        str,
        Entry("currency", label="Currency", needs="reason", is_approved=True),
        InFiles("Currency"),
    ]
    category: Annotated[
        str | None,
        Entry("category", label="Category", group="main", longest=60, sorts=True, is_approved=True),
        InFiles("Category", is_text=True),
    ]
    proposed_category: ProposedCategory | None
    tags: Annotated[
        list[str],
        ELSEWHERE,
        Entry("tags", label="Tags", group="main", longest=900, sorts=True),
        InFiles("Tags", is_text=True),
    ]
    parts: Annotated[
        list[PartShape],
        ELSEWHERE,
        Entry("lines", label="Split", needs="version", is_approved=True),
        InFiles(),
    ]
    note: Annotated[
        str | None,
        Entry("note", label="Note", group="main", longest=LONGEST_NOTE, sorts=True),
        InFiles("Note", is_text=True),
    ]
    project_id: Annotated[str | None, Entry("client", label="Project", group="coding", sorts=True)]
    project: Annotated[
        str | None,
        Follows("project_id"),
        InFiles("Project", is_text=True),
        Searched(
            "project",
            label="Project",
            meaning="The project that it was spent for",
            example="project:fair",
        ),
    ]
    client_id: Annotated[
        str | None,
        Entry("client", label="Client", group="coding", sorts=True, is_approved=True),
    ]
    client: Annotated[
        str | None,
        Follows("client_id"),
        InFiles("Client", is_text=True),
        Searched(
            "client",
            label="Client",
            meaning="The client that it was spent for",
            example="client:acme",
        ),
    ]
    payment_method: Annotated[
        str | None, Entry("choice", label="Paid with", group="coding"), InFiles("Payment method")
    ]
    paid_by: Annotated[
        str,
        Entry("choice", label="Paid by", group="coding", is_approved=True),
        InFiles("Paid by"),
    ]
    cost_center: Annotated[
        str | None,
        Entry("text", label="Cost centre", group="coding", longest=36, sorts=True),
        InFiles("Cost centre", is_text=True),
        Searched(
            "cost-center",
            label="Cost centre",
            meaning="The cost centre that it is booked on",
            example="cost-center:k1",
        ),
    ]
    billable: Annotated[
        bool,
        Entry("yes", label="Billable to the client", group="coding", sorts=True, is_approved=True),
    ]
    person: PersonName | None
    document_kind: Annotated[
        str | None, Entry("choice", label="Kind", group="details"), InFiles("Kind")
    ]
    receipt_number: Annotated[
        str | None,
        Entry("text", label="Number", group="details", longest=200),
        InFiles("Number", is_text=True),
    ]
    due_date: Annotated[str | None, Entry("day", label="Due", group="details"), InFiles("Due date")]
    amount_due: Annotated[
        str | None, Entry("amount", label="Amount due", group="details"), InFiles("Amount due")
    ]
    buyer: Annotated[
        str | None,
        Entry("text", label="Made out to", group="details", longest=200),
        InFiles("Buyer", is_text=True),
    ]


# The fields of the last base stand first.
class Expense(ExpenseValues, ExpenseOrigin):
    """`total` and `tax` are decimal strings with the currency's digits, below zero where money came
    back; `date` is YYYY-MM-DD. `registered_name` is null where the receipt names no firm. `base` is
    null while the account has no base currency, or no rate is known, which `base_missing` says.

    `status` is ready, in_review, approved or voided. `version` grows with every change; it is the
    ETag. `origin` says what it was made from: receipt, voucher, mileage or per_diem. `paid_by` is
    company or employee, whom it is then owed to. `proposed_category` is what is likely where it has
    no category: it counts nowhere until somebody takes it. `parts` is empty unless it is split over
    categories. `updated_at` is null until it is changed.
    """

    base: Annotated[Base | None, ELSEWHERE]
    base_missing: Annotated[BaseMissing | None, ELSEWHERE]
    created_at: str
    updated_at: str | None


Stage = Literal["in_review", "ready", "approved", "exported", "paid", "voided"]
"""How far an expense has come: its status, and of an approved one what happened to it last."""
Billing = Literal["billed", "received", "claimed", "paid_back"]
"""What became of an expense that somebody is asked for: a claim on a client has it, or that claim
was paid; a claim on the company has it, or that was paid."""


class StagedExpense(Expense):
    """An expense as the run that read its document shows it. `stage` is its `status`, or of an
    approved one exported, or paid once a payout has paid it back or the bank's entries settle it.
    """

    stage: Stage


class ListedExpense(StagedExpense):
    """An expense as lists show it. `isExported` holds whatever its stage is. `billing` is null
    where no claim has it. `mediaType` is that of its document, null where it has none.
    """

    is_exported: bool
    billing: Billing | None
    media_type: str | None


class ExpenseDetail(ListedExpense):
    """An expense with what its document lists."""

    tax_lines: Annotated[
        list[ExpenseTaxLine], ELSEWHERE, Entry("lines", label="Tax lines", needs="version")
    ]
    items: Annotated[list[ExpenseItem], ELSEWHERE, Entry("lines", label="Items")]

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
