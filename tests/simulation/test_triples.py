"""`make triples`: a seed and a number give one set, of the stories of every kind, and what breaks
in it is told.
"""

from tests.simulation.triples.drawing import Drawing, stories_of
from tillroll_testing.stories.search import play_pair


def test_every_kind_is_there_once() -> None:
    names = [story.name for story in stories_of([])]
    assert len(names) == len(set(names)), (
        "two stories have one name, so one of them would be drawn by the other's points"
    )
    assert {"receipt", "payout", "claim", "mail", "core"} <= {
        name.partition(": ")[0] for name in names
    }
    assert {name.partition(": ")[0] for name in (each.name for each in stories_of(["mail"]))} == {
        "mail"
    }


def test_a_seed_and_a_number_draw_one_set() -> None:
    mails = stories_of(["mail"])
    drawn = [str(Drawing(mails).draw(7, number)) for number in range(6)]
    assert drawn == [str(Drawing(mails).draw(7, number)) for number in range(6)]
    assert len({*drawn, str(Drawing(mails).draw(8, 0))}) == 7


def test_some_sets_hold() -> None:
    drawing = Drawing(stories_of([]))
    for number in range(4):
        drawn = drawing.draw(2026, number)
        assert play_pair(drawn) is None, str(drawn)
