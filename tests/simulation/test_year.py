"""A month of a small firm holds; what is broken on purpose is found; the film needs no network."""

import json
import re

import pytest

from tests.support.campaigns import only_whole, some_of_campaign
from tests.support.sql import sql
from tests.year.chance import Rates
from tests.year.failed import FailedSeed, failed_seeds
from tests.year.film import film_of
from tests.year.firm import CARDS, employees
from tests.year.journal import FAULT
from tests.year.opening import Deployment
from tests.year.planted import PLANTED, Planted
from tests.year.playing import Size, play, play_days
from tillroll_documents.ibans import iban_problem
from tillroll_durable.platform.bindings.database import Row, text

SMALL = Size(people=4, receipts=500, months=1)
_UNRULY = Rates(death=1 / 800, hanging=1 / 800, error=1 / 800)
_AWAY = re.compile(r"""(?:src|href)=|url\(|import\s*\(|fetch\(|https?://""")


def _nothing(_line: str) -> None:
    """Nobody listens."""


def test_the_firms_accounts_are_right_and_differ() -> None:
    ibans = [CARDS, *(each.iban for each in employees(50))]
    assert [iban_problem(each) for each in ibans] == [None] * 51
    assert len({*ibans}) == 51


async def test_a_seed_gives_the_same_days_each_time() -> None:
    """Also of what nobody sees: keys, nonces, and the ids that the other sides give."""
    first, second = [
        await play_days(3, SMALL, days=3, rates=_UNRULY, trouble=0.3) for _ in range(2)
    ]
    assert first.journal.of_kind(FAULT).total() > 20
    assert first.journal.entries == second.journal.entries
    assert await _content(first) == await _content(second)


async def _content(deployment: Deployment) -> dict[str, list[Row]]:
    """All rows of all tables."""
    tables = await deployment.world.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    names = [text(row, "name") for row in tables]
    return {name: await deployment.world.rows(sql(f'SELECT * FROM "{name}"')) for name in names}


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
