"""The page of the recovery rules of engines is made of the results, and says all that is asked."""

from bench.peers.conformance.__main__ import engines
from bench.peers.conformance.page import PAGE, RESULTS, made
from tillroll_testing.conformance import results
from tillroll_testing.conformance.rules import ASKED
from tillroll_testing.conformance.scenes import SCENES


def test_the_page_is_made_of_the_results() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert made(page, results.read(RESULTS)) == page, "run python -m bench.peers.conformance.page"


def test_each_engine_of_the_page_can_be_played_and_was_asked_everything() -> None:
    kept = results.read(RESULTS)
    assert {"toy"} <= {name.lower() for name in kept} <= {*engines()}
    scenes = {str(number): sum(number in each.asks for each in SCENES) for number in ASKED}
    for name, engine in kept.items():
        asked = {number: came["scenes"] for number, came in engine["rules"].items()}
        assert asked == scenes, f"{name} was played by other scenes: play it again"


def test_the_command_can_play_each_peer_with_and_without_care() -> None:
    peers = {"dbos", "restate"}
    assert {*peers, *[f"{name}, with care" for name in peers]} <= {*engines()}
