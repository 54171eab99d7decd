"""The items that are counted, and what came of it. What was counted has no unique key: twice is
seen as two rows.
"""

from typing import Final

TABLES: Final = (
    (
        "CREATE TABLE stock (account_id TEXT NOT NULL, id TEXT PRIMARY KEY, quantity INTEGER NOT "
        "NULL) STRICT"
    ),
    (
        "CREATE TABLE counted (item_id TEXT NOT NULL, quantity INTEGER NOT NULL, run_id TEXT NOT "
        "NULL) STRICT"
    ),
)
# What is not as it should be: items that were not counted, or more than once, or otherwise than
# they lie there.
WRONGLY_COUNTED: Final = """
  SELECT stock.account_id, stock.id, COUNT(counted.item_id) AS times FROM stock
  LEFT JOIN counted ON counted.item_id = stock.id AND counted.quantity = stock.quantity
  GROUP BY stock.id HAVING times <> (stock.account_id = '{account}')
"""


def put(account: str, items: int) -> str:
    """The statement that puts so many items on the shelf, of 1 to 7 pieces each: ACCOUNT-item-00001
    and so on.
    """
    return f"""
      WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {items})
      INSERT INTO stock SELECT '{account}', '{account}-item-' || printf('%05d', n), 1 + n % 7
      FROM numbers WHERE n <= {items}
    """


def pieces(items: int) -> int:
    """How many pieces so many items are."""
    return sum(1 + number % 7 for number in range(1, items + 1))
