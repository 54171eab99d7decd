"""What is asked for in an export, and what the API answers of one. Keys are camelCase; times are UTC, ISO 8601."""

from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from tillroll.platform.shape import Asked, Shape
from tillroll.receipts.amounts.currencies import CODES


class ExportFilter(Asked):
    """Which expenses: of the days `from` to `to`, both included, of a currency (ISO 4217), of a category. Null chooses
    by nothing."""

    # `from` is no name in Python; only the API's own is taken.
    model_config = ConfigDict(populate_by_name=False)

    first_day: Annotated[date | None, Field(alias="from", description="The first day, YYYY-MM-DD")] = None
    last_day: Annotated[date | None, Field(alias="to", description="The last day, YYYY-MM-DD")] = None
    currency: str | None = None
    category: Annotated[str | None, Field(min_length=1, max_length=60)] = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise ValueError("`from` is after `to`: exchange them")
        if self.currency is not None and self.currency not in CODES:
            raise ValueError(f"{self.currency[:20]!r} is no currency: give its ISO 4217 code, such as EUR")
        return self


class ProgressShape(Shape):
    """`done` of `of` expenses are gathered."""

    done: int
    of: int


class TotalShape(Shape):
    """The sum of all expenses in a currency, as a decimal string."""

    currency: str
    total: str


class FileShape(Shape):
    """One file of an export: `count` lines; `size` in bytes, `sha256` hexadecimal. `remarks` say what could not be
    written as it is."""

    number: int
    file_name: str
    url: str
    size: int
    sha256: str
    count: int
    remarks: list[str]


class ProfileNameShape(Shape):
    id: str
    name: str


class ExportShape(Shape):
    """`count`, `totals`, `first_day` and `last_day` are of the lines that are in it so far; `corrections` of these take
    back what an earlier export said, and `after_closing` are of a period that had been closed. `files` are those that
    are written; `file_url`, `size` and `sha256` are the first one's, null until it is there, as is `finished_at`.
    `as_closed`: it repeats what was closed, whatever was changed since."""

    id: str
    run_id: str
    format: str
    profile: ProfileNameShape | None
    filter: ExportFilter
    only_new: bool
    as_closed: bool
    status: str
    state: str
    message: str
    progress: ProgressShape
    count: int
    corrections: int
    after_closing: int
    totals: list[TotalShape]
    first_day: str | None
    last_day: str | None
    files: list[FileShape]
    file_name: str
    file_url: str | None
    size: int | None
    sha256: str | None
    created_at: str
    finished_at: str | None
