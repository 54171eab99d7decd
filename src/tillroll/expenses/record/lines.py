"""The lines of an expense: its tags, the tax at each rate, what was bought, and parts of several categories.

Lines come as the API has them: amounts are decimal strings in the expense's currency.
"""

from tillroll.durable import Statement, statement
from tillroll.platform.json import Json, JsonObject, dump
from tillroll.receipts.amounts.money import AmountError, minor_from_decimal_string
from tillroll.receipts.amounts.rates import written_rate
from tillroll.receipts.correction import ExpenseFields
from tillroll.receipts.extraction import Extraction


def insert_lines(expense_id: str, extraction: Extraction | None, fields: ExpenseFields) -> list[Statement]:
    """The lines that were read, to stand behind the expense in its batch.

    Tax lines are kept where they add up to the expense's tax, so that a tax which a person corrected is not
    contradicted by them. Amounts that the expense's currency cannot have are no lines of it.
    """
    if extraction is None:
        return []
    statements: list[Statement] = []
    taxes: list[Json] = [{"rate": line.rate, "base": line.net, "tax": line.tax} for line in extraction.tax_lines]
    items: list[Json] = [
        {
            "description": item.description,
            "quantity": item.quantity,
            "unitPrice": item.unit_price,
            "amount": item.amount,
        }
        for item in extraction.line_items
    ]
    try:
        if taxes and sum(_minor(line.tax, fields.currency) for line in extraction.tax_lines) == fields.tax_minor:
            statements.append(insert_tax_lines(expense_id, taxes, fields.currency))
        if items:
            statements.append(insert_items(expense_id, items, fields.currency))
    except AmountError:
        return []
    return statements


def insert_tax_lines(expense_id: str, lines: Json, currency: str) -> Statement:
    """`lines` are objects of rate, base and tax. A rate is kept as a number: it is one however it is printed.

    Raises:
        AmountError: the currency cannot have an amount.
    """
    return statement(
        """
        INSERT INTO expense_tax_lines (expense_id, number, rate, base_minor, tax_minor)
        SELECT ?1, line.key + 1, line.value ->> 'rate', line.value ->> 'base', line.value ->> 'tax'
        FROM json_each(?2) AS line
        """,
        expense_id,
        dump([line | _in_minor(line, currency, "base", "tax") | _rate(line) for line in _objects(lines)]),
    )


def insert_items(expense_id: str, items: Json, currency: str) -> Statement:
    """`items` are objects of description, quantity, unitPrice and amount.

    Raises:
        AmountError: the currency cannot have an amount.
    """
    return statement(
        """
        INSERT INTO expense_items (expense_id, number, description, quantity, unit_price, amount_minor)
        SELECT ?1, line.key + 1, line.value ->> 'description', line.value ->> 'quantity', line.value ->> 'unitPrice',
               line.value ->> 'amount'
        FROM json_each(?2) AS line
        """,
        expense_id,
        dump([item | _in_minor(item, currency, "amount") for item in _objects(items)]),
    )


def replace_parts(expense_id: str, parts: Json, currency: str) -> list[Statement]:
    """`parts` are objects of category, amount, tax and note that add up, or none. The expense must not be split when
    this begins; it is afterwards.

    Raises:
        AmountError: the currency cannot have an amount.
    """
    delete = statement("DELETE FROM expense_parts WHERE expense_id = ?", expense_id)
    if not parts:
        return [delete]
    insert = statement(
        """
        INSERT INTO expense_parts (expense_id, number, category, amount_minor, tax_minor, note)
        SELECT ?1, part.key + 1, part.value ->> 'category', part.value ->> 'amount', part.value ->> 'tax',
               part.value ->> 'note'
        FROM json_each(?2) AS part
        """,
        expense_id,
        dump([part | _in_minor(part, currency, "amount", "tax") for part in _objects(parts)]),
    )
    return [delete, insert, statement("UPDATE expenses SET is_split = 1 WHERE id = ?", expense_id)]


def replace_tags(expense_id: str, tags: Json) -> list[Statement]:
    return [
        statement("DELETE FROM expense_tags WHERE expense_id = ?", expense_id),
        statement(
            "INSERT INTO expense_tags (expense_id, tag) SELECT ?1, value FROM json_each(?2)", expense_id, dump(tags)
        ),
    ]


def _objects(lines: Json) -> list[JsonObject]:
    return [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []


def _in_minor(line: JsonObject, currency: str, *names: str) -> JsonObject:
    return {name: None if line.get(name) is None else _minor(str(line[name]), currency) for name in names}


def _rate(line: JsonObject) -> JsonObject:
    rate = line.get("rate")
    return {"rate": written_rate(str(rate)) if rate else None}


def _minor(amount: str, currency: str) -> int:
    return minor_from_decimal_string(amount, currency)
