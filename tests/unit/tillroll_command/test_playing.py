"""What a play says that it has shown."""

import pytest

from tillroll_command.commands.playing import what_held
from tillroll_testing.play.every_play import Played

_PART = (
    "222 of 643 plays held, of 0 stories, in 7.0 s: another seed plays others, --all plays the rest"
)


@pytest.mark.parametrize(
    ("plays", "says"),
    [(643, "643 plays of 0 stories, in 7.0 s: everything holds"), (222, _PART)],
)
def test_a_part_is_not_called_everything(plays: int, says: str) -> None:
    assert what_held([], Played(plays, of=643, pairs=0, seconds=7.0, finding=None)) == says
