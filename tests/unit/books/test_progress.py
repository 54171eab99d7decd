"""An expense's progress with books: where it is in each of them."""

from typing import Any

import pytest

from tests.support.expenses import Given
from tests.support.host_api import api_client
from tests.unit.expenses.sorting.sorted_books import open_books
from tillroll_durable import statement

_CONNECTION = """
  INSERT INTO books_connections
    (id, account_id, name, provider, direction, url, first_day, only_approved, on_change,
        created_by, created_at)
  VALUES ('con_1', 'acc_first', 'Our books', 'signed', 'push', 'https://books.example',
      '2000-01-01', 0, 0, '', '')
"""


@pytest.mark.parametrize(
    ("state", "stands"),
    [("written", "reached"), ("conflict", "waits"), ("left_out", "not_due")],
)
async def test_it_is_in_the_books_once_they_have_it(state: str, stands: str) -> None:
    books = await open_books(Given(1))
    async with api_client(books.host.platform) as client:

        async def stages() -> dict[str, Any]:
            found = (await client.get("/api/expenses/exp_000001/progress")).json()["stages"]
            return {each["stage"]: each for each in found}

        assert "in_books" not in await stages()
        await books.run(_CONNECTION)
        await books.run("UPDATE expenses SET note = 'x'")
        assert (await stages())["in_books"]["state"] == "waits"
        written = "UPDATE books_items SET state = ?, written_at = '2026-04-01T00:00:00.000Z'"
        await books.host.database.batch([statement(written, [state])])
        found = (await stages())["in_books"]
        assert (found["state"], found["facts"][0]["name"]) == (stands, "Our books")
