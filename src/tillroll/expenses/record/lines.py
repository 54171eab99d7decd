"""The lines of an expense that a document lists: its tax at each rate, and what was bought."""

from tillroll.durable import Statement, statement
from tillroll.platform.json import Json, dump
from tillroll.receipts.amounts.money import AmountError, minor_from_decimal_string
from tillroll.receipts.correction import ExpenseFields
from tillroll.receipts.extraction import Extraction


def insert_lines(expense_id: str, extraction: Extraction | None, fields: ExpenseFields) -> list[Statement]:
    """The lines that were read, to stand behind the expense in its batch.

    Tax lines are kept where they add up to the expense's tax, so that a tax which a person corrected is not
    contradicted by them. Amounts that the expense's currency cannot have are no lines of it.
    """
    if extraction is None:
        return []
    taxes, items = _tax_lines(extraction, fields), _items(extraction, fields.currency)
    return [
        *([insert_tax_lines(expense_id, taxes)] if taxes else []),
        *([insert_items(expense_id, items)] if items else []),
    ]


def insert_tax_lines(expense_id: str, lines: list[Json]) -> Statement:
    """`lines` are objects of rate, base and tax; amounts in minor units."""
    return statement(
        """
        INSERT INTO expense_tax_lines (expense_id, number, rate, base_minor, tax_minor)
        SELECT ?1, line.key + 1, line.value ->> 'rate', line.value ->> 'base', line.value ->> 'tax'
        FROM json_each(?2) AS line
        """,
        expense_id,
        dump(lines),
    )


def insert_items(expense_id: str, items: list[Json]) -> Statement:
    """`items` are objects of description, quantity, unitPrice and amount; the amount in minor units."""
    return statement(
        """
        INSERT INTO expense_items (expense_id, number, description, quantity, unit_price, amount_minor)
        SELECT ?1, line.key + 1, line.value ->> 'description', line.value ->> 'quantity', line.value ->> 'unitPrice',
               line.value ->> 'amount'
        FROM json_each(?2) AS line
        """,
        expense_id,
        dump(items),
    )


def _tax_lines(extraction: Extraction, fields: ExpenseFields) -> list[Json]:
    try:
        taxes = [minor_from_decimal_string(line.tax, fields.currency) for line in extraction.tax_lines]
        nets = [line.net and minor_from_decimal_string(line.net, fields.currency) for line in extraction.tax_lines]
    except AmountError:
        return []
    if sum(taxes) != fields.tax_minor:
        return []
    return [
        {"rate": line.rate, "base": net, "tax": tax}
        for line, net, tax in zip(extraction.tax_lines, nets, taxes, strict=True)
    ]


def _items(extraction: Extraction, currency: str) -> list[Json]:
    try:
        amounts = [minor_from_decimal_string(item.amount, currency) for item in extraction.line_items]
    except AmountError:
        return []
    return [
        {"description": item.description, "quantity": item.quantity, "unitPrice": item.unit_price, "amount": amount}
        for item, amount in zip(extraction.line_items, amounts, strict=True)
    ]
