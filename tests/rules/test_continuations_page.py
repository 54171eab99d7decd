"""docs/continuations.md shows the kind that is tested: what an author copies from there is what is
played.
"""

import re
import sqlite3
from contextlib import closing

from local.places import ROOT
from tests.engine.stocktake import stock

_PAGE = (ROOT / "docs/continuations.md").read_text(encoding="utf-8")


def test_the_code_of_the_page_is_the_code_that_is_tested() -> None:
    tested = (ROOT / "tests/engine/stocktake/workflow.py").read_text(encoding="utf-8")
    [shown] = re.findall(r"^```python\n(.*?)```$", _PAGE, re.DOTALL | re.MULTILINE)
    assert shown == tested, (
        "the page shows another workflow than tests/engine/stocktake has: copy it"
    )


def test_the_tables_of_the_page_are_those_that_are_tested() -> None:
    [shown] = re.findall(r"```sql\n(.*?)```", _PAGE, re.DOTALL)
    assert _columns(shown) == _columns(";".join(stock.TABLES))


def _columns(sql: str) -> list[object]:
    query = "SELECT m.name, c.* FROM sqlite_master m, pragma_table_info(m.name) c ORDER BY 1, 2"
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(sql)
        return database.execute(query).fetchall()
