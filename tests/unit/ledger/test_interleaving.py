"""A short part of `make ledger`."""

import pytest

from tests.ledger.interleaving import interleave
from tillroll.ledger.posting import Answer


@pytest.mark.parametrize("seed", [1, 2])
async def test_interleaved_transfers_with_failures(seed: int) -> None:
    told = await interleave(300, seed)
    assert {*told.answers} == {*Answer}
    assert told.failures > 100
    assert told.moments > 5
