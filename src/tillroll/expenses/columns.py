"""The columns of `expenses`, as the model of an expense declares them. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final, LiteralString

from pydantic import BaseModel

from tillroll.expenses.exported import decimal_amount
from tillroll.expenses.fields import Elsewhere, Entry, Follows, fields_of, json_name
from tillroll.expenses.models import Expense
from tillroll_documents.money import minor_from_decimal_string
from tillroll_durable.platform.bindings.database import (
    Row,
    Value,
    columns_of,
    optional_integer,
    text,
)
from tillroll_durable.platform.json import Json, JsonObject


def selected(model: type[BaseModel], without: Collection[str] = ()) -> LiteralString:
    """What is selected of `expenses` for the fields of a model that have a column there, but for
    some.
    """
    names = [
        _column_of(model, name)
        for name in model.model_fields
        if name not in without and not _is_elsewhere(model, name)
    ]
    return ", ".join(f"expenses.{column}" for column in columns_of(names))


def amounts_of(model: type[BaseModel], row: Row) -> dict[str, str | None]:
    """The amounts of a row in the expense's currency, by the fields of the model."""
    currency = text(row, "currency")
    return {
        name: decimal_amount(optional_integer(row, _column_of(model, name)), currency)
        for name in _amounts(model)
    }


def stored(values: JsonObject) -> dict[LiteralString, Value]:
    """Values of an expense by the API's names, as their columns have them; `currency` is among
    them. The category is left out: it is written with who chose it.
    """
    currency = str(values["currency"])
    return {
        column: _stored(values[name], kind=_KINDS.get(name), currency=currency)
        for name, column in _WRITTEN.items()
        if name in values
    }


def _stored(value: Json, kind: str | None, currency: str) -> Value:
    if kind == "yes":
        return int(value is True)
    if value is None:
        return None
    if kind == "amount":
        return minor_from_decimal_string(str(value), currency)
    return str(value)


def _is_elsewhere(model: type[BaseModel], name: str) -> bool:
    return name in fields_of(model, Elsewhere)


def _amounts(model: type[BaseModel]) -> Iterator[str]:
    return (name for name, entry in fields_of(model, Entry).items() if entry.kind == "amount")


def _column_of(model: type[BaseModel], name: str) -> str:
    if name in _amounts(model):
        return f"{name}_minor"
    return name


def _written() -> Mapping[str, LiteralString]:
    """The columns of all values that change, by the API's names."""
    changing = {**fields_of(Expense, Entry), **fields_of(Expense, Follows)}
    names = [
        name
        for name in Expense.model_fields
        if name in changing and name != "category" and not _is_elsewhere(Expense, name)
    ]
    columns = columns_of(_column_of(Expense, name) for name in names)
    return {json_name(name): column for name, column in zip(names, columns, strict=True)}


_WRITTEN: Final = _written()
_KINDS: Final = {json_name(name): entry.kind for name, entry in fields_of(Expense, Entry).items()}
