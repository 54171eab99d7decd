"""docs/continuations.md shows the kind that is tested: what an author copies from there is what is played."""

import re
import sqlite3

import pytest

from local.places import ROOT
from tests.engine.stocktake import stock

_PAGE = (ROOT / "docs/continuations.md").read_text(encoding="utf-8")
_PACKAGE = ROOT / "tests/engine/stocktake"


@pytest.mark.parametrize("module", ["contract", "workflow"])
def test_the_code_of_the_page_is_the_code_that_is_tested(module: str) -> None:
    tested = (_PACKAGE / f"{module}.py").read_text(encoding="utf-8")
    found = re.search(
        rf"^`src/(tillroll/workflows/stocktake)/{module}\.py`:\n\n```python\n(.*?)```$", _PAGE, re.DOTALL | re.MULTILINE
    )
    assert found, f"the page does not show {module}.py"
    shown = found[2].replace(found[1].replace("/", "."), "tests.engine.stocktake")
    assert shown == tested, f"the page shows another {module}.py than tests/engine/stocktake has: copy it"


def test_the_tables_of_the_page_are_those_that_are_tested() -> None:
    [shown] = re.findall(r"```sql\n(.*?)```", _PAGE, re.DOTALL)
    assert _columns(shown) == _columns(";".join(stock.TABLES))


def _columns(sql: str) -> list[object]:
    database = sqlite3.connect(":memory:")
    database.executescript(sql)
    return database.execute(
        "SELECT m.name, c.* FROM sqlite_master m, pragma_table_info(m.name) c ORDER BY 1, 2"
    ).fetchall()
