"""A short form of `make views`: one firm, with a paper of each seller a month."""

from tests.views.__main__ import compare_firm
from tests.views.comparing import Comparison

_SEED = 1
_FIGURES = 400


async def test_all_views_show_what_the_requests_come_to() -> None:
    comparison = Comparison()
    await compare_firm(comparison, _SEED, papers=1)
    assert not comparison.differences, "\n".join(comparison.differences)
    assert comparison.compared > _FIGURES
