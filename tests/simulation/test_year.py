"""A month of a small firm holds; what is broken on purpose is found; the film needs no network."""

import json
import re

import pytest

from tests.support.campaigns import only_whole, some_of_campaign
from tests.year.failed import FailedSeed, failed_seeds
from tests.year.film import film_of
from tests.year.firm import CARDS, employees
from tests.year.planted import PLANTED, Planted
from tests.year.playing import Size, play
from tillroll_documents.ibans import iban_problem

SMALL = Size(people=4, receipts=500, months=1)
_AWAY = re.compile(r"""(?:src|href)=|url\(|import\s*\(|fetch\(|https?://""")


def _nothing(_line: str) -> None:
    """Nobody listens."""


def test_the_firms_accounts_are_right_and_differ() -> None:
    ibans = [CARDS, *(each.iban for each in employees(50))]
    assert [iban_problem(each) for each in ibans] == [None] * 51
    assert len({*ibans}) == 51


@pytest.mark.campaign
@only_whole
@pytest.mark.parametrize("failed", failed_seeds(), ids=lambda each: f"seed {each.seed}")
async def test_a_seed_that_has_failed_holds(failed: FailedSeed) -> None:
    await play(failed.seed, failed.size, _nothing)


@pytest.mark.campaign
async def test_a_month_holds_and_its_film_needs_no_network() -> None:
    played = await play(1, SMALL, _nothing)
    assert played.figures["closed months"] == 1
    assert played.figures["runs of payout"] > 0
    page = await film_of(played)
    head, _, rest = page.partition('<script type="application/json" id="data">')
    data, _, tail = rest.partition("</script>")
    assert not _AWAY.search(head + tail)
    runs = json.loads(data)["runs"]
    assert len(runs) == sum(
        count for what, count in played.figures.items() if what.startswith("runs of ")
    )


@pytest.mark.campaign
@pytest.mark.parametrize("planted", some_of_campaign(PLANTED), ids=lambda each: each.name)
async def test_a_planted_bug_is_found(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    planted.plant(monkeypatch)
    with pytest.raises(AssertionError, match=planted.found_by):
        await play(1, SMALL, _nothing)
