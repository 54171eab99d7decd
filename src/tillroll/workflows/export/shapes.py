"""What is asked for in an export, and what the API answers of one. Keys are camelCase; times are UTC, ISO 8601."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from tillroll.expenses.search.filters import Asked as Read
from tillroll.expenses.search.filters import Filter, read_filter
from tillroll.platform.shape import Asked, Shape

_Several = str | list[str] | None
_NARROWER = ("q", "least", "most", "tag", "person", "status", "missing")


class ExportFilter(Asked):
    """Which expenses, by the names of `GET /api/expenses`: several values of one name are a list, and
    alternatives. Null chooses by nothing."""

    # `from` is no name in Python; only the API's own is taken.
    model_config = ConfigDict(populate_by_name=False)

    first_day: Annotated[str | None, Field(alias="from", description="The first day, YYYY-MM-DD")] = None
    last_day: Annotated[str | None, Field(alias="to", description="The last day, YYYY-MM-DD")] = None
    currency: _Several = None
    category: _Several = None
    q: str | None = None
    least: Annotated[str | None, Field(alias="min")] = None
    most: Annotated[str | None, Field(alias="max")] = None
    tag: _Several = None
    person: _Several = None
    status: _Several = None
    missing: _Several = None

    @field_validator("currency", "category", "q", "tag", "person", "status", "missing")
    @classmethod
    def _is_something(cls, value: str | list[str] | None) -> str | list[str] | None:
        if value is not None and not (
            value and all(each.strip() for each in ([value] if isinstance(value, str) else value))
        ):
            raise ValueError("It is empty: leave it out, or give null.")
        return value

    @field_validator("first_day", "last_day", "least", "most")
    @classmethod
    def _is_read(cls, value: str | None, info: ValidationInfo) -> str | None:
        field = cls.model_fields[info.field_name or ""]
        sent = Read({} if value is None else {field.alias or "": [value]})
        read_filter(sent)
        if sent.problems:
            raise ValueError(sent.problems[0][1])
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Each value is kept as the list would write it, so that the same choice is the same filter."""
        sent = self._sent
        chosen = read_filter(sent)
        if sent.problems:
            raise ValueError("; ".join(f"{name}: {message}" for name, message in sent.problems))
        written = chosen.as_asked()
        for name, field in type(self).model_fields.items():
            value = written.get(field.alias or name)
            setattr(self, name, value[0] if isinstance(value, list) and len(value) == 1 else value)
        return self

    @property
    def found(self) -> Filter:
        """What is chosen, as the list reads it."""
        return read_filter(self._sent)

    @property
    def _sent(self) -> Read:
        given: dict[str, str | list[str]] = self.model_dump(by_alias=True, exclude_none=True)
        return Read({name: value if isinstance(value, list) else [value] for name, value in given.items()})

    @property
    def is_of_the_list_only(self) -> bool:
        """It asks for more than days, currencies and categories, which is all that is known of what was handed on."""
        return any(getattr(self, name) is not None for name in _NARROWER)


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
