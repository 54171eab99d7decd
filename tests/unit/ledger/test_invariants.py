"""The fifteen invariants of a ledger on SQLite, and each against the fault that is planted for
it.
"""

from pathlib import Path

import pytest

from local.places import MIGRATIONS
from tests.ledger.invariants import INVARIANTS, Case
from tests.ledger.plans import Plan
from tests.ledger.planted import FAULTS, Fault, faulty_books
from tests.ledger.playing import drawn
from tests.support.campaigns import of_campaign
from tillroll.ledger.transfers import Post, Transfer, single

_EXAMPLES = of_campaign(30)
# A plan that shows every planted fault: something is refused, and something is held and posted in
# part.
_TELLING: Plan = (
    single(Transfer("in", "bank", "ann", "EUR", 300)),
    single(Transfer("too-much", "ann", "bank", "EUR", 301)),
    single(Transfer("held", "ann", "bank", "EUR", 100, is_pending=True)),
    single(Post("part", "held", 40)),
)


@pytest.mark.campaign
@pytest.mark.parametrize("case", INVARIANTS, ids=lambda case: case.__name__)
def test_on_the_host(case: Case) -> None:
    drawn(case, _EXAMPLES, None)


def test_each_invariant_has_a_planted_fault() -> None:
    assert {fault.found_by for fault in FAULTS} == {*INVARIANTS}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.found_by.__name__)
async def test_a_planted_fault_is_found(fault: Fault, tmp_path: Path) -> None:
    books, statements = await faulty_books(MIGRATIONS, tmp_path, fault)
    with pytest.raises(AssertionError):
        await fault.found_by(books, _TELLING)
    assert statements is None or statements.was_planted, "the fault cannot be planted any more"
