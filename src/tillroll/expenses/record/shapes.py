"""What the API answers of expenses. Keys are camelCase; times are UTC, ISO 8601."""

from typing import Literal

from tillroll.platform.shape import Shape


class BaseShape(Shape):
    """An expense in the account's base currency: its amounts times `rate`, rounded half to even. `rate` is a decimal
    string, published for `rate_date`; `source` says where it was read."""

    currency: str
    total: str
    tax: str | None
    rate: str
    rate_date: str
    source: str


class BaseMissingShape(Shape):
    """Why there is no `base`. `reason` is `pending` (it is being converted), `rates_missing` (no rate of `date` is
    stored here), `not_quoted` (`currency` has no rate among those of `date`), `before_rates` (`date` is before the
    first reference rate, of 1999-01-04) or `too_large` (the amount could not be kept exactly)."""

    reason: Literal["pending", "rates_missing", "not_quoted", "before_rates", "too_large"]
    date: str | None
    currency: str | None


class ExpenseShape(Shape):
    """`total` and `tax` are decimal strings with the currency's digits, below zero where money came back; `date` is
    YYYY-MM-DD. `registered_name` is null where the receipt names no firm. `base` is null while the account has no base
    currency, or no rate is known, which `base_missing` says."""

    id: str
    run_id: str
    receipt_id: str
    merchant: str
    registered_name: str | None
    date: str
    total: str
    tax: str | None
    currency: str
    category: str | None
    document_kind: str | None
    receipt_number: str | None
    due_date: str | None
    amount_due: str | None
    buyer: str | None
    base: BaseShape | None
    base_missing: BaseMissingShape | None
    created_at: str
