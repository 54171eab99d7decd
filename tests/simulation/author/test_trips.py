"""The story of two kinds that docs/testing-workflows.md shows holds, and is this code, word for
word.
"""

from pathlib import Path

import pytest

from local.places import ROOT
from tests.simulation.author import trips
from tests.simulation.author.planted.trip import LABEL_V1, TRIP_V1
from tillroll_testing.fixtures import Disturbed, Undisturbed


def test_what_the_page_shows_is_this_code() -> None:
    page = (ROOT / "docs/testing-workflows.md").read_text(encoding="utf-8")
    code = Path(str(trips.__file__)).read_text(encoding="utf-8")
    shown = code[code.index("TABLES = (") :].strip()
    assert f"```python\n{shown}\n```" in page, "the page shows other code: copy it"


@pytest.mark.parametrize("story", trips.STORIES, ids=lambda story: story.name)
async def test_both_kinds_come_to_their_ends(story: trips.Story, undisturbed: Undisturbed) -> None:
    scene = await undisturbed(story)
    ended = await scene.world.rows("SELECT kind, state FROM runs ORDER BY kind")
    labels = [{"kind": LABEL_V1.kind, "state": "completed"}] * 2
    assert ended == [*labels, {"kind": TRIP_V1.kind, "state": "completed"}]
    run = await scene.world.run()
    assert run is not None
    assert run.kind == TRIP_V1.kind, "it aims at another"


@pytest.mark.parametrize("story", trips.STORIES, ids=lambda story: story.name)
async def test_a_trip_holds_whatever_comes_between(
    story: trips.Story, disturbed: Disturbed
) -> None:
    await disturbed(story)
