"""What the use cases of expenses refuse, as problems."""

from collections.abc import Generator
from contextlib import contextmanager

from tillroll.api.problems import invalid_values, not_found
from tillroll.durable import ValuesRefused
from tillroll.expenses.record.reading import NoSuchExpense


@contextmanager
def as_problems() -> Generator[None]:
    """Raises Problem: 404 where the account has no such expense, 422 for values that cannot be used."""
    try:
        yield
    except NoSuchExpense as error:
        raise not_found("expense") from error
    except ValuesRefused as error:
        raise invalid_values(error.problems) from error


def etag_of(version: int) -> str:
    return f'"{version}"'
