"""What is asked for by its ids is found by them. The planner, without statistics, would go through
the account.
"""

import pytest

from tests.support.host_platform import migrated_database
from tillroll.audit.reading import named_things
from tillroll.expenses.approval.policies import edits_of
from tillroll_durable.platform.bindings.database import Statement, statement, text

_IDS = '["exp_000001"]'
_QUERIES = {
    **{
        f"names of {named.kind}s": statement(named.find, ["acc_first", _IDS])
        for named in named_things()
    },
    "who changed an expense": edits_of("acc_first", ["exp_000001"]),
}


@pytest.mark.parametrize("query", _QUERIES.values(), ids=_QUERIES.keys())
async def test_no_whole_account_is_read(query: Statement) -> None:
    database = await migrated_database()
    plan = await database.all(statement(f"EXPLAIN QUERY PLAN {query.sql}", [*query.parameters]))
    steps = [text(step, "detail") for step in plan]
    assert [step for step in steps if step.endswith("(account_id=?)")] == []
